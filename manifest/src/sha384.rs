//! Digests for subresource integrity (W3C SRI): SHA-384 of an asset's own bytes.
//!
//! A browser undoes the coding before it compares, so one digest is right for every encoding.
//!
//! A view stores the 48 bytes of each digest, not the 71 characters of its text: an asset may cost 200 bytes of the program
//! (`BYTES_AN_ASSET` in `bench/driver/src/bounds.rs`), and the texts would exceed that. So [`text`] makes the text, at
//! compile time where a constant asks for it.

/// How many bytes a digest has.
pub const LEN: usize = 48;

/// How many characters an `integrity` attribute has: the algorithm, a hyphen, and the digest in base64, which needs no
/// padding.
pub const TEXT_LEN: usize = ALGORITHM.len() + LEN / 3 * 4;

const ALGORITHM: &[u8] = b"sha384-";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The digest of those bytes.
#[cfg(feature = "prepare")]
#[must_use]
pub fn digest(bytes: &[u8]) -> [u8; LEN] {
    use sha2::Digest as _;
    sha2::Sha384::digest(bytes).into()
}

/// A digest as the value of an `integrity` attribute: `sha384-…`, in ASCII.
#[must_use]
pub const fn text(digest: &[u8; LEN]) -> [u8; TEXT_LEN] {
    let mut text = [0; TEXT_LEN];
    let (algorithm, base64) = text.split_at_mut(ALGORITHM.len());
    algorithm.copy_from_slice(ALGORITHM);
    let mut at = 0;
    while at < base64.len() {
        // Six bits, which are in one byte or in two.
        let (byte, bit) = (at * 6 / 8, at * 6 % 8);
        let next = if byte + 1 < LEN { digest[byte + 1] } else { 0 };
        let bits = u16::from_be_bytes([digest[byte], next]) >> (10 - bit) & 0x3f;
        base64[at] = ALPHABET[bits as usize];
        at += 1;
    }
    text
}

/// The digests of a view's assets, in the order of its table; read in place.
#[derive(Clone, Copy, Debug)]
pub struct Digests<'a>(&'a [u8]);

impl<'a> Digests<'a> {
    /// Of a view without digests.
    pub const NONE: Self = Self(&[]);

    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(packed: &'a [u8]) -> Self {
        Self(packed)
    }

    /// The digest of asset `index`, counted from zero; `None` in a view without digests.
    #[must_use]
    pub const fn get(&self, index: usize) -> Option<&'a [u8; LEN]> {
        if self.0.is_empty() { None } else { self.0.split_at(index * LEN).1.first_chunk() }
    }
}

/// Packs digests, one an asset; nothing where any asset has none.
#[must_use]
pub fn pack(digests: impl IntoIterator<Item = Option<[u8; LEN]>>) -> Vec<u8> {
    digests.into_iter().collect::<Option<Vec<_>>>().map_or(Vec::new(), |digests| digests.as_flattened().to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_digest_is_found_by_its_number() {
        let packed = pack([Some([1; LEN]), Some([2; LEN])]);
        let digests = Digests::new(&packed);
        assert_eq!([0, 1, 2].map(|index| digests.get(index)), [Some(&[1; LEN]), Some(&[2; LEN]), None]);
        assert!(pack([Some([1; LEN]), None]).is_empty());
        assert_eq!(Digests::NONE.get(7), None);
    }

    proptest! {
        #[test]
        fn the_text_is_what_the_base64_of_others_makes(digest in any::<[u8; LEN]>()) {
            use base64::Engine as _;
            let expected = format!("sha384-{}", base64::engine::general_purpose::STANDARD.encode(digest));
            let text = text(&digest);
            prop_assert_eq!(std::str::from_utf8(&text).unwrap(), expected);
        }
    }

    #[cfg(feature = "prepare")]
    #[test]
    fn the_digest_is_that_of_the_example_of_fips_180() {
        let text = text(&digest(b"abc"));
        assert_eq!(
            std::str::from_utf8(&text).unwrap(),
            "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
        );
    }
}
