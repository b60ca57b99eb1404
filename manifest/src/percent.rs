//! How paths are spelled in URLs and in the manifest: percent-encoded.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but RFC 3986's unreserved characters and the slash. So our URLs need no escaping in an HTML attribute, a CSS `url()`, a
/// JavaScript string or a header.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Spells an asset's path for a URL: everything but `A-Z a-z 0-9 - . _ ~ /` is percent-encoded.
///
/// ```
/// assert_eq!(cachebreaker_manifest::percent::encode_path("50% off/é+1.txt"), "50%25%20off/%C3%A9%2B1.txt");
/// ```
#[must_use]
pub fn encode_path(path: &str) -> Cow<'_, str> {
    utf8_percent_encode(path, PATH).into()
}

/// The path that [`encode_path`] spelled; `None` if it is not UTF-8.
#[must_use]
pub fn decode_path(text: &str) -> Option<Cow<'_, str>> {
    // Most paths have no `%`, and the macro that reads thousands of them is compiled without optimisation.
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
}
