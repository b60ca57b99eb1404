//! Methods (RFC 9110 §9).

use tests_http::ask::{Way, request};
use tests_http::view::{EVERY_MODE, View};

fn every_row(view: &View) -> [String; 5] {
    [
        view.url("style.css"),
        view.url("none.css"),
        view.url_under("1718539201233", "style.css"),
        view.url_under("1718539201235", "style.css"),
        view.url_under("a+b", "style.css"),
    ]
}

#[test]
fn other_methods_get_405_and_those_that_are_allowed() {
    for view in EVERY_MODE {
        for way in Way::ALL {
            for target in every_row(&view) {
                for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "NONSENSE", "get", "Head"] {
                    let answer =
                        way.ask(&view, request(method, &target, &[("range", "bytes=0-1"), ("if-match", "\"x\"")]));
                    assert_eq!(answer.status, 405, "{way:?} {method}: {answer:?}");
                    assert_eq!(answer.expect("allow"), "GET, HEAD");
                    assert_eq!(answer.expect("cache-control"), "no-store");
                    assert_eq!(answer.text(), "405: static files answer GET and HEAD\n");
                }
            }
        }
    }
}

#[test]
fn options_gets_204_and_the_methods_that_are_allowed() {
    for view in EVERY_MODE {
        for way in Way::ALL {
            for target in every_row(&view) {
                let answer = way.ask(&view, request("OPTIONS", &target, &[]));
                assert_eq!(answer.status, 204, "{way:?}: {answer:?}");
                assert_eq!(answer.expect("allow"), "GET, HEAD");
                assert_eq!(answer.expect("cache-control"), "no-store");
                assert_eq!(answer.field("content-length"), None);
                assert!(answer.body.is_empty());
            }
        }
    }
}
