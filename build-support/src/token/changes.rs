//! When each asset last changed: from what git knows about the files of a view to a time for each, and warnings where that costs
//! something.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::basis::Basis;
use super::git::{self, Change, NoAnswer};
use crate::error::shown;
use crate::find::walk::FoundFile;
use crate::refer::edges::Edges;
use crate::report::Report;

/// When an asset last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Changed {
    /// With this commit, by its time in seconds.
    Commit { seconds: i64 },
    /// With any change of the deploy: git does not have it as a file in the folder of the view.
    WithDeploy,
    /// In this build: it is not as in the last commit, or there is no git.
    InBuild,
}

/// When the assets last changed.
pub(crate) struct Changes {
    /// For each asset, the last change of it, or of a path that it refers to and where no asset is.
    pub(super) of: Vec<Changed>,
}

impl Changes {
    /// The last change of any of these assets, and the asset.
    pub(crate) fn last_of(&self, assets: &[u32]) -> (u32, Changed) {
        let last = assets.iter().max_by_key(|asset| self.of[**asset as usize]);
        last.map_or((0, Changed::WithDeploy), |asset| (*asset, self.of[*asset as usize]))
    }

    /// Asks git. `is_cut_off` says that the user knows already that the clone is shallow.
    pub(crate) fn of(basis: &Basis<'_>, edges: &Edges, is_cut_off: bool) -> (Self, Report) {
        let mut report = Report::default();
        let mut folders = Vec::new();
        for folder in basis.folders() {
            match Folder::of(folder, basis, edges) {
                Ok(folder) => folders.push(folder),
                // The token of the deploy has this time too, and a warning that git refuses.
                Err(NoAnswer { is_nothing, .. }) => {
                    if is_nothing && basis.plan.source_date.is_none() {
                        report.warn([format!(
                            "`Token::content()` has the time of this build, because there is no git repository that has `{}`: files \
                             that have not changed have new URLs too, and browsers fetch them again; build in a checkout with its \
                             whole history",
                            shown(folder)
                        )]);
                    }
                    let of = vec![Changed::InBuild; basis.files.len()];
                    return (Self { of }, report);
                }
            }
        }
        let changes: Vec<_> = (0..)
            .zip(&edges.missing)
            .map(|(asset, missing)| last_change(basis, &folders, lock.as_ref(), asset, missing))
            .collect();
        let of: Vec<_> = changes.iter().map(|(changed, _)| *changed).collect();
        let first = |is_one: &dyn Fn(&(Changed, bool)) -> bool| {
            let number = changes.iter().filter(|it| is_one(it)).count();
            let first = changes.iter().position(is_one)?;
            Some(format!(
                "{number} of {} assets (`{}` is the first)",
                changes.len(),
                shown(&basis.files[first].found.shown)
            ))
        };
        if let Some(assets) = first(&|(changed, _)| *changed == Changed::InBuild) {
            report.warn([format!(
                "{assets} have changes that are not committed: their URLs have the time of this build, and another build has others; \
                 commit them"
            )]);
        }
        if let Some(assets) = first(&|(changed, _)| *changed == Changed::WithDeploy) {
            report.warn([format!(
                "git does not have {assets} as files of the folder: they have new URLs after each change to the package, and browsers \
                 fetch them again; commit them"
            )]);
        }
        if let Some(assets) = first(&|(_, is_cut_off)| *is_cut_off).filter(|_| !is_cut_off) {
            report.warn([format!(
                "this clone is shallow, and git does not know when {assets} last changed: they have new URLs in each deploy, and \
                 browsers fetch them again; fetch the whole history"
            )]);
        }
        (Self { of }, report)
    }
}

/// What git knows about a folder of the view.
struct Folder {
    tracked: BTreeSet<String>,
    dirty: BTreeSet<String>,
    changes: HashMap<String, Change>,
}

impl Folder {
    fn of(folder: &Path, basis: &Basis<'_>, edges: &Edges) -> Result<Self, NoAnswer> {
        // Without a commit there is nothing to compare with.
        git::head(folder)?;
        let tracked = git::tracked(folder)?;
        let dirty = git::files::dirty(folder)?;
        let assets =
            basis.files.iter().filter(|file| file.found.file.starts_with(folder)).map(|file| &*file.found.path);
        // One that is left out is there all the same, and changes nothing.
        let missing = edges.missing.iter().flatten().filter(|path| !folder.join(path).exists()).map(String::as_str);
        let wanted = assets.filter(|path| tracked.contains(*path) && !dirty.contains(*path)).chain(missing).collect();
        let changes = git::files::last_changes(folder, wanted)?;
        Ok(Self { tracked, dirty, changes })
    }
}

/// When an asset last changed, and whether a shallow clone ends before that.
fn last_change(
    basis: &Basis<'_>,
    folders: &[Folder],
    lock: Option<&Change>,
    asset: usize,
    missing: &[String],
) -> (Changed, bool) {
    let file = &basis.files[asset].found;
    // The retry script changes with the version of this crate.
    if let Some(Change { seconds, is_cut_off }) = lock.filter(|_| file.made.is_some()) {
        return (Changed::Commit { seconds: *seconds }, *is_cut_off);
    }
    let index = basis.folders().position(|folder| file.file.starts_with(folder) && is_in_place(folder, file));
    let Some(folder) = index.map(|index| &folders[index]) else {
        return (Changed::WithDeploy, false);
    };
    if folder.dirty.contains(&file.path) {
        return (Changed::InBuild, false);
    }
    let change = folder.changes.get(&file.path).filter(|_| folder.tracked.contains(&file.path));
    let Some(change) = change else { return (Changed::WithDeploy, false) };
    // A file that was there may have been removed from any of the folders.
    let of_missing = folders.iter().flat_map(|folder| missing.iter().filter_map(|path| folder.changes.get(path)));
    let seconds = of_missing.map(|change| change.seconds).fold(change.seconds, i64::max);
    (Changed::Commit { seconds }, change.is_cut_off)
}

/// Whether the file is where its path says, and no link is on the way.
fn is_in_place(folder: &Path, file: &FoundFile) -> bool {
    let (Ok(folder), Ok(real)) = (folder.canonicalize(), file.file.canonicalize()) else { return false };
    real == folder.join(&file.path)
}
