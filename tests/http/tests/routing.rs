//! Nothing below a view's prefix falls through to another route, and nothing else is taken from the user's own routes.

use std::process::Command;

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use cachebreaker::At;
use tests_http::ask::{Answer, answer, request};
use tests_http::fixture::TOKEN;
use tests_http::view::{
    AFFIXED, AT_ROOT, DISK, EMBEDDED, EVERY_MODE, View, disk, embedded, fixed, fixed_disk, site_disk,
};

/// What the user's own routes answer.
const USERS: &str = "the user's own route";

fn app(view: &View) -> Router {
    Router::new().merge((view.router)()).route("/{*any}", any(|| async { USERS })).fallback(|| async { USERS })
}

fn text(app: Router, method: &str, target: &str) -> String {
    let answer = answer(app, request(method, target, &[]).map(|()| Body::empty()));
    format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body))
}

#[test]
fn every_path_below_the_prefix_is_the_views() {
    for view in EVERY_MODE {
        for below in [
            "",
            "/",
            "//",
            "x",
            "x/",
            "..",
            "../x",
            "%2e%2e/x",
            TOKEN,
            &format!("{TOKEN}/"),
            &format!("{TOKEN}/none.css"),
            &format!("{TOKEN}/style.css"),
            &format!("{TOKEN}/style.css/"),
            "1718539201235/none.css",
            "%00",
            "%",
            "é",
            "a%20b/style.css",
        ] {
            for method in ["GET", "POST", "OPTIONS", "PROPFIND"] {
                let target = format!("/static/{below}");
                for app in [app(&view), Router::new().fallback(|| async { USERS }).merge((view.router)())] {
                    assert!(!text(app, method, &target).contains(USERS), "{method} {target}");
                }
                let nested = Router::new()
                    .nest("/app", (view.router)())
                    .route("/app/{*any}", any(|| async { USERS }))
                    .route("/{*any}", any(|| async { USERS }))
                    .fallback(|| async { USERS });
                assert!(!text(nested, method, &format!("/app{target}")).contains(USERS), "{method} /app{target}");
            }
        }
    }
}

#[test]
fn every_path_below_a_prefix_inside_a_segment_is_the_views() {
    for below in ["", "/", "1", "1/", "1.d", "1.d/", "1.d/files", "1.d/files/", "1.d/other/style.css", "1.x/files/a"] {
        assert!(!text(app(&AFFIXED), "GET", &format!("/a/v-{below}")).contains(USERS), "{below}");
    }
    for other in ["/a", "/a/", "/a/v", "/a/w-1.d/files/style.css", "/b"] {
        assert!(text(app(&AFFIXED), "GET", other).contains(USERS), "{other}");
    }
}

#[test]
fn what_is_not_below_the_prefix_is_the_users() {
    for view in EVERY_MODE {
        for target in ["/", "/static", "/statics/x", "/stati", "/x/static/1/a", "/%73tatic/1/a", "/STATIC/1/a"] {
            assert!(text(app(&view), "GET", target).contains(USERS), "{target}");
        }
    }
}

#[test]
fn a_view_at_the_root_leaves_the_users_own_pages() {
    let app = || {
        Router::new()
            .merge((AT_ROOT.router)())
            .route("/", any(|| async { USERS }))
            .route("/about", any(|| async { USERS }))
            .route("/about/{page}", any(|| async { USERS }))
    };
    for target in ["/", "/about", "/about/us"] {
        assert!(text(app(), "GET", target).contains(USERS), "{target}");
    }
    for target in [&format!("/{TOKEN}/style.css"), "/other", "/other/"] {
        assert!(!text(app(), "GET", target).contains(USERS), "{target}");
    }
}

/// Pages of the application below `/app`: one that prints the URL of a stylesheet. What is answered at that URL.
fn linked(pages: impl FnOnce(Router) -> Router, url: &'static str) -> Answer {
    let page = Router::new().route("/page", any(move || async move { url }));
    let app = pages(page);
    let ask = |path: &str| answer(app.clone(), request("GET", path, &[]).map(|()| Body::empty()));
    ask(ask("/app/page").text())
}

#[test]
fn pages_below_a_nest_print_urls_that_are_answered() {
    for (router, at, style) in [
        (embedded::router as fn() -> Router, embedded::at as fn(&str) -> At, embedded::STYLE_CSS),
        (disk::router, disk::at, disk::STYLE_CSS),
    ] {
        let beside = |page| Router::new().nest("/app", page).merge(router());
        assert_eq!(linked(beside, style.url()).status, 200);
        let at_prefix = |page: Router| Router::new().nest("/app", page.merge(at("/app").router()));
        assert_eq!(linked(at_prefix, style.url_on("/app").leak()).status, 200);
        // axum answers this one by itself.
        let inside = |page: Router| Router::new().nest("/app", page.merge(router()));
        let missing = linked(inside, style.url());
        assert_eq!((missing.status, missing.text(), missing.field("cache-control")), (404, "", None));
    }
}

#[test]
#[should_panic(expected = "/static/")]
fn axum_refuses_two_views_of_one_name() {
    let _ = Router::<()>::new().merge((EMBEDDED.router)()).merge((DISK.router)());
}

#[test]
#[should_panic(expected = "Overlapping method route")]
fn axum_refuses_one_fixed_url_of_two_views() {
    let _ = Router::<()>::new().merge(fixed::fixed_router()).merge(fixed_disk::fixed_router());
}

#[test]
fn a_view_from_disk_is_found_below_a_nest() {
    for _ in 0..2 {
        let app = Router::<()>::new().nest("/app", (DISK.router)());
        let target = format!("/app{}", DISK.url("style.css"));
        assert_eq!(answer(app, request("GET", &target, &[]).map(|()| Body::empty())).status, 200);
    }
}

#[test]
fn pages_from_disk_are_found_below_a_nest() {
    for _ in 0..2 {
        let app = Router::<()>::new().nest("/app", site_disk::site());
        assert_eq!(answer(app, request("GET", "/app", &[]).map(|()| Body::empty())).status, 200);
    }
}

#[test]
fn pages_from_disk_are_found_at_a_prefix_that_they_know() {
    let app = Router::<()>::new().nest_service("/ui", site_disk::at("/ui").site::<()>());
    for (path, status) in [("/ui", 301), ("/ui/", 200), ("/ui/none", 404), ("/ui/static/none", 404)] {
        assert_eq!(answer(app.clone(), request("GET", path, &[]).map(|()| Body::empty())).status, status);
    }
}

#[test]
fn stderr_says_once_what_is_wrong_with_the_routes_and_nothing_where_they_are_right() {
    let nested = "cachebreaker: the view `static/{breaker}` is nested below `/app`, but its URLs begin with `/static/`: give it the \
                  name `app/static/{breaker}` and merge its router outside of the nest, or take its router from `at(\"/app\")` and \
                  print URLs by `url_on(\"/app\")`\n";
    for (test, line, count) in [
        (
            "routing::axum_refuses_two_views_of_one_name",
            "cachebreaker: the views `tests_http::view::embedded` and `tests_http::view::disk` both have URLs that begin \
               with `/static/`, and axum panics if one router has both: give one of them another `name`\n",
            1,
        ),
        (
            "routing::axum_refuses_one_fixed_url_of_two_views",
            "cachebreaker: the views `tests_http::view::fixed` and `tests_http::view::fixed_disk` both have `robots.txt` \
               at the fixed URL `/robots.txt`, and axum panics if one router has both: take it from one of them in \
               `build.rs`\n",
            1,
        ),
        ("routing::a_view_from_disk_is_found_below_a_nest", nested, 1),
        ("routing::pages_from_disk_are_found_below_a_nest", nested, 1),
        ("routing::pages_from_disk_are_found_at_a_prefix_that_they_know", "is nested below", 0),
    ] {
        // In a process of its own, of which all of stderr is known.
        let itself = std::env::current_exe().expect("a test has a path");
        let output = Command::new(itself).args(["--exact", test, "--nocapture"]).output().expect("it can be run");
        assert!(output.status.success(), "{output:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(stderr.matches(line).count(), count, "{stderr}");
    }
}
