//! A page of one release that imports a module after the deploy of the next, in Chromium: the trap of a redirected module, and
//! `stale = NotFoundForModules`, which avoids it. The two releases have the same files; only their tokens differ.

use std::ops::Deref;

use cachebreaker::StaleAnswer;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests_browser::site::deploys;
use tests_browser::{Browser, Tab, until};

/// The URLs of the page of release 1.
const CHECKOUT: &str = "/static/v1.0.0/checkout.js";
const STYLE: &str = "/static/v1.0.0/style.css";

/// A site, and a browser with the page of its release 1.
struct Site {
    site: deploys::Site,
    browser: Browser,
    tab: Tab,
    _profile: TempDir,
}

impl Deref for Site {
    type Target = deploys::Site;

    fn deref(&self) -> &deploys::Site {
        &self.site
    }
}

impl Site {
    fn open(stale: StaleAnswer) -> Self {
        let site = deploys::Site::start(stale);
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Browser::start(profile.path()).unwrap();
        let tab = browser.tab(true).unwrap();
        let note =
            "self.waits = 0; const wait = setTimeout; self.setTimeout = (...call) => { waits++; return wait(...call) }";
        browser.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", json!({ "source": note })).unwrap();
        browser.call(Some(&tab), "Page.navigate", json!({ "url": format!("http://{}/", site.address) })).unwrap();
        let mut site = Self { site, browser, tab, _profile: profile };
        site.wait("self.state?.cart.length == 1");
        site
    }

    fn evaluate(&mut self, expression: &str) -> Result<Value, String> {
        self.browser.evaluate(&self.tab, expression)
    }

    fn wait(&mut self, expression: &str) {
        let waited = until(|| self.evaluate(expression).is_ok_and(|value| value == true));
        assert!(waited.is_ok(), "never true: {expression}");
    }

    /// The release of the page, how often it has evaluated `state.js`, and how often its script has waited.
    fn page(&mut self) -> Value {
        self.evaluate("[document.title, evaluations, waits]").unwrap()
    }
}

#[test]
fn a_module_that_is_redirected_brings_a_second_copy_of_what_it_imports() {
    for import in ["import", "retryImport"] {
        let mut site = Site::open(StaleAnswer::Redirect);
        site.deploy("v2.0.0");
        let cart = site.evaluate(&format!("{import}('{CHECKOUT}').then(module => module.cart)")).unwrap();
        assert_eq!(cart, json!([]), "the page has a book in its cart");
        assert_eq!(site.page(), json!(["v1.0.0", 2, 0]));
        assert_eq!(site.loads_and_heads(), (1, 0));
    }
}

#[test]
fn where_modules_are_not_redirected_the_import_fails_and_the_page_is_the_next_release_at_once() {
    for (stale, import, heads) in [
        // What `fetch` asks for is redirected: two requests.
        (StaleAnswer::NotFoundForModules, "retryImport", 2),
        (StaleAnswer::NotFound, "retryImport", 1),
        // Nothing catches it, and nothing would retry it.
        (StaleAnswer::NotFoundForModules, "import", 0),
    ] {
        let mut site = Site::open(stale);
        site.deploy("v2.0.0");
        site.evaluate(&format!("void {import}('{CHECKOUT}')")).unwrap();
        site.wait("document.title == 'v2.0.0' && self.state?.cart.length == 1");
        assert_eq!(site.loads_and_heads(), (2, heads), "{stale:?}, {import}");
        assert_eq!(site.page(), json!(["v2.0.0", 1, 0]), "{stale:?}");
        let cart = site.evaluate("import('/static/v2.0.0/checkout.js').then(module => module.cart)").unwrap();
        assert_eq!(cart, json!(["book"]));
        assert_eq!(site.page(), json!(["v2.0.0", 1, 0]), "{stale:?}");
    }
}

#[test]
fn a_page_that_catches_the_failure_keeps_its_state() {
    let mut site = Site::open(StaleAnswer::NotFoundForModules);
    site.deploy("v2.0.0");
    let error = site.evaluate(&format!("import('{CHECKOUT}').catch(String)")).unwrap();
    assert!(error.as_str().unwrap().contains("Failed to fetch dynamically imported module"), "{error}");
    assert_eq!(site.page(), json!(["v1.0.0", 1, 0]));
    assert_eq!(site.loads_and_heads(), (1, 0));
}

#[test]
fn what_is_no_module_is_redirected_where_only_modules_are_not() {
    let mut site = Site::open(StaleAnswer::NotFoundForModules);
    site.deploy("v2.0.0");
    let style = format!(
        "new Promise((loaded, failed) => {{ const link = document.createElement('link'); link.rel = 'stylesheet'; \
         link.href = '{STYLE}'; link.onload = () => loaded(true); link.onerror = failed; document.head.append(link) }})"
    );
    assert_eq!(site.evaluate(&style).unwrap(), true);
    assert_eq!(site.evaluate(&format!("fetch('{STYLE}').then(response => response.redirected)")).unwrap(), true);
    assert_eq!(site.page(), json!(["v1.0.0", 1, 0]));
}

#[test]
fn a_module_that_has_kept_its_url_over_the_deploy_is_the_one_that_the_page_has() {
    for stale in [StaleAnswer::Redirect, StaleAnswer::NotFoundForModules, StaleAnswer::NotFound] {
        for import in ["import", "retryImport"] {
            let mut site = Site::open(stale);
            // The same assets have the same token, as one of their contents.
            site.deploy("v1.0.0");
            let cart = site.evaluate(&format!("{import}('{CHECKOUT}').then(module => module.cart)")).unwrap();
            assert_eq!(cart, json!(["book"]), "{stale:?}");
            assert_eq!(site.page(), json!(["v1.0.0", 1, 0]), "{stale:?}");
            assert_eq!(site.loads_and_heads(), (1, 0), "{stale:?}");
        }
    }
}
