//! What git knows about each file of a folder: when it last changed, and whether it is as in the last commit.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use super::{Change, NoAnswer, bytes, command, ends, git, not_run, paths};

/// The last commit on the line of first parents that changed each of these files, which are in a folder: paths relative to it,
/// with slashes. A commit that removed a file has changed it. This reads the history once, back to where all of them are known.
pub(in crate::token) fn last_changes(
    folder: &Path,
    wanted: BTreeSet<&str>,
) -> Result<HashMap<String, Change>, NoAnswer> {
    let arguments = [
        "log",
        "--first-parent",
        "-m",
        "--no-renames",
        "--name-only",
        "--relative",
        "-z",
        "--format=%x01%ct %H",
        "--",
        ".",
    ];
    let mut log = command(folder, &arguments);
    let mut log = log.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(|error| not_run(&error))?;
    let ends = ends(folder);
    let (mut wanted, mut changes) = (wanted, HashMap::new());
    let (mut seconds, mut is_cut_off) = (0, false);
    let mut is_done = wanted.is_empty();
    if let Some(output) = log.stdout.take() {
        for part in BufReader::new(output).split(0) {
            is_done |= wanted.is_empty();
            let Some(part) = part.ok().filter(|_| !is_done) else { break };
            // A line break is between a commit and its files.
            let Ok(part) = str::from_utf8(part.strip_prefix(b"\n").unwrap_or(&part)) else { continue };
            if let Some((time, commit)) = part.strip_prefix('\u{1}').and_then(|commit| commit.split_once(' ')) {
                seconds = time.parse().map_err(|_| NoAnswer {
                    is_nothing: false,
                    cause: format!("git log printed `{}`", part.escape_debug()),
                })?;
                is_cut_off = ends.contains(commit);
            } else if wanted.remove(part) {
                changes.insert(part.to_owned(), Change { seconds, is_cut_off });
            }
        }
    }
    if is_done {
        // The rest of the history is of no use.
        let _ = log.kill();
    }
    let status = log.wait().map_err(|error| not_run(&error))?;
    let failed = || NoAnswer { is_nothing: false, cause: format!("git log failed: {status}") };
    if is_done || status.success() { Ok(changes) } else { Err(failed()) }
}

/// The files in a folder that git has, and that are not as in the last commit: paths relative to it, with slashes.
pub(in crate::token) fn dirty(folder: &Path) -> Result<BTreeSet<String>, NoAnswer> {
    bytes(folder, &["diff", "HEAD", "--name-only", "--no-renames", "--relative", "-z", "--", "."])
        .map(|list| paths(&list))
}

/// Whether the folder is in a submodule.
pub(in crate::token) fn is_submodule(folder: &Path) -> bool {
    git(folder, &["rev-parse", "--show-superproject-working-tree"]).is_ok_and(|above| !above.is_empty())
}
