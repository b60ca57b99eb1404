//! The commits that a deploy comes after, packed for its binary and looked up in place.

use std::cmp::Ordering;
use std::fmt;

use crate::message::one_line;

/// The commits that a deploy supersedes, as the build recorded them: sorted, each cut to one number of hex digits, two
/// digits a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supersedes<'a> {
    packed: &'a [u8],
    /// Hex digits a commit; zero where nothing was recorded.
    digits: usize,
}

impl<'a> Supersedes<'a> {
    /// Nothing was recorded: stale and premature commits cannot be distinguished, and all others count as stale.
    pub const UNKNOWN: Self = Self { packed: &[], digits: 0 };

    /// The most hex digits kept of a commit. By chance two of 10,000 commits agree in 16 digits once in 10¹¹ builds.
    const MAX_DIGITS: usize = 16;

    /// Reads what [`Supersedes::pack`] wrote.
    #[must_use]
    pub const fn from_packed(packed: &'a [u8], digits: usize) -> Self {
        Self { packed, digits }
    }

    /// Packs commits, each cut to `digits` hex digits (16 at the most): the bytes, and the digits that were kept.
    ///
    /// # Errors
    ///
    /// The first text that is no hex or has fewer digits.
    pub fn pack<'c>(commits: impl IntoIterator<Item = &'c str>, digits: usize) -> Result<(Vec<u8>, usize), &'c str> {
        let digits = digits.min(Self::MAX_DIGITS);
        let mut rows = commits
            .into_iter()
            .map(|commit| first_digits(commit, digits).ok_or(commit))
            .collect::<Result<Vec<_>, _>>()?;
        rows.sort_unstable();
        rows.dedup();
        Ok((rows.iter().flat_map(|row| &row[..digits.div_ceil(2)]).copied().collect(), digits))
    }

    /// Whether the build knew which commits came before.
    #[must_use]
    pub const fn is_recorded(&self) -> bool {
        self.digits > 0
    }

    /// Whether the commit is among them. A commit given with fewer digits than were recorded is found by those.
    #[must_use]
    pub fn contains(&self, commit: &str) -> bool {
        let digits = self.digits.min(commit.len());
        let Some(key) = first_digits(commit, digits).filter(|_| digits > 0) else { return false };
        let width = self.digits.div_ceil(2);
        // The digits that fill whole bytes, and the one that may be alone in the upper half of a byte.
        let cut = |row: &[u8]| (first_bytes(row, digits / 2), if digits % 2 == 1 { row[digits / 2] >> 4 } else { 0 });
        let (mut low, mut high) = (0, self.packed.len() / width);
        while low < high {
            let middle = low.midpoint(high);
            match cut(&self.packed[middle * width..][..width]).cmp(&cut(&key)) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return true,
                Ordering::Greater => high = middle,
            }
        }
        false
    }
}

fn first_bytes(row: &[u8], count: usize) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..count].copy_from_slice(&row[..count]);
    bytes
}

/// The first digits of a hash, two a byte; `None` where there are too few or other characters.
fn first_digits(hex: &str, digits: usize) -> Option<[u8; Supersedes::MAX_DIGITS / 2]> {
    let mut bytes = [0; Supersedes::MAX_DIGITS / 2];
    for (index, digit) in hex.as_bytes().get(..digits)?.iter().enumerate() {
        let digit = u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
        bytes[index / 2] |= if index % 2 == 0 { digit << 4 } else { digit };
    }
    Some(bytes)
}

/// A text that should be a commit that the token supersedes, and is not. The message is one line and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCommit {
    /// The text.
    pub text: String,
    /// Where it comes from, as the message says it; empty if there is only one place.
    pub source: String,
}

impl fmt::Display for BadCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.source.is_empty() { "" } else { &format!(" from {}", self.source) };
        write!(
            f,
            "`{}`{from} is no commit as long as the token: give hashes with at least as many hex digits",
            one_line(&self.text)
        )
    }
}

impl std::error::Error for BadCommit {}
