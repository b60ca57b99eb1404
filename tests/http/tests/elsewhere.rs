//! Assets that stand elsewhere: the URLs that pages name, and what is answered here.

use cachebreaker::StaticView;
use include_dir::{Dir, include_dir};
use tests_http::ask::{Way, ask, request};
use tests_http::fixture::{FILES, TOKEN};
use tests_http::url_tokens::{OF_CONTENTS_IN_A_FOLDER, WITH_URL_TOKENS_IN_A_FOLDER};
use tests_http::view::{AFFIXED, AT_ROOT, EMBEDDED, Mode, View, at_root};

cachebreaker::assets!(mod cdn = "static", base = "https://cdn.example.com/", embed = true);
cachebreaker::assets!(mod cdn_disk = "static", base = "https://cdn.example.com", embed = false);
cachebreaker::assets!(mod folder = "static", base = "https://cdn.example.com/a/b", embed = true);
cachebreaker::assets!(mod folder_root = "small", name = "{breaker}", base = "https://cdn.example.com/a", embed = true);
cachebreaker::assets!(
    mod folder_affixed = "small", name = "a/v-{breaker}.d/files", base = "http://[::1]:8080/a", embed = true
);

static DIR: Dir<'static> = include_dir!("$OUT_DIR/static");

const STALE: &str = "1718539201233";

const CDN: View = View { service: cdn::service, router: cdn::router, get: cdn::get, ..EMBEDDED };
const FOLDER: View = View { service: folder::service, router: folder::router, get: folder::get, ..EMBEDDED };

fn run_time(base: &str) -> StaticView {
    StaticView::builder("static/{breaker}", &DIR).token(TOKEN).base(base).build().unwrap()
}

#[test]
fn the_retry_tag_names_the_start_of_all_urls() {
    let urls = |tag: cachebreaker::RetryTag<'_>| {
        let tag = tag.to_string();
        let (_, urls) = tag.split_once(" data-urls=\"").expect(&tag);
        urls.split_once('"').expect(urls).0.to_owned()
    };
    for (tag, start, asset) in [
        (cdn::retry_tag(), "https://cdn.example.com/static/", cdn::get("style.css")),
        (cdn_disk::retry_tag(), "/static/", cdn_disk::get("style.css")),
        (folder::retry_tag(), "https://cdn.example.com/a/b/static/", folder::get("style.css")),
        (folder_root::retry_tag(), "https://cdn.example.com/a/", folder_root::get("style.css")),
        (folder_affixed::retry_tag(), "http://[::1]:8080/a/a/v-", folder_affixed::get("style.css")),
        (at_root::retry_tag(), "/", at_root::get("style.css")),
        (run_time("https://cdn.example.com/x/").retry_tag(), "https://cdn.example.com/x/static/", None),
    ] {
        assert_eq!(urls(tag), start);
        assert!(asset.is_none_or(|asset| asset.url().starts_with(start)), "{start}");
    }
    assert_eq!(urls(cdn::retry_tag().on("http://other.example/\"/")), "http://other.example/&quot;/static/");
    let tag = cdn::retry_tag().nonce("\"><x").to_string();
    assert!(tag.starts_with(&format!("<script nonce=\"&quot;&gt;&lt;x\" data-token=\"{TOKEN}\" ")), "{tag}");
}

#[test]
fn every_url_begins_with_the_base_and_ends_with_the_path_that_is_asked_for_here() {
    let [at_run_time, in_folder] = [run_time("https://cdn.example.com"), run_time("https://cdn.example.com/a/b/")];
    for file in FILES {
        let here = EMBEDDED.url(file.spelt);
        for (asset, base) in [
            (cdn::get(file.path), "https://cdn.example.com"),
            (at_run_time.get(file.path), "https://cdn.example.com"),
            (folder::get(file.path), "https://cdn.example.com/a/b"),
            (in_folder.get(file.path), "https://cdn.example.com/a/b"),
        ] {
            let asset = asset.unwrap();
            assert_eq!(asset.url(), format!("{base}{here}"));
            assert_eq!(asset.to_string(), asset.url());
            assert_eq!(asset.path(), file.path);
        }
    }
    const KNOWN_TO_THE_COMPILER: &str = cdn::STYLE_CSS.url();
    assert_eq!(KNOWN_TO_THE_COMPILER, "https://cdn.example.com/static/1718539201234/style.css");
}

#[test]
fn a_base_of_the_macro_is_for_releases_only() {
    for file in FILES {
        let asset = cdn_disk::get(file.path).unwrap();
        assert_eq!(asset.url(), EMBEDDED.url(file.spelt));
        let view = View { service: cdn_disk::service, router: cdn_disk::router, mode: Mode::Disk, ..EMBEDDED };
        assert_eq!(ask(&view, "GET", asset.url(), &[]).status, 200);
    }
}

#[test]
fn a_base_that_is_known_at_run_time_takes_the_place_of_the_views_own() {
    for asset in [EMBEDDED, CDN, FOLDER].map(|view| (view.get)("a b+c.txt").unwrap()) {
        for base in ["https://other.example/x", "https://other.example/x/", "https://other.example/x//"] {
            assert_eq!(asset.url_on(base), "https://other.example/x/static/1718539201234/a%20b%2Bc.txt");
        }
        assert_eq!(asset.url_on(""), "/static/1718539201234/a%20b%2Bc.txt");
    }
}

#[test]
fn what_is_answered_here_is_the_same_as_without_a_base() {
    for (method, token, path) in [
        ("GET", TOKEN, "style.css"),
        ("GET", TOKEN, "a%20b%2Bc.txt"),
        ("GET", TOKEN, "none.css"),
        ("GET", STALE, "style.css?q"),
        ("HEAD", STALE, "img/photo.png"),
        ("GET", STALE, "none.css"),
        ("GET", "1718539201235", "style.css"),
        ("POST", TOKEN, "style.css"),
    ] {
        for way in Way::ALL {
            let target = EMBEDDED.url_under(token, path);
            let answer = way.ask(&CDN, request(method, &target, &[]));
            assert_eq!(answer.head(), way.ask(&EMBEDDED, request(method, &target, &[])).head(), "{way:?} {target}");
        }
    }
}

/// The path of a reference, relative to a path (RFC 3986 §5.2).
fn resolve(from: &str, reference: &str) -> String {
    let (mut folder, _) = from.rsplit_once('/').expect("a path");
    let mut rest = reference;
    while let Some(after) = rest.strip_prefix("../") {
        rest = after;
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    format!("{folder}/{rest}")
}

#[test]
fn where_the_base_has_a_path_a_redirect_is_right_with_and_without_what_stands_before_the_view() {
    let root = View { service: folder_root::service, router: folder_root::router, ..AT_ROOT };
    let affixed = View { service: folder_affixed::service, router: folder_affixed::router, ..AFFIXED };
    for (view, paths) in [
        (FOLDER, &["style.css", "img/logo.svg", "a/b.c/d/data.json", "a%20b+c.txt"][..]),
        (root, &["style.css"]),
        (affixed, &["style.css"]),
        (WITH_URL_TOKENS_IN_A_FOLDER, &["style.css", "img/logo.svg", "app.js", "a%20b+c.txt"]),
        (OF_CONTENTS_IN_A_FOLDER, &["style.css", "img/logo.svg", "app.js", "a%20b+c.txt"]),
    ] {
        for path in paths {
            for (way, query) in Way::ALL.into_iter().flat_map(|way| [(way, ""), (way, "?v=1"), (way, "?é")]) {
                // The prefix of a view at the root is the whole site.
                if way == Way::NestServiceAtPrefix && view.before == "/" {
                    continue;
                }
                let stale = view.url_under(STALE, path);
                let answer = way.ask(&view, request("GET", &format!("{stale}{query}"), &[]));
                assert_eq!(answer.status, 301, "{way:?}: {answer:?}");
                let location = answer.expect("location");
                let expected = view.url(&path.replace('+', "%2B")) + &query.replace('é', "%C3%A9");
                for before in ["", "/a", "/a/b"] {
                    let resolved = resolve(&format!("{before}{stale}"), location);
                    assert_eq!(resolved, format!("{before}{expected}"), "{way:?}: {location}");
                }
            }
        }
    }
}

#[test]
fn a_base_or_an_origin_that_is_wrong_is_told_as_the_macro_tells_it() {
    let builder = || StaticView::builder("static/{breaker}", &DIR);
    for (builder, expected) in [
        (
            builder().base("cdn.example.com"),
            "base `cdn.example.com` has no scheme: begin with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a path on the same site, as in `/ui`",
        ),
        (
            builder().timing_allow_origin("https://a.example, example.com"),
            "`example.com` is not an origin: give `*` or origins with commas between them, as in `https://example.com`",
        ),
    ] {
        assert_eq!(builder.build().unwrap_err().to_string(), expected);
    }
}
