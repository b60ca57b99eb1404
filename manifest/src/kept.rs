//! What a view serves of releases before it: the tokens of kept releases, and what they lead to.
//!
//! ```text
//! Manifest.kept --pack--> Packed --(literals)--> Kept: a request's token -> its number; (token, asset) -> it leads there or not
//! ```
//!
//! Assets that only kept releases have are numbered after those of the view.
//!
//! ```text
//! keys     the tokens one after another, sorted, each as its `key`; `ends` has where each ends, and `numbers` its number
//! stale    the same for tokens of releases before this one that are not kept, without numbers
//! tokens   of each token's number beyond those of the releases: the last release that has it, u32
//! leads    an asset's number, and the first and the last of consecutive tokens that lead to it: u32 · u32 · u32, sorted
//! table    the assets that only kept releases have, sorted by path
//! ```
//!
//! All numbers are little-endian.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::manifest::{Manifest, PastToken};
use crate::table::{self, Record, Table};
use crate::token::{DIGEST_LEN, Token, TokenKind};

/// What is kept, on its way into a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The tokens of kept releases.
    pub keys: PackedKeys,
    /// The number of each.
    pub numbers: Vec<u8>,
    /// The releases of tokens beyond those of the deploys.
    pub tokens: Vec<u8>,
    /// Which tokens lead to which assets.
    pub leads: Vec<u8>,
    /// The assets that only kept releases have.
    pub table: table::Packed,
    /// Other tokens that are stale.
    pub stale: PackedKeys,
}

/// Keys of tokens, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedKeys {
    /// The keys.
    pub text: String,
    /// Where each ends in the text.
    pub ends: Vec<u8>,
}

/// Packs what is kept. `table` has its assets.
#[must_use]
pub fn pack(manifest: &Manifest, table: table::Packed) -> Packed {
    let kept = &manifest.kept;
    let tokens = kept.releases.iter().map(|release| &release.token).chain(kept.url_tokens.iter().map(|it| &it.token));
    let mut keys: Vec<_> = tokens.map(key_of_past).zip(0_u32..).collect();
    // Of two with one key the later one: it is of a later release.
    keys.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    keys.dedup_by(|a, b| a.0 == b.0);
    let mut stale: Vec<_> = kept.stale.iter().map(key_of_past).collect();
    stale.sort_unstable();
    stale.dedup();
    let own = manifest.assets.iter().map(|asset| &asset.kept);
    let leads = own.chain(kept.assets.iter().map(|asset| &asset.tokens)).zip(0_u32..).flat_map(|(tokens, asset)| {
        ranges(tokens).flat_map(move |range| [asset, *range.start(), *range.end()]).flat_map(u32::to_le_bytes)
    });
    Packed {
        leads: leads.collect(),
        numbers: keys.iter().flat_map(|(_, number)| number.to_le_bytes()).collect(),
        keys: PackedKeys::of(keys.iter().map(|(key, _)| &**key)),
        tokens: kept.url_tokens.iter().flat_map(|token| token.release.to_le_bytes()).collect(),
        table,
        stale: PackedKeys::of(stale.iter().map(|key| &**key)),
    }
}

impl Packed {
    /// Whether there is nothing of a release before this one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.ends.is_empty() && self.stale.ends.is_empty()
    }
}

impl PackedKeys {
    fn of<'k>(keys: impl Iterator<Item = &'k str>) -> Self {
        let mut packed = Self::default();
        for key in keys {
            packed.text += key;
            packed.ends.extend_from_slice(&(packed.text.len() as u32).to_le_bytes());
        }
        packed
    }
}

/// Consecutive numbers of a list in ascending order.
pub(crate) fn ranges(numbers: &[u32]) -> impl Iterator<Item = RangeInclusive<u32>> {
    numbers.chunk_by(|a, b| a.checked_add(1) == Some(*b)).map(|run| run[0]..=run[run.len() - 1])
}

/// What a token of an earlier release is found by. `assets!` adds digits for its options to a token of contents, and those of an earlier
/// release are unknown, so only the digits of the contents count. They follow a hyphen, so that they are not mistaken for another token.
fn key_of_past(token: &PastToken) -> Cow<'_, str> {
    let digest = || Some(["-", token.text.split_once('-')?.1.get(..DIGEST_LEN)?].concat());
    match token.is_of_contents.then(digest).flatten() {
        Some(digest) => Cow::Owned(digest),
        None => Cow::Borrowed(&token.text),
    }
}

/// The keys under which a request's token may be.
fn keys<'t>(token: &Token<'t>) -> impl Iterator<Item = &'t str> {
    let text = token.as_str();
    let hyphen = || text.find('-');
    let of_contents =
        (token.kind() == TokenKind::Content).then(|| text.get(hyphen()?..=hyphen()? + DIGEST_LEN)).flatten();
    [of_contents, Some(text), token.without_options().map(|token| token.as_str())].into_iter().flatten()
}

/// Keys, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    text: &'a str,
    ends: &'a [u8],
}

impl<'a> Keys<'a> {
    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(text: &'a str, ends: &'a [u8]) -> Self {
        Self { text, ends }
    }

    fn key(&self, number: usize) -> &'a str {
        let (ends, _) = self.ends.as_chunks::<4>();
        let end = |number: usize| ends.get(number).map_or(0, |end| u32::from_le_bytes(*end) as usize);
        self.text.get(number.checked_sub(1).map_or(0, end)..end(number)).unwrap_or_default()
    }

    /// The place of a request's token.
    fn find(&self, token: &Token<'_>) -> Option<usize> {
        keys(token).find_map(|wanted| {
            let (mut low, mut high) = (0, self.ends.len() / 4);
            while low < high {
                let middle = usize::midpoint(low, high);
                if self.key(middle) < wanted {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            (low < self.ends.len() / 4 && self.key(low) == wanted).then_some(low)
        })
    }
}

/// What is kept, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    keys: Keys<'a>,
    numbers: &'a [u8],
    tokens: &'a [u8],
    leads: &'a [u8],
    table: Table<'a>,
    stale: Keys<'a>,
    is_empty: bool,
}

impl<'a> Kept<'a> {
    /// Nothing is kept.
    pub const NONE: Self = Self::new(Keys::new("", &[]), &[], &[], &[], Table::new("", &[], &[]), Keys::new("", &[]));

    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(
        keys: Keys<'a>,
        numbers: &'a [u8],
        tokens: &'a [u8],
        leads: &'a [u8],
        table: Table<'a>,
        stale: Keys<'a>,
    ) -> Self {
        let is_empty = keys.ends.is_empty() && stale.ends.is_empty();
        Self { keys, numbers, tokens, leads, table, stale, is_empty }
    }

    /// Whether nothing is known of any release before this one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The number of a request's token, if it leads to a kept release.
    #[must_use]
    pub fn find(&self, token: &Token<'_>) -> Option<u32> {
        let place = self.keys.find(token)?;
        self.numbers.as_chunks::<4>().0.get(place).map(|number| u32::from_le_bytes(*number))
    }

    /// Whether a request's token is of a release before this one.
    #[must_use]
    pub fn is_stale(&self, token: &Token<'_>) -> bool {
        self.stale.find(token).is_some() || self.keys.find(token).is_some()
    }

    /// The last release that has a token, if there are so many releases.
    #[must_use]
    pub fn release_of(&self, token: u32, releases: usize) -> u32 {
        let beyond = (token as usize).checked_sub(releases);
        let release = beyond.and_then(|at| self.tokens.as_chunks::<4>().0.get(at));
        release.map_or(token, |release| u32::from_le_bytes(*release))
    }

    /// Whether a token leads to an asset, by their numbers.
    #[must_use]
    pub fn leads(&self, token: u32, asset: u32) -> bool {
        let (leads, _) = self.leads.as_chunks::<12>();
        let read = |lead: &[u8; 12]| {
            let (numbers, _) = lead.as_chunks::<4>();
            (u32::from_le_bytes(numbers[0]), u32::from_le_bytes(numbers[1]), u32::from_le_bytes(numbers[2]))
        };
        let after = leads.partition_point(|lead| {
            let (of, first, _) = read(lead);
            (of, first) <= (asset, token)
        });
        after.checked_sub(1).is_some_and(|at| {
            let (of, _, last) = read(&leads[at]);
            of == asset && token <= last
        })
    }

    /// The assets of that path that only kept releases have, by their places.
    pub fn with_path(&self, path: &str) -> impl Iterator<Item = usize> + use<'a> {
        let table = self.table;
        let (mut low, mut high) = (0, table.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if table.record(middle).path() < path {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let count = (low..table.len()).take_while(|at| table.record(*at).path() == path).count();
        low..low + count
    }

    /// The asset at that place.
    #[must_use]
    pub const fn record(&self, place: usize) -> Record<'a> {
        self.table.record(place)
    }
}
