//! Where a deploy's token comes from.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cachebreaker_manifest::token::{Kind, Supersedes, Token as Text};

use crate::cargo::{self, Profile};
use crate::error::Error;
use crate::git;

/// The environment variable that names the token of a whole fleet, and wins over everything that `build.rs` says.
pub(crate) const ENV: &str = "CACHEBREAKER";
/// The environment variable that names the commits which a commit supersedes, with spaces between them.
const ENV_SUPERSEDES: &str = "CACHEBREAKER_SUPERSEDES";

/// A token for [`Assets::token`](crate::Assets::token): a text, or where to get one.
///
/// ```
/// use cachebreaker_build::{Assets, Token};
/// Assets::new("static").token("v1.2.3");
/// Assets::new("static").token(Token::content());
/// Assets::new("static").token(Token::git());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(Source);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Text(String),
    Content,
    Git,
}

impl Token {
    /// A token made from what is served: `<time>-<digest>`, as in `1718539201000-9f86d081884c`.
    ///
    /// The digest is over all assets and options. The time is that of the last commit that touched the folder, in
    /// milliseconds; else `SOURCE_DATE_EPOCH`; else now. So two builders of one commit make one token, and a deploy that
    /// changes no asset keeps it: no browser fetches anything again. Tokens with an equal digest are current whatever
    /// their time.
    #[must_use]
    pub fn content() -> Self {
        Self(Source::Content)
    }

    /// The commit that is checked out, abbreviated by git, with `-dirty` added when the folder has changes that are not
    /// committed.
    ///
    /// The commits that it supersedes are recorded, so that older deploys are told from newer ones; see
    /// [`Assets::supersedes`](crate::Assets::supersedes) for builds without git.
    #[must_use]
    pub fn git() -> Self {
        Self(Source::Git)
    }
}

impl<T: Into<String>> From<T> for Token {
    fn from(text: T) -> Self {
        Self(Source::Text(text.into()))
    }
}

/// What `build.rs` says about the token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    pub(crate) token: Option<Token>,
    pub(crate) env: Option<String>,
    pub(crate) supersedes: Option<Vec<String>>,
}

/// A deploy's token, decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) supersedes: Option<(Vec<u8>, usize)>,
}

/// Decides: `CACHEBREAKER`, then the variable that `build.rs` names, then the token that it sets, then the time.
/// `folders` are those of the view, the first of which names the repository; `digest` is that of all assets and options, in
/// hex.
pub(crate) fn decide(choice: &Choice, folders: &[PathBuf], digest: &str) -> Result<Decided, Error> {
    let folder = &folders[0];
    for name in std::iter::once(ENV).chain(choice.env.as_deref()) {
        if let Some(text) = cargo::env(name)? {
            return finish(choice, folder, &text, format!("the environment variable `{name}`"));
        }
    }
    match choice.token.as_ref().map(|token| &token.0) {
        None => finish(choice, folder, &timestamp(now()?), "the clock".to_owned()),
        Some(Source::Text(text)) => finish(choice, folder, text, "`build.rs`".to_owned()),
        Some(Source::Content) => {
            folders.iter().for_each(|folder| git::watch(folder));
            let last = folders.iter().filter_map(|folder| Some((git::last_change(folder)?, folder))).max();
            let time = match last.map(|(seconds, _)| seconds) {
                Some(seconds) => seconds * 1000,
                None => now()?,
            };
            if cargo::profile() == Profile::Release
                && last.is_some_and(|(_, folder)| git::last_change_is_cut_off(folder))
            {
                cargo::warning(
                    "`Token::content()` has the time of the oldest commit in this shallow clone, not of the last change to \
                     the assets: a deploy that changes no asset has another token all the same, and browsers fetch \
                     everything again; fetch the whole history",
                );
            }
            let digest = digest.get(..12).unwrap_or(digest);
            finish(choice, folder, &format!("{}-{digest}", timestamp(time)), "`Token::content()`".to_owned())
        }
        Some(Source::Git) => {
            let no_commit = |cause| Error::NoCommit { folder: folder.clone(), cause };
            git::watch(folder);
            let commit = git::short_head(folder).map_err(no_commit)?;
            let dirty =
                folders.iter().map(|folder| git::is_dirty(folder)).collect::<Result<Vec<_>, _>>().map_err(no_commit)?;
            let mark = if dirty.contains(&true) { "-dirty" } else { "" };
            finish(choice, folder, &format!("{commit}{mark}"), "`Token::git()`".to_owned())
        }
    }
}

fn finish(choice: &Choice, folder: &Path, text: &str, source: String) -> Result<Decided, Error> {
    let token =
        Text::parse(text).map_err(|cause| Error::BadToken { source: source.clone(), text: text.to_owned(), cause })?;
    if cargo::profile() == Profile::Release && NOT_OF_A_RELEASE.contains(&text.to_ascii_lowercase().as_str()) {
        cargo::warning(&format!(
            "token `{text}` from {source} names no release: the next deploy has the same URLs, and browsers that have cached \
             its files for a year do not see the change; use a version, a commit or the time"
        ));
    }
    // An abbreviated commit may look like a timestamp; the checkout knows, or who names the commits before it.
    let may_be_commit = token.kind() == Kind::Timestamp && token.known_as_commit().kind() == Kind::Commit;
    let token = if may_be_commit && git::head(folder).is_ok_and(|head| head.starts_with(text)) {
        token.known_as_commit()
    } else if may_be_commit && (choice.supersedes.is_some() || cargo::env(ENV_SUPERSEDES)?.is_some()) {
        token.known_with_commits()
    } else {
        token
    };
    let supersedes = if token.kind() == Kind::Commit { superseded(choice, folder, &token)? } else { None };
    Ok(Decided { text: text.to_owned(), kind: token.kind(), supersedes })
}

/// Words that name a place in the development, not a release.
const NOT_OF_A_RELEASE: [&str; 7] = ["dev", "latest", "main", "unknown", "head", "undefined", "null"];

/// The commits before a commit: from the environment, from `build.rs`, from git.
fn superseded(choice: &Choice, folder: &Path, token: &Text<'_>) -> Result<Option<(Vec<u8>, usize)>, Error> {
    let digits = token.as_str().len();
    let pack = |commits: &[String], source| {
        Supersedes::pack(commits.iter().map(String::as_str), digits)
            .map_err(|text| Error::BadSuperseded { source, text: text.to_owned() })
            .map(Some)
    };
    if let Some(text) = cargo::env(ENV_SUPERSEDES)? {
        let commits: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        return pack(&commits, "the environment variable `CACHEBREAKER_SUPERSEDES`");
    }
    if let Some(commits) = &choice.supersedes {
        return pack(commits, "`.supersedes(…)` in `build.rs`");
    }
    git::watch(folder);
    if let Some(commits) = git::before(folder, token.as_str()) {
        return pack(&commits, "git");
    }
    cargo::warning(&format!(
        "token `{token}` is a commit, and git does not know the commits before it (no git, no `.git`, another repository, or \
         a shallow clone): stale and premature cannot be told apart, and every other token counts as stale; name them in \
         `CACHEBREAKER_SUPERSEDES=\"sha1 sha2 …\"` or by `.supersedes([…])`"
    ));
    Ok(None)
}

/// The first second that has no `Last-Modified`, whose year has four digits.
const YEAR_10000: i64 = 253_402_300_800;

/// Milliseconds since the epoch, zero-padded to 12 digits.
fn timestamp(milliseconds: i64) -> String {
    format!("{milliseconds:012}")
}

/// `SOURCE_DATE_EPOCH` where it is set, else the time at which this build script began; in milliseconds.
pub(crate) fn now() -> Result<i64, Error> {
    static BEGAN: LazyLock<i64> = LazyLock::new(|| chrono::Utc::now().timestamp_millis());
    Ok(given_time()?.unwrap_or(*BEGAN))
}

/// `SOURCE_DATE_EPOCH` where it is set, in milliseconds.
pub(crate) fn given_time() -> Result<Option<i64>, Error> {
    let Some(text) = cargo::env("SOURCE_DATE_EPOCH")? else { return Ok(None) };
    let seconds = text.parse::<i64>().ok().filter(|seconds| (0..YEAR_10000).contains(seconds));
    seconds.map(|seconds| Some(seconds * 1000)).ok_or(Error::BadEpoch(text))
}
