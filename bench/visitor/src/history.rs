//! A git repository with a commit for each deploy, a day apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{empty_folder, run};

/// The time of the first commit, in seconds since the epoch.
const FIRST: i64 = 1_718_539_200;
const DAY: i64 = 24 * 60 * 60;

/// The repository of a tree.
pub(crate) struct History {
    pub(crate) folder: PathBuf,
    commits: i64,
}

impl History {
    /// An empty one.
    pub(crate) fn new(name: &str) -> Self {
        let history = Self { folder: empty_folder(name), commits: 0 };
        history.git(&["init", "--quiet"]);
        history
    }

    /// Commits all that is in the folder.
    pub(crate) fn commit(&mut self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "Deploy"]);
        self.commits += 1;
    }

    fn git(&self, arguments: &[&str]) {
        let date = format!("{} +0000", FIRST + self.commits * DAY);
        let mut git = Command::new("git");
        git.args(["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "core.autocrlf=false"]);
        git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", date);
        run(git.args(arguments).current_dir(&self.folder));
    }
}

/// Writes a file.
pub(crate) fn write_file(file: &Path, contents: impl AsRef<[u8]>) {
    fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("a folder");
    fs::write(file, contents).expect("a file");
}

/// Copies the files of a folder whose names end so, without its subfolders.
pub(crate) fn copy(from: &Path, to: &Path, end: &str) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let file = entry.expect("an entry").path();
        if file.is_file() && file.to_string_lossy().ends_with(end) {
            fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("a copy");
        }
    }
}
