//! Premature and stale tokens: the answers to choose from, the rollout window, the counters.

use std::thread;
use std::time::{Duration, Instant};

use tests_http::ask::{Answer, Way, ask, get, request};
use tests_http::fixture::{STYLE, TOKEN};
use tests_http::view::{
    COUNTED, ENDLESS, FOR_AN_HOUR, ONE_SECOND, PREMATURE_CURRENT, PREMATURE_CURRENT_DISK, PREMATURE_NOT_FOUND,
    STALE_NOT_FOUND, STALE_NOT_FOUND_FOR_MODULES, View, WITHOUT_WINDOW,
};

const NEWER: &str = "1718539201235";

fn newer(view: &View, path: &str, fields: &[(&str, &str)]) -> Answer {
    ask(view, "GET", &view.url_under(NEWER, path), fields)
}

#[test]
fn retry_answers_503_for_a_proxy_that_asks_another_instance() {
    for way in Way::ALL {
        let answer = way.ask(&FOR_AN_HOUR, request("GET", &FOR_AN_HOUR.url_under(NEWER, "style.css"), &[]));
        assert_eq!(answer.status, 503, "{way:?}: {answer:?}");
        assert_eq!((answer.expect("retry-after"), answer.expect("cache-control")), ("3", "no-store"));
    }
}

#[test]
fn not_found_answers_404() {
    for way in Way::ALL {
        for path in ["style.css", "none.css"] {
            let answer =
                way.ask(&PREMATURE_NOT_FOUND, request("GET", &PREMATURE_NOT_FOUND.url_under(NEWER, path), &[]));
            assert_eq!(answer.status, 404, "{way:?}: {answer:?}");
            assert_eq!(answer.expect("cache-control"), "no-store");
            assert_eq!(answer.field("retry-after"), None);
            assert_eq!(
                answer.text(),
                format!(
                    "404: the token in this URL is of another deploy than this instance's, {TOKEN}, and not of an older one\n"
                )
            );
        }
    }
}

#[test]
fn current_answers_with_the_current_file_not_to_be_stored() {
    for view in [PREMATURE_CURRENT, PREMATURE_CURRENT_DISK] {
        for way in Way::ALL {
            let answer = way.ask(&view, request("GET", &view.url_under(NEWER, "style.css"), &[]));
            assert_eq!(answer.status, 200, "{way:?}: {answer:?}");
            assert_eq!(answer.expect("cache-control"), "no-store");
            assert_eq!(answer.expect("content-type"), STYLE.content_type);
            assert!(answer.body == (STYLE.content)());
        }
        assert_eq!(newer(&view, "none.css", &[]).status, 404);
        assert_eq!(newer(&view, "none.css", &[]).expect("cache-control"), "no-store");
        let etag = newer(&view, "style.css", &[]).expect("etag").to_owned();
        for (field, status) in
            [(("if-none-match", etag.as_str()), 304), (("range", "bytes=0-1"), 206), (("range", "bytes=99999-"), 416)]
        {
            let answer = newer(&view, "style.css", &[field]);
            assert_eq!((answer.status, answer.expect("cache-control")), (status, "no-store"), "{answer:?}");
        }
    }
}

#[test]
fn without_a_window_a_newer_token_is_stale_at_once() {
    for way in Way::ALL {
        let answer = way.ask(&WITHOUT_WINDOW, request("GET", &WITHOUT_WINDOW.url_under(NEWER, "style.css?q"), &[]));
        let location = format!("{}{}?q", way.mount(), WITHOUT_WINDOW.url("style.css"));
        assert_eq!((answer.status, answer.expect("location")), (301, location.as_str()), "{way:?}");
        let answer = way.ask(&WITHOUT_WINDOW, request("GET", &WITHOUT_WINDOW.url_under(NEWER, "none.css"), &[]));
        assert_eq!(answer.status, 404, "{way:?}");
    }
}

#[test]
fn when_the_window_is_over_a_newer_token_is_stale() {
    let began = Instant::now();
    assert_eq!(newer(&ONE_SECOND, "style.css", &[]).status, 503);
    let moved = loop {
        let answer = newer(&ONE_SECOND, "style.css", &[]);
        if answer.status != 503 {
            break answer;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the window of a second stays open");
        thread::sleep(Duration::from_millis(20));
    };
    assert!(began.elapsed() >= Duration::from_secs(1), "the window closed too early");
    assert_eq!((moved.status, moved.expect("location")), (301, ONE_SECOND.url("style.css").as_str()));
    assert_eq!(newer(&ONE_SECOND, "none.css", &[]).status, 404);
    // Another token has a window of its own.
    assert_eq!(ask(&ONE_SECOND, "GET", &ONE_SECOND.url_under("1718539201236", "style.css"), &[]).status, 503);
}

#[test]
fn a_newer_token_that_nobody_asked_for_during_a_window_has_its_whole_window() {
    for _ in 0..2 {
        let answer = ask(&ONE_SECOND, "GET", &ONE_SECOND.url_under("1718539201237", "style.css"), &[]);
        assert_eq!(answer.status, 503);
        thread::sleep(Duration::from_millis(1_100));
    }
}

#[test]
fn an_endless_window_stays_open() {
    for _ in 0..3 {
        assert_eq!(newer(&ENDLESS, "style.css", &[]).status, 503);
    }
}

#[test]
fn a_proxy_that_retries_gets_503_for_a_stale_token_with_the_location_of_the_301() {
    for (value, status) in [("retry", 503), ("other", 301), ("", 301)] {
        let target = FOR_AN_HOUR.url_under("1718539201233", "style.css");
        let answer = ask(&FOR_AN_HOUR, "GET", &target, &[("cachebreaker", value)]);
        assert_eq!(answer.status, status, "{value}: {answer:?}");
        assert_eq!(answer.expect("location"), FOR_AN_HOUR.url("style.css"));
        assert_eq!(answer.expect("cache-control"), "no-store");
    }
}

/// What Chromium sends with an `import()`.
const IMPORT: [(&str, &str); 3] =
    [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "script")];
/// With a stylesheet, and with a classic script.
const STYLESHEET: [(&str, &str); 2] = [("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "style")];
const CLASSIC_SCRIPT: [(&str, &str); 2] = [("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")];

#[test]
fn where_stale_is_set_to_404_a_stale_token_is_redirected_for_none_or_for_all_but_modules() {
    for (view, headers, status) in [
        (STALE_NOT_FOUND, &[][..], 404),
        (STALE_NOT_FOUND, &IMPORT, 404),
        (STALE_NOT_FOUND, &STYLESHEET, 404),
        (STALE_NOT_FOUND_FOR_MODULES, &[], 301),
        (STALE_NOT_FOUND_FOR_MODULES, &IMPORT, 404),
        (STALE_NOT_FOUND_FOR_MODULES, &STYLESHEET, 301),
        (STALE_NOT_FOUND_FOR_MODULES, &CLASSIC_SCRIPT, 301),
    ] {
        for (token, path) in [("1718539201233", "app.js"), ("v1.0.0", "style.css")] {
            for way in Way::ALL {
                let answer = way.ask(&view, request("GET", &view.url_under(token, path), headers));
                assert_eq!(answer.status, status, "{}, {way:?}, {headers:?}: {answer:?}", view.title);
                assert_eq!(answer.expect("cache-control"), "no-store");
                // What is not to be stored needs no `Vary`.
                assert_eq!(answer.field("vary"), None);
                if status == 301 {
                    assert_eq!(answer.expect("location"), format!("{}{}", way.mount(), view.url(path)));
                } else {
                    assert_eq!(answer.field("location"), None);
                    let text = format!(
                        "404: the token in this URL is stale; the current one is {TOKEN}, and this view is set to answer 404 \
                         instead of a redirect"
                    );
                    assert!(answer.text().starts_with(&text), "{answer:?}");
                }
            }
        }
        // The current URL is not affected.
        assert_eq!(get(&view, "app.js", headers).status, 200);
    }
}

#[test]
fn a_proxy_that_retries_gets_the_404_of_a_stale_token_at_once_and_without_a_location() {
    for view in [STALE_NOT_FOUND, STALE_NOT_FOUND_FOR_MODULES] {
        let headers = [&IMPORT[..], &[("cachebreaker", "retry")]].concat();
        let answer = ask(&view, "GET", &view.url_under("1718539201233", "app.js"), &headers);
        assert_eq!((answer.status, answer.field("location")), (404, None), "{answer:?}");
    }
    let stale = STALE_NOT_FOUND_FOR_MODULES.url_under("1718539201233", "style.css");
    let answer = ask(&STALE_NOT_FOUND_FOR_MODULES, "GET", &stale, &[("cachebreaker", "retry")]);
    assert_eq!((answer.status, answer.expect("location")), (503, &*STALE_NOT_FOUND_FOR_MODULES.url("style.css")));
}

#[test]
fn every_answer_is_counted_once() {
    let view = COUNTED;
    assert_eq!((view.stats)(), cachebreaker::Stats::default());
    let etag = get(&view, "style.css", &[]).expect("etag").to_owned();
    get(&view, "style.css", &[("range", "bytes=0-1")]);
    get(&view, "style.css", &[("range", "bytes=99999-")]);
    get(&view, "style.css", &[("if-match", "\"x\"")]);
    ask(&view, "HEAD", &view.url("style.css"), &[]);
    for _ in 0..2 {
        get(&view, "style.css", &[("if-none-match", &etag)]);
    }
    for _ in 0..3 {
        ask(&view, "GET", &view.url_under("1718539201233", "style.css"), &[]);
    }
    for _ in 0..4 {
        newer(&view, "none.css", &[]);
    }
    get(&view, "none.css", &[]);
    ask(&view, "GET", &view.url_under("1718539201233", "none.css"), &[]);
    ask(&view, "GET", &view.url_under("a+b", "style.css"), &[]);
    ask(&view, "GET", "/small/", &[]);
    ask(&view, "POST", &view.url("style.css"), &[]);
    ask(&view, "OPTIONS", &view.url("none.css"), &[]);
    let stats = (view.stats)();
    assert_eq!((stats.found, stats.not_modified, stats.stale, stats.premature), (5, 2, 3, 4), "{stats:?}");
    assert_eq!((stats.missing, stats.other_method), (4, 2), "{stats:?}");
}
