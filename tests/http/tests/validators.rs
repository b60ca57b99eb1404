//! Entity tags and dates (RFC 9110 §8.8), conditional requests (§13).

use tests_http::ask::{Answer, ask, get};
use tests_http::fixture::FILES;
use tests_http::view::{DISK, EMBEDDED, EVERY_MODE, View};

/// One second before the build, the second of the build, one second after it.
const BEFORE: &str = "Sun, 16 Jun 2024 12:00:00 GMT";
const BUILT: &str = "Sun, 16 Jun 2024 12:00:01 GMT";
const AFTER: &str = "Sun, 16 Jun 2024 12:00:02 GMT";

fn etag(view: &View) -> String {
    get(view, "style.css", &[]).expect("etag").to_owned()
}

/// Asks for the stylesheet of a view; `{}` in a field's value is its entity tag.
fn with(view: &View, fields: &[(&str, &str)]) -> Answer {
    let etag = etag(view);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.replace("{}", &etag))).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = get(view, "style.css", &fields);
    let head = ask(view, "HEAD", &view.url("style.css"), &fields);
    assert_eq!(head.head(), answer.head());
    println!("{}: {fields:?}: {answer:?}", view.title);
    answer
}

#[test]
fn every_entity_tag_is_strong_and_no_two_representations_have_the_same() {
    let mut seen = std::collections::BTreeSet::new();
    for file in FILES {
        for encoding in if file.encoded { &["identity", "br", "gzip"][..] } else { &["identity"] } {
            let answer = get(&EMBEDDED, file.spelt, &[("accept-encoding", encoding)]);
            let etag = answer.expect("etag");
            let inside =
                etag.strip_prefix('"').and_then(|etag| etag.strip_suffix('"')).expect("a strong tag in quotes");
            assert!(!inside.is_empty() && inside.bytes().all(|b| b.is_ascii_graphic() && b != b'"'), "{etag}");
            assert!(seen.insert(etag.to_owned()), "{} in {encoding} has the tag of another", file.path);
        }
    }
}

#[test]
fn the_entity_tag_comes_from_the_bytes_alone() {
    // The same stylesheet is in other folders, under other tokens.
    for view in [tests_http::view::RELEASE, tests_http::view::LABEL, tests_http::view::AFFIXED] {
        assert_eq!(etag(&view), etag(&EMBEDDED));
        assert_eq!((view.get)("style.css").expect("it is there").etag(), etag(&EMBEDDED));
    }
}

#[test]
fn last_modified_is_the_time_of_the_build_and_not_there_in_development() {
    assert_eq!(get(&EMBEDDED, "style.css", &[]).expect("last-modified"), BUILT);
    assert_eq!(get(&EMBEDDED, "style.css", &[("range", "bytes=0-1")]).expect("last-modified"), BUILT);
    assert_eq!(get(&DISK, "style.css", &[]).field("last-modified"), None);
}

#[test]
fn if_none_match_with_the_tag_gets_304() {
    for view in EVERY_MODE {
        for value in [
            "{}",
            "W/{}",
            "*",
            " {} ",
            "\"x\", {}",
            "{},\"x\"",
            "\"a,b\" ,W/{}",
            ",, {} ,",
            "W/\"x\", nonsense, {}",
            "\"unfinished, {}",
        ] {
            let answer = with(&view, &[("if-none-match", value)]);
            assert_eq!(answer.status, 304, "{value}");
        }
        assert_eq!(with(&view, &[("if-none-match", "\"x\""), ("if-none-match", "{}")]).status, 304);
    }
}

#[test]
fn if_none_match_without_the_tag_gets_200() {
    for view in EVERY_MODE {
        for value in ["\"x\"", "W/\"x\"", "", ",", "nonsense", "\"x\", *", "w/{}", "W/ {}", "'x'", "{}x", "\"\""] {
            assert_eq!(with(&view, &[("if-none-match", value)]).status, 200, "{value}");
        }
        let inside = etag(&view).trim_matches('"').to_owned();
        assert_eq!(with(&view, &[("if-none-match", &inside)]).status, 200, "without quotes it is no tag");
        assert_eq!(with(&view, &[("if-none-match", "\"x\""), ("if-none-match", "*")]).status, 200);
    }
}

#[test]
fn a_304_has_the_fields_that_update_a_cache_and_no_others() {
    for encoding in ["identity", "br", "gzip"] {
        let accept = ("accept-encoding", encoding);
        let whole = get(&EMBEDDED, "style.css", &[accept]);
        let answer = get(&EMBEDDED, "style.css", &[accept, ("if-none-match", whole.expect("etag"))]);
        let expected = format!(
            "304\ncache-control: \"public, max-age=31536000, immutable\"\netag: {:?}\nvary: \"accept-encoding\"",
            whole.fields["etag"]
        );
        assert_eq!(answer.head(), expected);
        assert!(answer.body.is_empty());
    }
    let etag = etag(&DISK);
    let answer = with(&DISK, &[("if-none-match", "{}")]);
    assert_eq!(answer.fields.len(), 2, "{answer:?}");
    assert_eq!((answer.expect("etag"), answer.expect("cache-control")), (etag.as_str(), "no-cache"));
}

#[test]
fn the_tag_of_one_encoding_is_not_that_of_another() {
    let gzip = get(&EMBEDDED, "style.css", &[("accept-encoding", "gzip")]).expect("etag").to_owned();
    for (encoding, status) in [("gzip", 304), ("br", 200), ("identity", 200)] {
        let fields = [("accept-encoding", encoding), ("if-none-match", gzip.as_str())];
        assert_eq!(get(&EMBEDDED, "style.css", &fields).status, status, "{encoding}");
        let fields = [("accept-encoding", encoding), ("if-match", gzip.as_str())];
        assert_eq!(get(&EMBEDDED, "style.css", &fields).status, if status == 304 { 200 } else { 412 }, "{encoding}");
    }
}

#[test]
fn if_match_compares_strongly() {
    for view in EVERY_MODE {
        for (value, status) in [
            ("{}", 200),
            ("*", 200),
            ("\"x\", {}", 200),
            ("W/{}", 412),
            ("\"x\"", 412),
            ("W/{}, \"x\"", 412),
            ("nonsense", 412),
            ("", 412),
        ] {
            let answer = with(&view, &[("if-match", value)]);
            assert_eq!(answer.status, status, "{value}");
            if status == 412 {
                assert_eq!(answer.expect("cache-control"), "no-store");
                assert_eq!(answer.text(), "412: the asset is not the one that If-Match or If-Unmodified-Since names\n");
            }
        }
    }
}

#[test]
fn if_modified_since_gets_304_unless_the_build_is_newer() {
    for (value, status) in [
        (BEFORE, 200),
        (BUILT, 304),
        (AFTER, 304),
        ("Sunday, 16-Jun-24 12:00:01 GMT", 304),
        ("Sun Jun 16 12:00:01 2024", 304),
        ("Sunday, 16-Jun-24 12:00:00 GMT", 200),
        ("Sun Jun 16 12:00:00 2024", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("Sun, 06 Nov 9999 08:49:37 GMT", 200),
        ("Sat, 06 Nov 9999 08:49:37 GMT", 304),
        ("Mon, 16 Jun 2024 12:00:01 GMT", 200),
        ("Sun, 16 Jun 2024 12:00:01 UTC", 200),
        ("Sun, 16 Jun 2024 12:00:01", 200),
        ("Sun, 31 Jun 2024 12:00:01 GMT", 200),
        ("1718539201", 200),
        ("0", 200),
        ("-1", 200),
        ("", 200),
    ] {
        assert_eq!(with(&EMBEDDED, &[("if-modified-since", value)]).status, status, "{value}");
    }
    let twice = [("if-modified-since", AFTER), ("if-modified-since", AFTER)];
    assert_eq!(with(&EMBEDDED, &twice).status, 200, "a list is no date");
}

#[test]
fn if_unmodified_since_gets_412_if_the_build_is_newer() {
    for (value, status) in [(BEFORE, 412), (BUILT, 200), (AFTER, 200), ("yesterday", 200), ("", 200)] {
        assert_eq!(with(&EMBEDDED, &[("if-unmodified-since", value)]).status, status, "{value}");
    }
}

#[test]
fn in_development_there_is_no_date_and_dates_are_ignored() {
    for (name, value) in [
        ("if-modified-since", BUILT),
        ("if-modified-since", AFTER),
        ("if-unmodified-since", BEFORE),
        ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        assert_eq!(with(&DISK, &[(name, value)]).status, 200, "{name}: {value}");
    }
}

#[test]
fn preconditions_are_evaluated_in_their_order() {
    for (fields, status) in [
        // If-Match goes before If-Unmodified-Since, which is ignored beside it.
        (&[("if-match", "{}"), ("if-unmodified-since", BEFORE)][..], 200),
        (&[("if-match", "\"x\""), ("if-unmodified-since", AFTER)], 412),
        // If-None-Match goes before If-Modified-Since, which is ignored beside it.
        (&[("if-none-match", "\"x\""), ("if-modified-since", AFTER)], 200),
        (&[("if-none-match", "{}"), ("if-modified-since", BEFORE)], 304),
        // 412 goes before 304.
        (&[("if-match", "\"x\""), ("if-none-match", "{}")], 412),
        (&[("if-unmodified-since", BEFORE), ("if-none-match", "{}")], 412),
        (&[("if-match", "{}"), ("if-none-match", "{}")], 304),
        // Both go before the range.
        (&[("if-none-match", "{}"), ("range", "bytes=0-1")], 304),
        (&[("if-none-match", "\"x\""), ("range", "bytes=0-1")], 206),
        (&[("if-match", "\"x\""), ("range", "bytes=0-1")], 412),
        (&[("if-match", "{}"), ("range", "bytes=0-1")], 206),
        (&[("if-none-match", "{}"), ("range", "bytes=999999-")], 304),
        (&[("if-none-match", "{}"), ("range", "bytes=0-1"), ("if-range", "{}")], 304),
    ] {
        let etag = etag(&EMBEDDED);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.replace("{}", &etag))).collect();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(get(&EMBEDDED, "style.css", &fields).status, status, "{fields:?}");
    }
}

#[test]
fn preconditions_mean_nothing_where_there_is_no_representation() {
    for view in EVERY_MODE {
        for (target, method, status) in [
            (view.url("none.css"), "GET", 404),
            (view.url_under("1718539201233", "style.css"), "GET", 301),
            (view.url_under("1718539201235", "style.css"), "GET", 503),
            (view.url("style.css"), "POST", 405),
            (view.url("style.css"), "OPTIONS", 204),
        ] {
            for field in
                [("if-none-match", "*"), ("if-match", "\"x\""), ("if-unmodified-since", BEFORE), ("range", "bytes=0-")]
            {
                assert_eq!(ask(&view, method, &target, &[field]).status, status, "{method} {target} {field:?}");
            }
        }
    }
}
