//! What the build says about references.

use std::fmt;
use std::path::{Path, PathBuf};

use cachebreaker_references::Unread;

use super::resolve::{FaultKind, Meant};
use crate::error::{one_line, shown};

/// References are shown up to this many characters.
const LONGEST: usize = 120;

/// A reference that leads nowhere. The message is one line: where it is, what is wrong, then what to do.
#[derive(Debug)]
pub(super) struct Fault {
    /// The file, as the user names it.
    pub(super) file: PathBuf,
    pub(super) line: u32,
    pub(super) column: u32,
    /// The reference as it is written there.
    pub(super) written: String,
    /// The folder, as the user names it.
    pub(super) folder: PathBuf,
    pub(super) kind: FaultKind,
}

impl Fault {
    /// What of a reference's text is shown: many references may have the same long attribute as their place.
    pub(super) fn written(text: &str) -> String {
        text.char_indices().nth(LONGEST + 1).map_or(text, |(cut, _)| &text[..cut]).to_owned()
    }
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
        match &self.kind {
            FaultKind::Missing { nearest: Some(nearest), .. } => {
                write!(f, "leads to no asset: did you mean `{nearest}`?")
            }
            FaultKind::Missing { path, nearest: None } => {
                let path = shown(&self.folder.join(path));
                write!(f, "leads to no asset: there is no `{path}`; add it, or correct the reference")
            }
            FaultKind::NotTaken { path } => {
                let path = shown(&self.folder.join(path));
                write!(f, "leads to no asset: `{path}` is hidden or left out; take it, or correct the reference")
            }
            FaultKind::IsFolder => f.write_str("leads to a folder, which is no asset: name a file in it"),
            FaultKind::Outside => write!(
                f,
                "leads out of the folder `{}`: put what it names into the folder, or write an absolute URL",
                shown(&self.folder)
            ),
            FaultKind::NoToken(Some(Meant::Same(reference))) => {
                write!(f, "leads into the view without its token, which is answered 404: write `{reference}`")
            }
            FaultKind::NoToken(Some(Meant::Nearest(reference))) => write!(
                f,
                "leads into the view without its token, which is answered 404: write it relatively; did you mean \
                 `{reference}`?"
            ),
            FaultKind::NotFixed { from, path } => {
                let (from, path) = (one_line(from), one_line(path));
                write!(
                    f,
                    "leads to nothing from this file's fixed URL, `/{from}`: give `{path}` one too, with `.fixed_url({path:?})`"
                )
            }
            FaultKind::NotBelow { path, meant, has_base } => {
                // With such a base no relative reference leads into the view.
                let base = if *has_base { "take the base out of the page and " } else { "" };
                let shown = one_line(path);
                write!(
                    f,
                    "is not below the view: {base}write `{meant}` (or serve the file at `/{shown}` too, with `.fixed_url({path:?})`)"
                )
            }
            FaultKind::NoToken(None) => {
                f.write_str("leads into the view without its token, which is answered 404: write it relatively")
            }
            FaultKind::OneToken(Meant::Same(reference) | Meant::Nearest(reference)) => {
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
        let (file, path, unread) = (shown(self.file), one_line(self.path), self.unread);
        write!(f, "references in `{file}` are not checked, for {unread}: change the file, or add `.allow({path:?})`")
    }
}
