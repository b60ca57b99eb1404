//! askama pages, with scripts and stylesheets that esbuild bundles.

use crate::app::App;
use crate::front::Site;
use crate::visitor::Visitor;

const COLOUR: &str = "getComputedStyle(document.querySelector('h1')).color";
const CHART: &str = "document.querySelectorAll('#chart rect').length == 4";

pub(crate) fn check() {
    let app = App::copy("esbuild-askama");
    let said = app.failure();
    assert!(said.contains("esbuild has not bundled `dist`: run `npm ci` and `npm run build`"), "{said}");
    app.install("");
    app.npm("", &["run", "build"]);
    let (program, _) = app.build();
    app.assert_nothing_to_build();
    app.lint();

    let site = Site::start(&program, &app.path(""));
    let mut visitor = whole(&site);
    // A stylesheet, and a chunk with another name, while the program runs.
    app.replace("web/app.css", "color: rgb(160, 90, 0)", "color: rgb(1, 2, 3)");
    app.replace("web/chart.ts", "chart.id = 'chart'", "chart.id = 'chart'; chart.classList.add('new')");
    let watch = app.start("", "watch", "", &[]);
    visitor.open_until(&site.url("/"), &format!("{COLOUR} == 'rgb(1, 2, 3)'"));
    // By now all files are written.
    visitor.open(&site.url("/"), "document.title == 'Lisbon'");
    visitor.click("button", &format!("{CHART} && document.querySelector('#chart.new') != null"));
    visitor.assert_content();
    drop(watch);

    app.replace("web/app.css", "color: rgb(1, 2, 3)", "color: rgb(160, 90, 0)");
    app.npm("", &["run", "build"]);
    let first = app.release("v1.0.0");
    app.replace("web/app.css", "color: rgb(160, 90, 0)", "color: rgb(4, 5, 6)");
    app.replace("web/chart.ts", "classList.add('new')", "classList.add('newer')");
    app.npm("", &["run", "build"]);
    let second = app.release("v2.0.0");

    let mut site = Site::start(&first, &app.path(""));
    let mut visitor = whole(&site);
    visitor.open(&site.url("/"), "document.title == 'Lisbon'");
    assert_eq!(site.asked(), ["200 /"]);
    // A page of the first release that has drawn no chart yet, and never will, is loaded again.
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), "document.title == 'Lisbon'");
    site.deploy(&second, &app.path(""));
    visitor.click("button", &format!("{COLOUR} == 'rgb(4, 5, 6)'"));
    visitor.click("button", &format!("{CHART} && document.querySelector('#chart.newer') != null"));
}

/// A page has its look, and draws its chart. The visitor is on another page in the end.
fn whole(site: &Site) -> Visitor {
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), "document.title == 'Lisbon'");
    visitor.assert(COLOUR, "rgb(160, 90, 0)");
    let asked = site.asked();
    let names: Vec<_> = asked.iter().map(|it| (&it[..3], it.rsplit_once('/').map_or("", |(_, name)| name))).collect();
    assert_eq!(names, [("200", ""), ("200", "app.css"), ("200", "app.js"), ("200", "sun.svg")], "{asked:#?}");
    visitor.click("button", CHART);
    visitor.assert("getComputedStyle(document.querySelector('#chart')).width", "192px");
    let asked = site.asked();
    assert!(matches!(&asked[..], [chunk] if chunk.starts_with("200 /static/")), "{asked:#?}");
    visitor.click("a[href='/Oslo']", "document.title == 'Oslo'");
    visitor.click("button", CHART);
    visitor.assert_content();
    site.asked();
    visitor
}
