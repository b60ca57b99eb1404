//! What is wrong with a text that should be a token.

use std::fmt;

use crate::message::one_line;

/// The grammar in words. Every message about a text that is not a token ends with it.
const GRAMMAR: &str = "a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`";

/// Why a text is no token. The message is one line and ends with the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// There is no text at all.
    Empty,
    /// `.` and `..` mean folders in a URL.
    Dots,
    /// More than 128 bytes; how many there are.
    Length(usize),
    /// The first character that the grammar does not allow.
    Character(char),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Dots => f.write_str("`.` and `..` mean folders in a URL"),
            Self::Length(len) => write!(f, "it has {len} bytes"),
            Self::Character(found) => write!(f, "it contains `{}`", found.escape_debug()),
        }?;
        write!(f, "; {GRAMMAR}")
    }
}

impl std::error::Error for TokenError {}

/// A text that was chosen as a token and is not one. The message is one line and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadToken {
    /// The text.
    pub text: String,
    /// Where it comes from, as the message says it; empty if there is only one place.
    pub source: String,
    /// What is wrong with it.
    pub cause: TokenError,
}

impl fmt::Display for BadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.source.is_empty() { "" } else { &format!(" from {}", self.source) };
        match self.cause {
            TokenError::Empty => write!(f, "the token{from} is empty: give it a text, or leave it unset; {GRAMMAR}"),
            cause => write!(f, "`{}`{from} is no token: {cause}", one_line(&self.text)),
        }
    }
}

impl std::error::Error for BadToken {}
