//! The history of a view: what earlier releases served, and what this one adds to it.
//!
//! ```text
//! history folder --recall--> Past --(URL tokens)--> --keep--> what this release keeps of others: manifest and contents
//!                                                   --delta--> files compressed with what kept releases have in their place
//!                                                   --record--> target/cachebreaker/releases/<package>/<view>/
//! ```
//!
//! The folder is read and never written to.

pub(crate) mod delta;
pub(crate) mod keep;
pub(crate) mod recall;
pub(crate) mod record;

use std::path::PathBuf;

use cachebreaker_history::{Content, ReleasedAsset};

use crate::find::glob::Glob;
use crate::read::File;

/// What `build.rs` says about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct HistoryOptions {
    /// The folder, which has one for each view.
    pub(crate) folder: Option<PathBuf>,
    /// How many of the last releases are kept.
    pub(crate) releases: Option<usize>,
    /// How many days releases are kept.
    pub(crate) days: Option<u32>,
    /// The most bytes that kept releases add.
    pub(crate) size: Option<u64>,
    /// Which files have deltas.
    pub(crate) deltas: Vec<Glob>,
}

impl HistoryOptions {
    /// The call that needs a history and has none.
    pub(crate) fn without_history(&self) -> Option<&'static str> {
        let calls = [
            (".keep", self.releases.is_some()),
            (".keep_days", self.days.is_some()),
            (".keep_size", self.size.is_some()),
            (".deltas", !self.deltas.is_empty()),
        ];
        calls.into_iter().find(|(_, is_called)| *is_called && self.folder.is_none()).map(|(call, _)| call)
    }
}

/// A file as a release serves it, without its encodings and its tokens.
pub(crate) fn released(file: &File) -> ReleasedAsset {
    ReleasedAsset {
        path: file.found.path.clone(),
        content_type: file.content_type.clone(),
        headers: file.headers.clone(),
        identity: Content::of_digest(file.digest, &file.bytes),
        encodings: Vec::new(),
        url_tokens: Vec::new(),
    }
}
