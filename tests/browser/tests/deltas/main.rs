//! Deltas in Chromium: what a returning visitor downloads after each of several deploys. Real releases, and what was really sent.

use serde_json::json;
use tests_browser::site::program::{Release, Site, app_that_serves};
use tests_browser::{Browser, Tab, http, until};

/// How many releases there are.
const RELEASES: u32 = 4;

/// A file whose name has a meaning in URL patterns. The stylesheet names it as it is, and Chromium encodes only the braces.
const ODD: &str = "odd+(a){b}:c.css";

/// Text that does not compress well, with one line that each release changes.
fn text(rule: impl Fn(u32) -> String, last: &str) -> String {
    (0..400_u32).map(|n| rule(n * n % 7_919)).collect::<String>() + last
}

/// A response: status, coding, length, whether a dictionary was offered, and the name of the file.
type Sent = (u16, String, u64, bool, String);

/// Everything that is sent from one call to the next, in alphabetical order of the names.
fn sent(site: &Site) -> Vec<Sent> {
    let answer = http::get(site.port, "/sent").expect("a log");
    let text = String::from_utf8(answer.body).expect("text");
    let line = |line: &str| {
        let fields: Vec<_> = line.split(' ').collect();
        let number = |field: &str| field.parse().unwrap_or_default();
        let path = fields[4].rsplit('/').next().unwrap_or_default().replace("%7B", "{").replace("%7D", "}");
        (number(fields[0]) as u16, fields[1].to_owned(), number(fields[2]), fields[3] == "true", path)
    };
    let mut sent: Vec<_> = text.lines().map(line).collect();
    sent.sort_by(|a, b| a.4.cmp(&b.4));
    sent
}

struct Visitor {
    browser: Browser,
    tab: Option<Tab>,
}

impl Visitor {
    /// Opens the page of a release, until it works, and returns the files that were sent.
    fn open(&mut self, site: &Site, release: u32) -> Vec<Sent> {
        if let Some(tab) = self.tab.take() {
            self.browser.call(Some(&tab), "Page.close", json!({})).unwrap();
        }
        self.tab = Some(self.browser.tab(true).unwrap());
        self.browser.call(self.tab.as_ref(), "Page.navigate", json!({ "url": format!("{}/", site.origin()) })).unwrap();
        let is_there = format!(
            "self.release == {release} && getComputedStyle(document.body).top == '{release}px' \
             && getComputedStyle(document.querySelector('h1')).left == '{release}px'"
        );
        let waited = until(|| self.evaluate(&is_there));
        let mut sent = sent(site);
        assert!(waited.is_ok(), "release {release} does not work: {sent:?}");
        sent.retain(|(.., path)| !path.is_empty());
        sent
    }

    fn evaluate(&mut self, expression: &str) -> bool {
        let tab = self.tab.as_ref().expect("a page is open");
        self.browser.evaluate(tab, expression).is_ok_and(|value| value == true)
    }

    /// Waits until the browser offers each file as a dictionary for its next release: it notes that some time after it has loaded the file.
    fn wait_for_dictionaries(&mut self, site: &Site) {
        for path in ["app.js", "style.css", ODD] {
            let ask = format!("fetch('/static/v9.9.9/{path}').then(it => it.status == 503)");
            let waited = until(|| self.evaluate(&ask) && sent(site).iter().any(|(.., offered, _)| *offered));
            assert!(waited.is_ok(), "{path} is no dictionary");
        }
    }
}

#[test]
fn a_returning_visitor_downloads_the_differences_of_each_release() {
    let app = app_that_serves("deltas", include_str!("app/build.rs"), include_str!("app/main.rs"));
    let releases: Vec<_> = (1..=RELEASES)
        .map(|number| {
            let rule = |n| format!(".a{n} {{ margin: {}px }}\n", n * 7 % 1_009);
            let import = format!("@import './{ODD}';\n");
            app.write(
                "static/style.css",
                import + &text(rule, &format!("body {{ position: relative; top: {number}px }}\n")),
            );
            let odd = text(rule, &format!("h1 {{ position: relative; left: {number}px }}\n"));
            app.write(format!("static/{ODD}"), odd);
            let script =
                text(|n| format!("export const a{n}_{} = {n}\n", n * 3 % 1_013), &format!("self.release = {number}\n"));
            // A name may come only once.
            let lines: std::collections::BTreeSet<_> = script.lines().collect();
            app.write("static/app.js", lines.into_iter().collect::<Vec<_>>().join("\n"));
            let token = format!("v1.{number}.0");
            let release = Release::build(&app, &token, &[("CACHEBREAKER", &token)]);
            app.record("history");
            release
        })
        .collect();
    let files = [("app.js", 100), (ODD, 120), ("style.css", 120)];

    let profile = tempfile::tempdir().unwrap();
    let mut visitor = Visitor { browser: Browser::start(profile.path()).unwrap(), tab: None };
    let mut site = Site::start(&releases[0]);
    let whole = visitor.open(&site, 1);
    assert_eq!(whole.len(), 3, "{whole:?}");
    for ((status, coding, length, ..), (_, most)) in whole.iter().zip(files) {
        assert!((*status, &**coding) == (200, "br") && *length > 5 * most, "{whole:?}");
    }
    for number in 2..=RELEASES {
        visitor.wait_for_dictionaries(&site);
        site.deploy(&releases[number as usize - 1]);
        let differences = visitor.open(&site, number);
        assert_eq!(differences.len(), 3, "{differences:?}");
        for ((status, coding, length, _, path), (file, most)) in differences.iter().zip(files) {
            assert_eq!((*status, &**coding, &**path), (200, "dcb", file), "{differences:?}");
            assert!(*length < most, "{differences:?}");
        }
    }

    // Without its data, it is a new visitor.
    assert!(visitor.evaluate("fetch('/clear').then(it => it.ok)"));
    let mut again = visitor.open(&site, RELEASES);
    again.retain(|(.., path)| path != "clear");
    let is_whole = |(status, coding, length, ..): &Sent| *status == 200 && coding == "br" && *length > 1_000;
    assert!(again.len() == 3 && again.iter().all(is_whole), "{again:?}");
}
