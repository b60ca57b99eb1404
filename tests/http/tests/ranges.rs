//! Ranges (RFC 9110 §14) and `If-Range` (§13.1.5).

use tests_http::ask::{Answer, ask, get};
use tests_http::fixture::FILES;
use tests_http::view::{DISK, EMBEDDED, EVERY_MODE, Mode, View};

/// Asks for a part of a picture of 10,007 bytes.
fn with(view: &View, range: &str) -> Answer {
    get(view, "img/photo.png", &[("range", range)])
}

fn photo() -> Vec<u8> {
    let photo = (FILES.iter().find(|file| file.path == "img/photo.png").expect("a fixture").content)();
    assert_eq!(photo.len(), 10_007);
    photo
}

#[test]
fn one_range_gets_206_and_those_bytes() {
    let photo = photo();
    for view in EVERY_MODE {
        for (range, first, last) in [
            ("bytes=0-0", 0, 0),
            ("bytes=0-99", 0, 99),
            ("bytes=100-199", 100, 199),
            ("bytes=10006-10006", 10_006, 10_006),
            ("bytes=0-", 0, 10_006),
            ("bytes=5000-", 5000, 10_006),
            ("bytes=-1", 10_006, 10_006),
            ("bytes=-100", 9907, 10_006),
            ("bytes=-10007", 0, 10_006),
            ("bytes=-10008", 0, 10_006),
            ("bytes=9000-99999", 9000, 10_006),
            ("bytes=1-18446744073709551615", 1, 10_006),
            ("bytes=1-99999999999999999999999", 1, 10_006),
            ("bytes=-99999999999999999999999", 0, 10_006),
            ("bytes=007-0008", 7, 8),
            ("BYTES=3-4", 3, 4),
            ("bytes=,3-4 ,", 3, 4),
        ] {
            let answer = with(&view, range);
            assert_eq!(answer.status, 206, "{range}: {answer:?}");
            assert!(answer.body == photo[first..=last], "{range}");
            assert_eq!(answer.expect("content-range"), format!("bytes {first}-{last}/10007"));
            assert_eq!(answer.expect("content-length"), (last - first + 1).to_string());
            assert_eq!(answer.expect("accept-ranges"), "bytes");
            assert_eq!(answer.expect("content-type"), "image/png");
        }
    }
}

#[test]
fn the_parts_that_a_download_manager_asks_for_make_the_whole() {
    let photo = photo();
    for view in EVERY_MODE {
        let mut joined = Vec::new();
        for start in (0..photo.len()).step_by(1000) {
            joined.extend(with(&view, &format!("bytes={start}-{}", start + 999)).body);
        }
        assert!(joined == photo);
    }
}

#[test]
fn a_range_beyond_the_end_gets_416_and_the_length() {
    for view in EVERY_MODE {
        for range in [
            "bytes=10007-",
            "bytes=10007-10007",
            "bytes=99999-",
            "bytes=99999999999999999999-",
            "bytes=-0",
            "bytes=10007-,-0",
        ] {
            let answer = with(&view, range);
            assert_eq!(answer.status, 416, "{range}: {answer:?}");
            assert_eq!(answer.expect("content-range"), "bytes */10007");
            assert_eq!(answer.expect("cache-control"), "no-store");
            assert_eq!(answer.text(), "416: the asset ends before the range begins\n");
        }
        for range in ["bytes=0-", "bytes=0-0", "bytes=-0"] {
            let answer = get(&view, "empty.txt", &[("range", range)]);
            assert_eq!(answer.status, 416, "{range}");
            assert_eq!(answer.expect("content-range"), "bytes */0");
        }
    }
}

#[test]
fn the_last_bytes_of_an_empty_file_are_the_whole_of_it() {
    // Satisfiable (RFC 9110 §14.1.2), but no `Content-Range` can name no bytes.
    for view in EVERY_MODE {
        let answer = get(&view, "empty.txt", &[("range", "bytes=-1")]);
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{answer:?}");
    }
}

#[test]
fn several_ranges_get_the_whole_once() {
    for view in EVERY_MODE {
        let thousand = format!("bytes={}", vec!["0-"; 1000].join(","));
        for range in
            ["bytes=0-1,3-4", "bytes=0-1, -1", "bytes=0-,0-,0-,0-", "bytes=0-1,99999-", "bytes=99999-,0-1", &thousand]
        {
            let answer = with(&view, range);
            assert_eq!(answer.status, 200, "{range}");
            assert!(answer.body == photo());
            assert_eq!(answer.field("content-range"), None);
        }
    }
}

#[test]
fn nonsense_is_ignored() {
    for view in EVERY_MODE {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=,",
            "bytes=a-b",
            "bytes=1",
            "bytes=1-2-3",
            "bytes=9-0",
            "bytes=0-1,x",
            "bytes=0-1,9-0",
            "items=0-1",
            "bytes:0-1",
            "bytes=+1-2",
            "bytes=0x1-2",
            "bytes=--1",
            "bytes=-+1",
            "0-1",
            "bytes=0-1;2-3",
            "=0-1",
            "bytes=1.0-2",
            "bytes=１-２",
            "bytes 0-1/10007",
        ] {
            let answer = with(&view, range);
            assert_eq!(answer.status, 200, "{range}");
            assert!(answer.body == photo());
        }
        let twice = [("range", "bytes=0-1"), ("range", "bytes=0-1")];
        assert_eq!(get(&view, "img/photo.png", &twice).status, 200, "two fields are not one");
    }
}

#[test]
fn a_range_is_of_the_encoding_that_is_sent() {
    for encoding in ["identity", "gzip", "br"] {
        let accept = ("accept-encoding", encoding);
        let whole = get(&EMBEDDED, "style.css", &[accept]);
        let part = get(&EMBEDDED, "style.css", &[accept, ("range", "bytes=10-19")]);
        assert_eq!(part.status, 206);
        assert!(part.body == whole.body[10..20]);
        assert_eq!(part.expect("content-range"), format!("bytes 10-19/{}", whole.body.len()));
        for name in ["etag", "content-encoding", "content-type", "vary", "cache-control", "last-modified"] {
            assert_eq!(part.field(name), whole.field(name), "{name}");
        }
    }
}

#[test]
fn a_range_means_nothing_to_head() {
    for view in EVERY_MODE {
        for range in ["bytes=0-1", "bytes=99999-"] {
            let answer = ask(&view, "HEAD", &view.url("img/photo.png"), &[("range", range)]);
            assert_eq!(answer.status, 200);
            assert_eq!(answer.expect("content-length"), "10007");
        }
    }
}

#[test]
fn if_range_gets_the_part_only_of_the_very_same_representation() {
    for view in EVERY_MODE {
        let etag = get(&view, "style.css", &[]).expect("etag").to_owned();
        let gzip = get(&view, "style.css", &[("accept-encoding", "gzip")]).expect("etag").to_owned();
        let is_embedded = view.mode == Mode::Embedded;
        let weak = format!("W/{etag}");
        let list = format!("{etag}, \"x\"");
        for (value, is_same) in [
            (etag.as_str(), true),
            // In development there is one encoding, and no date.
            (&gzip, !is_embedded),
            ("Sun, 16 Jun 2024 12:00:01 GMT", is_embedded),
            ("Sun, 16 Jun 2024 12:00:00 GMT", false),
            ("Sun, 16 Jun 2024 12:00:02 GMT", false),
            (&weak, false),
            (&list, false),
            ("\"x\"", false),
            ("*", false),
            ("nonsense", false),
            ("", false),
        ] {
            let answer = get(&view, "style.css", &[("range", "bytes=0-9"), ("if-range", value)]);
            assert_eq!(answer.status, if is_same { 206 } else { 200 }, "{}: {value}", view.title);
            let answer = get(&view, "style.css", &[("range", "bytes=999999-"), ("if-range", value)]);
            assert_eq!(answer.status, if is_same { 416 } else { 200 }, "{}: {value}", view.title);
        }
    }
}

#[test]
fn if_range_alone_means_nothing() {
    for view in [EMBEDDED, DISK] {
        assert_eq!(get(&view, "style.css", &[("if-range", "\"x\"")]).status, 200);
    }
}

#[test]
fn accept_ranges_stands_on_what_has_ranges() {
    for view in EVERY_MODE {
        assert_eq!(get(&view, "style.css", &[]).expect("accept-ranges"), "bytes");
        assert_eq!(get(&view, "style.css", &[("range", "bytes=999999-")]).expect("accept-ranges"), "bytes");
        assert_eq!(get(&view, "none.css", &[]).field("accept-ranges"), None);
    }
}
