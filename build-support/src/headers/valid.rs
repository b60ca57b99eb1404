//! Which headers `build.rs` may add to responses (RFC 9110 §5).

use std::fmt;

/// Headers that the rules own, and why you cannot set them.
const OWNED: [(&str, &str); 7] = [
    ("content-type", "`.content_type(glob, …)` sets it"),
    ("x-content-type-options", "every answer has it"),
    ("etag last-modified", "it is made from the contents"),
    (
        "cache-control expires pragma age cdn-cache-control surrogate-control",
        "what may be kept, and for how long, follows from the token; `cache_max_age` of `assets!` sets the time",
    ),
    (
        "content-length content-encoding content-range accept-ranges content-location vary",
        "it follows from what a request may ask for",
    ),
    ("location retry-after allow set-cookie set-cookie2", "answers with an asset are the same for everybody"),
    (
        "connection date keep-alive proxy-connection te trailer transfer-encoding upgrade via",
        "the server that sends the answer writes it",
    ),
];

/// Why a header is refused. The message says what is wrong, then what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderError {
    /// Its name is not one.
    Name,
    /// The rules own it, for this reason.
    Owned(&'static str),
    /// One call gives it twice.
    Twice,
    /// A character that its value must not have.
    Character(char),
    /// Space at the beginning or the end of its value.
    Space,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("invalid header name: a name is of `A-Z a-z 0-9 ! # $ % & ' * + - . ^ _ | ~`"),
            Self::Owned(reason) => write!(f, "it is not yours to set: {reason}; remove it"),
            Self::Twice => f.write_str("it is given twice: put its values into one, with a comma between them"),
            Self::Character(found) => write!(
                f,
                "its value contains `{}`: a value is of visible ASCII characters, spaces and tabs",
                found.escape_debug()
            ),
            Self::Space => f.write_str("its value begins or ends with a space: remove it"),
        }
    }
}

/// Checks a header, its name in lower case. `is_repeated` says whether the same call gave one of that name before.
pub(super) fn check(name: &str, value: &str, is_repeated: bool) -> Result<(), HeaderError> {
    if name.is_empty() || !name.bytes().all(is_token_byte) {
        return Err(HeaderError::Name);
    }
    if let Some((_, reason)) = OWNED.iter().find(|(names, _)| names.split(' ').any(|owned| owned == name)) {
        return Err(HeaderError::Owned(reason));
    }
    if is_repeated {
        return Err(HeaderError::Twice);
    }
    if let Some(found) = value.chars().find(|c| !matches!(c, ' '..='~' | '\t')) {
        return Err(HeaderError::Character(found));
    }
    if value.trim() == value { Ok(()) } else { Err(HeaderError::Space) }
}

/// RFC 9110 §5.6.2.
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(name: &str, value: &str, is_repeated: bool) -> String {
        check(name, value, is_repeated).unwrap_err().to_string()
    }

    #[test]
    fn a_header_that_the_rules_own_is_refused_with_the_reason() {
        for (name, reason) in [
            ("etag", "it is made from the contents"),
            ("content-type", "`.content_type(glob, …)` sets it"),
            ("content-length", "it follows from what a request may ask for"),
            (
                "cache-control",
                "what may be kept, and for how long, follows from the token; `cache_max_age` of `assets!` sets the time",
            ),
            ("set-cookie", "answers with an asset are the same for everybody"),
            ("transfer-encoding", "the server that sends the answer writes it"),
            ("x-content-type-options", "every answer has it"),
        ] {
            let expected = format!("it is not yours to set: {reason}; remove it");
            assert_eq!(message(name, "x", false), expected);
        }
        for name in [
            "last-modified",
            "vary",
            "content-encoding",
            "content-range",
            "accept-ranges",
            "location",
            "date",
            "connection",
        ] {
            assert!(message(name, "x", false).contains("not yours"), "{name}");
        }
    }

    #[test]
    fn an_invalid_header_is_refused() {
        for name in ["", "a b", "a:", "é", "a\n", "a/b"] {
            assert!(message(name, "x", false).starts_with("invalid header name"), "{name:?}");
        }
        assert!(message("x-a", "a\r\nb", false).starts_with("its value contains `\\r`"));
        assert!(message("x-a", "é", false).starts_with("its value contains `é`"));
        assert!(message("x-a", " a", false).starts_with("its value begins or ends with a space"));
        assert!(message("x-a", "a", true).starts_with("it is given twice"));
        for value in ["", "require-corp", "a, b; c=\"d\"", "a\tb", "~!"] {
            assert!(check("x-a", value, false).is_ok(), "{value:?}");
        }
    }
}
