//! When the assets last changed: the time in a token that is made of contents.

use std::path::{Path, PathBuf};
use std::{fs, slice};

use super::basis::Basis;
use super::git::{self, Change, NoAnswer};
use crate::report::Report;

/// The last change to what the token is made from; `None` where git does not know, and then the time is that of the build.
pub(super) fn last_change_of_contents(basis: &Basis<'_>, report: &mut Report) -> Option<Change> {
    report.watched.extend(basis.folders().flat_map(git::watched));
    match last_change(basis) {
        Ok(change) => {
            if change.as_ref().is_some_and(|change| change.is_cut_off) && basis.plan.environment.is_release {
                report.warn([
                    "`Token::content()` has the time of the oldest commit in this shallow clone, not of the last change to \
                     the assets: a deploy that changes no asset has another token all the same, and browsers fetch \
                     everything again; fetch the whole history"
                        .to_owned(),
                ]);
            }
            change
        }
        Err(NoAnswer { is_nothing: true, .. }) => None,
        Err(NoAnswer { cause, .. }) => {
            report.warn([format!(
                "`Token::content()` has the time of this build, not of the last change to the assets, because git refuses \
                 ({cause}): two builds of one commit have two tokens, and browsers fetch everything again; make git work \
                 here, or set `CACHEBREAKER`"
            )]);
            None
        }
    }
}

fn last_change(basis: &Basis<'_>) -> Result<Option<Change>, NoAnswer> {
    let package = &*basis.plan.environment.package;
    let build_script = package.join("build.rs");
    let linked = basis.linked();
    let mut paths: Vec<_> = basis.folders().map(Path::to_owned).collect();
    paths.extend_from_slice(&basis.options.watched);
    paths.extend_from_slice(&linked);
    if basis.plan.script.is_some() {
        paths.extend(basis.lock());
    }
    if !build_script.is_file() || names_its_build_script(package) || has_untracked_files(basis, &linked)? {
        paths.push(package.to_owned());
    } else {
        paths.push(build_script);
    }
    git::last_change(&paths)
}

/// Whether the package may have a build script of another name, anywhere in it.
fn names_its_build_script(package: &Path) -> bool {
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default();
    let is_named =
        |line: &str| line.trim_start().strip_prefix("build").is_some_and(|rest| rest.trim_start().starts_with('='));
    manifest.lines().any(is_named)
}

/// Whether git does not track a file that is served, so that it can change with any commit: output of a bundler.
fn has_untracked_files(basis: &Basis<'_>, linked: &[PathBuf]) -> Result<bool, NoAnswer> {
    let files: Vec<_> = basis.files.iter().map(|file| &*file.found.file).collect();
    let linked: Vec<_> = linked.iter().filter(|path| !path.is_dir()).map(PathBuf::as_path).collect();
    let beside = linked.iter().filter_map(|file| Some((file.parent()?, slice::from_ref(file))));
    for (folder, files) in basis.folders().map(|folder| (folder, &files[..])).chain(beside) {
        let tracked = git::unless_nothing(git::tracked(folder))?.unwrap_or_default();
        for path in files.iter().filter_map(|file| file.strip_prefix(folder).ok()) {
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            if !tracked.contains(&parts.join("/")) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
