//! The manifest: what the build script found in a folder. It writes a text file, which the macro reads: see `text`.

mod kept;
mod text;

use std::iter;

use crate::dictionary::Delta;
use crate::encoding::Encoding;
use crate::fixed_url::FixedUrl;
use crate::page::PageUse;
use crate::percent::encode_path;
use crate::table::Stored;
use crate::token::TokenKind;
use crate::version::fnv;

pub use kept::{Kept, KeptAsset, KeptRelease, Lead, PastToken};
pub use text::ManifestError;

/// The name of the manifest's file, in the directory of its folder.
pub const FILE_NAME: &str = "manifest";

/// The name of the file, beside the manifest, of the SHA-384 of each asset's own bytes, [packed](crate::sha384::pack).
pub const DIGESTS_NAME: &str = "digests";

/// The directory under `OUT_DIR` in which the build script prepares folders.
pub const OUT_FOLDER: &str = "cachebreaker";

/// The environment variable in which the build script tells the compiler, and so the macro, which folders it has
/// prepared: their [directory names](directory_name), with spaces between them. `OUT_DIR` may also have folders that an
/// earlier build script prepared.
pub const PREPARED_ENV: &str = "CACHEBREAKER_PREPARED";

/// The name of the directory, under [`OUT_FOLDER`], of a folder given as `folder`: one name for `static`, `./static` and
/// `static/`, and different names for different folders.
///
/// ```
/// use cachebreaker_manifest::manifest::directory_name;
/// assert_eq!(directory_name("./static/"), "static");
/// assert_eq!(directory_name("web/static"), "web%2Fstatic");
/// ```
#[must_use]
pub fn directory_name(folder: &str) -> String {
    let mut parts: Vec<_> =
        folder.split(['/', std::path::MAIN_SEPARATOR]).filter(|part| !["", "."].contains(part)).collect();
    if parts.is_empty() {
        parts.push(".");
    }
    let root = if folder.starts_with('/') { "/" } else { "" };
    // A name must not be `..`, so dots are spelt too.
    let name = encode_path(&format!("{root}{}", parts.join("/"))).replace('/', "%2F").replace('.', "%2E");
    // Nor may it be longer than 255 bytes. Its end tells most, and its hash the rest.
    match name.len().checked_sub(150) {
        Some(end) if name.len() > 200 => format!("{:016x}~{}", fnv(name.bytes()), &name[end..]),
        _ => name,
    }
}

/// The name of a chunk's file, beside the manifest.
#[must_use]
pub fn chunk_name(chunk: usize) -> String {
    format!("chunk-{chunk}")
}

/// What the build script found in one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The absolute paths of the folders from which contents are read in development, the one that wins first.
    pub roots: Vec<String>,
    /// The deploy's token.
    pub token: String,
    /// The order it belongs to.
    pub kind: TokenKind,
    /// Whether the build made the token from the contents. Then the macro [adds its own options](crate::version::token_of_view)
    /// to it. A text that only looks like such a token stays as it is.
    pub is_of_contents: bool,
    /// For a commit, those that it supersedes: [packed](crate::token::Supersedes::pack), and the digits of each.
    pub supersedes: Option<(Vec<u8>, usize)>,
    /// The time of the build, or `SOURCE_DATE_EPOCH`, in seconds since the epoch.
    pub modified: u64,
    /// How many chunks of contents there are.
    pub chunks: u16,
    /// Whether there is a [file of digests](DIGESTS_NAME), which a release has.
    pub digests: bool,
    /// The digest of all contents, in hex. See [`of_contents`](crate::version).
    pub version: String,
    /// The tokens that are in the URLs of assets, beside the deploy's.
    pub url_tokens: Vec<UrlToken>,
    /// Whether pages load modules with an import map, so that an import does not tie two modules to one token.
    pub import_map: bool,
    /// Whether its pages check what they load by digests.
    pub page_integrity: bool,
    /// The base of all URLs, if the environment of the build has one, even an empty one. It wins over the macro's.
    pub base: Option<String>,
    /// The options of `assets!` that `build.rs` has, each with its value.
    pub options: Vec<(String, String)>,
    /// The assets, sorted by path.
    pub assets: Vec<Entry>,
    /// The pages, sorted by the paths of their files.
    pub pages: Vec<Page>,
    /// The [version](crate::version::of_view) of the view whose URLs are in the pages. Empty if there are no pages.
    pub pages_version: String,
    /// What it serves of the releases before it, and which tokens these had.
    pub kept: Kept,
}

/// One asset in a [`Manifest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The path in the folder, with slashes.
    pub path: String,
    /// The content type, with its charset.
    pub content_type: String,
    /// Its own bytes.
    pub identity: Stored,
    /// Its encodings.
    pub encodings: Vec<(Encoding, Stored)>,
    /// For a JavaScript module, the paths of the assets that it imports statically: those that it names itself, each once,
    /// in its order. Empty where the build did not look for references.
    pub imports: Vec<String>,
    /// The other assets that it imports, where pages have an import map: while it runs, or what is no script, or with a query.
    pub lazy_imports: Vec<String>,
    /// The tokens that are valid for it beside the deploy's, as indices of [`Manifest::url_tokens`]: first the one in its own
    /// URL. Empty if that is the deploy's.
    pub url_tokens: Vec<u32>,
    /// The headers that responses with it have beside those of the rules: names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// What it is at a fixed URL, if it has one.
    pub fixed: Option<FixedUrl>,
    /// Whether browsers may keep it as a [dictionary](crate::dictionary).
    pub is_dictionary: bool,
    /// It, compressed with earlier contents of it.
    pub deltas: Vec<Delta>,
    /// The tokens of kept releases that lead to it too, in ascending order: see [`Kept`].
    pub kept: Vec<Lead>,
}

/// One page in a [`Manifest`]: an asset at a URL of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The path of its file, which is an asset too.
    pub file: String,
    /// When it is sent.
    pub is_for: PageUse,
    /// Its bytes, with the URLs of assets in them.
    pub identity: Stored,
    /// Their encodings.
    pub encodings: Vec<(Encoding, Stored)>,
    /// Where in its bytes the URLs of assets begin.
    pub urls: Vec<u32>,
    /// The references in the code of its file that lead to assets, in their order. From disk, a page is read without the parsers of code.
    pub code: Vec<InCode>,
}

/// A reference in the code of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InCode {
    /// Where in the file it begins.
    pub at: u32,
    /// What is [before](crate::page::context) it.
    pub before: String,
    /// As it is written there.
    pub written: String,
    /// The URL that is meant.
    pub url: String,
}

impl Manifest {
    /// Gives all assets the deploy's token, and keeps no release. This is for contents that are read from disk: they may change without a
    /// build, so no token of theirs says what they are.
    pub fn keep_one_token(&mut self) {
        self.url_tokens.clear();
        for asset in &mut self.assets {
            asset.url_tokens.clear();
            asset.kept.clear();
            asset.is_dictionary = false;
            asset.deltas.clear();
        }
        let kept = std::mem::take(&mut self.kept);
        self.kept.stale = kept.stale;
        self.kept.stale.extend(kept.releases.into_iter().map(|release| release.token));
        self.kept.stale.extend(kept.url_tokens);
    }

    /// Everything that is embedded: the bytes of its assets, of those that only kept releases have, of pages, their encodings, and deltas.
    pub fn stored(&self) -> impl Iterator<Item = &Stored> {
        let own = self.assets.iter().map(|asset| (&asset.identity, &asset.encodings));
        let kept = self.kept.assets.iter().map(|asset| (&asset.identity, &asset.encodings));
        let pages = self.pages.iter().map(|page| (&page.identity, &page.encodings));
        let deltas = self.assets.iter().flat_map(|asset| &asset.deltas).map(|delta| &delta.stored);
        own.chain(kept)
            .chain(pages)
            .flat_map(|(identity, encodings)| iter::once(identity).chain(encodings.iter().map(|(_, it)| it)))
            .chain(deltas)
    }
}

/// A token that is made of what an asset may lead to, and so stays as long as that does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrlToken {
    /// The token, `<time>-<digest>`: the macro [adds its own options](crate::version::token_of_view) to it, and these.
    pub text: String,
    /// A digest of the options in `build.rs` on which the responses depend, in hex.
    pub options: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_one_directory_each() {
        assert_eq!(directory_name("static"), directory_name("./static//"));
        let names = ["a/b", "a%2Fb", "a.b", "/a/b", "../a", "a", "."].map(directory_name);
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        assert!(names.iter().all(|name| !name.is_empty() && !name.contains(['/', '.'])), "{names:?}");

        let long = "/a-folder-deep-in-others/é".repeat(20);
        let names = [directory_name(&long), directory_name(&format!("/x{long}")), directory_name(&format!("{long}/x"))];
        assert!(names.iter().all(|name| name.len() < 200 && !name.contains('/')), "{names:?}");
        assert!(names[0] != names[1] && names[0] != names[2] && names[0] == directory_name(&format!("{long}/")));
    }
}
