//! Somebody with a browser.

use serde_json::{Value, json};
use tempfile::TempDir;
use tests_browser::{Browser, Tab, until};

/// Chromium with one tab, and a cache that is empty at first.
pub(crate) struct Visitor {
    browser: Browser,
    tab: Tab,
    _profile: TempDir,
}

impl Visitor {
    pub(crate) fn new() -> Self {
        let profile = tempfile::tempdir().expect("a folder");
        let mut browser = Browser::start(profile.path()).expect("Chromium");
        let tab = browser.tab(true).expect("a tab");
        Self { browser, tab, _profile: profile }
    }

    /// Opens a page, and waits until it is loaded and an expression is true in it. What the tab has in memory is gone.
    pub(crate) fn open(&mut self, url: &str, expression: &str) {
        self.browser.call(Some(&self.tab), "Page.close", json!({})).expect("a tab that is open");
        self.tab = self.browser.tab(true).expect("a tab");
        self.browser.call(Some(&self.tab), "Page.navigate", json!({ "url": url })).expect("a navigation");
        self.wait(&format!("document.readyState == 'complete' && ({expression})"));
    }

    /// Opens a page again and again, until an expression is true in it.
    pub(crate) fn open_until(&mut self, url: &str, expression: &str) {
        self.do_and_open_until(|| {}, url, expression);
    }

    /// The same, and does something before each time.
    pub(crate) fn do_and_open_until(&mut self, before: impl Fn(), url: &str, expression: &str) {
        let opened = until(|| {
            before();
            self.open(url, "true");
            self.browser.evaluate(&self.tab, expression) == Ok(Value::Bool(true))
        });
        assert!(opened.is_ok(), "never true: {expression}");
    }

    /// Clicks on the element of a selector, and waits until an expression is true, in whatever page is there then.
    pub(crate) fn click(&mut self, selector: &str, expression: &str) {
        self.value(&format!("void document.querySelector({selector:?}).click()"));
        self.wait(&format!("document.readyState == 'complete' && ({expression})"));
    }

    /// Waits until an expression is true in the page.
    pub(crate) fn wait(&mut self, expression: &str) {
        let mut last = Ok(Value::Null);
        let waited = until(|| {
            last = self.browser.evaluate(&self.tab, expression);
            last == Ok(Value::Bool(true))
        });
        let page = self.browser.evaluate(&self.tab, "location.href + '\\n' + document.documentElement.outerHTML");
        assert!(waited.is_ok(), "never true: {expression}: {last:?}\n{:?}\n{page:?}", self.complaints());
    }

    /// What an expression is in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        self.browser.evaluate(&self.tab, expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Fails if an expression is something else in the page.
    pub(crate) fn assert(&mut self, expression: &str, expected: impl Into<Value>) {
        let expected = expected.into();
        assert_eq!(self.value(expression), expected, "{expression}");
    }

    /// The errors and warnings in the console of this tab, exceptions, and loads that failed.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let events = self.browser.events(&self.tab).iter();
        let complaint = |event: &Value| {
            let event_parameters = &event["params"];
            let text = match event["method"].as_str()? {
                "Runtime.exceptionThrown" => &event_parameters["exceptionDetails"],
                "Log.entryAdded" if ["error", "warning"].contains(&event_parameters["entry"]["level"].as_str()?) => {
                    &event_parameters["entry"]
                }
                "Runtime.consoleAPICalled" if ["error", "warning"].contains(&event_parameters["type"].as_str()?) => {
                    &event_parameters["args"]
                }
                "Network.loadingFailed" if event_parameters["canceled"] != true => event_parameters,
                _ => return None,
            };
            Some(text.to_string())
        };
        events.filter_map(complaint).collect()
    }

    /// Fails if the page has anything to complain about.
    pub(crate) fn assert_content(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
