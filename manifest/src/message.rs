//! How a text that somebody else wrote, such as a path, is shown in a message.

/// A path or any other text that a message shows: one line, whatever it contains.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() }).collect()
}
