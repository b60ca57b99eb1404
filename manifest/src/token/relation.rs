//! What a request's token is for the deploy that answers: the token and what the deploy knows go in, a [`Relation`] comes out.

use std::cmp::Ordering;

use super::order::Release;
use super::{DIGEST_LEN, Supersedes, Token, TokenKind, commit_of, looks_like_hex};

/// What a request's token is, compared with the token of the deploy that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It names this very deploy, or one with the same contents.
    Current,
    /// It names a deploy that this one came after, or one that has no order beside it.
    Stale,
    /// It names a deploy that comes after this one: a rollout is under way.
    Premature,
    /// It names other contents of the same time, as two builds of one commit can make: which came first is unknown.
    ///
    /// A redirect would be wrong in one of the two directions, and two instances that redirect to one another serve a page the
    /// other's files, or send it in circles. So this is never redirected, however long ago it was first seen.
    Tied,
    /// It names the same contents of the same time, served with other options: the first 12 digits of both digests are equal.
    /// Which options are newer is unknown, so nothing may keep the response.
    SameContents,
}

/// Tells what a request's token is for a deploy.
///
/// ```
/// use cachebreaker_manifest::token::{Relation, Supersedes, Token, relation};
/// let of = |ours, theirs| relation(&Token::parse(ours).unwrap(), &Supersedes::UNKNOWN, &Token::parse(theirs).unwrap());
/// assert_eq!(of("v1.9.0", "v1.10.0"), Relation::Premature);
/// assert_eq!(of("v1.9.0", "9fceb02"), Relation::Stale);
/// ```
#[must_use]
pub fn relation(current: &Token<'_>, supersedes: &Supersedes<'_>, request: &Token<'_>) -> Relation {
    if current.text == request.text {
        return Relation::Current;
    }
    if current.kind == TokenKind::Commit {
        // An abbreviation that happens to be all decimal is recognised by its length.
        let (ours, theirs) = (commit_of(current.text), commit_of(request.text));
        let is_commit = request.kind == TokenKind::Commit || (theirs.len() == ours.len() && looks_like_hex(theirs));
        let newer = if is_commit && (ours.starts_with(theirs) || theirs.starts_with(ours)) {
            // Two checkouts of one commit, of which at least one had changes: which came first is unknown.
            ours.len() < current.text.len() || theirs.len() < request.text.len()
        } else {
            is_commit && supersedes.digits > 0 && !supersedes.contains(theirs)
        };
        return if newer { Relation::Premature } else { Relation::Stale };
    }
    match request.order(current) {
        Some(Ordering::Less) => Relation::Stale,
        Some(Ordering::Greater) => Relation::Premature,
        Some(Ordering::Equal) if current.kind == TokenKind::Content => Relation::Current,
        None if current.kind == TokenKind::Content && request.kind == TokenKind::Content => {
            if digest_of_contents(current.text) == digest_of_contents(request.text) {
                Relation::SameContents
            } else {
                Relation::Tied
            }
        }
        // Two commits at one distance from their tag, as after an amended or rebased one, or one commit abbreviated in two ways.
        // Neither is redirected to the other before the rollout must be over.
        Some(Ordering::Equal)
            if current.kind == TokenKind::Release && Release::is_of_commit(current.text, request.text) =>
        {
            Relation::Premature
        }
        _ => Relation::Stale,
    }
}

/// The part of a content token's digest that is of the contents; options may follow.
fn digest_of_contents(token: &str) -> Option<&str> {
    token.split_once('-')?.1.get(..DIGEST_LEN)
}
