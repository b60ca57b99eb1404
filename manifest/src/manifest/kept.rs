//! What a release serves of those before it.

use crate::encoding::Encoding;
use crate::table::Stored;

/// What a release serves of those before it, and which tokens these had.
///
/// The tokens that lead to a kept release have numbers: first those of the deploys, then those of URLs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The releases, in the order in which they were built.
    pub releases: Vec<KeptRelease>,
    /// The tokens in the URLs of their assets other than those of the deploys.
    pub url_tokens: Vec<PastToken>,
    /// The assets that this release does not have, or serves differently; sorted by path.
    pub assets: Vec<KeptAsset>,
    /// The tokens of all releases before this one that its own token does not show to be stale.
    pub stale: Vec<PastToken>,
}

/// A token of a release before this one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PastToken {
    /// The token. If the build made it from the contents, `assets!` has added digits for its options, which are not included here.
    pub text: String,
    /// Whether a build made it from the contents.
    pub is_of_contents: bool,
    /// For a token of contents in a URL, the [options in `build.rs`](super::UrlToken::options); else empty.
    pub options: String,
}

/// A release that is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptRelease {
    /// The deploy's token.
    pub token: PastToken,
    /// The time of its build, in seconds since the epoch.
    pub modified: u64,
}

/// A token that leads to an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lead {
    /// Its number.
    pub token: u32,
    /// The last release that has the asset under it, by its place in [`Kept::releases`].
    pub release: u32,
}

/// An asset that only kept releases have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptAsset {
    /// The path in the folder, with slashes.
    pub path: String,
    /// The content type, with its charset.
    pub content_type: String,
    /// Its own bytes.
    pub identity: Stored,
    /// Its encodings.
    pub encodings: Vec<(Encoding, Stored)>,
    /// The headers that responses with it have beside those of the rules: names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Whether browsers may keep it as a [dictionary](crate::dictionary).
    pub is_dictionary: bool,
    /// The tokens that lead to it, in ascending order.
    pub leads: Vec<Lead>,
}
