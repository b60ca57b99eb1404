//! Which modules of a view import which, packed into one byte string and read in place.
//!
//! Each import is two numbers of 32 bits, little-endian: the asset that imports, and the one that it imports. They are in
//! the order of the assets that import.

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
        let (imports, _) = self.0.as_chunks::<4>().0.as_chunks();
        let importer = |[from, _]: &[[u8; 4]; 2]| u32::from_le_bytes(*from);
        let first = imports.partition_point(|import| importer(import) < number);
        let own = imports[first..].iter().take_while(move |import| importer(import) == number);
        own.map(|[_, to]| u32::from_le_bytes(*to))
    }
}

/// Packs the imports of each asset, in the order of the assets' numbers.
pub fn pack<I: IntoIterator<Item = u32>>(imports: impl IntoIterator<Item = I>) -> Vec<u8> {
    let imports = (0..).zip(imports);
    let pairs = imports.flat_map(|(from, imports)| imports.into_iter().map(move |to| [from, to]));
    pairs.flatten().flat_map(u32::to_le_bytes).collect()
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
}
