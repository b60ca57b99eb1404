//! A git repository.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A git repository in a folder that is there already. Nothing of the user's own configuration matters.
#[derive(Debug)]
pub struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// A new repository in the folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let repository = Self::at(folder);
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// A new repository in the folder that keeps its branches in reftables; `None` where git is older than them.
    #[must_use]
    pub fn with_reftables(folder: &Path) -> Option<Self> {
        let repository = Self::at(folder);
        let arguments = ["init", "--quiet", "--initial-branch=main", "--ref-format=reftable"];
        let is_made = repository.command(&arguments).output().is_ok_and(|output| output.status.success());
        is_made.then_some(repository)
    }

    /// The repository that is in the folder.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Commits everything in the folder, at that time, in seconds since the epoch; returns the commit's whole hash.
    pub fn commit(&self, seconds: u32) -> String {
        self.git(&["add", "--all"]);
        let mut command = self.command(&["commit", "--quiet", "--allow-empty", "--message=change"]);
        let date = format!("{seconds} +0000");
        output(command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date));
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs a git command; returns its output without the line break at the end.
    pub fn git(&self, arguments: &[&str]) -> String {
        output(&mut self.command(arguments))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command
            .args(["-c", "user.name=tests", "-c", "user.email=tests@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(&self.folder);
        command
    }
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
