//! Three releases of an app with a history: from folders of assets to a program for each.

use std::fs;
use std::sync::LazyLock;

use tests::{App, crate_folder};
use tests_browser::site::program::{Release, app_that_serves};

/// The modules, with what each does when it runs. `lazy.js` is imported when somebody clicks.
const MODULES: [(&str, &str); 3] = [
    ("js/state.js", "export const cart = [];"),
    (
        "js/app.js",
        "import { cart } from './state.js'; cart.push('book'); self.lazy = () => import('./lazy.js'); self.named = () => import('lazy');",
    ),
    ("js/lazy.js", "import { cart } from './state.js'; export { cart }; export const release = 'RELEASE';"),
];

const SITE: &str = "@font-face { font-family: Square; src: url(fonts/square.woff2); }
body { font-family: Square; background: url(img/paper.svg); }
h1 { color: rgb(1, 1, 1) }
";

/// The paths of all that a page loads at once.
pub const OF_PAGE: [&str; 5] = ["fonts/square.woff2", "img/paper.svg", "js/app.js", "js/state.js", "site.css"];

/// The releases, built once for all tests. The second and the third have another `lazy.js` each. The last one has another stylesheet,
/// too.
pub static RELEASES: LazyLock<[Release; 3]> = LazyLock::new(|| {
    let app = app_that_serves("engines", include_str!("app/build.rs"), include_str!("app/main.rs"));
    let font = fs::read(crate_folder("tests/cdn/v1/fonts/square.woff2")).unwrap();
    for folder in ["static", "web"] {
        app.write(format!("{folder}/fonts/square.woff2"), &font).write(format!("{folder}/site.css"), SITE);
        app.write(format!("{folder}/img/paper.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }
    let first = build(&app, "v1.0.0");
    let second = build(&app, "v1.1.0");
    for folder in ["static", "web"] {
        app.write(format!("{folder}/site.css"), SITE.replace("(1, 1, 1)", "(3, 3, 3)"));
    }
    [first, second, build(&app, "v1.2.0")]
});

/// Builds a release, and records it as the guide says.
fn build(app: &App, token: &str) -> Release {
    for (folder, (path, text)) in ["static", "web"].into_iter().flat_map(|it| MODULES.map(|module| (it, module))) {
        let text = format!("{}\n(self.runs ??= []).push('{path}');\n", text.replace("RELEASE", token));
        app.write(format!("{folder}/{path}"), text);
    }
    let release = Release::build(app, token, &[("CACHEBREAKER", token)]);
    app.record("history");
    release
}
