//! Texts escaped for HTML, for a script and for a header.

use std::fmt::{self, Display, Write as _};

/// A text within the double quotes of an attribute.
pub(crate) struct InAttribute<'a>(pub(crate) &'a str);

impl Display for InAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            _ => f.write_char(c),
        })
    }
}

/// A text as JSON in a `<script>`, with its quotes. Nothing in it may begin with `<`, as `</script` and `<!--` do.
pub(crate) struct InScript<'a>(pub(crate) &'a str);

impl Display for InScript<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                '<' | '>' | '&' | '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => write!(f, "\\u{:04x}", u32::from(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// A text as the value of a header's parameter: a token, or else a text in quotes (RFC 9110 §5.6.4 and §5.6.6). A header
/// cannot contain control characters: each becomes a space.
pub(crate) struct InHeader<'a>(pub(crate) &'a str);

impl Display for InHeader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if !self.0.is_empty() && self.0.bytes().all(is_token) {
            return f.write_str(self.0);
        }
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_ascii_control() => f.write_char(' ')?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_ends_an_attribute_and_each_is_read_back_as_it_was(text in ".{0,20}") {
            let written = InAttribute(&text).to_string();
            prop_assert!(!written.contains(['"', '\'', '<', '>']));
            let read = [("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&quot;", "\""), ("&amp;", "&")];
            prop_assert_eq!(read.iter().fold(written, |text, (from, to)| text.replace(from, to)), text);
        }

        #[test]
        fn no_text_ends_a_script_or_a_string_in_it(text in "(</script>|<!--|[\"\\\\<a\n\u{2028}]){0,9}") {
            let written = InScript(&text).to_string();
            let is_apart = |c: char| "<>\n\u{2028}".contains(c);
            prop_assert!(!written.contains(is_apart));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }

        #[test]
        fn no_text_ends_a_parameter_or_a_field(text in ".{0,20}") {
            let written = InHeader(&text).to_string();
            prop_assert!(http::HeaderValue::from_str(&written).is_ok());
            let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&written);
            prop_assert!(!inner.replace("\\\\", "").replace("\\\"", "").contains('"'));
        }
    }
}
