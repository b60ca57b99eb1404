//! The field's own crates, `headers` and `http-range-header`, asked the same questions. Where they are right they agree;
//! where they are not, what they say is recorded here, beside what RFC 9110 says. Neither reads `Accept-Encoding`.

use std::ops::Bound;
use std::time::{Duration, SystemTime};

use headers::{ETag, Header, IfMatch, IfModifiedSince, IfNoneMatch, IfRange, IfUnmodifiedSince, LastModified, Range};
use http::HeaderValue;
use http_range_header::parse_range_header;
use proptest::prelude::*;
use tests_http::ask::get;
use tests_http::fixture::MODIFIED_SECONDS;
use tests_http::view::EMBEDDED;

/// The length of the file that is asked for.
const LEN: u64 = 10_007;

fn etag() -> String {
    get(&EMBEDDED, "img/photo.png", &[]).expect("etag").to_owned()
}

fn status(fields: &[(&str, &str)]) -> u16 {
    get(&EMBEDDED, "img/photo.png", fields).status
}

fn decode<H: Header>(value: &str) -> Option<H> {
    H::decode(&mut std::iter::once(&HeaderValue::from_str(value).ok()?)).ok()
}

fn built() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(MODIFIED_SECONDS)
}

/// The single range that `http-range-header` reads, or `None` where it refuses.
fn read_strictly(text: &str) -> Option<(u64, u64)> {
    match &parse_range_header(text).ok()?.validate(LEN).ok()?[..] {
        [range] => Some((*range.start(), *range.end())),
        _ => None,
    }
}

/// The first range that `headers` reads.
fn read_by_headers(text: &str) -> Option<(Bound<u64>, Bound<u64>)> {
    decode::<Range>(text)?.satisfiable_ranges(LEN).next()
}

/// The range that we answer with.
fn answered(text: &str) -> Result<(u64, u64), u16> {
    let answer = get(&EMBEDDED, "img/photo.png", &[("range", text)]);
    if answer.status != 206 {
        return Err(answer.status);
    }
    let range = answer.expect("content-range").strip_prefix("bytes ").and_then(|rest| rest.strip_suffix("/10007"));
    let (first, last) = range.and_then(|range| range.split_once('-')).expect("a range of 10,007 bytes");
    Ok((first.parse().expect("a number"), last.parse().expect("a number")))
}

fn any_tag() -> impl Strategy<Value = String> {
    prop_oneof![2 => Just("OURS".to_owned()), 1 => Just("W/OURS".to_owned()), 3 => "(W/)?\"[!#-+.-~-]{0,8}\""]
}

proptest! {
    #[test]
    fn headers_agrees_about_lists_of_tags(tags in prop::collection::vec(any_tag(), 1..5)) {
        let etag = etag();
        let list = tags.join(", ").replace("OURS", &etag);
        let ours: ETag = etag.parse().expect("an entity tag");
        let if_none_match: IfNoneMatch = decode(&list).expect("a list of tags");
        let expected = if if_none_match.precondition_passes(&ours) { 200 } else { 304 };
        prop_assert_eq!(status(&[("if-none-match", &list)]), expected, "{}", list);
        let if_match: IfMatch = decode(&list).expect("a list of tags");
        let expected = if if_match.precondition_passes(&ours) { 200 } else { 412 };
        prop_assert_eq!(status(&[("if-match", &list)]), expected, "{}", list);
        let weak_or_strong = &tags[0].replace("OURS", &etag);
        let if_range: IfRange = decode(weak_or_strong).expect("a tag");
        let expected = if if_range.is_modified(Some(&ours), None) { 200 } else { 206 };
        prop_assert_eq!(status(&[("range", "bytes=0-0"), ("if-range", weak_or_strong)]), expected, "{}", weak_or_strong);
    }

    #[test]
    fn headers_agrees_about_dates(seconds in prop_oneof![MODIFIED_SECONDS - 5..MODIFIED_SECONDS + 5, 0..4_000_000_000_u64]) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let value = |header: &dyn Fn(&mut Vec<HeaderValue>)| {
            let mut values = Vec::new();
            header(&mut values);
            values[0].to_str().expect("ASCII").to_owned()
        };
        let since = IfModifiedSince::from(time);
        let expected = if since.is_modified(built()) { 200 } else { 304 };
        prop_assert_eq!(status(&[("if-modified-since", &value(&|to| since.encode(to)))]), expected);
        let since = IfUnmodifiedSince::from(time);
        let expected = if since.precondition_passes(built()) { 200 } else { 412 };
        prop_assert_eq!(status(&[("if-unmodified-since", &value(&|to| since.encode(to)))]), expected);
    }

    #[test]
    fn http_range_header_agrees_about_what_it_accepts(text in "bytes=(0|[1-9][0-9]{0,5})?-(0|[1-9][0-9]{0,5})?") {
        match read_strictly(&text) {
            Some(range) => prop_assert_eq!(answered(&text), Ok(range), "{}", text),
            // It does not tell nonsense (200) from what cannot be satisfied (416), nor either from a suffix that is
            // longer than the file, which is all of it.
            None => {
                let suffix = text.strip_prefix("bytes=-").and_then(|digits| digits.parse::<u64>().ok());
                let is_long_suffix = suffix.is_some_and(|suffix| suffix > LEN);
                prop_assert_eq!(answered(&text).is_ok(), is_long_suffix, "{}", text);
            }
        }
    }
}

#[test]
fn http_range_header_refuses_ranges_that_are_right() {
    for (text, ours) in [
        // "If the selected representation is shorter than the specified suffix length, the entire representation is
        // used." (§14.1.2)
        ("bytes=-10008", Ok((0, 10_006))),
        // `first-pos = 1*DIGIT` (§14.1.1)
        ("bytes=007-8", Ok((7, 8))),
        ("bytes=0-99999999999999999999", Ok((0, 10_006))),
        // Unit names are case-insensitive (§14.1).
        ("Bytes=0-1", Ok((0, 1))),
        // Empty members of a list are ignored (§5.6.1.2).
        ("bytes=,0-1", Ok((0, 1))),
        // Satisfiable in part: the whole may be sent (§14.2); to refuse both, as it does, gives up the client's file.
        ("bytes=0-1,1-2", Err(200)),
        ("bytes=0-1,20000-", Err(200)),
    ] {
        assert_eq!(answered(text), ours, "{text}");
        assert!(
            parse_range_header(text).is_err() || parse_range_header(text).expect(text).validate(LEN).is_err(),
            "{text}"
        );
    }
}

#[test]
fn headers_reads_ranges_that_are_not_there() {
    // Beyond the end: 416 (§15.5.17). It calls them satisfiable.
    assert_eq!(read_by_headers("bytes=10007-"), Some((Bound::Included(10_007), Bound::Unbounded)));
    assert_eq!(answered("bytes=10007-"), Err(416));
    assert_eq!(read_by_headers("bytes=-0"), Some((Bound::Included(10_007), Bound::Unbounded)));
    assert_eq!(answered("bytes=-0"), Err(416));
    // The last is before the first: no range (§14.1.1), so the field is ignored.
    assert_eq!(read_by_headers("bytes=9-0"), Some((Bound::Included(9), Bound::Included(0))));
    assert_eq!(answered("bytes=9-0"), Err(200));
    // No number at all.
    assert_eq!(read_by_headers("bytes=-"), Some((Bound::Unbounded, Bound::Unbounded)));
    assert_eq!(answered("bytes=-"), Err(200));
    assert_eq!(read_by_headers("bytes=+1-2"), Some((Bound::Included(1), Bound::Included(2))));
    assert_eq!(answered("bytes=+1-2"), Err(200));
}

#[test]
fn headers_misses_ranges_that_are_there() {
    // A suffix longer than the file is all of it (§14.1.2).
    assert_eq!(read_by_headers("bytes=-10008"), None);
    assert_eq!(answered("bytes=-10008"), Ok((0, 10_006)));
    // Unit names are case-insensitive (§14.1).
    assert_eq!(read_by_headers("Bytes=0-1"), None);
    assert_eq!(answered("Bytes=0-1"), Ok((0, 1)));
    // A member that is none is passed over, and the rest is served as if it had not been there.
    assert_eq!(read_by_headers("bytes=x,0-1"), Some((Bound::Included(0), Bound::Included(1))));
    assert_eq!(answered("bytes=x,0-1"), Err(200));
}

#[test]
fn headers_takes_a_later_date_in_if_range_for_the_same() {
    // "the HTTP-date validator … exactly matches the Last-Modified value" (§13.1.5).
    let later = built() + Duration::from_secs(1);
    assert!(!IfRange::date(later).is_modified(None, Some(&LastModified::from(built()))));
    assert_eq!(status(&[("range", "bytes=0-0"), ("if-range", "Sun, 16 Jun 2024 12:00:02 GMT")]), 200);
}
