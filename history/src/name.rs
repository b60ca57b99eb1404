//! The name of a release's file.

use std::fmt;

use cachebreaker_manifest::token::Token;

/// The name of a release in a history: its number and its token. Names sort in the order in which their releases were built.
///
/// ```
/// use cachebreaker_history::ReleaseName;
/// let name = ReleaseName::parse("000042~v1.9.0").unwrap();
/// assert_eq!((name.number, &*name.token), (42, "v1.9.0"));
/// assert_eq!(name.to_string(), "000042~v1.9.0");
/// assert_eq!(ReleaseName::parse("notes.txt"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseName {
    /// One more than the number of the last release that it was built after; 1 for the first.
    pub number: u32,
    /// The deploy's token, without the digits of the options of `assets!`.
    pub token: String,
}

/// The fewest digits of a number, so that names sort as releases do.
const DIGITS: usize = 6;

impl ReleaseName {
    /// Reads a name; `None` if it is not that of a release.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, token) = text.split_once('~')?;
        let is_number = number.len() >= DIGITS && number.bytes().all(|b| b.is_ascii_digit());
        let name = Self { number: number.parse().ok()?, token: Token::parse(token).ok()?.as_str().to_owned() };
        // There is one spelling of each.
        (is_number && name.to_string() == text).then_some(name)
    }
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0DIGITS$}~{}", self.number, self.token)
    }
}
