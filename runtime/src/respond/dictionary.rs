//! The headers of an asset that clients may keep as a dictionary (RFC 9842). Both are written here and nowhere else: a response that is a
//! dictionary, without the longer `Vary`, would let a cache give deltas to clients that cannot decode them.

use http::header::VARY;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::headers::ON_DICTIONARY;

/// For which URLs a client may use the response as a dictionary (RFC 9842 §2.1).
const USE_AS_DICTIONARY: HeaderName = HeaderName::from_static("use-as-dictionary");

/// Writes them; `matches` is the value of `Use-As-Dictionary`.
pub(super) fn write(matches: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(USE_AS_DICTIONARY, matches);
    headers.insert(VARY, ON_DICTIONARY);
}
