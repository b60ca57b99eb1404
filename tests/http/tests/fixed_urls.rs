//! Files at fixed URLs: `/robots.txt`, without a token.

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use cachebreaker::FixedService;
use tests_http::ask::{self, Answer, answer, request};
use tests_http::fixture::{FIXED_FILES, File};
use tests_http::view::{FIXED, FIXED_DISK, Mode, View, fixed, fixed_disk};

/// A view, and how its fixed URLs are served.
type Served = (View, fn() -> FixedService, fn() -> Router);

const VIEWS: [Served; 2] = [
    (FIXED, fixed::fixed_service, fixed::fixed_router),
    (FIXED_DISK, fixed_disk::fixed_service, fixed_disk::fixed_router),
];

/// What the user's own routes answer.
const USERS: &str = "the user's own route";

fn app(router: Router) -> Router {
    router.route("/", any(|| async { USERS })).fallback(|| async { USERS })
}

/// The answer of an application, which is also that of the service itself.
fn ask(service: FixedService, router: fn() -> Router, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
    let by_service = answer(service, request(method, target, fields));
    let by_router = answer(app(router()), request(method, target, fields).map(|()| Body::empty()));
    assert_eq!(by_service.head(), by_router.head());
    assert!(by_service.body == by_router.body);
    by_service
}

fn place(file: &File) -> String {
    format!("/{}", file.spelt)
}

#[test]
fn a_file_stands_at_its_fixed_url_and_may_be_kept_but_not_used_without_asking() {
    for (view, service, router) in VIEWS {
        for file in &FIXED_FILES {
            for method in ["GET", "HEAD"] {
                let answer = ask(service(), router, method, &place(file), &[]);
                assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-cache"), "{answer:?}");
                assert_eq!(answer.expect("content-type"), file.content_type);
                assert_eq!(answer.expect("content-length"), (file.content)().len().to_string());
                assert_eq!(answer.field("vary").is_some(), view.varies(file));
                assert_eq!(answer.field("last-modified"), None, "it would vouch for another file after a rollback");
                assert_eq!(answer.body, if method == "GET" { (file.content)() } else { Vec::new() });
            }
        }
    }
}

#[test]
fn a_file_at_a_fixed_url_stands_under_the_token_as_any_other_does() {
    for (view, ..) in VIEWS {
        for file in &FIXED_FILES {
            let answer = ask::get(&view, file.spelt, &[]);
            assert_eq!((answer.status, answer.expect("cache-control")), (200, view.cache_control), "{answer:?}");
            assert_eq!(answer.field("service-worker-allowed"), None);
            assert_eq!(ask::ask(&view, "GET", &view.url_under("1718539201233", file.spelt), &[]).status, 301);
        }
    }
}

#[test]
fn conditions_ranges_and_encodings_are_those_of_any_asset() {
    for (view, service, router) in VIEWS {
        let file = &FIXED_FILES[2];
        let get = |fields: &[(&str, &str)]| ask(service(), router, "GET", &place(file), fields);
        let whole = get(&[]);
        let etag = whole.expect("etag");
        assert_eq!(etag, ask::get(&view, file.spelt, &[]).expect("etag"));
        let kept = get(&[("if-none-match", etag)]);
        assert_eq!((kept.status, kept.expect("etag"), kept.expect("cache-control")), (304, etag, "no-cache"));
        assert_eq!(get(&[("if-none-match", "\"other\"")]).status, 200);
        let part = get(&[("range", "bytes=5-9"), ("if-range", etag)]);
        assert_eq!((part.status, part.expect("cache-control")), (206, "no-cache"));
        assert_eq!(part.body, whole.body[5..10]);
        for (status, fields) in [(412, ("if-match", "\"other\"")), (416, ("range", "bytes=999999-"))] {
            let refused = get(&[fields]);
            assert_eq!((refused.status, refused.expect("cache-control")), (status, "no-store"), "{refused:?}");
        }
        for (accepted, coding) in [("br", "br"), ("gzip", "gzip")] {
            let encoded = get(&[("accept-encoding", accepted)]);
            assert_eq!(encoded.field("content-encoding"), (view.mode == Mode::Embedded).then_some(coding));
            assert_eq!(encoded.expect("cache-control"), "no-cache");
        }
    }
}

/// After a rollback the older file is the right one, whatever the date of the one that a client has.
#[test]
fn a_date_in_a_request_does_not_matter() {
    for (_, service, router) in VIEWS {
        let date = "Fri, 31 Dec 9999 23:59:59 GMT";
        for fields in [
            &[("if-modified-since", date)][..],
            &[("range", "bytes=0-1"), ("if-range", "Sun, 16 Jun 2024 12:00:01 GMT")],
        ] {
            assert_eq!(ask(service(), router, "GET", "/robots.txt", fields).status, 200, "{fields:?}");
        }
    }
}

#[test]
fn a_service_worker_may_control_the_whole_site_from_any_folder() {
    for (_, service, router) in VIEWS {
        for (path, scope) in [("/sw.js", None), ("/js/sw.js", Some("/")), ("/robots.txt", None)] {
            let answer = ask(service(), router, "GET", path, &[("service-worker", "script")]);
            assert_eq!(answer.field("service-worker-allowed"), scope, "{path}");
            let etag = answer.expect("etag");
            let kept = ask(service(), router, "GET", path, &[("if-none-match", etag)]);
            assert_eq!((kept.status, kept.field("service-worker-allowed")), (304, scope), "{path}");
        }
        // Nested, it is for what is nested with it.
        let nested = Router::new().nest("/app", router());
        let answer = answer(nested, request("GET", "/app/js/sw.js", &[]).map(|()| Body::empty()));
        assert_eq!((answer.status, answer.field("service-worker-allowed")), (200, Some("/app/")));
    }
}

#[test]
fn other_methods_are_refused_as_they_are_for_any_asset() {
    for (_, service, router) in VIEWS {
        for (method, status) in [("POST", 405), ("DELETE", 405), ("OPTIONS", 204)] {
            let answer = ask(service(), router, method, "/robots.txt", &[]);
            assert_eq!((answer.status, answer.expect("allow")), (status, "GET, HEAD"));
            assert_eq!(answer.expect("cache-control"), "no-store");
        }
    }
}

#[test]
fn whatever_has_no_fixed_url_is_the_users() {
    for (view, service, router) in VIEWS {
        for target in [
            "/",
            "/robots.txt/",
            "/robots",
            "/style.css",
            "/.well-known",
            "/js/",
            "//robots.txt",
            &view.url("robots.txt"),
        ] {
            for method in ["GET", "POST"] {
                let by_router = answer(app(router()), request(method, target, &[]).map(|()| Body::empty()));
                assert_eq!((by_router.status, by_router.text()), (200, USERS), "{method} {target}");
            }
            let by_service = answer(service(), request("GET", target, &[]));
            assert_eq!((by_service.status, by_service.expect("cache-control")), (404, "no-store"), "{target}");
        }
    }
}

#[test]
fn both_routers_of_a_view_go_into_one_application() {
    for (view, _, router) in VIEWS {
        let app = || app(router().merge((view.router)()));
        for (target, cache_control) in [
            ("/robots.txt", "no-cache"),
            (&*view.url("robots.txt"), view.cache_control),
            (&*view.url("none"), "no-store"),
        ] {
            let answer = answer(app(), request("GET", target, &[]).map(|()| Body::empty()));
            assert_eq!(answer.expect("cache-control"), cache_control, "{target}");
        }
    }
}
