//! The releases of an application: from folders of assets, committed to a git repository three times, to a program for each commit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tests::{App, Repository, crate_folder};

/// A release.
pub struct Release {
    /// The program, which serves the address that it is given.
    pub program: PathBuf,
    /// The URL of each asset, by its folder and path.
    urls: BTreeMap<String, String>,
}

/// The first release; one with another `static/site.css`; and one that also has another `js/dates.js` in both folders.
pub struct Releases {
    pub first: Release,
    pub new_style: Release,
    pub new_module: Release,
}

/// Modules in two graphs, with what each imports. `state.js` and `app.js` import `dates.js`, and so does what `app.js` imports
/// later.
const MODULES: [(&str, &str); 6] = [
    ("js/dates.js", ""),
    ("js/state.js", "import './dates.js';"),
    ("js/app.js", "import './state.js'; import './dates.js'; import('./lazy.js');"),
    ("js/lazy.js", "import './dates.js';"),
    ("js/scale.js", ""),
    ("js/chart.js", "import './scale.js';"),
];

/// The graph of `app.js`, which is all that is in `web`, and that of `chart.js`.
pub const APP: [&str; 4] = ["js/app.js", "js/dates.js", "js/lazy.js", "js/state.js"];
pub const CHART: [&str; 2] = ["js/chart.js", "js/scale.js"];

/// An image of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\
    \0\0\0\nIDATx\xdac`\0\0\0\x02\0\x01\xe5'\xde\xfc\0\0\0\0IEND\xaeB`\x82";

const SITE: &str = "@font-face { font-family: Square; src: url(fonts/square.woff2); }
body { font-family: Square; background: url(img/paper.png); }
";

const DOCS: &str = r#"<!doctype html>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../theme.css">
<script type="module" src="../js/chart.js"></script>
<h1>A page</h1>
"#;

/// The releases, built once for all tests.
pub static RELEASES: LazyLock<Releases> = LazyLock::new(|| {
    let app = App::new("lasting-urls");
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
    app.write("build.rs", include_str!("app/build.rs")).write("src/main.rs", include_str!("app/main.rs"));

    let font = fs::read(crate_folder("tests/cdn/v1/fonts/square.woff2")).unwrap();
    app.write("static/fonts/square.woff2", font).write("static/site.css", SITE);
    app.write("static/theme.css", "h1 { background: url(img/stripe.png); }").write("static/docs/index.html", DOCS);
    for image in ["logo", "paper", "stripe", "unused"] {
        app.write(format!("static/img/{image}.png"), PNG);
    }
    for (module, imports) in MODULES {
        let text = format!("{imports}\n(self.runs ??= []).push('{module}');\n");
        app.write(format!("static/{module}"), &text);
        if APP.contains(&module) {
            app.write(format!("web/{module}"), &text);
        }
    }
    let repository = Repository::new(&app.path(""));
    let release = |seconds: u32| {
        repository.commit(seconds);
        Release::build(&app, &seconds.to_string())
    };
    let first = release(1_767_600_000);
    app.write("static/site.css", format!("{SITE}body {{ color: rgb(2, 2, 2); }}\n"));
    let new_style = release(1_768_200_000);
    for folder in ["static", "web"] {
        app.write(format!("{folder}/js/dates.js"), "// Another.\n(self.runs ??= []).push('js/dates.js');\n");
    }
    let new_module = release(1_768_800_000);
    Releases { first, new_style, new_module }
});

impl Release {
    fn build(app: &App, name: &str) -> Self {
        let run = app.run(&mut app.cargo(["run", "--release"]));
        let urls = run.stdout().lines().filter_map(|line| line.split_once(' '));
        let urls = urls.map(|(path, url)| (path.to_owned(), url.to_owned())).collect();
        assert_eq!(run.told(), [""; 0], "{name}");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lasting-{name}"));
        // Nothing can be written to a program that runs.
        let _ = fs::remove_file(&program);
        fs::copy(app.program("release").get_program(), &program).unwrap();
        Self { program, urls }
    }

    /// The URL of an asset.
    pub fn url(&self, folder: &str, path: &str) -> &str {
        &self.urls[&format!("{folder}/{path}")]
    }

    /// The URLs of assets.
    pub fn urls(&self, folder: &str, groups: &[&[&str]]) -> Vec<&str> {
        groups.iter().copied().flatten().map(|path| self.url(folder, path)).collect()
    }
}
