//! Tokens: their grammar, their kinds, and which of two came first.
//!
//! A request's token is *current*, *stale* or *premature* beside the token of the deploy that answers it. Equal text is
//! current. Otherwise two tokens are compared only if they are of one [`TokenKind`]:
//!
//! | kind | looks like | order |
//! |---|---|---|
//! | [timestamp](TokenKind::Timestamp) | `1718539201234`: digits only | as numbers, of any length |
//! | [content](TokenKind::Content) | `1718539201234-9f86d081884c`: a timestamp and a hex digest of all assets | equal digest: current. Otherwise by the timestamp; equal timestamps: [tied](Relation::Tied), or [the same contents](Relation::SameContents) |
//! | [release](TokenKind::Release) | `v1.10.0`, `2026.11.2`, `1.0.0-rc.1`: two or more numbers, `v` optional | semver precedence; parts that are numbers as numbers; what `git describe` adds to a tag (`v1.2.3-14-g2414721`) comes after the tag, by the number of commits |
//! | [commit](TokenKind::Commit) | `9fceb02`: 7 to 64 lower-case hex digits, not all decimal; `-dirty` and a digest may follow | none of itself: a commit among those that this one [supersedes](Supersedes) is stale; one that is not is premature if they were recorded, else stale |
//! | [label](TokenKind::Label) | `build-99`: anything else | runs of digits as numbers, the rest as bytes |
//!
//! Tokens of different kinds have no order, nor have two spellings of one place in the order (`1.0.0`, `v1.0.0`): the
//! request's is stale then, for a redirect that was not needed heals at once and a refusal that was not needed does not.

mod error;
mod order;
mod relation;
mod supersedes;

use std::cmp::Ordering;
use std::fmt;

use order::{Release, is_hex, is_number, order_of_labels, order_of_numbers};

pub use error::{BadToken, TokenError};
pub use relation::{Relation, relation};
pub use supersedes::{BadCommit, Supersedes};

/// The most bytes that a token has.
pub const MAX_LEN: usize = 128;

/// The digits of a digest of contents.
pub const DIGEST_LEN: usize = 12;

/// The digits of the options that a view adds to a token.
pub const OPTIONS_LEN: usize = 6;

/// The fewest digits of a time in milliseconds, which is zero-padded.
const TIME_LEN: usize = 12;

/// Which order a token belongs to. See the [table](self).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Milliseconds since the epoch, or any other number that grows.
    Timestamp,
    /// A timestamp, a hyphen and a digest of the assets.
    Content,
    /// A version: numbers with dots between them, and a pre-release after a hyphen.
    Release,
    /// A git commit, whole or abbreviated.
    Commit,
    /// Anything else that the grammar allows.
    #[default]
    Label,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Timestamp, Self::Content, Self::Release, Self::Commit, Self::Label];

    /// The kind's name, as the design and the manifest spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Content => "content",
            Self::Release => "release",
            Self::Commit => "commit",
            Self::Label => "label",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A text within the grammar of tokens: 1 to 128 of `A-Z a-z 0-9 . _ ~ -`, not `.` or `..`.
///
/// ```
/// use cachebreaker_manifest::token::{TokenKind, Token};
/// assert_eq!(Token::parse("v1.10.0").unwrap().kind(), TokenKind::Release);
/// assert!(Token::parse("a/b").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token<'a> {
    text: &'a str,
    kind: TokenKind,
}

impl<'a> Token<'a> {
    /// Checks the grammar and tells the kind by the token's look.
    ///
    /// # Errors
    ///
    /// [`TokenError`] says what the grammar does not allow.
    pub fn parse(text: &'a str) -> Result<Self, TokenError> {
        // The default kind first: most tokens are of it.
        if text.len() <= MAX_LEN && is_number(text) {
            return Ok(Self { text, kind: TokenKind::Timestamp });
        }
        if !text.bytes().all(is_allowed) {
            let found = text.chars().find(|c| !u8::try_from(*c).is_ok_and(is_allowed));
            return Err(TokenError::Character(found.unwrap_or_default()));
        }
        match text {
            "" => Err(TokenError::Empty),
            "." | ".." => Err(TokenError::Dots),
            _ if text.len() > MAX_LEN => Err(TokenError::Length(text.len())),
            _ => Ok(Self { text, kind: kind_of(text) }),
        }
    }

    /// A token that was [parsed](Token::parse) before, at build time, with the kind that was found then.
    #[must_use]
    pub const fn from_parts(text: &'a str, kind: TokenKind) -> Self {
        Self { text, kind }
    }

    /// The same token as a commit, where it is known to be one though it looks like a timestamp: about one abbreviated
    /// commit hash in 27 is all decimal.
    #[must_use]
    pub fn known_as_commit(self) -> Self {
        if looks_like_hex(self.text) { Self { kind: TokenKind::Commit, ..self } } else { self }
    }

    /// The same token where it is known which commits it comes after. A number is a commit then, unless it has the digits of
    /// a time in milliseconds: where commits are listed for every build, some may still have the time as their token.
    #[must_use]
    pub fn known_with_commits(self) -> Self {
        if self.text.len() < TIME_LEN { self.known_as_commit() } else { self }
    }

    /// The token without the options that a view [has added](crate::version::with_options), or `None` if it does not look as if any were
    /// added. A token with options is a label, whatever kind it was without them.
    ///
    /// ```
    /// # use cachebreaker_manifest::token::Token;
    /// let without = |text| Token::parse(text).unwrap().without_options().map(|token| token.as_str());
    /// assert_eq!(without("v1.10.0~5f6e3b"), Some("v1.10.0"));
    /// assert_eq!(without("v1.10.0"), None);
    /// ```
    #[must_use]
    pub fn without_options(&self) -> Option<Self> {
        let start = self.text.len().checked_sub(1 + OPTIONS_LEN).filter(|_| self.kind == TokenKind::Label)?;
        let (text, options) = self.text.split_at(start);
        let digits = options.strip_prefix('~').filter(|digits| is_hex(digits))?;
        (digits.len() == OPTIONS_LEN).then(|| Self::parse(text).ok()).flatten()
    }

    /// The token as text.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The order that this token belongs to.
    #[must_use]
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// What follows the numbers of a release after a hyphen, where semver takes it for a pre-release: `rc.1` of `1.0.0-rc.1`,
    /// and `hotfix1` of `1.4.0-hotfix1`.
    #[must_use]
    pub fn pre_release(&self) -> Option<&'a str> {
        if self.kind == TokenKind::Release { Release::parse(self.text)?.pre_release } else { None }
    }

    /// Which of the two came first; `None` where they have no order, which is always so for two commits.
    #[must_use]
    pub fn order(&self, other: &Token<'_>) -> Option<Ordering> {
        if self.kind != other.kind {
            return None;
        }
        let (ours, theirs) = (self.text, other.text);
        match self.kind {
            TokenKind::Timestamp => Some(order_of_numbers(ours, theirs)),
            TokenKind::Content => {
                let ((our_time, our_digest), (their_time, their_digest)) =
                    (ours.split_once('-')?, theirs.split_once('-')?);
                if our_digest == their_digest {
                    return Some(Ordering::Equal);
                }
                // Two contents of one time: which came first is unknown.
                Some(order_of_numbers(our_time, their_time)).filter(|order| order.is_ne())
            }
            TokenKind::Release => Some(Release::parse(ours)?.cmp(&Release::parse(theirs)?)),
            TokenKind::Commit => None,
            TokenKind::Label => Some(order_of_labels(ours, theirs)),
        }
    }
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// The commit in a token that is one, without the mark of changes that are not committed.
#[must_use]
pub fn commit_of(token: &str) -> &str {
    token.split_once(DIRTY).map_or(token, |(commit, _)| commit)
}

/// What follows a commit whose checkout had changes: `33b84ed1739e-dirty`, `33b84ed1739e-dirty-9f86d081`.
const DIRTY: &str = "-dirty";

const fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-')
}

/// The kind of a text that is no number.
fn kind_of(text: &str) -> TokenKind {
    if let Some((time, digest)) = text.split_once('-')
        && time.len() >= TIME_LEN
        && is_number(time)
        && digest.len() >= DIGEST_LEN
        && looks_like_hex(digest)
    {
        return TokenKind::Content;
    }
    if Release::parse(text).is_some() {
        return TokenKind::Release;
    }
    if looks_like_hex(text) || is_dirty_commit(text) { TokenKind::Commit } else { TokenKind::Label }
}

/// `33b84ed1739e-dirty`, as `git describe --dirty --always` has it, or with a digest of the changes.
fn is_dirty_commit(text: &str) -> bool {
    text.split_once(DIRTY).is_some_and(|(commit, digest)| {
        looks_like_hex(commit) && (digest.is_empty() || digest.strip_prefix('-').is_some_and(is_hex))
    })
}

fn looks_like_hex(text: &str) -> bool {
    (7..=64).contains(&text.len()) && is_hex(text)
}

#[cfg(test)]
mod tests;
