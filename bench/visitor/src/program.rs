//! Programs that run to their end, and where their files are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the bench's own workspace.
pub(crate) fn bench() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package is in the bench's folder")
}

/// A folder in cargo's target directory, which is made where it is missing.
pub(crate) fn folder(name: &str) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| bench().join("target"), PathBuf::from);
    let folder = target.join("deploys").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// An empty folder in cargo's target directory.
pub(crate) fn empty_folder(name: &str) -> PathBuf {
    fs::remove_dir_all(folder(name)).expect("a folder that was made before");
    folder(name)
}

/// Runs a command, which must succeed, and returns its output.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|cause| panic!("{command:?}: {cause}"));
    let [text, errors] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{command:?}: {}\n{text}{errors}", output.status);
    text
}
