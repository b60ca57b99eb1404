//! What holds of the fields of every status.

use tests_http::ask::{Way, one_of_each};
use tests_http::fixture::{OWN_FIELDS, OWN_TYPE};
use tests_http::view::{DISK, EVERY_MODE, OWN, OWN_DISK};

#[test]
fn content_length_is_the_length_of_the_content_and_absent_where_there_can_be_none() {
    for view in EVERY_MODE {
        for way in Way::ALL {
            for case in one_of_each(&view) {
                let answer = way.ask(&view, case.request());
                assert_eq!(answer.status, case.status, "{way:?} {case:?}: {answer:?}");
                match answer.status {
                    204 | 304 => {
                        assert_eq!(answer.field("content-length"), None, "{way:?} {case:?}: {answer:?}");
                        assert!(answer.body.is_empty());
                    }
                    _ => assert_eq!(answer.expect("content-length"), answer.body.len().to_string(), "{way:?} {case:?}"),
                }
            }
        }
    }
}

#[test]
fn head_has_every_field_of_get_and_no_content() {
    for view in EVERY_MODE {
        for way in Way::ALL {
            // `Range` means nothing to `HEAD` (RFC 9110 §14.2), so 206 and 416 have no counterpart.
            for case in
                one_of_each(&view).iter().filter(|case| case.method == "GET" && ![206, 416].contains(&case.status))
            {
                let head = way.ask(&view, case.request_with("HEAD"));
                let get = way.ask(&view, case.request());
                assert_eq!(head.head(), get.head(), "{way:?} {case:?}");
                assert!(head.body.is_empty(), "{way:?} {case:?}: {head:?}");
            }
        }
    }
}

#[test]
fn only_an_asset_under_the_current_token_may_be_stored() {
    for view in EVERY_MODE {
        for case in one_of_each(&view) {
            let answer = Way::Service.ask(&view, case.request());
            let expected = if [200, 206, 304].contains(&case.status) { view.cache_control } else { "no-store" };
            assert_eq!(answer.expect("cache-control"), expected, "{case:?}: {answer:?}");
        }
    }
}

#[test]
fn cache_control_has_the_seconds_of_cache_max_age() {
    let view = tests_http::view::FOR_AN_HOUR;
    let answer = tests_http::ask::get(&view, "style.css", &[]);
    assert_eq!(answer.expect("cache-control"), "public, max-age=3600, immutable");
    let etag = answer.expect("etag");
    let answer = tests_http::ask::get(&view, "style.css", &[("if-none-match", etag)]);
    assert_eq!(answer.expect("cache-control"), "public, max-age=3600, immutable");
}

#[test]
fn errors_and_redirects_say_in_one_short_line_of_plain_text_what_happened() {
    for view in EVERY_MODE {
        for case in one_of_each(&view).iter().filter(|case| ![200, 204, 206, 304].contains(&case.status)) {
            let answer = Way::Service.ask(&view, case.request());
            assert_eq!(answer.expect("content-type"), "text/plain; charset=utf-8", "{answer:?}");
            assert_eq!(answer.expect("x-content-type-options"), "nosniff", "{answer:?}");
            let line = answer.text().strip_suffix('\n').expect("it ends in a line break");
            assert!(line.starts_with(&format!("{}: ", case.status)), "{line}");
            assert!(line.len() < 200 && !line.contains(char::is_control), "{line}");
        }
    }
}

#[test]
fn nothing_that_a_request_says_is_repeated() {
    for view in EVERY_MODE {
        for path in ["%3Cscript%3Ealert(1)%3C/script%3E", "\"onload=alert(1)", "%0d%0aX-Injected:%20y", "%1b[31m"] {
            for token in [view.token, "1718539201233", "%3Cscript%3E", "\"script\"", "1718539201235"] {
                let target = format!("{}?%3Cscript%3E", view.url_under(token, path));
                let answer = Way::Service.ask(&view, tests_http::ask::request("GET", &target, &[("x", "<script>")]));
                assert!([404, 503].contains(&answer.status), "{answer:?}");
                for part in ["script", "onload", "Injected", "[31m", "%"] {
                    assert!(!answer.text().contains(part), "{target}: {answer:?}");
                    assert!(answer.fields.values().all(|value| !format!("{value:?}").contains(part)), "{answer:?}");
                }
            }
        }
    }
}

#[test]
fn in_development_nothing_may_be_reused_without_asking() {
    let answer = tests_http::ask::get(&DISK, "style.css", &[]);
    assert_eq!(answer.expect("cache-control"), "no-cache");
}

#[test]
fn the_fields_of_an_asset_stand_on_every_answer_that_has_it_or_vouches_for_it_and_on_no_other() {
    for view in [OWN, OWN_DISK] {
        let etag = tests_http::ask::get(&view, "style.css", &[]).expect("etag").to_owned();
        let url = |token| view.url_under(token, "style.css");
        for (status, method, target, fields) in [
            (200, "GET", url(view.token), &[][..]),
            (200, "GET", url(view.token), &[("accept-encoding", "br")]),
            (200, "HEAD", url(view.token), &[]),
            (206, "GET", url(view.token), &[("range", "bytes=10-19")]),
            (304, "GET", url(view.token), &[("if-none-match", &*etag)]),
            (412, "GET", url(view.token), &[("if-match", "\"x\"")]),
            (416, "GET", url(view.token), &[("range", "bytes=999999-")]),
            (404, "GET", view.url("none.css"), &[]),
            (301, "GET", url("1718539201233"), &[]),
            (503, "GET", url("1718539201235"), &[]),
            (405, "POST", url(view.token), &[]),
            (204, "OPTIONS", url(view.token), &[]),
        ] {
            let answer = tests_http::ask::ask(&view, method, &target, fields);
            assert_eq!(answer.status, status, "{answer:?}");
            for (name, value) in OWN_FIELDS {
                let expected = [200, 206, 304].contains(&status).then_some(value);
                assert_eq!(answer.field(name), expected, "{status}: {answer:?}");
            }
            if [200, 206].contains(&status) {
                assert_eq!(answer.expect("content-type"), OWN_TYPE);
            }
        }
    }
}
