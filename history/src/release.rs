//! What a release served.

mod text;

use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::manifest::UrlToken;
use cachebreaker_manifest::message::one_line;
use cachebreaker_manifest::token::TokenKind;

use crate::Content;

pub use text::FORMAT;

/// What a release served, and under which tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// What comes before its assets.
    pub head: Head,
    /// Its assets, sorted by path.
    pub assets: Vec<ReleasedAsset>,
}

/// A release without its assets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The deploy's token. If the build made it from the contents, `assets!` adds digits for its options, which are not included here.
    pub token: String,
    /// The token's kind, which decides how it compares with other tokens.
    pub kind: TokenKind,
    /// Whether the build made the token from the contents. Then it made the URL tokens from them too.
    pub is_of_contents: bool,
    /// When it was built, or `SOURCE_DATE_EPOCH`, in milliseconds since the epoch.
    pub time: i64,
    /// The tokens in the URLs of its assets other than the deploy's, each once.
    pub url_tokens: Vec<UrlToken>,
}

/// An asset of a [`Release`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedAsset {
    /// The path in the folder, with slashes.
    pub path: String,
    /// The content type, with its charset.
    pub content_type: String,
    /// The headers of its responses other than those of the rules: names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// Its own bytes.
    pub identity: Content,
    /// Those of its encodings that the history has.
    pub encodings: Vec<(Encoding, Content)>,
    /// The tokens that were valid for it other than the deploy's, as indices of [`Head::url_tokens`]: first the one in its own URL. Empty
    /// if that was the deploy's.
    pub url_tokens: Vec<u32>,
}

impl Release {
    /// The asset with that path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&ReleasedAsset> {
        self.assets.binary_search_by(|asset| asset.path.as_str().cmp(path)).ok().map(|at| &self.assets[at])
    }

    /// How it differs from an earlier release with the same token, as clients that have cached files of that one would see it: the first
    /// asset that has changed, else the first that was added, else the first that was removed. `None` if it does not differ.
    #[must_use]
    pub fn difference(&self, earlier: &Self) -> Option<String> {
        let changed = self
            .assets
            .iter()
            .find(|asset| earlier.get(&asset.path).is_some_and(|before| !asset.serves_the_same_as(before)));
        let added = || self.assets.iter().find(|asset| earlier.get(&asset.path).is_none());
        let removed = || earlier.assets.iter().find(|asset| self.get(&asset.path).is_none());
        let path = |asset: &ReleasedAsset| one_line(&asset.path);
        changed
            .map(|asset| format!("`{}` was different", path(asset)))
            .or_else(|| added().map(|asset| format!("there was no `{}`", path(asset))))
            .or_else(|| removed().map(|asset| format!("there was also `{}`", path(asset))))
    }

    /// All contents that it names, some more than once.
    pub fn contents(&self) -> impl Iterator<Item = &Content> {
        self.assets.iter().flat_map(ReleasedAsset::contents)
    }
}

impl ReleasedAsset {
    /// Its own bytes and its encodings.
    pub fn contents(&self) -> impl Iterator<Item = &Content> {
        [&self.identity].into_iter().chain(self.encodings.iter().map(|(_, content)| content))
    }

    /// Whether clients get the same from another asset: the same bytes, of the same type, with the same headers. Encodings do
    /// not count.
    #[must_use]
    pub fn serves_the_same_as(&self, other: &Self) -> bool {
        self.identity == other.identity && self.content_type == other.content_type && self.headers == other.headers
    }
}
