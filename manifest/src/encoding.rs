//! Content codings, and the percent-encoding of paths.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A content coding that an asset may stand ready in, beside its own bytes (RFC 9110 §8.4.1).
///
/// The order is the order of preference among representations of equal size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// `br`, RFC 7932.
    Brotli,
    /// `gzip`, RFC 1952.
    Gzip,
}

impl Encoding {
    /// Every encoding, in the order of preference.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The content coding's registered name, as it stands in `Content-Encoding`.
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
}

/// All but RFC 3986's unreserved characters and the slash. So a URL of ours can stand in an HTML attribute, a CSS
/// `url()`, a JavaScript string or a header field as it is, with nothing to escape.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Spells an asset's path for a URL: everything but `A-Z a-z 0-9 - . _ ~ /` percent-encoded.
///
/// ```
/// assert_eq!(cachebreaker_manifest::encoding::encode_path("50% off/é+1.txt"), "50%25%20off/%C3%A9%2B1.txt");
/// ```
#[must_use]
pub fn encode_path(path: &str) -> Cow<'_, str> {
    utf8_percent_encode(path, PATH).into()
}

/// The text that [`encode_path`] spelt; `None` where it is not UTF-8.
#[must_use]
pub fn decode_path(text: &str) -> Option<Cow<'_, str>> {
    // Nearly always. The macro that reads thousands of paths is compiled without optimisation.
    if !text.as_bytes().contains(&b'%') {
        return Some(Cow::Borrowed(text));
    }
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decoding_a_path_is_the_inverse_of_encoding_it(path in ".*") {
            let encoded = encode_path(&path).into_owned();
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)));
            prop_assert_eq!(decode_path(&encoded).unwrap(), path);
        }
    }

    #[test]
    fn every_encoding_is_found_by_its_name() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
        }
        assert_eq!(Encoding::from_name("deflate"), None);
    }
}
