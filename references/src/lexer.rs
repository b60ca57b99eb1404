//! Where the words, strings and regular expressions of JavaScript end: from a text and a position to the position behind.
//!
//! These are plain loops: without optimisation they are several times faster than iterators, and they read every byte.

/// Whether a byte may be in a name, a keyword or a number.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte == b'\\' || byte >= 0x80
}

/// Where a name, a keyword or a number ends.
pub(crate) fn end_of_word(bytes: &[u8], mut at: usize) -> usize {
    // `1.` and `1.5`
    let is_number = bytes[at].is_ascii_digit();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if bytes[at + 1..].starts_with(b"u{") => {
                at += 3;
                while at < bytes.len() && (bytes[at].is_ascii_hexdigit() || bytes[at] == b'}') {
                    at += 1;
                }
            }
            // The parser takes whatever is behind it for a part of the name.
            b'\\' => at += 2,
            byte if is_word(byte) || is_number && byte == b'.' => at += 1,
            _ => break,
        }
    }
    at.min(bytes.len())
}

/// Where a line ends.
pub(crate) fn end_of_line(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' && bytes[at] != b'\r' {
        at += 1;
    }
    at
}

/// Where a string ends, or its line, from inside of it.
pub(crate) fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// Where a regular expression ends, or its line, and whether it is one.
pub(crate) fn end_of_regex(bytes: &[u8], mut at: usize) -> (usize, bool) {
    let mut in_class = false;
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return (at + 1, true),
            _ => {}
        }
        at += 1;
    }
    (at.min(bytes.len()), false)
}
