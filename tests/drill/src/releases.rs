//! The app's releases: what is in each, and its builds with each kind of token.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tests::{App, Repository};

/// A kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Timestamp,
    Content,
    Release,
    Commit,
    Label,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Timestamp, Self::Content, Self::Release, Self::Commit, Self::Label];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Content => "content",
            Self::Release => "release",
            Self::Commit => "commit",
            Self::Label => "label",
        }
    }

    /// The variable that tells a build its token or the kind of it, or nothing for the default.
    fn variable(self, release: usize) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Timestamp => None,
            Self::Content => Some(("TOKEN", "content")),
            Self::Commit => Some(("TOKEN", "commit")),
            // As texts, the second of each would come before the first.
            Self::Release => Some(("CACHEBREAKER", ["v1.9.0", "v1.10.0", "v2.0.0-rc.1"][release])),
            Self::Label => Some(("CACHEBREAKER", ["build-9", "build-10", "build-11"][release])),
        }
    }
}

/// What a release's folder of assets has in it, by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// One build of a release.
#[derive(Clone, Debug)]
pub(crate) struct Build {
    /// `v1`, `v2`, `v3`, or `v3 again`.
    pub(crate) release: &'static str,
    pub(crate) token: String,
    pub(crate) binary: PathBuf,
    pub(crate) files: Files,
}

impl Build {
    /// The assets that the page loads by itself.
    pub(crate) fn of_page(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().filter(|(path, _)| *path != "lazy.js").map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// What scripts and styles of this release say: `v3 again` has the assets of `v3`.
    pub(crate) fn assets_say(&self) -> &'static str {
        &self.release[..2]
    }
}

/// A release on its way.
struct Step {
    release: &'static str,
    folder: &'static str,
    /// When it is committed, in seconds since the epoch.
    seconds: u32,
}

const STEPS: [Step; 4] = [
    Step { release: "v1", folder: "releases/v1", seconds: 1_767_600_000 },
    Step { release: "v2", folder: "releases/v2", seconds: 1_768_200_000 },
    Step { release: "v3", folder: "releases/v3", seconds: 1_768_800_000 },
    // A commit that changes no asset.
    Step { release: "v3 again", folder: "releases/v3", seconds: 1_769_400_000 },
];

const NAME: &str = "drill-app";

/// Builds every release with every kind of token, really with cargo: the builds of a kind, in the order of `kinds`.
/// Only a content token has a build of `v3 again`; every other would be told anew.
pub(crate) fn build_all(kinds: &[Kind], binaries: &Path) -> Result<Vec<Vec<Build>>, String> {
    let source = tests::crate_folder("tests/drill/app");
    let app = App::new(NAME);
    let dependencies = format!(
        "{}\n[dependencies.axum]\nversion = \"0.8\"\n\n[dependencies.tokio]\nversion = \"1\"\nfeatures = [\"macros\", \"net\", \
         \"rt-multi-thread\"]\n",
        App::dependencies()
    );
    app.write("Cargo.toml", app.manifest("2024", &dependencies));
    for path in ["build.rs", "src/main.rs"] {
        app.write(path, read(&source.join(path))?);
    }
    let repository = Repository::new(&app.path(""));

    let mut builds: Vec<Vec<Build>> = kinds.iter().map(|_| Vec::new()).collect();
    let mut before = Files::new();
    for (number, step) in STEPS.iter().enumerate() {
        let files: Files =
            files_in(&source.join("static"))?.into_iter().chain(files_in(&source.join(step.folder))?).collect();
        for path in before.keys().filter(|path| !files.contains_key(*path)) {
            app.remove(Path::new("static").join(path));
        }
        for (path, bytes) in files.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)) {
            app.write(Path::new("static").join(path), bytes);
        }
        app.write("CHANGES", step.release);
        let commit = repository.commit(step.seconds);
        let builds = kinds.iter().copied().zip(&mut builds);
        for (kind, builds) in builds.filter(|(kind, _)| number < 3 || *kind == Kind::Content) {
            println!("building {} with a {} token", step.release, kind.name());
            let build = build(&app, kind, number, files.clone(), binaries)?;
            check(kind, number, &build, &commit, builds)?;
            builds.push(build);
        }
        before = files;
    }
    Ok(builds)
}

fn build(app: &App, kind: Kind, number: usize, files: Files, binaries: &Path) -> Result<Build, String> {
    let release = STEPS[number].release;
    let mut cargo = app.cargo(["build", "--release"]);
    cargo.env("RELEASE", release).envs(kind.variable(number));
    let run = app.run(&mut cargo);
    if !run.succeeded() || !run.told().is_empty() {
        return Err(format!("the build of {release} with a {} token said:\n{}", kind.name(), run.stderr()));
    }
    let built = tests::target_folder().join("fixtures/release").join(NAME);
    let binary = binaries.join(format!("{}-{number}", kind.name()));
    fs::copy(&built, &binary).map_err(|error| format!("{}: {error}", built.display()))?;
    // It prints its token and ends, for there is no such address to listen on.
    let output = std::process::Command::new(&binary).arg("none").output().map_err(|error| error.to_string())?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let token = stdout.trim().strip_prefix("token ").ok_or(format!("{release} prints no token but {stdout:?}"))?;
    Ok(Build { release, token: token.to_owned(), binary, files })
}

/// Checks that the token is what its source says.
fn check(kind: Kind, number: usize, build: &Build, commit: &str, before: &[Build]) -> Result<(), String> {
    let token = build.token.as_str();
    let is_number = |text: &str| text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_right = match kind {
        Kind::Timestamp => is_number(token) && before.iter().all(|older| older.token.as_str() < token),
        Kind::Content if build.release == "v3 again" => token == before[2].token,
        Kind::Content => {
            let time = u64::from(STEPS[number].seconds) * 1000;
            let digest = token.strip_prefix(&format!("{time}-"));
            digest.is_some_and(|digest| digest.len() == 18 && before.iter().all(|older| !older.token.ends_with(digest)))
        }
        Kind::Commit => token.len() >= 7 && commit.starts_with(token),
        Kind::Release | Kind::Label => kind.variable(number).is_some_and(|(_, text)| text == token),
    };
    if is_right {
        Ok(())
    } else {
        Err(format!("{} has the {} token {token}; the commit is {commit}", build.release, kind.name()))
    }
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

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
