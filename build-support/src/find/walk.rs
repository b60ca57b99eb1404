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
pub(crate) struct FoundFile {
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
    pub(crate) found: Vec<FoundFile>,
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

/// Walks a folder and adds what it finds. `named` is the folder as the user wrote it, for messages.
pub(crate) fn walk(folder: &Path, named: &Path, selection: &Selection, walk: &mut Walk) {
    if let Err(error) = check_folder(folder, named) {
        return walk.errors.push(error);
    }
    let mut entries = WalkDir::new(folder).min_depth(1).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let file = entry.as_ref().map_or_else(|error| error.path().unwrap_or(folder), DirEntry::path).to_owned();
        let is_folder = entry.as_ref().map_or_else(|_| file.is_dir(), |entry| entry.file_type().is_dir());
        let relative = file.strip_prefix(folder).unwrap_or(&file);
        let shown = named.join(relative);
        // Lossy, so that there is a verdict on what has no URL too.
        let path = relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        let verdict = if is_folder { selection.folder(&path) } else { selection.file(&path) };
        if verdict != Verdict::Selected && is_folder && entry.is_ok() {
            entries.skip_current_dir();
        }
        let checked = match (verdict, entry) {
            (Verdict::Hidden, _) => {
                walk.hidden += 1;
                continue;
            }
            (Verdict::Excluded, _) => {
                walk.excluded.push(if is_folder { path + "/" } else { path });
                continue;
            }
            (Verdict::Selected, Ok(entry)) => check(&entry, relative, &shown),
            (Verdict::Selected, Err(error)) => match error.loop_ancestor() {
                Some(ancestor) => {
                    let ancestor = named.join(ancestor.strip_prefix(folder).unwrap_or(ancestor));
                    walk.warnings.push(leads_back(&shown, &ancestor));
                    continue;
                }
                None => {
                    let text = error.to_string();
                    let cause = error.into_io_error().unwrap_or_else(|| io::Error::other(text));
                    Err(unreadable(&file, &shown, cause))
                }
            },
        };
        match checked {
            Ok(()) if is_folder => {}
            Ok(()) => walk.found.push(FoundFile { file, shown, path, made: None }),
            Err(error) => {
                walk.errors.push(error);
                walk.faulty.push(path);
            }
        }
    }
}

fn check_folder(folder: &Path, named: &Path) -> Result<(), Error> {
    match folder.metadata() {
        Ok(it) if it.is_dir() => Ok(()),
        Ok(_) => Err(Error::FolderIsFile(named.to_owned())),
        Err(_) if folder.symlink_metadata().is_err() => {
            Err(Error::FolderMissing { folder: named.to_owned(), nearest: nearest_folder(folder, named) })
        }
        Err(cause) => Err(unreadable(folder, named, cause)),
    }
}

/// Checks that a file or folder can be served.
fn check(entry: &DirEntry, relative: &Path, shown: &Path) -> Result<(), Error> {
    match (relative.to_str(), entry.file_name().to_str()) {
        (None, None) => Err(Error::NotUtf8(shown.to_owned())),
        (_, Some(name)) if name.contains('\\') => Err(Error::Backslash(shown.to_owned())),
        _ if entry.file_type().is_file() || entry.file_type().is_dir() => Ok(()),
        _ => Err(Error::NotAFile(shown.to_owned())),
    }
}

fn leads_back(link: &Path, ancestor: &Path) -> String {
    format!(
        "link `{}` leads back to `{}`, a folder that it is in, and was not followed: remove it",
        shown(link),
        shown(ancestor).trim_end_matches('/')
    )
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
        _ => Error::Read { path: named.to_owned(), cause },
    }
}
