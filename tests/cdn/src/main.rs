//! Assets behind a CDN, with real parts: nginx and Varnish as the CDN, with the configurations of `docs/deploy`, and Chromium
//! with a page of another origin that loads a stylesheet, a font and a module through it, with integrity.
//!
//! `tests/cdn/run` installs what is missing and runs it. `docs/cdn.md` tells what it shows.

mod front;
mod origin;

use std::fmt::Debug;
use std::path::Path;
use std::process::ExitCode;

use cachebreaker::{Asset, importmap};
use serde_json::{Value, json};
use tests_browser::{Browser, Tab};

use crate::front::{Front, Kind};
use crate::origin::Origin;

cachebreaker::assets!(mod v1 = "v1", name = "static/{breaker}", embed = true, cors = true);
cachebreaker::assets!(mod v2 = "v2", name = "static/{breaker}", embed = true, cors = true);
cachebreaker::assets!(mod without_cors = "v1", name = "static/{breaker}", embed = true);
cachebreaker::assets!(
    mod folder = "v1", name = "static/{breaker}", embed = true, cors = true, base = "https://cdn.example.com/site"
);

const NONCE: &str = "r4nd0m";

fn main() -> ExitCode {
    let mut failed = 0;
    match run(&mut failed) {
        Ok(()) if failed == 0 => ExitCode::SUCCESS,
        Ok(()) => {
            eprintln!("{failed} failed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("the drill could not be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is shown, one at a time.
struct Report<'a> {
    title: String,
    failed: &'a mut usize,
}

impl Report<'_> {
    fn equal<T: PartialEq + Debug>(&mut self, rule: &str, found: &T, expected: &T) {
        let verdict = if found == expected { "ok" } else { "FAILED" };
        println!("{}: {rule}: {verdict}", self.title);
        if found != expected {
            println!("  found    {found:?}\n  expected {expected:?}");
            *self.failed += 1;
        }
    }
}

fn run(failed: &mut usize) -> Result<(), String> {
    let work = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut browser = Browser::start(&work.path().join("browser"))?;
    for kind in Kind::ALL {
        let mut report = Report { title: format!("{kind:?}"), failed };
        let folder = work.path().join(format!("{kind:?}"));
        with_cors(kind, &folder.join("cors"), &mut browser, &mut report)?;
        without(kind, &folder.join("none"), &mut browser, &mut report)?;
        below_a_folder(kind, &folder.join("folder"), &mut report)?;
    }
    Ok(())
}

/// A page that names its assets on a CDN, each with its digest or without.
fn page(base: &str, assets: fn(&str) -> Option<Asset>, integrity: bool) -> Result<String, String> {
    let asset = |path: &str| assets(path).ok_or_else(|| format!("no {path}"));
    let (style, app, font) = (asset("style.css")?, asset("app.js")?, asset("fonts/square.woff2")?);
    let classic = asset("classic.js")?;
    let mut preloads = [style.preload(), font.preload(), classic.preload()].map(|it| it.on(base).nonce(NONCE));
    let mut modules = app.modulepreload().on(base).nonce(NONCE);
    let (mut style, mut app) = (style.link_tag().on(base).nonce(NONCE), app.module_tag().on(base).nonce(NONCE));
    let mut map = importmap([("lazy", asset("lazy.js")?)]).on(base).nonce(NONCE);
    if integrity {
        (style, app, map, modules) = (style.integrity(), app.integrity(), map.integrity(), modules.integrity());
        preloads[0] = preloads[0].clone().integrity();
    }
    let classic = classic.script_tag().on(base).nonce(NONCE);
    let preloads = preloads.map(|preload| preload.tag().to_string()).concat() + &modules.tags().to_string();
    Ok(format!(
        "<!doctype html><title>a page</title><link rel=\"icon\" href=\"data:,\">\n{map}\n{preloads}\n{style}\n{classic}\n{app}\n\
         <h1>a</h1>"
    ))
}

/// Loads a page in a tab of its own; what has become of its assets.
fn visit(browser: &mut Browser, port: u16) -> Result<(Tab, Value), String> {
    let tab = browser.tab(false)?;
    browser.call(Some(&tab), "Page.navigate", json!({ "url": format!("http://127.0.0.1:{port}/") }))?;
    browser.wait(&tab, |events| events.iter().any(|event| event["method"] == "Page.loadEventFired"))?;
    let seen = browser.evaluate(
        &tab,
        r#"(async () => {
            await document.fonts.load("16px Square", "a").catch(() => {});
            return {
                style: getComputedStyle(document.querySelector("h1")).color,
                font: [...document.fonts].map((font) => font.status).join(),
                module: window.module ?? null,
                classic: window.classic ?? null,
            };
        })()"#,
    )?;
    Ok((tab, seen))
}

/// What the browser says about preloads that were of no use to the page.
fn useless_preloads(browser: &Browser, tab: &Tab) -> Vec<String> {
    let entries = browser.events(tab).iter().filter(|event| event["method"] == "Log.entryAdded");
    let texts = entries.filter_map(|event| event["params"]["entry"]["text"].as_str());
    texts.filter(|text| text.contains("preload")).map(str::to_owned).collect()
}

fn with_cors(kind: Kind, folder: &Path, browser: &mut Browser, report: &mut Report<'_>) -> Result<(), String> {
    let origin = Origin::start(vec![v1::service(), v2::service()])?;
    let front = Front::start(kind, origin.port, folder)?;
    let base = format!("http://127.0.0.1:{}", front.port);
    let html = page(&base, v1::get, true)?;
    let page = origin::page(html.clone(), NONCE)?;
    origin.take();

    let all = json!({ "style": "rgb(1, 1, 1)", "font": "loaded", "module": "v1", "classic": "v1" });
    let (tab, seen) = visit(browser, page)?;
    report.equal("a page of another origin loads stylesheet, font and module, with integrity", &seen, &all);
    report.equal("each preload is the request that the page needs", &useless_preloads(browser, &tab), &Vec::new());
    let mut asked = origin.take();
    asked.sort();
    let paths = ["app.js", "classic.js", "fonts/square.woff2", "lib/answer.js", "style.css"];
    let expected: Vec<_> = paths.iter().map(|path| format!("/static/v1.0.0/{path}")).collect();
    report.equal("each is fetched once", &asked, &expected);

    let wrong = origin::page(html.replace(r#"type="font/woff2" crossorigin"#, r#"type="font/woff2""#), NONCE)?;
    let (wrong, _) = visit(browser, wrong)?;
    let is_useless = !useless_preloads(browser, &wrong).is_empty();
    report.equal("without `crossorigin` the font's would not be", &is_useless, &true);
    origin.take();

    let (_, seen) = visit(browser, page)?;
    report.equal("another visitor sees the same", &seen, &all);
    report.equal("and is answered from the cache", &origin.take(), &Vec::new());

    origin.deploy(1);
    let lazy = browser.evaluate(&tab, "window.lazy().catch(() => \"refused\")")?;
    report.equal("after a deploy a module with a digest refuses the redirect to newer bytes", &lazy, &json!("refused"));
    let newer = format!("fetch(\"{base}/static/v1.0.0/lazy.js\").then((answer) => answer.text())");
    let newer = browser.evaluate(&tab, &newer)?;
    report.equal("without one it follows it, by CORS", &newer, &json!("export const release = \"v2\";\n"));
    let kept = format!(
        "fetch(\"{base}/static/v1.0.0/style.css\", {{ cache: \"no-store\" }}).then((answer) => [answer.url, answer.status])"
    );
    let kept = browser.evaluate(&tab, &kept)?;
    let expected = json!([format!("{base}/static/v1.0.0/style.css"), 200]);
    report.equal("what the cache has of the older release it still gives", &kept, &expected);

    origin.take();
    for (rule, path, status, times) in [
        ("a redirect is not stored", "/static/v1.0.0/lazy.js", 301, 2),
        ("a refusal of a premature token is not stored", "/static/v3.0.0/lazy.js", 503, 2),
        ("what is missing is not stored", "/static/v2.0.0/none.js", 404, 2),
        ("an asset is stored", "/static/v2.0.0/style.css", 200, 1),
    ] {
        let answers = [front.get(path)?, front.get(path)?];
        let found = answers.each_ref().map(|answer| (answer.status, answer.field("access-control-allow-origin")));
        report.equal(rule, &found, &[(status, "*"); 2]);
        report.equal("so often the app is asked", &origin.take().len(), &times);
    }
    Ok(())
}

fn without(kind: Kind, folder: &Path, browser: &mut Browser, report: &mut Report<'_>) -> Result<(), String> {
    let origin = Origin::start(vec![without_cors::service()])?;
    let front = Front::start(kind, origin.port, folder)?;
    let base = format!("http://127.0.0.1:{}", front.port);
    for (rule, integrity, style, font) in [
        (
            "without CORS fonts and modules do not load, stylesheets and classic scripts do",
            false,
            "rgb(1, 1, 1)",
            "error",
        ),
        ("nor does anything with integrity", true, "rgb(0, 0, 0)", ""),
    ] {
        let page = origin::page(page(&base, without_cors::get, integrity)?, NONCE)?;
        let (_, seen) = visit(browser, page)?;
        report.equal(rule, &seen, &json!({ "style": style, "font": font, "module": null, "classic": "v1" }));
    }
    Ok(())
}

fn below_a_folder(kind: Kind, folder: &Path, report: &mut Report<'_>) -> Result<(), String> {
    let origin = Origin::start(vec![folder::service()])?;
    let front = Front::start(kind, origin.port, folder)?;
    for before in ["", "/site"] {
        let moved = front.get(&format!("{before}/static/v0.9.0/lib/answer.js"))?;
        report.equal("where the base has a path, a redirect is relative", &moved.status, &301);
        let location = moved.field("location").replace("../../", "");
        let found = front.get(&format!("{before}/static/{location}"))?;
        report.equal("and leads to the file below that path and without it", &found.status, &200);
    }
    Ok(())
}
