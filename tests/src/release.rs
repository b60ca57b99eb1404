//! Releases of an app that says what it answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{App, Run};

/// Prints the deploy's token, the URL of each asset, the kept releases, and what is answered to each request that the app is given:
/// a path, and headers in lines after it.
const MAIN: &str = r#"
use tower_service::Service as _;
cachebreaker::assets!("static"OPTIONS);
fn main() {
    println!("token {}", assets::token());
    for asset in assets::iter() {
        println!("url {} {asset}", asset.path());
    }
    for request in std::env::args().skip(1) {
        let mut lines = request.lines();
        let request = http::Request::get(lines.next().unwrap());
        let request = lines.map(|line| line.split_once(": ").unwrap()).fold(request, |it, (name, value)| it.header(name, value));
        let request = request.body(()).unwrap();
        let is_of_view = request.uri().path().starts_with("/static/");
        let response = if is_of_view { assets::service().call(request) } else { assets::fallback().call(request) };
        let response = response.into_inner().unwrap();
        println!("status {}", response.status().as_u16());
        for (name, value) in response.headers() {
            println!("header {name} {}", value.to_str().unwrap());
        }
        for byte in &response.into_body().into_bytes().unwrap()[..] {
            print!("{byte:02x}");
        }
        println!();
    }
    for release in assets::kept_releases() {
        println!("kept {} {}", release.token(), release.requests());
    }
    println!("kept-in-all {}", assets::stats().kept);
}
"#;

/// What is sent with a file under a token that is valid for it.
pub const FOREVER: &str = "public, max-age=31536000, immutable";

impl App {
    /// An app whose [`Release`]s can be asked. It looks for references, and prepares `static` with these options: calls of setters.
    #[must_use]
    pub fn that_answers(name: &str, options: &str) -> Self {
        let app = Self::new(name);
        let dependencies = Self::dependencies()
            .replace("[build-dep", "http = \"1\"\ntower-service = \"0.3\"\n\n[build-dep")
            .replace("build-support\" }", "build-support\", features = [\"references\"] }");
        // There is little to parse and to compress, and much to compile.
        let manifest = app.manifest("2024", &dependencies).replace("opt-level = 3", "opt-level = 0");
        app.write("Cargo.toml", manifest);
        app.write(".gitignore", "release-*\n");
        app.set_options(options);
        app.set_options_of_macro("");
        app
    }

    /// Gives the app other options of `assets!`, each with a comma before it.
    pub fn set_options_of_macro(&self, options: &str) -> &Self {
        self.write("src/main.rs", MAIN.replace("OPTIONS", options))
    }
}

/// A release: its program, its token and the URLs of its assets.
#[derive(Clone, Debug)]
pub struct Release {
    program: PathBuf,
    /// The deploy's token, as it is in URLs.
    pub token: String,
    /// The URL of each asset, by its path.
    pub urls: BTreeMap<String, String>,
    /// What the build has said.
    pub warnings: Vec<String>,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// The essence of a response: status, `Location`, `Cache-Control`, body.
pub type Answer = (u16, String, String, String);

/// The answer with a file.
#[must_use]
pub fn ok(body: &str) -> Answer {
    (200, String::new(), FOREVER.to_owned(), body.to_owned())
}

impl Release {
    /// Builds a release of the app as it is.
    ///
    /// # Panics
    ///
    /// When the build fails.
    #[must_use]
    pub fn build(app: &App, name: &str) -> Self {
        Self::build_with(app, name, &[])
    }

    /// The same with variables in the environment.
    ///
    /// # Panics
    ///
    /// When the build fails.
    #[must_use]
    pub fn build_with(app: &App, name: &str, variables: &[(&str, &str)]) -> Self {
        let run = app.run(app.cargo(["build", "--release"]).envs(variables.iter().copied()));
        assert!(run.succeeded(), "{}", run.stderr());
        let program = app.path(format!("release-{name}"));
        fs::copy(app.program("release").get_program(), &program).expect("a copy of the program");
        Self { warnings: run.told(), ..Self::of(app, program) }
    }

    /// Builds a release with that token, and records it in the folder `history`.
    ///
    /// # Panics
    ///
    /// When the build fails.
    #[must_use]
    pub fn recorded(app: &App, token: &str) -> Self {
        let release = Self::build_with(app, token, &[("CACHEBREAKER", token)]);
        app.record("history");
        release
    }

    /// A release that was built before: this program.
    ///
    /// # Panics
    ///
    /// When it fails.
    #[must_use]
    pub fn of(app: &App, program: PathBuf) -> Self {
        let run = app.run(&mut Command::new(&program));
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let lines: Vec<_> = run.stdout().lines().map(words).collect();
        let urls = lines.iter().filter(|line| line[0] == "url").map(|line| (line[1].clone(), line[2].clone()));
        Self { program, token: lines[0][1].clone(), urls: urls.collect(), warnings: Vec::new() }
    }

    /// The URL of an asset.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn url(&self, path: &str) -> &str {
        &self.urls[path]
    }

    /// The token in the URL of an asset.
    ///
    /// # Panics
    ///
    /// When there is no such asset.
    #[must_use]
    pub fn token_of(&self, path: &str) -> &str {
        self.url(path).split('/').nth(2).expect("a URL of the view `static/{breaker}`")
    }

    /// What is answered to a request with these headers.
    ///
    /// # Panics
    ///
    /// When the program fails.
    #[must_use]
    pub fn response(&self, app: &App, url: &str, headers: &[(&str, &str)]) -> Response {
        let headers: String = headers.iter().map(|(name, value)| format!("\n{name}: {value}")).collect();
        let run = self.run(app, &[&(url.to_owned() + &headers)]);
        let mut lines = run.stdout().lines().skip_while(|line| !line.starts_with("status "));
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
        let (mut headers, mut body) = (BTreeMap::new(), Vec::new());
        for line in lines {
            if let Some((name, value)) = line.strip_prefix("header ").and_then(|line| line.split_once(' ')) {
                headers.insert(name.to_owned(), value.to_owned());
            } else {
                let digits = line.as_bytes().chunks(2).map(|two| str::from_utf8(two).expect("digits"));
                body = digits.map(|two| u8::from_str_radix(two, 16).expect("a byte")).collect();
                break;
            }
        }
        Response { status, headers, body }
    }

    /// The essence of what is answered.
    #[must_use]
    pub fn ask(&self, app: &App, url: &str) -> Answer {
        let response = self.response(app, url, &[]);
        let header = |name: &str| response.headers.get(name).cloned().unwrap_or_default();
        let body = String::from_utf8_lossy(&response.body).into_owned();
        (response.status, header("location"), header("cache-control"), body)
    }

    /// What the asset is answered with under a token.
    #[must_use]
    pub fn under(&self, app: &App, token: &str, path: &str) -> Answer {
        self.ask(app, &format!("/static/{token}/{path}"))
    }

    /// How many of these requests were answered with files of kept releases, and with those of each.
    ///
    /// # Panics
    ///
    /// When the program fails.
    #[must_use]
    pub fn kept(&self, app: &App, urls: &[&str]) -> (u64, Vec<(String, u64)>) {
        let run = self.run(app, urls);
        let parse = |text: &str| text.parse().expect("a number");
        let lines = run.stdout().lines().filter_map(|line| line.strip_prefix("kept ")?.split_once(' '));
        let all = run.stdout().lines().find_map(|line| line.strip_prefix("kept-in-all ")).map(parse);
        (all.expect("statistics"), lines.map(|(token, requests)| (token.to_owned(), parse(requests))).collect())
    }

    fn run(&self, app: &App, requests: &[&str]) -> Run {
        app.run(Command::new(&self.program).args(requests))
    }
}
