//! The commits that a deploy comes after, packed for its binary and looked up in place.

use std::fmt;

use crate::message::one_line;

/// The commits that a deploy supersedes, as the build recorded them: the first hex digits of each as a number of 64 bits,
/// sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supersedes<'a> {
    packed: &'a [u8],
    /// Hex digits a commit; zero if nothing was recorded.
    pub(super) digits: usize,
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
        let rows = commits.into_iter().map(|commit| first_digits(commit, digits).ok_or(commit));
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        rows.sort_unstable();
        rows.dedup();
        Ok((rows.into_iter().flat_map(u64::to_be_bytes).collect(), digits))
    }

    /// Whether the commit is among them. A commit given with fewer digits than were recorded is found by those.
    #[must_use]
    pub fn contains(&self, commit: &str) -> bool {
        let digits = self.digits.min(commit.len());
        let Some(key) = first_digits(commit, digits) else { return false };
        let unused = u64::BITS - 4 * digits as u32;
        let (rows, _) = self.packed.as_chunks();
        rows.binary_search_by_key(&(key >> unused), |row| u64::from_be_bytes(*row) >> unused).is_ok()
    }
}

/// The first digits of a hash as the upper bits of a number; `None` if there are too few, none, or other characters.
fn first_digits(hex: &str, digits: usize) -> Option<u64> {
    let first = hex.get(..digits).filter(|first| first.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let number = u64::from_str_radix(first, 16).ok()?;
    Some(number << (u64::BITS - 4 * digits as u32))
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
