//! What a view serves of the releases before it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachebreaker_manifest::kept::{Found, Kept};
#[cfg(any(test, feature = "include_dir"))]
use cachebreaker_manifest::kept::{Keys, Packed, PackedKeys};
#[cfg(any(test, feature = "include_dir"))]
use cachebreaker_manifest::manifest;
use cachebreaker_manifest::table::Record;
#[cfg(any(test, feature = "include_dir"))]
use cachebreaker_manifest::table::Table;

/// The releases that a view keeps.
#[derive(Clone, Copy, Debug)]
pub struct KeptReleases {
    /// In the order in which they were built: the token of each, and when it was built, in seconds after the epoch.
    pub releases: &'static [(&'static str, u64)],
    /// Their tokens, and what these lead to.
    pub table: Kept<'static>,
}

impl KeptReleases {
    /// Nothing is kept.
    pub const NONE: Self = Self { releases: &[], table: Kept::NONE };
}

#[cfg(any(test, feature = "include_dir"))]
impl KeptReleases {
    /// Those of a view that is made at run time: what they are made of lives as long as the process.
    pub(super) fn leak(kept: &manifest::Kept, packed: Packed) -> Self {
        let keys = |keys: PackedKeys| Keys::new(keys.text.leak(), keys.ends.leak());
        let releases = kept.releases.iter().map(|it| (&*it.token.text.clone().leak(), it.modified));
        Self {
            releases: releases.collect::<Vec<_>>().leak(),
            table: Kept::new(
                keys(packed.keys),
                packed.numbers.leak(),
                packed.leads.leak(),
                Table::new(packed.table.text.leak(), packed.table.records.leak(), packed.table.slots.leak()),
                keys(packed.stale),
            ),
        }
    }
}

/// An earlier release whose files are still served, and how often they have been asked for.
///
/// `assets::kept_releases()` lists them, oldest first. The [guide](https://github.com/cachebreaker/cachebreaker/blob/main/docs/history.md)
/// says how to keep releases.
///
/// A request counts for the last release that has its URL. So if a release and all releases before it have no requests, no page asks for
/// their files, and you can stop keeping them.
///
/// ```
/// # use doc_assets::assets;
/// for release in assets::kept_releases() {
///     println!("{}: {} requests", release.token(), release.requests());
/// }
/// assert_eq!(assets::kept_releases().len(), 0); // This view has no history.
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptRelease {
    pub(crate) token: &'static str,
    pub(crate) modified: u64,
    pub(crate) requests: u64,
}

impl KeptRelease {
    /// Its token, as in the name of its file in the history. With a token of [contents], URLs have more digits.
    ///
    /// [contents]: https://docs.rs/cachebreaker-build/latest/cachebreaker_build/struct.Token.html#method.content
    #[must_use]
    pub const fn token(&self) -> &'static str {
        self.token
    }

    /// When it was built, to the second; or its `SOURCE_DATE_EPOCH`.
    #[must_use]
    pub fn built(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.modified)
    }

    /// How many requests got a file of it, from the start of the process until you called `assets::kept_releases()`.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.requests
    }
}

/// A file of a kept release.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeptFile {
    /// Its number: those that only kept releases have are counted after those of the view.
    pub(crate) number: u32,
    pub(crate) record: Record<'static>,
    /// The last release that has it under the token that was asked for, by its place.
    pub(crate) release: u32,
    /// How the token was found.
    pub(crate) found: Found<'static>,
}

impl PartialEq for KeptFile {
    fn eq(&self, other: &Self) -> bool {
        (self.release, self.found) == (other.release, other.found)
            && std::ptr::eq(self.record.path(), other.record.path())
    }
}

impl Eq for KeptFile {}
