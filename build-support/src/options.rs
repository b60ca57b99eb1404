//! What `build.rs` says about a folder, as plain values. [`Assets`](crate::Assets) has a setter for each.

use std::path::PathBuf;

#[cfg(feature = "references")]
use crate::check::References;
use crate::encode::compressor::Levels;
use crate::find::selection::Selection;
use crate::headers::Headers;
use crate::history::HistoryOptions;
#[cfg(feature = "references")]
use crate::pages::options::PageOptions;
#[cfg(feature = "references")]
use crate::refer::edges::Refers;
use crate::token::source::TokenOptions;

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// Folders that lie over it, and whether their files win.
    pub(crate) overlays: Vec<(PathBuf, bool)>,
    pub(crate) name: Option<String>,
    /// What cargo watches beside them.
    pub(crate) watched: Vec<PathBuf>,
    pub(crate) token: TokenOptions,
    pub(crate) selection: Selection,
    /// Whether a build for development goes on without files.
    pub(crate) is_optional: bool,
    pub(crate) size_limit: Option<u64>,
    pub(crate) headers: Headers,
    pub(crate) retry_script: Option<String>,
    pub(crate) levels: Levels,
    #[cfg(feature = "references")]
    pub(crate) references: Option<References>,
    #[cfg(feature = "references")]
    pub(crate) refers: Vec<Refers>,
    #[cfg(feature = "references")]
    pub(crate) pages: PageOptions,
    /// The options of `assets!` that are in `build.rs`.
    pub(crate) view: Vec<(String, String)>,
    /// Calls of which only one can count, in pairs.
    pub(crate) contradictions: Vec<(String, String)>,
    pub(crate) import_map: bool,
    pub(crate) history: HistoryOptions,
}

impl Options {
    /// Notes that two calls contradict one another, if they do.
    pub(crate) fn note_contradiction(&mut self, first: String, second: String) {
        if first != second {
            self.contradictions.push((first, second));
        }
    }
}

#[cfg(feature = "references")]
impl Options {
    /// The value of an option of `assets!` that is in `build.rs`.
    pub(crate) fn view_option(&self, name: &str) -> Option<&str> {
        self.view.iter().find(|(given, _)| given == name).map(|(_, value)| &**value)
    }
}
