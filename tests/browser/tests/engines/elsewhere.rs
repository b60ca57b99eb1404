//! A page whose assets are on another origin.

use tests_browser::site::program::Site;

use crate::lasting::{LOADED, asked};
use crate::releases::{OF_PAGE, RELEASES};
use crate::visitor::Visitor;

pub fn assets_on_another_origin_are_loaded_once_with_integrity(visitor: &mut Visitor) {
    let [first, ..] = &*RELEASES;
    for (path, view) in [("/", "static"), ("/map", "web")] {
        for words in ["", "preload&", "integrity&", "integrity&preload&"] {
            // Another visitor each time, as it is another origin.
            let (site, assets) = (Site::start(first), Site::start(first));
            let page = format!("{path}?{words}{}", assets.origin());
            visitor.goto(&format!("{}{page}", site.origin()));
            visitor.wait(LOADED);
            assert_eq!(visitor.see("getComputedStyle(document.querySelector('h1')).color"), "rgb(1, 1, 1)", "{page}");
            assert_eq!(site.asked(), [format!("200 {page}")]);
            assert_eq!(assets.asked(), asked(first, "", view, &OF_PAGE), "{page}");
        }
    }
}
