//! From an outcome to a response: the only file that writes a status or a field.
//!
//! | field | stands on |
//! |---|---|
//! | `Content-Length` | every answer with a body, and on its `HEAD` (RFC 9110 §8.6); not on 204 and 304 |
//! | `Cache-Control` | every answer |
//! | `ETag` | 200, 206, 304 (§15.4.5); not of a large file that has just changed on disk |
//! | `Last-Modified` | 200, 206, where contents are embedded, under the token; not before that time |
//! | `Vary` | 200, 206, 304, 412, 416, where the asset has encodings |
//! | `Accept-Ranges` | 200, 206, 416 |
//! | `Content-Range` | 206, 416 |
//! | `Location` | 301, and what a front gets in its place |
//! | `Retry-After` | 503 to a premature token |
//! | `Allow` | 405, and 204 to `OPTIONS` |
//! | `X-Content-Type-Options` | every answer with a body |
//! | `Access-Control-Allow-Origin` and its likes | every answer, where the view is [shared](crate::sharing) |
//! | `Service-Worker-Allowed` | 200, 206, 304 at the fixed place of a worker in a folder |
//! | those that `build.rs` gives an asset | 200, 206, 304 |

use std::borrow::Cow;
use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use bytes::Bytes;
use cachebreaker_manifest::base;
use cachebreaker_manifest::fixed::Fixed;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_RANGE, ETAG, LAST_MODIFIED, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use crate::asset::Asset;
use crate::body::Body;
use crate::deploy::{Deploy, PrematureAnswer};
use crate::disk::{self, Opened};
use crate::event;
use crate::fields::{self, Chosen, METHODS, NO_CACHE, NO_STORE, ON_ENCODING};
use crate::negotiate::Accepted;
use crate::notice::Notice;
use crate::precondition::{self, Asked, Precondition};
use crate::range::{self, Wanted};
use crate::resolve::{self, Outcome};
use crate::stats::Count;
use crate::view::{Contents, View};

/// A request, as far as an answer depends on it.
pub(crate) struct Question<'r> {
    pub(crate) method: &'r Method,
    pub(crate) fields: &'r HeaderMap,
    pub(crate) query: Option<&'r str>,
    /// What stands before the view's own URLs where it is nested.
    pub(crate) mount: &'r str,
}

/// Answers a request whose path has been resolved.
pub(crate) fn respond(deploy: &Deploy, outcome: Outcome<'_>, question: &Question<'_>) -> Response<Body> {
    if question.method != Method::GET && question.method != Method::HEAD {
        return other_method(deploy, question);
    }
    match outcome {
        Outcome::Found(asset) => found(deploy, asset, question),
        Outcome::Moved { asset, token } => moved(deploy, asset, token, None, question),
        Outcome::Premature { token, path } => premature(deploy, token, path, question),
        // No window ends what is not a rollout: see `Relation::Tied`.
        Outcome::Tied { token, path } => elsewhere(deploy, token, path, Duration::ZERO, question),
        Outcome::SameContents { token, path } if proxy_retries(question) => {
            elsewhere(deploy, token, path, Duration::ZERO, question)
        }
        Outcome::SameContents { token, path } => match deploy.view.find_spelt(path) {
            Some(asset) => not_to_be_stored(deploy, asset, question),
            None => missing(deploy, path, Some(token), question),
        },
        Outcome::Missing { path, stale } => {
            if let Some(token) = stale {
                event::stale(token, || path, None);
            }
            missing(deploy, path, stale, question)
        }
        Outcome::BadToken | Outcome::NoToken => {
            deploy.counters.add(Count::Missing);
            let kind = if outcome == Outcome::NoToken { Notice::NoToken } else { Notice::BadToken };
            not_found(deploy, kind, question)
        }
    }
}

/// Answers a request for a fixed place, whose URL stays when the file changes: a client may keep the file, and asks each time
/// whether it is still the right one. A date would be wrong after a rollback, when the older file is the right one.
pub(crate) fn respond_fixed(deploy: &Deploy, place: Option<(Asset, Fixed)>, question: &Question<'_>) -> Response<Body> {
    if question.method != Method::GET && question.method != Method::HEAD {
        return other_method(deploy, question);
    }
    let Some((asset, fixed)) = place else {
        deploy.counters.add(Count::Missing);
        return notice(deploy, Notice::NoSuchAsset, None, question);
    };
    let mut response = represent(deploy, asset, None, question);
    count(deploy, &response);
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let fields = response.headers_mut();
        fields.insert(CACHE_CONTROL, NO_CACHE);
        // A script may control the pages in its own folder and below, unless its answer allows more.
        if fixed == Fixed::Worker
            && asset.path().contains('/')
            && let Ok(scope) = HeaderValue::from_str(&format!("{}/", question.mount))
        {
            fields.insert(SERVICE_WORKER_ALLOWED, scope);
        }
    }
    response
}

/// How far a service worker's script may reach, beyond its own folder (Service Workers §6.3.2).
const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// RFC 9110 §9.3.7 and §15.5.6.
fn other_method(deploy: &Deploy, question: &Question<'_>) -> Response<Body> {
    deploy.counters.add(Count::OtherMethod);
    if question.method != Method::OPTIONS {
        return notice(deploy, Notice::Method, None, question);
    }
    let mut response = Response::new(Body::NONE);
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response.headers_mut().insert(ALLOW, METHODS);
    response.headers_mut().extend(deploy.rules.sharing().chain(deploy.rules.preflight(question.fields)));
    response
}

fn missing(deploy: &Deploy, path: &str, stale: Option<&str>, question: &Question<'_>) -> Response<Body> {
    deploy.counters.add(Count::Missing);
    if let Contents::Disk(roots) = deploy.view.contents
        && let Ok(path) = percent_encoding::percent_decode_str(path).decode_utf8()
        // One that the table has was only spelt wrongly.
        && deploy.view.get(&path).is_none()
        && roots.iter().any(|root| disk::was_added(root, &path))
    {
        let reason = "is in the folder, but was added after the last build or is left out of it; build again";
        return in_development(deploy, format!("404: the file {} {reason}\n", path.escape_debug()), question);
    }
    let kind = match stale {
        None => Notice::NoSuchAsset,
        Some(token) if is_path_without_token(deploy.view, token, path) => Notice::PathWithoutToken,
        Some(token) if deploy.view.is_of_another_kind(token) => Notice::StrangeTokenAndNoSuchAsset,
        Some(_) => Notice::StaleAndNoSuchAsset,
    };
    not_found(deploy, kind, question)
}

/// Whether what was read as the token is the first folder of an asset's path, as in `/static/img/logo.svg`.
fn is_path_without_token(view: &'static View, token: &str, path: &str) -> bool {
    let is_segment = view.name.suffix().is_empty() && !view.name.prefix().ends_with(|c| c != '/');
    is_segment && view.find_spelt(&[token, "/", path].concat()).is_some()
}

/// 404. In development it also says what is wrong with a view that is nested.
fn not_found(deploy: &Deploy, kind: Notice, question: &Question<'_>) -> Response<Body> {
    let Contents::Disk(_) = deploy.view.contents else { return notice(deploy, kind, None, question) };
    if question.mount.is_empty() {
        return notice(deploy, kind, None, question);
    }
    let mount = question.mount.escape_debug().to_string();
    let (text, name) = (kind.text(deploy.fields.places()), deploy.view.name);
    let text = format!(
        "{}; the view is nested below `{mount}`, but its URLs begin with `/{}`: give it `name = \"{}/{name}\"` and merge its \
         router outside of the nest\n",
        text.trim_end(),
        name.prefix(),
        mount.trim_start_matches('/'),
    );
    in_development(deploy, text, question)
}

/// The field in which a front says that it asks another instance where this one has not the right file:
/// `Cachebreaker: retry`.
const CACHEBREAKER: HeaderName = HeaderName::from_static("cachebreaker");

/// Whether a reverse proxy asks another instance in answer to a 503.
fn proxy_retries(question: &Question<'_>) -> bool {
    question.fields.iter().any(|(name, value)| name == CACHEBREAKER && value == "retry")
}

/// 301 to the same path under the current token, the query kept. Not to be stored, or browsers would follow it after a
/// rollback without asking.
///
/// While a rollout is under way another instance may still be of the token's own deploy, and a page wants the files that
/// it was written for. No front asks another instance because of a 301, so one that can ask gets in its place what it gets
/// for a premature token, 503 or 404, with the `Location` that the 301 would have.
fn moved(deploy: &Deploy, asset: Asset, token: &str, age: Option<Duration>, question: &Question<'_>) -> Response<Body> {
    let Some(location) = location(asset, question) else {
        return missing(deploy, "", Some(token), question);
    };
    deploy.counters.add(Count::Stale);
    event::stale(token, || asset.path(), age);
    let front_retries = proxy_retries(question);
    let kind = match deploy.rules.premature {
        PrematureAnswer::Retry if front_retries => Notice::MovedUnlessElsewhere,
        PrematureAnswer::NotFound if front_retries => Notice::MovedUnlessElsewhereNotFound,
        _ => Notice::Moved,
    };
    notice(deploy, kind, Some(location), question)
}

/// Path and query of an asset's URL as this client sees it; `None` where a client could take it for another site's.
///
/// It stays on the host that the client knows, also where assets have a base: behind a CDN that is the CDN, and who asked
/// here directly need not be allowed to ask there.
fn location(asset: Asset, question: &Question<'_>) -> Option<HeaderValue> {
    match (question.mount, question.query) {
        _ if !asset.view().base.is_empty() && base::has_path(asset.view().base) => relative(asset, question.query),
        ("", None) => value(asset.url_here()),
        (mount, query) => {
            let (mark, query) = query.map_or(("", ""), |query| ("?", query));
            let location = [&*spell(mount), asset.url_here(), mark, &spell(query)].concat();
            // `//host` and, to browsers, `/\host` are references to another site (RFC 3986 §4.2, WHATWG URL).
            let is_local = matches!(location.as_bytes(), [b'/', second, ..] if !b"/\\".contains(second));
            if is_local { HeaderValue::from_maybe_shared(Bytes::from(location)).ok() } else { None }
        }
    }
}

/// What a request holds may be outside of ASCII, which a URL is not (RFC 3986 §2).
fn spell(text: &str) -> Cow<'_, str> {
    percent_encoding::utf8_percent_encode(text, percent_encoding::CONTROLS).into()
}

/// A reference that is relative to the URL that was asked for (RFC 3986 §4.2). Where the base has a path, a CDN may have
/// removed it from what came in here, or not: then only the client knows what stands before the view.
fn relative(asset: Asset, query: Option<&str>) -> Option<HeaderValue> {
    let name = asset.view().name;
    let slashes = |text: &str| text.bytes().filter(|b| *b == b'/').count();
    // Up to the folder that the token's segment is in.
    let up = "../".repeat(slashes(name.suffix()) + 1 + slashes(asset.path()));
    let before_segment = 1 + name.prefix().rfind('/').map_or(0, |slash| slash + 1);
    let (mark, query) = query.map_or(("", ""), |query| ("?", query));
    let location = [&*up, &asset.url_here()[before_segment..], mark, &spell(query)].concat();
    HeaderValue::from_maybe_shared(Bytes::from(location)).ok()
}

fn premature(deploy: &Deploy, token: &str, path: &str, question: &Question<'_>) -> Response<Body> {
    let age = deploy.rollout.age(token, Instant::now(), deploy.rules.rollout_window);
    if !deploy.rules.rollout_window.is_open(age) {
        return match resolve::stale(deploy.view, token, path) {
            Outcome::Moved { asset, token } => moved(deploy, asset, token, Some(age), question),
            _ => {
                event::stale(token, || path, Some(age));
                missing(deploy, path, Some(token), question)
            }
        };
    }
    elsewhere(deploy, token, path, age, question)
}

/// What another instance has, or will have.
fn elsewhere(deploy: &Deploy, token: &str, path: &str, age: Duration, question: &Question<'_>) -> Response<Body> {
    deploy.counters.add(Count::Premature);
    event::premature(token, path, age);
    match deploy.rules.premature {
        PrematureAnswer::Retry => notice(deploy, Notice::Premature, None, question),
        PrematureAnswer::NotFound => notice(deploy, Notice::PrematureNotFound, None, question),
        PrematureAnswer::Current => match deploy.view.find_spelt(path) {
            None => notice(deploy, Notice::PrematureNotFound, None, question),
            Some(asset) => not_to_be_stored(deploy, asset, question),
        },
    }
}

/// The current file, under a URL whose next response may be another one.
fn not_to_be_stored(deploy: &Deploy, asset: Asset, question: &Question<'_>) -> Response<Body> {
    let mut response = represent(deploy, asset, deploy.modified(), question);
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

fn found(deploy: &Deploy, asset: Asset, question: &Question<'_>) -> Response<Body> {
    let response = represent(deploy, asset, deploy.modified(), question);
    count(deploy, &response);
    response
}

/// Counts an answer with an asset.
fn count(deploy: &Deploy, response: &Response<Body>) {
    let is_304 = response.status() == StatusCode::NOT_MODIFIED;
    deploy.counters.add(if is_304 { Count::NotModified } else { Count::Found });
}

/// The representation of an asset that was chosen for a request.
struct Selected {
    etag: HeaderValue,
    /// Whether it has that tag. Not if the file has just changed on disk.
    is_tagged: bool,
    length: HeaderValue,
    content: Content,
    chosen: Chosen,
}

/// The bytes of a representation.
enum Content {
    Bytes(Bytes),
    /// So many, of a file that is read while they are sent.
    File(File, u64),
}

impl Selected {
    fn embedded(asset: Asset, accepted: &Accepted) -> Option<Self> {
        let record = asset.view().record(asset.index());
        let (chosen, representation) = if record.has_encodings() {
            match accepted.choose(record.len(), |encoding| record.encoded_len(encoding)) {
                Some(encoding) => (Chosen::Encoded(encoding), record.encoded(encoding)?),
                None => (Chosen::Identity, record.identity()),
            }
        } else {
            (Chosen::Only, record.identity())
        };
        Some(Self {
            etag: value(representation.etag())?,
            is_tagged: true,
            length: value(representation.length())?,
            content: Content::Bytes(Bytes::from_static(asset.view().embedded(representation.place())?)),
            chosen,
        })
    }

    #[cold]
    fn from_disk(asset: Asset, roots: &[&str]) -> Option<Self> {
        let (content, etag) = match disk::open(roots, asset.path()).ok()? {
            Opened::Small(bytes, etag) => (Content::Bytes(bytes.into()), Some(etag)),
            Opened::Large(file, len, etag) => (Content::File(file, len), etag),
        };
        let is_tagged = etag.is_some();
        let etag = HeaderValue::from_maybe_shared(Bytes::from(etag.unwrap_or_default())).ok()?;
        Some(Self { etag, is_tagged, length: number(content.len()), content, chosen: Chosen::Only })
    }

    fn etag(&self) -> Option<&HeaderValue> {
        self.is_tagged.then_some(&self.etag)
    }
}

impl Content {
    const fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, len) => *len,
        }
    }
}

/// 200, or what the request's fields make of it. `modified` is the time that dates in the request are compared with; without
/// it there is no `Last-Modified`.
fn represent(deploy: &Deploy, asset: Asset, modified: Option<u64>, question: &Question<'_>) -> Response<Body> {
    let asked = Asked::read(question.fields);
    let selected = match deploy.view.contents {
        Contents::Embedded(_) => Selected::embedded(asset, asked.accepted()),
        Contents::Disk(roots) => Selected::from_disk(asset, roots),
    };
    let Some(selected) = selected else { return unreadable(deploy, asset, question) };
    let content_type = asset.view().record(asset.index()).content_type();
    match asked.evaluate(question.fields, selected.etag(), modified) {
        Precondition::Holds => {}
        Precondition::NotModified => {
            let mut response = Response::new(Body::NONE);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            let headers = response.headers_mut();
            deploy.fields.not_modified(selected.chosen, content_type, selected.etag, headers);
            if !selected.is_tagged {
                headers.remove(ETAG);
            }
            return response;
        }
        Precondition::Failed => {
            let refusal = notice(deploy, Notice::Precondition, None, question);
            return varying(refusal, selected.chosen);
        }
    }
    let whole_len = selected.content.len();
    // `Range` is for GET only (RFC 9110 §14.2).
    let wanted = if question.method == Method::GET
        && asked.range()
        && precondition::allows_range(question.fields, selected.etag(), modified)
    {
        range::read(question.fields, whole_len)
    } else {
        Wanted::Whole
    };
    let part = match wanted {
        Wanted::Unsatisfiable => return unsatisfiable(deploy, &selected, question),
        Wanted::Whole => None,
        Wanted::Part(part) => Some(part),
    };
    let length = part.as_ref().map_or(selected.length, |part| number(part.end - part.start));
    let body = match (selected.content, &part) {
        _ if question.method == Method::HEAD => Body::NONE,
        (Content::Bytes(bytes), None) => bytes.into(),
        (Content::Bytes(bytes), Some(part)) => {
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
            bytes.slice(place(part.start)..place(part.end)).into()
        }
        (Content::File(file, len), part) => match Body::of_file(file, part.clone().unwrap_or(0..len)) {
            Ok(body) => body,
            Err(_) => return unreadable(deploy, asset, question),
        },
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    deploy.fields.representation(selected.chosen, content_type, length, selected.etag, headers);
    if modified.is_none() {
        headers.remove(LAST_MODIFIED);
        // Only what is on disk has neither.
        if !selected.is_tagged {
            headers.remove(ETAG);
        }
    }
    if let Some(part) = part {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let range = content_range(format_args!("{}-{}", part.start, part.end - 1), whole_len);
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    response
}

fn unsatisfiable(deploy: &Deploy, selected: &Selected, question: &Question<'_>) -> Response<Body> {
    let range = content_range(format_args!("*"), selected.content.len());
    varying(notice(deploy, Notice::Range, Some(range), question), selected.chosen)
}

/// 404 for an asset whose file cannot be read.
#[cold]
fn unreadable(deploy: &Deploy, asset: Asset, question: &Question<'_>) -> Response<Body> {
    // The last is the user's own folder; what lies over it may be in `OUT_DIR`.
    if let Contents::Disk([.., root]) = deploy.view.contents
        && disk::is_gone(root)
    {
        deploy.tell_that_folder_is_gone(root);
        // The folder's path is for stderr alone: it tells too much about the machine of the build.
        let text = "404: this program reads its assets from disk, and their folder does not exist: build it with \
                    `--release`, or give `embed = true` to `assets!`\n";
        return in_development(deploy, text.to_owned(), question);
    }
    let path = asset.path().escape_debug();
    let text = format!("404: the file {path} was there at the last build and cannot be read now; build again\n");
    in_development(deploy, text, question)
}

/// Adds `Vary` to a refusal that another representation might not have met.
fn varying(mut response: Response<Body>, chosen: Chosen) -> Response<Body> {
    if chosen.varies() {
        response.headers_mut().insert(VARY, ON_ENCODING);
    }
    response
}

/// An answer without an asset.
fn notice(deploy: &Deploy, notice: Notice, own: Option<HeaderValue>, question: &Question<'_>) -> Response<Body> {
    let mut response = Response::new(Body::NONE);
    *response.status_mut() = notice.status();
    let body = deploy.fields.notice(notice, own, response.headers_mut());
    if question.method != Method::HEAD {
        *response.body_mut() = body.clone().into();
    }
    response
}

/// 404 with a text of its own, which may have something of the request in it: in development only.
#[cold]
fn in_development(deploy: &Deploy, text: String, question: &Question<'_>) -> Response<Body> {
    let fields = fields::text(text.len());
    let mut response =
        Response::new(if question.method == Method::HEAD { Body::NONE } else { Bytes::from(text).into() });
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().extend(fields.into_iter().chain(deploy.rules.sharing()));
    response
}

/// A static text as a field's value. It is checked byte by byte, for which `from_static` takes three times as long.
fn value(text: &'static str) -> Option<HeaderValue> {
    HeaderValue::from_maybe_shared(Bytes::from_static(text.as_bytes())).ok()
}

/// A number in decimal digits, in one allocation.
fn number(number: u64) -> HeaderValue {
    print(format_args!("{number}"))
}

/// `bytes 0-9/10` or `bytes */10` (§14.4).
fn content_range(part: std::fmt::Arguments<'_>, len: u64) -> HeaderValue {
    print(format_args!("bytes {part}/{len}"))
}

/// Prints digits and a few other characters as a field's value.
fn print(arguments: std::fmt::Arguments<'_>) -> HeaderValue {
    // `bytes `, three numbers of 20 digits, `-` and `/`.
    let mut buffer = [0; 68];
    let mut rest = &mut buffer[..];
    let fits = rest.write_fmt(arguments).is_ok();
    let left = rest.len();
    debug_assert!(fits, "three numbers of 64 bits fit");
    HeaderValue::from_bytes(&buffer[..buffer.len() - left]).unwrap_or(HeaderValue::from_static("0"))
}

#[cfg(test)]
mod tests {
    use http::header::LOCATION;

    use super::*;
    use crate::fixture::{DEPLOY, STYLE_CSS, VIEW};
    use crate::resolve::resolve;
    use crate::rules::Rules;

    fn answer(path: &str, front: Option<&'static str>) -> Response<Body> {
        answer_of(&DEPLOY, path, front)
    }

    fn answer_of(deploy: &'static Deploy, path: &str, front: Option<&'static str>) -> Response<Body> {
        let mut fields = HeaderMap::new();
        if let Some(front) = front {
            fields.insert("cachebreaker", HeaderValue::from_static(front));
        }
        let question = Question { method: &Method::GET, fields: &fields, query: Some("q"), mount: "" };
        respond(deploy, resolve(deploy.view, path), &question)
    }

    #[test]
    fn a_front_that_retries_gets_503_for_a_stale_token_with_the_location_of_the_301() {
        for (front, status) in [(None, 301), (Some("retry"), 503), (Some("other"), 301)] {
            let answer = answer("/static/1718539201233/style.css", front);
            assert_eq!(answer.status(), status, "{front:?}");
            assert_eq!(answer.headers()[LOCATION], "/static/1718539201234/style.css?q", "{front:?}");
            assert_eq!(answer.headers()[CACHE_CONTROL], "no-store", "{front:?}");
        }
    }

    #[test]
    fn a_front_that_retries_gets_for_a_stale_token_what_the_view_answers_to_a_premature_one() {
        let set_to = |premature| -> &'static Deploy {
            Box::leak(Box::new(Deploy::new(&VIEW, Rules { premature, ..Rules::DEFAULT })))
        };
        let answers = [PrematureAnswer::Retry, PrematureAnswer::NotFound, PrematureAnswer::Current];
        // A view that is set to give the current file is behind a front that cannot ask.
        for (premature, status) in answers.into_iter().zip([503, 404, 301]) {
            let answer = answer_of(set_to(premature), "/static/1718539201233/style.css", Some("retry"));
            assert_eq!(answer.status(), status);
            assert_eq!(answer.headers()[LOCATION], "/static/1718539201234/style.css?q", "{status}");
        }
    }

    #[test]
    fn a_build_of_the_future_has_no_date_until_then() {
        const LATER: &str = "Fri, 01 Jan 2100 00:00:00 GMT";
        let future = Box::leak(Box::new(View { modified: 4_102_444_800, ..View::clone(&VIEW) }));
        let deploys: [&'static Deploy; 2] =
            [*VIEW, future].map(|view| &*Box::leak(Box::new(Deploy::new(view, Rules::DEFAULT))));
        for (lines, statuses) in [
            (&[][..], [200, 200]),
            (&[("if-modified-since", LATER)], [304, 200]),
            (&[("if-unmodified-since", "Sun, 16 Jun 2024 12:00:00 GMT")], [412, 200]),
            (&[("range", "bytes=0-1"), ("if-range", "Sun, 16 Jun 2024 12:00:01 GMT")], [206, 200]),
            (&[("range", "bytes=0-1"), ("if-range", LATER)], [200, 200]),
            (&[("range", "bytes=0-1")], [206, 206]),
            (&[("if-none-match", STYLE_CSS.etag())], [304, 304]),
        ] {
            let line = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            let fields: HeaderMap = lines.iter().map(line).collect();
            for (deploy, status) in deploys.into_iter().zip(statuses) {
                for method in [Method::GET, Method::HEAD] {
                    let question = Question { method: &method, fields: &fields, query: None, mount: "" };
                    let answer = respond(deploy, resolve(deploy.view, STYLE_CSS.url()), &question);
                    let is_dated = std::ptr::eq(deploy.view, *VIEW) && [200, 206].contains(&answer.status().as_u16());
                    assert_eq!(answer.headers().contains_key(LAST_MODIFIED), is_dated, "{lines:?}");
                    assert!(method == Method::HEAD || answer.status() == status, "{lines:?}: {answer:?}");
                }
            }
        }
    }

    #[test]
    fn a_front_that_retries_gets_every_other_answer_as_any_client_does() {
        for (path, status) in [
            ("/static/1718539201234/style.css", 200),
            ("/static/1718539201234/none.css", 404),
            ("/static/1718539201233/none.css", 404),
            ("/static/1718539201235/style.css", 503),
        ] {
            let answer = answer(path, Some("retry"));
            assert_eq!(answer.status(), status, "{path}");
            assert!(!answer.headers().contains_key(LOCATION), "{path}");
        }
    }
}
