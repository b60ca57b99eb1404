//! Views made at run time: what is theirs alone. Everything else, they are asked in every other file.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use cachebreaker::{PrematureAnswer, RolloutWindow, StaleAnswer, StaticView, StaticViewBuilder};
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use include_dir::{Dir, DirEntry, File};
use tests_http::ask::{Answer, answer, request};
use tower_service::Service as _;

static DIR: Dir<'static> = Dir::new(
    "",
    &[
        DirEntry::File(File::new("style.css", b"identity identity identity")),
        DirEntry::File(File::new("style.css.br", b"brotli")),
        DirEntry::File(File::new("style.css.gz", b"gzip gzip")),
        DirEntry::File(File::new("alone.gz", b"alone")),
        DirEntry::File(File::new(".hidden", b"hidden")),
        DirEntry::Dir(Dir::new("img", &[DirEntry::File(File::new("img/logo.svg", b"<svg/>"))])),
    ],
);
static EMPTY: Dir<'static> = Dir::new("", &[DirEntry::File(File::new(".hidden", b""))]);

fn builder() -> StaticViewBuilder {
    StaticView::builder("static/{breaker}", &DIR)
}

fn paths(view: StaticView) -> Vec<&'static str> {
    view.iter().map(|asset| asset.path()).collect()
}

fn get(view: StaticView, target: &str, fields: &[(&str, &str)]) -> Answer {
    answer(view.service(), request("GET", target, fields))
}

#[test]
fn what_is_wrong_is_told_as_the_macro_and_the_build_tell_it() {
    let message = |builder: StaticViewBuilder| builder.build().unwrap_err().to_string();
    for (builder, expected) in [
        (
            StaticView::builder("static", &DIR),
            "name `static` has no `{breaker}`: say where the token stands, as in `static/{breaker}`",
        ),
        (
            builder().token(""),
            "the token is empty: give it a text, or leave it unset; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (builder().token("a/b"), "`a/b` is no token: it contains `/`; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`"),
        (
            builder().token("9fceb02").supersedes(["0a1b2c3", "v1"]),
            "`v1` is no commit as long as the token: give hashes with at least as many hex digits",
        ),
        (StaticView::builder("static/{breaker}", &EMPTY), "the directory has no files: put at least one asset into it"),
    ] {
        assert_eq!(message(builder), expected);
    }
}

#[test]
fn the_default_token_is_the_time_of_the_build_in_milliseconds() {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let before = now();
    let token: u128 = builder().build().unwrap().token().parse().unwrap();
    assert!((before..=now()).contains(&token), "{token}");
}

#[test]
fn each_view_keeps_its_own_token() {
    let one = builder().token("v1.0.0").build().unwrap();
    let two = builder().token("v2.0.0").build().unwrap();
    assert_eq!(one.url("img/logo.svg").unwrap(), "/static/v1.0.0/img/logo.svg");
    assert_eq!(two.url("img/logo.svg").unwrap(), "/static/v2.0.0/img/logo.svg");
    assert_eq!(get(one, "/static/v2.0.0/img/logo.svg", &[]).status, 503);
    assert_eq!(get(two, "/static/v1.0.0/img/logo.svg", &[]).expect("location"), "/static/v2.0.0/img/logo.svg");
    assert_eq!((one.stats().premature, two.stats().stale), (1, 1));
}

#[test]
fn rules_are_those_of_the_builder() {
    let build = |builder: StaticViewBuilder| builder.token("v1.0.0").build().unwrap();
    let newer = "/static/v2.0.0/style.css";
    assert_eq!(get(build(builder().premature(PrematureAnswer::NotFound)), newer, &[]).status, 404);
    assert_eq!(get(build(builder().premature(PrematureAnswer::Current)), newer, &[]).status, 200);
    assert_eq!(get(build(builder().rollout_window(RolloutWindow::Off)), newer, &[]).status, 301);
    let older = "/static/v0.9.0/style.css";
    assert_eq!(get(build(builder()), older, &[]).status, 301);
    assert_eq!(get(build(builder().stale(StaleAnswer::NotFound)), older, &[]).status, 404);
    let answer = get(build(builder().cache_max_age(60)), "/static/v1.0.0/style.css", &[]);
    assert_eq!(answer.expect("cache-control"), "public, max-age=60, immutable");
    let view = builder().token("abcdef0").supersedes(["9fceb02"]).build().unwrap();
    assert_eq!(get(view, "/static/9fceb02/style.css", &[]).status, 301);
    assert_eq!(get(view, "/static/1234567/style.css", &[]).status, 503);
    let decimal = builder().token("1234567").supersedes(["9fceb02"]).build().unwrap();
    assert_eq!(get(decimal, "/static/9fceb02/style.css", &[]).status, 301);
    assert_eq!(get(decimal, "/static/abcdef0/style.css", &[]).status, 503);
}

#[test]
fn contents_are_where_the_directory_has_them() {
    let file = DIR.get_file("img/logo.svg").unwrap().contents();
    let view = builder().token("v1").build().unwrap();
    let Cow::Borrowed(bytes) = view.get("img/logo.svg").unwrap().bytes() else { panic!("a copy") };
    assert!(std::ptr::eq(bytes, file));
    let request = request("GET", "/static/v1/img/logo.svg", &[]);
    let Ok(response) = view.service().call(request).into_inner();
    let sent = response.into_body().collect().now_or_never().expect("it never waits").unwrap().to_bytes();
    assert!(std::ptr::eq(&*sent, file));
}

#[test]
fn hidden_files_are_served_only_when_asked_for() {
    assert_eq!(
        paths(builder().build().unwrap()),
        ["alone.gz", "img/logo.svg", "style.css", "style.css.br", "style.css.gz"]
    );
    assert!(paths(builder().hidden(true).build().unwrap()).contains(&".hidden"));
}

#[test]
fn precompressed_siblings_are_encodings_when_asked_for() {
    let view = builder().token("v1").precompressed(true).build().unwrap();
    assert_eq!(paths(view), ["alone.gz", "img/logo.svg", "style.css"]);
    let mut tags = Vec::new();
    for (accepted, coding, body) in [
        ("br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip gzip"),
        ("gzip, br", Some("br"), "brotli"),
        ("identity", None, "identity identity identity"),
    ] {
        let answer = get(view, "/static/v1/style.css", &[("accept-encoding", accepted)]);
        assert_eq!((answer.field("content-encoding"), answer.text()), (coding, body));
        assert_eq!(answer.expect("content-type"), "text/css; charset=utf-8");
        assert_eq!(answer.expect("vary"), "accept-encoding");
        tags.push(answer.expect("etag").to_owned());
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    assert_eq!(get(view, "/static/v1/style.css.br", &[]).status, 404);
    assert_eq!(get(view, "/static/v1/alone.gz", &[]).field("content-encoding"), None);
}

#[test]
fn views_whose_names_overlap_have_no_common_router() {
    let view = |name: &str| StaticView::builder(name, &DIR).token("v1").build().unwrap();
    let message = |names: [&str; 2]| StaticView::routers::<()>(names.map(view)).unwrap_err().to_string();
    assert_eq!(
        message(["static/{breaker}", "static/{breaker}"]),
        "views `static/{breaker}` and `static/{breaker}` overlap: give them names that begin differently"
    );
    assert_eq!(
        message(["static/v-{breaker}", "static/{breaker}"]),
        "views `static/v-{breaker}` and `static/{breaker}` overlap: give them names that begin differently"
    );
}

#[test]
fn views_whose_names_differ_share_a_router() {
    let view = |name: &str| StaticView::builder(name, &DIR).token("v1").build().unwrap();
    let router: Router = StaticView::routers([view("static/a-{breaker}"), view("static/b-{breaker}")]).unwrap();
    for target in ["/static/a-v1/img/logo.svg", "/static/b-v1/img/logo.svg"] {
        let request = request("GET", target, &[]).map(|()| axum::body::Body::empty());
        let answer = answer(router.clone(), request);
        assert_eq!((answer.status, answer.text()), (200, "<svg/>"), "{target}");
    }
}

#[test]
fn two_builds_of_one_time_are_never_redirected_to_one_another_whatever_the_window() {
    const OURS: &str = "1718539201234-9f86d081884c";
    const THEIRS: &str = "1718539201234-000000000000";
    for window in [RolloutWindow::Off, RolloutWindow::Seconds(0), RolloutWindow::DEFAULT, RolloutWindow::Endless] {
        for (ours, theirs) in [(OURS, THEIRS), (THEIRS, OURS)] {
            let view = builder().token(ours).rollout_window(window).build().unwrap();
            for path in ["style.css", "none.css"] {
                for headers in [&[][..], &[("cachebreaker", "retry")]] {
                    let answer = get(view, &format!("/static/{theirs}/{path}"), headers);
                    assert_eq!((answer.status, answer.field("location")), (503, None), "{window:?}: {answer:?}");
                    assert_eq!((answer.expect("retry-after"), answer.expect("cache-control")), ("3", "no-store"));
                }
            }
        }
    }
}

#[test]
fn the_same_contents_with_other_options_are_sent_and_not_stored_and_a_proxy_that_retries_asks_elsewhere() {
    const OURS: &str = "1718539201234-9f86d081884c000000";
    const THEIRS: &str = "1718539201234-9f86d081884c000001";
    for (ours, theirs) in [(OURS, THEIRS), (THEIRS, OURS)] {
        let view = builder().token(ours).build().unwrap();
        let target = |path| format!("/static/{theirs}/{path}");
        let answer = get(view, &target("style.css"), &[]);
        assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-store"));
        assert_eq!(answer.body, b"identity identity identity");
        let answer = get(view, &target("none.css"), &[]);
        assert_eq!((answer.status, answer.expect("cache-control")), (404, "no-store"));
        for path in ["style.css", "none.css"] {
            let answer = get(view, &target(path), &[("cachebreaker", "retry")]);
            // Where a reverse proxy is redirected if there is no instance with these options.
            let own = (path == "style.css").then(|| format!("/static/{ours}/{path}"));
            assert_eq!((answer.status, answer.field("location")), (503, own.as_deref()));
        }
    }
}
