//! Dictionaries and deltas (RFC 9842), packed into a text and two byte strings that are read in place.
//!
//! A dictionary is an asset that browsers keep to decode later releases of it. A delta is an asset compressed with an earlier content of
//! it as the dictionary. Assets that only kept releases have are numbered after those of the view, as in [`kept`](crate::kept).
//!
//! ```text
//! text     the value of `Use-As-Dictionary` of each dictionary; "tag" · len of each delta
//! matches  an asset's number, and where its value begins and ends in the text: u32 · u32 · u32, sorted
//! deltas   an asset's number · the SHA-256 of the dictionary, 32 bytes · chunk u16 · offset u32 · len u32 · where its text begins u32, sorted
//! ```
//!
//! All numbers are little-endian.

use std::collections::HashMap;

use crate::table::{Place, Representation, Stored, u16_at, u32_at};

/// How many bytes the SHA-256 of a dictionary has (RFC 9842 §2.2).
pub const HASH_LEN: usize = 32;

const MATCH: usize = 12;
const DELTA: usize = 4 + HASH_LEN + 14;

/// An asset compressed with a dictionary, on its way into a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// The SHA-256 of the dictionary.
    pub dictionary: [u8; HASH_LEN],
    /// The bytes that are sent: `dcb` (RFC 9842 §4).
    pub stored: Stored,
}

/// What an asset has.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The path of its URLs with `*` in place of the token, if it is a dictionary. It needs no escaping in a URL pattern.
    pub pattern: Option<&'a str>,
    /// Its deltas.
    pub deltas: &'a [Delta],
}

/// The SHA-256 of a dictionary.
#[cfg(feature = "prepare")]
#[must_use]
pub fn hash(dictionary: &[u8]) -> [u8; HASH_LEN] {
    use sha2::Digest as _;
    sha2::Sha256::digest(dictionary).into()
}

/// What [`pack`] wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The values of `Use-As-Dictionary`, and the tags and lengths of deltas.
    pub text: String,
    /// Which asset is a dictionary.
    pub matches: Vec<u8>,
    /// The deltas.
    pub deltas: Vec<u8>,
}

/// Packs what each asset has, in the order of their numbers.
#[must_use]
pub fn pack<'a>(assets: impl IntoIterator<Item = Entry<'a>>) -> Packed {
    let (mut packed, mut known) = (Packed::default(), HashMap::new());
    for (number, Entry { pattern, deltas }) in (0_u32..).zip(assets) {
        if let Some(pattern) = pattern {
            let (start, end) = *known.entry(pattern).or_insert_with(|| {
                let start = packed.text.len() as u32;
                packed.text += &value(pattern);
                (start, packed.text.len() as u32)
            });
            packed.matches.extend([number, start, end].into_iter().flat_map(u32::to_le_bytes));
        }
        let mut deltas: Vec<_> = deltas.iter().collect();
        deltas.sort_unstable_by_key(|delta| delta.dictionary);
        for Delta { dictionary, stored } in deltas {
            let Place { chunk, offset, len } = stored.place;
            packed.deltas.extend(number.to_le_bytes().iter().chain(dictionary));
            packed.deltas.extend(chunk.to_le_bytes());
            packed.deltas.extend([offset, len, packed.text.len() as u32].into_iter().flat_map(u32::to_le_bytes));
            packed.text += &format!("\"{}\"{len}", stored.tag());
        }
    }
    packed
}

/// The value of `Use-As-Dictionary` (RFC 9842 §2.1) for a URL pattern, which is a string of a structured field (RFC 9651 §3.3.3).
#[must_use]
pub fn value(pattern: &str) -> String {
    format!("match=\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The URL pattern that matches a path and nothing else: characters that would mean anything in it are escaped (URL Pattern §1.3). A colon
/// is in a group, too: even an escaped one would end a scheme, if it is in none (§2.1).
///
/// ```
/// assert_eq!(cachebreaker_manifest::dictionary::escape("/a+b:c/%20.js"), r"/a\+b{\:}c/%20.js");
/// ```
#[must_use]
pub fn escape(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            ':' => escaped.push_str(r"{\:}"),
            '+' | '*' | '?' | '(' | ')' | '{' | '}' | '\\' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Dictionaries and deltas, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Dictionaries<'a> {
    text: &'a str,
    matches: &'a [u8],
    deltas: &'a [u8],
}

impl<'a> Dictionaries<'a> {
    /// Of a view without any.
    pub const NONE: Self = Self::new("", &[], &[]);

    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(text: &'a str, matches: &'a [u8], deltas: &'a [u8]) -> Self {
        Self { text, matches, deltas }
    }

    /// The value of `Use-As-Dictionary` of an asset.
    #[must_use]
    pub fn value(&self, asset: u32) -> Option<&'a str> {
        let (matches, _) = self.matches.as_chunks::<MATCH>();
        let at = matches.binary_search_by_key(&asset, |found| u32_at(found, 0)).ok()?;
        self.text.get(u32_at(&matches[at], 4) as usize..u32_at(&matches[at], 8) as usize)
    }

    /// The delta of an asset for a dictionary, which is given by its SHA-256.
    #[must_use]
    pub fn delta(&self, asset: u32, dictionary: &[u8; HASH_LEN]) -> Option<Representation<'a>> {
        let (deltas, _) = self.deltas.as_chunks::<DELTA>();
        let key = |found: &[u8; DELTA]| u32_at(found, 0);
        let at = deltas
            .binary_search_by(|found| key(found).cmp(&asset).then_with(|| found[4..4 + HASH_LEN].cmp(&dictionary[..])));
        let found = &deltas[at.ok()?];
        let chunk = u16_at(found, 4 + HASH_LEN);
        let [offset, len, text] = [6, 10, 14].map(|at| u32_at(found, at + HASH_LEN));
        Some(Representation::read(self.text.get(text as usize..)?, Place { chunk, offset, len }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn delta() -> impl Strategy<Value = Delta> {
        (prop::array::uniform32(0_u8..3), "[A-Za-z0-9_-]{43}", any::<(u16, u32, u32)>()).prop_map(
            |(dictionary, digest, (chunk, offset, len))| Delta {
                dictionary,
                stored: Stored { digest, place: Place { chunk, offset, len } },
            },
        )
    }

    proptest! {
        #[test]
        fn reading_is_the_inverse_of_packing(
            assets in prop::collection::vec((prop::option::of("/[a-c/*]{0,3}"), prop::collection::vec(delta(), 0..3)), 0..8),
            stranger in prop::array::uniform32(0_u8..3),
        ) {
            let entries = assets.iter().map(|(pattern, deltas)| Entry { pattern: pattern.as_deref(), deltas });
            let packed = pack(entries);
            let read = Dictionaries::new(&packed.text, &packed.matches, &packed.deltas);
            for (number, (pattern, deltas)) in (0..).zip(&assets) {
                let expected = pattern.as_ref().map(|it| format!("match=\"{it}\""));
                prop_assert_eq!(read.value(number), expected.as_deref());
                for delta in deltas {
                    let found = read.delta(number, &delta.dictionary).unwrap();
                    prop_assert_eq!(found.place(), delta.stored.place);
                    prop_assert_eq!(found.etag(), format!("\"{}\"", delta.stored.tag()));
                    prop_assert_eq!(found.length(), delta.stored.place.len.to_string());
                }
                let is_known = deltas.iter().any(|delta| delta.dictionary == stranger);
                prop_assert_eq!(read.delta(number, &stranger).is_some(), is_known);
            }
            prop_assert_eq!(read.value(assets.len() as u32), None);
        }
    }

    #[test]
    fn a_value_is_a_string_of_a_structured_field() {
        assert_eq!(value(&escape("/static/*/a(b).js")), r#"match="/static/\\*/a\\(b\\).js""#);
        assert_eq!(value(r#"/"a""#), r#"match="/\"a\"""#);
    }
}
