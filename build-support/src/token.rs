//! Where a deploy's token comes from.

pub(crate) mod git;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cachebreaker_manifest::token::{Kind, Supersedes, Token as Text, commit_of};

use crate::cargo::{self, Profile};
use crate::error::Error;
use crate::find::walk::Found;
use git::{Change, NoAnswer};

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
    /// A token made from what is served: `<time>-<digest>`, as in `1718539201000-9f86d081884c3a7f21`.
    ///
    /// The digest is over all assets and the options in `build.rs` (12 digits), and over those options of `assets!` that
    /// responses depend on (6 digits). The time, in milliseconds, is that of the last commit on the first-parent line that changed any of the folders, what
    /// is [watched](crate::Assets::watch), or `build.rs`. Where git does not track an asset, as with the output of a bundler
    /// that is in `.gitignore`, any commit to the package counts. Without git it is `SOURCE_DATE_EPOCH`, else now.
    ///
    /// So two builders of one commit make one token, and a deploy that changes no asset keeps it: no browser fetches
    /// anything again. Tokens with an equal digest are current whatever their time. Two tokens with equal times and
    /// different digests have no order, and neither is redirected to the other. If the contents differ (one commit, built with
    /// two results), the other one gets 503. If only options of `assets!` do, it gets the file, not to be stored.
    #[must_use]
    pub fn content() -> Self {
        Self(Source::Content)
    }

    /// The commit that is checked out: the first 12 digits of its hash. Changes to the folder that are not committed add a
    /// digest of the assets, `33b84ed1739e-dirty-9f86d081`, so that two dirty trees have two tokens.
    ///
    /// The commits that it supersedes are recorded, so that older deploys are told from newer ones; see
    /// [`Assets::supersedes`](crate::Assets::supersedes) for builds without git.
    ///
    /// Files that git ignores can change without a commit, and then the token stays. A release build warns when it knows: it
    /// compares with its own last output. For output of a bundler take [`Token::content`].
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
    /// Whether it was made from the contents.
    pub(crate) is_of_contents: bool,
    pub(crate) supersedes: Option<(Vec<u8>, usize)>,
}

/// What a token can be made from.
pub(crate) struct Basis<'a> {
    /// The user's own folders of the view. The first names the repository.
    pub(crate) folders: &'a [PathBuf],
    /// What `build.rs` watches beside them.
    pub(crate) watched: &'a [PathBuf],
    /// The files of the view; they may be in other folders than these.
    pub(crate) found: &'a [Found],
    /// Whether the build makes some of them itself.
    pub(crate) has_made_files: bool,
    /// The digest of all assets and options, in hex.
    pub(crate) digest: &'a str,
}

impl Basis<'_> {
    /// The first digits of the digest.
    fn digits(&self, count: usize) -> &str {
        self.digest.get(..count).unwrap_or(self.digest)
    }
}

/// Decides: `CACHEBREAKER`, then the variable that `build.rs` names, then the token that it sets, then the time.
pub(crate) fn decide(choice: &Choice, basis: &Basis<'_>) -> Result<Decided, Error> {
    let folder = &basis.folders[0];
    for name in std::iter::once(ENV).chain(choice.env.as_deref()) {
        if let Some(text) = cargo::env(name)? {
            return finish(choice, folder, &text, format!("the environment variable `{name}`"));
        }
    }
    match choice.token.as_ref().map(|token| &token.0) {
        None => finish(choice, folder, &timestamp(now()?), "the clock".to_owned()),
        Some(Source::Text(text)) => finish(choice, folder, text, "`build.rs`".to_owned()),
        Some(Source::Content) => {
            let text = format!("{}-{}", timestamp(time_of_contents(basis)?), basis.digits(12));
            let decided = finish(choice, folder, &text, "`Token::content()`".to_owned())?;
            Ok(Decided { is_of_contents: true, ..decided })
        }
        Some(Source::Git) => {
            let no_commit = |cause: NoAnswer| Error::NoCommit { folder: folder.clone(), cause: cause.cause() };
            git::watch(folder);
            let commit = git::head(folder).map_err(no_commit)?;
            let commit = commit.get(..COMMIT_DIGITS).unwrap_or(&commit);
            let mut dirty = false;
            let build_script = env::current_dir().unwrap_or_default().join("build.rs");
            for path in [basis.folders, basis.watched, &linked(basis), &[build_script]].concat() {
                dirty |= match git::is_dirty(&path) {
                    Ok(dirty) => dirty,
                    // What is elsewhere need not be in a repository.
                    Err(NoAnswer::NothingThere(_)) if !basis.folders.contains(&path) => false,
                    Err(cause) => return Err(no_commit(cause)),
                };
            }
            let text = if dirty { format!("{commit}-dirty-{}", basis.digits(8)) } else { commit.to_owned() };
            finish(choice, folder, &text, "`Token::git()`".to_owned())
        }
    }
}

/// The digits of a commit in `Token::git()`. Git's own abbreviation depends on how many objects a clone has.
const COMMIT_DIGITS: usize = 12;

/// When what the digest covers last changed, in milliseconds.
fn time_of_contents(basis: &Basis<'_>) -> Result<i64, Error> {
    let package = env::current_dir().unwrap_or_default();
    basis.folders.iter().for_each(|folder| git::watch(folder));
    let answer = last_change(basis, package);
    if let Ok(Some(change)) = &answer
        && change.is_cut_off
        && cargo::profile() == Profile::Release
    {
        cargo::warning(
            "`Token::content()` has the time of the oldest commit in this shallow clone, not of the last change to the \
             assets: a deploy that changes no asset has another token all the same, and browsers fetch everything again; \
             fetch the whole history",
        );
    }
    match answer {
        Ok(Some(change)) => return Ok(change.seconds * 1000),
        Ok(None) | Err(NoAnswer::NothingThere(_)) => {}
        Err(NoAnswer::Refused(cause)) => cargo::warning(&format!(
            "`Token::content()` has the time of this build, not of the last change to the assets, because git refuses \
             ({cause}): two builds of one commit have two tokens, and browsers fetch everything again; make git work here, or \
             set `CACHEBREAKER`"
        )),
    }
    now()
}

fn last_change(basis: &Basis<'_>, package: PathBuf) -> Result<Option<Change>, NoAnswer> {
    let build_script = package.join("build.rs");
    let mut paths = [basis.folders, basis.watched].concat();
    paths.extend(linked(basis));
    if basis.has_made_files {
        // The retry script changes with the version of this crate.
        paths.extend(package.ancestors().map(|folder| folder.join("Cargo.lock")).find(|file| file.is_file()));
    }
    if !build_script.is_file() || names_its_build_script(&package) || has_untracked_files(basis)? {
        paths.push(package);
    } else {
        paths.push(build_script);
    }
    git::last_change(&paths)
}

/// Whether the package may have a build script of another name, anywhere in it.
fn names_its_build_script(package: &Path) -> bool {
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default();
    let is_named =
        |line: &str| line.trim_start().strip_prefix("build").is_some_and(|rest| rest.trim_start().starts_with('='));
    manifest.lines().any(is_named)
}

/// The files and folders that are served from outside of the view's folders, by a link in them.
fn linked(basis: &Basis<'_>) -> Vec<PathBuf> {
    let folders: Vec<_> = basis.folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect();
    let is_outside =
        |file: &Path| file.canonicalize().is_ok_and(|file| !folders.iter().any(|folder| file.starts_with(folder)));
    let outside = basis.found.iter().map(|found| &*found.file).filter(|file| is_outside(file));
    let links = outside.filter_map(|file| {
        let folder = basis.folders.iter().find(|folder| file.starts_with(folder))?;
        // The link that is nearest to the view's folder leads to all that is in it.
        file.ancestors().take_while(|path| path != folder).filter(|path| path.is_symlink()).last()?.canonicalize().ok()
    });
    links.collect::<BTreeSet<_>>().into_iter().collect()
}

fn unless_nothing_there(tracked: Result<BTreeSet<String>, NoAnswer>) -> Result<BTreeSet<String>, NoAnswer> {
    match tracked {
        Err(NoAnswer::NothingThere(_)) => Ok(BTreeSet::new()),
        tracked => tracked,
    }
}

/// Whether git does not track a file that is served, so that it can change with any commit: output of a bundler.
fn has_untracked_files(basis: &Basis<'_>) -> Result<bool, NoAnswer> {
    for folder in basis.folders {
        let tracked = unless_nothing_there(git::tracked(folder))?;
        for found in basis.found {
            let Ok(path) = found.file.strip_prefix(folder) else { continue };
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            if !tracked.contains(&parts.join("/")) {
                return Ok(true);
            }
        }
    }
    for path in linked(basis) {
        let (folder, name) = match (path.is_dir(), path.parent(), path.file_name()) {
            (false, Some(folder), Some(name)) => (folder, name.to_string_lossy()),
            _ => continue,
        };
        if !unless_nothing_there(git::tracked(folder))?.contains(&*name) {
            return Ok(true);
        }
    }
    Ok(false)
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
    if cargo::profile() == Profile::Release
        && let Some(warning) = warning_about_suffix(&token, &source)
    {
        cargo::warning(&warning);
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
    Ok(Decided { text: text.to_owned(), kind: token.kind(), is_of_contents: false, supersedes })
}

/// Words that name a place in the development, or where a release goes, not the release.
const NOT_OF_A_RELEASE: [&str; 11] =
    ["dev", "latest", "main", "master", "unknown", "head", "undefined", "null", "staging", "prod", "production"];

/// What people call a version before the final one; then digits may follow, as in `rc1`.
const PRE_RELEASES: [&str; 20] = [
    "a",
    "alpha",
    "b",
    "beta",
    "c",
    "canary",
    "dev",
    "ea",
    "eap",
    "experimental",
    "m",
    "milestone",
    "next",
    "nightly",
    "pre",
    "prerelease",
    "preview",
    "rc",
    "snapshot",
    "test",
];

/// Warns of a suffix that semver takes for a pre-release and people do not: the second release of a day, a hotfix.
fn warning_about_suffix(token: &Text<'_>, source: &str) -> Option<String> {
    let suffix = token.pre_release()?;
    let word = suffix.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if PRE_RELEASES.contains(&word.to_ascii_lowercase().as_str()) {
        return None;
    }
    let version = token.as_str().split('-').next().unwrap_or_default();
    let before_digits = suffix.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_one_number = before_digits.len() < suffix.len() && !before_digits.contains(|c: char| c.is_ascii_digit());
    let number = if has_one_number { &suffix[before_digits.len()..] } else { "1" };
    Some(format!(
        "token `{token}` from {source} counts as older than `{version}`, because semver takes `-{suffix}` for a pre-release: \
         if it comes after `{version}`, give it a number, as in `{version}.{number}`"
    ))
}

/// The commits before a commit: from the environment, from `build.rs`, from git.
fn superseded(choice: &Choice, folder: &Path, token: &Text<'_>) -> Result<Option<(Vec<u8>, usize)>, Error> {
    let commit = commit_of(token.as_str());
    let digits = commit.len();
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
    if let Some(commits) = git::before(folder, commit) {
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
