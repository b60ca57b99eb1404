//! Content codings (RFC 9110 §12.5.3, §8.4.1) and `Vary` (§12.5.5).

use tests_http::ask::get;
use tests_http::fixture::{FILES, STYLE};
use tests_http::laws::decoded;
use tests_http::view::{DISK, EMBEDDED};

/// What is sent of a stylesheet that is smaller in brotli than in gzip.
fn chosen(lines: &[&str]) -> String {
    let fields: Vec<_> = lines.iter().map(|line| ("accept-encoding", *line)).collect();
    let answer = get(&EMBEDDED, "style.css", &fields);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(decoded(&answer) == (STYLE.content)(), "{lines:?}");
    answer.field("content-encoding").unwrap_or("identity").to_owned()
}

#[test]
fn brotli_is_smaller_than_gzip_and_gzip_than_the_file() {
    let length = |encoding| get(&EMBEDDED, "style.css", &[("accept-encoding", encoding)]).body.len();
    assert!(length("br") < length("gzip"));
    assert!(length("gzip") < length("identity"));
}

#[test]
fn the_greatest_weight_wins_and_among_equals_the_smallest() {
    for (line, expected) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.9, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.5", "br"),
        ("gzip;q=0.001", "gzip"),
        ("identity;q=0.5, gzip;q=0.4", "identity"),
        ("identity, br;q=0.999", "identity"),
        ("identity;q=0.5, br;q=0.5", "br"),
    ] {
        assert_eq!(chosen(&[line]), expected, "{line}");
    }
}

#[test]
fn a_star_is_every_coding_that_is_not_named() {
    for (line, expected) in
        [("*", "br"), ("br;q=0, *", "gzip"), ("gzip;q=0.5, *;q=0.1", "gzip"), ("*;q=0, gzip;q=0.1", "gzip")]
    {
        assert_eq!(chosen(&[line]), expected, "{line}");
    }
}

#[test]
fn a_coding_with_weight_zero_is_not_sent() {
    for (line, expected) in [
        ("br;q=0", "identity"),
        ("br;q=0.000, gzip", "gzip"),
        ("gzip;q=0, br;q=0.", "identity"),
        ("br;q=0, gzip;q=0, *", "identity"),
    ] {
        assert_eq!(chosen(&[line]), expected, "{line}");
    }
}

#[test]
fn codings_are_named_in_any_case_and_gzip_also_as_x_gzip() {
    for (line, expected) in [
        ("GZIP", "gzip"),
        ("Br", "br"),
        ("x-gzip", "gzip"),
        ("X-GZip;Q=0.3", "gzip"),
        ("x-gzip;q=0, *;q=0", "identity"),
    ] {
        assert_eq!(chosen(&[line]), expected, "{line}");
    }
}

#[test]
fn several_lines_are_one_list() {
    assert_eq!(chosen(&["gzip", "br"]), "br");
    assert_eq!(chosen(&["deflate", "", "gzip;q=0.3"]), "gzip");
    assert_eq!(chosen(&["br;q=0", "*"]), "gzip");
}

#[test]
fn without_the_field_or_with_an_empty_one_the_file_itself_is_sent() {
    for lines in [&[][..], &[""], &[" "], &[","], &["deflate"], &["gzipped"], &["br2"]] {
        assert_eq!(chosen(lines), "identity", "{lines:?}");
    }
}

#[test]
fn where_nothing_is_acceptable_the_file_itself_is_sent() {
    for line in ["identity;q=0", "*;q=0", "deflate, *;q=0", "identity;q=0, br;q=0, gzip;q=0"] {
        assert_eq!(chosen(&[line]), "identity", "{line}");
    }
}

#[test]
fn a_member_whose_weight_is_none_is_passed_over() {
    for weight in ["q", "q=", "q=2", "q=1.5", "q=-1", "q=0.1234", "q=abc", "level=9", "q=0.5;x"] {
        assert_eq!(chosen(&[&format!("br;{weight}, gzip")]), "gzip", "{weight}");
    }
}

#[test]
fn vary_stands_where_there_is_a_choice_and_nowhere_else() {
    for file in FILES {
        let etag = get(&EMBEDDED, file.spelt, &[]).expect("etag").to_owned();
        for (fields, status) in [
            (&[][..], 200),
            (&[("accept-encoding", "gzip")], 200),
            (&[("accept-encoding", "identity")], 200),
            (&[("if-none-match", etag.as_str())], 304),
            (&[("if-match", "\"x\"")], 412),
            (&[("range", "bytes=0-0")], if file.path == "empty.txt" { 416 } else { 206 }),
            (&[("range", "bytes=99999999-")], 416),
        ] {
            let answer = get(&EMBEDDED, file.spelt, fields);
            assert_eq!(answer.status, status, "{}: {answer:?}", file.path);
            assert_eq!(answer.field("vary"), file.encoded.then_some("accept-encoding"), "{}: {answer:?}", file.path);
        }
    }
}

#[test]
fn in_development_nothing_is_encoded_and_nothing_varies() {
    for file in FILES {
        let answer = get(&DISK, file.spelt, &[("accept-encoding", "br, gzip")]);
        assert_eq!((answer.field("content-encoding"), answer.field("vary")), (None, None), "{answer:?}");
        assert!(answer.body == (file.content)());
    }
}

#[test]
fn formats_that_are_compressed_and_files_that_gain_nothing_have_no_encoding() {
    for file in FILES.iter().filter(|file| !file.encoded) {
        let answer = get(&EMBEDDED, file.spelt, &[("accept-encoding", "br, gzip")]);
        assert_eq!(answer.field("content-encoding"), None, "{answer:?}");
    }
}
