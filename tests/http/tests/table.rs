//! Every row of the table of answers, in every way an application serves a view, embedded and in development.

use tests_http::ask::{Answer, Way, ask, request};
use tests_http::fixture::{FILES, TOKEN};
use tests_http::view::{COMMIT, CONTENT, EVERY_MODE, LABEL, Mode, RELEASE, View};

const OLDER: &str = "1718539201233";
const NEWER: &str = "1718539201235";
/// Of another kind than the deploy's, so it has no order and counts as stale.
const OF_ANOTHER_KIND: &str = "v1.0.0";

/// Asks for one URL of both views in every way.
fn everywhere(token: &str, path: &str, assert: impl Fn(&View, Way, Answer)) {
    for view in EVERY_MODE {
        for way in Way::ALL {
            let answer = way.ask(&view, request("GET", &view.url_under(token, path), &[]));
            println!("{}, {way:?}: {token}/{path}: {answer:?}", view.title);
            assert(&view, way, answer);
        }
    }
}

/// What a 404 says; in development it also says that the view is nested, where it is.
fn text_of_404(view: &View, way: Way, text: &str) -> String {
    if view.mode != Mode::Disk || way.mount().is_empty() {
        return format!("404: {text}\n");
    }
    let mount = way.mount();
    format!(
        "404: {text}; the view is nested below `{mount}`, but its URLs begin with `/static/`: give it \
         `name = \"{}/static/{{breaker}}\"` and merge its router outside of the nest\n",
        &mount[1..]
    )
}

#[test]
fn current_token_and_asset_get_200_with_the_files_bytes_for_a_year() {
    for file in FILES {
        everywhere(TOKEN, file.spelt, |view, _, answer| {
            assert_eq!(answer.status, 200);
            assert!(answer.body == (file.content)());
            assert_eq!(answer.expect("content-type"), file.content_type);
            assert_eq!(answer.expect("content-length"), (file.content)().len().to_string());
            assert_eq!(answer.expect("cache-control"), view.cache_control);
            assert_eq!(answer.expect("x-content-type-options"), "nosniff");
            assert!(answer.expect("etag").starts_with('"'));
        });
    }
}

#[test]
fn current_token_and_no_asset_get_404_not_to_be_stored() {
    for path in ["none.css", "", "img", "img/", "style.css/x", "STYLE.CSS"] {
        everywhere(TOKEN, path, |view, way, answer| {
            assert_eq!(answer.status, 404);
            assert_eq!(answer.expect("cache-control"), "no-store");
            let text = format!("this deploy, {TOKEN}, has no such asset");
            assert_eq!(answer.text(), text_of_404(view, way, &text));
        });
    }
}

#[test]
fn stale_token_and_asset_get_301_to_the_current_one_not_to_be_stored() {
    for token in [OLDER, "0", "000000000001", OF_ANOTHER_KIND, "build-99", "abc"] {
        for file in FILES {
            everywhere(token, file.spelt, |view, way, answer| {
                assert_eq!(answer.status, 301);
                assert_eq!(answer.expect("cache-control"), "no-store");
                assert_eq!(answer.expect("location"), format!("{}{}", way.mount(), view.url(file.spelt)));
                assert_eq!(answer.text(), format!("301: the token in this URL is stale; the current one is {TOKEN}\n"));
            });
        }
    }
}

#[test]
fn stale_token_and_no_asset_get_404_not_to_be_stored() {
    everywhere(OLDER, "none.css", |view, way, answer| {
        assert_eq!(answer.status, 404);
        assert_eq!(answer.expect("cache-control"), "no-store");
        let text = format!("the token in this URL is stale, and the current deploy, {TOKEN}, has no such asset");
        assert_eq!(answer.text(), text_of_404(view, way, &text));
    });
}

#[test]
fn what_may_be_no_token_is_not_called_stale() {
    for token in [OF_ANOTHER_KIND, "none", "a-b", "9fceb02"] {
        everywhere(token, "none.css", |view, way, answer| {
            let text = format!(
                "this deploy, {TOKEN}, has no such asset; what comes after `/static/` in a URL is read as the token"
            );
            assert_eq!((answer.status, answer.text()), (404, &*text_of_404(view, way, &text)));
        });
    }
}

#[test]
fn the_path_of_an_asset_without_a_token_gets_404_that_says_so() {
    for path in ["logo.svg", "l%6Fgo.svg", "photo.png"] {
        everywhere("img", path, |view, way, answer| {
            let text = format!("this URL has no token; it would lead to an asset if it began with `/static/{TOKEN}/`");
            assert_eq!((answer.status, answer.text()), (404, &*text_of_404(view, way, &text)));
            assert_eq!(answer.expect("cache-control"), "no-store");
        });
    }
}

#[test]
fn premature_token_gets_503_and_retry_after_whatever_the_path() {
    for token in [NEWER, "99999999999999999999999999999999"] {
        for path in ["style.css", "none.css", ""] {
            everywhere(token, path, |_, _, answer| {
                assert_eq!(answer.status, 503);
                assert_eq!(answer.expect("cache-control"), "no-store");
                assert_eq!(answer.expect("retry-after"), "3");
                let text = format!(
                    "503: the token in this URL is of another deploy than this instance's, {TOKEN}, and not of an older one; ask again in 3 seconds\n"
                );
                assert_eq!(answer.text(), text);
            });
        }
    }
}

#[test]
fn a_token_outside_the_grammar_gets_404_not_to_be_stored() {
    let too_long = "1".repeat(129);
    for token in ["", ".", "..", "a%20b", "a+b", "a%2Fb", "%31718539201234", "é", "a:b", &too_long] {
        everywhere(token, "style.css", |view, way, answer| {
            assert_eq!(answer.status, 404);
            assert_eq!(answer.expect("cache-control"), "no-store");
            if token.is_empty() && way == Way::NestServiceAtPrefix {
                // axum strips both slashes of `/static//`, so nothing is left that would be a token.
                return;
            }
            let text = format!(
                "the token in this URL is outside of A-Z a-z 0-9 . _ ~ - or longer than 128; the current one is {TOKEN}"
            );
            assert_eq!(answer.text(), text_of_404(view, way, &text));
        });
    }
    everywhere(&"1".repeat(128), "style.css", |_, _, answer| assert_eq!(answer.status, 503));
}

#[test]
fn a_url_without_a_token_gets_404_that_says_where_assets_are() {
    for view in EVERY_MODE {
        for target in ["/static/", "/static/style.css", "/elsewhere"] {
            let answer = ask(&view, "GET", target, &[]);
            let text =
                format!("404: no asset has this URL; the URLs of this deploy's assets begin with `/static/{TOKEN}/`\n");
            assert_eq!((answer.status, answer.text()), (404, &*text), "{target}");
        }
    }
}

#[test]
fn each_kind_of_token_has_its_own_order() {
    for (view, token, status) in [
        (RELEASE, "v1.10.0", 200),
        (RELEASE, "v1.9.9", 301),
        (RELEASE, "v1.10.0-rc.1", 301),
        (RELEASE, "v1.10.1", 503),
        (RELEASE, "v2.0.0-rc.1", 503),
        (RELEASE, TOKEN, 301),
        (LABEL, "build-99", 200),
        (LABEL, "build-9", 301),
        (LABEL, "build-100", 503),
        (CONTENT, "1718539201235-9f86d081884c", 200),
        (CONTENT, "1718539201233-000000000000", 301),
        (CONTENT, "1718539201235-000000000000", 503),
        (COMMIT, "9fceb02d0ae598e95dc970b74767f19372d61af8", 200),
        (COMMIT, "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", 301),
        (COMMIT, "ffffffffffffffffffffffffffffffffffffffff", 503),
    ] {
        for way in Way::ALL {
            let answer = way.ask(&view, request("GET", &view.url_under(token, "style.css"), &[]));
            assert_eq!(answer.status, status, "{}, {way:?}: {token}: {answer:?}", view.title);
        }
    }
}
