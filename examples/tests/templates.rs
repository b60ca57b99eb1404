//! Each template engine's example, started as a user starts it, and its page with all that is in it.

mod running;

use running::{Running, urls};

/// The page names both assets under the current token, and no others, as they are served.
fn shows_its_assets(title: &str, program: &str) {
    let example = Running::start(program);
    let page = example.get("/");
    assert_eq!((page.status, page.expect("content-type")), (200, "text/html; charset=utf-8"), "{page:?}");
    assert!(page.text().contains(&format!("<h1>{title}</h1>")), "{}", page.text());
    let mut urls = urls(page.text());
    // An import map before a module names it too.
    urls.dedup();
    let [style, app] = urls[..] else { panic!("{urls:?} in {}", page.text()) };
    let token = style.strip_prefix("/static/").and_then(|rest| rest.strip_suffix("/css/style.css")).expect(style);
    assert_eq!(app, format!("/static/{token}/js/app.js"));
    for (url, content_type) in [(style, "text/css; charset=utf-8"), (app, "text/javascript; charset=utf-8")] {
        let asset = example.get(url);
        assert_eq!((asset.status, asset.expect("content-type")), (200, content_type), "{url}");
    }
    let stale = example.get("/static/1/js/app.js");
    assert_eq!((stale.status, stale.expect("location")), (301, app));
}

#[test]
fn csp_shows_its_assets() {
    shows_its_assets("csp", env!("CARGO_BIN_EXE_csp"));
}

#[test]
fn csp_gives_each_answer_a_nonce_of_its_own_and_every_element_has_it() {
    let example = Running::start(env!("CARGO_BIN_EXE_csp"));
    let nonces = [example.get("/"), example.get("/")].map(|page| {
        let policy = page.expect("content-security-policy");
        let nonce = policy.split("script-src 'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect(policy);
        assert!(nonce.len() == 32 && policy.contains(&format!("style-src 'nonce-{nonce}'")), "{policy}");
        assert_eq!(page.text().matches(&format!("nonce=\"{nonce}\"")).count(), 3, "{}", page.text());
        assert!(page.text().contains(cachebreaker::RETRY_SCRIPT), "{}", page.text());
        nonce.to_owned()
    });
    assert_ne!(nonces[0], nonces[1]);
}

#[test]
fn format_shows_its_assets() {
    shows_its_assets("format!", env!("CARGO_BIN_EXE_format"));
}

#[test]
fn askama_shows_its_assets() {
    shows_its_assets("askama", env!("CARGO_BIN_EXE_askama"));
}

#[test]
fn askama_writes_an_import_map() {
    let page = Running::start(env!("CARGO_BIN_EXE_askama")).get("/");
    let start = r#"<script type="importmap">{"imports":{"app":"/static/"#;
    assert!(page.text().contains(start) && page.text().contains(r#"/js/app.js"}}</script>"#), "{}", page.text());
}

#[test]
fn maud_shows_its_assets() {
    shows_its_assets("maud", env!("CARGO_BIN_EXE_maud"));
}

#[test]
fn dioxus_shows_its_assets() {
    shows_its_assets("dioxus", env!("CARGO_BIN_EXE_dioxus"));
}

#[test]
fn minijinja_shows_its_assets() {
    shows_its_assets("minijinja", env!("CARGO_BIN_EXE_minijinja"));
}

#[test]
fn tera_shows_its_assets() {
    shows_its_assets("tera", env!("CARGO_BIN_EXE_tera"));
}

#[test]
fn handlebars_shows_its_assets() {
    shows_its_assets("handlebars", env!("CARGO_BIN_EXE_handlebars"));
}
