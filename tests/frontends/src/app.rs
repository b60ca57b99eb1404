//! A copy of an example, and what is built of it. Nothing is written to the example itself.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tests::{command, crate_folder, target_folder};
use tests_browser::Process;

/// A copy of an example, in the target directory.
pub(crate) struct App {
    name: &'static str,
    folder: PathBuf,
}

impl App {
    /// Copies what is in git, or could be. What npm has installed stays.
    pub(crate) fn copy(name: &'static str) -> Self {
        let (from, to) = (crate_folder("examples/frontends"), frontends());
        let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", name, "Cargo.lock", "Cargo.toml"];
        let files = run(command("git", &from).args(listed)).0;
        let app = Self { name, folder: to.join(name) };
        app.remove_all_but_packages();
        for file in files.split_terminator('\0') {
            let (from, to) = (from.join(file), to.join(file));
            fs::create_dir_all(to.parent().expect("a file in a folder")).expect("a folder");
            fs::copy(from, to).unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        // Alone in its workspace, and with the crates of this one.
        let members = fs::read_to_string(to.join("Cargo.toml")).expect("a workspace");
        let others = members.lines().find(|line| line.starts_with("members")).expect("members");
        fs::write(to.join("Cargo.toml"), members.replace(others, &format!("members = [{name:?}]"))).expect("a file");
        let crates = crate_folder("").canonicalize().expect("the workspace");
        app.replace("Cargo.toml", "\"../../../", &format!("\"{}/", crates.display()));
        app
    }

    fn remove_all_but_packages(&self) {
        let script = format!(
            "mkdir -p {0} && find {0} -depth -mindepth 1 -not -path '*/node_modules*' '(' -type f -o -empty ')' -delete",
            self.name
        );
        run(command("sh", &frontends()).args(["-c", &script]));
    }

    /// Where something in its folder is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Replaces text in a file that has it.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(text.contains(from), "{file} has no {from}: {text}");
        fs::write(path, text.replace(from, to)).expect("the file");
    }

    /// Installs the packages of a folder as its lock file says, if that has changed since.
    pub(crate) fn install(&self, folder: &str) {
        let lock = fs::read(self.path(folder).join("package-lock.json")).expect("a lock file");
        let installed = self.path(folder).join("node_modules/installed");
        if fs::read(&installed).is_ok_and(|it| it == lock) {
            return;
        }
        self.npm(folder, &["ci"]);
        fs::write(installed, lock).expect("a copy of the lock file");
    }

    /// Runs npm in a folder.
    pub(crate) fn npm(&self, folder: &str, arguments: &[&str]) {
        run(command("npm", &self.path(folder))
            .args(["--no-update-notifier", "--no-fund", "--no-audit"])
            .args(arguments));
    }

    /// Starts a script of `package.json` that runs until it is dropped, as `npm run` does.
    pub(crate) fn start(&self, folder: &str, script: &str, arguments: &str, variables: &[(&str, &str)]) -> Process {
        let package = fs::read(self.path(folder).join("package.json")).expect("a package");
        let package: Value = serde_json::from_slice(&package).expect("JSON");
        let script = format!("exec {} {arguments}", package["scripts"][script].as_str().expect("a script"));
        let path = format!("node_modules/.bin:{}", std::env::var("PATH").unwrap_or_default());
        Process::start("sh", |command| {
            // Some end with their input.
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            command
                .args(["-c", &script])
                .current_dir(self.path(folder))
                .env("PATH", path)
                .envs(variables.iter().copied())
        })
        .expect("a script")
    }

    /// Builds it for development: the program, and what cargo has said.
    pub(crate) fn build(&self) -> (PathBuf, String) {
        let said = run(&mut self.cargo(&["build"])).1;
        (self.program("debug"), said)
    }

    /// Builds a release with a token: the program.
    pub(crate) fn release(&self, token: &str) -> PathBuf {
        run(self.cargo(&["build", "--release"]).env("CACHEBREAKER", token));
        let kept = frontends().join(format!("{}-{token}", self.name));
        // Nothing can be written to a program that runs.
        let _ = fs::remove_file(&kept);
        fs::copy(self.program("release"), &kept).expect("a copy of the program");
        kept
    }

    /// Fails if clippy has anything to say.
    pub(crate) fn lint(&self) {
        run(&mut self.cargo(&["clippy", "--quiet", "--all-targets", "--", "--deny", "warnings"]));
    }

    /// What cargo says of a build that fails.
    pub(crate) fn failure(&self) -> String {
        self.failure_with(&[])
    }

    /// The same with other variables.
    pub(crate) fn failure_with(&self, variables: &[(&str, &str)]) -> String {
        let output = self.cargo(&["build"]).envs(variables.iter().copied()).output().expect("cargo");
        assert!(!output.status.success(), "{} was built", self.name);
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Fails if cargo has anything to do, although nothing has changed since the last build.
    pub(crate) fn assert_nothing_to_build(&self) {
        let (_, said) = self.build();
        assert!(!said.contains("Compiling"), "a build without a change: {said}");
    }

    /// Records the last release in the folder `history`.
    pub(crate) fn record(&self) {
        let history = self.path("history");
        fs::create_dir_all(&history).expect("a folder");
        let release = target().join("cachebreaker/releases").join(self.name).join(".");
        run(command("cp", &self.folder).arg("-r").arg(release).arg(history));
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), &self.folder);
        cargo.args(arguments).env("CARGO_TARGET_DIR", target());
        // There is little to serve and to compress, and much to compile.
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL", "0");
        cargo
    }

    fn program(&self, profile: &str) -> PathBuf {
        target().join(profile).join(self.name)
    }
}

/// Where all copies are.
fn frontends() -> PathBuf {
    target_folder().join("frontends")
}

/// The target directory of all copies.
fn target() -> PathBuf {
    frontends().join("target")
}

/// Runs a command: its output, and what it wrote to its standard error. Panics when it fails.
fn run(command: &mut Command) -> (String, String) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{stdout}\n{stderr}");
    (stdout, stderr)
}
