//! Prepares two releases. Digests are made for releases only, so this build script runs itself once more, as that of a
//! release.

use std::env;
use std::process::Command;

use cachebreaker_build::Assets;

const PREPARE: &str = "prepare";

fn main() {
    if env::args().nth(1).as_deref() == Some(PREPARE) {
        Assets::new("v1").token("v1.0.0").prepare();
        Assets::new("v2").token("v2.0.0").prepare();
        return;
    }
    let itself = env::current_exe().expect("a build script has a path");
    let mut command = Command::new(itself);
    command.arg(PREPARE).env("PROFILE", "release").env_remove("CACHEBREAKER").env_remove("CACHEBREAKER_BASE_URL");
    let output = command.output().expect("a build script can run itself");
    assert!(output.status.success(), "{output:?}");
    print!("{}", String::from_utf8_lossy(&output.stdout));
    println!("cargo::rerun-if-changed=build.rs");
}
