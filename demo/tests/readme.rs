//! The documentation does what it says: README.md's files are written word for word into empty crates, built, run and
//! requested, and every call of the macro in the crate's own pages is expanded.

mod server;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use server::{Server, between};
use tempfile::TempDir;

/// A file that the README gives: its name stands in backticks at the beginning of the line before it.
struct File {
    section: &'static str,
    name: &'static str,
    text: String,
}

fn files() -> Vec<File> {
    files_of(include_str!("../../README.md"), "## ")
}

fn files_of(page: &'static str, heading: &str) -> Vec<File> {
    let (mut files, mut section, mut before) = (Vec::new(), "", "");
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix(heading) {
            section = title;
        } else if line.starts_with("```") {
            // Lines that rustdoc hides are for rustdoc.
            let text: Vec<_> =
                lines.by_ref().take_while(|line| *line != "```").filter(|line| !line.starts_with("# ")).collect();
            if let Some((name, _)) = before.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
                files.push(File { section, name, text: text.join("\n") + "\n" });
            } else {
                assert_ne!(
                    line, "```rust",
                    "this code in `{section}` has no file name, so nothing compiles it: {text:?}"
                );
            }
        }
        if !line.is_empty() {
            before = line;
        }
    }
    files
}

/// The calls of `assets!` in a page of the crate's documentation, where the doctests have no folder to expand them with.
fn calls_of_the_macro(page: &str) -> Vec<String> {
    between(page, "cachebreaker::assets!(", ");").into_iter().map(|call| format!("assets!({call});")).collect()
}

/// A folder with the clone in it, as the README has it.
fn beside_the_clone() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    symlink(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap(), folder.path().join("cachebreaker")).unwrap();
    folder
}

fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder).args(arguments);
    // Between two runs of this test the dependencies stay compiled.
    cargo.env("CARGO_TARGET_DIR", target());
    cargo.env_remove("CACHEBREAKER").env_remove("RELEASE");
    cargo
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme")
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A new crate with the files of a section.
fn crate_of(folder: &TempDir, name: &str, section: &str) -> PathBuf {
    crate_with(folder, name, files().into_iter().filter(|file| file.section == section).collect())
}

fn crate_with(folder: &TempDir, name: &str, files: Vec<File>) -> PathBuf {
    succeed(&mut cargo(folder.path(), &["new", "--vcs", "none", name]));
    let package = folder.path().join(name);
    assert!(files.iter().any(|file| file.name == "src/main.rs"), "no `src/main.rs`");
    for file in files {
        write(&package, &file);
    }
    // The versions that the workspace is tested with, which are there already.
    fs::copy(folder.path().join("cachebreaker/Cargo.lock"), package.join("Cargo.lock")).unwrap();
    package
}

fn write(package: &Path, file: &File) {
    let path = package.join(file.name);
    let text = if file.name == "Cargo.toml" {
        let made = fs::read_to_string(&path).unwrap();
        // As long as the crates are not on crates.io.
        let text = file.text.replace("cachebreaker = \"0.1\"", "cachebreaker = { path = \"../cachebreaker/runtime\" }");
        let build = "cachebreaker-build = { path = \"../cachebreaker/build-support\" }";
        made.replace("[dependencies]\n", &text.replace("cachebreaker-build = \"0.1\"", build))
    } else {
        // Any free port.
        file.text.replace("127.0.0.1:3000", "127.0.0.1:0")
    };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn the_quick_start_serves_its_page_and_its_assets() {
    let folder = beside_the_clone();
    let package = crate_of(&folder, "hello", "Quick start");
    succeed(&mut cargo(&package, &["build", "--offline"]));
    let server = Server::start(&mut Command::new(target().join("debug/hello")));

    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<h1>Hello</h1>"), "{}", page.body);
    let style = between(&page.body, "href=\"", "\"")[0];
    let token = between(style, "/static/", "/style.css")[0];
    assert!(token.len() >= 12 && token.bytes().all(|byte| byte.is_ascii_digit()), "{token}");

    let answer = server.get(style);
    assert_eq!((answer.status, answer.field("content-type")), (200, Some("text/css; charset=utf-8")));
    let wave = between(&answer.body, "url(", ")")[0];
    let answer = server.get(&format!("/static/{token}/{wave}"));
    assert_eq!((answer.status, answer.field("content-type")), (200, Some("image/svg+xml")));

    let answer = server.get("/static/1/style.css?theme=dark");
    assert_eq!((answer.status, answer.field("location")), (301, Some(format!("{style}?theme=dark").as_str())));

    // "An edit of `style.css` shows at the next reload."
    fs::write(package.join("static/style.css"), "body { margin: 0 }").unwrap();
    let answer = server.get(style);
    assert_eq!((answer.status, answer.body.as_str()), (200, "body { margin: 0 }"));
    assert_eq!(answer.field("cache-control"), Some("no-cache"));
}

#[test]
fn the_front_page_of_the_documentation_serves_its_page_and_its_assets_and_is_read_in_five_minutes() {
    let page = include_str!("../../runtime/src/docs/crate.md");
    let folder = beside_the_clone();
    let files = files_of(page, "# ").into_iter().filter(|file| file.section == "Quick start");
    let package = crate_with(&folder, "front-page", files.collect());
    succeed(&mut cargo(&package, &["build", "--offline"]));
    let server = Server::start(&mut Command::new(target().join("debug/front-page")));
    let answer = server.get("/");
    assert_eq!(answer.status, 200);
    let style = server.get(between(&answer.body, "href=\"", "\"")[0]);
    assert_eq!((style.status, style.body.as_str()), (200, "body { font-family: system-ui }\n"));

    // At 240 words a minute; code counts too.
    let words = page.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    assert!(words <= 5 * 240, "{words} words");
}

#[test]
fn the_options_compile_and_do_what_their_comments_say() {
    let folder = beside_the_clone();
    let package = crate_of(&folder, "options", "Options");
    for file in files().into_iter().filter(|file| file.name == "Cargo.toml") {
        write(&package, &file);
    }
    write_assets(&package);
    let printed = succeed(cargo(&package, &["run", "--offline"]).env("RELEASE", "v1.2.3"));
    assert_eq!(printed, "https://cdn.example.com/look/v-v1.2.3/img/logo.svg is image/svg+xml in 6 bytes\n");
}

fn write_assets(package: &Path) {
    for (path, text) in [("static/style.css", "body {}"), ("theme/img/logo.svg", "<svg/>")] {
        fs::create_dir_all(package.join(path).parent().unwrap()).unwrap();
        fs::write(package.join(path), text).unwrap();
    }
}

#[test]
fn every_call_of_the_macro_in_the_documentation_expands() {
    let folder = beside_the_clone();
    let package = crate_of(&folder, "calls", "Options");
    for file in files().into_iter().filter(|file| file.name == "Cargo.toml") {
        write(&package, &file);
    }
    write_assets(&package);
    let pages = [include_str!("../../runtime/src/docs/crate.md"), include_str!("../../runtime/src/docs/assets.md")];
    let calls: Vec<_> = pages.iter().flat_map(|page| calls_of_the_macro(page)).collect();
    assert!(calls.len() >= 4, "{calls:?}");
    let modules = calls.iter().enumerate().map(|(n, call)| format!("mod call_{n} {{ cachebreaker::{call} }}\n"));
    fs::write(package.join("src/main.rs"), modules.collect::<String>() + "fn main() {}\n").unwrap();
    succeed(&mut cargo(&package, &["check", "--offline"]));
}

#[test]
fn every_link_in_the_readme_leads_to_a_file_or_a_heading() {
    let readme = include_str!("../../README.md");
    let anchors_of =
        |page: &str| page.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor).collect::<Vec<_>>();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let links = between(readme, "](", ")");
    assert!(links.len() > 10, "{links:?}");
    for link in links {
        let (file, heading) = file_and_test(link).0.split_once('#').unwrap_or((file_and_test(link).0, ""));
        assert!(root.join(file).exists(), "{link}");
        if !heading.is_empty() {
            let page = if file.is_empty() { readme.to_owned() } else { fs::read_to_string(root.join(file)).unwrap() };
            let anchors = anchors_of(&page);
            assert!(anchors.iter().any(|anchor| anchor == heading), "{link}: {anchors:?}");
        }
    }
}

/// A link to a file, and the test in it that the link's title names.
fn file_and_test(link: &str) -> (&str, Option<&str>) {
    match link.strip_suffix('"').and_then(|link| link.split_once(" \"")) {
        Some((file, test)) => (file, Some(test)),
        None => (link, None),
    }
}

#[test]
fn every_cell_about_this_crate_in_the_table_of_features_is_linked_to_its_test() {
    let readme = include_str!("../../README.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let section = between(readme, "\n## Beside other crates\n", "\n## ")[0];
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 10, "{rows:?}");
    for row in rows {
        let cell = row.split(" | ").nth(1).unwrap();
        let (file, test) = file_and_test(between(cell, "](", ")").first().unwrap_or(&""));
        let test = test.unwrap_or_else(|| panic!("no test in {cell}"));
        let source = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.contains(&format!("fn {test}(")), "{file} has no test `{test}`");
    }
}

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}
