//! Which of two texts came first, for each kind of token that has an order of itself.

use std::cmp::Ordering;

/// Decimal numbers of any length.
pub(super) fn order_of_numbers(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> Ordering {
    let (a, b) = (a.as_ref(), b.as_ref());
    // Of one length, as two times in milliseconds are: digits and numbers have one order.
    if a.len() == b.len() {
        return a.cmp(b);
    }
    let significant = |digits: &[u8]| digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    let (a, b) = (&a[significant(a)..], &b[significant(b)..]);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// A version, taken apart.
///
/// The order is semver's precedence (semver.org §11), for any number of dotted parts: `1.9` is `1.9.0`, and zeros before a
/// number (`2026.01.2`) do not count. `git describe` names a commit by the last tag before it: such a commit comes after its
/// tag, by the number of commits since, and uncommitted changes come after the commit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Release<'a> {
    /// The numbers, with dots between them.
    core: &'a str,
    pub(super) pre_release: Option<&'a str>,
    /// How many commits after the tag, in digits; empty for none.
    commits: &'a str,
    /// The last of them, abbreviated.
    commit: &'a str,
    is_dirty: bool,
}

impl<'a> Release<'a> {
    /// `None` where the text is not a version.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        // `git describe --broken` says the same of a checkout that cannot be read.
        let clean = text.strip_suffix("-dirty").or_else(|| text.strip_suffix("-broken"));
        let (text, is_dirty) = (clean.unwrap_or(text), clean.is_some());
        let (core, suffix) = text.split_once('-').map_or((text, None), |(core, suffix)| (core, Some(suffix)));
        if !core.contains('.') || !core.split('.').all(is_number) {
            return None;
        }
        let (pre_release, commits, commit) = suffix.map_or((None, "", ""), split_describe);
        let is_sound = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let release = Self { core, pre_release, commits, commit, is_dirty };
        pre_release.is_none_or(|pre| pre.split('.').all(is_sound)).then_some(release)
    }

    /// Whether either of them is named by a commit after its tag.
    pub(super) fn is_of_commit(a: &str, b: &str) -> bool {
        [a, b].into_iter().filter_map(Release::parse).any(|release| !release.commit.is_empty())
    }

    pub(super) fn cmp(&self, other: &Release<'_>) -> Ordering {
        let parts = self.core.split('.').count().max(other.core.split('.').count());
        let padded = |text| str::split(text, '.').chain(std::iter::repeat("0")).take(parts);
        let mut by_core = padded(self.core).zip(padded(other.core)).map(|(a, b)| order_of_numbers(a, b));
        by_core
            .find(|order| order.is_ne())
            .unwrap_or_else(|| order_of_pre_releases(self.pre_release, other.pre_release))
            .then_with(|| order_of_numbers(self.commits, other.commits))
            .then_with(|| self.is_dirty.cmp(&other.is_dirty))
    }
}

/// What `git describe` adds to a tag, `14-g2414721`, taken off the end: the pre-release before it, the number of commits, and
/// the last of them.
fn split_describe(suffix: &str) -> (Option<&str>, &str, &str) {
    let is_commit = |hash: &str| (4..=64).contains(&hash.len()) && is_hex(hash);
    let Some((before, commit)) = suffix.rsplit_once("-g").filter(|(_, hash)| is_commit(hash)) else {
        return (Some(suffix), "", "");
    };
    match before.rsplit_once('-') {
        Some((pre, commits)) if is_number(commits) => (Some(pre), commits, commit),
        None if is_number(before) => (None, before, commit),
        _ => (Some(suffix), "", ""),
    }
}

fn order_of_pre_releases(a: Option<&str>, b: Option<&str>) -> Ordering {
    let order_of_parts = |(a, b)| match (is_number(a), is_number(b)) {
        (true, true) => order_of_numbers(a, b),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    };
    match (a, b) {
        (Some(a), Some(b)) => (a.split('.').zip(b.split('.')).map(order_of_parts))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| a.split('.').count().cmp(&b.split('.').count())),
        // A release comes after its pre-releases.
        _ => b.is_some().cmp(&a.is_some()),
    }
}

/// Runs of digits as numbers, all else byte by byte. Tokens are ASCII, so a byte is a character.
pub(super) fn order_of_labels(a: &str, b: &str) -> Ordering {
    let order = |(a, b): (&[u8], &[u8])| if are_digits(&a[0], &b[0]) { order_of_numbers(a, b) } else { a.cmp(b) };
    let mut orders = parts(a).zip(parts(b)).map(order);
    orders.find(|order| order.is_ne()).unwrap_or_else(|| parts(a).count().cmp(&parts(b).count()))
}

fn parts(text: &str) -> impl Iterator<Item = &[u8]> {
    text.as_bytes().chunk_by(are_digits)
}

fn are_digits(a: &u8, b: &u8) -> bool {
    a.is_ascii_digit() && b.is_ascii_digit()
}

/// Whether a text has lower-case hex digits and nothing else.
pub(super) fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a text is decimal digits.
pub(super) fn is_number(text: &str) -> bool {
    // Without an early exit, several bytes are compared in one step. It is for redirects, which parse the request's token
    // (the bounds of `301` in `bench/driver/src/bounds.rs`).
    !text.is_empty() && text.bytes().fold(true, |all, b| all & b.is_ascii_digit())
}
