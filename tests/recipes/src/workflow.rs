//! Runs a workflow of GitHub's as a runner would: the `run:` of each step in bash, and for each action that the guide uses what it does
//! to files. Caches and artifacts are folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tests::App;
use yaml_rust2::{Yaml, YamlLoader};

use crate::site::succeed;

/// Answers as GitHub's command does, from the artifacts in `$ARTIFACTS`.
const GH: &str = r#"#!/bin/bash
set -eu
case "$1 $2" in
    "api repos/example/hello/actions/artifacts?name=history&per_page=100") exec jq -r "$5" "$ARTIFACTS"/artifacts-?.json ;;
    "run download") mkdir -p "$7"; exec cp -r "$ARTIFACTS/$3/$5/." "$7" ;;
    *) echo "no such command: $*" >&2; exit 1 ;;
esac
"#;

/// What GitHub has of a repository.
pub(crate) struct GitHub {
    folder: TempDir,
    /// The keys of caches, in the order in which they were saved.
    caches: Vec<String>,
    /// The numbers of the runs that have saved an artifact.
    artifacts: Vec<u32>,
    run: u32,
}

impl GitHub {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let github = Self { folder, caches: Vec::new(), artifacts: Vec::new(), run: 0 };
        fs::create_dir(github.path("bin")).expect("a folder");
        fs::write(github.path("bin/gh"), GH).expect("a script");
        succeed(Command::new("chmod").arg("+x").arg(github.path("bin/gh")));
        github.write_artifacts(false);
        github
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Removes every cache, as if none was used for a week, and lets all artifacts expire.
    pub(crate) fn lose(&mut self) {
        self.caches.clear();
        self.write_artifacts(true);
    }

    fn write_artifacts(&self, expired: bool) {
        let artifact = |(run, branch, repository, is_expired): (u32, &str, u32, bool)| {
            format!(
                r#"{{"expired":{is_expired},"created_at":"2026-11-02T00:00:{run:02}Z","workflow_run":{{"id":{run},"head_branch":"{branch}","head_repository_id":{repository},"repository_id":7}}}}"#
            )
        };
        // In no order that could be right by chance, and with newer ones that others have uploaded under the same name.
        let mut artifacts: Vec<_> = self.artifacts.iter().map(|run| artifact((*run, "main", 7, expired))).collect();
        artifacts.rotate_left(self.artifacts.len() / 2);
        artifacts.insert(0, artifact((58, "main", 8, false)));
        artifacts.push(artifact((59, "feature", 7, false)));
        let (one, other) = artifacts.split_at(artifacts.len() / 2);
        for (page, artifacts) in [(1, one), (2, other)] {
            let text = format!(r#"{{"artifacts":[{}]}}"#, artifacts.join(","));
            fs::write(self.path(&format!("artifacts-{page}.json")), text).expect("a file");
        }
    }

    /// Runs a workflow in a checkout.
    pub(crate) fn push(&mut self, workflow: &str, app: &App, deployed: &Path) {
        self.run += 1;
        let workflow = &YamlLoader::load_from_str(workflow).expect("YAML")[0];
        assert_eq!(workflow["on"]["push"]["branches"][0].as_str(), Some("main"));
        assert_eq!(workflow["concurrency"].as_str(), Some("deploy"));
        for step in workflow["jobs"]["deploy"]["steps"].as_vec().expect("steps") {
            match (step["uses"].as_str(), step["run"].as_str()) {
                (Some(action), None) => self.act(action.split('@').next().unwrap_or(action), &step["with"], app),
                (None, Some(script)) => self.run(script, &step["env"], app, deployed),
                _ => panic!("{step:?}"),
            }
        }
    }

    fn run(&self, script: &str, variables: &Yaml, app: &App, deployed: &Path) {
        // As the runner does.
        let mut command = app.script(&["bash", "-e"], script);
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        command.env("PATH", path).env("ARTIFACTS", self.folder.path()).env("DEPLOYED", deployed);
        command.env("GITHUB_REPOSITORY", "example/hello");
        for (name, value) in variables.as_hash().into_iter().flatten() {
            command.env(name.as_str().expect("a name"), self.text(value));
        }
        succeed(&mut command);
    }

    fn act(&mut self, action: &str, with: &Yaml, app: &App) {
        let folder = |path: &str| app.path(path);
        match action {
            "actions/checkout" => {}
            "actions/cache/restore" => {
                let (key, prefix) = (self.text(&with["key"]), self.text(&with["restore-keys"]));
                let exact = self.caches.iter().find(|it| **it == key);
                if let Some(found) = exact.or_else(|| self.caches.iter().rfind(|it| it.starts_with(&*prefix))) {
                    copy(&self.path(&format!("caches/{found}")), &folder(&self.text(&with["path"])));
                }
            }
            "actions/cache/save" => {
                let key = self.text(&with["key"]);
                assert!(!self.caches.contains(&key), "a cache is never written to: {key}");
                copy(&folder(&self.text(&with["path"])), &self.path(&format!("caches/{key}")));
                self.caches.push(key);
            }
            "actions/upload-artifact" => {
                let (name, days) = (self.text(&with["name"]), with["retention-days"].as_i64());
                assert!(days.is_some_and(|days| days <= 90));
                copy(&folder(&self.text(&with["path"])), &self.path(&format!("{}/{name}", self.run)));
                self.artifacts.push(self.run);
                self.write_artifacts(false);
            }
            _ => panic!("no such action: {action}"),
        }
    }

    /// A text with the expressions that the guide uses.
    fn text(&self, value: &Yaml) -> String {
        let text = value.as_str().unwrap_or_else(|| panic!("no text: {value:?}"));
        let text = text.replace("${{ github.run_id }}", &self.run.to_string());
        let text = text.replace("${{ github.run_attempt }}", "1").replace("${{ github.token }}", "token");
        assert!(!text.contains("${{"), "{text}");
        text
    }
}

/// Copies what is in a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    succeed(Command::new("cp").arg("-r").arg(from.join(".")).arg(to));
}
