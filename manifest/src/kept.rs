//! What a view serves of releases before it: the tokens of kept releases, and what they lead to.
//!
//! ```text
//! Manifest.kept --pack--> Packed --(literals)--> Kept: a request's token -> its number; (token, asset) -> it leads there or not
//! ```
//!
//! Assets that only kept releases have are numbered after those of the view.
//!
//! ```text
//! keys     the tokens one after another, sorted, each as it is in URLs, and those of contents without their time; `ends` has where each
//!          ends, and `numbers` its number
//! stale    tokens of releases before this one that are not kept, in the same way, without options and numbers
//! leads    an asset's number, the first and the last of consecutive tokens that lead to it, and the last release that has it under
//!          them, or `OWN` for the release of each token itself: u32 · u32 · u32 · u32, sorted
//! table    the assets that only kept releases have, sorted by path
//! ```
//!
//! All numbers are little-endian.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::manifest::{Lead, Manifest, PastToken};
use crate::table::{self, Record, Table};
use crate::token::{DIGEST_LEN, OPTIONS_LEN, Token, TokenKind};

/// What is kept, on its way into a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The tokens of kept releases.
    pub keys: PackedKeys,
    /// The number of each.
    pub numbers: Vec<u8>,
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

/// Packs what is kept. `table` has its assets. `with_options` adds the options of the view to a token, as URLs of this view have them.
#[must_use]
pub fn pack(manifest: &Manifest, table: table::Packed, with_options: impl Fn(&PastToken) -> String) -> Packed {
    let kept = &manifest.kept;
    let tokens = kept.releases.iter().map(|release| &release.token).chain(&kept.url_tokens);
    // Without URL tokens, all URLs have the tokens of deploys, which are in them as they are.
    let has_url_tokens = !manifest.url_tokens.is_empty() || !kept.url_tokens.is_empty();
    let mut keys: Vec<(Cow<'_, str>, u32)> = Vec::new();
    for (token, number) in tokens.zip(0..) {
        let full = with_options(token);
        if token.is_of_contents {
            // Its time does not matter.
            keys.push((Cow::Owned(full.find('-').map_or(full.clone(), |hyphen| full[hyphen..].to_owned())), number));
        } else {
            // The deploy's own token is current. A release that was built again keeps one after it, which has this token in URLs.
            keys.extend((token.text != manifest.token).then_some((Cow::Borrowed(&*token.text), number)));
            keys.extend((has_url_tokens && full != token.text).then_some((Cow::Owned(full), number)));
        }
    }
    // Of two with one key the later one.
    keys.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    keys.dedup_by(|a, b| a.0 == b.0);
    let mut stale: Vec<_> = kept.stale.iter().map(key_of_stale).collect();
    stale.sort_unstable();
    stale.dedup();
    let own = manifest.assets.iter().map(|asset| &asset.kept);
    let leads = own.chain(kept.assets.iter().map(|asset| &asset.leads)).zip(0_u32..).flat_map(|(leads, asset)| {
        let lead = move |(tokens, release): (RangeInclusive<u32>, Option<u32>)| {
            [asset, *tokens.start(), *tokens.end(), release.unwrap_or(OWN)]
        };
        ranges(leads).flat_map(lead).flat_map(u32::to_le_bytes)
    });
    Packed {
        leads: leads.collect(),
        numbers: keys.iter().flat_map(|(_, number)| number.to_le_bytes()).collect(),
        keys: PackedKeys::of(keys.iter().map(|(key, _)| &**key)),
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

/// In place of a release: that of the token itself.
const OWN: u32 = u32::MAX;

/// Consecutive tokens of a list in ascending order, with the release that has the asset under them, if it is not that of each itself.
pub(crate) fn ranges(leads: &[Lead]) -> impl Iterator<Item = (RangeInclusive<u32>, Option<u32>)> {
    let release = |lead: &Lead| (lead.release != lead.token).then_some(lead.release);
    let runs = leads.chunk_by(move |a, b| a.token.checked_add(1) == Some(b.token) && release(a) == release(b));
    runs.map(move |run| (run[0].token..=run[run.len() - 1].token, release(&run[0])))
}

/// What a stale token is found by. `assets!` adds digits for its options to a token of contents, and those of an earlier release are
/// unknown, so only the digits of the contents count. They follow a hyphen, so that they are not mistaken for another token.
fn key_of_stale(token: &PastToken) -> Cow<'_, str> {
    let digest = || Some(["-", token.text.split_once('-')?.1.get(..DIGEST_LEN)?].concat());
    match token.is_of_contents.then(digest).flatten() {
        Some(digest) => Cow::Owned(digest),
        None => Cow::Borrowed(&token.text),
    }
}

/// The digest of a request's token of contents, after a hyphen: of the contents alone, or of everything.
fn digest<'t>(token: &Token<'t>, len: Option<usize>) -> Option<&'t str> {
    let text = token.as_str();
    let hyphen = text.find('-').filter(|_| token.kind() == TokenKind::Content)?;
    len.map_or(text.get(hyphen..), |len| text.get(hyphen..=hyphen + len))
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

    fn len(&self) -> usize {
        self.ends.len() / 4
    }

    fn find(&self, wanted: &str) -> Option<usize> {
        let place = first(self.len(), |at| self.key(at) < wanted);
        (place < self.len() && self.key(place) == wanted).then_some(place)
    }

    /// The place of the first key that begins with this text.
    fn find_start(&self, wanted: &str) -> Option<usize> {
        let place = first(self.len(), |at| self.key(at) < wanted);
        (place < self.len() && self.key(place).starts_with(wanted)).then_some(place)
    }

    /// The place of the key that has options after this text.
    fn find_with_options(&self, text: &str) -> Option<usize> {
        let start = || text.bytes().chain([b'~']);
        let place = first(self.len(), |at| self.key(at).bytes().lt(start()));
        let options = (place < self.len()).then(|| self.key(place).strip_prefix(text)?.strip_prefix('~')).flatten()?;
        (options.len() == OPTIONS_LEN).then_some(place)
    }
}

/// The first of `len` places that does not come before what is searched for: binary search, where places are sorted.
fn first(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = usize::midpoint(low, high);
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// A request's token that leads to a kept release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Its number.
    pub number: u32,
    /// If its options are not those of this view: the key with those of this view. The URL is then of a release with other options, and the
    /// response here may not be the one that pages of that release need.
    pub key_of_own_options: Option<&'a str>,
    /// Whether the token has the options of this view. Without any it may be that of a release with other ones, or the deploy's own, to which
    /// no options are added.
    pub has_own_options: bool,
}

impl Found<'_> {
    /// The request's token with the options of this view, if it has others.
    #[must_use]
    pub fn with_own_options(&self, token: &Token<'_>) -> Option<String> {
        let key = self.key_of_own_options?;
        let time =
            token.as_str().split_once('-').filter(|_| token.kind() == TokenKind::Content && key.starts_with('-'));
        Some([time.map_or("", |(time, _)| time), key].concat())
    }
}

/// What is kept, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    keys: Keys<'a>,
    numbers: &'a [u8],
    leads: &'a [u8],
    table: Table<'a>,
    stale: Keys<'a>,
    is_empty: bool,
}

impl<'a> Kept<'a> {
    /// Nothing is kept.
    pub const NONE: Self = Self::new(Keys::new("", &[]), &[], &[], Table::new("", &[], &[]), Keys::new("", &[]));

    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(keys: Keys<'a>, numbers: &'a [u8], leads: &'a [u8], table: Table<'a>, stale: Keys<'a>) -> Self {
        let is_empty = keys.ends.is_empty() && stale.ends.is_empty();
        Self { keys, numbers, leads, table, stale, is_empty }
    }

    /// Whether nothing is known of any release before this one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// What a request's token leads to, if it leads to a kept release.
    #[must_use]
    pub fn find(&self, token: &Token<'_>) -> Option<Found<'a>> {
        let own =
            digest(token, None).and_then(|digest| self.keys.find(digest)).or_else(|| self.keys.find(token.as_str()));
        let other = || {
            let of_contents = digest(token, Some(DIGEST_LEN)).and_then(|digest| self.keys.find_start(digest));
            of_contents.or_else(|| {
                let plain = token.without_options()?;
                self.keys.find_with_options(plain.as_str()).or_else(|| self.keys.find(plain.as_str()))
            })
        };
        let place = own.or_else(other)?;
        let number = self.numbers.as_chunks::<4>().0.get(place).map(|number| u32::from_le_bytes(*number))?;
        let has_own_options = own.is_some() && self.keys.find_with_options(token.as_str()).is_none();
        Some(Found { number, key_of_own_options: own.is_none().then(|| self.keys.key(place)), has_own_options })
    }

    /// Whether a request's token is of a release before this one.
    #[must_use]
    pub fn is_stale(&self, token: &Token<'_>) -> bool {
        let of_contents = digest(token, Some(DIGEST_LEN)).and_then(|digest| self.stale.find(digest));
        let without_options = || self.stale.find(token.without_options()?.as_str());
        of_contents.or_else(|| self.stale.find(token.as_str())).or_else(without_options).is_some()
            || self.find(token).is_some()
    }

    /// Whether a token leads to an asset, by their numbers: the last release that has the asset under it.
    #[must_use]
    pub fn leads(&self, token: u32, asset: u32) -> Option<u32> {
        let (leads, _) = self.leads.as_chunks::<16>();
        let read = |lead: &[u8; 16]| {
            let (numbers, _) = lead.as_chunks::<4>();
            [0, 1, 2, 3].map(|at: usize| u32::from_le_bytes(numbers[at]))
        };
        let after = leads.partition_point(|lead| {
            let [of, first, ..] = read(lead);
            (of, first) <= (asset, token)
        });
        let [of, _, last, release] = read(&leads[after.checked_sub(1)?]);
        (of == asset && token <= last).then_some(if release == OWN { token } else { release })
    }

    /// The assets of that path that only kept releases have, by their places.
    pub fn with_path(&self, path: &str) -> impl Iterator<Item = usize> + use<'a> {
        let table = self.table;
        let first = first(table.len(), |at| table.record(at).path() < path);
        let count = (first..table.len()).take_while(|at| table.record(*at).path() == path).count();
        first..first + count
    }

    /// The asset at that place.
    #[must_use]
    pub const fn record(&self, place: usize) -> Record<'a> {
        self.table.record(place)
    }
}
