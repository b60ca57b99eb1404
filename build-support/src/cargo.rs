//! The lines that a build script prints for cargo.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Display;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use cachebreaker_manifest::manifest::PREPARED_ENV;

use crate::error::{Error, shown};

/// A line cannot contain a line break: cargo would read what follows as a line of its own.
fn print(directive: &str, text: &str) {
    println!("cargo::{directive}={}", text.replace(['\n', '\r'], " "));
}

/// Prints once a build script, however many folders have the same reason.
fn print_once(directive: &str, text: &str) {
    static PRINTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if PRINTED.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned()) {
        print(directive, text);
    }
}

/// Fails the build with one clean line.
pub(crate) fn error(error: &dyn Display) {
    print_once("error", &error.to_string());
}

/// How many of one folder's faults are told: what does not fit on a screen is not read.
pub(crate) const TOLD: usize = 20;

/// Fails the build with a line for each fault in a folder, in their order, or for the first of very many.
pub(crate) fn errors(errors: &[Error], folder: &Path) {
    errors.iter().take(TOLD).for_each(|it| error(it));
    if let Some(more) = more(errors.len(), folder) {
        error(&format_args!("{more}: correct these first"));
    }
}

/// Warns with a line for each text, in their order, or for the first of very many.
pub(crate) fn warnings(texts: &[String], folder: &Path) {
    texts.iter().take(TOLD).for_each(|it| warning(it));
    if let Some(more) = more(texts.len(), folder) {
        warning(&more);
    }
}

fn more(faults: usize, folder: &Path) -> Option<String> {
    let more = faults.checked_sub(TOLD).filter(|more| *more > 0)?;
    Some(format!("and {more} more in `{}`", shown(folder)))
}

/// Warns with one clean line.
pub(crate) fn warning(text: &str) {
    print_once("warning", text);
}

/// Tells the macro which folders this build script prepares, by the names of their directories; false for one that was
/// told before.
pub(crate) fn prepares(directory: &str) -> bool {
    static PREPARED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut prepared = PREPARED.lock().unwrap_or_else(PoisonError::into_inner);
    let is_new = prepared.insert(directory.to_owned());
    // Cargo keeps the last line of one variable.
    let all: Vec<_> = prepared.iter().map(String::as_str).collect();
    print("rustc-env", &format!("{PREPARED_ENV}={}", all.join(" ")));
    is_new
}

/// Runs the build script again when the file, or anything in the folder, is added, changed or removed.
pub(crate) fn watch(path: &Path) {
    print("rerun-if-changed", &path.to_string_lossy());
}

/// An environment variable; the build script runs again when it changes.
pub(crate) fn env(name: &str) -> Result<Option<String>, Error> {
    print("rerun-if-env-changed", name);
    match env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Error::EnvNotUtf8(name.to_owned())),
    }
}

/// What is built: with or without the work that only a release is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Development,
    Release,
}

/// The profile of the crate whose build script runs. It need not agree with that crate's `debug_assertions`, so it
/// decides about compression and warnings only, never about what is embedded.
pub(crate) fn profile() -> Profile {
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") { Profile::Release } else { Profile::Development }
}
