//! The releases of an application: from folders of assets, committed to a git repository three times, to a program for each commit.

use std::fs;
use std::sync::LazyLock;

use tests::{Repository, crate_folder};
use tests_browser::site::program::{Release, app_that_serves};

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

/// A page of `web` at its own URL, for which the build writes the map.
const PAGE: &str = r#"<!doctype html>
<link rel="icon" href="data:,">
<script>self.runs = []</script>
<link rel="modulepreload" href="js/state.js">
<script type="module" src="js/app.js"></script>
"#;

/// The releases, built once for all tests.
pub static RELEASES: LazyLock<Releases> = LazyLock::new(|| {
    let app = app_that_serves("lasting-urls", include_str!("app/build.rs"), include_str!("app/main.rs"));
    let font = fs::read(crate_folder("tests/cdn/v1/fonts/square.woff2")).unwrap();
    app.write("static/fonts/square.woff2", font).write("static/site.css", SITE);
    app.write("static/theme.css", "h1 { background: url(img/stripe.png); }").write("static/docs/index.html", DOCS);
    app.write("web/page.html", PAGE);
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
        let release = Release::build(&app, &seconds.to_string(), &[]);
        assert_eq!(release.warnings, [""; 0], "{seconds}");
        release
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
