//! Makes the book, and prepares it.

use std::path::{Path, PathBuf};
use std::process::Command;

use cachebreaker_build::Assets;

fn main() {
    let html = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("book");
    if let Err(message) = make("book", &html) {
        println!("cargo::error={message}");
        return;
    }
    Assets::new(html)
        .named("book")
        .watch("book")
        .pages("**/*.html")
        .not_found("404.html")
        // mdBook's search loads it by a path that a script puts together.
        .fixed_url("searchindex.js")
        .prepare();
}

fn make(book: &str, html: &Path) -> Result<(), String> {
    match Command::new("mdbook").args(["build", book, "--dest-dir"]).arg(html).output() {
        Err(error) => Err(format!("mdbook does not start ({error}): install it with `cargo install --locked mdbook`")),
        Ok(output) if !output.status.success() => {
            let problem = String::from_utf8_lossy(&output.stderr);
            Err(format!("mdbook cannot make `{book}`: {}", problem.trim().replace('\n', "; ")))
        }
        Ok(_) => Ok(()),
    }
}
