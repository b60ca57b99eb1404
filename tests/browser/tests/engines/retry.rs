//! The retry script, and what it is for: an instance of the older release answers assets of the newer one with 503.

use std::thread;
use std::time::Duration;

use tests_browser::site::rollout::{NONCE, NOTES, Page, Site, url};

use crate::table::answer;
use crate::visitor::Visitor;

const POLICY: &str = "script-src 'nonce-bm9uY2U'; style-src 'nonce-bm9uY2U'";
const STYLE_IS_LOADED: &str =
    "getComputedStyle(document.documentElement).getPropertyValue('--style').trim() == 'loaded'";

fn inline(code: &str) -> String {
    format!("<script nonce=\"{NONCE}\">{code}</script>")
}

fn script(path: &str, attributes: &str) -> String {
    format!("<script src=\"{}\" nonce=\"{NONCE}\" {attributes}></script>", url(path))
}

fn stylesheet(path: &str) -> String {
    format!("<link rel=\"stylesheet\" href=\"{}\" nonce=\"{NONCE}\">", url(path))
}

/// Opens a page with these elements.
fn open(visitor: &Visitor, elements: &[String], wrong: &[(&str, usize)]) -> Site {
    let mut page = Page::new(POLICY, &elements.concat());
    page.html.insert_str(0, &inline(NOTES));
    let site = Site::start(page, wrong);
    visitor.goto(&format!("http://{}/", site.address));
    site
}

pub fn what_fails_twice_is_loaded_in_the_end(visitor: &mut Visitor) {
    let elements = [
        stylesheet("style.css"),
        script("classic.js", "data-say=\"hello\""),
        script("app.js", "type=\"module\""),
        inline(&format!("self.result = retryImport('{}').then(module => module.name)", url("lazy.js"))),
    ];
    let site = open(visitor, &elements, &[("style.css", 2), ("classic.js", 2), ("app.js", 2), ("lazy.js", 2)]);
    visitor.wait(STYLE_IS_LOADED);
    visitor.wait("document.documentElement.dataset.classic == 'hello'");
    visitor.wait("document.documentElement.dataset.app == 'ran'");
    assert_eq!(visitor.see("result"), "lazy");
    assert_eq!(site.loads(), 1);
    assert_eq!(site.queries("lazy.js"), ["", "?retry=1", "?retry=2"]);
    assert_eq!([site.queries("style.css"), site.queries("classic.js")].concat(), [""; 6]);
}

pub fn a_failed_import_is_asked_for_again_or_not(visitor: &mut Visitor) {
    let load = inline("self.load = url => import(url).then(() => 'loaded', String)");
    let site = open(visitor, &[load], &[("lazy.js", 1), ("lib.js", 1)]);
    let error = visitor.see(&format!("load('{}')", url("lazy.js")));
    let error = error.as_str().unwrap();
    visitor.shows("the error of a failed `import()` names the URL", answer(error.contains(&url("lazy.js"))));
    let again = visitor.see(&format!("load('{}')", url("lazy.js")));
    let is_asked = site.queries("lazy.js").len() == 2;
    assert_eq!(again == "loaded", is_asked);
    visitor.shows("a second `import()` of a module that failed requests it again", answer(is_asked));
    // A module that was there, and imports one that was not.
    assert_ne!(visitor.see(&format!("load('{}')", url("app.js"))), "loaded");
    let again = visitor.see(&format!("load('{}')", url("app.js")));
    let is_asked = site.queries("lib.js").len() == 2;
    assert_eq!(again == "loaded", is_asked);
    visitor.shows("… and requests again what failed among its own imports", answer(is_asked));
    assert_eq!(site.loads(), 1);
}

pub fn a_503_is_final_whatever_its_retry_after_says(visitor: &mut Visitor) {
    // Without the script of this view: nothing in the page asks again.
    let load =
        inline("self.failed = []; addEventListener('error', ({ target }) => failed.push(target.localName), true)");
    let html = [load, stylesheet("style.css"), script("classic.js", "")].concat();
    let always = usize::MAX;
    let site = Site::start(Page { policy: POLICY.to_owned(), html }, &[("style.css", always), ("classic.js", always)]);
    visitor.goto(&format!("http://{}/", site.address));
    visitor.wait("failed.length == 2");
    // Until then a file may have been requested twice: once by what reads the page ahead, and once by its element.
    let requests = || ["style.css", "classic.js"].map(|path| site.queries(path).len());
    let before = requests();
    // Longer than `Retry-After` says.
    thread::sleep(Duration::from_secs(4));
    visitor.shows("a file that got a 503 with `Retry-After` is requested again", answer(requests() != before));
}

pub fn what_is_gone_for_good_reloads_the_page_once(visitor: &mut Visitor) {
    for element in [
        inline(&format!("self.result = retryImport('{}')", url("gone.js"))),
        inline(&format!("self.result = import('{}')", url("gone.js"))),
        script("gone.js", ""),
        stylesheet("gone.css"),
    ] {
        let site = open(visitor, &[element], &[]);
        tests_browser::until(|| site.loads() == 2).unwrap();
        visitor.wait("document.readyState == 'complete' && !!self.waits");
        visitor.wait("self.result ? result.then(() => false, () => true) : failures == 1");
        visitor.see("fetch('/last').then(() => true)");
        assert_eq!(visitor.see("waits.length"), 0);
        assert_eq!(site.loads(), 2);
    }
}
