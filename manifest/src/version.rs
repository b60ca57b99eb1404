//! What must change when something else does: the version of a view with every page that names its assets, and a token that is
//! made of contents with every response that clients keep.
//!
//! A page has URLs in it, and may have digests of contents. So a version is made of the contents, and of all that a URL is
//! made of: token, name and base. A response has the contents, and headers that the options of the macro decide about.

use crate::token::OPTIONS_LEN;

/// The digest of all contents, in hex. The assets are given by path, content type and digest, in the order of paths.
#[cfg(feature = "prepare")]
#[must_use]
pub fn of_contents<'a>(assets: impl IntoIterator<Item = (&'a str, &'a str, crate::digest::Digest)>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    for (path, content_type, digest) in assets {
        part(path.as_bytes());
        part(content_type.as_bytes());
        part(digest.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// The version of a view: 32 hex digits, half of them from the [digest of its contents](of_contents), half from
/// everything.
#[must_use]
pub fn of_view(contents: &str, token: &str, name: &str, base: &str) -> String {
    let parts = [contents, token, name, base].into_iter().flat_map(|part| part.bytes().chain([0]));
    format!("{}{:016x}", contents.get(..16).unwrap_or(contents), fnv(parts))
}

/// The token of a view, where the build made one of the contents, `<time>-<digest>`: the same, with six more hex digits for
/// the options of the macro on which a response depends. Two tokens that [differ in these alone](crate::token::Relation::SameContents)
/// are of the same contents.
///
/// ```
/// use cachebreaker_manifest::version::token_of_view;
/// let token = |options: &[&str]| token_of_view("1718539201000-9f86d081884c", options);
/// assert_eq!(token(&["cors"]), token(&["cors"]));
/// assert_ne!(token(&["cors"]), token(&[]));
/// assert!(token(&["cors"]).starts_with("1718539201000-9f86d081884c"));
/// ```
#[must_use]
pub fn token_of_view(token: &str, options: &[&str]) -> String {
    format!("{token}{}", digits_of_options(options))
}

/// A token of an earlier release in the URL of an asset, with the options of the macro on which a response depends if they are not the
/// default: what browsers have cached under the token alone may lack a header. [`Token::without_options`] is the inverse.
///
/// [`Token::without_options`]: crate::token::Token::without_options
///
/// ```
/// use cachebreaker_manifest::version::with_options;
/// assert_eq!(with_options("v1.9.0", None), "v1.9.0");
/// assert_eq!(with_options("v1.9.0", Some(&["cors"])).len(), "v1.9.0~5f6e3b".len());
/// ```
#[must_use]
pub fn with_options(token: &str, options: Option<&[&str]>) -> String {
    options.map_or_else(|| token.to_owned(), |options| format!("{token}~{}", digits_of_options(options)))
}

fn digits_of_options(options: &[&str]) -> String {
    // Of the bits of this hash, the upper ones depend on most of its input.
    let hash = fnv(options.iter().flat_map(|option| option.bytes().chain([0]))) >> 40;
    format!("{hash:0OPTIONS_LEN$x}")
}

/// FNV-1a: the same on every machine, and no hash function to compile before every user's macro. Nobody profits from two texts
/// with one hash, so none that withstands an attacker is needed.
pub(crate) fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_part_of_a_url_and_each_content_makes_another_version() {
        let contents = ["0123456789abcdef0", "0123456789abcdef1", "1123456789abcdef0"];
        let versions: Vec<_> = [
            of_view(contents[0], "1", "static/{breaker}", ""),
            of_view(contents[1], "1", "static/{breaker}", ""),
            of_view(contents[2], "1", "static/{breaker}", ""),
            of_view(contents[0], "2", "static/{breaker}", ""),
            of_view(contents[0], "1", "theme/{breaker}", ""),
            of_view(contents[0], "1", "static/{breaker}", "https://cdn.example.com"),
        ]
        .into();
        assert_eq!(versions.iter().collect::<BTreeSet<_>>().len(), versions.len(), "{versions:?}");
        assert!(versions.iter().all(|it| it.len() == 32 && it.bytes().all(|b| b.is_ascii_hexdigit())), "{versions:?}");
        assert_eq!(versions[0], of_view(contents[0], "1", "static/{breaker}", ""));
    }

    #[test]
    fn each_digest_and_each_option_makes_another_token_of_the_same_time_and_kind() {
        use crate::token::{Token, TokenKind};
        let digests = ["9f86d081884c", "9f86d081884d", "0f86d081884c"];
        let options: [&[&str]; 6] = [&[], &[""], &["a"], &["a", ""], &["", "a"], &["a", "b"]];
        let tokens: BTreeSet<_> = digests
            .iter()
            .flat_map(|digest| options.map(|options| token_of_view(&format!("1718539201000-{digest}"), options)))
            .collect();
        assert_eq!(tokens.len(), digests.len() * options.len(), "{tokens:?}");
        for token in &tokens {
            assert!(token.starts_with("1718539201000-") && token.len() == 32, "{token}");
            assert_eq!(Token::parse(token).unwrap().kind(), TokenKind::Content, "{token}");
        }
    }

    #[cfg(feature = "prepare")]
    #[test]
    fn a_path_a_type_and_a_content_each_make_other_contents() {
        use crate::digest::Digest;
        let of = |path, content_type, bytes| of_contents([(path, content_type, Digest::of(bytes))]);
        let all = [of("a", "b", b"c"), of("x", "b", b"c"), of("a", "x", b"c"), of("a", "b", b"x"), of("ab", "", b"c")];
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}
