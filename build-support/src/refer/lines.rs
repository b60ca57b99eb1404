//! The lines and columns of bytes in a file.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Error;
use crate::read::File;

/// A file, and how far its lines have been counted.
pub(crate) struct Lines<'a> {
    text: Cow<'a, str>,
    counted: usize,
    line: u32,
    column: u32,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let mut lines = Self { text: String::from_utf8_lossy(bytes), counted: 0, line: 1, column: 1 };
        lines.restart();
        lines
    }

    fn restart(&mut self) {
        // No column counts a byte order mark.
        let counted = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        (self.counted, self.line, self.column) = (counted, 1, 1);
    }

    /// The line and the column, in characters, both from 1. It reads on from the position before, so that a line is read
    /// once, however many references are in it, if each position is behind the one before.
    pub(crate) fn position(&mut self, at: usize) -> (u32, u32) {
        if at < self.counted {
            self.restart();
        }
        let between = self.text.get(self.counted..at).unwrap_or_default();
        let last_line = between.rfind('\n').map_or(between, |newline| {
            self.line = self.line.saturating_add(count(between.matches('\n')));
            self.column = 1;
            &between[newline + 1..]
        });
        self.column = self.column.saturating_add(count(last_line.chars()));
        self.counted = at;
        (self.line, self.column)
    }

    /// A problem of the file with what is at this byte.
    pub(crate) fn error(&mut self, file: &File, at: usize, problem: impl Into<String>) -> Error {
        let (line, column) = self.position(at);
        Error::Reference { file: file.found.shown.clone(), line, column, problem: problem.into() }
    }

    /// What is at these bytes.
    pub(crate) fn text(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Lines;

    #[test]
    fn a_position_before_the_last_one_is_right_too() {
        let mut lines = Lines::new("\u{feff}a\nbé\nc".as_bytes());
        let positions = [9, 3, 5, 8, 4].map(|at| lines.position(at));
        assert_eq!(positions, [(3, 1), (1, 1), (2, 1), (2, 3), (1, 2)]);
    }

    #[test]
    fn a_line_is_read_once_however_many_positions_are_in_it() {
        // Read from its start for each position, it would take minutes.
        let text = "@import \"é.css\";".repeat(1_000_000);
        let mut lines = Lines::new(text.as_bytes());
        let last = text.match_indices("é.css").map(|(at, _)| lines.position(at)).last();
        assert_eq!(last, Some((1, 16 * 999_999 + 10)));
    }

    proptest! {
        #[test]
        fn a_position_is_the_number_of_line_breaks_before_it_and_of_characters_after_the_last(
            before in prop::collection::vec("[a-zé日\n\r ]{0,6}", 1..20),
        ) {
            let css: String = before.iter().map(|text| format!("/*{text}*/@import 'x.css';")).collect();
            let mut lines = Lines::new(css.as_bytes());
            for (at, written) in css.match_indices("x.css") {
                let expected: Vec<_> = css[..at].split('\n').collect();
                let column = expected[expected.len() - 1].chars().count() + 1;
                let expected = (u32::try_from(expected.len()).unwrap(), u32::try_from(column).unwrap());
                prop_assert_eq!(lines.position(at), expected);
                prop_assert_eq!(lines.text(at..at + written.len()), written);
            }
        }
    }
}
