//! A single-page application that Vite builds.

mod below_ui;

use std::fs;

use cachebreaker_references::{Language, Reference, find};
use tests_browser::{front, http, until};

use crate::app::App;
use crate::front::Site;
use crate::visitor::Visitor;

/// What the start page shows when all of it works: the worker's answer, too.
const HOME: &str = "document.querySelector('h1')?.textContent == 'Home' && document.querySelector('output')?.textContent == '500500' \
     && document.querySelector('#logo').naturalWidth > 0";
const PERSON: &str = "document.querySelector('h1')?.textContent == 'Person 7'";
const COLOUR: &str = "getComputedStyle(document.querySelector('h1')).color";
/// How often the application has started in this page.
const STARTS: &str = "performance.getEntriesByName('start').length";

/// The assets of the start page.
const ASSETS: [&str; 5] =
    ["assets/index.css", "assets/index.js", "assets/logo.svg", "assets/paper.png", "assets/sum.js"];

pub(crate) fn check() {
    let app = App::copy("vite-spa");
    let said = app.failure();
    assert!(said.contains("Vite has not built `web/dist`: run `npm ci` and `npm run build` in `web`"), "{said}");
    app.install("web");
    app.npm("web", &["run", "build"]);
    app.lint();
    all_that_it_loads_is_known(&app);
    in_development(&app);

    app.replace("build.rs", ".prepare()", ".history(\"history\").prepare()");
    let first = app.release("v1.0.0");
    app.record();
    app.replace("web/src/routes/user.css", "rgb(0, 90, 160)", "rgb(160, 0, 90)");
    app.npm("web", &["run", "build"]);
    let with_history = app.release("v2.0.0");
    app.replace("build.rs", ".history(\"history\").prepare()", ".prepare()");
    let second = app.release("v2.1.0");

    let start = |program| Site::start(program, &app.path(""));
    let site = start(&first);
    whole(&site, "v1.0.0");
    what_is_missing_is_no_page(&site);
    from_the_cache(&site);
    let mut site = start(&first);
    page_of_the_last_release_reloads(&mut site, |site| site.deploy(&second, &app.path("")));
    let mut site = start(&first);
    page_of_the_last_release_keeps_its_files(&mut site, |site| site.deploy(&with_history, &app.path("")));
    below_ui::check(&app);
}

/// So its scripts keep their URLs over a deploy that does not change them.
fn all_that_it_loads_is_known(app: &App) {
    let text = fs::read_to_string(app.path("web/dist/assets/index.js")).expect("what Vite has built");
    let found = find(&text, Language::JavaScript);
    let urls: Vec<_> = found.references().iter().map(Reference::url).collect();
    assert_eq!(urls, ["./user.js", "./user.css", "logo.svg", "sum.js", "./user.js"]);
    assert_eq!((found.computed(), found.unread()), (&[][..], None));
}

fn in_development(app: &App) {
    let (program, _) = app.build();
    app.assert_nothing_to_build();
    let site = Site::start(&program, &app.path(""));
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), HOME);
    let source = visitor.value("document.querySelector('script').src");
    let token = source.as_str().and_then(|url| url.split('/').nth(4)).expect("a token in the URL").to_owned();
    site.asked();
    whole(&site, &token);
    what_is_missing_is_no_page(&site);

    // An edit shows at the next reload.
    app.replace("web/dist/index.html", "<title>People", "<title>Persons");
    visitor.open(&site.url("/"), HOME);
    visitor.assert("document.title", "Persons");
    app.replace("web/index.html", "<title>People", "<title>Everybody");
    app.npm("web", &["run", "build"]);
    visitor.open(&site.url("/"), HOME);
    visitor.assert("document.title", "Everybody");

    // And while Vite watches its sources.
    let watch = app.start("web", "watch", "", &[]);
    visitor.open_until(&site.url("/"), HOME);
    app.replace("web/index.html", "<title>Everybody", "<title>People");
    // Vite overlooks a change that comes before it has begun to watch, so the file is saved until the page shows it.
    let save = || app.replace("web/index.html", "<title>People", "<title>People");
    visitor.do_and_open_until(save, &site.url("/"), "document.title == 'People'");
    drop(watch);

    // Files that were not there when cargo built the program, while it runs.
    let config = fs::read_to_string(app.path("web/vite.config.js")).expect("a file");
    app.replace("web/vite.config.js", "[name].js", "[name]-[hash].js");
    app.replace("web/vite.config.js", "[name][extname]", "[name]-[hash][extname]");
    app.npm("web", &["run", "build"]);
    site.asked();
    visitor.open(&site.url("/"), HOME);
    visitor.click("a[href='/users/7']", PERSON);
    visitor.assert(COLOUR, "rgb(0, 90, 160)");
    visitor.assert_content();
    let asked = site.asked();
    assert!(asked.iter().all(|request| request.starts_with("200 ")), "{asked:#?}");
    assert!(asked.iter().any(|request| request.contains("/assets/user-")), "{asked:#?}");
    fs::write(app.path("web/vite.config.js"), config).expect("the file");
    app.npm("web", &["run", "build"]);

    with_the_server_of_vite(app, &site, &mut visitor);
}

/// Vite's own server before the program, as while one works on the frontend.
fn with_the_server_of_vite(app: &App, site: &Site, visitor: &mut Visitor) {
    let port = front::free_port().expect("a free port");
    let address = format!("--host 127.0.0.1 --strictPort --port {port}");
    let mut vite = app.start("web", "dev", &address, &[("API", &site.url(""))]);
    until(|| vite.check().is_err() || http::get(port, "/robots.txt").is_ok()).expect("an answer");
    let url = format!("http://127.0.0.1:{port}");
    visitor.open(&format!("{url}/"), HOME);
    visitor.open(&format!("{url}/users/7"), PERSON);
    visitor.assert_content();
    assert!(site.asked().contains(&"200 /api/users/7".to_owned()));
    // It would wait for its open connections.
    vite.kill();
}

/// All parts of the application work, and each file is asked for once, under the token.
fn whole(site: &Site, token: &str) {
    let under = |paths: &[&str], others: &[&str]| {
        let assets = paths.iter().map(|path| format!("200 /static/{token}/{path}"));
        let mut asked: Vec<_> = assets.chain(others.iter().map(|path| format!("200 {path}"))).collect();
        asked.sort();
        asked
    };
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), HOME);
    assert_eq!(site.asked(), under(&ASSETS, &["/"]));
    visitor.click("a[href='/users/7']", PERSON);
    visitor.assert(COLOUR, "rgb(0, 90, 160)");
    assert_eq!(site.asked(), under(&["assets/user.css", "assets/user.js"], &["/api/users/7"]));
    visitor.click("a[href='/']", HOME);
    visitor.assert("document.querySelector('#seen').textContent", "People that you have seen: 1");
    visitor.value("void history.back()");
    visitor.wait(PERSON);
    visitor.assert(STARTS, 1);
    visitor.assert_content();

    // A route as a deep link.
    let mut visitor = Visitor::new();
    site.asked();
    visitor.open(&site.url("/users/7"), PERSON);
    visitor.assert(COLOUR, "rgb(0, 90, 160)");
    visitor.assert(STARTS, 1);
    visitor.assert_content();
    let mut paths = ASSETS.to_vec();
    paths.retain(|path| *path != "assets/sum.js");
    paths.extend(["assets/user.css", "assets/user.js"]);
    assert_eq!(site.asked(), under(&paths, &["/api/users/7", "/users/7"]));
    visitor.assert("fetch(document.querySelector('link[rel=icon]').href).then(it => it.status)", 200);
    visitor.assert("fetch('/robots.txt').then(it => it.text())", "User-agent: *\nAllow: /\n");
}

fn what_is_missing_is_no_page(site: &Site) {
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/people"), "document.querySelector('main').textContent == 'There is no such page.'");
    for path in ["/none.json", "/api/none", "/api/users/7/none", "/none.js", "/assets/none.js", "/static/none.js"] {
        visitor.assert(&format!("fetch({path:?}).then(it => it.status)"), 404);
        let html = format!("fetch({path:?}).then(it => it.headers.get('content-type').includes('html'))");
        visitor.assert(&html, false);
    }
    let import = "import('/none.js').catch(error => error.name)";
    visitor.assert(import, "TypeError");
    let script = "new Promise(resolve => { const script = document.createElement('script'); script.src = '/none.js'; \
         script.onload = () => resolve('loaded'); script.onerror = () => resolve('failed'); document.head.append(script) })";
    visitor.assert(script, "failed");
}

/// The second visit asks for the page, and for none of its files.
fn from_the_cache(site: &Site) {
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/users/7"), PERSON);
    site.asked();
    visitor.open(&site.url("/users/7"), PERSON);
    visitor.assert(COLOUR, "rgb(0, 90, 160)");
    assert_eq!(site.asked(), ["200 /api/users/7", "304 /users/7"]);
}

/// Without a history, a page whose lazy route is gone loads the next release, and shows the route there.
fn page_of_the_last_release_reloads(site: &mut Site, deploy: impl FnOnce(&mut Site)) {
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), HOME);
    deploy(site);
    site.asked();
    visitor.click("a[href='/users/7']", PERSON);
    visitor.assert(COLOUR, "rgb(160, 0, 90)");
    visitor.assert(STARTS, 1);
    let asked = site.asked();
    assert!(asked.contains(&"404 /static/v1.0.0/assets/user.js".to_owned()), "{asked:#?}");
    let pages = asked.iter().filter(|request| request.ends_with(" /users/7")).count();
    let starts = asked.iter().filter(|request| request.ends_with("/assets/index.js")).count();
    assert_eq!((pages, starts), (1, 1), "{asked:#?}");
    // And from now on it is a page of that release.
    visitor.click("a[href='/']", HOME);
    visitor.assert(STARTS, 1);
}

/// With a history, it gets its own.
fn page_of_the_last_release_keeps_its_files(site: &mut Site, deploy: impl FnOnce(&mut Site)) {
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), HOME);
    deploy(site);
    site.asked();
    visitor.click("a[href='/users/7']", PERSON);
    visitor.assert(COLOUR, "rgb(0, 90, 160)");
    visitor.assert(STARTS, 1);
    visitor.assert_content();
    let of_first = ["200 /api/users/7", "200 /static/v1.0.0/assets/user.css", "200 /static/v1.0.0/assets/user.js"];
    assert_eq!(site.asked(), of_first);
    // A new visit is one of the next release.
    visitor.open(&site.url("/users/7"), PERSON);
    visitor.assert(COLOUR, "rgb(160, 0, 90)");
}
