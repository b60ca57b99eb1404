//! Nothing below a view's prefix falls through to another route, and nothing else is taken from the user's own routes.

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use tests_http::ask::{answer, request};
use tests_http::fixture::TOKEN;
use tests_http::view::{AFFIXED, AT_ROOT, EVERY_MODE, View};

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
