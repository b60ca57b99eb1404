//! Content codings: the forms beside its own bytes in which an asset can be ready.

/// A content coding (RFC 9110 §8.4.1).
///
/// The order is the order of preference among representations of equal size. To add an encoding, add a variant, its row in
/// [`ALL`](Self::ALL), its [`name`](Self::name) and its [`extension`](Self::extension), and the compressor in `cachebreaker-build`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// `br`, RFC 7932.
    Brotli,
    /// `gzip`, RFC 1952.
    Gzip,
}

impl Encoding {
    /// Every encoding, in the order of preference. `ALL[encoding as usize]` is the encoding, so arrays are indexed by it.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The registered name, as `Content-Encoding` spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The encoding of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name() == name)
    }

    /// What the name of a file ends with that is this encoding of the file beside it: `style.css.br`.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_found_by_its_name_and_its_number() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
            assert_eq!(Encoding::ALL[encoding as usize], encoding);
        }
        assert_eq!(Encoding::from_name("deflate"), None);
    }
}
