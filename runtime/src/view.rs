//! A static view: everything about a deploy's assets that is fixed before the first request.

pub(crate) mod asset;
pub(crate) mod disk;
pub(crate) mod integrity;
pub(crate) mod kept;
pub(crate) mod lookup;
pub(crate) mod page_on_disk;
pub(crate) mod pages;
pub(crate) mod prefix;
pub(crate) mod rules;
pub(crate) mod unknown;

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachebreaker_manifest::dictionary::Dictionaries;
use cachebreaker_manifest::fixed_url::FixedUrl;
use cachebreaker_manifest::imports::Imports;
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::sha384::Digests;
use cachebreaker_manifest::table::{Place, Record, Table};
use cachebreaker_manifest::token::{Supersedes, Token, TokenKind};
use cachebreaker_manifest::url_tokens::UrlTokens;
use percent_encoding::percent_decode_str;

use crate::view::asset::Asset;
use crate::view::kept::{KeptFile, KeptReleases};
use crate::view::pages::Pages;
use crate::view::unknown::UnknownAsset;

/// Where contents are.
#[derive(Clone, Copy, Debug)]
pub enum Contents {
    /// In the binary, in chunks.
    Embedded(&'static [&'static [u8]]),
    /// In the folders of these absolute paths, as they are at each request; the first that has a file wins.
    Disk(&'static [&'static str]),
}

/// Everything about a deploy's assets, as long as the process lives: a `Layout` of the ground floor in static memory, and
/// the contents. `assets!` makes it at compile time, the builder of a `StaticView` at run time.
#[derive(Clone, Debug)]
pub struct View {
    /// What the path of every URL begins with, to the slash before the asset's path: `/static/1718539201234/`.
    pub prefix: &'static str,
    /// What comes before that in the URLs of pages: `https://cdn.example.com`, or nothing.
    pub base: &'static str,
    /// Whether it does so in development too.
    pub base_on_disk: bool,
    /// The view's name, parsed.
    pub name: Name<'static>,
    /// The deploy's token.
    pub token: Token<'static>,
    /// The commits before it, where it is a commit.
    pub supersedes: Supersedes<'static>,
    /// The digest of everything that a page can name.
    pub version: &'static str,
    /// When the deploy was built, in seconds since the epoch.
    pub modified: u64,
    /// The content types that its assets have.
    pub content_types: &'static [&'static str],
    /// The headers that the assets of each content type have of their own, by its index; empty if none has any. Assets of
    /// one type with other headers have another entry with the same type.
    pub headers: &'static [&'static [(&'static str, &'static str)]],
    /// The numbers of the assets that have fixed URLs, in ascending order.
    pub fixed: &'static [(u32, FixedUrl)],
    /// The assets.
    pub table: Table<'static>,
    /// The SHA-384 of each, where the build was a release.
    pub digests: Digests<'static>,
    /// Which of them import which, as far as the build knows.
    pub imports: Imports<'static>,
    /// What they import besides, where pages have an import map.
    pub lazy_imports: Imports<'static>,
    /// The tokens in their URLs, and those that are valid for them, beside the deploy's.
    pub url_tokens: UrlTokens<'static>,
    /// Whether pages load modules with an import map.
    pub import_map: bool,
    /// What it serves of releases before it.
    pub kept: KeptReleases,
    /// Which assets browsers may keep as dictionaries, and the deltas.
    pub dictionaries: Dictionaries<'static>,
    /// Whether pages of other origins may read responses. From another origin, browsers use dictionaries only then.
    pub cors: bool,
    /// Its pages.
    pub pages: Pages,
    /// The contents of all.
    pub contents: Contents,
}

impl View {
    /// When the assets were last modified, in seconds since the epoch. `None` where contents are on disk: they change
    /// without a build, and more than once a second, so a date would vouch for bytes that it does not know.
    pub(crate) const fn modified(&self) -> Option<u64> {
        match self.contents {
            Contents::Embedded(_) => Some(self.modified),
            Contents::Disk(_) => None,
        }
    }

    pub(crate) const fn record(&self, index: u32) -> Record<'static> {
        self.table.record(index as usize)
    }

    /// The URL of an asset, as a page names it.
    pub(crate) const fn url(&self, index: u32) -> &'static str {
        match self.contents {
            Contents::Disk(_) if !self.base_on_disk => self.url_here(index),
            _ => self.record(index).url(),
        }
    }

    /// What comes before the path in those URLs: the base, or nothing.
    pub(crate) const fn base_in_pages(&self) -> &'static str {
        match self.contents {
            Contents::Disk(_) if !self.base_on_disk => "",
            _ => self.base,
        }
    }

    /// The URL's path of an asset, as it is asked for here.
    pub(crate) const fn url_here(&self, index: u32) -> &'static str {
        self.record(index).url().split_at(self.base.len()).1
    }

    /// Asset `index`, in the order of paths. This does not check that there is one, because the compiler would do so again for
    /// each of thousands of constants. An asset that is not there panics when it is used.
    #[must_use]
    pub const fn asset(&'static self, index: u32) -> Asset {
        Asset { view: self, index }
    }

    /// The asset with that path in the folder.
    #[must_use]
    pub fn get(&'static self, path: &str) -> Option<Asset> {
        self.table.find(path).map(|index| self.nth(index))
    }

    /// The same, or an error that names the nearest one.
    ///
    /// # Errors
    ///
    /// [`UnknownAsset`] if there is none.
    pub fn find(&'static self, path: &str) -> Result<Asset, UnknownAsset> {
        self.get(path).ok_or_else(|| UnknownAsset::new(self, path))
    }

    /// The asset whose path a request spells, percent-encoded in any correct way.
    pub(crate) fn find_spelt(&'static self, path: &str) -> Option<Asset> {
        match self.table.find(path) {
            // A `%` in a path is spelt `%25` in a URL, so this is not yet the file of that name.
            Some(index) if self.table.record(index).path_is_separate() && path.contains('%') => {}
            Some(index) => return Some(self.nth(index)),
            None if !path.contains('%') => return None,
            None => {}
        }
        self.get(&decode(path)?)
    }

    /// The file that a kept release has under that token, if there is one.
    #[cold]
    pub(crate) fn kept_file(&'static self, token: &Token<'_>, path: &str) -> Option<KeptFile> {
        let KeptReleases { releases, table } = &self.kept;
        // In development nothing is embedded.
        if releases.is_empty() || matches!(self.contents, Contents::Disk(_)) {
            return None;
        }
        let found = table.find(token)?;
        let token = found.number;
        let path = if path.contains('%') { decode(path)? } else { Cow::Borrowed(path) };
        let own = self.get(&path).and_then(|asset| {
            let number = asset.index();
            Some((number, self.record(number), table.leads(token, number)?))
        });
        let kept = || {
            let lead = |place: usize| {
                let asset = u32::try_from(self.table.len() + place).ok()?;
                Some((asset, table.record(place), table.leads(token, asset)?))
            };
            table.with_path(&path).find_map(lead)
        };
        let (number, record, release) = own.or_else(kept)?;
        (releases.len() > release as usize).then_some(KeptFile { number, record, release, found })
    }

    /// An asset that has the type of a file on disk that the table does not have, if that has come or changed since the build: one whose
    /// name ends as its own does.
    pub(crate) fn like(&'static self, path: &str, changed: SystemTime) -> Option<Asset> {
        let built = UNIX_EPOCH + Duration::from_secs(self.modified);
        let end = |path: &str| path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        let own = end(path).filter(|_| changed >= built)?;
        self.iter().find(|asset| end(asset.path()).as_ref() == Some(&own))
    }

    /// What the asset is at its fixed URL, where it has one.
    pub(crate) fn fixed_at(&self, asset: Asset) -> Option<FixedUrl> {
        let at = self.fixed.binary_search_by_key(&asset.index(), |(index, _)| *index).ok()?;
        Some(self.fixed[at].1)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a table numbers its assets in 32 bits")]
    fn nth(&'static self, index: usize) -> Asset {
        self.asset(index as u32)
    }

    /// The assets, sorted by path.
    pub fn iter(&'static self) -> impl ExactSizeIterator<Item = Asset> + DoubleEndedIterator + Clone {
        (0..self.table.len()).map(|index| self.nth(index))
    }

    /// Whether a request's token is of another kind than this deploy's, so that nothing says that it ever was a token.
    pub(crate) fn is_of_another_kind(&self, token: &str) -> bool {
        let Ok(token) = Token::parse(token) else { return true };
        // A short commit may be all decimal.
        let token = if self.token.kind() == TokenKind::Commit { token.known_as_commit() } else { token };
        token.kind() != self.token.kind()
    }

    /// The bytes at a place; `None` where contents are on disk.
    pub(crate) fn embedded(&self, place: Place) -> Option<&'static [u8]> {
        match self.contents {
            // An empty content may come after the last chunk.
            Contents::Embedded(_) if place.len == 0 => Some(&[]),
            Contents::Embedded(chunks) => {
                Some(&chunks[usize::from(place.chunk)][place.offset as usize..][..place.len as usize])
            }
            Contents::Disk(_) => None,
        }
    }
}

/// A path as a request spells it, decoded. A slash that is spelt is data, not a separator (RFC 3986 §2.2), and no name has one in it.
pub(crate) fn decode(path: &str) -> Option<Cow<'_, str>> {
    if path.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(b"%2f")) {
        return None;
    }
    percent_decode_str(path).decode_utf8().ok()
}

#[cfg(any(test, feature = "include_dir"))]
impl View {
    /// A view that is made at run time. What it is made of lives as long as the process. Each content is a chunk, and
    /// `digests` are the [packed](cachebreaker_manifest::sha384::pack) SHA-384 of the assets, or nothing.
    #[must_use]
    pub fn leak(
        layout: cachebreaker_manifest::layout::Layout<'_>,
        digests: Vec<u8>,
        contents: Vec<&'static [u8]>,
    ) -> &'static Self {
        let text = |text: &str| &*text.to_owned().leak();
        let supersedes = layout.manifest.supersedes.as_ref();
        let supersedes = supersedes.map(|(packed, digits)| Supersedes::from_packed(packed.clone().leak(), *digits));
        let content_types: Vec<_> = layout.content_types.into_iter().map(text).collect();
        let headers = layout
            .headers
            .into_iter()
            .map(|headers| &*headers.iter().map(|(name, value)| (text(name), text(value))).collect::<Vec<_>>().leak());
        Box::leak(Box::new(Self {
            prefix: layout.prefix.leak(),
            base: text(layout.base),
            base_on_disk: layout.base_on_disk,
            name: Name::from_parts(text(layout.name.prefix()), text(layout.name.suffix())),
            token: Token::from_parts(text(&layout.token), layout.manifest.kind),
            supersedes: supersedes.unwrap_or(Supersedes::UNKNOWN),
            version: layout.version.leak(),
            modified: layout.manifest.modified,
            headers: headers.collect::<Vec<_>>().leak(),
            content_types: content_types.leak(),
            fixed: layout.fixed.leak(),
            table: Table::new(layout.table.text.leak(), layout.table.records.leak(), layout.table.slots.leak()),
            digests: Digests::new(digests.leak()),
            imports: Imports::new(layout.imports.leak()),
            lazy_imports: Imports::new(layout.lazy_imports.leak()),
            url_tokens: UrlTokens::new(
                layout.url_tokens.text.leak(),
                layout.url_tokens.ends.leak(),
                layout.url_tokens.valid.leak(),
            ),
            import_map: layout.manifest.import_map,
            kept: KeptReleases::leak(&layout.manifest.kept, layout.kept),
            cors: false,
            dictionaries: Dictionaries::new(
                layout.dictionaries.text.leak(),
                layout.dictionaries.matches.leak(),
                layout.dictionaries.deltas.leak(),
            ),
            pages: Pages::leak(&layout.manifest.pages, &layout.page_files, layout.pages),
            contents: Contents::Embedded(contents.leak()),
        }))
    }
}
