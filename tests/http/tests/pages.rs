//! Pages: HTML files at URLs of their own, without a token.

use std::collections::BTreeSet;
use std::io::Read as _;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::map_request;
use base64::Engine as _;
use cachebreaker::{At, PageService};
use http::Uri;
use proptest::prelude::*;
use sha2::Digest as _;
use tests_http::ask::{Answer, answer, request};
use tests_http::fixture::{NOT_FOUND_PAGE, PAGES, Page, STYLE};
use tests_http::view::{
    BOOK, BOOK_DISK, Mode, SITE, SITE_DISK, View, book, book_disk, embedded, site, site_disk, under_ui, under_ui_disk,
};
use url::Url;

/// A view with pages, its service and its whole site.
type Served = (View, fn() -> PageService, fn() -> Router);

const SITES: [Served; 2] = [(SITE, site::fallback, site::site), (SITE_DISK, site_disk::fallback, site_disk::site)];
const BOOKS: [Served; 2] = [(BOOK, book::fallback, book::site), (BOOK_DISK, book_disk::fallback, book_disk::site)];

/// What browsers send with a navigation.
const NAVIGATION: [(&str, &str); 2] = [
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"),
    ("sec-fetch-mode", "navigate"),
];

/// The answer of an application with the whole site, which is also that of the service itself.
fn ask((_, service, site): Served, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
    let by_service = answer(service(), request(method, target, fields));
    let by_site = of_site(site(), method, target, fields);
    assert_eq!(by_service.head(), by_site.head(), "{target}");
    assert!(by_service.body == by_site.body);
    by_service
}

fn of_site(site: Router, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
    answer(site, request(method, target, fields).map(|()| Body::empty()))
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the pages are UTF-8")
}

#[test]
fn a_page_is_at_its_url_with_the_urls_of_assets_in_it() {
    for served in SITES {
        for Page { url, sent, .. } in PAGES {
            for method in ["GET", "HEAD"] {
                let answer = ask(served, method, url, &[]);
                assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-cache"), "{answer:?}");
                assert_eq!(answer.expect("content-type"), "text/html; charset=utf-8");
                assert_eq!(answer.expect("content-length"), sent().len().to_string());
                assert_eq!(answer.field("last-modified"), None, "it would vouch for another page after a rollback");
                assert_eq!(text(&answer.body), if method == "GET" { text(&sent()).to_owned() } else { String::new() });
            }
        }
    }
}

#[test]
fn its_file_is_under_the_token_as_its_author_wrote_it() {
    for (view, _, site) in SITES {
        for Page { file, .. } in PAGES {
            let answer = of_site(site(), "GET", &view.url(&file.path.replace("é +", "%C3%A9%20+")), &[]);
            assert_eq!((answer.status, answer.expect("cache-control")), (200, view.cache_control), "{answer:?}");
            assert_eq!(text(&answer.body), text(&(file.content)()));
        }
    }
}

#[test]
fn each_encoding_is_the_page_with_a_tag_of_its_own() {
    for served @ (view, ..) in SITES {
        for Page { url, sent, file, .. } in PAGES {
            let mut tags = BTreeSet::new();
            for (encoding, accepted) in [(None, "identity"), (Some("br"), "br, gzip"), (Some("gzip"), "gzip")] {
                let answer = ask(served, "GET", url, &[("accept-encoding", accepted)]);
                let is_encoded = view.mode == Mode::Embedded && file.encoded;
                assert_eq!(answer.field("vary"), is_encoded.then_some("accept-encoding"), "{answer:?}");
                assert_eq!(answer.field("content-encoding"), encoding.filter(|_| is_encoded));
                let mut decoded = Vec::new();
                match answer.field("content-encoding") {
                    Some("br") => drop(brotli::Decompressor::new(&*answer.body, 4096).read_to_end(&mut decoded)),
                    Some(_) => drop(flate2::read::GzDecoder::new(&*answer.body).read_to_end(&mut decoded)),
                    None => decoded.clone_from(&answer.body),
                }
                assert_eq!(text(&decoded), text(&sent()));
                let tag = answer.expect("etag");
                assert!(tag.starts_with('"'), "{tag} is weak");
                let is_new = is_encoded || tags.is_empty();
                assert_eq!(tags.insert(tag.to_owned()), is_new, "{url}: {tag}");
                let kept = ask(served, "GET", url, &[("accept-encoding", accepted), ("if-none-match", tag)]);
                assert_eq!((kept.status, kept.expect("etag"), kept.expect("cache-control")), (304, tag, "no-cache"));
                assert_eq!(kept.field("vary"), answer.field("vary"));
            }
        }
    }
}

#[test]
fn conditions_and_ranges_are_those_of_any_asset() {
    for served in SITES {
        let get = |fields: &[(&str, &str)]| ask(served, "GET", "/", fields);
        let whole = get(&[]);
        let etag = whole.expect("etag");
        let part = get(&[("range", "bytes=10-19"), ("if-range", etag)]);
        assert_eq!((part.status, part.expect("cache-control")), (206, "no-cache"));
        assert_eq!(part.expect("content-range"), format!("bytes 10-19/{}", whole.body.len()));
        assert_eq!(part.body, whole.body[10..20]);
        assert_eq!(get(&[("range", "bytes=10-19"), ("if-range", "\"other\"")]).status, 200);
        assert_eq!(get(&[("range", "bytes=99999-")]).status, 416);
        assert_eq!(get(&[("if-match", "\"other\"")]).status, 412);
        assert_eq!(get(&[("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT")]).status, 200);
        assert_eq!(get(&[("if-none-match", "\"other\"")]).status, 200);
    }
}

#[test]
fn a_header_of_a_file_is_sent_with_its_page() {
    for served in SITES {
        assert_eq!(ask(served, "GET", "/about", &[]).expect("x-frame-options"), "DENY");
        assert_eq!(ask(served, "GET", "/", &[]).field("x-frame-options"), None);
    }
}

/// Where a browser goes from a URL.
fn followed(from: &str, answer: &Answer) -> Url {
    let from = Url::parse(&format!("https://site.example{from}")).expect("a URL");
    from.join(answer.expect("location")).expect("a URL")
}

#[test]
fn another_spelling_of_its_url_is_redirected_with_its_query() {
    for served @ (_, _, site) in SITES {
        for Page { url, others, .. } in PAGES {
            for other in others {
                for query in ["", "?", "?a=b&c=/../d", "?//evil.example"] {
                    let target = format!("{other}{query}");
                    let answer = ask(served, "GET", &target, &[]);
                    assert_eq!(
                        (answer.status, answer.expect("cache-control")),
                        (301, "no-store"),
                        "{target}: {answer:?}"
                    );
                    assert_eq!(followed(&target, &answer).as_str(), format!("https://site.example{url}{query}"));
                    // Behind a prefix that a reverse proxy removes, and in a nest, too.
                    let seen = format!("/app{target}");
                    let nested = of_site(Router::new().nest("/app", site()), "GET", &seen, &[]);
                    assert_eq!(nested.head(), answer.head());
                    assert_eq!(followed(&seen, &nested).path(), format!("/app{url}"));
                }
            }
        }
    }
}

#[test]
fn the_fallback_is_for_navigations_and_for_nothing_else() {
    let accept = NAVIGATION[0];
    for served in SITES {
        let page = text(&(PAGES[0].sent)()).to_owned();
        let paths = ["/users/7", "/about/x", "/none.js", "/docs/none", "/static", "/sitemap.xml", "/a%2Fb", "/%ff"];
        for path in [&paths[..], &["/.html", "/docs/.html"]].concat() {
            for (method, fields, is_sent) in [
                ("GET", &NAVIGATION[..], true),
                ("HEAD", &NAVIGATION, true),
                ("GET", &[accept], true),
                ("GET", &[("accept", "TEXT/HTML;q=0.1")], true),
                ("GET", &[("accept", "application/json"), ("accept", "text/html")], true),
                ("POST", &NAVIGATION, false),
                ("PUT", &NAVIGATION, false),
                ("OPTIONS", &NAVIGATION, false),
                ("GET", &[], false),
                ("GET", &[("accept", "*/*")], false),
                ("GET", &[("accept", "text/*")], false),
                ("GET", &[("accept", "text/html;q=0, */*")], false),
                ("GET", &[("accept", "application/json")], false),
                ("GET", &[accept, ("sec-fetch-mode", "cors")], false),
                ("GET", &[accept, ("sec-fetch-mode", "no-cors")], false),
                ("GET", &[("accept", "*/*"), ("sec-fetch-mode", "navigate")], false),
            ] {
                let answer = ask(served, method, path, fields);
                if is_sent {
                    assert_eq!(
                        (answer.status, answer.expect("cache-control")),
                        (200, "no-cache"),
                        "{path} {fields:?}: {answer:?}"
                    );
                    assert_eq!(answer.expect("vary"), "accept-encoding, accept, sec-fetch-mode");
                    assert_eq!(text(&answer.body), if method == "GET" { &page } else { "" });
                    let etag = ("if-none-match", answer.expect("etag"));
                    let kept = ask(served, method, path, &[fields, &[etag]].concat());
                    assert_eq!((kept.status, kept.expect("vary")), (304, answer.expect("vary")));
                } else {
                    assert_eq!(
                        (answer.status, answer.expect("cache-control")),
                        (404, "no-store"),
                        "{path} {fields:?}: {answer:?}"
                    );
                    assert_eq!(answer.text(), "404: there is nothing at this URL\n");
                }
            }
        }
    }
}

#[test]
fn the_page_of_not_found_is_sent_with_404_to_navigations() {
    for served in BOOKS {
        let page = text(&(NOT_FOUND_PAGE.sent)()).to_owned();
        for fields in [&[][..], &[("if-none-match", "*")], &[("range", "bytes=0-1")], &[("if-match", "\"other\"")]] {
            for (path, fields) in [("/none/such", [&NAVIGATION, fields].concat()), ("/404", fields.to_vec())] {
                for method in ["GET", "HEAD"] {
                    let answer = ask(served, method, path, &fields);
                    assert_eq!(
                        (answer.status, answer.expect("cache-control")),
                        (404, "no-store"),
                        "{path}: {answer:?}"
                    );
                    assert_eq!(answer.expect("content-type"), "text/html; charset=utf-8");
                    assert_eq!(text(&answer.body), if method == "GET" { &page } else { "" });
                    for field in ["etag", "last-modified", "accept-ranges", "content-range"] {
                        assert_eq!(answer.field(field), None, "{field}");
                    }
                }
            }
        }
        let encoded = ask(served, "GET", "/none", &[&NAVIGATION[..], &[("accept-encoding", "br")]].concat());
        assert_eq!(encoded.field("vary"), (served.0.mode == Mode::Embedded).then_some("accept-encoding"));
        for fields in [&[][..], &[("accept", "*/*")], &[("accept", "text/html"), ("sec-fetch-mode", "cors")]] {
            assert_eq!(ask(served, "GET", "/none", fields).text(), "404: there is nothing at this URL\n");
        }
        assert_eq!(ask(served, "POST", "/none", &NAVIGATION).text(), "404: there is nothing at this URL\n");
    }
}

#[test]
fn nothing_below_the_prefix_of_the_view_is_a_page() {
    for (view, service, site) in [SITES, BOOKS].concat() {
        for path in ["", "none.js", "17/none.js", "1718539201234/none", "1718539201234/", "%2F/x", "none/../../users"] {
            let target = format!("/static/{path}");
            for answer in
                [answer(service(), request("GET", &target, &NAVIGATION)), of_site(site(), "GET", &target, &NAVIGATION)]
            {
                assert_eq!((answer.status, answer.expect("cache-control")), (404, "no-store"), "{target}: {answer:?}");
                assert!(answer.expect("content-type").starts_with("text/plain"), "{target}: {answer:?}");
            }
        }
        let style = of_site(site(), "GET", &view.url("style.css"), &NAVIGATION);
        assert_eq!((style.status, style.body), (200, (STYLE.content)()));
    }
}

#[test]
fn other_methods_get_405_at_a_page_and_404_elsewhere() {
    for served in SITES {
        for path in ["/", "/about", "/about.html"] {
            for method in ["POST", "PUT", "DELETE", "PATCH"] {
                let answer = ask(served, method, path, &NAVIGATION);
                assert_eq!((answer.status, answer.expect("allow")), (405, "GET, HEAD"), "{answer:?}");
            }
            let answer = ask(served, "OPTIONS", path, &[]);
            assert_eq!((answer.status, answer.expect("allow")), (204, "GET, HEAD"), "{answer:?}");
        }
    }
}

#[test]
fn routes_of_the_application_win_over_pages() {
    let own = || axum::routing::get(|| async { "the user's own" });
    for (_, _, site) in SITES {
        let app = || Router::new().route("/about", own()).route("/api/{id}", own()).merge(site());
        for (path, is_own) in [("/about", true), ("/api/7", true), ("/", false), ("/api", false), ("/api/7/x", false)] {
            let answer = of_site(app(), "GET", path, &NAVIGATION);
            assert_eq!((answer.status, answer.body == b"the user's own"), (200, is_own), "{path}: {answer:?}");
        }
    }
}

#[test]
fn the_site_of_a_view_without_pages_leaves_the_rest_to_the_application() {
    let app = Router::new().merge(embedded::site()).fallback(|| async { "the user's own" });
    assert_eq!(of_site(app, "GET", "/none", &NAVIGATION).text(), "the user's own");
    assert_eq!(answer(embedded::fallback(), request("GET", "/", &NAVIGATION)).status, 404);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A redirect leads to a page on the same site, with the same query, and there it ends.
    #[test]
    fn no_path_is_redirected_to_another_site(
        path in "(/|//|\\\\|\\.|\\.\\.|%2e|%2F|%5C|:|@|;|about|docs|index|\\.html|evil\\.example|https|%00|%0a|é|\\+| ){1,8}",
        query in "(\\?[a-z/:=%0-9]{0,6})?", accept in prop::sample::select(vec!["text/html", "*/*"]),
    ) {
        let spelt: String = path.chars().map(|c| match c {
            ' ' => "%20".to_owned(),
            '\\' => "%5C".to_owned(),
            'é' => "%C3%A9".to_owned(),
            c => c.to_string(),
        }).collect();
        let target = format!("/{spelt}{query}");
        for served in [SITES, BOOKS].concat() {
            let fields = [("accept", accept)];
            let first = answer(served.1(), request("GET", &target, &fields));
            prop_assert!([200, 301, 404].contains(&first.status), "{:?}", first);
            if first.status == 301 {
                let there = followed(&target, &first);
                prop_assert_eq!(there.host_str(), Some("site.example"));
                prop_assert_eq!(there.query().map(|query| format!("?{query}")).unwrap_or_default(), query.clone());
                let second = answer(served.1(), request("GET", there.path(), &fields));
                prop_assert!(second.status == 200 || second.status == 404 && second.expect("content-type").contains("html"), "{} {:?}", there, second);
            }
        }
    }
}

#[test]
fn at_a_prefix_the_urls_in_pages_and_redirects_begin_with_it() {
    for (served, at) in SITES.into_iter().zip([site::at, site_disk::at]) {
        let (view, ..) = served;
        for (prefix, expected) in [("/ui", "/ui"), ("/a/b-c~.d/", "/a/b-c~.d"), ("", ""), ("/", "")] {
            // A reverse proxy removes the prefix, or a router does.
            let stripped: Router = at(prefix).site();
            let nested = |path: &str| {
                let site: Router = at(prefix).site();
                let app = Router::new().nest_service(expected, site);
                of_site(app, "GET", &format!("{expected}{path}"), &NAVIGATION)
            };
            for Page { url, sent, others, .. } in PAGES {
                let page = text(&sent()).replace("/static/", &format!("{expected}/static/"));
                let answer = of_site(stripped.clone(), "GET", url, &[("accept-encoding", "br, gzip")]);
                assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-cache"), "{answer:?}");
                if !expected.is_empty() {
                    assert_eq!(text(&answer.body), page);
                    assert_eq!((answer.field("content-encoding"), answer.field("vary")), (None, None));
                    assert_eq!(answer.expect("content-length"), page.len().to_string());
                    assert_eq!(text(&nested(url).body), page);
                    let tag = answer.expect("etag");
                    assert_eq!(of_site(stripped.clone(), "GET", url, &[("if-none-match", tag)]).status, 304);
                    if page != text(&sent()) {
                        assert_ne!(ask(served, "GET", url, &[]).expect("etag"), tag);
                    }
                }
                for other in others {
                    let moved = of_site(stripped.clone(), "GET", &format!("{other}?q"), &[]);
                    assert_eq!(followed(&format!("{expected}{other}?q"), &moved).path(), format!("{expected}{url}"));
                }
            }
            let stale = "/static/1718539201233/style.css?q";
            let location = format!("{expected}{}?q", view.url("style.css"));
            assert_eq!(of_site(stripped.clone(), "GET", stale, &[]).expect("location"), location);
            assert_eq!(answer(at(prefix).service(), request("GET", stale, &[])).expect("location"), location);
            let fallback = answer(at(prefix).fallback(), request("GET", "/users/7", &NAVIGATION));
            assert_eq!((fallback.status, fallback.body), (200, of_site(stripped, "GET", "/", &[]).body));
            if !expected.is_empty() {
                assert_eq!(nested(stale).expect("location"), location);
                assert_eq!(nested("/users/7").status, 200);
            }
        }
    }
}

/// Applications that are below a prefix, with that prefix as the client sees it and as the application gets it.
fn below_prefixes() -> Vec<(Router, &'static str, &'static str)> {
    let nested = |path: &str, site: Router| Router::new().nest_service(path, site);
    let mut apps = Vec::new();
    for (at, with_base) in [(site::at as fn(&str) -> At, under_ui::site()), (site_disk::at, under_ui_disk::site())] {
        apps.extend([
            (nested("/ui", at("/ui").site()), "/ui", "/ui"),
            (nested("/a/b-c~.d", at("/a/b-c~.d").site()), "/a/b-c~.d", "/a/b-c~.d"),
            (Router::new().nest("/a", nested("/ui", at("/a/ui").site())), "/a/ui", "/a/ui"),
            (Router::new().nest_service("/ui", at("/ui").fallback()), "/ui", "/ui"),
            // A reverse proxy removes the first part of it.
            (nested("/ui", at("/a/ui").site()), "/a/ui", "/ui"),
            (nested("/ui", with_base), "/ui", "/ui"),
        ]);
    }
    apps
}

#[test]
fn the_start_page_is_at_the_prefix_with_a_slash_and_redirected_there_without() {
    for (app, seen, prefix) in below_prefixes() {
        let ask = |method, path: &str| of_site(app.clone(), method, &format!("{prefix}{path}"), &NAVIGATION);
        assert_eq!(ask("GET", "/").status, 200, "{prefix}");
        for query in ["", "?", "?a=b&c=/../d", "?//evil.example"] {
            for method in ["GET", "HEAD"] {
                let moved = ask(method, query);
                assert_eq!(
                    (moved.status, moved.expect("cache-control")),
                    (301, "no-store"),
                    "{prefix}{query}: {moved:?}"
                );
                let there = followed(&format!("{seen}{query}"), &moved);
                assert_eq!(there.as_str(), format!("https://site.example{seen}/{query}"));
            }
        }
        let other = ask("POST", "");
        assert_eq!((other.status, other.expect("allow")), (405, "GET, HEAD"), "{prefix}: {other:?}");
    }
}

#[test]
fn below_the_nest_of_axum_the_start_page_with_a_slash_has_no_route() {
    let app = || Router::new().nest("/ui", site::at("/ui").site());
    assert_eq!(of_site(app(), "GET", "/ui", &[]).expect("location"), "./ui/");
    assert_eq!(of_site(app(), "GET", "/ui/about", &[]).status, 200);
    let answer = of_site(app(), "GET", "/ui/", &[]);
    assert_eq!((answer.status, answer.text()), (404, ""));
}

#[test]
fn a_path_that_is_not_the_prefix_is_redirected_nowhere_although_a_router_made_the_root_of_it() {
    for (at, site) in [(site::at as fn(&str) -> At, site::site as fn() -> Router), (site_disk::at, site_disk::site)] {
        let at = |prefix: &str| -> Router { at(prefix).site() };
        let to_root = async |mut request: Request| {
            *request.uri_mut() = Uri::from_static("/");
            request
        };
        for (app, target) in [
            (Router::new().nest_service("/{tenant}", at("/ui")), "/evil.example"),
            (Router::new().nest_service("/{tenant}", at("/ui")), "/i"),
            (Router::new().nest_service("/{a}/{b}", at("/ui")), "/x/ui"),
            (Router::new().nest_service("/app", site()), "/app"),
            (at("/ui").layer(map_request(to_root)), "/welcome"),
            (at("/ui"), "/"),
        ] {
            let answer = of_site(app, "GET", target, &NAVIGATION);
            assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-cache"), "{target}: {answer:?}");
        }
    }
}

#[test]
fn a_prefix_that_is_no_path_panics_with_what_to_do() {
    for (prefix, expected) in [
        (
            "ui",
            "base `ui` has no scheme: begin with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a path on the same site, as in `/ui`",
        ),
        (
            "//evil.example",
            "base `//evil.example` has no scheme: begin with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a path on the same site, as in `/ui`",
        ),
        ("https://cdn.example.com", "prefix `https://cdn.example.com` has a host: give the path alone, as in `/ui`"),
        ("/a\"b", "base `/a\\\"b` contains `\\\"`: write a path of `A-Z a-z 0-9 - . _ ~` and slashes"),
    ] {
        let panic = std::panic::catch_unwind(|| site::at(prefix)).expect_err("it panics");
        let message = panic.downcast_ref::<String>().expect("a message");
        assert_eq!(*message, format!("`tests_http::view::site::at({prefix:?})`: {expected}"));
    }
}

/// What is added to the element that loads the stylesheet.
fn with_digest() -> String {
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha384::digest((STYLE.content)()));
    format!(" integrity=\"sha384-{digest}\" crossorigin")
}

#[test]
fn a_page_may_check_its_scripts_and_stylesheets_by_digests() {
    let page = of_site(under_ui::site(), "GET", "/", &[]);
    let link = format!("<link rel=stylesheet href={}{}>", under_ui::STYLE_CSS.url(), with_digest());
    assert!(text(&page.body).contains(&link), "{page:?}");
    let at = of_site(site::at("/ui").site(), "GET", "/", &[]);
    assert!(!text(&at.body).contains("integrity"), "by default it does not");
}

#[test]
fn a_base_may_be_a_path_that_a_reverse_proxy_removes() {
    let page = of_site(under_ui::site(), "GET", "/", &[]);
    let sent = text(&(PAGES[0].sent)()).replace("/static/", "/ui/static/");
    assert_eq!(text(&page.body).replace(&with_digest(), ""), sent);
    assert_eq!(under_ui::STYLE_CSS.url(), "/ui/static/1718539201234/style.css");
    let stale = of_site(under_ui::site(), "GET", "/static/1/style.css?q", &[]);
    assert_eq!(
        followed("/ui/static/1/style.css?q", &stale).as_str(),
        "https://site.example/ui/static/1718539201234/style.css?q"
    );
}
