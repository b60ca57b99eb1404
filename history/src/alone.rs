//! A history of one release: what a build writes, for the user to add to a history.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::atomic::{is_left_over, unfinished_name};
use crate::folder::{CONTENTS, RELEASES};
use crate::{Content, Fault, Problem, Release, ReleaseName};

/// How many times we try to rename a folder into place while other processes do the same.
const ATTEMPTS: usize = 100;

/// Makes a folder the history of this one release. Even if the process is killed, the folder is as it was before or as it should be, except
/// between two renames, when it may be missing; in a container, where the folder comes from a lower layer, it is removed instead of
/// renamed. If it is already as it should be, nothing is written; contents that it already has are not written again.
///
/// The new folder is built in `scratch`, which must be on the same file system, so a copy of the folder never gets part of it.
///
/// # Errors
///
/// If a file cannot be written, or `bytes_of` fails. The folder is then as it was.
pub fn write_alone<'b, E: From<Fault>>(
    (scratch, folder): (&Path, &Path),
    number: u32,
    release: &Release,
    mut bytes_of: impl FnMut(&Content) -> Result<Cow<'b, [u8]>, E>,
) -> Result<(), E> {
    let name = ReleaseName { number, token: release.head.token.clone() }.to_string();
    let text = release.to_string();
    let contents: BTreeSet<_> = release.contents().copied().collect();
    let mut is_new = !is_alone(folder, &name, &text, contents.len());
    let mut files = Vec::with_capacity(contents.len());
    for content in contents {
        let (path, bytes) = (content.path(), bytes_of(&content)?);
        // What is there may be damaged.
        let is_there = fs::read(folder.join(&path)).is_ok_and(|there| there == *bytes);
        is_new |= !is_there;
        files.push((path, bytes, is_there));
    }
    if !is_new {
        return Ok(());
    }
    let fail = |path: &Path, cause| Fault::new(&folder.join(path), Problem::Write(cause));
    let unfinished = Unfinished::new(scratch, folder);
    for (path, bytes, is_there) in files {
        let file = unfinished.0.join(&path);
        // Another process may have put its release there meanwhile.
        let is_linked = is_there && link(&folder.join(&path), &file).is_ok();
        if !is_linked {
            write(&file, &bytes).map_err(|cause| fail(&path, cause))?;
        }
    }
    let path = Path::new(RELEASES).join(name);
    write(&unfinished.0.join(&path), text.as_bytes()).map_err(|cause| fail(&path, cause))?;
    unfinished.put(folder).map_err(|cause| Fault::new(folder, Problem::Write(cause)))?;
    Ok(())
}

/// Whether a folder has this release and no other, and this number of contents.
fn is_alone(folder: &Path, name: &str, text: &str, contents: usize) -> bool {
    let releases = folder.join(RELEASES);
    let files = fs::read_dir(&releases).map_or(0, Iterator::count);
    let folders = fs::read_dir(folder.join(CONTENTS)).into_iter().flatten().flatten();
    let there: usize = folders.map(|folder| fs::read_dir(folder.path()).map_or(0, Iterator::count)).sum();
    files == 1 && there == contents && fs::read(releases.join(name)).is_ok_and(|there| there == text.as_bytes())
}

fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, bytes)
}

/// A second name for a file. Not every file system has those.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::hard_link(from, to)
}

/// A folder that will replace another, or one that was replaced. It is removed on drop.
struct Unfinished(PathBuf);

impl Unfinished {
    fn new(scratch: &Path, folder: &Path) -> Self {
        // What killed processes have left is of no use.
        for entry in fs::read_dir(scratch).into_iter().flatten().flatten() {
            let age = entry.metadata().and_then(|it| it.modified()).ok();
            let age = age.and_then(|it| SystemTime::now().duration_since(it).ok()).unwrap_or(Duration::ZERO);
            if is_left_over(&entry.file_name(), age) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Self(scratch.join(unfinished_name(folder)))
    }

    /// Puts it in place of the folder.
    fn put(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder.parent().unwrap_or(folder))?;
        for _ in 1..ATTEMPTS {
            let old = Self(self.0.with_file_name(unfinished_name(folder)));
            match fs::rename(folder, &old.0) {
                // In a container, a folder of a lower layer cannot be renamed.
                Err(cause) if cause.kind() == ErrorKind::CrossesDevices => fs::remove_dir_all(folder)?,
                Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
                _ => {}
            }
            match fs::rename(&self.0, folder) {
                Ok(()) => return Ok(()),
                // Another process was faster.
                Err(cause) if folder.exists() => drop(cause),
                Err(cause) => {
                    let _ = fs::rename(&old.0, folder);
                    return Err(cause);
                }
            }
        }
        fs::rename(&self.0, folder)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It was put in place, or never made.
        let _ = fs::remove_dir_all(&self.0);
    }
}
