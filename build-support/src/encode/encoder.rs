//! One encoding of one input.

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;

use super::compressor::Compressor;

/// An encoding at a level.
pub(crate) struct Encoder {
    pub(crate) encoding: Encoding,
    compressor: Compressor,
    level: u32,
    /// A name that another encoder, level or version does not have.
    pub(crate) name: String,
}

/// An input longer than this is tried first, on [`SLICES`] of it.
const TRIED: usize = 1 << 20;

/// How many slices are tried, from the first byte to the last, and how long each is.
const SLICES: u64 = 64;
const SLICE: usize = 4096;

impl Encoder {
    pub(crate) fn new(encoding: Encoding, level: u32) -> Self {
        // Another version of a compressor, or of this crate, may make other bytes of the same input, and cargo does not tell
        // which version of a dependency this is. What it makes of a sample does.
        let sample: String = (0..200_u32).map(|n| format!("{n} {}\n", n * n)).collect();
        let compressor = Compressor::of(encoding);
        let made = (compressor.compress)(sample.as_bytes(), level);
        Self { encoding, compressor, level, name: named(encoding, level, env!("CARGO_PKG_VERSION"), &made) }
    }

    /// The encoded input; `None` where it is not worth it.
    pub(crate) fn encode(&self, input: &[u8]) -> Option<Vec<u8>> {
        if input.len() > TRIED && !self.helps(&slices(input)) {
            return None;
        }
        Some((self.compressor.compress)(input, self.level)).filter(|output| saves(input, output, 5))
    }

    /// Whether slices become smaller at all. They may tell less than the whole, so a part of what the whole has to save is
    /// enough; noise saves nothing.
    fn helps(&self, slices: &[u8]) -> bool {
        let level = self.level.min(self.compressor.fast);
        saves(slices, &(self.compressor.compress)(slices, level), 1)
    }
}

/// `br-11-` and what identifies the compressor.
fn named(encoding: Encoding, level: u32, version: &str, made: &[u8]) -> String {
    format!("{}-{level}-{}", encoding.name(), identity(version, made))
}

/// Identifies a compressor: by the version of this crate, and by what it makes of a sample.
pub(crate) fn identity(version: &str, made: &[u8]) -> String {
    Digest::of(&[version.as_bytes(), made].concat()).to_string()[..8].to_owned()
}

/// Whether the output is smaller than the input by that many percent.
fn saves(input: &[u8], output: &[u8], percent: u64) -> bool {
    output.len() as u64 * 100 <= input.len() as u64 * (100 - percent)
}

/// Slices at equal distances, joined.
fn slices(input: &[u8]) -> Vec<u8> {
    let last = (input.len() - SLICE) as u64;
    let begin = |n| (last * n / (SLICES - 1)) as usize;
    (0..SLICES).flat_map(|n| &input[begin(n)..][..SLICE]).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::iter;

    use proptest::prelude::*;

    use super::*;

    /// Bytes that do not compress.
    fn noise(len: usize) -> Vec<u8> {
        (0..len.div_ceil(Digest::LEN) as u64).flat_map(|n| *Digest::of(&n.to_le_bytes()).as_bytes()).take(len).collect()
    }

    fn fast() -> [Encoder; 2] {
        [Encoder::new(Encoding::Brotli, 1), Encoder::new(Encoding::Gzip, 1)]
    }

    #[test]
    fn a_long_input_is_given_up_after_slices_of_it_that_do_not_compress() {
        let long = noise(TRIED + 1);
        for encoder in fast() {
            assert!(!encoder.helps(&slices(&long)));
            assert_eq!(encoder.encode(&long), None);
            // What comes again far away is not in the slices, which shows that the whole is not tried.
            assert_eq!(encoder.encode(&noise(600_000).repeat(2)), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn an_input_with_one_part_that_compresses_is_not_given_up(begin in 0.0..=0.92_f64) {
            // Of 8 %, three quarters or more are saved: more than the 5 % that an encoding is worth.
            let mut long = noise(TRIED + 1);
            let (begin, len) = ((long.len() as f64 * begin) as usize, long.len() * 8 / 100);
            let text = (0_u32..).flat_map(|n| format!("line {} of many\n", n % 97).into_bytes());
            long[begin..][..len].iter_mut().zip(text).for_each(|(byte, text)| *byte = text);
            for encoder in fast() {
                prop_assert!(encoder.encode(&long).is_some());
            }
        }
    }

    #[test]
    fn slices_reach_from_the_first_byte_to_the_last() {
        let long: Vec<_> = iter::once(1).chain(iter::repeat_n(0, TRIED)).chain([2]).collect();
        let slices = slices(&long);
        assert_eq!(slices.len(), 256 << 10);
        assert_eq!((slices[0], slices[slices.len() - 1]), (1, 2));
    }

    #[test]
    fn another_encoding_level_or_version_has_another_name() {
        let encoders = [(Encoding::Brotli, 11), (Encoding::Brotli, 10), (Encoding::Gzip, 9), (Encoding::Gzip, 8)];
        let names = encoders.map(|(encoding, level)| Encoder::new(encoding, level).name);
        for ((encoding, level), name) in encoders.iter().zip(&names) {
            assert_eq!(&Encoder::new(*encoding, *level).name, name, "the same each time");
            let made = name.strip_prefix(&format!("{}-{level}-", encoding.name())).unwrap();
            assert!(made.len() == 8 && names.iter().filter(|other| *other == name).count() == 1, "{names:?}");
        }
        assert_ne!(named(Encoding::Gzip, 9, "0.1.0", b"made"), named(Encoding::Gzip, 9, "0.1.1", b"made"));
        assert_ne!(named(Encoding::Gzip, 9, "0.1.0", b"made"), named(Encoding::Gzip, 9, "0.1.0", b"else"));
    }
}
