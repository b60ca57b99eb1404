//! Which modules of a view import which, packed into one byte string and read in place.
//!
//! Numbers of 32 bits, little-endian:
//!
//! ```text
//! how many assets import any · the number of each, rising · where the imports of each end · the imports, one after another
//! ```
//!
//! A view in which nothing imports anything has no bytes.

/// The static imports between the assets of a view.
#[derive(Clone, Copy, Debug)]
pub struct Imports<'a>(&'a [u8]);

impl<'a> Imports<'a> {
    /// Of a view that knows of none.
    pub const NONE: Self = Self(&[]);

    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(packed: &'a [u8]) -> Self {
        Self(packed)
    }

    /// The numbers of the assets that asset `number` imports itself, in its order.
    pub fn of(&self, number: u32) -> impl Iterator<Item = u32> + use<'a> {
        let (words, _) = self.0.as_chunks::<4>();
        let word = |at: usize| words.get(at).map_or(0, |word| u32::from_le_bytes(*word));
        let importers = word(0) as usize;
        let found = words.get(1..=importers).unwrap_or_default();
        let part = match found.binary_search_by_key(&number, |word| u32::from_le_bytes(*word)) {
            Ok(at) => {
                let begin = if at == 0 { 0 } else { word(importers + at) };
                begin as usize..word(importers + 1 + at) as usize
            }
            Err(_) => 0..0,
        };
        let imports = words.get(1 + 2 * importers..).unwrap_or_default();
        imports.get(part).unwrap_or_default().iter().map(|word| u32::from_le_bytes(*word))
    }

    /// An asset, and everything that it imports, directly or through others: each once, the nearest first.
    #[must_use]
    pub fn closure(&self, number: u32) -> Vec<u32> {
        let mut found = vec![number];
        let mut known = std::collections::BTreeSet::from([number]);
        let mut next = 0;
        while let Some(module) = found.get(next).copied() {
            found.extend(self.of(module).filter(|import| known.insert(*import)));
            next += 1;
        }
        found
    }
}

/// Packs the imports of each asset, in the order of the assets' numbers.
///
/// # Panics
///
/// When there are more than a number of 32 bits counts.
pub fn pack<I: IntoIterator<Item = u32>>(imports: impl IntoIterator<Item = I>) -> Vec<u8> {
    let (mut importers, mut ends, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    let number = |len: usize| u32::try_from(len).expect("imports are numbered in 32 bits");
    for (importer, imports) in (0..).zip(imports) {
        let before = targets.len();
        targets.extend(imports);
        if targets.len() > before {
            importers.push(importer);
            ends.push(number(targets.len()));
        }
    }
    if importers.is_empty() {
        return Vec::new();
    }
    let words = [vec![number(importers.len())], importers, ends, targets].concat();
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reading_is_the_inverse_of_packing(
            imports in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..3), 0..20),
        ) {
            let packed = pack(imports.clone());
            let read = Imports::new(&packed);
            for (number, expected) in (0..).zip(&imports) {
                prop_assert_eq!(&read.of(number).collect::<Vec<_>>(), expected);
            }
            prop_assert_eq!(read.of(20).count(), 0);
            prop_assert_eq!(packed.is_empty(), imports.iter().all(Vec::is_empty));
        }

        #[test]
        fn no_bytes_make_reading_panic(packed in prop::collection::vec(0_u8..4, 0..60), number in 0_u32..5) {
            let _ = Imports::new(&packed).of(number).count();
        }
    }

    #[test]
    fn a_closure_has_each_module_once_the_nearest_first_and_ends_where_modules_import_each_other() {
        let packed = pack([vec![2, 1], vec![3], vec![3, 0], vec![4], vec![], vec![5]]);
        let imports = Imports::new(&packed);
        assert_eq!(imports.closure(0), [0, 2, 1, 3, 4]);
        assert_eq!(imports.closure(4), [4]);
        assert_eq!(imports.closure(5), [5]);
        assert_eq!(Imports::NONE.closure(7), [7]);
    }
}
