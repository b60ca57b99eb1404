//! What is known of a build before it runs: its token, its URLs, and which releases it keeps.

use std::collections::BTreeSet;

use cachebreaker_manifest::token::TokenKind;

use crate::releases::{Build, STEPS, Source};
use crate::setup::Setup;

/// Checks a build beside those of its setup before it.
pub(crate) fn check(setup: Setup, number: usize, build: &Build, commit: &str, before: &[Build]) -> Result<(), String> {
    let mut problems = Vec::new();
    if !has_its_token(setup, number, build, commit, before) {
        problems.push(format!("it has the token {}, and the commit is {commit}", build.token));
    }
    if build.urls.keys().ne(build.files.keys()) {
        problems.push(format!("it has the URLs {:?}", build.urls));
    }
    let others: BTreeSet<_> = before.iter().map(|older| &older.token).filter(|token| **token != build.token).collect();
    // As its file in the history is called: a token of contents has more digits in URLs.
    let has = |kept: &String| others.iter().any(|token| token.starts_with(kept));
    if setup.has_history && (build.kept.len() != others.len() || !build.kept.iter().all(has)) {
        problems.push(format!("it keeps {:?}, and others were {others:?}", build.kept));
    }
    problems.extend(url_problems(setup, build, before));
    if problems.is_empty() { Ok(()) } else { Err(format!("{} for {}: {problems:?}", build.release, setup.name())) }
}

/// Whether the token is what its source says.
fn has_its_token(setup: Setup, number: usize, build: &Build, commit: &str, before: &[Build]) -> bool {
    let token = build.token.as_str();
    match (setup.kind, STEPS[number].source) {
        (TokenKind::Timestamp, _) => {
            let is_number = token.len() >= 12 && token.bytes().all(|byte| byte.is_ascii_digit());
            is_number && before.iter().all(|older| older.token.as_str() < token)
        }
        (TokenKind::Content, Source::Checkout(number)) => token == before[number].token,
        (TokenKind::Content, _) if build.release == "v3 again" => token == before[2].token,
        (TokenKind::Content, Source::Commit(seconds, _)) => {
            let digest = token.strip_prefix(&format!("{}-", u64::from(seconds) * 1000));
            digest.is_some_and(|digest| digest.len() == 18 && before.iter().all(|older| !older.token.ends_with(digest)))
        }
        (TokenKind::Commit, _) => token.len() >= 7 && commit.starts_with(token),
        (TokenKind::Release, _) => token == STEPS[number].labels[0],
        (TokenKind::Label, _) => token == STEPS[number].labels[1],
    }
}

/// What is wrong with the URLs: each is of one content in all releases, and a file that has not changed keeps its own.
fn url_problems(setup: Setup, build: &Build, before: &[Build]) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, url) in &build.urls {
        let own = build.files.get(path).map(Vec::as_slice);
        let others = before.iter().filter(|older| older.at(url).is_some_and(|bytes| Some(bytes) != own));
        problems.extend(others.map(|older| format!("{url} has other contents than in {}", older.release)));
    }
    let Some(last) = before.last().filter(|_| setup.has_history) else { return problems };
    // The same release has the same URLs, whatever was built in between.
    let older = before.iter().find(|older| older.token == build.token).unwrap_or(last);
    let is_same = older.files == build.files;
    let has_own_unit = |path: &str| path == "seal.svg" || path == "stamp.js" && setup.has_import_map();
    for path in build.files.keys().filter(|path| is_same || has_own_unit(path)) {
        if older.url(path) != build.url(path) {
            problems.push(format!("{path} had the URL {}, and has {}", older.url(path), build.url(path)));
        }
    }
    problems
}
