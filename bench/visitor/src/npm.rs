//! Packages from npm, of pinned versions: each is installed once, into a folder of cargo's target directory.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{folder, run};

/// Installs packages, as `name@version`, and returns the folder that has `node_modules`.
pub(crate) fn install(packages: &[&str]) -> PathBuf {
    let folder = folder(&format!("npm/{}", packages.join("+").replace(['/', '@'], "_")));
    let installed = folder.join("installed");
    if !installed.exists() {
        fs::write(folder.join("package.json"), r#"{"private":true,"type":"module"}"#).expect("package.json");
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"]);
        run(npm.args(packages).current_dir(&folder));
        fs::write(installed, "").expect("a file");
    }
    folder
}

/// The folder of one package.
pub(crate) fn package(name: &str, version: &str) -> PathBuf {
    install(&[&format!("{name}@{version}")]).join("node_modules").join(name)
}
