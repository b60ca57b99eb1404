//! What git knows about a folder, by the `git` command: the one that made the checkout is the one that can read it.

#[cfg(feature = "references")]
pub(super) mod files;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many commits before the deploy's are recorded.
const RECORDED: &str = "--max-count=10000";

/// Variables that lead git to another repository, index or work tree than those of the folder it runs in. Git sets them
/// for hooks and for `rebase --exec`. (`git rev-parse --local-env-vars` lists them. Those that hold configuration stay: a
/// container sets `safe.directory` by them.)
const LEADING_ELSEWHERE: [&str; 4] = [
    "GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_IMPLICIT_WORK_TREE GIT_GRAFT_FILE GIT_NAMESPACE GIT_PREFIX GIT_SHALLOW_FILE GIT_REPLACE_REF_BASE",
    "GIT_NO_REPLACE_OBJECTS GIT_INTERNAL_SUPER_PREFIX",
    // These cannot be combined with the literal paths that are asked for here.
    "GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS",
];

/// Why git has no answer.
#[derive(Debug)]
pub(super) struct NoAnswer {
    /// Whether there is no git, no repository, or no commit in it: nothing is wrong. Otherwise git refuses or fails.
    pub(super) is_nothing: bool,
    /// What git says.
    pub(super) cause: String,
}

/// Runs git in a folder; its output without the line break at the end.
fn git<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<String, NoAnswer> {
    let text = String::from_utf8(bytes(folder, arguments)?).map_err(|error| {
        let arguments: Vec<_> = arguments.iter().map(AsRef::as_ref).collect();
        NoAnswer { is_nothing: false, cause: format!("git {}: {error}", arguments.join(OsStr::new(" ")).display()) }
    })?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

/// Git in a folder.
fn command<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Command {
    let mut command = Command::new("git");
    for name in LEADING_ELSEWHERE.iter().flat_map(|names| names.split(' ')) {
        command.env_remove(name);
    }
    // The user's own configuration must not change what is printed, and the messages are compared below.
    let configuration = [
        "log.showSignature=false",
        "log.showRoot=true",
        "log.diffMerges=separate",
        "log.follow=false",
        "i18n.logOutputEncoding=UTF-8",
        "core.fileMode=false",
        "diff.autoRefreshIndex=true",
    ];
    command.arg("--literal-pathspecs").env("LC_ALL", "C");
    for setting in configuration {
        command.args(["-c", setting]);
    }
    command.arg("-C").arg(folder).args(arguments);
    command
}

/// There is no git, or it cannot be run.
fn not_run(error: &io::Error) -> NoAnswer {
    NoAnswer { is_nothing: error.kind() == ErrorKind::NotFound, cause: format!("git: {error}") }
}

/// Runs git in a folder; all of its output.
fn bytes<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Result<Vec<u8>, NoAnswer> {
    let output = command(folder, arguments).output().map_err(|error| not_run(&error))?;
    if output.status.success() { Ok(output.stdout) } else { Err(refusal(&output.stderr)) }
}

/// Why git has failed, from what it says.
fn refusal(stderr: &[u8]) -> NoAnswer {
    let message = String::from_utf8_lossy(stderr);
    // Warnings may stand before the reason.
    let reason = message.lines().find(|line| line.starts_with("fatal:")).or(message.lines().next());
    let cause = reason.unwrap_or("git failed").to_owned();
    let is_nothing = ["fatal: not a git repository", "fatal: Needed a single revision", "fatal: your current branch"]
        .iter()
        .any(|start| cause.starts_with(start));
    NoAnswer { is_nothing, cause }
}

/// What git says, where it has anything to say.
pub(super) fn unless_nothing<T>(answer: Result<T, NoAnswer>) -> Result<Option<T>, NoAnswer> {
    match answer {
        Err(NoAnswer { is_nothing: true, .. }) => Ok(None),
        answer => answer.map(Some),
    }
}

/// The path of something that git keeps for the repository of a folder.
fn kept_at(folder: &Path, name: &str) -> Option<PathBuf> {
    Some(folder.join(git(folder, &["rev-parse", "--git-path", name]).ok()?))
}

/// The files and folders that change with a commit or a checkout.
///
/// A ref is one file (and its folder has another time when that file is made), or a line in `packed-refs`, or an entry in the
/// tables of `reftable`; git says which. A branch that is only packed has no file until the next commit, so the nearest folder
/// that exists is watched instead.
pub(super) fn watched(folder: &Path) -> Vec<PathBuf> {
    let mut watched: Vec<PathBuf> = Vec::new();
    if git(folder, &["rev-parse", "--show-ref-format"]).is_ok_and(|format| format == "reftable") {
        watched.extend(kept_at(folder, "reftable"));
        // In a linked worktree HEAD is in tables of its own, and branches are in those of the repository.
        let common = git(folder, &["rev-parse", "--git-common-dir"]);
        watched.extend(common.map(|common| folder.join(common).join("reftable")));
    } else {
        watched.extend(["HEAD", "packed-refs"].iter().filter_map(|name| kept_at(folder, name)));
        let branch = git(folder, &["symbolic-ref", "-q", "HEAD"]).ok().and_then(|name| kept_at(folder, &name));
        watched.extend(branch.and_then(|branch| branch.ancestors().find(|path| path.exists()).map(Path::to_owned)));
    }
    watched.extend(kept_at(folder, "shallow"));
    // Cargo takes a path that does not exist for one that has changed.
    watched.retain(|path| path.exists());
    watched
}

/// The commit that is checked out: its whole hash.
pub(super) fn head(folder: &Path) -> Result<String, NoAnswer> {
    git(folder, &["rev-parse", "--verify", "HEAD"])
}

/// Whether the file, or anything in the folder, is not committed. One that is not there is not dirty.
pub(super) fn is_dirty(path: &Path) -> Result<bool, NoAnswer> {
    let Ok(path) = path.canonicalize() else { return Ok(false) };
    let Some(folder) = path.ancestors().find(|folder| folder.is_dir()) else { return Ok(false) };
    // Whatever the user has set for the eye: new files count, and so do submodules.
    let arguments = ["status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none", "--"];
    let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).chain([path.as_os_str()]).collect();
    bytes(folder, &arguments).map(|changes| !changes.is_empty())
}

/// The paths of the files that git has in a folder, relative to it, with slashes.
pub(super) fn tracked(folder: &Path) -> Result<BTreeSet<String>, NoAnswer> {
    bytes(folder, &["ls-files", "-z", "--", "."]).map(|list| paths(&list))
}

/// A commit that changed something.
#[derive(Debug)]
pub(super) struct Change {
    /// When it was made, in seconds since the epoch.
    pub(super) seconds: i64,
    /// Whether a shallow clone ends with it: then it seems to have made all files, whatever it changed.
    pub(super) is_cut_off: bool,
}

/// The last commit on the line of first parents that changed any of these files and folders, the latest where they are in
/// several repositories; `None` where no repository has them.
///
/// The line of first parents is what was deployed. Any other line has commits that were made before what they were merged into,
/// and a merge that takes all of a side would have that side's time, which is earlier.
pub(super) fn last_change(paths: &[PathBuf]) -> Result<Option<Change>, NoAnswer> {
    let mut repositories: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    let (mut known, mut supers) = (BTreeMap::new(), Vec::new());
    let mut todo: Vec<PathBuf> =
        paths.iter().flat_map(|path| [path.canonicalize().ok(), link(path)]).flatten().collect();
    while let Some(path) = todo.pop() {
        let Some(folder) = path.ancestors().find(|folder| folder.is_dir() && !folder.is_symlink()) else { continue };
        // All folders of one checkout are in one repository, and it is asked once.
        let checkout = folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder);
        let repository = match known.get(checkout) {
            Some(repository) => repository,
            None => {
                let top = unless_nothing(git(checkout, &["rev-parse", "--show-toplevel"]))?.map(PathBuf::from);
                // A submodule also changes when the repository that has it takes another commit of it.
                let above = unless_nothing(git(checkout, &["rev-parse", "--show-superproject-working-tree"]))?;
                if let (Some(above), Some(top)) = (above.filter(|above| !above.is_empty()), &top) {
                    supers.push((PathBuf::from(above), top.clone()));
                }
                known.entry(checkout.to_owned()).or_insert(top)
            }
        };
        if let Some(repository) = repository {
            repositories.entry(repository.clone()).or_default().insert(path);
        }
        for (repository, submodule) in supers.drain(..) {
            // The repository above may be a submodule itself.
            todo.push(repository.join(".gitmodules"));
            repositories.entry(repository).or_default().insert(submodule);
        }
    }
    let mut last: Option<Change> = None;
    for (repository, paths) in repositories {
        // A command line has room for so many.
        for paths in paths.iter().map(|path| path.as_os_str()).collect::<Vec<_>>().chunks(500) {
            let arguments = ["log", "-1", "--first-parent", "--format=%ct %H", "--"].map(OsStr::new);
            let list = unless_nothing(git(&repository, &[&arguments[..], paths].concat()))?.unwrap_or_default();
            let Some((seconds, commit)) = list.split_once(' ') else { continue };
            let seconds = seconds
                .parse()
                .map_err(|_| NoAnswer { is_nothing: false, cause: format!("git log printed `{list}`") })?;
            if last.as_ref().is_none_or(|last| last.seconds < seconds) {
                last = Some(Change { seconds, is_cut_off: ends(&repository).contains(commit) });
            }
        }
    }
    Ok(last)
}

/// Paths that git has printed.
fn paths(list: &[u8]) -> BTreeSet<String> {
    // What is not UTF-8 is no asset.
    list.split(|byte| *byte == 0).filter_map(|path| String::from_utf8(path.to_vec()).ok()).collect()
}

/// Where the path itself is, if it is a link: it may be led elsewhere by a commit.
fn link(path: &Path) -> Option<PathBuf> {
    path.is_symlink().then(|| Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))).flatten()
}

/// The commits that a shallow clone ends with.
fn ends(folder: &Path) -> HashSet<String> {
    let ends = kept_at(folder, "shallow").and_then(|shallow| fs::read_to_string(shallow).ok()).unwrap_or_default();
    ends.lines().map(str::to_owned).collect()
}

/// The commits that a commit was made after, newest first; `None` where git does not know them all: no git, no `.git`,
/// another commit, or a shallow clone.
pub(super) fn before(folder: &Path, commit: &str) -> Option<Vec<String>> {
    if git(folder, &["rev-parse", "--is-shallow-repository"]).ok()? != "false" {
        return None;
    }
    let list = git(folder, &["rev-list", RECORDED, "--skip=1", commit, "--"]).ok()?;
    Some(list.lines().map(str::to_owned).collect())
}
