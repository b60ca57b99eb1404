//! The headers that responses begin with. Each set is made once, when the first response needs it, and copied after that:
//! less than half of what it costs to make it again (`bench/smoke`, all requests).

use std::sync::OnceLock;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, LOCATION, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::notice::notices;
use crate::decide::answer::{Form, Notice, Varies};
use crate::view::rules::Rules;
use crate::view::{Contents, View};

/// The methods that static files answer.
pub(crate) const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD");
/// Kept, but not used again without asking (RFC 9111 §5.2.2.4).
pub(crate) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
pub(crate) const BYTES: HeaderValue = HeaderValue::from_static("bytes");
/// `Vary` where the answer depends on the client's dictionary, too (RFC 9842 §6.2).
pub(crate) const ON_DICTIONARY: HeaderValue = HeaderValue::from_static("accept-encoding, available-dictionary");
/// `Vary` of a page that is sent for navigations only.
pub(crate) const ON_NAVIGATION: HeaderValue = HeaderValue::from_static("accept-encoding, accept, sec-fetch-mode");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// The seconds after which a client asks again for something of a newer deploy.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("3");
/// What each answer has its own value for.
const OWN: HeaderValue = HeaderValue::from_static("");

/// The sets of one view.
#[derive(Debug)]
pub(crate) struct HeaderSets {
    pub(super) view: &'static View,
    pub(super) rules: Rules,
    sets: OnceLock<Sets>,
}

#[derive(Debug)]
struct Sets {
    content_types: Vec<HeaderValue>,
    headers: Vec<HeaderMap>,
    representation: [HeaderMap; Form::ALL.len()],
    not_modified: [HeaderMap; Form::ALL.len()],
    notices: [(StatusCode, HeaderMap, Bytes); Notice::COUNT],
    /// When each kept release was built.
    kept: Vec<HeaderValue>,
}

impl HeaderSets {
    pub(crate) const fn new(view: &'static View, rules: Rules) -> Self {
        Self { view, rules, sets: OnceLock::new() }
    }

    /// Writes the headers of 200 and 206, in place: a map is too large to be moved about (`bench/smoke`). The content type is given
    /// by its index among the view's.
    #[inline]
    pub(crate) fn representation(
        &self,
        form: Form,
        content_type: usize,
        length: HeaderValue,
        etag: HeaderValue,
        headers: &mut HeaderMap,
    ) {
        let sets = self.sets();
        let set = &sets.representation[form.index()];
        let content_type_value = sets.content_types[content_type].clone();
        fill(headers, set, &mut [(&CONTENT_TYPE, content_type_value), (&CONTENT_LENGTH, length), (&ETAG, etag)]);
        sets.add_own(headers, content_type);
    }

    /// Gives a file of a kept release the date of that. 304 has no date.
    #[cold]
    pub(super) fn date(&self, headers: &mut HeaderMap, release: u32) {
        if let Some(date) = headers.get_mut(LAST_MODIFIED) {
            date.clone_from(&self.sets().kept[release as usize]);
        }
    }

    /// The headers of 304 (RFC 9110 §15.4.5), and no others: `ETag` names the representation, so `Last-Modified` would add
    /// nothing. The headers of the asset alone are no metadata of the representation, and a client updates those that it has
    /// kept (RFC 9111 §3.2), so they are sent.
    pub(crate) fn not_modified(&self, form: Form, content_type: usize, etag: HeaderValue, headers: &mut HeaderMap) {
        let sets = self.sets();
        fill(headers, &sets.not_modified[form.index()], &mut [(&ETAG, etag)]);
        sets.add_own(headers, content_type);
    }

    /// Writes the headers of a notice; its status and its body. `own` is the header that has another value for each request, if
    /// any: `Location` of [`Notice::Moved`] and its likes, `Content-Range` of [`Notice::Range`].
    #[inline]
    pub(crate) fn notice(
        &self,
        notice: Notice,
        own: Option<(&HeaderName, HeaderValue)>,
        headers: &mut HeaderMap,
    ) -> (StatusCode, &Bytes) {
        let (status, set, body) = &self.sets().notices[notice as usize];
        match own {
            Some(own) => fill(headers, set, &mut [own]),
            None => copy(headers, set),
        }
        (*status, body)
    }

    fn sets(&self) -> &Sets {
        self.sets.get_or_init(|| Sets {
            content_types: self.view.content_types.iter().copied().map(HeaderValue::from_static).collect(),
            headers: self
                .view
                .headers
                .iter()
                .map(|headers| {
                    let header = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
                    headers.iter().copied().map(header).collect()
                })
                .collect(),
            representation: Form::ALL.map(|form| {
                let own = [(CONTENT_TYPE, OWN), (CONTENT_LENGTH, OWN), (ETAG, OWN)];
                let last_modified = self.last_modified().map(|date| (LAST_MODIFIED, date));
                let encoding = match form {
                    Form::Encoded(encoding) => Some((CONTENT_ENCODING, HeaderValue::from_static(encoding.name()))),
                    Form::Delta => Some((CONTENT_ENCODING, HeaderValue::from_static("dcb"))),
                    Form::Only | Form::Identity => None,
                };
                // No part of a delta is ever sent.
                let ranges = (form != Form::Delta).then_some((ACCEPT_RANGES, BYTES));
                let rest = [(X_CONTENT_TYPE_OPTIONS, NOSNIFF)].into_iter().chain(ranges);
                let headers = own.into_iter().chain(self.caching(form)).chain(last_modified).chain(encoding);
                set(headers.chain(rest).chain(self.rules.sharing()))
            }),
            not_modified: Form::ALL.map(|form| {
                let caching = self.caching(form);
                set([(ETAG, OWN)].into_iter().chain(caching).chain(self.rules.sharing()))
            }),
            notices: notices(self.view).map(|(notice, status, body)| {
                let (own, more) = match notice {
                    Notice::Moved
                    | Notice::MovedUnlessElsewhere
                    | Notice::MovedUnlessElsewhereNotFound
                    | Notice::PageMoved => (Some((LOCATION, OWN)), None),
                    Notice::Range => (Some((CONTENT_RANGE, OWN)), Some((ACCEPT_RANGES, BYTES))),
                    Notice::Premature => (None, Some((RETRY_AFTER, RETRY_AFTER_SECONDS))),
                    Notice::Method => (None, Some((ALLOW, METHODS))),
                    _ => (None, None),
                };
                let set = set(own.into_iter().chain(text(body.len())).chain(more).chain(self.rules.sharing()));
                (status, set, body.into())
            }),
            kept: self.view.kept.releases.iter().map(|(_, seconds)| date(*seconds).unwrap_or(OWN)).collect(),
        })
    }

    /// `Cache-Control` of an asset under the current token (RFC 9111 §5.2.2, RFC 8246), and `Vary`.
    fn caching(&self, form: Form) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let cache_control = match self.view.contents {
            Contents::Embedded(_) => value(format!("public, max-age={}, immutable", self.rules.cache_max_age)),
            Contents::Disk(_) => NO_CACHE,
        };
        let vary = vary(form.varies()).map(|vary| (VARY, vary));
        [(CACHE_CONTROL, cache_control)].into_iter().chain(vary)
    }

    /// `Last-Modified` (RFC 9110 §8.8.2), if the view has a date.
    fn last_modified(&self) -> Option<HeaderValue> {
        date(self.view.modified()?)
    }
}

/// `Vary` (RFC 9110 §12.5.5), if another request may get another representation.
pub(super) const fn vary(varies: Varies) -> Option<HeaderValue> {
    match varies {
        Varies::No => None,
        Varies::OnEncoding => Some(HeaderValue::from_static("accept-encoding")),
        Varies::OnDictionary => Some(ON_DICTIONARY),
    }
}

/// A time in seconds after the epoch, as headers spell it; `None` if no clock can show it.
fn date(seconds: u64) -> Option<HeaderValue> {
    Some(value(httpdate::fmt_http_date(UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?)))
}

/// A header's value from a text that was made for it, which is visible ASCII.
pub(super) fn value(text: String) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(text)).unwrap_or(OWN)
}

impl Sets {
    /// Adds the headers of the asset alone, where it has any.
    #[inline]
    fn add_own(&self, headers: &mut HeaderMap, content_type: usize) {
        if let Some(own) = self.headers.get(content_type) {
            headers.extend(own.clone());
        }
    }
}

/// The headers of an answer in plain text, which is not to be stored.
pub(crate) fn text(len: usize) -> [(HeaderName, HeaderValue); 4] {
    [
        (CONTENT_TYPE, PLAIN_TEXT),
        (CONTENT_LENGTH, HeaderValue::from(len)),
        (CACHE_CONTROL, NO_STORE),
        (X_CONTENT_TYPE_OPTIONS, NOSNIFF),
    ]
}

fn set(headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>) -> HeaderMap {
    let mut set = HeaderMap::with_capacity(12);
    set.extend(headers);
    set
}

/// Copies a set into the headers of a new response.
#[inline]
fn copy(headers: &mut HeaderMap, set: &HeaderMap) {
    debug_assert!(headers.capacity() == 0, "of a new response");
    // An empty map has nothing to drop, but to find that out costs 54 instructions (`bench/smoke`).
    std::mem::forget(std::mem::replace(headers, set.clone()));
}

/// Copies a set into the headers of a new response, with values for some of them. Each value goes to the header of its name.
/// As long as a map iterates in the order in which it was filled, to find them costs a comparison each; `insert` looks each
/// up, 510 instructions for the three of a file (`bench/smoke`, `plain` and `browser`).
#[inline]
fn fill<const N: usize>(headers: &mut HeaderMap, set: &HeaderMap, own: &mut [(&HeaderName, HeaderValue); N]) {
    copy(headers, set);
    let mut filled = 0;
    for ((name, value), (place, old)) in own.iter_mut().zip(headers.iter_mut()) {
        if place != *name {
            break;
        }
        std::mem::swap(value, old);
        filled += 1;
    }
    for (name, value) in &own[filled..] {
        headers.insert(*name, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::VIEW;

    #[test]
    fn each_value_is_in_its_own_header() {
        let value = HeaderValue::from_static;
        let view = View { content_types: &["a/b", "c/d"], headers: &[&[], &[("x-own", "1")]], ..View::clone(&VIEW) };
        let headers = HeaderSets::new(Box::leak(Box::new(view)), Rules { cache_max_age: 1, ..Rules::DEFAULT });
        let (cache_control, date) = (value("public, max-age=1, immutable"), value("Sun, 16 Jun 2024 12:00:01 GMT"));
        for form in Form::ALL {
            let mut map = HeaderMap::new();
            headers.representation(form, 1, value("17"), value("\"tag\""), &mut map);
            assert_eq!(
                (&map[CONTENT_TYPE], &map[CONTENT_LENGTH], &map[ETAG]),
                (&value("c/d"), &value("17"), &value("\"tag\""))
            );
            assert_eq!((&map[CACHE_CONTROL], &map[LAST_MODIFIED]), (&cache_control, &date));
            assert_eq!(map.contains_key(VARY), form != Form::Only);
            assert_eq!(map.get(CONTENT_ENCODING).is_some(), matches!(form, Form::Encoded(_) | Form::Delta));
            assert_eq!(map.contains_key(ACCEPT_RANGES), form != Form::Delta);
            assert_eq!(map["x-own"], "1");
            let mut map = HeaderMap::new();
            headers.representation(form, 0, value("17"), value("\"tag\""), &mut map);
            assert!(!map.contains_key("x-own"));
            let mut map = HeaderMap::new();
            headers.not_modified(form, 1, value("\"tag\""), &mut map);
            assert_eq!(map["x-own"], "1");
            assert_eq!(map[ETAG], "\"tag\"");
            assert_eq!(map.contains_key(VARY), form != Form::Only);
        }
        for (number, (notice, status, _)) in notices(&VIEW).into_iter().enumerate() {
            assert_eq!(notice as usize, number);
            let mut map = HeaderMap::new();
            let (sent, body) = headers.notice(notice, None, &mut map);
            assert_eq!(map[CONTENT_LENGTH], body.len().to_string());
            assert_eq!(map[CACHE_CONTROL], NO_STORE);
            assert_eq!(sent, status);
            assert!(body.starts_with(status.as_str().as_bytes()), "{body:?}");
        }
        let notice = |notice, own| {
            let mut map = HeaderMap::new();
            headers.notice(notice, own, &mut map);
            map
        };
        assert_eq!(notice(Notice::Moved, Some((&LOCATION, value("/x"))))[LOCATION], "/x");
        assert_eq!(notice(Notice::Range, Some((&CONTENT_RANGE, value("bytes */3"))))[CONTENT_RANGE], "bytes */3");
        assert_eq!(notice(Notice::Premature, None)[RETRY_AFTER], "3");
    }

    #[test]
    fn values_find_their_headers_in_whatever_order_a_map_has_them() {
        let value = HeaderValue::from_static;
        for names in [[CONTENT_TYPE, CONTENT_LENGTH, ETAG, VARY], [VARY, ETAG, CONTENT_LENGTH, CONTENT_TYPE]] {
            let set: HeaderMap = names.into_iter().map(|name| (name, OWN)).collect();
            let own = [(&CONTENT_TYPE, value("a/b")), (&CONTENT_LENGTH, value("17")), (&ETAG, value("\"tag\""))];
            let mut map = HeaderMap::new();
            fill(&mut map, &set, &mut own.clone());
            assert_eq!(map.len(), 4);
            assert!(own.iter().all(|(name, value)| map[*name] == value), "{map:?}");
        }
    }
}
