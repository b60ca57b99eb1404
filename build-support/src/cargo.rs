//! The lines that a build script prints for cargo. Nothing else in this crate prints.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use cachebreaker_manifest::manifest::PREPARED_ENV;

use crate::error::{Error, shown};
use crate::report::{PRINTED, Report};

/// Prints what the preparation of a folder has to say.
pub(crate) fn print(report: &Report, folder: &Path) {
    report.watched.iter().for_each(|path| print_line("rerun-if-changed", &path.to_string_lossy()));
    report.variables.iter().for_each(|name| print_line("rerun-if-env-changed", name));
    if !report.prepared.is_empty() {
        print_line("rustc-env", &format!("{PREPARED_ENV}={}", report.prepared.join(" ")));
    }
    for warnings in &report.warnings {
        warnings.iter().take(PRINTED).for_each(|text| print_once("warning", text));
        more(warnings.len(), folder).into_iter().for_each(|more| print_once("warning", &more));
    }
    report.errors.iter().take(PRINTED).for_each(error);
    more(report.errors.len(), folder)
        .into_iter()
        .for_each(|more| print_once("error", &format!("{more}: correct these first")));
}

/// Fails the build with one line.
pub(crate) fn error(error: &Error) {
    print_once("error", &error.to_string());
}

fn more(count: usize, folder: &Path) -> Option<String> {
    let more = count.checked_sub(PRINTED).filter(|more| *more > 0)?;
    Some(format!("and {more} more in `{}`", shown(folder)))
}

/// Several folders of one build script may have the same fault: it is printed once.
fn print_once(directive: &str, text: &str) {
    static BEFORE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if BEFORE.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned()) {
        print_line(directive, text);
    }
}

/// A line cannot contain a line break: cargo would read what follows as another line.
fn print_line(directive: &str, text: &str) {
    println!("cargo::{directive}={}", text.replace(['\n', '\r'], " "));
}
