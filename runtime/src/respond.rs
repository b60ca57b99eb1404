//! Writes an [`Answer`] as a response, and decides nothing.
//!
//! | header | sent with |
//! |---|---|
//! | `Content-Length` | every response with a body, and on its `HEAD` (RFC 9110 §8.6); not with 204 and 304 |
//! | `Cache-Control` | every response |
//! | `ETag` | 200, 206, 304 (§15.4.5); not for a large file that has just changed on disk |
//! | `Last-Modified` | 200, 206, where contents are embedded, under the token; not before that time |
//! | `Vary` | 200, 206, 304, 412, 416, where the asset has encodings or is a dictionary; and 200, 206, 304 of a page that is sent for navigations only |
//! | `Use-As-Dictionary` | 200, 206, 304 of an asset for which releases after this one may have deltas (RFC 9842 §2.1) |
//! | `Accept-Ranges` | 200, 206, 416 |
//! | `Content-Range` | 206, 416 |
//! | `Location` | 301, and what a reverse proxy gets in its place |
//! | `Retry-After` | 503 to a premature token |
//! | `Allow` | 405, and 204 to `OPTIONS` |
//! | `X-Content-Type-Options` | every response with a body |
//! | `Access-Control-Allow-Origin` and its likes | every response, where the view is [shared](self::sharing) |
//! | `Service-Worker-Allowed` | 200, 206, 304 at the fixed URL of a worker in a folder |
//! | those that `build.rs` gives an asset | 200, 206, 304 |

pub(crate) mod body;
mod dictionary;
pub(crate) mod headers;
mod notice;
mod sharing;

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_RANGE, ETAG, LAST_MODIFIED, LOCATION, VARY};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use self::body::Body;
use self::headers::{HeaderSets, METHODS, NO_CACHE, NO_STORE, ON_NAVIGATION, value, vary};
use crate::decide::answer::{Answer, AssetAnswer, Caching, Content, Dated, Development, Extent, Notice, Sent};

/// How far a service worker's script may reach, beyond its own folder (Service Workers §6.3.2).
const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// Writes an answer; `sends_body` is false for `HEAD`.
#[inline]
pub(crate) fn respond(headers: &HeaderSets, answer: Answer<'_>, sends_body: bool) -> Response<Body> {
    // Filled in place: it is too large to be moved about (`bench/smoke`, all requests).
    let mut response = Response::new(Body::NONE);
    match answer {
        Answer::Asset(answer) => asset(headers, answer, &mut response),
        Answer::AssetFor(answer, extent) => asset_for(headers, answer, extent, &mut response),
        Answer::Notice(kind) => notice(headers, kind, None, &mut response),
        Answer::Moved { notice: kind, location } => {
            let location = match location {
                Cow::Borrowed(location) => text(location),
                Cow::Owned(location) => value(location),
            };
            notice(headers, kind, Some((&LOCATION, location)), &mut response);
        }
        Answer::Refused { notice: kind, varies, of_len } => {
            let range = of_len.map(|len| (&CONTENT_RANGE, value(format!("bytes */{len}"))));
            notice(headers, kind, range, &mut response);
            // Another representation might have met the condition.
            if let Some(vary) = vary(varies) {
                response.headers_mut().insert(VARY, vary);
            }
        }
        Answer::Development(kind) => development(headers, &kind, &mut response),
        Answer::Options { is_preflight } => options(headers, is_preflight, &mut response),
    }
    if !sends_body {
        *response.body_mut() = Body::NONE;
    }
    response
}

#[inline]
fn asset(headers: &HeaderSets, answer: AssetAnswer, response: &mut Response<Body>) {
    let AssetAnswer { sent, content_type, form, content, dated, caching } = answer;
    let (len, mut has_etag) = (content.len(), true);
    let (length, etag, body) = match content {
        Content::Embedded { bytes, length, etag } => (text(length), text(etag), Bytes::from_static(bytes).into()),
        Content::Read { bytes, etag } => (HeaderValue::from(len), value(etag), Bytes::from(bytes).into()),
        Content::File { file, etag, .. } => {
            has_etag = etag.is_some();
            (HeaderValue::from(len), value(etag.unwrap_or_default()), Body::of_file(file, len))
        }
    };
    let map = response.headers_mut();
    match sent {
        Sent::Whole => {
            headers.representation(form, content_type, length, etag, map);
            *response.body_mut() = body;
        }
        // Only `GET` has parts.
        Sent::Part(part) => {
            let length = HeaderValue::from(part.end - part.start);
            headers.representation(form, content_type, length, etag, map);
            map.insert(CONTENT_RANGE, value(format!("bytes {}-{}/{len}", part.start, part.end - 1)));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            *response.body_mut() = body.part(part);
        }
        Sent::NotModified => {
            headers.not_modified(form, content_type, etag, map);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
    }
    if dated != Dated::OfView || caching != Caching::OfView {
        revise(headers, (dated, has_etag), caching, response);
    }
}

#[cold]
fn asset_for(headers: &HeaderSets, answer: AssetAnswer, extent: Extent<'_>, response: &mut Response<Body>) {
    asset(headers, answer, response);
    match extent {
        Extent::Worker(mount) => {
            response.headers_mut().insert(SERVICE_WORKER_ALLOWED, value(format!("{mount}/")));
        }
        Extent::Dictionary(matches) => {
            let matches = match matches {
                Cow::Borrowed(known) => text(known),
                Cow::Owned(made) => value(made),
            };
            dictionary::write(matches, response.headers_mut());
        }
    }
}

/// Corrects the headers of an asset under the current token for what is sent otherwise. Few requests need it (`bench/smoke`, all requests).
#[cold]
fn revise(headers: &HeaderSets, (dated, has_etag): (Dated, bool), caching: Caching, response: &mut Response<Body>) {
    let map = response.headers_mut();
    match dated {
        Dated::OfView => {}
        Dated::OfRelease(release) => headers.date(map, release),
        Dated::No => {
            map.remove(LAST_MODIFIED);
            // Only what is on disk has neither.
            if !has_etag {
                map.remove(ETAG);
            }
        }
    }
    match caching {
        Caching::OfView => {}
        Caching::NoCache => drop(map.insert(CACHE_CONTROL, NO_CACHE)),
        Caching::NoCacheOfNavigation => {
            map.insert(CACHE_CONTROL, NO_CACHE);
            map.insert(VARY, ON_NAVIGATION);
        }
        Caching::NoStore => drop(map.insert(CACHE_CONTROL, NO_STORE)),
        Caching::NotFound => {
            map.insert(CACHE_CONTROL, NO_STORE);
            map.remove(ETAG);
            map.remove(ACCEPT_RANGES);
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
    }
}

/// A response without an asset; `own` is the header that has another value for each request, where there is one.
#[inline]
fn notice(
    headers: &HeaderSets,
    notice: Notice,
    own: Option<(&HeaderName, HeaderValue)>,
    response: &mut Response<Body>,
) {
    let (status, body) = headers.notice(notice, own, response.headers_mut());
    *response.status_mut() = status;
    *response.body_mut() = body.clone().into();
}

/// 404 with a text that may name what was asked for: in development only.
#[cold]
fn development(headers: &HeaderSets, development: &Development<'_>, response: &mut Response<Body>) {
    let text = development.text(headers.view);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().extend(headers::text(text.len()).into_iter().chain(headers.rules.sharing()));
    *response.body_mut() = Bytes::from(text).into();
}

#[cold]
fn options(headers: &HeaderSets, is_preflight: bool, response: &mut Response<Body>) {
    *response.status_mut() = StatusCode::NO_CONTENT;
    let own = [(CACHE_CONTROL, NO_STORE), (ALLOW, METHODS)];
    response.headers_mut().extend(own.into_iter().chain(headers.rules.sharing()));
    if is_preflight {
        response.headers_mut().extend(sharing::preflight());
    }
}

/// A header's value from a text in the binary. It is checked byte by byte, for which `HeaderValue::from_static` takes three times
/// as long (`bench/smoke`, all requests).
fn text(text: &'static str) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from_static(text.as_bytes())).unwrap_or(HeaderValue::from_static(""))
}
