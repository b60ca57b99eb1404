//! Writes the fixture folders to `OUT_DIR` and prepares them.
//!
//! A test is built without optimisation, and then nothing is compressed. What decides is the environment variable
//! `PROFILE`, and what a folder's name is relative to is the current directory. So this build script runs itself once
//! more, as a build script of a release, in the folder that it has written the fixtures to.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use cachebreaker_build::Assets;

#[path = "src/fixture.rs"]
#[expect(dead_code, reason = "only tests compare answers with the files")]
mod fixture;

/// The argument that tells the second run from the first.
const PREPARE: &str = "prepare";

fn main() {
    if env::args().nth(1).as_deref() == Some(PREPARE) {
        return prepare();
    }
    let out_dir = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    for (folder, file) in fixture::every_file() {
        write(&Path::new(&out_dir).join(folder).join(file.path), &(file.content)());
    }
    let itself = env::current_exe().expect("a build script has a path");
    let output = Command::new(itself)
        .arg(PREPARE)
        .current_dir(&out_dir)
        .env("PROFILE", "release")
        .env("SOURCE_DATE_EPOCH", fixture::MODIFIED_SECONDS.to_string())
        .env_remove("CACHEBREAKER")
        .env_remove("CACHEBREAKER_SUPERSEDES")
        .env_remove("CACHEBREAKER_BASE_URL")
        .output()
        .expect("a build script can run itself");
    let lines = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && !lines.contains("cargo::error"), "{output:?}");
    // What the second run asks cargo to watch are its own fixtures, which tests may change.
    lines.lines().filter(|line| !line.starts_with("cargo::rerun-if-changed=")).for_each(|line| println!("{line}"));
    fs::remove_dir_all(Path::new(&out_dir).join(fixture::GONE_FOLDER)).expect("a folder can be removed");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/fixture.rs");
}

fn prepare() {
    for (folder, token) in fixture::FOLDERS {
        let assets = Assets::new(folder).token(token);
        if folder == fixture::COMMIT_FOLDER {
            assets.supersedes([fixture::SUPERSEDED]).prepare()
        } else if folder == fixture::FIXED_FOLDER {
            let assets = assets.fixed_url("robots.txt").fixed_url(".well-known/**").fixed_url("site.webmanifest");
            assets.service_worker("sw.js").service_worker("js/sw.js").prepare()
        } else if folder == fixture::OWN_FOLDER {
            assets.headers("*.css", fixture::OWN_FIELDS).content_type("**", fixture::OWN_TYPE).prepare()
        } else if folder == fixture::SITE_FOLDER {
            let assets = assets.view_option("name", "static/{breaker}").pages("**/*.html");
            assets.fallback("index.html").headers("about.html", [("x-frame-options", "DENY")]).prepare()
        } else if [fixture::UI_FOLDER, fixture::UI_DISK_FOLDER].contains(&folder) {
            let assets = assets.view_option("name", "static/{breaker}").view_option("base", "/ui/");
            assets.page("index.html").page_integrity(folder == fixture::UI_FOLDER).prepare()
        } else if folder == "edited" {
            assets.page(fixture::EDITED_PAGE.path).prepare()
        } else if folder == fixture::BOOK_FOLDER {
            assets.view_option("name", "static/{breaker}").not_found("404.html").prepare()
        } else if folder == fixture::MOVED_FOLDER {
            let assets = assets.view_option("name", "static/{breaker}").pages("**/*.html");
            assets.fallback("index.html").fixed_url("assets/**").prepare()
        } else if folder == fixture::UNMOVED_FOLDER {
            assets.fixed_url("**").prepare()
        } else {
            assets.prepare()
        }
    }
}

/// Writes a file, unless it is there as it should be: a new time would have cargo build again.
fn write(file: &Path, content: &[u8]) {
    if fs::read(file).is_ok_and(|old| old == content) {
        return;
    }
    let folder = file.parent().expect("a file is in a folder");
    fs::create_dir_all(folder).and_then(|()| fs::write(file, content)).expect("OUT_DIR can be written to");
}
