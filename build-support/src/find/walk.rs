//! The files of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cachebreaker_manifest::nearest::nearest;
use walkdir::{DirEntry, WalkDir};

use super::selection::{Selection, Verdict};
use crate::error::{Error, shown};

/// A file that will be an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) file: PathBuf,
    /// The same, as messages show it.
    pub(crate) shown: PathBuf,
    /// Its path in the folder, with slashes.
    pub(crate) path: String,
    /// Its contents, where the build makes the file itself: the retry script.
    pub(crate) made: Option<&'static str>,
}

/// What was found, and what there is to say about it.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files.
    pub(crate) found: Vec<Found>,
    /// Everything that is selected and cannot be an asset.
    pub(crate) errors: Vec<Error>,
    /// The paths of these, with slashes.
    pub(crate) faulty: Vec<String>,
    /// Links that lead back to a folder they are in.
    pub(crate) warnings: Vec<String>,
    /// How many files and folders are left out because they are hidden.
    pub(crate) hidden: usize,
    /// The files that globs leave out, and the folders, with a slash at the end.
    pub(crate) excluded: Vec<String>,
}

/// Walks a folder. `named` is the folder as the user wrote it, for messages.
pub(crate) fn walk(folder: &Path, named: &Path, selection: &Selection) -> Walk {
    let mut walk = Walk::default();
    match folder.metadata() {
        Ok(it) if it.is_dir() => {}
        Ok(_) => {
            walk.errors.push(Error::FolderIsFile(named.to_owned()));
            return walk;
        }
        Err(_) if folder.symlink_metadata().is_err() => {
            walk.errors.push(Error::FolderMissing { folder: named.to_owned(), nearest: nearest_folder(folder, named) });
            return walk;
        }
        Err(cause) => {
            walk.errors.push(unreadable(folder, named, cause));
            return walk;
        }
    }
    let mut entries = WalkDir::new(folder).min_depth(1).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let (place, is_folder) = match &entry {
            Ok(entry) => (entry.path(), entry.file_type().is_dir()),
            Err(error) => error.path().map_or((folder, true), |place| (place, place.is_dir())),
        };
        // Lossy, so that there is a verdict on what has no URL too.
        let parts = place.strip_prefix(folder).unwrap_or(place).iter().map(|part| part.to_string_lossy());
        let path = parts.collect::<Vec<_>>().join("/");
        match if is_folder { selection.folder(&path) } else { selection.file(&path) } {
            Verdict::Selected => walk.take(entry, path, folder, named),
            verdict => {
                if entry.is_ok() && is_folder {
                    entries.skip_current_dir();
                }
                match verdict {
                    Verdict::Hidden => walk.hidden += 1,
                    _ => walk.excluded.push(if is_folder { path + "/" } else { path }),
                }
            }
        }
    }
    walk
}

impl Walk {
    /// Takes what is selected: a file, a folder, or the reason why it cannot be read.
    fn take(&mut self, entry: Result<DirEntry, walkdir::Error>, path: String, folder: &Path, named: &Path) {
        let name = |path: &Path| named.join(path.strip_prefix(folder).unwrap_or(path));
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return self.refuse(error, path, folder, name),
        };
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let (shown, is_utf8) = (named.join(relative), relative.to_str().is_some());
        if !is_utf8 && entry.file_name().to_str().is_some() {
            // The folder's own error covers what is in it.
        } else if !is_utf8 {
            self.fault(Error::NotUtf8(shown), path);
        } else if entry.file_name().as_encoded_bytes().contains(&b'\\') {
            self.fault(Error::Backslash(shown), path);
        } else if entry.file_type().is_file() {
            self.found.push(Found { file: entry.into_path(), shown, path, made: None });
        } else if !entry.file_type().is_dir() {
            self.fault(Error::NotAFile(shown), path);
        }
    }

    fn refuse(&mut self, error: walkdir::Error, path: String, folder: &Path, name: impl Fn(&Path) -> PathBuf) {
        let file = error.path().unwrap_or(folder).to_owned();
        if let Some(ancestor) = error.loop_ancestor() {
            self.warnings.push(format!(
                "link `{}` leads back to `{}`, a folder that it is in, and was not followed: remove it",
                shown(&name(&file)),
                shown(&name(ancestor)).trim_end_matches('/')
            ));
        } else {
            let text = error.to_string();
            let cause = error.into_io_error().unwrap_or_else(|| io::Error::other(text));
            self.fault(unreadable(&file, &name(&file), cause), path);
        }
    }

    fn fault(&mut self, error: Error, path: String) {
        self.errors.push(error);
        self.faulty.push(path);
    }
}

/// The folder beside one that does not exist whose name is nearest to its name.
fn nearest_folder(folder: &Path, named: &Path) -> Option<PathBuf> {
    let is_folder = |path: &PathBuf| path.is_dir();
    let beside = fs::read_dir(folder.parent()?).ok()?.flatten().map(|entry| entry.path()).filter(is_folder);
    let mut names: Vec<_> = beside.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    names.sort();
    let name = nearest(folder.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(named.with_file_name(name))
}

/// What is wrong with a file or folder that cannot be read: it may be a link to nothing.
fn unreadable(file: &Path, named: &Path, cause: io::Error) -> Error {
    match file.read_link() {
        Ok(target) if cause.kind() == io::ErrorKind::NotFound => Error::Dangling { path: named.to_owned(), target },
        _ => Error::read(named, cause),
    }
}
