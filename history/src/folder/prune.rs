//! Pruning a history: releases first, and then the contents that no release has any more.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{CONTENTS, History, RELEASES};
use crate::atomic::is_left_over;
use crate::{Content, Fault, Keep, Problem, Release, ReleaseName};

/// What [`History::prune`] has removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The releases.
    pub releases: Vec<ReleaseName>,
    /// How many contents.
    pub contents: usize,
    /// The bytes of these contents.
    pub bytes: u64,
}

/// How long a content may be without a release after it was written.
const RECENT: Duration = Duration::from_secs(60 * 60);

impl History {
    /// Removes the releases that are not kept at the time `now`, in milliseconds since the epoch, and then the contents that no release
    /// refers to any more, and what killed processes have left. What was written within the last hour stays, because a release that refers
    /// to it may be about to be added. Files that are not part of the history stay, too.
    ///
    /// # Errors
    ///
    /// If a release cannot be read: then nothing is removed, because its contents are unknown. If one that is added at the same time
    /// cannot be read, releases may be gone, and no contents are. Or if a file cannot be removed.
    pub fn prune(&mut self, keep: &Keep, now: i64) -> Result<Pruned, Fault> {
        let mut there = Vec::new();
        for name in &self.releases {
            there.extend(self.read_if_there(name)?.map(|release| (name, release.head.time)));
        }
        let releases: Vec<_> = there.iter().map(|(name, time)| (&*name.token, *time)).collect();
        let kept = keep.kept(&releases, now);
        let removed = (0..).zip(&there).filter(|(place, _)| !kept.contains(place));
        let removed: Vec<_> = removed.map(|(_, (name, _))| (*name).clone()).collect();
        let mut pruned = Pruned::default();
        for name in removed {
            remove(&self.file(&name))?;
            self.releases.retain(|other| *other != name);
            pruned.releases.push(name);
        }
        // Others may have added releases since this history was opened.
        *self = Self::open(&self.folder)?;
        let mut named = BTreeSet::new();
        for name in &self.releases {
            let release = self.read_if_there(name)?;
            named.extend(release.iter().flat_map(Release::contents).map(Content::path));
        }
        self.sweep(&named, &mut pruned)?;
        Ok(pruned)
    }

    /// Removes the contents that are not among these, and what killed processes have left.
    fn sweep(&self, named: &BTreeSet<PathBuf>, pruned: &mut Pruned) -> Result<(), Fault> {
        for file in list(&self.folder.join(RELEASES))? {
            if is_left_over(file.file_name().unwrap_or_default(), age(&file)) {
                remove(&file)?;
            }
        }
        for folder in list(&self.folder.join(CONTENTS))? {
            for file in list(&folder)? {
                let path = file.strip_prefix(&self.folder).unwrap_or(&file);
                if is_left_over(file.file_name().unwrap_or_default(), age(&file)) {
                    remove(&file)?;
                } else if Content::is_path(path) && !named.contains(path) && age(&file) > RECENT {
                    pruned.bytes += fs::symlink_metadata(&file).map_or(0, |it| it.len());
                    remove(&file)?;
                    pruned.contents += 1;
                }
            }
            // It may not be empty.
            let _ = fs::remove_dir(&folder);
        }
        Ok(())
    }
}

/// How long ago a file was written; nothing where that is not known.
fn age(file: &Path) -> Duration {
    let modified = fs::symlink_metadata(file).and_then(|it| it.modified()).ok();
    modified.and_then(|it| SystemTime::now().duration_since(it).ok()).unwrap_or_default()
}

fn remove(file: &Path) -> Result<(), Fault> {
    match fs::remove_file(file) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(Fault::new(file, Problem::Remove(cause))),
        _ => Ok(()),
    }
}

/// What is in a folder, sorted; nothing if there is no such folder.
fn list(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fail = |cause| Fault::new(folder, Problem::Read(cause));
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // A file among the folders is somebody else's.
        Err(cause) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&cause.kind()) => return Ok(Vec::new()),
        Err(cause) => return Err(fail(cause)),
    };
    let mut paths = entries.map(|entry| Ok(entry.map_err(fail)?.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort_unstable();
    Ok(paths)
}
