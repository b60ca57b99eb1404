//! Which files are pages.

use cachebreaker_manifest::page::PageUse;

use crate::find::glob::Glob;

/// What `build.rs` says about pages.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageOptions {
    /// Which files are pages.
    pub(crate) globs: Vec<Glob>,
    /// The page for navigations that match nothing else.
    pub(crate) fallback: Option<Glob>,
    /// The page that is sent with 404.
    pub(crate) not_found: Option<Glob>,
    /// Whether pages check what they load by digests.
    pub(crate) integrity: bool,
}

impl PageOptions {
    /// Whether there are no pages.
    pub(crate) fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// Every glob in them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Glob> {
        self.globs.iter().chain(&self.fallback).chain(&self.not_found)
    }

    /// What the file at that path is a page for, if it is one.
    pub(crate) fn of(&self, path: &str) -> Option<PageUse> {
        let is_one = |glob: &Option<Glob>| glob.as_ref().is_some_and(|glob| glob.matches(path));
        if is_one(&self.not_found) {
            Some(PageUse::NotFound)
        } else if is_one(&self.fallback) {
            Some(PageUse::Fallback)
        } else {
            self.globs.iter().any(|glob| glob.matches(path)).then_some(PageUse::Own)
        }
    }
}
