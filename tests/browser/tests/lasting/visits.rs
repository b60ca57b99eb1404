//! The visitors of a site in Chromium, who keep their cache between visits.

use serde_json::{Value, json};
use tempfile::TempDir;
use tests_browser::site::program::Site;
use tests_browser::{Browser, Tab, until};

/// Somebody with a browser, whose cache is empty at first.
pub struct Visitor {
    browser: Browser,
    tab: Option<Tab>,
    _profile: TempDir,
}

/// What a page did until it was loaded.
pub struct Visit {
    /// The requests that reached the site, each with its status, in alphabetical order.
    pub asked: Vec<String>,
    /// The modules that have run, as often as they have, in alphabetical order.
    pub runs: Vec<String>,
}

impl Visitor {
    pub fn new() -> Self {
        let profile = tempfile::tempdir().unwrap();
        Self { browser: Browser::start(profile.path()).unwrap(), tab: None, _profile: profile }
    }

    /// Opens a page, until it is loaded and a module has run that may run later. What the visitor has looked at before is
    /// closed, and with it what the browser has in memory.
    pub fn open(&mut self, site: &Site, path: &str, module: &str) -> Visit {
        if let Some(tab) = self.tab.take() {
            self.browser.call(Some(&tab), "Page.close", json!({})).unwrap();
        }
        self.tab = Some(self.browser.tab(true).unwrap());
        let url = format!("{}{path}", site.origin());
        self.browser.call(self.tab.as_ref(), "Page.navigate", json!({ "url": url })).unwrap();
        let is_loaded = format!(
            "document.readyState == 'complete' && document.fonts.status == 'loaded' && self.runs?.includes('{module}')"
        );
        let waited = until(|| self.evaluate(&is_loaded).is_ok_and(|value| value == true));
        let asked = site.asked();
        assert!(waited.is_ok(), "{path} is not loaded: {asked:?} {:?}", self.console());
        let runs = self.evaluate("self.runs.sort()").unwrap();
        Visit { asked, runs: serde_json::from_value(runs).unwrap() }
    }

    /// What an expression is in the page.
    pub fn evaluate(&mut self, expression: &str) -> Result<Value, String> {
        self.browser.evaluate(self.tab.as_ref().expect("a page is open"), expression)
    }

    /// What the console says about preloads that the page does not use. There must be one: then it reports all of them together,
    /// some seconds after the page is loaded.
    pub fn useless_preloads(&mut self) -> Vec<String> {
        let tab = self.tab.as_ref().expect("a page is open");
        let waited = self.browser.wait(tab, |events| texts(events).any(|text| text.contains("preload")));
        assert!(waited.is_ok(), "{:?}", self.console());
        // There is a message for each preload, and the page answers this after the last of them.
        self.evaluate("true").unwrap();
        let mut texts = self.console();
        texts.retain(|text| text.contains("preload"));
        texts
    }

    /// What the console says.
    fn console(&self) -> Vec<String> {
        let tab = self.tab.as_ref().expect("a page is open");
        texts(self.browser.events(tab)).map(str::to_owned).collect()
    }
}

fn texts(events: &[Value]) -> impl Iterator<Item = &str> {
    let entries = events.iter().filter(|event| event["method"] == "Log.entryAdded");
    entries.filter_map(|event| event["params"]["entry"]["text"].as_str())
}
