//! The files of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cachebreaker_manifest::nearest::nearest;
use walkdir::{DirEntry, WalkDir};

use crate::error::{Error, shown};
use crate::find::selection::{Filter, Verdict};

/// A file that will be an asset.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) file: PathBuf,
    /// The same, as it stands in messages.
    pub(crate) shown: PathBuf,
    /// Its path in the folder, with slashes.
    pub(crate) path: String,
}

/// What was found, and what there is to say about it.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files.
    pub(crate) found: Vec<Found>,
    /// Everything that cannot be an asset and should not be there.
    pub(crate) errors: Vec<Error>,
    /// Links that lead back to a folder they are in.
    pub(crate) warnings: Vec<String>,
    /// How many files and folders are left out because they are hidden.
    pub(crate) hidden: usize,
    /// How many are left out by globs.
    pub(crate) excluded: usize,
}

/// Walks a folder. `named` is the folder as the user wrote it, for messages.
pub(crate) fn walk(folder: &Path, named: &Path, filter: &Filter) -> Walk {
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
    let (mut hidden, mut excluded) = (0, 0);
    let mut leaves_out = |verdict| {
        hidden += usize::from(verdict == Verdict::Hidden);
        excluded += usize::from(verdict == Verdict::Excluded);
        verdict != Verdict::Taken
    };
    // Lossy, so that there is a verdict on what has no URL too.
    let path = |path: &Path| {
        let parts = path.strip_prefix(folder).unwrap_or(path).iter().map(|part| part.to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    };
    let mut entries = WalkDir::new(folder).min_depth(1).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {
                if leaves_out(filter.folder(&path(entry.path()))) {
                    entries.skip_current_dir();
                } else {
                    walk.take(&entry, folder, named);
                }
            }
            Ok(entry) => {
                if !leaves_out(filter.file(&path(entry.path()))) {
                    walk.take(&entry, folder, named);
                }
            }
            Err(error) => {
                let verdict = match error.path() {
                    Some(file) if file.is_dir() => filter.folder(&path(file)),
                    Some(file) => filter.file(&path(file)),
                    None => Verdict::Taken,
                };
                if !leaves_out(verdict) {
                    walk.refuse(error, folder, named);
                }
            }
        }
    }
    (walk.hidden, walk.excluded) = (hidden, excluded);
    walk
}

impl Walk {
    fn take(&mut self, entry: &DirEntry, folder: &Path, named: &Path) {
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let shown = named.join(relative);
        let parts: Option<Vec<_>> = relative.iter().map(|part| part.to_str()).collect();
        match parts {
            // The folder's own error covers what is in it.
            None if entry.file_name().to_str().is_some() => {}
            None => self.errors.push(Error::NotUtf8(shown)),
            Some(_) if entry.file_name().as_encoded_bytes().contains(&b'\\') => {
                self.errors.push(Error::Backslash(shown))
            }
            Some(_) if entry.file_type().is_dir() => {}
            Some(parts) if entry.file_type().is_file() => {
                self.found.push(Found { file: entry.path().to_owned(), shown, path: parts.join("/") });
            }
            Some(_) => self.errors.push(Error::NotAFile(shown)),
        }
    }

    fn refuse(&mut self, error: walkdir::Error, folder: &Path, named: &Path) {
        let name = |path: &Path| named.join(path.strip_prefix(folder).unwrap_or(path));
        let path = name(error.path().unwrap_or(folder));
        if let Some(ancestor) = error.loop_ancestor() {
            self.warnings.push(format!(
                "link `{}` leads back to `{}`, a folder that it is in, and was not followed: remove it",
                shown(&path),
                shown(&name(ancestor)).trim_end_matches('/')
            ));
        } else {
            let (file, text) = (error.path().unwrap_or(folder).to_owned(), error.to_string());
            let cause = error.into_io_error().unwrap_or_else(|| io::Error::other(text));
            self.errors.push(unreadable(&file, &path, cause));
        }
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
