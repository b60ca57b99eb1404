//! References inside of real trees: no false alarm in npm packages as they are, and a fault where one of their files is gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tests::target_folder;

/// A package's tree, fetched once and kept.
fn tree(package: &str, version: &str) -> PathBuf {
    let folder = target_folder().join("npm-trees").join(package.replace('/', "-"));
    let is_there = fs::read_to_string(folder.join("package/package.json"))
        .is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")));
    if !is_there {
        fs::create_dir_all(&folder).unwrap();
        let run = |command: &mut Command| {
            let output = command.current_dir(&folder).output().expect("npm and tar, which `tests/run` installs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let archive = run(Command::new("npm").args(["pack", "--silent", &format!("{package}@{version}")]));
        run(Command::new("tar").args(["--extract", "--file", archive.trim()]));
        fs::remove_file(folder.join(archive.trim())).unwrap();
    }
    folder.join("package")
}

/// What the build says about a folder, whose name stands as `static` in it.
fn told(folder: &Path, out_dir: &Path) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_prepare")).arg(folder).env("OUT_DIR", out_dir).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let told = stdout.lines().filter_map(|line| line.strip_prefix("cargo::"));
    let told = told.filter(|line| line.starts_with("error=") || line.starts_with("warning="));
    // How long it took depends on the machine.
    let told = told.filter(|line| !line.starts_with("warning=the last run of `build.rs` took "));
    told.map(|line| line.replace(&*folder.to_string_lossy(), "static")).collect()
}

/// The lines of scripts, stylesheets and pages in which a text stands, as often as it does: `file:line`.
fn lines_with(text: &str, folder: &Path, path: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            lines_with(text, &entry.path(), &path, found);
        } else if [".js", ".mjs", ".css", ".html"].iter().any(|extension| path.ends_with(extension)) {
            let contents = fs::read_to_string(entry.path()).unwrap();
            for (line, number) in contents.lines().zip(1..) {
                found.extend(line.matches(text).map(|_| format!("{path}:{number}")));
            }
        }
    }
}

/// Each package, a file of it, and a part of each reference to that file.
const PACKAGES: [(&str, &str, &str, &str); 6] = [
    ("bootstrap", "5.3.9", "js/src/util/scrollbar.js", "from './util/scrollbar.js'"),
    ("@fortawesome/fontawesome-free", "7.3.1", "webfonts/fa-brands-400.woff2", "/fa-brands-400.woff2"),
    (
        "monaco-editor",
        "0.57.0",
        "esm/vs/editor/common/services/editorWebWorkerMain.js",
        "../../common/services/editorWebWorkerMain.js",
    ),
    ("three", "0.187.0", "examples/jsm/libs/fflate.module.js", "/fflate.module.js'"),
    ("swagger-ui-dist", "5.35.0", "favicon-32x32.png", "./favicon-32x32.png"),
    ("mermaid", "11.17.2", "dist/chunks/mermaid.core/chunk-CLGD4ZFX.mjs", "/chunk-CLGD4ZFX.mjs\""),
];

#[test]
fn real_trees_give_no_false_alarm_and_a_file_that_is_gone_is_missed_wherever_it_is_named() {
    for (package, version, removed, text) in PACKAGES {
        let tree = tree(package, version);
        // Links to its files, not copies: beside it, for they cannot lead to another file system.
        let copy = TempDir::new_in(tree.parent().unwrap()).unwrap();
        let (folder, out_dir) = (copy.path().join("static"), copy.path().join("out"));
        assert!(Command::new("cp").arg("--archive").arg("--link").arg(&tree).arg(&folder).status().unwrap().success());

        // Two source maps of the loader are not in the package.
        let missing = if package == "monaco-editor" { ["dev", "min"].as_slice() } else { &[] }.iter().map(|build| {
            format!(
                "warning=static/{build}/vs/loader.js:1368:22: `../../min-maps/vs/loader.js.map` leads to no asset: there is no \
                 `static/min-maps/vs/loader.js.map`; add it, or correct the reference"
            )
        });
        assert_eq!(told(&folder, &out_dir), missing.clone().collect::<Vec<_>>(), "{package}");

        fs::remove_file(folder.join(removed)).unwrap();
        let errors =
            told(&folder, &out_dir).into_iter().filter_map(|line| line.strip_prefix("error=").map(str::to_owned));
        let mut found: Vec<_> = errors.map(|line| line.splitn(3, ':').take(2).collect::<Vec<_>>().join(":")).collect();
        let mut expected = Vec::new();
        lines_with(text, &folder, "static", &mut expected);
        assert!((1..=20).contains(&expected.len()), "{package}: {expected:#?}");
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{package}");
    }
}

#[test]
fn of_two_hundred_faults_the_first_twenty_are_told_in_the_order_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let assets = folder.path().join("static");
    fs::create_dir(&assets).unwrap();
    for name in ["b.css", "a.css"] {
        fs::write(assets.join(name), (1..=100).map(|n| format!("@import 'missing-{n}.css';\n")).collect::<String>())
            .unwrap();
    }
    let line = |n: usize| {
        format!(
            "error=static/a.css:{n}:10: `missing-{n}.css` leads to no asset: there is no `static/missing-{n}.css`; add it, or \
             correct the reference"
        )
    };
    let more = "error=and 180 more in `static`: correct these first".to_owned();
    let expected: Vec<_> = (1..=20).map(line).chain([more]).collect();
    assert_eq!(told(&assets, &folder.path().join("out")), expected);
}

#[test]
fn a_build_goes_on_past_files_that_are_too_much_for_a_parser_and_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let assets = folder.path().join("static");
    fs::create_dir(&assets).unwrap();
    fs::write(assets.join("a.js"), format!("import './b.js'; {}", "a=>".repeat(400_000))).unwrap();
    fs::write(assets.join("b.js"), "import './c.js'").unwrap();
    let entity = "x".repeat(60_000);
    let uses = "<use href='&a;'/>".repeat(20_000);
    fs::write(assets.join("c.svg"), format!("<!DOCTYPE svg [<!ENTITY a '{entity}'>]><svg>{uses}</svg>")).unwrap();
    let mut told = told(&assets, &folder.path().join("out"));
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "error=static/b.js:1:9: `./c.js` leads to no asset: did you mean `./c.svg`?",
            "warning=references in `static/a.js` are not checked, for its code is nested too deeply to be parsed: change the \
             file, or add `.allow(\"a.js\")`",
            "warning=references in `static/c.svg` are not checked, for the entities in its URLs stand for more than 1 MiB: change \
             the file, or add `.allow(\"c.svg\")`",
        ]
    );
}

#[test]
fn what_modules_import_stands_in_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let (assets, out_dir) = (folder.path().join("static"), folder.path().join("out"));
    fs::create_dir_all(assets.join("lib")).unwrap();
    let app = "import './lib/a b.js'; import('./c.js'); export * from './c.js'; import 'three';";
    for (path, text) in [("app.js", app), ("c.js", ""), ("lib/a b.js", "import '../c.js'")] {
        fs::write(assets.join(path), text).unwrap();
    }
    assert_eq!(told(&assets, &out_dir), [""; 0]);
    let mut made =
        fs::read_dir(out_dir.join("cachebreaker")).unwrap().map(|entry| entry.unwrap().path().join("manifest"));
    let manifest = fs::read_to_string(made.find(|path| path.exists()).unwrap()).unwrap();
    let imports: Vec<_> = manifest.lines().filter(|line| line.starts_with("imports ")).collect();
    assert_eq!(imports, ["imports app.js lib/a%20b.js c.js", "imports lib/a%20b.js c.js"]);
}
