//! Properties: whatever is asked, the [laws](tests_http::laws) hold; and what is asked correctly is answered as the RFC says.

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use tests_http::ask::{ask, get};
use tests_http::fixture::{FILES, File, KEPT, KEPT_FILES, PAST, SHARED, STYLE, TOKEN};
use tests_http::laws::hold;
use tests_http::url_tokens::{WITH_HISTORY, WITH_HISTORY_AND_OPTIONS, WITH_URL_TOKENS};
use tests_http::view::{DISK, EMBEDDED, EVERY_MODE, RUNTIME, STALE_NOT_FOUND, STALE_NOT_FOUND_FOR_MODULES, View};

/// The fields that an answer may depend on, and one that it may not.
const FIELDS: [&str; 10] = [
    "accept-encoding",
    "range",
    "if-range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "x-other",
];

/// One of each mode, one with URL tokens, two with a history, and one of each answer to a stale token.
const VIEWS: [View; 8] = [
    EMBEDDED,
    DISK,
    RUNTIME,
    WITH_URL_TOKENS,
    WITH_HISTORY,
    WITH_HISTORY_AND_OPTIONS,
    STALE_NOT_FOUND,
    STALE_NOT_FOUND_FOR_MODULES,
];

/// What no view here adds to a token.
const OTHER_OPTIONS: &str = "~000000";

/// With a history.
const VIEWS_WITH_HISTORY: [View; 2] = [WITH_HISTORY, WITH_HISTORY_AND_OPTIONS];

fn any_view() -> impl Strategy<Value = View> {
    select(&VIEWS[..])
}

fn any_file() -> impl Strategy<Value = File> {
    select(&FILES[..])
}

/// A file of a kept release, and a token that leads to it, perhaps with the options of this view or of another.
fn any_kept_file(view: &View) -> impl Strategy<Value = (String, File)> + use<> {
    let files = PAST.iter().flat_map(|past| [past.token, SHARED].map(|token| (token, past.files_under(token))));
    let files: Vec<_> = files.flat_map(|(token, files)| files.iter().map(move |file| (token, *file))).collect();
    let suffix = select(vec!["", (view.suffix)(), OTHER_OPTIONS]);
    (select(files), suffix).prop_map(|((token, file), suffix)| (format!("{token}{suffix}"), file))
}

/// A file of this release or of one before it.
fn any_path() -> impl Strategy<Value = &'static str> {
    let past = PAST.iter().flat_map(|past| past.files);
    select(FILES.iter().chain(past).map(|file| file.path).collect::<Vec<_>>())
}

/// The value of a field: something well known, or text made of what such values are made of, or any bytes.
fn any_value() -> impl Strategy<Value = HeaderValue> {
    let known = select(vec![
        "br",
        "gzip, br",
        "*",
        "identity;q=0",
        "bytes=0-0",
        "bytes=0-",
        "bytes=-5",
        "bytes=99999999-",
        "bytes=0-1,5-6",
        "\"x\"",
        "W/\"x\"",
        "Sun, 16 Jun 2024 12:00:01 GMT",
        "Sun Jun 16 12:00:02 2024",
        "Sunday, 16-Jun-24 12:00:00 GMT",
        "script",
        "cors",
        "",
    ]);
    prop_oneof![
        2 => known.prop_map(HeaderValue::from_static),
        2 => "[a-z0-9=;,.*q \tW/\"-]{0,40}".prop_map(|text| HeaderValue::from_str(&text).expect("a field's value")),
        1 => "(bytes|br|gzip|identity|\\*|x-gzip|=|;q=|-|,|0|1|7|99|\\.| |\"|W/){0,12}"
            .prop_map(|text| HeaderValue::from_str(&text).expect("a field's value")),
        1 => prop::collection::vec(prop_oneof![Just(b'\t'), 32_u8..=126, 128_u8..=255], 0..40)
            .prop_map(|bytes| HeaderValue::from_bytes(&bytes).expect("a field's value")),
    ]
}

fn any_fields() -> impl Strategy<Value = HeaderMap> {
    let field = (select(&FIELDS[..]), any_value()).prop_map(|(name, value)| (HeaderName::from_static(name), value));
    prop::collection::vec(field, 0..5).prop_map(|fields| {
        let mut map = HeaderMap::new();
        fields.into_iter().for_each(|(name, value)| {
            map.append(name, value);
        });
        map
    })
}

/// Each byte of a path but its slashes as it is, where a URL may hold it so, or percent-encoded.
fn any_spelling(path: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec(0_u8..4, path.len()).prop_map(move |choices| {
        let byte = |(b, choice): (u8, u8)| match (b, choice) {
            (b'/', _) => "/".to_owned(),
            (_, 0) => format!("%{b:02X}"),
            (_, 1) => format!("%{b:02x}"),
            (b, _) if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b) => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        };
        path.bytes().zip(choices).map(byte).collect()
    })
}

/// A request's target: a token or what is none, a path or what is none, and a query.
fn any_target() -> impl Strategy<Value = Uri> {
    let token = prop_oneof![
        4 => Just(TOKEN.to_owned()),
        2 => any_file().prop_map(|file| (WITH_URL_TOKENS.url_tokens)(&file).last().unwrap_or(&TOKEN).to_string()),
        1 => select(vec![KEPT, PAST[0].token, SHARED]).prop_map(str::to_owned),
        1 => select(vec![KEPT, SHARED]).prop_map(|token| format!("{token}{OTHER_OPTIONS}")),
        1 => "[0-9]{1,16}",
        1 => "[A-Za-z0-9._~-]{0,130}",
        1 => "[a-z%0-9.:+]{0,8}",
    ];
    let path = prop_oneof![
        4 => any_path().prop_flat_map(any_spelling),
        1 => "([a-zé.%/\\\\]|%[0-9a-fA-F]{2}|\\.\\./|%2f){0,12}",
        1 => any_path().prop_flat_map(|path| ("[/.%]{0,3}", any_spelling(path), "([/.%]|%00|%2F){0,3}"))
            .prop_map(|(before, path, after)| before + &path + &after),
    ];
    let before =
        prop_oneof![9 => Just("/static/"), 1 => select(vec!["/", "/static", "//static/", "/static//", "/%73tatic/"])];
    (before, token, path, "(\\?[a-zé0-9=&%/?\\\\:@]{0,20})?")
        .prop_filter_map("`http` does not hold every text", |(before, token, path, query)| {
            format!("{before}{token}/{path}{query}").parse().ok()
        })
}

proptest! {
    #[test]
    fn the_laws_hold_for_every_request(view in any_view(), target in any_target(), fields in any_fields()) {
        hold(&view, &target, &fields);
    }

    #[test]
    fn the_laws_hold_for_every_request_under_a_stale_token(
        view in any_view(),
        file in any_file(),
        dest in prop::option::of(select(vec!["script", "Script", "style", "empty"])),
        mode in prop::option::of(select(vec!["cors", "CORS", "no-cors", "same-origin"])),
    ) {
        let fields: HeaderMap = [("sec-fetch-dest", dest), ("sec-fetch-mode", mode)]
            .into_iter()
            .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_static(value?))))
            .collect();
        let answer = hold(&view, &view.url_under("1718539201233", file.spelt).parse()?, &fields);
        prop_assert!([301, 404].contains(&answer.status));
    }

    #[test]
    fn the_laws_hold_for_every_request_for_an_asset(view in any_view(), file in any_file(), fields in any_fields()) {
        let answer = hold(&view, &view.url(file.spelt).parse()?, &fields);
        prop_assert!([200, 206, 304, 412, 416].contains(&answer.status));
    }

    #[test]
    fn the_laws_hold_for_every_request_under_a_url_token(
        asked in any_file(),
        other in any_file(),
        is_own in any::<bool>(),
        fields in any_fields(),
    ) {
        let tokens = (WITH_URL_TOKENS.url_tokens)(&other);
        let token = (if is_own { tokens.first() } else { tokens.last() }).unwrap_or(&TOKEN);
        hold(&WITH_URL_TOKENS, &WITH_URL_TOKENS.url_under(token, asked.spelt).parse()?, &fields);
    }

    #[test]
    fn the_laws_hold_for_every_request_for_a_file_of_a_kept_release(
        (view, (token, file)) in select(&VIEWS_WITH_HISTORY[..]).prop_flat_map(|view| (Just(view), any_kept_file(&view))),
        fields in any_fields(),
        proxy_retries in any::<bool>(),
    ) {
        let mut fields = fields;
        if proxy_retries {
            fields.insert("cachebreaker", HeaderValue::from_static("retry"));
        }
        let answer = hold(&view, &view.url_under(&token, file.spelt).parse()?, &fields);
        let is_elsewhere = proxy_retries && token.ends_with(OTHER_OPTIONS);
        let expected = if is_elsewhere { &[503][..] } else { &[200, 206, 304, 412, 416] };
        prop_assert!(expected.contains(&answer.status));
    }

    #[test]
    fn every_spelling_finds_the_file_of_a_kept_release(
        view in select(&VIEWS_WITH_HISTORY[..]),
        (file, spelt) in select(&KEPT_FILES[..]).prop_flat_map(|file| (Just(file), any_spelling(file.path))),
    ) {
        let answer = ask(&view, "GET", &view.url_under(KEPT, &spelt), &[]);
        prop_assert_eq!(answer.status, 200, "{}", spelt);
        prop_assert!(answer.body == (file.content)());
    }

    #[test]
    fn every_spelling_finds_the_file(
        view in any_view(),
        (file, spelt) in any_file().prop_flat_map(|file| (Just(file), any_spelling(file.path))),
    ) {
        let answer = get(&view, &spelt, &[]);
        prop_assert_eq!(answer.status, 200, "{}", spelt);
        prop_assert!(answer.body == (file.content)());
    }

    #[test]
    fn no_path_panics_or_answers_anything_but_the_table(view in any_view(), path in "(/|\\PC|%[0-9a-f]{2}|\\.){0,40}") {
        for target in [format!("/{path}"), view.url(&path), view.url_under("1", &path)] {
            if let Ok(target) = target.parse() {
                hold(&view, &target, &HeaderMap::new());
            }
        }
    }

    #[test]
    fn the_acceptable_encoding_of_the_greatest_weight_is_sent(list in any_accepted(), split in any::<Index>()) {
        let expected = accepted(&list);
        let members: Vec<_> = list.iter().map(|member| member.text.as_str()).collect();
        let (first, second) = members.split_at(split.index(members.len() + 1));
        for lines in [vec![members.join(", ")], vec![members.join(",")], vec![first.join(" , "), second.join("\t,")]] {
            let fields: Vec<_> = lines.iter().map(|line| ("accept-encoding", line.as_str())).collect();
            let answer = get(&EMBEDDED, "style.css", &fields);
            prop_assert_eq!(answer.field("content-encoding").unwrap_or("identity"), expected, "{:?}", lines);
        }
    }

    #[test]
    fn one_range_is_answered_as_its_numbers_say(view in any_view(), file in any_file(), range in any_range()) {
        let content = (file.content)();
        let len = content.len() as u64;
        let (text, part) = match range {
            Spec::From(first) => (format!("bytes={first}-"), (first < len).then_some((first, len))),
            Spec::Between(first, more) => {
                let last = first.saturating_add(more);
                (format!("bytes={first}-{last}"), (first < len).then_some((first, len.min(last.saturating_add(1)))))
            }
            // No `Content-Range` can name a part of nothing.
            Spec::Last(0) => ("bytes=-0".to_owned(), None),
            Spec::Last(count) if len == 0 => (format!("bytes=-{count}"), Some((0, 0))),
            Spec::Last(count) => (format!("bytes=-{count}"), Some((len.saturating_sub(count), len))),
        };
        let answer = get(&view, file.spelt, &[("range", &text)]);
        match part {
            None => {
                prop_assert_eq!(answer.status, 416, "{}", text);
                prop_assert_eq!(answer.expect("content-range"), format!("bytes */{len}"));
            }
            Some((0, 0)) => prop_assert_eq!((answer.status, answer.body.len()), (200, 0), "{}", text),
            Some((start, end)) => {
                prop_assert_eq!(answer.status, 206, "{}", text);
                prop_assert_eq!(answer.expect("content-range"), format!("bytes {start}-{}/{len}", end - 1));
                prop_assert!(answer.body == content[start as usize..end as usize]);
            }
        }
    }

    #[test]
    fn several_ranges_never_get_more_than_the_whole(view in any_view(), ranges in prop::collection::vec((0_u64..6000, 0_u64..6000), 2..30)) {
        let specs: Vec<_> = ranges.iter().map(|(first, more)| format!("{first}-{}", first + more)).collect();
        let answer = get(&view, "style.css", &[("range", &format!("bytes={}", specs.join(",")))]);
        prop_assert!(answer.body.len() <= (STYLE.content)().len());
        prop_assert!([200, 206, 416].contains(&answer.status));
    }

    #[test]
    fn tags_decide_in_the_order_of_the_rfc(
        view in any_view(),
        if_match in prop::option::of(any_tags()),
        if_none_match in prop::option::of(any_tags()),
    ) {
        let etag = get(&view, "style.css", &[]).expect("etag").to_owned();
        let lines: Vec<_> = [("if-match", &if_match), ("if-none-match", &if_none_match)]
            .into_iter()
            .filter_map(|(name, tags)| Some((name, tags.as_ref()?.iter().map(|tag| tag.text(&etag)).collect::<Vec<_>>().join(", "))))
            .collect();
        let fields: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let matches = |tags: &[Tag], kinds: &[Tag]| tags.iter().any(|tag| kinds.contains(tag));
        let expected = if if_match.is_some_and(|tags| !matches(&tags, &[Tag::Ours])) {
            412
        } else if if_none_match.is_some_and(|tags| matches(&tags, &[Tag::Ours, Tag::OursWeakened])) {
            304
        } else {
            200
        };
        prop_assert_eq!(get(&view, "style.css", &fields).status, expected, "{:?}", fields);
    }

    #[test]
    fn dates_decide_by_the_second(offset in -100_000_i64..100_000, format in 0_usize..3) {
        let built = 1_718_539_201_i64;
        let date = date((built + offset).unsigned_abs(), format);
        let status = |name| get(&EMBEDDED, "style.css", &[(name, &date)]).status;
        prop_assert_eq!(status("if-modified-since"), if offset >= 0 { 304 } else { 200 }, "{}", date);
        prop_assert_eq!(status("if-unmodified-since"), if offset >= 0 { 200 } else { 412 }, "{}", date);
        let ranged = get(&EMBEDDED, "style.css", &[("range", "bytes=0-0"), ("if-range", &date)]);
        prop_assert_eq!(ranged.status, if offset == 0 { 206 } else { 200 }, "{}", date);
    }

    #[test]
    fn every_method_but_two_is_refused_whatever_the_target(method in "[A-Z]{1,12}", target in any_target()) {
        prop_assume!(!["GET", "HEAD", "OPTIONS"].contains(&method.as_str()));
        for view in EVERY_MODE {
            let answer = ask(&view, &method, &target.to_string(), &[]);
            prop_assert_eq!(answer.status, 405);
            prop_assert_eq!(answer.expect("allow"), "GET, HEAD");
        }
    }
}

/// A member of `Accept-Encoding`.
#[derive(Clone, Debug)]
struct Member {
    coding: &'static str,
    thousandths: u16,
    text: String,
}

/// Each coding at most once, in any order and case, with any weight.
fn any_accepted() -> impl Strategy<Value = Vec<Member>> {
    let codings = vec!["br", "gzip", "identity", "*", "deflate", "zstd", "compress"];
    let weight = prop_oneof![Just(None), Just(Some(0)), (0_u16..=1000).prop_map(Some), Just(Some(500))];
    (subsequence(codings, 0..=7).prop_shuffle()).prop_flat_map(move |codings| {
        let each = codings.into_iter().map(|coding| {
            (weight.clone(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
                move |(weight, upper, spaced, short)| {
                    let name = match coding {
                        "gzip" if short => "x-gzip",
                        _ => coding,
                    };
                    let name = if upper { name.to_uppercase() } else { name.to_owned() };
                    let text = match weight {
                        None => name,
                        Some(weight) => {
                            let digits = format!("{}.{:03}", weight / 1000, weight % 1000);
                            let digits = if short { digits.trim_end_matches('0') } else { &digits };
                            format!("{name}{}{digits}", if spaced { " ; Q=" } else { ";q=" })
                        }
                    };
                    Member { coding, thousandths: weight.unwrap_or(1000), text }
                },
            )
        });
        each.collect::<Vec<_>>()
    })
}

/// What RFC 9110 §12.5.3 has to be sent, for a stylesheet that is smallest in brotli and largest as it is.
fn accepted(list: &[Member]) -> &'static str {
    let named = |coding: &str| list.iter().find(|member| member.coding == coding).map(|member| member.thousandths);
    let weight = |coding| named(coding).or(named("*"));
    // Not named, identity comes last, but is acceptable.
    let candidates = [("br", weight("br")), ("gzip", weight("gzip")), ("identity", weight("identity"))];
    let mut best = ("identity", 0);
    for (coding, weight) in candidates {
        if weight.unwrap_or(0) > best.1 {
            best = (coding, weight.unwrap_or(0));
        }
    }
    best.0
}

#[derive(Clone, Debug)]
enum Spec {
    From(u64),
    Between(u64, u64),
    Last(u64),
}

fn any_range() -> impl Strategy<Value = Spec> {
    let number = prop_oneof![0_u64..20, 0_u64..12_000, 1_048_570_u64..1_048_580, any::<u64>()];
    prop_oneof![
        number.clone().prop_map(Spec::From),
        (number.clone(), number.clone()).prop_map(|(first, more)| Spec::Between(first, more)),
        number.prop_map(Spec::Last),
    ]
}

#[derive(Clone, Debug, PartialEq)]
enum Tag {
    Ours,
    OursWeakened,
    Other(String),
}

impl Tag {
    fn text(&self, ours: &str) -> String {
        match self {
            Self::Ours => ours.to_owned(),
            Self::OursWeakened => format!("W/{ours}"),
            Self::Other(text) => text.clone(),
        }
    }
}

fn any_tags() -> impl Strategy<Value = Vec<Tag>> {
    let tag = prop_oneof![
        Just(Tag::Ours),
        Just(Tag::OursWeakened),
        "(W/)?\"[!#-~]{0,20}\"".prop_map(Tag::Other),
        Just(Tag::Other("\"a, b\"".to_owned())),
        Just(Tag::Other(String::new())),
    ];
    prop::collection::vec(tag, 1..6)
}

/// A date in one of the three formats of RFC 9110 §5.6.7, with the arithmetic of the calendar of 2024.
fn date(seconds: u64, format: usize) -> String {
    const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    // All dates here are in June 2024, whose first day is 19,875 days after the epoch.
    let (day, time) = (seconds / 86_400, seconds % 86_400);
    let (name, day) = (DAYS[(day % 7) as usize], day - 19_875 + 1);
    let clock = format!("{:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60);
    let short = &name[..3];
    match format {
        0 => format!("{short}, {day:02} Jun 2024 {clock} GMT"),
        1 => format!("{name}, {day:02}-Jun-24 {clock} GMT"),
        _ => format!("{short} Jun {day:>2} {clock} 2024"),
    }
}
