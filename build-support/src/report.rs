//! What the phases of a preparation have to say: collected as values, and printed for cargo in one place, `cargo.rs`.

use std::path::PathBuf;

use crate::error::Error;

/// How many faults of a folder are printed, and how many warnings of one kind: more do not fit on a screen.
pub(crate) const PRINTED: usize = 20;

/// What there is to say.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Files and folders: when one of them changes, cargo runs the build script again.
    pub(crate) watched: Vec<PathBuf>,
    /// Environment variables: the same.
    pub(crate) variables: Vec<String>,
    /// The directories that this build script has prepared so far, for the macro.
    pub(crate) prepared: Vec<String>,
    /// In groups, since only the first of very many in a group are printed.
    pub(crate) warnings: Vec<Vec<String>>,
    pub(crate) errors: Vec<Error>,
}

impl Report {
    /// Adds what a phase says; returns its value.
    pub(crate) fn add<T>(&mut self, (value, report): (T, Self)) -> T {
        self.extend(report);
        value
    }

    /// Adds what a phase says that has no value.
    pub(crate) fn extend(&mut self, report: Self) {
        self.watched.extend(report.watched);
        self.variables.extend(report.variables);
        self.prepared.extend(report.prepared);
        self.warnings.extend(report.warnings);
        self.errors.extend(report.errors);
    }

    /// Adds warnings of one kind.
    pub(crate) fn warn(&mut self, warnings: impl IntoIterator<Item = String>) {
        self.warnings.push(warnings.into_iter().collect());
    }

    /// The value, if there is one; an error is added.
    pub(crate) fn ok<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }
}
