//! A visit to a site in Chromium.

use serde_json::{Value, json};
use tempfile::TempDir;
use tests_browser::site::rollout::{NOTES, Site};
use tests_browser::{Browser, Tab, until};

/// A tab in which a site is open.
pub struct Visit<'s> {
    browser: Browser,
    tab: Tab,
    site: &'s Site,
    _profile: TempDir,
}

impl<'s> Visit<'s> {
    /// Opens the site's page in a browser of its own.
    pub fn new(site: &'s Site) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Browser::start(profile.path()).unwrap();
        let tab = browser.tab(true).unwrap();
        browser.call(Some(&tab), "Page.addScriptToEvaluateOnNewDocument", json!({ "source": NOTES })).unwrap();
        let mut visit = Self { browser, tab, site, _profile: profile };
        visit.open();
        visit
    }

    fn open(&mut self) {
        let url = format!("http://{}/", self.site.address);
        self.browser.call(Some(&self.tab), "Page.navigate", json!({ "url": url })).unwrap();
    }

    /// The value of an expression in the page.
    pub fn evaluate(&mut self, expression: &str) -> Result<Value, String> {
        self.browser.evaluate(&self.tab, expression)
    }

    /// Waits until an expression is true in the page, which may be reloaded meanwhile.
    pub fn wait(&mut self, expression: &str) {
        let waited = until(|| self.evaluate(expression).is_ok_and(|value| value == true));
        let state = "JSON.stringify([document.documentElement.outerHTML.slice(-900), waits, failures])";
        assert!(waited.is_ok(), "never true: {expression}\n{:?}\n{:?}", self.evaluate(state), self.console());
    }

    /// Waits until the page has been loaded so often.
    pub fn wait_for_loads(&mut self, loads: usize) {
        until(|| self.site.loads() == loads).unwrap_or_else(|error| panic!("{} loads: {error}", self.site.loads()));
        self.wait("document.readyState == 'complete'");
    }

    /// Takes the browser off the network, or back.
    pub fn go_offline(&mut self, offline: bool) {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.browser.call(Some(&self.tab), "Network.emulateNetworkConditions", conditions).unwrap();
    }

    /// What the console has shown.
    fn console(&self) -> Vec<&Value> {
        let events = self.browser.events(&self.tab).iter();
        events
            .filter(|event| event["method"] == "Log.entryAdded")
            .map(|event| &event["params"]["entry"]["text"])
            .collect()
    }
}
