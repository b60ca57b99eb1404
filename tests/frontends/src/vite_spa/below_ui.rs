//! The same application behind nginx, which serves it below `/ui` and removes that from the path.

use std::fs;

use super::{ASSETS, COLOUR, HOME, PERSON, STARTS};
use crate::app::App;
use crate::front::{BelowUi, Site};
use crate::visitor::Visitor;

/// A page that the program prints: with all that an asset writes into pages, and a preload in its head.
const PRINTED: &str = r##"
async fn printed() -> ([(&'static str, String); 1], axum::response::Html<String>) {
    let prefix = std::env::var("PREFIX").unwrap_or_default();
    let (style, app) = (assets::assets::INDEX_CSS.link_tag().on(&prefix), assets::assets::INDEX_JS.module_tag().on(&prefix));
    let modules = assets::assets::INDEX_JS.modulepreload().on(&prefix).tags().to_string();
    let (icon, image) = (assets::FAVICON_SVG.url_on(&prefix), assets::assets::PAPER_PNG.url_on(&prefix));
    let head = format!("<!doctype html><link rel=icon href={icon}>{modules}{style}{app}");
    let page = format!("{head}<img id=logo><img id=paper src={image}><main></main>");
    ([("link", assets::assets::LOGO_SVG.preload().on(&prefix).to_string())], axum::response::Html(page))
}

#[tokio::main]"##;

pub(super) fn check(app: &App) {
    app.replace("web/src/routes/user.css", "rgb(160, 0, 90)", "rgb(0, 90, 160)");
    app.npm("web", &["run", "build"]);
    app.replace("src/main.rs", "\n#[tokio::main]", PRINTED);
    let printed = ".route(\"/printed\", get(printed)).merge(";
    app.replace("src/main.rs", ".merge(", printed);
    let main = fs::read_to_string(app.path("src/main.rs")).expect("a file");
    let line = main.lines().find(|line| line.contains("let app =")).expect("the router").to_owned() + "\n";

    // Known when the program runs: what the README says.
    let readme = fs::read_to_string(app.path("README.md")).expect("a file");
    let block = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).expect("lines of Rust");
    app.replace("src/main.rs", &line, block);
    app.replace("src/main.rs", ".merge(", printed);
    let (in_development, _) = app.build();
    let when_it_runs = app.release("v3.0.0");
    for program in [&in_development, &when_it_runs] {
        let site = Site::start_with(program, &app.path(""), &[("PREFIX", "/ui")]);
        whole(&site);
    }
    // The same program at the root.
    let site = Site::start(&when_it_runs, &app.path(""));
    super::from_the_cache(&site);

    // Known when it is built. Of this, the tags know by themselves.
    app.replace("src/main.rs", block.replace(".merge(", printed).as_str(), &line);
    app.replace("src/main.rs", ".on(&prefix)", "");
    app.replace("src/main.rs", ".url_on(&prefix)", ".url()");
    app.replace("src/main.rs", "    let prefix = std::env::var(\"PREFIX\").unwrap_or_default();\n", "");
    app.replace("build.rs", ".fallback(", ".view_option(\"base\", \"/ui\").fallback(");
    let when_it_is_built = app.release("v3.1.0");
    whole(&Site::start(&when_it_is_built, &app.path("")));
}

/// All parts of the application work below `/ui`, and each file is asked for once, under the token.
fn whole(site: &Site) {
    let nginx = BelowUi::start(site);
    let mut visitor = Visitor::new();
    visitor.open(&nginx.url("/ui/"), HOME);
    let source = visitor.value("new URL(document.querySelector('script').src).pathname");
    let token = source.as_str().and_then(|path| path.split('/').nth(3)).expect("a token in the URL").to_owned();
    let under = |paths: &[&str], others: &[&str]| {
        let assets = paths.iter().map(|path| format!("200 /static/{token}/{path}"));
        let mut asked: Vec<_> = assets.chain(others.iter().map(|path| (*path).to_owned())).collect();
        asked.sort();
        asked
    };
    assert_eq!(site.asked(), under(&ASSETS, &["200 /"]));
    assert_all_below(&mut visitor);
    visitor.click("a[href='/ui/users/7']", PERSON);
    visitor.assert("location.pathname", "/ui/users/7");
    visitor.assert(COLOUR, "rgb(0, 90, 160)");
    assert_eq!(site.asked(), under(&["assets/user.css", "assets/user.js"], &["200 /api/users/7"]));
    visitor.click("a[href='/ui/']", HOME);
    visitor.value("void history.back()");
    visitor.wait(PERSON);
    visitor.assert(STARTS, 1);
    assert_all_below(&mut visitor);

    // A route as a deep link, and a second visit.
    let mut visitor = Visitor::new();
    visitor.open(&nginx.url("/ui/users/7"), PERSON);
    visitor.assert(COLOUR, "rgb(0, 90, 160)");
    visitor.assert("getComputedStyle(document.body).backgroundImage.includes('/ui/static/')", true);
    assert_all_below(&mut visitor);
    site.asked();
    visitor.open(&nginx.url("/ui/users/7"), PERSON);
    let asked = site.asked();
    // In development each file is asked for, and has not changed.
    assert!(asked.contains(&"304 /users/7".to_owned()), "{asked:#?}");
    assert!(asked.iter().all(|it| it.starts_with("304 ") || it == "200 /api/users/7"), "{asked:#?}");

    other_urls(site, &nginx, &token);
    what_is_missing_is_no_page(&nginx);
    printed(site, &nginx, &token);
}

/// Fails if something is not below `/ui`, or if the page has anything to complain about.
fn assert_all_below(visitor: &mut Visitor) {
    visitor.assert(
        "performance.getEntriesByType('resource').map(it => it.name).filter(it => !new URL(it).pathname.startsWith('/ui/'))",
        Vec::<String>::new(),
    );
    visitor.assert_content();
}

/// Other spellings of the start page's URL, and the URLs of other releases.
fn other_urls(site: &Site, nginx: &BelowUi, token: &str) {
    // The first redirect is nginx's.
    for (path, asked) in [("/ui?a=b", None), ("/ui/index.html?a=b", Some("301 /index.html?a=b"))] {
        let mut visitor = Visitor::new();
        site.asked();
        visitor.open(&nginx.url(path), HOME);
        visitor.assert("location.href", nginx.url("/ui/?a=b"));
        let mut expected = vec!["200 /?a=b"];
        expected.extend(asked);
        let pages = site.asked().into_iter().filter(|request| request.contains('?')).collect::<Vec<_>>();
        assert_eq!(pages, expected);
    }
    let mut visitor = Visitor::new();
    visitor.open(&nginx.url("/ui/"), HOME);
    let old = "fetch('/ui/static/v0.1.0/assets/index.css?a=b').then(it => [it.status, it.redirected, it.url])";
    let there = nginx.url(&format!("/ui/static/{token}/assets/index.css?a=b"));
    visitor.assert(old, vec![200.into(), true.into(), serde_json::Value::from(there)]);
    visitor.assert("fetch('/ui/robots.txt').then(it => it.text())", "User-agent: *\nAllow: /\n");
    visitor.assert("fetch(document.querySelector('link[rel=icon]').href).then(it => it.status)", 200);
    visitor.assert("fetch('/ui/').then(it => it.headers.get('content-encoding') != null)", true);
}

fn what_is_missing_is_no_page(nginx: &BelowUi) {
    let mut visitor = Visitor::new();
    visitor.open(&nginx.url("/ui/people"), "document.querySelector('main').textContent == 'There is no such page.'");
    for path in ["/ui/none.js", "/ui/assets/none.js", "/ui/static/none.js", "/ui/api/none"] {
        visitor.assert(&format!("fetch({path:?}).then(it => it.status)"), 404);
    }
    visitor.assert("import('/ui/none.js').catch(error => error.name)", "TypeError");
}

fn printed(site: &Site, nginx: &BelowUi, token: &str) {
    let mut visitor = Visitor::new();
    site.asked();
    let is_whole = "document.querySelector('main').textContent == 'There is no such page.' \
         && [...document.images].every(image => image.naturalWidth > 0) && document.styleSheets[0].cssRules.length > 0";
    visitor.open(&nginx.url("/ui/printed"), is_whole);
    assert_all_below(&mut visitor);
    let paths = ["assets/index.css", "assets/index.js", "assets/logo.svg", "assets/paper.png"];
    let mut expected: Vec<_> = paths.iter().map(|path| format!("200 /static/{token}/{path}")).collect();
    expected.insert(0, "200 /printed".to_owned());
    assert_eq!(site.asked(), expected);
}
