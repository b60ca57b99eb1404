//! What a token is made from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::source::TokenOptions;
use crate::environment::Environment;

/// What a token is made from.
pub(crate) struct Basis<'a> {
    pub(crate) options: &'a TokenOptions,
    pub(crate) environment: &'a Environment,
    /// The time of the build, in milliseconds.
    pub(crate) now: i64,
    /// The folders of the view. The first names the repository.
    pub(crate) folders: &'a [&'a Path],
    /// What `build.rs` watches beside them.
    pub(crate) watched: &'a [PathBuf],
    /// The files that are served; they may be in other folders than these.
    pub(crate) files: &'a [&'a Path],
    /// Whether the build makes some of them itself.
    pub(crate) has_made_files: bool,
}

impl<'a> Basis<'a> {
    /// The folder that names the repository.
    pub(super) fn folder(&self) -> &'a Path {
        self.folders[0]
    }

    /// The files and folders that are served from outside of the view's folders, by a link in them.
    pub(super) fn linked(&self) -> Vec<PathBuf> {
        let folders: Vec<_> = self.folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
        let is_outside =
            |file: &Path| file.canonicalize().is_ok_and(|file| !folders.iter().any(|folder| file.starts_with(folder)));
        let outside = self.files.iter().copied().filter(|file| is_outside(file));
        let links = outside.filter_map(|file| {
            let folder = self.folders.iter().find(|folder| file.starts_with(folder))?;
            // The link that is nearest to the view's folder leads to all that is in it.
            file.ancestors()
                .take_while(|path| path != folder)
                .filter(|path| path.is_symlink())
                .last()?
                .canonicalize()
                .ok()
        });
        links.collect::<BTreeSet<_>>().into_iter().collect()
    }
}
