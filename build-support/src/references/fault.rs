//! What the build says about references.

use std::fmt;
use std::path::{Path, PathBuf};

use super::extract::Unread;
use super::resolve::{Meant, Problem};
use crate::error::{one_line, shown};

/// References are shown up to this many characters.
const LONGEST: usize = 120;

/// A reference that leads nowhere. The message is one line: where it stands, what is wrong, then what to do.
#[derive(Debug)]
pub(super) struct Fault {
    /// The file, as the user names it.
    pub(super) file: PathBuf,
    pub(super) line: u32,
    pub(super) column: u32,
    /// The reference as it stands there.
    pub(super) written: String,
    /// The folder, as the user names it.
    pub(super) folder: PathBuf,
    pub(super) problem: Problem,
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = one_line(&self.written);
        if let Some((cut, _)) = written.char_indices().nth(LONGEST) {
            written.truncate(cut);
            written.push('…');
        }
        write!(f, "{}:{}:{}: `{written}` ", shown(&self.file), self.line, self.column)?;
        match &self.problem {
            Problem::Missing { nearest: Some(nearest), .. } => {
                write!(f, "leads to no asset: did you mean `{nearest}`?")
            }
            Problem::Missing { path, nearest: None } => {
                let path = shown(&self.folder.join(path));
                write!(f, "leads to no asset: there is no `{path}`; add it, or correct the reference")
            }
            Problem::NotTaken { path } => {
                let path = shown(&self.folder.join(path));
                write!(f, "leads to no asset: `{path}` is hidden or left out; take it, or correct the reference")
            }
            Problem::IsFolder => f.write_str("leads to a folder, which is no asset: name a file in it"),
            Problem::Outside => write!(
                f,
                "leads out of the folder `{}`: put what it names into the folder, or write an absolute URL",
                shown(&self.folder)
            ),
            Problem::NoToken(Some(Meant::Same(reference))) => {
                write!(f, "leads into the view without its token, which is answered 404: write `{reference}`")
            }
            Problem::NoToken(Some(Meant::Nearest(reference))) => write!(
                f,
                "leads into the view without its token, which is answered 404: write it relatively; did you mean \
                 `{reference}`?"
            ),
            Problem::NotFixed { from, path } => {
                let (from, path) = (one_line(from), one_line(path));
                write!(
                    f,
                    "leads to nothing from this file's fixed place, `/{from}`: give `{path}` one too, with `.root({path:?})`"
                )
            }
            Problem::NotBelow { path, meant, has_base } => {
                // With such a base no relative reference leads into the view.
                let base = if *has_base { "take the base out of the page and " } else { "" };
                let shown = one_line(path);
                write!(
                    f,
                    "is not below the view: {base}write `{meant}` (or serve the file at `/{shown}` too, with `.root({path:?})`)"
                )
            }
            Problem::NoToken(None) => {
                f.write_str("leads into the view without its token, which is answered 404: write it relatively")
            }
            Problem::OneToken(Meant::Same(reference) | Meant::Nearest(reference)) => {
                write!(f, "has the token of one deploy, and the next has another: write `{reference}`")
            }
        }
    }
}

/// A file whose references are not known. The message is one line: what is wrong, then what to do.
pub(super) struct Unchecked<'a> {
    /// The file, as the user names it.
    pub(super) file: &'a Path,
    /// Its path in the folder.
    pub(super) path: &'a str,
    pub(super) unread: Unread,
}

impl fmt::Display for Unchecked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.unread {
            Unread::Entities => "the entities in its URLs stand for more than 1 MiB",
            Unread::Nesting => "its code is nested too deeply to be parsed",
            Unread::Memory => "there is too little memory to parse it",
        };
        let (file, path) = (shown(self.file), one_line(self.path));
        write!(f, "references in `{file}` are not checked, for {why}: change the file, or add `.allow({path:?})`")
    }
}
