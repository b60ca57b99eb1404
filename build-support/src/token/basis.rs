//! What a token is made from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::options::Options;
use crate::plan::Plan;
use crate::read::File;

/// What a token is made from.
pub(crate) struct Basis<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) options: &'a Options,
    /// The files that are served; they may be in other folders than those of the view.
    pub(crate) files: &'a [File],
    /// The digest of all assets and options, in hex.
    pub(crate) digest: &'a str,
}

impl Basis<'_> {
    /// The folder that names the repository.
    pub(super) fn folder(&self) -> &Path {
        &self.plan.layers[0].folder
    }

    /// The folders of the view.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.plan.layers.iter().map(|layer| &*layer.folder)
    }

    /// The file that says which version of this crate is used, and so what is in the retry script.
    pub(super) fn lock(&self) -> Option<PathBuf> {
        let package = &self.plan.environment.package;
        package.ancestors().map(|folder| folder.join("Cargo.lock")).find(|file| file.is_file())
    }

    /// The files and folders that are served from outside of the view's folders, by a link in them.
    pub(super) fn linked(&self) -> Vec<PathBuf> {
        let folders: Vec<_> = self.folders().filter_map(|folder| folder.canonicalize().ok()).collect();
        let is_outside =
            |file: &Path| file.canonicalize().is_ok_and(|file| !folders.iter().any(|folder| file.starts_with(folder)));
        let outside = self.files.iter().map(|file| &*file.found.file).filter(|file| is_outside(file));
        let links = outside.filter_map(|file| {
            let folder = self.folders().find(|folder| file.starts_with(folder))?;
            // The link that is nearest to the view's folder leads to all that is in it.
            let parts = file.ancestors().take_while(|path| *path != folder);
            parts.filter(|path| path.is_symlink()).last()?.canonicalize().ok()
        });
        links.collect::<BTreeSet<_>>().into_iter().collect()
    }
}
