//! What the build says about references.

use std::fmt;
use std::path::Path;

use cachebreaker_references::Unread;

use crate::error::{one_line, shown};
use crate::read::File;
use crate::refer::resolve::FaultKind;

/// References are shown up to this many characters.
const LONGEST: usize = 120;

const NO_TOKEN: &str = "leads into the view without its token, which is answered 404";

/// A reference that leads nowhere. The message is the reference, what is wrong, then what to do.
pub(super) struct Fault<'a> {
    /// The reference as it is written there.
    pub(super) written: &'a str,
    /// The folder, as the user names it.
    pub(super) folder: &'a Path,
    pub(super) kind: FaultKind,
}

impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Many references may have the same long attribute as their place.
        let mut written = one_line(&self.written.chars().take(LONGEST + 1).collect::<String>());
        if let Some((cut, _)) = written.char_indices().nth(LONGEST) {
            written.truncate(cut);
            written.push('…');
        }
        write!(f, "`{written}` ")?;
        match &self.kind {
            FaultKind::Missing { nearest: Some(nearest), .. } => {
                write!(f, "leads to no asset: did you mean `{nearest}`?")
            }
            FaultKind::Missing { path, nearest: None } => {
                let path = shown(&self.folder.join(path));
                write!(f, "leads to no asset: there is no `{path}`; add it, or correct the reference")
            }
            FaultKind::NotIncluded { path } => {
                let path = shown(&self.folder.join(path));
                write!(f, "leads to no asset: `{path}` is hidden or left out; take it, or correct the reference")
            }
            FaultKind::IsFolder => f.write_str("leads to a folder, which is no asset: name a file in it"),
            FaultKind::Outside => write!(
                f,
                "leads out of the folder `{}`: put what it names into the folder, or write an absolute URL",
                shown(self.folder)
            ),
            FaultKind::NoToken { meant } => write!(f, "{NO_TOKEN}: write `{meant}`"),
            FaultKind::NoTokenNoAsset { nearest } => {
                write!(f, "{NO_TOKEN}: write it relatively")?;
                nearest.iter().try_for_each(|nearest| write!(f, "; did you mean `{nearest}`?"))
            }
            FaultKind::OneToken { meant } => {
                write!(f, "has the token of one deploy, and the next has another: write `{meant}`")
            }
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
        }
    }
}

/// What there is to say about a file whose references are not known: what is wrong, then what to do.
pub(super) fn unchecked(file: &File, unread: Unread) -> String {
    let (shown, path) = (shown(&file.found.shown), one_line(&file.found.path));
    format!("references in `{shown}` are not checked, for {unread}: change the file, or add `.allow({path:?})`")
}
