//! The law of pages: each reference that leads to an asset becomes the URL of that asset, and everything else stays as it is written. A
//! page is put together from parts of which each says what becomes of it.

use cachebreaker::private::{Contents, Page, View, lead_page};
use cachebreaker_manifest::manifest::UrlToken;
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::token::TokenKind;
use proptest::prelude::*;

use super::super::options::PageOptions;
use super::*;
use crate::find::glob::Glob;

/// The assets, and the pages among them.
const FILES: [&str; 8] =
    ["a b.svg", "about.html", "app.js", "docs/index.html", "docs/style.css", "index.html", "lib/x.js", "other.html"];

/// Where a part of a page writes a reference: before it, behind it, and whether it is a link for visitors.
const PLACES: [(&str, &str, bool); 24] = [
    ("<img src=\"", "\">", false),
    ("<script src='", "' defer></script>", false),
    ("<IMG SRC=", " alt=x>", false),
    ("<link rel=stylesheet href = \"", "\">", false),
    ("<link rel=\"modulepreload\" href=\"", "\" />", false),
    ("<link rel=next href=\"", "\">", true),
    ("<img srcset=\"", " 2x, https://elsewhere.example/a.png 1x\">", false),
    ("<link imagesrcset='//elsewhere.example/a.png 1x, ", " 2x'>", false),
    ("<video poster=\"", "\"></video>", false),
    ("<a href=\"", "\">text</a>", true),
    ("<iframe src='", "'></iframe>", true),
    ("<p style=\"a: url(", ")\">", false),
    ("<p style='a: url(&quot;", "&quot;)'>", false),
    ("<style>@import '", "'; a { b: c }</style>", false),
    ("<style>\n.a::before { content: 'a.svg'; b: url( \"", "\" ) }</style>", false),
    ("<script type=module>import x from \"", "\"; export { x }</script>", false),
    ("<script>go(() => import('", "')); '/app.js'</script>", false),
    ("<script type=module>go(import.meta.resolve('", "'), 'app.js')</script>", false),
    ("<script type=Text/JScript>go(() => import('", "'))</script>", false),
    ("<script type=importmap>{ \"imports\": { \"x\": \"", "\" } }</script>", false),
    ("<svg><use href='", "'/></svg>", false),
    ("<svg><g fill=\"url(", ")\"/></svg>", false),
    ("<meta http-equiv=\"refresh\" content=\"0; url=", "\">", true),
    ("<noscript><img src='", "'></noscript>", false),
];

/// Parts without a reference that is replaced.
const OTHERS: [&str; 12] = [
    "text /app.js \"app.js\" 'docs/style.css'",
    "<!-- <img src=app.js> -->",
    "<textarea><img src=/app.js></textarea>",
    "<p title='/app.js' data-src=\"/docs/style.css\">",
    "<img src=none.png><a href='users/7'></a>",
    "<img src='https://elsewhere.example/app.js'><img src='{{ logo }}'>",
    "<script>fetch('/app.js'); const app = 'app.js'</script>",
    "<script type=text/template><img src=/app.js></script>",
    "<script type=importmap>{ \"imports\": { \"/app.js\": \"bare\" } }</script>",
    "<a href='#app.js'></a><a href=''></a><form action=/app.js></form>",
    "<title>/app.js</title><p>\r\n\té &amp; <b>",
    "<script type=module>import 'app.js'; import 'lit'</script>",
];

/// A part of the page at `place`: as it is written, and as it is sent.
fn part(place: &'static str) -> impl Strategy<Value = (String, String)> {
    let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
    let written = (0..FILES.len(), prop::sample::select(&["", "?v=1", "#a", "?a&amp;b"][..]), 0..3_usize);
    let reference =
        (prop::sample::select(&PLACES[..]), written).prop_map(move |((before, after, is_link), (file, rest, way))| {
            let file = FILES[file];
            let is_code = before.contains("<s") && !before.contains("<svg") && !before.contains("src=");
            // In code there are no character references, and spaces end the URL of a `srcset`.
            let rest = if is_code { rest.replace("&amp;", "_") } else { rest.to_owned() };
            let spelt = file.replace(' ', "%20");
            let path = match (way, folder) {
                (0, _) => format!("/{spelt}"),
                (1, "docs") => spelt.strip_prefix("docs/").map_or(format!("./../{spelt}"), |path| format!("./{path}")),
                (_, "docs") => format!("../docs/./../{spelt}"),
                (1, _) => format!("./{spelt}"),
                _ => format!("./none/../{spelt}"),
            };
            let is_page = ["about.html", "docs/index.html", "index.html"].contains(&file);
            let is_fixed = file == "a b.svg" && is_link;
            let sent = if is_page || is_fixed { path.clone() } else { format!("/static/17/{spelt}") };
            (format!("{before}{path}{rest}{after}"), format!("{before}{sent}{rest}{after}"))
        });
    let other = prop::sample::select(&OTHERS[..]).prop_map(|other| (other.to_owned(), other.to_owned()));
    prop_oneof![3 => reference, 1 => other]
}

fn page(place: &'static str) -> impl Strategy<Value = (String, String)> {
    prop::collection::vec(part(place), 0..8).prop_map(|parts| {
        let (written, sent): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        (format!("<!doctype html>\n{}", written.concat()), format!("<!doctype html>\n{}", sent.concat()))
    })
}

/// The files, with these texts for the pages.
fn files(texts: [&str; 3]) -> Vec<File> {
    let [about, docs, index] = texts;
    let text = |path: &str| match path {
        "about.html" => about.to_owned(),
        "docs/index.html" => docs.to_owned(),
        "index.html" => index.to_owned(),
        _ => String::new(),
    };
    let mut files: Vec<_> = FILES.iter().map(|path| File::of(path, &text(path))).collect();
    files[0].fixed = Some(cachebreaker_manifest::fixed_url::FixedUrl::File);
    files
}

fn options() -> Options {
    let pages = ["about.html", "docs/index.html", "index.html"];
    let globs = pages.map(|path| Glob::new(path.to_owned(), ".page")).into();
    Options { pages: PageOptions { globs, ..PageOptions::default() }, ..Options::default() }
}

fn manifest() -> Manifest {
    Manifest { token: "17".to_owned(), kind: TokenKind::Timestamp, version: "0".repeat(64), ..Manifest::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn references_to_assets_become_their_urls_and_all_else_stays_in_a_build_and_in_development(
        about in page("about"), docs in page("docs/"), index in page(""),
    ) {
        let files = files([&about.0, &docs.0, &index.0]);
        let (pages, report) = make(&options(), "static", &files, &References::of_all(&files), &Sha384::default(), &manifest());
        prop_assert!(report.errors.is_empty(), "{:?}", report.errors);
        let entries = files.iter().map(|file| Entry { fixed: file.fixed, ..unplaced(file) }).collect();
        let manifest = Manifest { assets: entries, ..manifest() };
        let name = Name::parse("static/{breaker}").unwrap();
        let laid_out = layout(&manifest, name, "", layout::Options { all: &[], differ: false }).unwrap();
        let view = View::leak(laid_out, Vec::new(), Vec::new());
        let page = |made: &MadePage| Page {
            file: made.file as u32,
            is_for: made.is_for,
            urls: &[],
            code: made.code.iter().map(|it| (it.at, &*it.before.clone().leak(), &*it.written.clone().leak(), &*it.url.clone().leak())).collect::<Vec<_>>().leak(),
        };
        let all = pages.made.iter().map(page).collect::<Vec<_>>();
        let of_pages = cachebreaker::private::Pages { pages: all.clone().leak(), ..cachebreaker::private::Pages::NONE };
        let view = Box::leak(Box::new(View { contents: Contents::Disk(&[]), pages: of_pages, ..View::clone(view) }));
        for ((made, page), (written, sent)) in pages.made.iter().zip(all).zip([about, docs, index]) {
            prop_assert_eq!(std::str::from_utf8(&made.bytes).unwrap(), &*sent);
            let urls: Vec<_> = sent.match_indices("/static/17/").map(|(at, _)| at as u32).collect();
            prop_assert_eq!(&made.urls, &urls);
            prop_assert_eq!(lead_page(view, page, "", &written), &*sent);
            // An edit before all of it moves it.
            prop_assert_eq!(lead_page(view, page, "", &format!("<p>{written}")), format!("<p>{sent}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn digests_are_added_to_a_page_and_nothing_else_changes(index in page("")) {
        let files = files(["", "", &index.0]);
        let options = Options { pages: PageOptions { integrity: true, ..options().pages }, ..options() };
        let digests = files.iter().map(|file| (file.digest, ([7; 48], std::time::Duration::ZERO))).collect();
        let (pages, _) = make(&options, "static", &files, &References::of_all(&files), &digests, &manifest());
        let page = std::str::from_utf8(&pages.made[2].bytes).unwrap().to_owned();
        let urls: Vec<_> = page.match_indices("/static/17/").map(|(at, _)| at as u32).collect();
        prop_assert_eq!(&pages.made[2].urls, &urls);
        let attributes = format!(" integrity=\"sha384-{}\" crossorigin", base64(&[7; 48]));
        let preload = |path| format!("<link rel=\"modulepreload\" href=\"/static/17/{path}\"{attributes}>");
        let page = page.replacen(&preload("app.js"), "", 1).replacen(&preload("lib/x.js"), "", 1);
        prop_assert_eq!(page.replace(&attributes, ""), index.1);
    }
}

#[test]
fn scripts_stylesheets_and_the_modules_that_they_import_are_checked_by_digests() {
    let page = "<!doctype html><link rel=stylesheet href=a.css><link rel=modulepreload href='c.js'>\n<script src=\"d.js\" integrity=x></script>\
        <script type=module crossorigin src=\"./b.js\"></script><script type=module>import './f.js'; import('./g.js')</script><img src=h.png>";
    let mut files: Vec<_> = ["a.css", "b.js", "c.js", "d.js", "e.js", "f.js", "g.js", "h.png", "index.html"]
        .iter()
        .map(|path| File::of(path, if *path == "index.html" { page } else { path }))
        .collect();
    files[1].imports = vec!["c.js".to_owned(), "e.js".to_owned()];
    files[4].imports = vec!["b.js".to_owned(), "f.js".to_owned()];
    let pages = PageOptions {
        integrity: true,
        globs: vec![Glob::new("*.html".to_owned(), ".pages")],
        ..PageOptions::default()
    };
    let options = Options { pages, ..Options::default() };
    let digests = (1..).zip(&files).map(|(n, file)| (file.digest, ([n; 48], std::time::Duration::ZERO))).collect();
    let make =
        |digests| make(&options, "static", &files, &References::of_all(&files), digests, &manifest()).0.made.remove(0);
    let digest = |n: u8| format!("integrity=\"sha384-{}\"", base64(&[n; 48]));
    let sent = std::str::from_utf8(&make(&digests).bytes).unwrap().to_owned();
    let preload =
        |path, n| format!("<link rel=\"modulepreload\" href=\"/static/17/{path}\" {} crossorigin>", digest(n));
    let expected = format!(
        "<!doctype html><link rel=stylesheet href=/static/17/a.css {} crossorigin><link rel=modulepreload href='/static/17/c.js' {} crossorigin>\n\
         <script src=\"/static/17/d.js\" integrity=x></script>{}{}<script type=module crossorigin src=\"/static/17/b.js\" {}></script>\
         <script type=module>import '/static/17/f.js'; import('/static/17/g.js')</script><img src=/static/17/h.png>",
        digest(1),
        digest(3),
        preload("f.js", 6),
        preload("e.js", 5),
        digest(2),
    );
    assert_eq!(sent, expected);
    // A build that is no release has no digests.
    let without = make(&Sha384::default());
    assert!(!std::str::from_utf8(&without.bytes).unwrap().contains("sha384"));
}

/// The page at `/` as a release with digests sends it, without the digests themselves.
fn checked(files: &[File], base: &str) -> String {
    let view = [("base".to_owned(), base.to_owned()), ("cors".to_owned(), "true".to_owned())];
    let glob = Glob::new("index.html".to_owned(), ".page");
    let pages = PageOptions { integrity: true, globs: vec![glob], ..PageOptions::default() };
    let options = Options { pages, view: if base.is_empty() { Vec::new() } else { view.into() }, ..Options::default() };
    let digests = files.iter().map(|file| (file.digest, ([7; 48], std::time::Duration::ZERO))).collect();
    let (mut pages, report) = make(&options, "static", files, &References::of_all(files), &digests, &manifest());
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    let page = String::from_utf8(pages.made.remove(0).bytes).unwrap();
    page.replace(&format!(" integrity=\"sha384-{}\"", base64(&[7; 48])), " integrity")
}

#[test]
fn a_preload_with_a_digest_asks_as_the_element_that_it_is_for() {
    for (page, expected) in [
        (
            "<link rel=preload as=script href=a.js><script src=a.js></script>",
            "<link rel=preload as=script href=a.js integrity crossorigin><script src=a.js integrity crossorigin></script>",
        ),
        (
            "<link rel=preload as=script href=a.js><script src=a.js integrity=x></script>",
            "<link rel=preload as=script href=a.js integrity><script src=a.js integrity=x></script>",
        ),
        (
            "<link rel=preload as=script href=a.js><script>load('/a.js')</script>",
            "<link rel=preload as=script href=a.js integrity><script>load('/a.js')</script>",
        ),
        (
            "<link rel=preload as=script href=a.js><script type=module>import './a.js'</script>",
            "<link rel=preload as=script href=a.js integrity crossorigin><link rel=\"modulepreload\" href=\"a.js\" integrity crossorigin>\
             <script type=module>import 'a.js'</script>",
        ),
    ] {
        let files = [File::of("a.js", ""), File::of("index.html", page)];
        assert_eq!(checked(&files, "").replace("/static/17/", ""), expected);
        // From another origin, browsers check only what is asked for by CORS.
        let elsewhere = checked(&files, "https://cdn.example.com").replace("https://cdn.example.com/static/17/", "");
        assert!(elsewhere.contains("as=script href=a.js integrity crossorigin>"), "{elsewhere}");
    }
}

#[test]
fn modules_that_are_imported_by_the_names_of_an_import_map_are_checked_too() {
    let page = "<script type=importmap>{ \"imports\": { \"a\": \"./a.js\", \"b/\": \"./lib/\", \"b/c.js\": \"./c.js\", \"e\": \"https://e.example/\" } }</script>\
        <script type=module>import 'a'; import 'e'; import 'none'</script>";
    let files = [
        File::of("a.js", "import 'b/d.js'; import 'b/c.js'; import('b/lazy.js')"),
        File::of("c.js", ""),
        File::of("index.html", page),
        File::of("lib/c.js", ""),
        File::of("lib/d.js", "import 'a'"),
        File::of("lib/lazy.js", ""),
    ];
    let preloads = ["a.js", "lib/d.js", "c.js"]
        .map(|path| format!("<link rel=\"modulepreload\" href=\"{path}\" integrity crossorigin>"))
        .concat();
    let expected = page.replace("./", "").replace("<script type=module>", &format!("{preloads}<script type=module>"));
    assert_eq!(checked(&files, "").replace("/static/17/", ""), expected);
}

/// By another implementation than that of the product.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = |three: &[u8]| u32::from_be_bytes([0, three[0], three[1], three[2]]);
    let digits =
        bytes.chunks(3).flat_map(|three| [18, 12, 6, 0].map(|shift| ALPHABET[(bits(three) >> shift & 63) as usize]));
    digits.map(char::from).collect()
}

/// The page at `/` with this text, in a view with this base, and what the build warns of.
fn made(page: &str, base: &str) -> (String, Vec<String>) {
    let files = files(["", "", page]);
    let view = if base.is_empty() { Vec::new() } else { vec![("base".to_owned(), base.to_owned())] };
    let (mut pages, report) = make(
        &Options { view, ..options() },
        "static",
        &files,
        &References::of_all(&files),
        &Sha384::default(),
        &manifest(),
    );
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    (String::from_utf8(pages.made.remove(2).bytes).unwrap(), report.warnings.concat())
}

fn sent(page: &str, base: &str) -> String {
    made(page, base).0
}

#[test]
fn a_base_behind_what_it_changes_gives_a_warning() {
    for (page, expected) in [
        (
            "<link rel=stylesheet href=style.css>\n<script src=x.js></script><base href=docs/><img src=style.css>",
            "index.html:2:38: `<base>` is behind `style.css`, which browsers may load relative to the page: move `<base>` to the start of `<head>`",
        ),
        (
            "<script src=app.js></script><base href=docs/>",
            "index.html:1:40: `<base>` is behind `app.js`, which browsers may load relative to the page: move `<base>` to the start of `<head>`",
        ),
        ("<a href=app.js></a><script src=/app.js></script><img src=none.png><base href=docs/><img src=style.css>", ""),
        ("<script src=app.js></script><base href=/>", ""),
    ] {
        assert_eq!(made(page, "").1.concat(), expected, "{page}");
    }
}

#[test]
fn what_browsers_refuse_from_another_origin_gives_a_warning() {
    let worker = "browsers refuse the worker `./app.js` of the other origin `https://cdn.example.com`: write `.fixed_url(\"app.js\")` in \
                  `build.rs`, and `new Worker(url)` with `/app.js` in `url`";
    for (page, expected) in [
        ("\n <script>new Worker('./app.js')</script>", format!("index.html:2:22: {worker}")),
        ("<script>new SharedWorker( `./app.js`, 'a')</script>", format!("index.html:1:28: {worker}")),
        (
            "<script type=module>new Worker(new URL('./app.js', import.meta.url))</script>",
            format!("index.html:1:41: {worker}"),
        ),
        (
            "<svg>\n<USE fill=red href='a%20b.svg#c'/></svg>",
            "index.html:2:21: browsers refuse `<use>` of `a%20b.svg#c` of the other origin `https://cdn.example.com`: put the \
             `<symbol>` into the page"
                .to_owned(),
        ),
        ("<img src=app.js><svg><image href='a%20b.svg'/><use href='#a'/></svg><script>new Worker('/none.js')</script>", String::new()),
        ("<script>importScripts('./app.js'); new URL('./app.js', import.meta.url)</script>", String::new()),
    ] {
        assert_eq!(made(page, "https://cdn.example.com/x").1.concat(), expected, "{page}");
        assert_eq!(made(page, "/ui").1.concat(), "", "{page}");
    }
}

#[test]
fn a_folder_in_an_import_map_gets_the_url_of_the_folder_and_a_link_to_one_stays() {
    let page = |folder: &str| {
        format!(
            "<script type=importmap>{{\"imports\":{{\"a/\":\"{folder}\"}}}}</script><a href=docs/></a><script src=none/></script>"
        )
    };
    assert_eq!(sent(&page("./lib/"), ""), page("/static/17/lib/"));
    // A page is at this one.
    assert_eq!(sent(&page("./docs/"), ""), page("./docs/"));
    assert_eq!(sent(&page("./none/"), ""), page("./none/"));
}

#[test]
fn with_a_path_for_its_base_a_view_takes_references_with_it_and_without() {
    let page = |url: &str| format!("<base href=/ui/><script src={url}></script><img src=/elsewhere/app.js>");
    for written in ["/ui/app.js", "app.js", "/app.js"] {
        assert_eq!(sent(&page(written), "/ui"), page("/ui/static/17/app.js"), "{written}");
    }
}

/// The page at `/` of a view in which each module has a URL token of its own, and pages have import maps; and what the build says.
fn sent_and_said_with_map(page: &str, integrity: bool) -> (String, Vec<String>) {
    let paths = ["a.js", "b@c.js", "d.js", "e.js", "f.js", "index.html", "style.css"];
    let mut files: Vec<_> =
        paths.iter().map(|path| File::of(path, if *path == "index.html" { page } else { path })).collect();
    let tokens = ["11", "12", "13", "14", "15"];
    for (file, token) in files.iter_mut().zip(0..tokens.len()) {
        file.url_tokens = vec![u32::try_from(token).unwrap()];
    }
    let paths = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>();
    files[0].imports = paths(&["b@c.js", "d.js"]);
    files[0].lazy_imports = paths(&["e.js"]);
    files[3].imports = paths(&["d.js", "a.js"]);
    let url_tokens = tokens.map(|text| UrlToken { text: text.to_owned(), ..UrlToken::default() }).to_vec();
    let pages =
        PageOptions { integrity, globs: vec![Glob::new("*.html".to_owned(), ".pages")], ..PageOptions::default() };
    let options = Options { pages, import_map: true, ..Options::default() };
    let digests = files.iter().map(|file| (file.digest, ([7; 48], std::time::Duration::ZERO))).collect();
    let manifest = Manifest { url_tokens, ..manifest() };
    let (mut pages, report) = make(&options, "static", &files, &References::of_all(&files), &digests, &manifest);
    let made = pages.made.remove(0);
    let text = String::from_utf8(made.bytes).unwrap();
    let urls: Vec<_> = text.match_indices("/static/1").map(|(at, _)| at as u32).collect();
    assert_eq!(made.urls, urls, "{text}");
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    (text, report.warnings.concat())
}

fn sent_with_map(page: &str, integrity: bool) -> String {
    sent_and_said_with_map(page, integrity).0
}

#[test]
fn a_map_that_comes_too_late_or_has_no_place_gives_a_warning() {
    let late = "this may import modules before there is an import map: put `<script type=\"importmap\">{}</script>` in front of it";
    let none = "this import map has no place for entries: write `{}` into it";
    for (page, expected) in [
        ("<script type=module src=a.js></script>", None),
        ("<script type=importmap>{}</script><a onclick=\"import('./a.js')\">", None),
        (
            "<link rel=preload as=script crossorigin href=a.js><script type=importmap>{}</script><script src=a.js></script>",
            None,
        ),
        ("<script type=module src=d.js></script><script type=importmap>[]</script>", None),
        ("<script type=module src=a.js></script><script type=importmap>{}</script>", Some(("1:1", late))),
        ("<link rel=modulepreload href=a.js><script type=importmap>{}</script>", Some(("1:1", late))),
        ("<a onclick=\"import('./a.js')\">", Some(("1:21", late))),
        ("<img onload=\"import('./a.js')\"><script type=module src=a.js></script>", Some(("1:22", late))),
        ("<svg><script href=a.js></script></svg>", Some(("1:19", late))),
        ("<script type=importmap>[]</script><script type=module src=a.js></script>", Some(("1:1", none))),
        ("<script type=importmap></script><script type=module src=a.js></script>", Some(("1:1", none))),
        (
            "<script type=importmap>{\"imports\":null}</script><script type=module src=a.js></script>",
            Some(("1:1", none)),
        ),
    ] {
        let (sent, mut said) = sent_and_said_with_map(page, false);
        said.retain(|it| !it.contains("cannot be parsed") && !it.contains("may have references"));
        let expected = expected.map(|(at, problem)| format!("index.html:{at}: {problem}"));
        assert_eq!(said, expected.into_iter().collect::<Vec<_>>(), "{page}");
        assert!(sent.matches("importmap").count() <= 1, "{sent}");
    }
}

#[test]
fn an_import_map_leads_what_the_modules_of_a_page_import_to_their_own_urls() {
    let of_a = r#""/static/11/b%40c.js":"/static/12/b%40c.js","/static/11/b@c.js":"/static/12/b%40c.js","/static/11/d.js":"/static/13/d.js","/static/11/e.js":"/static/14/e.js","#;
    let of_e = r#""/static/14/a.js":"/static/11/a.js","/static/14/d.js":"/static/13/d.js""#;
    let map = format!(r#"<script type="importmap">{{"imports":{{{of_a}{of_e}}}}}</script>"#);
    let sent = |page: &str| sent_with_map(page, false);
    for (before, behind) in [
        ("<!doctype html><link rel=stylesheet href=style.css>", "<script type=module src=a.js></script>"),
        ("<p>", "<link rel=modulepreload href=a.js><script>go()</script>"),
        ("", "<script>import('./e.js')</script><script type=module>import './a.js'</script>"),
    ] {
        let changed = |text: &str| {
            let text = text.replace("style.css", "/static/17/style.css");
            [("a", 11), ("e", 14)].into_iter().fold(text, |text, (name, token)| {
                let url = format!("/static/{token}/{name}.js");
                text.replace(&format!("./{name}.js"), &url).replace(&format!("={name}.js"), &format!("={url}"))
            })
        };
        assert_eq!(sent(&format!("{before}{behind}")), format!("{}{map}{}", changed(before), changed(behind)));
    }
    // A page has one map: entries are added to it.
    for (own, expected) in [
        (
            r#"{ "imports": { "e": "./e.js" } }"#,
            format!(r#"{{ "imports": {{{of_a}{of_e}, "e": "/static/14/e.js" }} }}"#),
        ),
        (
            r#"{"imports":{},"scopes":{"/":{"e":"/e.js"}}}"#,
            format!(r#"{{"imports":{{{of_a}{of_e}}},"scopes":{{"/":{{"e":"/static/14/e.js"}}}}}}"#),
        ),
        (
            r#"{ "scopes": {"/":{"e":"/e.js"}} }"#,
            format!(r#"{{"imports":{{{of_a}{of_e}}}, "scopes": {{"/":{{"e":"/static/14/e.js"}}}} }}"#),
        ),
    ] {
        let page = |map: &str| format!("<script type=importmap>{map}</script><script type=module>import 'e'</script>");
        assert_eq!(sent(&page(own)), page(&expected));
    }
    let without = "<script type=module src=d.js></script><script type=module>new Worker('f.js')</script>";
    assert!(!sent(without).contains("importmap"));
    // What is preloaded with a digest comes after the map.
    let sent = sent_with_map("<script type=module src=a.js></script>", true);
    assert!(
        sent.starts_with(&format!("{map}<link rel=\"modulepreload\" href=\"/static/12/b%40c.js\" integrity=")),
        "{sent}"
    );
}

#[test]
fn a_folder_has_no_url_where_each_module_has_its_own() {
    let page = "<script type=importmap>\n{ \"imports\": { \"all/\": \"./lib/\" } }</script>";
    let files = ["index.html", "lib/x.js"].map(|path| File::of(path, page));
    let options = Options {
        import_map: true,
        pages: PageOptions { globs: vec![Glob::new("*.html".to_owned(), ".pages")], ..PageOptions::default() },
        ..Options::default()
    };
    let report = make(&options, "static", &files, &References::of_all(&files), &Sha384::default(), &manifest()).1;
    let errors: Vec<_> = report.errors.iter().map(Error::to_string).collect();
    assert_eq!(
        errors,
        [
            "index.html:2:25: `./lib/` is a folder, and with `.import_map(true)` each module has a URL of its own: name the modules one by one"
        ]
    );
}

#[test]
fn keys_of_an_import_map_that_are_urls_of_assets_give_a_warning() {
    for (map, key) in [
        (r#"{ "integrity": { "./a.js": "sha384-x" } }"#, Some("./a.js")),
        (r#"{ "imports": { "/d.js": "./a.js" } }"#, Some("/d.js")),
        (r#"{ "scopes": { "./e.js": { "x": "./a.js" } } }"#, Some("./e.js")),
        (
            r#"{ "imports": { "a": "./a.js" }, "scopes": { "/": { "x": "./a.js" } }, "integrity": { "https://x.example/": "" } }"#,
            None,
        ),
    ] {
        let said = sent_and_said_with_map(&format!("<p>\n<script type=importmap>{map}</script>"), false).1;
        let expected = key.map(|key| {
            format!(
                "index.html:2:1: the key `{key}` of this import map stays as it is, and the asset has another URL: use a bare name, or \
                 `.page_integrity(true)` in place of `integrity`"
            )
        });
        assert_eq!(said, expected.into_iter().collect::<Vec<_>>());
    }
}
