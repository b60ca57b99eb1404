//! Programs: built by cargo, run to their end.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the bench's own workspace.
pub(crate) fn bench() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the driver is in the bench's folder")
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| bench().join("target"), PathBuf::from)
}

/// Builds a package of the bench in release, and returns where its programs are.
pub(crate) fn build(package: &str) -> PathBuf {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--quiet", "--package", package]).current_dir(bench());
    // A peer would print a line for each file.
    run(cargo.env("MEMORY_SERVE_QUIET", "1"));
    target().join("release")
}

/// Runs a command, which must succeed, and returns what it says: output first, errors behind.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|cause| panic!("{command:?}: {cause}"));
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    text
}
