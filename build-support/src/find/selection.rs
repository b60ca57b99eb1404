//! Which files are assets, and which of them are served at fixed URLs too.

use cachebreaker_manifest::fixed_url::FixedUrl;

use super::glob::{Glob, unmatched};
use crate::error::Error;

/// What `build.rs` says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) hidden: bool,
    pub(crate) include: Vec<Glob>,
    pub(crate) exclude: Vec<Glob>,
    pub(crate) fixed: Vec<(Glob, FixedUrl)>,
}

/// Whether a file or a folder is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Selected,
    Hidden,
    Excluded,
}

impl Selection {
    /// What is wrong with the globs.
    pub(crate) fn errors(&self) -> impl Iterator<Item = Error> {
        self.fixed_globs().chain(&self.include).chain(&self.exclude).filter_map(Glob::error)
    }

    /// Of a file, or of anything else that is not a folder, by its path with slashes.
    pub(crate) fn file(&self, path: &str) -> Verdict {
        if self.exclude.iter().any(|glob| glob.matches(path)) {
            Verdict::Excluded
        } else if self.fixed(path).is_some() {
            Verdict::Selected
        } else if self.is_hidden(path) {
            Verdict::Hidden
        } else if self.include.is_empty() || self.include.iter().any(|glob| glob.matches(path)) {
            Verdict::Selected
        } else {
            Verdict::Excluded
        }
    }

    /// Of a folder: whether anything in it may be selected.
    pub(crate) fn folder(&self, path: &str) -> Verdict {
        let has_fixed = || self.fixed.iter().any(|(glob, _)| glob.is_below(path));
        if self.exclude.iter().any(|glob| glob.matches_all_in(path)) {
            Verdict::Excluded
        } else if self.is_hidden(path) && !has_fixed() {
            Verdict::Hidden
        } else {
            Verdict::Selected
        }
    }

    /// What the file is at a fixed URL, where it has one.
    pub(crate) fn fixed(&self, path: &str) -> Option<FixedUrl> {
        self.fixed.iter().rev().find(|(glob, _)| glob.matches(path)).map(|(_, fixed)| *fixed)
    }

    fn is_hidden(&self, path: &str) -> bool {
        !self.hidden && path.split('/').any(|part| part.starts_with('.'))
    }

    /// The globs of fixed URLs.
    pub(crate) fn fixed_globs(&self) -> impl Iterator<Item = &Glob> {
        self.fixed.iter().map(|(glob, _)| glob)
    }

    /// Globs that match no file, selected or excluded. The retry script is selected even if a glob excludes it.
    pub(crate) fn unmatched(&self, selected: &[&str], excluded: &[&str]) -> Vec<&Glob> {
        unmatched(self.include.iter().chain(&self.exclude), &[excluded, selected].concat())
    }
}
