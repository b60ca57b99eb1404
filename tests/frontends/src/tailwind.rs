//! Pages with a stylesheet that Tailwind writes.

use crate::app::App;
use crate::front::Site;
use crate::visitor::Visitor;

const COLOUR: &str = "getComputedStyle(document.querySelector('h1')).color";

pub(crate) fn check() {
    let app = App::copy("tailwind");
    let said = app.failure();
    assert!(said.contains("Tailwind has not written `generated/site.css`: run `npm ci` and `npm run build`"), "{said}");
    app.install("");
    app.npm("", &["run", "build"]);
    let (program, _) = app.build();
    app.assert_nothing_to_build();
    app.lint();
    app.npm("", &["run", "build"]);
    app.assert_nothing_to_build();

    let site = Site::start(&program, &app.path(""));
    let mut visitor = whole(&site);
    // A class that no page has had, while the program runs.
    let watch = app.start("", "watch", "", &[]);
    app.replace("static/index.html", "text-sky-700", "text-[rgb(1,2,3)]");
    visitor.open_until(&site.url("/"), &format!("{COLOUR} == 'rgb(1, 2, 3)'"));
    drop(watch);
    app.replace("static/index.html", "text-[rgb(1,2,3)]", "text-sky-700");
    app.npm("", &["run", "build"]);

    let site = Site::start(&app.release("v1.0.0"), &app.path(""));
    let mut visitor = whole(&site);
    visitor.open(&site.url("/about"), "true");
    assert_eq!(site.asked(), ["304 /about"]);
}

/// Every page has its look. The visitor is on the last one.
fn whole(site: &Site) -> Visitor {
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), "document.title == 'Home'");
    let home = visitor.value(COLOUR);
    visitor.assert("getComputedStyle(document.querySelector('nav')).display", "flex");
    let asked = site.asked();
    let [page, style, wave] = &asked[..] else { panic!("{asked:#?}") };
    assert!(style.starts_with("200 /assets/") && style.ends_with("/site.css"), "{style}");
    assert_eq!((style.replace("site.css", "wave.svg"), &**page), (wave.clone(), "200 /"));
    visitor.click("a[href='/about']", "document.title == 'About'");
    assert_ne!(visitor.value(COLOUR), home);
    visitor.assert_content();
    visitor.click("a[href='/']", "document.title == 'Home'");
    visitor.assert_content();

    site.asked();
    visitor.open(&site.url("/none/such"), "document.title == 'Not found'");
    visitor.assert("getComputedStyle(document.querySelector('nav')).display", "flex");
    assert!(site.asked().contains(&"404 /none/such".to_owned()));
    visitor.click("a[href='/about']", "document.title == 'About'");
    site.asked();
    visitor
}
