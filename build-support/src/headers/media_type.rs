//! Content types, as `build.rs` may give them.

use super::valid::is_token_byte;

/// `media-type` of RFC 9110 §8.3.1: `text/html; charset=utf-8`.
pub(super) fn is_content_type(text: &str) -> bool {
    let parse = || {
        let mut rest = after_token(after_token(text)?.strip_prefix('/')?)?;
        while !rest.is_empty() {
            let parameter = rest.trim_start_matches([' ', '\t']).strip_prefix(';')?.trim_start_matches([' ', '\t']);
            rest = after_value(after_token(parameter)?.strip_prefix('=')?)?;
        }
        Some(())
    };
    parse().is_some()
}

/// What follows a token.
fn after_token(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c| u8::try_from(c).is_ok_and(is_token_byte));
    (rest.len() < text.len()).then_some(rest)
}

/// What follows the value of a parameter: a token or a `quoted-string` (RFC 9110 §5.6.4).
fn after_value(text: &str) -> Option<&str> {
    let Some(quoted) = text.strip_prefix('"') else { return after_token(text) };
    let mut chars = quoted.chars();
    loop {
        match chars.next()? {
            '"' => return Some(chars.as_str()),
            '\\' => drop(chars.next().filter(|c| matches!(c, ' '..='~' | '\t'))?),
            ' '..='~' | '\t' => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_a_media_type_with_its_parameters() {
        for text in [
            "text/x",
            "text/html; charset=utf-8",
            "text/html;charset=utf-8",
            "application/vnd.api+json",
            "multipart/x; boundary=\"a b;\\\"c\"; x=y",
            "image/svg+xml ;a=b ; c=d",
        ] {
            assert!(is_content_type(text), "{text}");
        }
        for text in [
            "",
            "text",
            "text/",
            "/x",
            "text/x/y",
            "text/x;",
            "text/x; charset",
            "text/x; charset=",
            "te xt/x",
            "text/x\n",
            " text/x",
            "text/x ",
            "text/é",
            "text/x; a=\"b",
            "text/x; a=\"b\"c",
            "text/x; a=b c",
            "text/x,text/y",
            "text/x; a=b ",
            "text/x; a=\"\\\"",
        ] {
            assert!(!is_content_type(text), "{text:?}");
        }
    }
}
