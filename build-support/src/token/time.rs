//! When the assets last changed: the time in a token that is made of contents.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::basis::Basis;
use super::git::{self, Change, NoAnswer};
use crate::report::Report;

/// When what the token is made from last changed, in milliseconds; that of the build where git does not know.
pub(super) fn time_of_contents(basis: &Basis<'_>) -> (i64, Report) {
    let mut report = Report::default();
    report.watched.extend(basis.folders.iter().flat_map(|folder| git::watched(folder)));
    let time = match last_change(basis) {
        Ok(Some(change)) => {
            if change.is_cut_off && basis.environment.is_release {
                report.warn([
                    "`Token::content()` has the time of the oldest commit in this shallow clone, not of the last change to \
                     the assets: a deploy that changes no asset has another token all the same, and browsers fetch \
                     everything again; fetch the whole history"
                        .to_owned(),
                ]);
            }
            change.seconds * 1000
        }
        Ok(None) | Err(NoAnswer::NothingThere(_)) => basis.now,
        Err(NoAnswer::Refused(cause)) => {
            report.warn([format!(
                "`Token::content()` has the time of this build, not of the last change to the assets, because git refuses \
                 ({cause}): two builds of one commit have two tokens, and browsers fetch everything again; make git work \
                 here, or set `CACHEBREAKER`"
            )]);
            basis.now
        }
    };
    (time, report)
}

fn last_change(basis: &Basis<'_>) -> Result<Option<Change>, NoAnswer> {
    let package = &*basis.environment.package;
    let build_script = package.join("build.rs");
    let mut paths: Vec<_> = basis.folders.iter().map(|folder| (*folder).to_owned()).collect();
    paths.extend_from_slice(basis.watched);
    paths.extend(basis.linked());
    if basis.has_made_files {
        // The retry script changes with the version of this crate.
        paths.extend(package.ancestors().map(|folder| folder.join("Cargo.lock")).find(|file| file.is_file()));
    }
    if !build_script.is_file() || names_its_build_script(package) || has_untracked_files(basis)? {
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

fn unless_nothing_there(tracked: Result<BTreeSet<String>, NoAnswer>) -> Result<BTreeSet<String>, NoAnswer> {
    match tracked {
        Err(NoAnswer::NothingThere(_)) => Ok(BTreeSet::new()),
        tracked => tracked,
    }
}

/// Whether git does not track a file that is served, so that it can change with any commit: output of a bundler.
fn has_untracked_files(basis: &Basis<'_>) -> Result<bool, NoAnswer> {
    for folder in basis.folders {
        let tracked = unless_nothing_there(git::tracked(folder))?;
        for file in basis.files {
            let Ok(path) = file.strip_prefix(folder) else { continue };
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            if !tracked.contains(&parts.join("/")) {
                return Ok(true);
            }
        }
    }
    for path in basis.linked() {
        let (folder, name) = match (path.is_dir(), path.parent(), path.file_name()) {
            (false, Some(folder), Some(name)) => (folder, name.to_string_lossy()),
            _ => continue,
        };
        if !unless_nothing_there(git::tracked(folder))?.contains(&*name) {
            return Ok(true);
        }
    }
    Ok(false)
}
