//! Pages: which files are pages, and what is sent at their URLs.
//!
//! ```text
//! options + files --choose--> which file is a page, and for what --make--> its bytes, with the URLs of assets in them
//! ```

#[cfg(feature = "references")]
mod choose;
#[cfg(feature = "references")]
mod import_map;
#[cfg(feature = "references")]
mod integrity;
#[cfg(feature = "references")]
pub(crate) mod make;
#[cfg(feature = "references")]
pub(crate) mod options;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::manifest::InCode;
use cachebreaker_manifest::page::PageUse;

/// A page that was made.
pub(crate) struct MadePage {
    /// The number of its file.
    pub(crate) file: usize,
    pub(crate) is_for: PageUse,
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
    /// Where in its bytes the URLs of assets begin.
    pub(crate) urls: Vec<u32>,
    /// The references in the code of its file that lead to assets.
    pub(crate) code: Vec<InCode>,
}

/// The pages that were made, and the version of the view that they have URLs of.
#[derive(Default)]
pub(crate) struct Pages {
    pub(crate) made: Vec<MadePage>,
    pub(crate) version: String,
}
