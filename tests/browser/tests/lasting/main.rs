//! URLs that last, in Chromium: what a returning visitor asks for after a deploy, that no module runs twice and no preload is
//! wasted. Real releases, and the requests that really reached them.

mod releases;
mod visits;

use releases::{APP, CHART, RELEASES, Releases};
use tests_browser::site::program::Site;
use visits::Visitor;

/// The unit of the stylesheet that a release changes.
const SITE: [&str; 3] = ["fonts/square.woff2", "img/paper.png", "site.css"];
const THEME: [&str; 2] = ["img/stripe.png", "theme.css"];
const LOGO: [&str; 1] = ["img/logo.png"];

/// The log of a visit: requests for the page and for these URLs, each once and answered 200.
fn asked(page: &str, urls: &[&str]) -> Vec<String> {
    sorted([page].iter().chain(urls).map(|url| format!("200 {url}")).collect())
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

#[test]
fn a_returning_visitor_asks_for_what_a_deploy_has_changed_and_for_nothing_else() {
    let Releases { first, new_style, new_module, .. } = &*RELEASES;
    let docs = first.url("static", "docs/index.html");
    let (mut site, mut visitor) = (Site::start(first), Visitor::new());
    let mut visit = |site: &Site| {
        [("/", "js/lazy.js"), ("/map", "js/lazy.js"), (docs, "js/chart.js")]
            .map(|(page, last)| visitor.open(site, page, last).asked)
    };
    // A file whose modules have a map that the build has written.
    let mut visitor_of_page = Visitor::new();
    let mut visit_page = |site: &Site| {
        let visit = visitor_of_page.open(site, "/page", "js/lazy.js");
        assert_eq!(visit.runs, APP);
        visit.asked
    };
    assert_eq!(visit_page(&site), asked("/page", &first.urls("web", &[&APP])));
    assert_eq!(visit_page(&site), ["304 /page"]);
    let [index, map, of_docs] = visit(&site);
    assert_eq!(index, asked("/", &first.urls("static", &[&SITE, &THEME, &LOGO, &APP, &CHART])));
    assert_eq!(map, asked("/map", &first.urls("web", &[&APP])));
    assert_eq!(of_docs.len(), 5);
    assert_eq!(visit(&site), [asked("/", &[]), asked("/map", &[]), vec![]]);

    // One stylesheet: it, its font and its image.
    site.deploy(new_style);
    let style = asked("/", &new_style.urls("static", &[&SITE]));
    assert_eq!(visit(&site), [style, asked("/map", &[]), vec![]]);
    assert_eq!(visit_page(&site), ["304 /page"]);

    // One module: its graph, and with an import map the module alone.
    site.deploy(new_module);
    let graph = asked("/", &new_module.urls("static", &[&APP]));
    let module = asked("/map", &new_module.urls("web", &[&["js/dates.js"]]));
    assert_eq!(visit(&site), [graph, module, vec![]]);
    assert_eq!(visit_page(&site), asked("/page", &new_module.urls("web", &[&["js/dates.js"]])));
}

#[test]
fn no_module_runs_twice_and_no_preload_is_wasted() {
    let release = &RELEASES.new_module;
    let site = Site::start(release);
    let unused = release.url("static", "img/unused.png");
    let of_index = release.urls("static", &[&SITE, &THEME, &LOGO, &APP, &CHART]);
    let of_map = release.urls("web", &[&APP]);
    let runs_of_index = sorted([&APP[..], &CHART].concat());
    for (page, urls, runs) in [
        ("/?unused", &of_index, &runs_of_index[..]),
        ("/map?unused", &of_map, &APP),
        ("/map-and-headers?unused", &of_map, &APP),
    ] {
        let mut visitor = Visitor::new();
        let visit = visitor.open(&site, page, "js/lazy.js");
        // Chromium reports the one that the page does not need, and would report others with it.
        let useless = visitor.useless_preloads();
        assert!(useless.len() == 1 && useless[0].contains(unused), "{page}: {useless:?}");
        assert_eq!(visit.asked, asked(page, &[&urls[..], &[unused]].concat()));
        assert_eq!(visit.runs, runs, "{page}");
        assert_eq!(visitor.open(&site, page, "js/lazy.js").asked, asked(page, &[]), "nothing came later");
    }
}

#[test]
fn modules_on_a_base_of_another_origin_run_once_and_keep_their_urls() {
    let Releases { new_style: older, new_module: newer, .. } = &*RELEASES;
    let (mut site, mut assets, mut visitor) = (Site::start(older), Site::start(older), Visitor::new());
    let page = format!("/map-and-base?{}", assets.origin());
    for (release, changed) in [(older, &APP[..]), (newer, &["js/dates.js"])] {
        site.deploy(release);
        assets.deploy(release);
        let visit = visitor.open(&site, &page, "js/lazy.js");
        assert_eq!(visit.asked, asked(&page, &[]));
        let expected = release.urls("web", &[changed]).into_iter().map(|url| format!("200 {url}"));
        assert_eq!(assets.asked(), sorted(expected.collect()));
        assert_eq!(visit.runs, APP);
    }
}

#[test]
fn a_page_with_an_import_map_that_leaves_the_map_out_runs_a_module_once_for_each_import() {
    let release = &RELEASES.first;
    let visit = Visitor::new().open(&Site::start(release), "/no-map", "js/lazy.js");
    assert_eq!(visit.runs, ["js/app.js", "js/dates.js", "js/dates.js", "js/dates.js", "js/lazy.js", "js/state.js"]);
    let (answered, redirected): (Vec<_>, Vec<_>) = visit.asked.into_iter().partition(|it| it.starts_with("200 "));
    assert_eq!(answered, asked("/no-map", &release.urls("web", &[&APP])));
    assert!(redirected.len() == 5 && redirected.iter().all(|it| it.starts_with("301 ")), "{redirected:?}");
}

#[test]
fn a_page_among_the_assets_works_under_its_own_token() {
    let release = &RELEASES.first;
    let page = release.url("static", "docs/index.html");
    let mut visitor = Visitor::new();
    let visit = visitor.open(&Site::start(release), page, "js/chart.js");
    let under_its_token = [&THEME[..], &CHART].concat().into_iter().map(|path| page.replace("docs/index.html", path));
    let under_its_token: Vec<_> = under_its_token.collect();
    assert_eq!(visit.asked, asked(page, &under_its_token.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(visit.runs, CHART);
    let with_modules = release.url("web", "page.html");
    let visit = Visitor::new().open(&Site::start(release), with_modules, "js/lazy.js");
    let under_its_token: Vec<_> = APP.map(|path| with_modules.replace("page.html", path)).into();
    assert_eq!(visit.asked, asked(with_modules, &under_its_token.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(visit.runs, APP);
    let image = visitor.evaluate("getComputedStyle(document.querySelector('h1')).backgroundImage").unwrap();
    assert!(image.as_str().unwrap().ends_with("/img/stripe.png\")"), "{image}");
}

#[test]
fn after_a_rollback_pages_of_the_older_release_are_loaded_from_the_cache_and_from_the_site() {
    let Releases { first, new_module, .. } = &*RELEASES;
    let (mut site, mut knows_both, mut knows_newer) = (Site::start(first), Visitor::new(), Visitor::new());
    let visit = |site: &Site, visitor: &mut Visitor| {
        ["/", "/map"].map(|page| {
            let visit = visitor.open(site, page, "js/lazy.js");
            let color = visitor.evaluate("getComputedStyle(document.body).color").unwrap();
            (visit.asked, visit.runs.len(), color.as_str().unwrap().to_owned())
        })
    };
    let black = || "rgb(0, 0, 0)".to_owned();
    visit(&site, &mut knows_both);
    site.deploy(new_module);
    visit(&site, &mut knows_both);
    assert_ne!(visit(&site, &mut knows_newer)[0].2, black());

    site.deploy(first);
    assert_eq!(visit(&site, &mut knows_both), [(asked("/", &[]), 6, black()), (asked("/map", &[]), 4, black())]);
    let changed = asked("/", &first.urls("static", &[&SITE, &APP]));
    let module = asked("/map", &first.urls("web", &[&["js/dates.js"]]));
    assert_eq!(visit(&site, &mut knows_newer), [(changed, 6, black()), (module, 4, black())]);
}
