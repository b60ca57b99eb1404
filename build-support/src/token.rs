//! Where a deploy's token comes from.

mod basis;
#[cfg(feature = "references")]
mod changes;
mod git;
pub(crate) mod source;
mod time;
#[cfg(feature = "references")]
pub(crate) mod url_tokens;
mod warnings;

use std::iter;

use cachebreaker_manifest::token::{BadCommit, BadToken, Supersedes, Token, TokenKind, commit_of};

pub(crate) use basis::Basis;
use git::NoAnswer;
use source::Source;

use crate::environment;
use crate::error::Error;
use crate::report::Report;

/// A deploy's token.
#[derive(Debug)]
pub(crate) struct DeployToken {
    pub(crate) text: String,
    pub(crate) kind: TokenKind,
    /// Whether it is made of the contents.
    pub(crate) is_of_contents: bool,
    /// Whether it is the time of this build.
    pub(crate) is_of_build: bool,
    /// Whether its time is that of a commit.
    #[cfg_attr(not(feature = "references"), expect(dead_code))]
    pub(crate) is_of_commit: bool,
    /// Whether a shallow clone ends before the last change to the assets, of which the user is warned.
    #[cfg_attr(not(feature = "references"), expect(dead_code))]
    pub(crate) is_cut_off: bool,
    /// For a commit, those that it supersedes: packed, and the digits of each.
    pub(crate) supersedes: Option<(Vec<u8>, usize)>,
}

impl DeployToken {
    /// One that has nothing to do with when the assets changed.
    fn given(text: String, kind: TokenKind, supersedes: Option<(Vec<u8>, usize)>) -> Self {
        Self {
            text,
            kind,
            is_of_contents: false,
            is_of_build: false,
            is_of_commit: false,
            is_cut_off: false,
            supersedes,
        }
    }
}

/// The digits of a commit in `Token::git()`. Git's own abbreviation depends on how many objects a clone has.
const COMMIT_DIGITS: usize = 12;

/// Chooses the token: `CACHEBREAKER`, then the variable that `build.rs` names, then the token that it sets, then the time.
pub(crate) fn choose(basis: &Basis<'_>) -> (Option<DeployToken>, Report) {
    let mut report = Report::default();
    if !basis.folder().is_dir() {
        // There is no repository to ask. Unless the folder is optional, that is an error already.
        return (Some(DeployToken::given(timestamp(basis.plan.time()), TokenKind::Timestamp, None)), report);
    }
    let chosen = first_set(basis, &mut report);
    (report.ok(chosen), report)
}

fn first_set(basis: &Basis<'_>, report: &mut Report) -> Result<DeployToken, Error> {
    let options = &basis.options.token;
    for name in iter::once(environment::TOKEN).chain(options.env.as_deref()) {
        if let Some(text) = basis.plan.environment.text(name)? {
            return given(basis, text, &format!("the environment variable `{name}`"), report);
        }
    }
    let (mut is_of_commit, mut is_cut_off) = (false, false);
    let (text, kind) = match options.token.as_ref().map(|token| &token.0) {
        None => (timestamp(basis.plan.time()), TokenKind::Timestamp),
        Some(Source::Text(text)) => return given(basis, text, "`build.rs`", report),
        Some(Source::Content) => {
            let change = time::last_change_of_contents(basis, report);
            (is_of_commit, is_cut_off) = (change.is_some(), change.as_ref().is_some_and(|change| change.is_cut_off));
            let time = change.map_or(basis.plan.time(), |change| change.seconds * 1000);
            (format!("{}-{}", timestamp(time), &basis.digest[..12]), TokenKind::Content)
        }
        Some(Source::Git) => return commit(basis, report),
    };
    Ok(DeployToken {
        text,
        kind,
        is_of_contents: kind == TokenKind::Content,
        is_of_build: kind == TokenKind::Timestamp && basis.plan.source_date.is_none(),
        is_of_commit,
        is_cut_off,
        supersedes: None,
    })
}

/// A text that somebody has set. `origin` says where, for messages.
fn given(basis: &Basis<'_>, text: &str, origin: &str, report: &mut Report) -> Result<DeployToken, Error> {
    let environment = &basis.plan.environment;
    let bad = |cause| Error::BadToken(BadToken { text: text.to_owned(), source: origin.to_owned(), cause });
    let mut token = Token::parse(text).map_err(bad)?;
    if environment.is_release {
        report.warn(warnings::about(&token, origin));
    }
    // An abbreviated commit may look like a timestamp; the checkout knows, or who names the commits before it.
    if token.kind() == TokenKind::Timestamp && token.known_as_commit().kind() == TokenKind::Commit {
        if git::head(basis.folder()).is_ok_and(|head| head.starts_with(text)) {
            token = token.known_as_commit();
        } else if basis.options.token.supersedes.is_some() || environment.text(environment::SUPERSEDES)?.is_some() {
            token = token.known_with_commits();
        }
    }
    let kind = token.kind();
    let supersedes = if kind == TokenKind::Commit { superseded(basis, text, report)? } else { None };
    Ok(DeployToken::given(text.to_owned(), kind, supersedes))
}

/// The commit that is checked out.
fn commit(basis: &Basis<'_>, report: &mut Report) -> Result<DeployToken, Error> {
    let folder = basis.folder();
    let no_commit = |NoAnswer { cause, .. }| Error::NoCommit { folder: folder.to_owned(), cause };
    report.watched.extend(git::watched(folder));
    let commit = git::head(folder).map_err(no_commit)?;
    let commit = commit.get(..COMMIT_DIGITS).unwrap_or(&commit);
    let (build_script, linked) = (basis.plan.environment.package.join("build.rs"), basis.linked());
    let others = basis.options.watched.iter().chain(&linked).chain([&build_script]).map(|path| (path.as_path(), false));
    let mut is_dirty = false;
    for (path, is_of_view) in basis.folders().map(|folder| (folder, true)).chain(others) {
        is_dirty |= match git::is_dirty(path) {
            // What is elsewhere need not be in a repository.
            Err(answer) if answer.is_nothing && !is_of_view => false,
            answer => answer.map_err(no_commit)?,
        };
    }
    let supersedes = superseded(basis, commit, report)?;
    let text = if is_dirty { format!("{commit}-dirty-{}", &basis.digest[..8]) } else { commit.to_owned() };
    Ok(DeployToken::given(text, TokenKind::Commit, supersedes))
}

/// The commits before a token that is a commit: from the environment, from `build.rs`, from git.
fn superseded(basis: &Basis<'_>, token: &str, report: &mut Report) -> Result<Option<(Vec<u8>, usize)>, Error> {
    let commit = commit_of(token);
    let pack = |commits: &[String], source: &str| {
        Supersedes::pack(commits.iter().map(String::as_str), commit.len())
            .map_err(|text| Error::BadSuperseded(BadCommit { text: text.to_owned(), source: source.to_owned() }))
            .map(Some)
    };
    if let Some(text) = basis.plan.environment.text(environment::SUPERSEDES)? {
        let commits: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        return pack(&commits, "the environment variable `CACHEBREAKER_SUPERSEDES`");
    }
    if let Some(commits) = &basis.options.token.supersedes {
        return pack(commits, "`.supersedes(…)` in `build.rs`");
    }
    if report.watched.is_empty() {
        report.watched = git::watched(basis.folder());
    }
    if let Some(commits) = git::before(basis.folder(), commit) {
        return pack(&commits, "git");
    }
    report.warn([format!(
        "token `{token}` is a commit, and git does not know the commits before it (no git, no `.git`, another repository, or \
         a shallow clone): stale and premature cannot be told apart, and every other token counts as stale; name them in \
         `CACHEBREAKER_SUPERSEDES=\"sha1 sha2 …\"` or by `.supersedes([…])`"
    )]);
    Ok(None)
}

/// The time of a token of contents, in milliseconds.
pub(crate) fn time_in(token: &str) -> i64 {
    token.split_once('-').and_then(|(time, _)| time.parse().ok()).unwrap_or_default()
}

/// Milliseconds since the epoch, zero-padded to 12 digits.
fn timestamp(milliseconds: i64) -> String {
    format!("{milliseconds:012}")
}
