//! `Location`: path and query of the same file under the current token, never another site.

use axum::Router;
use axum::body::Body;
use axum::extract::OriginalUri;
use http::Uri;
use tests_http::ask::{Answer, Way, answer, ask, request};
use tests_http::fixture::TOKEN;
use tests_http::view::{AFFIXED, AT_ROOT, EMBEDDED, EVERY_MODE};

const STALE: &str = "1718539201233";

fn app(app: Router, target: &str) -> Answer {
    answer(app, request("GET", target, &[]).map(|()| Body::empty()))
}

#[test]
fn the_query_is_kept_as_it_is() {
    for view in EVERY_MODE {
        for query in ["", "?", "?v=1", "?a=b&c=d", "?a=%0d%0aX:%20y", "?q=//evil.example", "?\\", "??"] {
            for way in Way::ALL {
                let target = format!("{}{query}", view.url_under(STALE, "style.css"));
                let answer = way.ask(&view, request("GET", &target, &[]));
                assert_eq!(answer.status, 301, "{way:?}: {target}: {answer:?}");
                let location = format!("{}{}{query}", way.mount(), view.url("style.css"));
                assert_eq!(answer.fields["location"].as_bytes(), location.as_bytes(), "{way:?}");
            }
        }
    }
}

#[test]
fn what_is_not_ascii_is_percent_encoded() {
    let answer = ask(&EMBEDDED, "GET", &EMBEDDED.url_under(STALE, "style.css?é=%C3%A9"), &[]);
    assert_eq!(answer.expect("location"), EMBEDDED.url("style.css?%C3%A9=%C3%A9"));
    let nested = Router::new().nest("/{tenant}", (EMBEDDED.router)());
    let answer = app(nested, &format!("/é{}", EMBEDDED.url_under(STALE, "style.css")));
    assert_eq!(answer.expect("location"), format!("/%C3%A9{}", EMBEDDED.url("style.css")));
}

#[test]
fn the_file_is_spelt_as_its_url_however_it_was_asked_for() {
    for (asked, spelt) in [
        ("%73tyle.css", "style.css"),
        ("a%20b+c.txt", "a%20b%2Bc.txt"),
        ("%c3%a9.txt", "%C3%A9.txt"),
        ("semi;colon,comma=@:!$(*).txt", "semi%3Bcolon%2Ccomma%3D%40%3A%21%24%28%2A%29.txt"),
    ] {
        for view in EVERY_MODE {
            let answer = ask(&view, "GET", &view.url_under(STALE, asked), &[]);
            assert_eq!(answer.expect("location"), view.url(spelt));
        }
    }
}

#[test]
fn it_leads_to_the_file_in_every_way_of_serving() {
    for view in EVERY_MODE {
        for way in Way::ALL {
            let moved = way.ask(&view, request("GET", &view.url_under(STALE, "style.css?q"), &[]));
            let location = moved.expect("location").strip_prefix(way.mount()).expect("the mount is kept").to_owned();
            assert_eq!(way.ask(&view, request("GET", &location, &[])).status, 200, "{way:?}");
        }
    }
}

#[test]
fn it_is_right_for_names_of_every_form() {
    for (view, expected) in
        [(AT_ROOT, format!("/{TOKEN}/style.css")), (AFFIXED, format!("/a/v-{TOKEN}.d/files/style.css"))]
    {
        for way in [Way::Service, Way::Merge, Way::Nest, Way::NestService, Way::Fallback, Way::NestTwice] {
            let answer = way.ask(&view, request("GET", &view.url_under(STALE, "style.css"), &[]));
            assert_eq!(answer.expect("location"), format!("{}{expected}", way.mount()), "{way:?}");
        }
    }
    // The service nested at the beginning of its own name.
    let nested = Router::new().nest_service("/a", (AFFIXED.service)());
    let answer = app(nested, &AFFIXED.url_under(STALE, "style.css"));
    assert_eq!(answer.expect("location"), AFFIXED.url("style.css"));
}

#[test]
fn it_is_right_where_the_mount_is_a_parameter() {
    for mount in ["acme", "%2F%2Fevil.example", "a:b", ".", "evil.example"] {
        let nested = Router::new().nest("/{tenant}", (EMBEDDED.router)());
        let answer = app(nested, &format!("/{mount}{}?q", EMBEDDED.url_under(STALE, "style.css")));
        assert_eq!(answer.status, 301);
        assert_eq!(answer.expect("location"), format!("/{mount}{}?q", EMBEDDED.url("style.css")));
    }
}

#[test]
fn it_never_leaves_the_site() {
    let is_local = |answer: &Answer| {
        let location = answer.expect("location").as_bytes();
        location[0] == b'/' && !matches!(location.get(1), Some(b'/' | b'\\'))
    };
    for mount in [
        "/",
        "//evil.example",
        "/\\evil.example",
        "/\\/evil.example",
        "///evil.example",
        "//",
        "/\\",
        "/\\@evil.example",
    ] {
        for view in EVERY_MODE {
            let stale = view.url_under(STALE, "style.css");
            let target = format!("{mount}{stale}");
            // Whatever the routers make of it.
            for answer in [
                app(Router::new().nest("/{tenant}", (view.router)()), &target),
                app(Router::new().nest_service("/{tenant}", (view.service)()), &target),
                app(Router::new().nest("/{a}/{b}", (view.router)()), &target),
                app(Router::new().nest("/{a}/{b}/{c}", (view.router)()), &target),
                app(Router::new().fallback_service((view.service)()), &target),
                ask(&view, "GET", &target, &[]),
            ] {
                assert!(answer.status == 404 || is_local(&answer), "{mount}: {answer:?}");
            }
            // A layer of the user's own that strips the mount.
            let original: Uri = target.parse().expect("`http` takes it");
            let mut stripped = request("GET", &stale, &[]);
            stripped.extensions_mut().insert(OriginalUri(original));
            let answer = answer((view.service)(), stripped);
            assert_eq!(answer.status, 404, "{mount}: {answer:?}");
            assert_eq!(answer.field("location"), None);
        }
    }
}

#[test]
fn it_cannot_carry_a_line_break() {
    for raw in ["\r\n", "\n", "\r", "\0"] {
        for target in [format!("/static/{STALE}/style.css?{raw}X: y"), format!("/{raw}/static/{STALE}/style.css")] {
            assert!(target.parse::<Uri>().is_err(), "`http` holds no such target, so no service sees one");
        }
    }
    for view in EVERY_MODE {
        let answer = ask(&view, "GET", &format!("{}?%0d%0aX:%20y", view.url_under(STALE, "style.css")), &[]);
        assert_eq!(answer.expect("location"), format!("{}?%0d%0aX:%20y", view.url("style.css")));
        assert_eq!(answer.field("x"), None);
    }
}

#[test]
fn an_original_target_that_does_not_end_in_the_path_is_no_mount() {
    for original in ["/", "/other", "*", "/x/static/1718539201233/other.css"] {
        let mut request = request("GET", &EMBEDDED.url_under(STALE, "style.css"), &[]);
        request.extensions_mut().insert(OriginalUri(original.parse().expect("a target")));
        assert_eq!(answer((EMBEDDED.service)(), request).expect("location"), EMBEDDED.url("style.css"));
    }
}
