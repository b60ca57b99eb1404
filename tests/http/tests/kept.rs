//! Files of kept releases: what is sent, how long it may be kept, and for which release it counts.

use tests_http::ask::{Answer, Way, ask, request};
use tests_http::fixture::{FILES, File, KEPT, KEPT_FILES, PAST, SHARED};
use tests_http::laws::decoded;
use tests_http::url_tokens::{COUNTED_WITH_HISTORY, WITH_HISTORY, WITH_HISTORY_AND_OPTIONS, counted_releases};
use tests_http::view::{View, YEAR};

/// A reverse proxy that asks other instances.
const RETRY: (&str, &str) = ("cachebreaker", "retry");
/// What no view here adds to a token.
const OTHER_OPTIONS: &str = "~000000";

fn kept(path: &str) -> File {
    KEPT_FILES.into_iter().find(|file| file.path == path).expect("a fixture")
}

/// The answers of every way of serving.
fn everywhere(view: View, method: &str, token: &str, path: &str, fields: &[(&str, &str)]) -> Vec<(Way, Answer)> {
    let target = view.url_under(token, path);
    Way::ALL.into_iter().map(|way| (way, way.ask(&view, request(method, &target, fields)))).collect()
}

#[test]
fn a_kept_file_has_its_own_bytes_type_and_date_for_a_year_whatever_a_reverse_proxy_asks_for() {
    for file in KEPT_FILES {
        for fields in [&[][..], &[RETRY]] {
            for (way, answer) in everywhere(WITH_HISTORY, "GET", KEPT, file.spelt, fields) {
                assert_eq!((answer.status, answer.expect("cache-control")), (200, YEAR), "{way:?}: {answer:?}");
                assert!(answer.body == (file.content)(), "{way:?}: {}", file.path);
                assert_eq!(answer.expect("content-type"), file.content_type);
                assert_eq!(answer.expect("content-length"), (file.content)().len().to_string());
                assert_eq!(answer.expect("last-modified"), "Sun, 16 Jun 2024 11:58:21 GMT");
                assert_eq!(answer.expect("x-content-type-options"), "nosniff");
            }
        }
    }
}

#[test]
fn each_kept_release_has_its_own_file_under_its_own_token() {
    let mut seen: Vec<_> =
        PAST.iter().map(|past| ask(&WITH_HISTORY, "GET", &WITH_HISTORY.url_under(past.token, "app.js"), &[])).collect();
    seen.push(ask(&WITH_HISTORY, "GET", &WITH_HISTORY.url("app.js"), &[]));
    let files = [PAST[0].files[1], kept("app.js"), FILES[1]];
    for (answer, file) in seen.iter().zip(files) {
        assert!(answer.body == (file.content)());
    }
    // The later of them has the file of the current release.
    assert_ne!(seen[0].expect("etag"), seen[1].expect("etag"));
    assert_eq!(seen[1].expect("etag"), seen[2].expect("etag"));
}

#[test]
fn conditions_ranges_and_head_mean_the_same_for_a_kept_file() {
    let own = |path: &str| ask(&WITH_HISTORY, "GET", &WITH_HISTORY.url_under(KEPT, path), &[]);
    let (whole, current) = (own("img/photo.png"), ask(&WITH_HISTORY, "GET", &WITH_HISTORY.url("img/photo.png"), &[]));
    let (etag, etag_of_current) = (whole.expect("etag"), current.expect("etag"));
    for (method, field, status) in [
        ("GET", ("if-none-match", etag), 304),
        ("HEAD", ("if-none-match", etag), 304),
        ("GET", ("if-none-match", etag_of_current), 200),
        ("GET", ("if-match", etag_of_current), 412),
        ("GET", ("if-modified-since", "Sun, 16 Jun 2024 11:58:21 GMT"), 304),
        ("GET", ("if-modified-since", "Sun, 16 Jun 2024 11:58:20 GMT"), 200),
        ("GET", ("if-unmodified-since", "Sun, 16 Jun 2024 11:58:20 GMT"), 412),
        ("GET", ("range", "bytes=9000-"), 206),
        ("GET", ("range", "bytes=9001-"), 416),
        ("HEAD", ("range", "bytes=9000-"), 200),
    ] {
        for (way, answer) in everywhere(WITH_HISTORY, method, KEPT, "img/photo.png", &[field]) {
            assert_eq!(answer.status, status, "{way:?} {method} {field:?}: {answer:?}");
            if [200, 206, 304].contains(&status) {
                assert_eq!((answer.expect("etag"), answer.expect("cache-control")), (etag, YEAR));
            }
            if status == 206 {
                assert_eq!(answer.expect("content-range"), "bytes 9000-9000/9001");
                assert!(answer.body == whole.body[9000..]);
            }
            assert_eq!(answer.body.is_empty(), method == "HEAD" || status == 304);
        }
    }
    let head = ask(&WITH_HISTORY, "HEAD", &WITH_HISTORY.url_under(KEPT, "img/photo.png"), &[]);
    assert_eq!(head.head(), whole.head());
}

#[test]
fn a_kept_file_is_sent_in_brotli_or_as_it_is() {
    let style = kept("style.css");
    for (accepted, coding) in [("br, gzip", Some("br")), ("br", Some("br")), ("gzip", None), ("", None)] {
        let fields = [("accept-encoding", accepted)];
        for (way, answer) in everywhere(WITH_HISTORY, "GET", KEPT, style.spelt, &fields) {
            assert_eq!(answer.field("content-encoding"), coding, "{way:?} {accepted}: {answer:?}");
            assert_eq!(answer.expect("vary"), "accept-encoding");
            assert!(decoded(&answer) == (style.content)());
        }
    }
}

#[test]
fn under_other_options_a_kept_file_is_not_to_be_stored_and_a_proxy_that_retries_asks_elsewhere() {
    let own = (WITH_HISTORY_AND_OPTIONS.suffix)();
    assert!(own.len() == OTHER_OPTIONS.len() && own != OTHER_OPTIONS, "{own}");
    for (view, suffix, expected, status) in [
        (WITH_HISTORY, "", YEAR, 200),
        (WITH_HISTORY, OTHER_OPTIONS, "no-store", 503),
        (WITH_HISTORY, own, "no-store", 503),
        // A deploy's own token is in its URLs as it is, whatever the options, and so is one of a release without options.
        (WITH_HISTORY_AND_OPTIONS, "", "no-store", 200),
        (WITH_HISTORY_AND_OPTIONS, own, YEAR, 200),
        (WITH_HISTORY_AND_OPTIONS, OTHER_OPTIONS, "no-store", 503),
    ] {
        // Of other bytes than the current file's, of the same, and without a current file.
        for path in ["style.css", "app.js", "gone.js"] {
            for (way, answer) in everywhere(view, "GET", &format!("{KEPT}{suffix}"), path, &[]) {
                assert_eq!((answer.status, answer.expect("cache-control")), (200, expected), "{way:?} {suffix}");
                assert!(answer.body == (kept(path).content)());
            }
            for (way, answer) in everywhere(view, "GET", &format!("{KEPT}{suffix}"), path, &[RETRY]) {
                assert_eq!(answer.status, status, "{way:?} {suffix} {path}: {answer:?}");
                assert_eq!(answer.expect("cache-control"), expected);
                assert_eq!(answer.field("retry-after"), None);
                // If no instance has these options, the reverse proxy follows the location, and gets the kept file.
                let Some(location) = answer.field("location").filter(|_| status == 503) else {
                    assert_eq!((status, answer.field("location")), (200, None));
                    continue;
                };
                // Without what the view is nested below.
                let location = &location[location.find(view.before).expect("the view")..];
                let answer = ask(&view, "GET", location, &[RETRY]);
                assert_eq!((answer.status, answer.expect("cache-control")), (200, YEAR), "{location}");
                assert!(answer.body == (kept(path).content)());
            }
        }
        let etag = ask(&view, "GET", &view.url_under(KEPT, "style.css"), &[]).expect("etag").to_owned();
        for (field, status) in [(("if-none-match", &*etag), 304), (("range", "bytes=0-1"), 206)] {
            let answer = ask(&view, "GET", &view.url_under(&format!("{KEPT}{suffix}"), "style.css"), &[field]);
            assert_eq!((answer.status, answer.expect("cache-control")), (status, expected), "{answer:?}");
        }
    }
}

#[test]
fn what_a_kept_release_did_not_have_is_answered_as_if_it_were_not_kept() {
    let stale = "1718539070000";
    for token in [KEPT.to_owned(), SHARED.to_owned(), format!("{KEPT}{OTHER_OPTIONS}")] {
        for (path, status, status_elsewhere) in [("one.txt?q", 301, 503), ("older.css", 404, 404), ("", 404, 404)] {
            for (fields, status) in [(&[][..], status), (&[RETRY], status_elsewhere)] {
                let not_kept = everywhere(WITH_HISTORY, "GET", stale, path, fields);
                let answers = everywhere(WITH_HISTORY, "GET", &token, path, fields);
                for ((way, answer), (_, expected)) in answers.into_iter().zip(not_kept) {
                    assert_eq!(answer.status, status, "{way:?} {token}/{path}: {answer:?}");
                    assert_eq!(answer.field("location"), expected.field("location"));
                    assert_eq!(answer.expect("cache-control"), "no-store");
                    // A token with options does not look like this deploy's, and a 404 says so.
                    if !token.contains('~') {
                        assert_eq!((answer.head(), answer.text()), (expected.head(), expected.text()));
                    }
                }
            }
        }
    }
}

#[test]
fn a_request_counts_for_the_last_kept_release_that_has_the_file_under_the_token() {
    let mut expected = [0, 0];
    for (token, path, counts_for) in [
        (PAST[0].token, "style.css", Some(0)),
        (KEPT, "style.css", Some(1)),
        (KEPT, "gone.js", Some(1)),
        // Both releases have the first under that token, and only the earlier one has the second.
        (SHARED, "style.css", Some(1)),
        (SHARED, "older.js", Some(0)),
        // Neither has these under that token.
        (SHARED, "one.txt", None),
        (SHARED, "none.js", None),
    ] {
        let answer = ask(&COUNTED_WITH_HISTORY, "GET", &COUNTED_WITH_HISTORY.url_under(token, path), &[]);
        if let Some(release) = counts_for {
            expected[release] += 1;
            let date = PAST[release].last_modified;
            assert_eq!((answer.status, answer.expect("last-modified")), (200, date), "{token}/{path}");
        }
        let seen: Vec<_> = counted_releases().iter().map(|release| release.requests()).collect();
        assert_eq!(seen, expected, "{token}/{path}");
    }
    let stats = (COUNTED_WITH_HISTORY.stats)();
    assert_eq!((stats.kept, stats.found, stats.stale, stats.missing), (5, 0, 1, 1));
}
