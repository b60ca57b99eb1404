//! An app in a folder of its own.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::run::Run;

/// A package, made of real files and removed with them when dropped.
///
/// It begins as the quick start: `static` is prepared and embedded, and [`main.rs`](App::MAIN) prints what is served.
/// Every app shares one target directory, so what they stand on is compiled once.
#[derive(Debug)]
pub struct App {
    folder: TempDir,
    name: String,
}

impl App {
    /// The default `build.rs`.
    pub const BUILD: &str = "fn main() { cachebreaker_build::assets(\"static\"); }\n";

    /// The default `src/main.rs`: prints the token, then a line an asset: URL, content type and bytes.
    pub const MAIN: &str = r#"cachebreaker::assets!("static");
fn main() {
    println!("token {}", assets::token());
    for asset in assets::iter() {
        println!("{asset} {} \"{}\"", asset.content_type(), asset.bytes().escape_ascii());
    }
}
"#;

    /// An app with no assets yet. Its name must be another one than that of every other app: it is that of its files in
    /// the shared target directory.
    ///
    /// # Panics
    ///
    /// When the temporary folder cannot be written, as with everything here.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let app = Self { folder: TempDir::with_prefix(name).expect("a temporary folder"), name: name.to_owned() };
        app.write("Cargo.toml", app.manifest("2024", &Self::dependencies()));
        app.write("build.rs", Self::BUILD).write("src/main.rs", Self::MAIN);
        // The versions that the workspace is tested with, which are there already.
        let lock = crate_folder("").join("Cargo.lock");
        fs::copy(lock, app.path("Cargo.lock")).expect("a copy of Cargo.lock");
        app
    }

    /// A `Cargo.toml` with these lines after its head.
    #[must_use]
    pub fn manifest(&self, edition: &str, dependencies: &str) -> String {
        format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n[workspace]\n\n\
             [profile.release.build-override]\nopt-level = 3\n\n{dependencies}",
            self.name
        )
    }

    /// The lines of a `Cargo.toml` that name both crates.
    #[must_use]
    pub fn dependencies() -> String {
        format!(
            "[dependencies]\ncachebreaker = {{ path = {:?} }}\n\n[build-dependencies]\ncachebreaker-build = {{ path = {:?} }}\n",
            crate_folder("runtime"),
            crate_folder("build-support")
        )
    }

    /// Where a file or a folder of the app is.
    #[must_use]
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and the folders that it is in.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("its folder");
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// Removes a file, a link, or a folder with everything in it.
    ///
    /// # Panics
    ///
    /// When it cannot be removed.
    pub fn remove(&self, path: impl AsRef<Path>) -> &Self {
        let path = self.path(path);
        let removed = match fs::remove_file(&path) {
            Err(error) if [ErrorKind::IsADirectory, ErrorKind::PermissionDenied].contains(&error.kind()) => {
                fs::remove_dir_all(&path)
            }
            removed => removed,
        };
        removed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// Has `build.rs` prepare `static` with these options: calls of the setters of `Assets`.
    pub fn set_options(&self, options: &str) -> &Self {
        let build = format!(
            "#[allow(unused_imports)]\nuse cachebreaker_build::{{Assets, Token}};\n\
             fn main() {{ Assets::new(\"static\"){options}.prepare(); }}\n"
        );
        self.write("build.rs", build)
    }

    /// A cargo command in the app, with nothing in its environment that could tell it what to build.
    pub fn cargo<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).env("CARGO_TARGET_DIR", fixtures_folder());
        command
    }

    /// A script in the app, for the shell of the system. For it the app has a folder `target`: a link to the one that all apps share.
    ///
    /// # Panics
    ///
    /// When the link cannot be made.
    #[must_use]
    pub fn shell(&self, script: &str) -> Command {
        self.script(&["sh"], script)
    }

    /// The same for another shell, with its options.
    ///
    /// # Panics
    ///
    /// When the link cannot be made.
    #[must_use]
    pub fn script(&self, shell: &[&str], script: &str) -> Command {
        let target = self.path("target");
        if !target.exists() {
            // Cargo makes no folder where there is a link.
            fs::create_dir_all(fixtures_folder()).expect("the target folder");
            std::os::unix::fs::symlink(fixtures_folder(), target).expect("a link to the target folder");
        }
        let mut command = self.command(shell[0].into());
        command.args(&shell[1..]).args(["-c", script]);
        command
    }

    fn command(&self, program: OsString) -> Command {
        let mut command = command(program, self.folder.path());
        // The temporary folder may be below a checkout of something else.
        command.env("GIT_CEILING_DIRECTORIES", self.folder.path().parent().expect("the folder of temporary folders"));
        command
    }

    /// The app itself, as the last cargo command for that profile (`debug` or `release`) built it.
    #[must_use]
    pub fn program(&self, profile: &str) -> Command {
        let mut command = Command::new(fixtures_folder().join(profile).join(&self.name));
        command.current_dir(self.folder.path());
        command
    }

    /// Where the last build for that profile (`debug` or `release`) has put what it prepared of a folder.
    ///
    /// # Panics
    ///
    /// When there was no such build.
    #[must_use]
    pub fn output(&self, profile: &str, folder: &str) -> PathBuf {
        let builds = fs::read_dir(fixtures_folder().join(profile).join("build")).expect("a build");
        let is_own = |path: &PathBuf| {
            let name = path.file_name().expect("an entry has a name").to_string_lossy();
            name.rsplit_once('-').is_some_and(|(name, _)| name == self.name)
        };
        let outputs = builds.map(|entry| entry.expect("an entry of the folder of builds").path()).filter(is_own);
        let outputs = outputs.map(|build| build.join("out/cachebreaker").join(folder)).filter(|output| output.is_dir());
        // Another hash for each way to build it.
        let written = |output: &PathBuf| fs::metadata(output.join("manifest")).and_then(|it| it.modified()).ok();
        outputs.max_by_key(written).expect("a folder that was prepared")
    }

    /// Where a release build with a history writes the release that the user is to record: a folder for each view.
    #[must_use]
    pub fn released(&self) -> PathBuf {
        fixtures_folder().join("cachebreaker/releases").join(&self.name)
    }

    /// Records what the last release build has written, as the guide says, in a history in the app's folder.
    ///
    /// # Panics
    ///
    /// When it cannot be copied.
    pub fn record(&self, history: &str) {
        let history = self.path(history);
        fs::create_dir_all(&history).unwrap_or_else(|error| panic!("{}: {error}", history.display()));
        let run = self.run(Command::new("cp").arg("-r").arg(self.released().join(".")).arg(history));
        assert!(run.succeeded(), "{}", run.stderr());
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    ///
    /// When it cannot be begun.
    pub fn run(&self, command: &mut Command) -> Run {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Run::new(&self.name, &output)
    }
}

/// A command in a folder, with nothing in its environment that could tell cargo or `build.rs` what to build.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let is_of_cargo = name.starts_with("CARGO") && name != "CARGO_HOME";
        let is_of_the_build = ["OUT_DIR", "RUSTFLAGS", "SOURCE_DATE_EPOCH", "RELEASE"].contains(&&*name);
        if is_of_cargo || is_of_the_build || name.starts_with("CACHEBREAKER") || name.starts_with("GIT_") {
            command.env_remove(&*name);
        }
    }
    command
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("LC_ALL", "C");
    command
}

/// The folder of one of the workspace's crates; of the workspace itself for `""`.
#[must_use]
pub fn crate_folder(name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the workspace").join(name)
}

/// The target directory that this very test was built in; what is slow to make can be kept there.
///
/// # Panics
///
/// When the test was not built by cargo.
#[must_use]
pub fn target_folder() -> PathBuf {
    let test = env::current_exe().expect("the path of this test");
    let is_target =
        |folder: &&Path| ["CACHEDIR.TAG", ".rustc_info.json"].iter().any(|file| folder.join(file).is_file());
    test.ancestors().find(is_target).expect("cargo writes one of them into its target directory").to_owned()
}

/// The target directory that all apps share.
fn fixtures_folder() -> PathBuf {
    target_folder().join("fixtures")
}
