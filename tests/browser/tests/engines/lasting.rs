//! URLs that last: what is asked for at the next visit, and at a reload.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tests_browser::front;
use tests_browser::site::program::{Release, Site};

use crate::raw::{Raw, page, script};
use crate::releases::{OF_PAGE, RELEASES};
use crate::table::answer;
use crate::visitor::{Visitor, certificate};

/// Everything that the page needs has come.
pub const LOADED: &str = "document.readyState == 'complete' && document.fonts.status == 'loaded' && self.runs?.length == 2 && \
    [...document.fonts].every(font => font.status == 'loaded')";

/// The log of a visit: requests for a page, or none where it is empty, and these assets, each once and answered 200.
pub fn asked(release: &Release, page: &str, view: &str, paths: &[&str]) -> Vec<String> {
    let urls = paths.iter().map(|path| release.url(view, path));
    let mut lines: Vec<_> =
        [page].into_iter().filter(|page| !page.is_empty()).chain(urls).map(|url| format!("200 {url}")).collect();
    lines.sort();
    lines
}

pub fn a_returning_visitor_asks_for_what_a_deploy_has_changed_and_for_nothing_else(visitor: &mut Visitor) {
    let [first, second, third] = &*RELEASES;
    let mut site = Site::start(first);
    let visit = |site: &Site, path: &str| {
        visitor.goto(&format!("{}{path}", site.origin()));
        visitor.wait(LOADED);
        site.asked()
    };
    for (path, view) in [("/", "static"), ("/map?preload", "web")] {
        assert_eq!(visit(&site, path), asked(first, path, view, &OF_PAGE));
        assert_eq!(visit(&site, path), asked(first, path, view, &[]));
    }
    // `lazy.js`, which is not loaded here, takes the modules along that import it or that it imports; not with an import map.
    site.deploy(second);
    assert_eq!(visit(&site, "/"), asked(second, "/", "static", &["js/app.js", "js/state.js"]));
    assert_eq!(visit(&site, "/map?preload"), asked(second, "/map?preload", "web", &[]));
    // The same, and a stylesheet with what it needs.
    site.deploy(third);
    assert_eq!(visit(&site, "/"), asked(third, "/", "static", &OF_PAGE));
    let style = ["fonts/square.woff2", "img/paper.svg", "site.css"];
    assert_eq!(visit(&site, "/map?preload"), asked(third, "/map?preload", "web", &style));
}

pub fn a_reload_asks_for_files_that_are_immutable_or_not(visitor: &mut Visitor) {
    let release = &RELEASES[0];
    let site = Site::start(release);
    let (certificate, folder) = certificate();
    let folder = folder.join(format!("tls-{:?}", visitor.session().engine));
    let (_tls, port) = front::tls(&folder, certificate, site.port).unwrap();
    for (row, origin) in [
        ("a reload asks for `immutable` files, over TLS", format!("https://127.0.0.1:{port}")),
        ("a reload asks for `immutable` files, without TLS", site.origin()),
    ] {
        let _ = site.asked();
        visitor.goto(&format!("{origin}/"));
        visitor.wait(LOADED);
        assert_eq!(site.asked(), asked(release, "/", "static", &OF_PAGE));
        visitor.reload();
        visitor.wait(LOADED);
        let again = site.asked();
        let of_assets: Vec<_> = again.iter().filter(|line| *line != "200 /").collect();
        // Where the browser asks, it is for files of the page that have not changed.
        let is_of_page = |line: &str| OF_PAGE.iter().any(|path| line == format!("304 {}", release.url("static", path)));
        assert!(again.iter().any(|line| line == "200 /") && of_assets.iter().all(|line| is_of_page(line)), "{again:?}");
        visitor.shows(row, answer(!of_assets.is_empty()));
    }
}

pub fn a_redirect_that_says_nothing_of_its_age_is_kept(visitor: &mut Visitor) {
    let is_back = Arc::new(AtomicBool::new(false));
    let moves = Arc::clone(&is_back);
    let site = Raw::start(move |path| match path {
        "/" => page("<script src='/old.js'></script>"),
        "/old.js" if !moves.load(Ordering::SeqCst) => (301, vec![("location", "/new.js")], String::new()),
        _ => script(&format!("self.from = '{path}'")),
    });
    visitor.goto(&site.origin);
    assert_eq!(visitor.see("from"), "/new.js");
    is_back.store(true, Ordering::SeqCst);
    visitor.goto(&format!("{}/?", site.origin));
    let _ = site.asked();
    let kept = visitor.see("from == '/new.js'") == true;
    visitor.shows("a 301 without `Cache-Control` is cached", answer(kept));
}
