//! The compressors: all that is different from one encoding to another.

use std::collections::BTreeMap;
use std::io::Write as _;

use cachebreaker_manifest::encoding::Encoding;

use crate::error::Error;

/// What makes an encoding.
pub(crate) struct Compressor {
    /// What its format is called.
    pub(crate) name: &'static str,
    /// The highest level, which gives the smallest output.
    pub(crate) highest: u32,
    /// A level that is fast.
    pub(crate) fast: u32,
    pub(crate) compress: fn(&[u8], u32) -> Vec<u8>,
}

impl Compressor {
    /// The one of an encoding.
    pub(crate) fn of(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Brotli => Self { name: "brotli", highest: 11, fast: 5, compress: brotli },
            Encoding::Gzip => Self { name: "gzip", highest: 9, fast: 6, compress: gzip },
        }
    }
}

/// At which level each encoding is made.
pub(crate) type Levels = BTreeMap<Encoding, u32>;

/// The levels of the smallest output.
pub(crate) fn best_levels() -> Levels {
    Encoding::ALL.into_iter().map(|encoding| (encoding, Compressor::of(encoding).highest)).collect()
}

/// What is wrong with levels.
pub(crate) fn errors(levels: &Levels) -> impl Iterator<Item = Error> {
    levels.iter().filter_map(|(encoding, level)| {
        let Compressor { name, highest, .. } = Compressor::of(*encoding);
        (*level > highest).then_some(Error::BadLevel { encoding: name, level: *level, highest })
    })
}

const IN_MEMORY: &str = "memory takes all that is written";

fn brotli(input: &[u8], level: u32) -> Vec<u8> {
    let lgwin = window_bits(input.len(), 22);
    let quality = level.try_into().expect("a level up to 11");
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin, size_hint: input.len(), ..Default::default() };
    let mut output = Vec::new();
    brotli::BrotliCompress(&mut &input[..], &mut output, &params).expect(IN_MEMORY);
    output
}

/// The size of the window that reaches over so many bytes, as brotli has it. A window is allocated for each input, and by each client: none is
/// larger than that needs (RFC 7932 §9.1).
pub(crate) fn window_bits(len: usize, most: i32) -> i32 {
    (10..most).find(|bits| len <= (1 << bits) - 16).unwrap_or(most)
}

fn gzip(input: &[u8], level: u32) -> Vec<u8> {
    // No name and no time in the header: the same bytes on every machine.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(input).and_then(|()| encoder.finish()).expect(IN_MEMORY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_beyond_the_format_is_refused() {
        let beyond = Levels::from([(Encoding::Brotli, 12), (Encoding::Gzip, 10)]);
        assert_eq!(
            errors(&beyond).map(|error| error.to_string()).collect::<Vec<_>>(),
            ["brotli has no level 12: its levels are 0 to 11", "gzip has no level 10: its levels are 0 to 9"]
        );
        assert_eq!(errors(&best_levels()).count(), 0);
    }
}
