//! When each asset last changed: from what git knows about the files of a view to a time for each, and warnings where that costs
//! something.

use std::collections::{BTreeSet, HashMap};
use std::iter;
use std::path::{Path, PathBuf};

use super::DeployToken;
use super::basis::Basis;
use super::git::{self, Change, NoAnswer};
use crate::error::shown;
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

    /// Asks git. `deploy` is the token of the deploy, which knows whether git has an answer at all. With a history there is no warning of
    /// what git does not know: URLs last all the same.
    pub(crate) fn of(basis: &Basis<'_>, edges: &Edges, deploy: &DeployToken, has_history: bool) -> (Self, Report) {
        let mut report = Report::default();
        let folders: Result<Vec<_>, _> = basis.folders().map(|folder| Folder::of(folder, basis, edges)).collect();
        let folders = match folders {
            Ok(folders) if deploy.is_of_commit => folders,
            // The token of the deploy has the time of the build too, and a warning where git refuses.
            folders => {
                if folders.is_ok() && basis.plan.source_date.is_none() && !has_history {
                    report.warn([format!(
                        "`Token::content()` has the time of this build, because there is no git repository with a commit that has `{}`: files \
                         that have not changed have new URLs too, and browsers fetch them again; build in a checkout with its \
                         whole history",
                        shown(basis.folder())
                    )]);
                }
                return (Self { of: vec![Changed::InBuild; basis.files.len()] }, report);
            }
        };
        let lock = basis.plan.script.as_ref().and_then(|_| git::last_change(basis.lock().as_slice()).ok().flatten());
        let numbers = 0..basis.files.len();
        let changes: Vec<_> =
            numbers.map(|asset| last_change(basis, &folders, lock.as_ref(), asset, &edges.missing[asset])).collect();
        report.warn(warnings(basis, edges, &changes, (deploy.is_cut_off, has_history)));
        (Self { of: changes.iter().map(|(changed, _)| *changed).collect() }, report)
    }
}

/// What there is to say about files whose last change git does not know. `is_cut_off` says that the user knows already that the
/// clone is shallow.
fn warnings(
    basis: &Basis<'_>,
    edges: &Edges,
    changes: &[(Changed, bool)],
    (is_cut_off, has_history): (bool, bool),
) -> Vec<String> {
    let of = |is_one: &dyn Fn(&(Changed, bool)) -> bool| {
        // The retry script is the build's own, and what may refer to anything has the token of the deploy.
        let is_meant = |number: &usize| {
            basis.files[*number].found.made.is_none()
                && edges.nodes[*number].unknown.is_none()
                && is_one(&changes[*number])
        };
        let mut numbers = (0..changes.len()).filter(is_meant);
        let first = shown(&basis.files[numbers.next()?].found.shown);
        Some(format!("{} of {} assets (`{first}` is the first)", numbers.count() + 1, changes.len()))
    };
    let in_build = of(&|(changed, _)| *changed == Changed::InBuild).map(|assets| {
        format!(
            "{assets} have changes that are not committed: their URLs have the time of this build, and another build has others; \
             commit them"
        )
    });
    let with_deploy = of(&|(changed, _)| *changed == Changed::WithDeploy).map(|assets| {
        format!(
            "git does not have {assets} as files of the folder: they have new URLs after each change to the package, and browsers \
             fetch them again; commit them"
        )
    });
    let cut_off = of(&|(_, is_cut_off)| *is_cut_off).filter(|_| !is_cut_off).map(|assets| {
        format!(
            "this clone is shallow, and git does not know when {assets} last changed: they have new URLs in each deploy, and \
             browsers fetch them again; fetch the whole history"
        )
    });
    let new_urls = [with_deploy, cut_off].into_iter().flatten().filter(|_| !has_history);
    in_build.into_iter().chain(new_urls).collect()
}

/// What git knows about a folder of the view; nothing where no repository has it.
#[derive(Default)]
struct Folder {
    /// Where it really is.
    real: PathBuf,
    tracked: BTreeSet<String>,
    dirty: BTreeSet<String>,
    changes: HashMap<String, Change>,
}

impl Folder {
    fn of(folder: &Path, basis: &Basis<'_>, edges: &Edges) -> Result<Self, NoAnswer> {
        // A commit may lead a link or a submodule elsewhere, and what is there then is as old as it was.
        if is_led_to(folder, basis) || git::files::is_submodule(folder) {
            return Ok(Self::default());
        }
        Ok(git::unless_nothing(Self::of_repository(folder, basis, edges))?.unwrap_or_default())
    }

    fn of_repository(folder: &Path, basis: &Basis<'_>, edges: &Edges) -> Result<Self, NoAnswer> {
        // Without a commit there is nothing to compare with.
        git::head(folder)?;
        let (tracked, dirty) = (git::tracked(folder)?, git::files::dirty(folder)?);
        // A file of another folder may have been in this one.
        let assets = basis.files.iter().map(|file| &*file.found.path);
        // A path that is left out is there all the same, and changes nothing.
        let missing: BTreeSet<_> = edges.missing.iter().flatten().map(String::as_str).collect();
        let missing = missing.into_iter().filter(|path| !folder.join(path).exists());
        let wanted = assets.filter(|path| !dirty.contains(*path)).chain(missing).collect();
        let changes = git::files::last_changes(folder, wanted)?;
        Ok(Self { real: folder.canonicalize().unwrap_or_default(), tracked, dirty, changes })
    }
}

/// Whether a link leads to the folder: itself, or one that it is in below the package.
fn is_led_to(folder: &Path, basis: &Basis<'_>) -> bool {
    let package = &basis.plan.environment.package;
    folder.is_symlink()
        || folder.ancestors().take_while(|path| *path != package).any(Path::is_symlink) && folder.starts_with(package)
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
    // No link may be on the way.
    let real = file.file.canonicalize().ok();
    let is_in_place = |(path, folder): &(&Path, &Folder)| {
        file.file.starts_with(path) && real.as_deref() == Some(&*folder.real.join(&file.path))
    };
    let Some((_, folder)) = basis.folders().zip(folders).find(is_in_place) else {
        return (Changed::WithDeploy, false);
    };
    if folder.dirty.contains(&file.path) {
        return (Changed::InBuild, false);
    }
    let change = folder.changes.get(&file.path).filter(|_| folder.tracked.contains(&file.path));
    let Some(change) = change else { return (Changed::WithDeploy, false) };
    // A file may have been removed from any of the folders: one that is missing now, or one that lay over this.
    let paths = || iter::once(&file.path).chain(missing);
    let of_others = folders.iter().flat_map(|folder| paths().filter_map(|path| folder.changes.get(path)));
    let seconds = of_others.map(|change| change.seconds).fold(change.seconds, i64::max);
    (Changed::Commit { seconds }, change.is_cut_off)
}
