//! Warnings about texts that are tokens, but hardly those that were meant.

use cachebreaker_manifest::token::Token;

/// What there is to say about the token of a release.
pub(super) fn about(token: &Token<'_>, origin: &str) -> Option<String> {
    if NOT_OF_A_RELEASE.contains(&token.as_str().to_ascii_lowercase().as_str()) {
        return Some(format!(
            "token `{token}` from {origin} names no release: the next deploy has the same URLs, and browsers that have cached \
             its files for a year do not see the change; use a version, a commit or the time"
        ));
    }
    if let Some(start) = token.without_options() {
        return Some(format!(
            "token `{token}` from {origin} ends like the digits that `assets!` adds for its options, so other releases take it for \
             `{start}`: let it end differently"
        ));
    }
    about_suffix(token, origin)
}

/// Words that name a place in the development, or where a release goes, not the release.
const NOT_OF_A_RELEASE: [&str; 11] =
    ["dev", "latest", "main", "master", "unknown", "head", "undefined", "null", "staging", "prod", "production"];

/// What people call a version before the final one; then digits may follow, as in `rc1`.
const PRE_RELEASES: &str = "a alpha b beta c canary dev ea eap experimental m milestone next nightly pre prerelease \
                            preview rc snapshot test";

/// Warns of a suffix that semver takes for a pre-release and people do not: the second release of a day, a hotfix.
fn about_suffix(token: &Token<'_>, origin: &str) -> Option<String> {
    let suffix = token.pre_release()?;
    let word = suffix.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if PRE_RELEASES.split(' ').any(|it| it == word.to_ascii_lowercase()) {
        return None;
    }
    let version = token.as_str().split('-').next().unwrap_or_default();
    let before_digits = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_one_number = before_digits.len() < suffix.len() && !before_digits.contains(|c: char| c.is_ascii_digit());
    let number = if has_one_number { &suffix[before_digits.len()..] } else { "1" };
    Some(format!(
        "token `{token}` from {origin} counts as older than `{version}`, because semver takes `-{suffix}` for a pre-release: \
         if it comes after `{version}`, give it a number, as in `{version}.{number}`"
    ))
}
