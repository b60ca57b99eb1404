//! Prepares `static/` as a release does, so that there are encodings, digests and a fixed time whatever profile the tests
//! have. The environment variable `PROFILE` decides that, so this build script runs itself once more with another value.

use std::env;
use std::process::{Command, exit};

use cachebreaker_build::{Assets, References};

/// The argument that tells the second run from the first.
const PREPARE: &str = "prepare";

fn main() {
    if env::args().nth(1).as_deref() == Some(PREPARE) {
        return Assets::new("static").token("1718539201234").check_references(References::new()).prepare();
    }
    let itself = env::current_exe().expect("a build script has a path");
    let status = Command::new(itself)
        .arg(PREPARE)
        .env("PROFILE", "release")
        .env("SOURCE_DATE_EPOCH", "1718539201")
        .env_remove("CACHEBREAKER")
        .env_remove("CACHEBREAKER_SUPERSEDES")
        .env_remove("CACHEBREAKER_BASE_URL")
        .status()
        .expect("a build script can run itself");
    exit(status.code().unwrap_or(1));
}
