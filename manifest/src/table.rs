//! The look-up table of a view's assets: rows go in, one text and two byte strings come out, and [`Table`] reads those in place.
//!
//! So ten thousand assets are three literals to rustc, cost less than 200 bytes each beyond their contents, and need no work
//! when the program starts (`BYTES_AN_ASSET` in `bench/driver/src/bounds.rs`, and the times of builds in `bench/RESULTS.md`).
//!
//! Each asset has a record of [`RECORD`] bytes, little-endian, and a stretch of the text:
//!
//! ```text
//! record  text u32 · url_len u16 · path_len u16 · content_type u16 · flags u16
//!         then for its own bytes and for each encoding: offset u32 · len u32 · chunk u16
//! text    url · path, unless it is the end of the url · "tag" · len · then "tag" · len for each encoding that it has
//! ```
//!
//! Encodings are in the order of [`Encoding::ALL`].
//!
//! The slots are an open-addressing hash table (linear probing, at most half full). A slot is a `u32`: its low bits, as many
//! as choose a slot, are a record's number plus one; the others are the rest of the hash of its path, so that a look-up that
//! finds other records reads none of them. The developer chooses the keys before the first request, so no client can make a
//! look-up slow. A binary search would be simpler, but a request may cost at most 1.05 times as much among 10,000 assets as
//! among 10 (`GROWTH` in `bench/driver/src/bounds.rs`).

use crate::encoding::Encoding;

/// Bytes of a record.
pub const RECORD: usize = IDENTITY + (1 + Encoding::ALL.len()) * PLACE;

/// Characters of an entity tag, without its quotes: 96 bits of a digest in base64url.
pub const TAG_LEN: usize = 16;

const PATH_IS_SEPARATE: u16 = 1;
const IS_DICTIONARY: u16 = 2;
const FIRST_ENCODING: u16 = 4;

/// Where in a record the place of the asset's own bytes is, and how many bytes a place has.
const IDENTITY: usize = 12;
const PLACE: usize = 10;

/// Where the bytes of a representation stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which chunk of contents.
    pub chunk: u16,
    /// Bytes from the chunk's start.
    pub offset: u32,
    /// Length in bytes.
    pub len: u32,
}

/// A representation on its way into a table: where its bytes stand, and their digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The digest of the bytes: BLAKE3 in base64url, 43 characters.
    pub digest: String,
    /// Where they stand.
    pub place: Place,
}

impl Stored {
    /// The part of the digest that is in the entity tag. Each encoding has a tag of its own, made from its own
    /// bytes, so tags are strong (RFC 9110 §8.8.3.3) even if two machines' compressors differ.
    ///
    /// # Panics
    ///
    /// When the digest has fewer than [`TAG_LEN`] characters, which the manifest's reader refuses.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.digest[..TAG_LEN]
    }
}

/// One asset, on its way into a table.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The asset's path in its folder.
    pub path: &'a str,
    /// The URL, percent-encoded.
    pub url: String,
    /// The index of its content type among the view's.
    pub content_type: u16,
    /// Its own bytes.
    pub identity: &'a Stored,
    /// Its encodings, at most one of each.
    pub encodings: &'a [(Encoding, Stored)],
    /// Whether browsers may keep it as a [dictionary](crate::dictionary).
    pub is_dictionary: bool,
}

/// A table that [`pack`] wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// Every URL, path, entity tag and length.
    pub text: String,
    /// The records.
    pub records: Vec<u8>,
    /// The hash table.
    pub slots: Vec<u8>,
}

/// Packs rows; record `n` is row `n`.
///
/// # Errors
///
/// The path of the first row that does not fit, because its URL is longer than 65,535 bytes or all text together is
/// longer than 4 GiB.
pub fn pack<'a>(rows: &[Row<'a>]) -> Result<Packed, &'a str> {
    let mut packed = Packed::default();
    let mut slots = vec![0_u32; (rows.len() * 2).next_power_of_two()];
    let mask = mask(slots.len());
    for (number, row) in (1_u32..).zip(rows) {
        let is_separate = !row.url.ends_with(row.path);
        let flags = (u16::from(is_separate) * PATH_IS_SEPARATE) | (u16::from(row.is_dictionary) * IS_DICTIONARY);
        let flags = row.encodings.iter().fold(flags, |flags, (encoding, _)| flags | flag(*encoding));
        let start = u32::try_from(packed.text.len()).map_err(|_| row.path)?;
        let len = |text: &str| u16::try_from(text.len()).map_err(|_| row.path);
        packed.records.extend_from_slice(&start.to_le_bytes());
        for number in [len(&row.url)?, len(row.path)?, row.content_type, flags] {
            packed.records.extend_from_slice(&number.to_le_bytes());
        }
        packed.text.push_str(&row.url);
        if is_separate {
            packed.text.push_str(row.path);
        }
        packed.put(Some(row.identity));
        for encoding in Encoding::ALL {
            packed.put(row.encodings.iter().find(|(of, _)| *of == encoding).map(|(_, stored)| stored));
        }
        let hash = hash(row.path);
        let mut slot = hash & mask;
        while slots[slot as usize] != 0 {
            slot = (slot + 1) & mask;
        }
        slots[slot as usize] = (hash & !mask) | number;
    }
    for slot in slots {
        packed.slots.extend_from_slice(&slot.to_le_bytes());
    }
    Ok(packed)
}

impl Packed {
    /// Adds a form of an asset's content, or room for one that it has not.
    fn put(&mut self, stored: Option<&Stored>) {
        let Place { chunk, offset, len } = stored.map_or_else(Place::default, |stored| stored.place);
        if let Some(stored) = stored {
            for part in ["\"", stored.tag(), "\"", &len.to_string()] {
                self.text.push_str(part);
            }
        }
        self.records.extend_from_slice(&offset.to_le_bytes());
        self.records.extend_from_slice(&len.to_le_bytes());
        self.records.extend_from_slice(&chunk.to_le_bytes());
    }
}

/// The bit of the flags that says whether an asset has the encoding.
const fn flag(encoding: Encoding) -> u16 {
    FIRST_ENCODING << encoding as u16
}

/// Where in a record the place of an encoding is.
const fn place_of(encoding: Encoding) -> usize {
    IDENTITY + (1 + encoding as usize) * PLACE
}

/// Eight bytes at a time, as `FxHash` does it, but the same on every machine: the one that packs need not be the one that
/// finds.
#[expect(clippy::cast_possible_truncation, reason = "the upper half is mixed into the lower one")]
fn hash(path: &str) -> u32 {
    let add =
        |hash: u64, word: [u8; 8]| (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (words, rest) = path.as_bytes().as_chunks();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let hash = add(words.iter().fold(path.len() as u64, |hash, word| add(hash, *word)), last);
    (hash ^ (hash >> 32)) as u32
}

/// The bits of a hash that choose one of so many slots, which are a power of two.
#[expect(clippy::cast_possible_truncation, reason = "records are numbered by a `u32`")]
const fn mask(slots: usize) -> u32 {
    slots.wrapping_sub(1) as u32
}

/// A packed table, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    text: &'a str,
    records: &'a [u8],
    slots: &'a [u8],
}

impl<'a> Table<'a> {
    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(text: &'a str, records: &'a [u8], slots: &'a [u8]) -> Self {
        Self { text, records, slots }
    }

    /// How many assets there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.records.len() / RECORD
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The number of the asset with that path.
    #[must_use]
    #[inline]
    pub fn find(&self, path: &str) -> Option<usize> {
        let (slots, _) = self.slots.as_chunks::<4>();
        let (hash, mask) = (hash(path), mask(slots.len()));
        let mut slot = hash & mask;
        loop {
            let found = u32::from_le_bytes(*slots.get(slot as usize)?);
            let index = (found & mask).checked_sub(1)? as usize;
            if (found ^ hash) & !mask == 0 && self.record(index).path() == path {
                return Some(index);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Asset `index`, counted from zero in the order of the rows.
    ///
    /// # Panics
    ///
    /// When there are not so many.
    #[must_use]
    #[inline]
    pub const fn record(&self, index: usize) -> Record<'a> {
        let (_, from_record) = self.records.split_at(index * RECORD);
        let record = from_record.first_chunk().expect("a table has as many records as assets");
        Record { text: self.text.split_at(u32_at(record, 0) as usize).1, record }
    }
}

/// One asset of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The table's text from this asset's stretch on.
    text: &'a str,
    record: &'a [u8; RECORD],
}

impl<'a> Record<'a> {
    /// The URL's path, percent-encoded.
    #[must_use]
    pub const fn url(&self) -> &'a str {
        self.text.split_at(self.url_len()).0
    }

    /// The path in the folder.
    #[must_use]
    #[inline]
    pub const fn path(&self) -> &'a str {
        let (url, rest) = self.text.split_at(self.url_len());
        let len = self.path_len();
        if self.path_is_separate() { rest.split_at(len).0 } else { url.split_at(url.len() - len).1 }
    }

    /// Whether the path is spelt in the URL otherwise than it is.
    #[must_use]
    pub const fn path_is_separate(&self) -> bool {
        self.flags() & PATH_IS_SEPARATE != 0
    }

    /// The index of the content type among the view's.
    #[must_use]
    pub const fn content_type(&self) -> usize {
        u16_at(self.record, 8) as usize
    }

    /// How many bytes the asset has.
    #[must_use]
    pub const fn len(&self) -> u32 {
        u32_at(self.record, IDENTITY + 4)
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes it has in an encoding; `None` where it has not that encoding.
    #[must_use]
    #[inline]
    pub const fn encoded_len(&self, encoding: Encoding) -> Option<u32> {
        if self.flags() & flag(encoding) == 0 { None } else { Some(u32_at(self.record, place_of(encoding) + 4)) }
    }

    /// Whether it has any encoding, so that what is sent depends on `Accept-Encoding`.
    #[must_use]
    pub const fn has_encodings(&self) -> bool {
        self.flags() >= FIRST_ENCODING
    }

    /// Whether browsers may keep it as a [dictionary](crate::dictionary).
    #[must_use]
    #[inline]
    pub const fn is_dictionary(&self) -> bool {
        self.flags() & IS_DICTIONARY != 0
    }

    /// The asset's own bytes.
    #[must_use]
    #[inline]
    pub const fn identity(&self) -> Representation<'a> {
        Representation::read(self.text.split_at(self.before_identity()).1, self.place(IDENTITY))
    }

    /// The asset in an encoding, where it has it.
    #[must_use]
    #[inline]
    pub const fn encoded(&self, encoding: Encoding) -> Option<Representation<'a>> {
        if self.flags() & flag(encoding) == 0 {
            return None;
        }
        let mut before = self.before_identity() + width(self.len());
        let mut number = 0;
        while number < encoding as usize {
            if let Some(len) = self.encoded_len(Encoding::ALL[number]) {
                before += width(len);
            }
            number += 1;
        }
        Some(Representation::read(self.text.split_at(before).1, self.place(place_of(encoding))))
    }

    /// How much text is before that of the asset's own bytes.
    #[inline]
    const fn before_identity(&self) -> usize {
        self.url_len() + if self.path_is_separate() { self.path_len() } else { 0 }
    }

    const fn url_len(&self) -> usize {
        u16_at(self.record, 4) as usize
    }

    const fn path_len(&self) -> usize {
        u16_at(self.record, 6) as usize
    }

    const fn flags(&self) -> u16 {
        u16_at(self.record, 10)
    }

    #[inline]
    const fn place(&self, at: usize) -> Place {
        Place { offset: u32_at(self.record, at), len: u32_at(self.record, at + 4), chunk: u16_at(self.record, at + 8) }
    }
}

/// One form of an asset's content: its own bytes, or an encoding of them.
#[derive(Clone, Copy, Debug)]
pub struct Representation<'a> {
    etag: &'a str,
    length: &'a str,
    place: Place,
}

impl<'a> Representation<'a> {
    #[inline]
    pub(crate) const fn read(text: &'a str, place: Place) -> Self {
        let (etag, rest) = text.split_at(TAG_LEN + 2);
        Self { etag, length: rest.split_at(digits(place.len)).0, place }
    }

    /// The strong entity tag, with its quotes.
    #[must_use]
    pub const fn etag(&self) -> &'a str {
        self.etag
    }

    /// The length in bytes, in decimal digits.
    #[must_use]
    pub const fn length(&self) -> &'a str {
        self.length
    }

    /// Where the bytes stand.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }
}

/// How many digits a length has. Most have few, so this costs less than a logarithm (`bench/smoke`, all requests).
#[inline]
const fn digits(len: u32) -> usize {
    match len {
        0..10 => 1,
        10..100 => 2,
        100..1_000 => 3,
        1_000..10_000 => 4,
        10_000..100_000 => 5,
        100_000..1_000_000 => 6,
        1_000_000..10_000_000 => 7,
        10_000_000..100_000_000 => 8,
        100_000_000..1_000_000_000 => 9,
        _ => 10,
    }
}

/// How much text a form of so many bytes has: its tag and its length.
#[inline]
const fn width(len: u32) -> usize {
    TAG_LEN + 2 + digits(len)
}

pub(crate) const fn u16_at<const N: usize>(record: &[u8; N], at: usize) -> u16 {
    u16::from_le_bytes([record[at], record[at + 1]])
}

pub(crate) const fn u32_at<const N: usize>(record: &[u8; N], at: usize) -> u32 {
    u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a table is made of, owned.
    #[derive(Debug)]
    struct Source {
        path: String,
        identity: Stored,
        encodings: Vec<(Encoding, Stored)>,
        is_dictionary: bool,
    }

    impl Source {
        fn row(&self) -> Row<'_> {
            let url = format!("/static/17/{}", crate::percent::encode_path(&self.path));
            let Self { path, identity, encodings, is_dictionary } = self;
            Row { path, url, content_type: 3, identity, encodings, is_dictionary: *is_dictionary }
        }
    }

    fn source() -> impl Strategy<Value = Source> {
        let stored = || {
            ("[A-Za-z0-9_-]{43}", any::<(u16, u32, u32)>())
                .prop_map(|(digest, (chunk, offset, len))| Stored { digest, place: Place { chunk, offset, len } })
        };
        (".{1,12}", stored(), Encoding::ALL.map(|_| prop::option::of(stored())), any::<bool>()).prop_map(
            |(path, identity, encodings, is_dictionary)| {
                let encodings = Encoding::ALL.into_iter().zip(encodings);
                let encodings = encodings.filter_map(|(encoding, stored)| Some((encoding, stored?))).collect();
                Source { path, identity, encodings, is_dictionary }
            },
        )
    }

    fn assert_same(record: &Record<'_>, row: &Row<'_>) {
        let assert_stored = |found: Representation<'_>, stored: &Stored| {
            assert_eq!(found.etag(), format!("\"{}\"", stored.tag()));
            assert_eq!(found.length(), stored.place.len.to_string());
            assert_eq!(found.place(), stored.place);
        };
        assert_eq!(record.url(), row.url);
        assert_eq!(record.path(), row.path);
        assert_eq!(record.content_type(), usize::from(row.content_type));
        assert_stored(record.identity(), row.identity);
        assert_eq!(record.len(), row.identity.place.len);
        assert_eq!(record.has_encodings(), !row.encodings.is_empty());
        assert_eq!(record.is_dictionary(), row.is_dictionary);
        for encoding in Encoding::ALL {
            let expected = row.encodings.iter().find(|(it, _)| *it == encoding);
            assert_eq!(record.encoded(encoding).is_some(), expected.is_some());
            assert_eq!(record.encoded_len(encoding), expected.map(|(_, stored)| stored.place.len));
            if let (Some(found), Some((_, stored))) = (record.encoded(encoding), expected) {
                assert_stored(found, stored);
            }
        }
    }

    #[test]
    fn an_empty_table_finds_nothing() {
        let packed = pack(&[]).unwrap();
        let table = Table::new(&packed.text, &packed.records, &packed.slots);
        assert!(table.is_empty());
        assert_eq!(table.find("a"), None);
    }

    #[test]
    fn names_that_are_alike_do_not_crowd_the_table() {
        let paths: Vec<_> = (0..10_000).map(|n| format!("dir{}/file{n}.css", n / 100)).collect();
        let slots = (paths.len() * 2).next_power_of_two();
        let mut taken = vec![0; slots];
        for path in &paths {
            taken[(hash(path) & mask(slots)) as usize] += 1;
        }
        // Of hashes as good as dice, 10,000 in 32,768 slots: 27 % of the names share a slot with another.
        let alone = taken.iter().filter(|names| **names == 1).count();
        assert!(alone > 7_000, "{alone} names have a slot for themselves");
    }

    #[test]
    fn a_url_of_more_than_65535_bytes_does_not_fit() {
        let place = Place::default();
        let identity = Stored { digest: "0".repeat(43), place };
        let source = Source { path: "a".repeat(65_530), identity, encodings: Vec::new(), is_dictionary: false };
        assert_eq!(pack(&[source.row()]).unwrap_err(), source.path);
    }

    proptest! {
        #[test]
        fn reading_is_the_inverse_of_packing(
            sources in prop::collection::vec(source(), 1..40),
            stranger in ".{0,12}",
        ) {
            let sources: std::collections::BTreeMap<_, _> = sources.into_iter().map(|source| (source.path.clone(), source)).collect();
            let rows: Vec<_> = sources.values().map(Source::row).collect();
            let packed = pack(&rows).unwrap();
            let table = Table::new(&packed.text, &packed.records, &packed.slots);
            prop_assert_eq!(table.len(), rows.len());
            for (index, row) in rows.iter().enumerate() {
                assert_same(&table.record(index), row);
                prop_assert_eq!(table.find(row.path), Some(index));
            }
            prop_assert_eq!(table.find(&stranger).is_some(), sources.contains_key(&stranger));
        }
    }
}
