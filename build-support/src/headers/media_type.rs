//! Content types, as `build.rs` may give them.

use super::valid::is_token_byte;

/// `media-type` of RFC 9110 §8.3.1: `text/html; charset=utf-8`.
pub(super) fn is_content_type(text: &str) -> bool {
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token_byte);
    let (name, mut parameters) = text.split_once(';').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let name = if parameters.is_some() { name.trim_end_matches([' ', '\t']) } else { name };
    let Some((family, kind)) = name.split_once('/') else { return false };
    if !is_token(family) || !is_token(kind) {
        return false;
    }
    while let Some(rest) = parameters {
        let Some((name, value)) = rest.trim_start_matches([' ', '\t']).split_once('=') else { return false };
        let end = match value.strip_prefix('"') {
            Some(quoted) => match quoted_len(quoted) {
                Some(len) => len + 1,
                None => return false,
            },
            None => value.bytes().take_while(|byte| is_token_byte(*byte)).count(),
        };
        if !is_token(name) || end == 0 {
            return false;
        }
        let after = value[end..].trim_start_matches([' ', '\t']);
        parameters = match after.strip_prefix(';') {
            Some(rest) => Some(rest),
            None if value[end..].is_empty() => None,
            None => return false,
        };
    }
    true
}

/// How long a `quoted-string` is, the first quote not counted (RFC 9110 §5.6.4).
fn quoted_len(quoted: &str) -> Option<usize> {
    let mut bytes = quoted.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => drop(bytes.next().filter(|(_, byte)| matches!(byte, b' '..=b'~' | b'\t'))?),
            b' '..=b'~' | b'\t' => {}
            _ => return None,
        }
    }
    None
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
