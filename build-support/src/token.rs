//! Where a deploy's token comes from.

mod basis;
pub(crate) mod git;
pub(crate) mod origin;
pub(crate) mod source;
mod time;
mod warnings;

use std::iter;

use cachebreaker_manifest::token::{Supersedes, Token, TokenKind, commit_of};

pub(crate) use basis::Basis;
use git::NoAnswer;
use origin::Origin;
use source::Source;

use crate::environment;
use crate::error::Error;
use crate::report::Report;

/// A deploy's token, but for the digits of a digest that may end it.
#[derive(Debug)]
pub(crate) struct Chosen {
    start: String,
    /// How many digits follow.
    digits: usize,
    pub(crate) kind: TokenKind,
    /// Whether it is made of the contents.
    pub(crate) is_of_contents: bool,
    /// For a commit, those that it supersedes: packed, and the digits of each.
    pub(crate) supersedes: Option<(Vec<u8>, usize)>,
}

impl Chosen {
    /// The token, with the digest of all assets and options, in hex.
    pub(crate) fn text(&self, digest: &str) -> String {
        format!("{}{}", self.start, digest.get(..self.digits).unwrap_or(digest))
    }
}

/// The digits of a commit in `Token::git()`. Git's own abbreviation depends on how many objects a clone has.
const COMMIT_DIGITS: usize = 12;

/// Chooses the token: `CACHEBREAKER`, then the variable that `build.rs` names, then the token that it sets, then the time. All
/// that can fail happens here; only the digest is missing.
pub(crate) fn choose(basis: &Basis<'_>) -> (Option<Chosen>, Report) {
    let mut report = Report::default();
    // Where there is no folder, there is no repository to ask, and that is an error already.
    let chosen = basis.folder().is_dir().then(|| Choosing { basis, report: &mut report }.choose());
    let chosen = chosen.and_then(|chosen| report.ok(chosen));
    (chosen, report)
}

/// What a choice depends on, and what there is to say about it.
struct Choosing<'a> {
    basis: &'a Basis<'a>,
    report: &'a mut Report,
}

impl Choosing<'_> {
    fn choose(mut self) -> Result<Chosen, Error> {
        let Basis { options, environment, now, .. } = *self.basis;
        for name in iter::once(environment::TOKEN).chain(options.env.as_deref()) {
            if let Some(text) = environment.text(name)? {
                return self.text(text, Origin::Variable(name.to_owned()));
            }
        }
        match options.token.as_ref().map(|token| &token.0) {
            None => Ok(fixed(timestamp(now), TokenKind::Timestamp)),
            Some(Source::Text(text)) => self.text(text, Origin::BuildScript),
            Some(Source::Content) => {
                let time = self.report.add(time::time_of_contents(self.basis));

                let start = format!("{}-", timestamp(time));
                Ok(Chosen { digits: 12, is_of_contents: true, ..fixed(start, TokenKind::Content) })
            }
            Some(Source::Git) => self.commit(),
        }
    }

    /// A text that somebody has set.
    fn text(&mut self, text: &str, origin: Origin) -> Result<Chosen, Error> {
        let Basis { options, environment, .. } = *self.basis;
        let parsed = Token::parse(text);
        let token = parsed.map_err(|cause| Error::BadToken { origin: origin.clone(), text: text.to_owned(), cause })?;
        if environment.is_release {
            self.report.warn(warnings::about(&token, &origin));
        }
        // An abbreviated commit may look like a timestamp; the checkout knows, or who names the commits before it.
        let may_be_commit = token.kind() == TokenKind::Timestamp && token.known_as_commit().kind() == TokenKind::Commit;
        let token = if may_be_commit && git::head(self.basis.folder()).is_ok_and(|head| head.starts_with(text)) {
            token.known_as_commit()
        } else if may_be_commit
            && (options.supersedes.is_some() || environment.text(environment::SUPERSEDES)?.is_some())
        {
            token.known_with_commits()
        } else {
            token
        };
        let supersedes = if token.kind() == TokenKind::Commit { self.superseded(text)? } else { None };
        Ok(Chosen { supersedes, ..fixed(text.to_owned(), token.kind()) })
    }

    /// The commit that is checked out.
    fn commit(&mut self) -> Result<Chosen, Error> {
        let (basis, folder) = (self.basis, self.basis.folder());
        let no_commit = |cause| Error::NoCommit { folder: folder.to_owned(), cause };
        self.report.watched.extend(git::watched(folder));
        let commit = git::head(folder).map_err(no_commit)?;
        let commit = commit.get(..COMMIT_DIGITS).unwrap_or(&commit);
        let (build_script, linked) = (basis.environment.package.join("build.rs"), basis.linked());
        let others = basis.watched.iter().chain(&linked).chain([&build_script]).map(|path| (path.as_path(), false));
        let mut is_dirty = false;
        for (path, is_of_view) in basis.folders.iter().map(|folder| (*folder, true)).chain(others) {
            is_dirty |= match git::is_dirty(path) {
                Ok(is_dirty) => is_dirty,
                // What is elsewhere need not be in a repository.
                Err(NoAnswer::NothingThere(_)) if !is_of_view => false,
                Err(cause) => return Err(no_commit(cause)),
            };
        }
        let supersedes = self.superseded(commit)?;
        let (start, digits) = if is_dirty { (format!("{commit}-dirty-"), 8) } else { (commit.to_owned(), 0) };
        Ok(Chosen { digits, supersedes, ..fixed(start, TokenKind::Commit) })
    }

    /// The commits before a token that is a commit: from the environment, from `build.rs`, from git.
    fn superseded(&mut self, token: &str) -> Result<Option<(Vec<u8>, usize)>, Error> {
        let commit = commit_of(token);
        let pack = |commits: &[String], source| {
            Supersedes::pack(commits.iter().map(String::as_str), commit.len())
                .map_err(|text| Error::BadSuperseded { source, text: text.to_owned() })
                .map(Some)
        };
        if let Some(text) = self.basis.environment.text(environment::SUPERSEDES)? {
            let commits: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
            return pack(&commits, "the environment variable `CACHEBREAKER_SUPERSEDES`");
        }
        if let Some(commits) = &self.basis.options.supersedes {
            return pack(commits, "`.supersedes(…)` in `build.rs`");
        }
        let folder = self.basis.folder();
        if self.report.watched.is_empty() {
            self.report.watched = git::watched(folder);
        }
        if let Some(commits) = git::before(folder, commit) {
            return pack(&commits, "git");
        }
        self.report.warn([format!(
            "token `{token}` is a commit, and git does not know the commits before it (no git, no `.git`, another repository, or \
             a shallow clone): stale and premature cannot be told apart, and every other token counts as stale; name them in \
             `CACHEBREAKER_SUPERSEDES=\"sha1 sha2 …\"` or by `.supersedes([…])`"
        )]);
        Ok(None)
    }
}

/// A token that is this text.
fn fixed(text: String, kind: TokenKind) -> Chosen {
    Chosen { start: text, digits: 0, kind, is_of_contents: false, supersedes: None }
}

/// Milliseconds since the epoch, zero-padded to 12 digits.
fn timestamp(milliseconds: i64) -> String {
    format!("{milliseconds:012}")
}
