//! Kept releases: a page that was open over two deploys.

use serde_json::json;
use tests_browser::Window;
use tests_browser::site::program::Site;

use crate::lasting::LOADED;
use crate::releases::RELEASES;
use crate::visitor::Visitor;

pub fn a_page_of_two_releases_ago_gets_its_own_modules_and_one_instance_of_each(visitor: &mut Visitor) {
    let [first, second, third] = &*RELEASES;
    let mut open: Vec<(Window, Site, Site, String, &str)> = Vec::new();
    for (path, view) in [("/", "static"), ("/map", "web")] {
        for words in ["", "integrity", "integrity&base"] {
            // Other origins each time, so that nothing is in the cache.
            let (site, assets) = (Site::start(first), Site::start(first));
            let page = format!("{path}?{}", words.replace("base", &assets.origin()));
            visitor.open();
            visitor.goto(&format!("{}{page}", site.origin()));
            visitor.wait(LOADED);
            let has_digests = visitor.see("document.querySelector('script[type=module]').integrity != ''");
            assert_eq!(has_digests, words.contains("integrity"), "{page}");
            let _ = (site.asked(), assets.asked());
            open.push((visitor.session().window().unwrap(), site, assets, page, view));
        }
    }
    for (window, mut site, mut assets, page, view) in open {
        for release in [second, third] {
            site.deploy(release);
            assets.deploy(release);
        }
        visitor.session().turn_to(&window).unwrap();
        for import in ["lazy", "named"] {
            let seen = visitor.see(&format!(
                "{import}().then(module => [document.title, module.release, module.cart, self.runs.sort()])"
            ));
            let runs = ["js/app.js", "js/lazy.js", "js/state.js"];
            assert_eq!(seen, json!(["v1.0.0", "v1.0.0", ["book"], runs]), "{page}, {import}");
        }
        let lazy = format!("200 {}", first.url(view, "js/lazy.js"));
        let (of_site, of_assets) = (site.asked(), assets.asked());
        let (asked, other) = if page.contains("http") { (of_assets, of_site) } else { (of_site, of_assets) };
        assert_eq!((asked, other), (vec![lazy], vec![]), "{page}");
    }
}
