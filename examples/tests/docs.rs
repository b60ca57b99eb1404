//! The guide's code is that of the examples, so it compiles and does what the tests of the examples say.

use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file of the examples that code may come from.
fn sources() -> Vec<String> {
    let (mut folders, mut sources) = (vec![root().join("examples/src"), root().join("examples/templates")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.push(without_indentation(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    sources
}

fn without_indentation(text: &str) -> String {
    text.lines().map(|line| line.trim_start().to_owned() + "\n").collect()
}

/// What stands between fences, and which language they name.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let (mut blocks, mut lines) = (Vec::new(), page.lines());
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```").filter(|rest| !rest.contains('`')) {
            let code: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, without_indentation(&code.join("\n"))));
        }
    }
    blocks
}

/// Every page, by its name.
fn pages() -> Vec<(String, String)> {
    let pages = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn all_code_of_the_guide_stands_in_an_example_or_is_a_test_of_the_documentation() {
    let sources = sources();
    let tested: String = ["runtime/src/lib.rs", "build-support/src/lib.rs"]
        .map(|path| fs::read_to_string(root().join(path)).unwrap())
        .concat();
    let mut found = 0;
    for (page, text) in pages().iter().filter(|(page, _)| !tested.contains(&format!("docs/{page}\")]"))) {
        for (language, code) in blocks(text).iter().filter(|(language, _)| ["rust", "html"].contains(language)) {
            found += 1;
            assert!(
                sources.iter().any(|source| source.contains(code)),
                "docs/{page}: no example has\n{language} {code}"
            );
        }
    }
    assert!(found > 10, "{found}");
}

#[test]
fn every_link_in_the_guide_leads_to_a_file_and_to_the_test_that_its_title_names() {
    let mut links = 0;
    for (page, text) in pages() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            let (target, title) = link.split_once(' ').unwrap_or((link, ""));
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                links += 1;
                let file = root().join("docs").join(file);
                assert!(file.exists(), "docs/{page}: {link}");
                let test = format!("fn {}(", title.trim_matches('"'));
                let is_there = || fs::read_to_string(&file).unwrap().contains(&test);
                assert!(title.is_empty() || is_there(), "docs/{page}: {link}");
            }
        }
    }
    assert!(links > 10, "{links}");
}

#[test]
fn the_guide_names_every_page() {
    let index = fs::read_to_string(root().join("docs/README.md")).unwrap();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name == "README.md" || index.contains(&format!("]({name}")), "docs/README.md has no line for {name}");
    }
}
