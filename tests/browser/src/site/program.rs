//! A site that a real program serves: a release of an app, until another is deployed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tests::{App, target_folder};

use crate::{Process, front, http, until};

/// An app in a folder of its own, whose program serves the address that it is given, by `log::serve`. Without one it prints a line an asset: folder
/// and path, a space, URL. `/asked` returns the log of its requests, and empties it.
#[must_use]
pub fn app_that_serves(name: &str, build: &str, main: &str) -> App {
    let app = App::new(name);
    let dependencies = App::dependencies()
        .replace(
            "\n[build-dep",
            "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"tokio\"] }\n\
             tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt\"] }\n\n[build-dep",
        )
        .replace("build-support\" }", "build-support\", features = [\"references\"] }");
    // There is little to parse and to compress, and much to compile.
    let manifest = app.manifest("2024", &dependencies).replace("opt-level = 3", "opt-level = 0");
    app.write("Cargo.toml", manifest);
    app.write("build.rs", build).write("src/main.rs", main);
    app.write("src/log.rs", include_str!("../../app/log.rs"));
    app
}

/// A release.
pub struct Release {
    /// The program, which serves the address that it is given.
    pub program: PathBuf,
    /// What the build has said.
    pub warnings: Vec<String>,
    /// The URL of each asset, by its folder and path.
    urls: BTreeMap<String, String>,
}

impl Release {
    /// Builds a release of the app as it is, with variables in the environment.
    ///
    /// # Panics
    ///
    /// When the build fails.
    #[must_use]
    pub fn build(app: &App, name: &str, variables: &[(&str, &str)]) -> Self {
        let run = app.run(app.cargo(["run", "--release"]).envs(variables.iter().copied()));
        let urls = run.stdout().lines().filter_map(|line| line.split_once(' '));
        let urls = urls.map(|(path, url)| (path.to_owned(), url.to_owned())).collect();
        let built = PathBuf::from(app.program("release").get_program());
        let file = format!("{}-{name}", built.file_name().unwrap_or_default().display());
        let program = target_folder().join("tmp").join(file);
        // Nothing can be written to a program that runs.
        let _ = fs::remove_file(&program);
        fs::copy(built, &program).expect("a copy of the program");
        Self { program, warnings: run.told(), urls }
    }

    /// The URL of an asset.
    ///
    /// # Panics
    ///
    /// When there is no such asset.
    #[must_use]
    pub fn url(&self, folder: &str, path: &str) -> &str {
        &self.urls[&format!("{folder}/{path}")]
    }

    /// The URLs of assets.
    #[must_use]
    pub fn urls(&self, folder: &str, groups: &[&[&str]]) -> Vec<&str> {
        groups.iter().copied().flatten().map(|path| self.url(folder, path)).collect()
    }
}

/// A site at one address.
pub struct Site {
    /// Its port.
    pub port: u16,
    process: Process,
}

impl Site {
    /// Starts the program of a release.
    ///
    /// # Panics
    ///
    /// When it does not answer, as with everything here.
    #[must_use]
    pub fn start(release: &Release) -> Self {
        let port = front::free_port().expect("a free port");
        Self { port, process: serve(release, port) }
    }

    /// What its URLs begin with.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends the program that runs, and starts that of a release.
    pub fn deploy(&mut self, release: &Release) {
        self.process.kill();
        self.process = serve(release, self.port);
    }

    /// The requests since the last call, each with its status, in alphabetical order.
    ///
    /// # Panics
    ///
    /// When the program does not answer.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let answer = http::get(self.port, "/asked").expect("a log");
        let mut asked: Vec<_> = String::from_utf8_lossy(&answer.body).lines().map(str::to_owned).collect();
        asked.sort();
        asked
    }
}

fn serve(release: &Release, port: u16) -> Process {
    let address = format!("127.0.0.1:{port}");
    let mut process =
        Process::start(&release.program.display().to_string(), |command| command.arg(address)).expect("a program");
    until(|| process.check().is_err() || http::get(port, "/asked").is_ok()).expect("an answer");
    process.check().expect("a program that runs");
    process
}
