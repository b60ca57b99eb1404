//! A book that mdBook makes.

use crate::app::App;
use crate::front::Site;
use crate::visitor::Visitor;

const TITLE: &str = "document.querySelector('main h1').textContent";

pub(crate) fn check() {
    let app = App::copy("mdbook-site");
    // Only cargo, rustc and a linker are there, which are found by their paths or in these folders.
    let cargo = std::env::var("CARGO").expect("cargo sets CARGO");
    let tools = std::path::Path::new(&cargo).parent().expect("a folder").display().to_string();
    let said = app.failure_with(&[("PATH", &format!("{tools}:/usr/bin:/bin"))]);
    assert!(
        said.contains("mdbook does not start (") && said.contains("install it with `cargo install --locked mdbook`"),
        "{said}"
    );
    let (program, _) = app.build();
    app.assert_nothing_to_build();
    app.lint();
    let site = Site::start(&program, &app.path(""));
    let mut visitor = whole(&site);

    // An edited chapter, after a build, while the program runs.
    app.replace("book/src/moon.md", "# Why there are tides", "# The moon");
    app.build();
    app.assert_nothing_to_build();
    visitor.open(&site.url("/moon"), &format!("{TITLE} == 'The moon'"));
    app.replace("book/src/moon.md", "# The moon", "# Why there are tides");

    let site = Site::start(&app.release("v1.0.0"), &app.path(""));
    let mut visitor = whole(&site);
    visitor.open(&site.url("/moon"), "true");
    assert_eq!(site.asked(), ["304 /moon"]);
}

/// The book can be read, turned over and searched.
fn whole(site: &Site) -> Visitor {
    let mut visitor = Visitor::new();
    visitor.open(&site.url("/"), &format!("{TITLE} == 'Why there are tides'"));
    let asked = site.asked();
    let (page, assets) = asked.split_first().expect("requests");
    assert_eq!(page, "200 /");
    assert!(assets.len() > 10 && assets.iter().all(|it| it.starts_with("200 /book/")), "{asked:#?}");
    // A stylesheet, a font, an image, and scripts for code and for the list of chapters.
    visitor.assert("getComputedStyle(document.querySelector('#mdbook-sidebar')).position", "fixed");
    visitor.wait("document.fonts.check('16px \"Open Sans\"') && [...document.fonts].some(it => it.status == 'loaded')");
    visitor.assert("document.querySelector('main img').naturalWidth", 120);
    visitor.assert("document.querySelector('code.language-rust').classList.contains('hljs')", true);
    visitor.assert("document.querySelectorAll('#mdbook-sidebar .chapter-item').length", 3);
    visitor.click("#mdbook-theme-toggle", "true");
    visitor.click("#mdbook-theme-navy", "document.documentElement.classList.contains('navy')");

    // Links, which end with `.html`.
    let fundy = format!("{TITLE} == 'The Bay of Fundy'");
    visitor.click("main a[href^='places/fundy']", &fundy);
    visitor.assert("location.pathname + location.hash", "/places/fundy#how-high");
    visitor.assert("document.querySelector('#mdbook-sidebar .active').textContent.includes('Fundy')", true);
    visitor.assert("document.documentElement.classList.contains('navy')", true);
    visitor.click("main a[href^='../moon']", &format!("{TITLE} == 'Why there are tides'"));
    visitor.click("a.nav-chapters.next", &format!("{TITLE} == 'Around the world'"));
    visitor.assert("location.pathname", "/places/");

    visitor.click(
        "#mdbook-search-toggle",
        "!document.querySelector('#mdbook-search-wrapper').classList.contains('hidden')",
    );
    let word = "const bar = document.querySelector('#mdbook-searchbar'); bar.value = 'sixteen'; \
         bar.dispatchEvent(new Event('input', { bubbles: true })); bar.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true }))";
    visitor.value(&format!("{{ {word} }}"));
    visitor.wait("document.querySelectorAll('#mdbook-searchresults li').length > 0");
    visitor.click("#mdbook-searchresults a", &fundy);
    visitor.assert_content();
    let failed: Vec<_> = site.asked().into_iter().filter(|it| !["200", "301", "304"].contains(&&it[..3])).collect();
    assert!(failed.is_empty(), "{failed:#?}");

    visitor.open(&site.url("/none/such"), &format!("{TITLE}.includes('404')"));
    visitor.assert("getComputedStyle(document.querySelector('#mdbook-sidebar')).position", "fixed");
    let asked = site.asked();
    assert!(asked.contains(&"404 /none/such".to_owned()), "{asked:#?}");
    assert_eq!(asked.iter().filter(|request| request.starts_with('4')).count(), 1, "{asked:#?}");
    visitor.click("#mdbook-sidebar a[href*=fundy]", &fundy);
    visitor.open(&site.url("/moon"), "true");
    site.asked();
    visitor
}
