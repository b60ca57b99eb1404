//! What is true of every answer, whatever the request: for the property tests and the fuzz targets.
//!
//! What is expected comes from the fixtures and from a model of the table that is written down here once more, for
//! tokens that are timestamps, for URL tokens and for kept releases; never from the code under test.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Mutex, PoisonError};

use cachebreaker::StaleAnswer;
use cachebreaker_manifest::digest::Digest;
use http::header::{
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};
use http::{Method, Request, Uri};

use crate::ask::{Answer, answer};
use crate::fixture::{FILES, File, Past};
use crate::url_tokens::is_same;
use crate::view::{Mode, View};

/// The row of the table that a request's path belongs to.
#[derive(Clone, Copy)]
pub enum Row {
    /// An asset under the current token.
    Asset(File),
    /// A file of a kept release.
    Kept(Kept),
    /// An asset under a stale token.
    Stale(File),
    /// A premature token.
    Premature,
    /// Anything else.
    Nothing,
}

/// A file of a kept release, under a token of that release.
#[derive(Clone, Copy)]
pub struct Kept {
    /// The last release that has it under the token.
    pub release: &'static Past,
    /// The file.
    pub file: File,
    /// Whether the token has the options of the view.
    pub has_own_options: bool,
    /// Whether it has others.
    pub has_other_options: bool,
}

/// Asks with `GET` and `HEAD`, asserts all laws, and returns the answer to `GET`. The view is one on the folder `static`.
///
/// # Panics
///
/// When a law is broken.
pub fn hold(view: &View, target: &Uri, fields: &HeaderMap) -> Answer {
    let get = ask(view, Method::GET, target, fields);
    every_answer(&get);
    head_is_get_without_body(view, target, fields);
    match row(view, target.path()) {
        Row::Asset(file) => representation(view, &Expected::of(view, &file), target, fields, &get),
        Row::Kept(kept) if kept.has_other_options && says(fields, "cachebreaker", "retry") => {
            // The location is where there is no instance with these options.
            assert!(get.status == 503 && get.fields.contains_key("location"), "{get:?}");
        }
        Row::Kept(kept) => representation(view, &Expected::of_kept(view, &kept), target, fields, &get),
        Row::Stale(file) => moved(view, &file, target, fields, &get),
        // It is stale when the rollout window is over.
        Row::Premature => assert!([503, 301, 404].contains(&get.status), "{get:?}"),
        Row::Nothing => assert_eq!(get.status, 404, "{target}: {get:?}"),
    }
    get
}

fn ask(view: &View, method: Method, target: &Uri, fields: &HeaderMap) -> Answer {
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.uri_mut() = target.clone();
    *request.headers_mut() = fields.clone();
    answer((view.service)(), request)
}

/// The table, written down once more.
#[must_use]
pub fn row(view: &View, path: &str) -> Row {
    let Some((token, rest)) = path.strip_prefix(view.before).and_then(|rest| rest.split_once('/')) else {
        return Row::Nothing;
    };
    let is_token = (1..=128).contains(&token.len())
        && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b))
        && ![".", ".."].contains(&token);
    if !is_token {
        return Row::Nothing;
    }
    let asset = file(&FILES, rest);
    if token == view.token || asset.is_some_and(|file| (view.url_tokens)(&file).contains(&token)) {
        return asset.map_or(Row::Nothing, Row::Asset);
    }
    if let Some(kept) = kept(view, token, rest) {
        return Row::Kept(kept);
    }
    let digits =
        |token: &str| token.bytes().all(|b| b.is_ascii_digit()).then(|| token.trim_start_matches('0').to_owned());
    let is_newer = match (digits(token), digits(view.token)) {
        (Some(theirs), Some(ours)) => (theirs.len(), theirs) > (ours.len(), ours),
        _ => false,
    };
    if is_newer { Row::Premature } else { asset.map_or(Row::Nothing, Row::Stale) }
}

/// The file of a kept release that a path spells. A deploy's token is in URLs as it is, and may be in them with the options of a
/// later release.
fn kept(view: &View, token: &str, rest: &str) -> Option<Kept> {
    let is_options = |text: &str| text.len() == 7 && text[1..].bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let (plain, options) = match token.find('~') {
        Some(at) if is_options(&token[at..]) => token.split_at(at),
        _ => (token, ""),
    };
    let of = |release: &'static Past| Some((release, file(release.files_under(plain), rest)?));
    let (release, file) = view.past.iter().rev().find_map(of)?;
    let has_own_options = options == (view.suffix)();
    Some(Kept { release, file, has_own_options, has_other_options: !has_own_options && !options.is_empty() })
}

/// The file that a path spells: its segments are those of the file's path, each percent-decoded by itself.
#[must_use]
pub fn file(files: &[File], spelt: &str) -> Option<File> {
    let decoded: Vec<Vec<u8>> =
        spelt.split('/').map(|segment| percent_encoding::percent_decode_str(segment).collect()).collect();
    let is_it = |file: &&File| file.path.split('/').map(str::as_bytes).eq(decoded.iter().map(Vec::as_slice));
    files.iter().find(is_it).copied()
}

/// What is right for a file.
struct Expected {
    content: &'static [u8],
    content_type: &'static str,
    encodings: &'static [&'static str],
    last_modified: Option<&'static str>,
    cache_control: &'static str,
}

impl Expected {
    fn of(view: &View, file: &File) -> Self {
        Self {
            content: content("", file),
            content_type: file.content_type,
            encodings: if view.varies(file) { &["br", "gzip"] } else { &[] },
            last_modified: Some("Sun, 16 Jun 2024 12:00:01 GMT").filter(|_| view.mode == Mode::Embedded),
            cache_control: view.cache_control,
        }
    }

    fn of_kept(view: &View, Kept { release, file, has_own_options, .. }: &Kept) -> Self {
        let is_current = FILES.iter().any(|current| is_same(current, file));
        Self {
            content: content(release.token, file),
            content_type: file.content_type,
            encodings: match (file.encoded, is_current) {
                (false, _) => &[],
                (true, true) => &["br", "gzip"],
                (true, false) => &["br"],
            },
            last_modified: Some(release.last_modified),
            cache_control: if *has_own_options { view.cache_control } else { "no-store" },
        }
    }
}

/// The bytes of a file of a release, made once.
fn content(release: &'static str, file: &File) -> &'static [u8] {
    static CONTENTS: Mutex<BTreeMap<(&str, &str), &[u8]>> = Mutex::new(BTreeMap::new());
    let mut contents = CONTENTS.lock().unwrap_or_else(PoisonError::into_inner);
    contents.entry((release, file.path)).or_insert_with(|| (file.content)().leak())
}

fn every_answer(answer: &Answer) {
    assert_eq!(answer.fields.contains_key("content-length"), ![204, 304].contains(&answer.status), "{answer:?}");
    if let Some(length) = answer.field("content-length") {
        assert_eq!(length, answer.body.len().to_string(), "{answer:?}");
    }
    if ![200, 206, 304].contains(&answer.status) {
        assert_eq!(answer.expect("cache-control"), "no-store", "{answer:?}");
        assert_eq!(answer.expect("content-type"), "text/plain; charset=utf-8", "{answer:?}");
        assert_eq!(answer.field("content-encoding"), None, "{answer:?}");
        assert!((1..400).contains(&answer.body.len()), "{answer:?}");
        assert!(answer.text().starts_with(&format!("{}: ", answer.status)), "{answer:?}");
        assert!(answer.text().ends_with('\n') && !answer.text().trim_end().contains(char::is_control), "{answer:?}");
    }
    if answer.status != 304 {
        assert_eq!(answer.expect("x-content-type-options"), "nosniff", "{answer:?}");
    }
    let (leads, waits) = (answer.fields.contains_key("location"), answer.fields.contains_key("retry-after"));
    match answer.status {
        301 => assert!(leads && !waits, "{answer:?}"),
        // A reverse proxy follows the location in the end.
        503 => assert!(leads != waits, "{answer:?}"),
        _ => assert!(!leads && !waits, "{answer:?}"),
    }
    assert_eq!(answer.fields.contains_key("content-range"), [206, 416].contains(&answer.status), "{answer:?}");
}

/// RFC 9110 §9.3.2. `Range` means nothing to `HEAD` (§14.2).
fn head_is_get_without_body(view: &View, target: &Uri, fields: &HeaderMap) {
    let head = ask(view, Method::HEAD, target, fields);
    let get = ask(view, Method::GET, target, &without(fields, &[RANGE]));
    assert_eq!(head.head(), get.head());
    assert!(head.body.is_empty(), "{head:?}");
}

fn representation(view: &View, expected: &Expected, target: &Uri, fields: &HeaderMap, get: &Answer) {
    let conditions = [RANGE, IF_RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE];
    let whole = ask(view, Method::GET, target, &without(fields, &conditions));
    assert_eq!(whole.status, 200, "{whole:?}");
    assert!(decoded(&whole) == expected.content, "other bytes than the file's: {}", whole.head());
    assert_eq!(whole.expect("content-type"), expected.content_type);
    assert_eq!(whole.expect("cache-control"), expected.cache_control);
    match view.mode {
        // The time when it was made.
        Mode::Runtime => assert!(whole.fields.contains_key("last-modified")),
        _ => assert_eq!(whole.field("last-modified"), expected.last_modified),
    }
    assert_eq!(whole.expect("accept-ranges"), "bytes");
    assert_eq!(whole.field("vary"), (!expected.encodings.is_empty()).then_some("accept-encoding"));
    assert!(whole.field("content-encoding").is_none_or(|coding| expected.encodings.contains(&coding)), "{whole:?}");
    let etag = whole.expect("etag");
    assert!(etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    if view.mode != Mode::Disk {
        assert_eq!(etag, format!("\"{}\"", &Digest::of(&whole.body).to_string()[..16]));
    }
    match get.status {
        200 => {
            assert_eq!(get.head(), whole.head());
            assert!(get.body == whole.body);
        }
        206 => {
            let (first, last) = part(get.expect("content-range"), whole.body.len());
            assert!(get.body == whole.body[first..=last]);
            let but_lengths = |answer: &Answer| {
                let mut answer = answer.clone();
                answer.status = 0;
                answer.fields.remove("content-length");
                answer.fields.remove("content-range");
                answer.head()
            };
            assert_eq!(but_lengths(get), but_lengths(&whole));
        }
        304 => {
            assert!(get.body.is_empty());
            // RFC 9110 §15.4.5; the fields that a 200 would have had.
            for name in ["etag", "vary", "cache-control"] {
                assert_eq!(get.field(name), whole.field(name), "{name}");
            }
            assert_eq!(get.field("content-type"), None);
        }
        412 => assert_eq!(get.field("vary"), whole.field("vary")),
        416 => {
            assert_eq!(get.expect("content-range"), format!("bytes */{}", whole.body.len()));
            assert_eq!(get.field("vary"), whole.field("vary"));
        }
        status => panic!("{status} for an asset: {get:?}"),
    }
}

/// The first and the last byte of a `Content-Range`, which must lie within `len` bytes.
fn part(content_range: &str, len: usize) -> (usize, usize) {
    let (range, whole) =
        content_range.strip_prefix("bytes ").and_then(|rest| rest.split_once('/')).expect(content_range);
    let (first, last) = range.split_once('-').expect(content_range);
    let (first, last): (usize, usize) = (first.parse().expect(content_range), last.parse().expect(content_range));
    assert_eq!(whole, len.to_string());
    assert!(first <= last && last < len, "{content_range}");
    (first, last)
}

/// A redirect leads to the same file, on the same site, and keeps the query, percent-encoded where a URL needs it. There is none
/// where the view is set to 404.
fn moved(view: &View, file: &File, target: &Uri, fields: &HeaderMap, get: &Answer) {
    let is_refused = match view.stale {
        StaleAnswer::NotFound => true,
        StaleAnswer::NotFoundForModules => {
            says(fields, "sec-fetch-dest", "script") && says(fields, "sec-fetch-mode", "cors")
        }
        _ => false,
    };
    if is_refused {
        assert_eq!(get.status, 404, "{get:?}");
        return;
    }
    assert_eq!(get.status, 301, "{get:?}");
    let location = get.fields["location"].as_bytes();
    assert!(location.iter().all(u8::is_ascii_graphic), "{get:?}");
    let spelt = |b: u8| if b.is_ascii_graphic() { char::from(b).to_string() } else { format!("%{b:02X}") };
    let spelt = |query: &str| format!("?{}", query.bytes().map(spelt).collect::<String>());
    let query = target.query().map(spelt).unwrap_or_default();
    assert_eq!(location, format!("{}{query}", view.url(file.spelt)).as_bytes(), "{get:?}");
}

/// Whether the first line of a field is this value.
fn says(fields: &HeaderMap, name: &str, expected: &str) -> bool {
    fields.get(name).is_some_and(|value| value == expected)
}

/// The content without its encoding.
///
/// # Panics
///
/// When it cannot be decoded.
#[must_use]
pub fn decoded(answer: &Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    match answer.field("content-encoding") {
        None => return answer.body.clone(),
        Some("gzip") => flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut bytes),
        Some("br") => brotli::Decompressor::new(&answer.body[..], 4096).read_to_end(&mut bytes),
        Some(other) => panic!("unknown encoding {other}"),
    }
    .expect("the content decodes");
    bytes
}

fn without(fields: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut fields = fields.clone();
    names.iter().for_each(|name| {
        fields.remove(name);
    });
    fields
}
