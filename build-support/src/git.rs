//! What git knows about a folder, by the `git` command: the one that made the checkout is the one that can read it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cargo;

/// How many commits before the deploy's are recorded.
const RECORDED: &str = "--max-count=10000";

/// Runs git in a folder; its output without the line break at the end, or why there is none.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output =
        Command::new("git").arg("-C").arg(folder).args(arguments).output().map_err(|error| format!("git: {error}"))?;
    if output.status.success() {
        String::from_utf8(output.stdout).map(|text| text.trim_end().to_owned()).map_err(|error| error.to_string())
    } else {
        let message = String::from_utf8_lossy(&output.stderr);
        Err(message.lines().next().unwrap_or("git failed").to_owned())
    }
}

/// Runs the build script again after a commit or a checkout.
pub(crate) fn watch(folder: &Path) {
    let head = git(folder, &["symbolic-ref", "-q", "HEAD"]).unwrap_or_default();
    for name in ["HEAD", "logs/HEAD", "packed-refs", "shallow", &head] {
        let path = git(folder, &["rev-parse", "--git-path", name]).map(|path| folder.join(path));
        // Cargo takes a path that does not exist for one that has changed.
        if let Ok(path) = path
            && path.is_file()
        {
            cargo::watch(&path);
        }
    }
}

/// The commit that is checked out: its whole hash.
pub(crate) fn head(folder: &Path) -> Result<String, String> {
    git(folder, &["rev-parse", "--verify", "HEAD"])
}

/// The commit that is checked out, abbreviated as git does it.
pub(crate) fn short_head(folder: &Path) -> Result<String, String> {
    git(folder, &["rev-parse", "--verify", "--short", "HEAD"])
}

/// Whether anything in the folder is not committed.
pub(crate) fn is_dirty(folder: &Path) -> Result<bool, String> {
    git(folder, &["status", "--porcelain", "--", "."]).map(|changes| !changes.is_empty())
}

/// When the last commit that touched the folder was made, in seconds since the epoch; `None` where there is none.
pub(crate) fn last_change(folder: &Path) -> Option<i64> {
    git(folder, &["log", "-1", "--format=%ct", "--", "."]).ok()?.parse().ok()
}

/// Whether that commit is one where a shallow clone ends: it seems to have made all files, whatever it changed.
pub(crate) fn last_change_is_cut_off(folder: &Path) -> bool {
    let shallow =
        git(folder, &["rev-parse", "--git-path", "shallow"]).map(|path| fs::read_to_string(folder.join(path)));
    let Ok(Ok(ends)) = shallow else { return false };
    git(folder, &["log", "-1", "--format=%H", "--", "."]).is_ok_and(|last| ends.lines().any(|end| end == last))
}

/// The commits that a commit was made after, newest first; `None` where git does not know them all: no git, no `.git`,
/// another commit, or a shallow clone.
pub(crate) fn before(folder: &Path, commit: &str) -> Option<Vec<String>> {
    if git(folder, &["rev-parse", "--is-shallow-repository"]).ok()? != "false" {
        return None;
    }
    let list = git(folder, &["rev-list", RECORDED, "--skip=1", commit, "--"]).ok()?;
    Some(list.lines().map(str::to_owned).collect())
}
