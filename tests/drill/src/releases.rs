//! The app's releases: what is in each, and what is known of a build of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cachebreaker_manifest::token::TokenKind;

use crate::setup::Setup;

/// What a release's folder of assets has in it, by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// One build of a release.
#[derive(Clone, Debug)]
pub(crate) struct Build {
    /// The name of its [`Step`].
    pub(crate) release: &'static str,
    pub(crate) token: String,
    pub(crate) binary: PathBuf,
    pub(crate) files: Files,
    /// The URL of each file.
    pub(crate) urls: BTreeMap<String, String>,
    /// The tokens of the releases whose files it keeps.
    pub(crate) kept: Vec<String>,
}

impl Build {
    /// The URL of a file as its pages have it; of a file that it lacks, the URL that it would have.
    pub(crate) fn url(&self, path: &str) -> String {
        self.urls.get(path).cloned().unwrap_or_else(|| format!("/static/{}/{path}", self.token))
    }

    /// The file that a URL of this release is of.
    pub(crate) fn at(&self, url: &str) -> Option<&[u8]> {
        let (_, path) = url.strip_prefix("/static/")?.split_once('/')?;
        let is_own = self.url(path) == url || url == format!("/static/{}/{path}", self.token);
        self.files.get(path).filter(|_| is_own).map(Vec::as_slice)
    }

    /// The assets that the page loads by itself, by their URLs.
    pub(crate) fn of_page(&self) -> impl Iterator<Item = (String, &[u8])> {
        let of_page = self.files.iter().filter(|(path, _)| *path != "lazy.js");
        of_page.map(|(path, bytes)| (self.url(path), bytes.as_slice()))
    }

    /// What scripts and styles of this release say: `v3 again` has the assets of `v3`.
    pub(crate) fn assets_say(&self) -> &'static str {
        &self.release[..2]
    }
}

/// What is checked out for a release.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// A new commit at that time, in seconds since the epoch, with the assets in a folder.
    Commit(u32, &'static str),
    /// The commit of an earlier step.
    Checkout(usize),
}

/// A release on its way.
pub(crate) struct Step {
    pub(crate) release: &'static str,
    pub(crate) source: Source,
    /// Its label with a release token, and with a label.
    pub(crate) labels: [&'static str; 2],
}

/// In the order in which they are built. As texts, the second label would come before the first.
pub(crate) const STEPS: [Step; 6] = [
    step("v1", Source::Commit(1_767_600_000, "releases/v1"), ["v1.9.0", "build-9"]),
    step("v2", Source::Commit(1_768_200_000, "releases/v2"), ["v1.10.0", "build-10"]),
    step("v3", Source::Commit(1_768_800_000, "releases/v3"), ["v2.0.0-rc.1", "build-11"]),
    // A commit that changes no asset.
    step("v3 again", Source::Commit(1_769_400_000, "releases/v3"), ["v2.0.0", "build-12"]),
    // A rollback, and forward again: what was deployed before is built once more, with all of the history.
    step("v2 rebuilt", Source::Checkout(1), ["v1.10.0", "build-10"]),
    step("v3 rebuilt", Source::Checkout(3), ["v2.0.0", "build-12"]),
];

const fn step(release: &'static str, source: Source, labels: [&'static str; 2]) -> Step {
    Step { release, source, labels }
}

impl Setup {
    /// Whether a step is built. Without a history only a content token has a build of `v3 again`; with every other all URLs would be
    /// new.
    pub(crate) fn builds(self, step: usize) -> bool {
        self.has_history || step < 3 || step == 3 && self.kind == TokenKind::Content
    }

    /// The variables that tell a build its token or the kind of it, and its history.
    pub(crate) fn variables(self, step: usize) -> Vec<(&'static str, String)> {
        let mut variables = vec![("RELEASE", STEPS[step].release.to_owned())];
        variables.extend(match self.kind {
            TokenKind::Timestamp => None,
            TokenKind::Content => Some(("TOKEN", "content".to_owned())),
            TokenKind::Commit => Some(("TOKEN", "commit".to_owned())),
            TokenKind::Release => Some(("CACHEBREAKER", STEPS[step].labels[0].to_owned())),
            TokenKind::Label => Some(("CACHEBREAKER", STEPS[step].labels[1].to_owned())),
        });
        if self.has_history {
            variables.push(("HISTORY", self.history()));
            variables.push(("IMPORT_MAP", if self.has_import_map() { "yes" } else { "no" }.to_owned()));
        }
        variables
    }

    /// The folder of its history, in that of the app.
    pub(crate) fn history(self) -> String {
        format!("history/{}", self.kind.name())
    }
}

/// The files of a step that is a commit: those of all releases, and its own.
pub(crate) fn files(app: &Path, folder: &str) -> Result<Files, String> {
    Ok(files_in(&app.join("static"))?.into_iter().chain(files_in(&app.join(folder))?).collect())
}

fn files_in(folder: &Path) -> Result<Files, String> {
    let told = |error| format!("{}: {error}", folder.display());
    let mut files = Files::new();
    for entry in fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.insert(name, read(&path)?);
    }
    Ok(files)
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
