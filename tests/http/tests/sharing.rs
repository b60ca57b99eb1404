//! Fields for pages of other origins: CORS (Fetch §3.2), `Cross-Origin-Resource-Policy` and `Timing-Allow-Origin`.

use std::sync::LazyLock;

use cachebreaker::{ResourcePolicy, StaticView};
use include_dir::{Dir, include_dir};
use tests_http::ask::{Way, answer, request};
use tests_http::fixture::TOKEN;
use tests_http::view::{EMBEDDED, EVERY_MODE, Mode, View};

const STALE: &str = "1718539201233";
const PREMATURE: &str = "1718539201235";

cachebreaker::assets!(
    mod shared = "static",
    embed = true,
    cors = true,
    cross_origin_resource_policy = CrossOrigin,
    timing_allow_origin = "https://a.example, https://b.example:444"
);
cachebreaker::assets!(
    mod shared_disk = "static",
    embed = false,
    cors = true,
    cross_origin_resource_policy = CrossOrigin,
    timing_allow_origin = "https://a.example, https://b.example:444"
);
cachebreaker::assets!(mod fixed_urls = "fixed", embed = true, cors = true);
cachebreaker::assets!(mod only_cors = "static", embed = true, cors = true);
cachebreaker::assets!(mod same_site = "static", embed = true, cross_origin_resource_policy = SameSite, cors = false);

static RUNTIME: LazyLock<StaticView> = LazyLock::new(|| {
    static DIR: Dir<'static> = include_dir!("$OUT_DIR/static");
    StaticView::builder("static/{breaker}", &DIR)
        .token(TOKEN)
        .cors(true)
        .cross_origin_resource_policy(ResourcePolicy::CrossOrigin)
        .timing_allow_origin("https://a.example, https://b.example:444")
        .build()
        .expect("the fixtures have URLs")
});

/// Views with every field, one a mode.
const SHARED: [View; 3] = [
    View { service: shared::service, router: shared::router, ..EMBEDDED },
    View { service: shared_disk::service, router: shared_disk::router, mode: Mode::Disk, ..EMBEDDED },
    View { service: || RUNTIME.service(), router: || RUNTIME.router(), mode: Mode::Runtime, ..EMBEDDED },
];

/// Status, method, token, path, field.
type Row = (u16, &'static str, &'static str, &'static str, (&'static str, &'static str));

/// A request for each answer that a view gives.
const ANSWERS: [Row; 12] = [
    (200, "GET", TOKEN, "style.css", ("accept-encoding", "br")),
    (200, "HEAD", TOKEN, "img/photo.png", ("origin", "https://a.example")),
    (206, "GET", TOKEN, "style.css", ("range", "bytes=0-1")),
    (304, "GET", TOKEN, "style.css", ("if-none-match", "*")),
    (412, "GET", TOKEN, "style.css", ("if-match", "\"other\"")),
    (416, "GET", TOKEN, "style.css", ("range", "bytes=9999999-")),
    (301, "GET", STALE, "style.css", ("origin", "https://a.example")),
    (404, "GET", TOKEN, "none.css", ("origin", "https://a.example")),
    (404, "GET", "a+b", "style.css", ("origin", "https://a.example")),
    (503, "GET", PREMATURE, "style.css", ("origin", "https://a.example")),
    (405, "POST", TOKEN, "style.css", ("origin", "https://a.example")),
    (204, "OPTIONS", TOKEN, "style.css", ("origin", "https://a.example")),
];

const FIELDS: [&str; 3] = ["access-control-allow-origin", "cross-origin-resource-policy", "timing-allow-origin"];

#[test]
fn every_answer_of_a_view_that_is_shared_says_so() {
    for view in SHARED {
        for way in Way::ALL {
            for (status, method, token, path, field) in ANSWERS {
                let answer = way.ask(&view, request(method, &view.url_under(token, path), &[field]));
                assert_eq!(answer.status, status, "{way:?}: {answer:?}");
                assert_eq!(
                    FIELDS.map(|name| answer.expect(name)),
                    ["*", "cross-origin", "https://a.example, https://b.example:444"],
                    "{way:?} {:?}: {answer:?}",
                    view.mode
                );
            }
        }
    }
}

#[test]
fn so_do_the_fixed_urls_of_its_files() {
    for (method, target) in
        [("GET", "/robots.txt"), ("GET", "/none.txt"), ("POST", "/robots.txt"), ("OPTIONS", "/robots.txt")]
    {
        let answer = answer(fixed_urls::fixed_service(), request(method, target, &[]));
        assert_eq!(answer.expect("access-control-allow-origin"), "*", "{method} {target}");
    }
}

#[test]
fn a_view_that_is_not_shared_says_nothing_of_other_origins() {
    for view in EVERY_MODE {
        for (status, method, token, path, field) in ANSWERS {
            let answer = Way::Service.ask(&view, request(method, &view.url_under(token, path), &[field]));
            assert_eq!(answer.status, status, "{answer:?}");
            assert_eq!(FIELDS.map(|name| answer.field(name)), [None; 3], "{answer:?}");
        }
        let asked = [("origin", "https://a.example"), ("access-control-request-method", "GET")];
        let answer = Way::Service.ask(&view, request("OPTIONS", &view.url("style.css"), &asked));
        assert!(answer.fields.keys().all(|name| !name.as_str().starts_with("access-control")), "{answer:?}");
    }
}

#[test]
fn each_field_can_be_had_by_itself() {
    let cors = View { service: only_cors::service, ..EMBEDDED };
    let policy = View { service: same_site::service, ..EMBEDDED };
    for (view, expected) in [(cors, [Some("*"), None, None]), (policy, [None, Some("same-site"), None])] {
        let answer = Way::Service.ask(&view, request("GET", &view.url("style.css"), &[]));
        assert_eq!(FIELDS.map(|name| answer.field(name)), expected);
    }
}

#[test]
fn a_preflight_is_told_what_static_files_answer_whatever_its_fields_are() {
    for view in SHARED {
        for token in [TOKEN, STALE, PREMATURE] {
            let asked = [
                ("origin", "https://a.example"),
                ("access-control-request-method", "GET"),
                ("access-control-request-headers", "if-none-match,range"),
            ];
            let answer = Way::Merge.ask(&view, request("OPTIONS", &view.url_under(token, "style.css"), &asked));
            assert_eq!(answer.status, 204);
            assert_eq!(answer.expect("access-control-allow-origin"), "*");
            assert_eq!(answer.expect("access-control-allow-methods"), "GET, HEAD");
            assert_eq!(answer.expect("access-control-allow-headers"), "*");
            assert_eq!(answer.expect("access-control-max-age"), "86400");
            assert_eq!(answer.expect("cache-control"), "no-store");
        }
    }
}

#[test]
fn answers_do_not_depend_on_the_origin_that_asks() {
    for view in SHARED {
        for (_, method, token, path, field) in ANSWERS {
            let target = view.url_under(token, path);
            let one = Way::Service.ask(&view, request(method, &target, &[field, ("origin", "https://a.example")]));
            let other = Way::Service.ask(&view, request(method, &target, &[field, ("origin", "null")]));
            assert_eq!(one.head(), other.head());
            assert!(!one.field("vary").unwrap_or_default().contains("origin"));
        }
    }
}
