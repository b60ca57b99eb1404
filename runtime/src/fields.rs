//! The fields that answers begin with. Each set is put together once, when the first answer needs it, and copied after
//! that, which takes less than half of what it takes to put them together anew.

use std::sync::OnceLock;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use cachebreaker_manifest::encoding::Encoding;
use http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, LOCATION, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::notice::{Notice, Places};
use crate::rules::Rules;
use crate::view::{Contents, View};

/// The methods that static files answer.
pub(crate) const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD");
/// Kept, but not used again without asking (RFC 9111 §5.2.2.4).
pub(crate) const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
pub(crate) const BYTES: HeaderValue = HeaderValue::from_static("bytes");
/// `Vary` (RFC 9110 §12.5.5) where the answer depends on `Accept-Encoding`.
pub(crate) const ON_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// The seconds after which a client asks again for something of a newer deploy.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("3");
/// What each answer has its own value for.
const OWN: HeaderValue = HeaderValue::from_static("");

/// Which of an asset's representations was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// The asset's own bytes: it has no encodings.
    Only,
    /// The asset's own bytes, beside encodings.
    Identity,
    /// An encoding.
    Encoded(Encoding),
}

impl Chosen {
    const ALL: [Self; 4] = [Self::Only, Self::Identity, Self::Encoded(Encoding::Brotli), Self::Encoded(Encoding::Gzip)];

    const fn index(self) -> usize {
        match self {
            Self::Only => 0,
            Self::Identity => 1,
            Self::Encoded(Encoding::Brotli) => 2,
            Self::Encoded(Encoding::Gzip) => 3,
        }
    }

    /// Whether another request could get another representation.
    pub(crate) fn varies(self) -> bool {
        self != Self::Only
    }
}

/// The sets of one view.
#[derive(Debug)]
pub(crate) struct Fields {
    view: &'static View,
    rules: Rules,
    sets: OnceLock<Sets>,
}

#[derive(Debug)]
struct Sets {
    content_types: Vec<HeaderValue>,
    headers: Vec<HeaderMap>,
    representation: [HeaderMap; 4],
    not_modified: [HeaderMap; 4],
    notices: [(HeaderMap, Bytes); Notice::ALL.len()],
}

impl Fields {
    pub(crate) const fn new(view: &'static View, rules: Rules) -> Self {
        Self { view, rules, sets: OnceLock::new() }
    }

    /// Where the view's assets are: what notices say about it.
    pub(crate) fn places(&self) -> Places {
        let View { token, name, prefix, .. } = self.view;
        Places { token: token.as_str(), prefix: name.prefix(), base: prefix }
    }

    /// Writes the headers of 200 and 206, in place: a map is too large to be moved about (`bench/smoke`). The content type is given
    /// by its index among the view's.
    pub(crate) fn representation(
        &self,
        chosen: Chosen,
        content_type: usize,
        length: HeaderValue,
        etag: HeaderValue,
        headers: &mut HeaderMap,
    ) {
        let sets = self.sets();
        let set = &sets.representation[chosen.index()];
        fill(headers, set, [sets.content_types[content_type].clone(), length, etag]);
        sets.add_own(headers, content_type);
    }

    /// The fields of 304 (RFC 9110 §15.4.5), and no others: `ETag` names the representation, so `Last-Modified` would add
    /// nothing. Fields of the asset's own are no metadata of the representation, and a client updates those that it has
    /// kept (RFC 9111 §3.2), so they are sent.
    pub(crate) fn not_modified(&self, chosen: Chosen, content_type: usize, etag: HeaderValue, headers: &mut HeaderMap) {
        let sets = self.sets();
        fill(headers, &sets.not_modified[chosen.index()], [etag]);
        sets.add_own(headers, content_type);
    }

    /// Writes the headers of a notice; its body. `own` is the value of the field that it has for each request, if any:
    /// `Location` of [`Notice::Moved`] and its likes, `Content-Range` of [`Notice::Range`].
    pub(crate) fn notice(&self, notice: Notice, own: Option<HeaderValue>, headers: &mut HeaderMap) -> &Bytes {
        let (set, body) = &self.sets().notices[notice as usize];
        match own {
            Some(own) => fill(headers, set, [own]),
            None => fill(headers, set, []),
        }
        body
    }

    fn sets(&self) -> &Sets {
        self.sets.get_or_init(|| Sets {
            content_types: self.view.content_types.iter().copied().map(HeaderValue::from_static).collect(),
            headers: self
                .view
                .headers
                .iter()
                .map(|fields| {
                    let field = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
                    fields.iter().copied().map(field).collect()
                })
                .collect(),
            representation: Chosen::ALL.map(|chosen| {
                let own = [(CONTENT_TYPE, OWN), (CONTENT_LENGTH, OWN), (ETAG, OWN)];
                let last_modified = self.last_modified().map(|date| (LAST_MODIFIED, date));
                let encoding = match chosen {
                    Chosen::Encoded(encoding) => Some((CONTENT_ENCODING, HeaderValue::from_static(encoding.name()))),
                    Chosen::Only | Chosen::Identity => None,
                };
                let rest = [(X_CONTENT_TYPE_OPTIONS, NOSNIFF), (ACCEPT_RANGES, BYTES)];
                let fields = own.into_iter().chain(self.caching(chosen)).chain(last_modified).chain(encoding);
                set(fields.chain(rest).chain(self.rules.sharing()))
            }),
            not_modified: Chosen::ALL
                .map(|chosen| set([(ETAG, OWN)].into_iter().chain(self.caching(chosen)).chain(self.rules.sharing()))),
            notices: Notice::ALL.map(|notice| {
                let body = notice.text(self.places());
                let own = match notice {
                    Notice::Moved | Notice::MovedUnlessElsewhere | Notice::MovedUnlessElsewhereNotFound => {
                        Some((LOCATION, OWN))
                    }
                    Notice::Range => Some((CONTENT_RANGE, OWN)),
                    _ => None,
                };
                let more = match notice {
                    Notice::Premature => Some((RETRY_AFTER, RETRY_AFTER_SECONDS)),
                    Notice::Method => Some((ALLOW, METHODS)),
                    Notice::Range => Some((ACCEPT_RANGES, BYTES)),
                    _ => None,
                };
                (set(own.into_iter().chain(text(body.len())).chain(more).chain(self.rules.sharing())), body.into())
            }),
        })
    }

    fn caching(&self, chosen: Chosen) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let vary = chosen.varies().then_some((VARY, ON_ENCODING));
        [(CACHE_CONTROL, self.cache_control())].into_iter().chain(vary)
    }

    /// `Cache-Control` of an asset under the current token (RFC 9111 §5.2.2, RFC 8246).
    fn cache_control(&self) -> HeaderValue {
        match self.view.contents {
            Contents::Embedded(_) => value(format!("public, max-age={}, immutable", self.rules.cache_max_age)),
            Contents::Disk(_) => NO_CACHE,
        }
    }

    /// `Last-Modified` (RFC 9110 §8.8.2), if the view has a date.
    fn last_modified(&self) -> Option<HeaderValue> {
        let modified = UNIX_EPOCH.checked_add(Duration::from_secs(self.view.modified()?))?;
        Some(value(httpdate::fmt_http_date(modified)))
    }
}

/// What is written here is ASCII.
fn value(text: String) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(text)).unwrap_or(OWN)
}

impl Sets {
    /// Adds the fields of an asset's own, where it has any.
    fn add_own(&self, fields: &mut HeaderMap, content_type: usize) {
        if let Some(own) = self.headers.get(content_type) {
            fields.extend(own.clone());
        }
    }
}

/// The fields of an answer in plain text, which is not to be stored.
pub(crate) fn text(len: usize) -> [(HeaderName, HeaderValue); 4] {
    [
        (CONTENT_TYPE, PLAIN_TEXT),
        (CONTENT_LENGTH, HeaderValue::from(len)),
        (CACHE_CONTROL, NO_STORE),
        (X_CONTENT_TYPE_OPTIONS, NOSNIFF),
    ]
}

fn set(fields: impl IntoIterator<Item = (HeaderName, HeaderValue)>) -> HeaderMap {
    let mut set = HeaderMap::with_capacity(12);
    set.extend(fields);
    set
}

/// A copy of a set with values for its first fields. A map keeps the order in which its fields were put into it.
fn fill<const N: usize>(headers: &mut HeaderMap, set: &HeaderMap, own: [HeaderValue; N]) {
    debug_assert!(headers.capacity() == 0, "of a new response");
    // An empty map has nothing to drop, but to find that out costs 54 instructions (`bench/smoke`).
    std::mem::forget(std::mem::replace(headers, set.clone()));
    for (header, value) in headers.values_mut().zip(own) {
        *header = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::VIEW;

    #[test]
    fn each_value_stands_in_its_own_field() {
        let value = HeaderValue::from_static;
        let view = View { content_types: &["a/b", "c/d"], headers: &[&[], &[("x-own", "1")]], ..View::clone(&VIEW) };
        let fields = Fields::new(Box::leak(Box::new(view)), Rules { cache_max_age: 1, ..Rules::DEFAULT });
        let (cache_control, date) = (value("public, max-age=1, immutable"), value("Sun, 16 Jun 2024 12:00:01 GMT"));
        for chosen in Chosen::ALL {
            let mut map = HeaderMap::new();
            fields.representation(chosen, 1, value("17"), value("\"tag\""), &mut map);
            assert_eq!(
                (&map[CONTENT_TYPE], &map[CONTENT_LENGTH], &map[ETAG]),
                (&value("c/d"), &value("17"), &value("\"tag\""))
            );
            assert_eq!((&map[CACHE_CONTROL], &map[LAST_MODIFIED]), (&cache_control, &date));
            assert_eq!(map.contains_key(VARY), chosen != Chosen::Only);
            assert_eq!(map.get(CONTENT_ENCODING).is_some(), matches!(chosen, Chosen::Encoded(_)));
            assert_eq!(map["x-own"], "1");
            let mut map = HeaderMap::new();
            fields.representation(chosen, 0, value("17"), value("\"tag\""), &mut map);
            assert!(!map.contains_key("x-own"));
            let mut map = HeaderMap::new();
            fields.not_modified(chosen, 1, value("\"tag\""), &mut map);
            assert_eq!(map["x-own"], "1");
            assert_eq!(map[ETAG], "\"tag\"");
            assert_eq!(map.contains_key(VARY), chosen != Chosen::Only);
        }
        for notice in Notice::ALL {
            let mut map = HeaderMap::new();
            let body = fields.notice(notice, None, &mut map);
            assert_eq!(map[CONTENT_LENGTH], body.len().to_string());
            assert_eq!(map[CACHE_CONTROL], NO_STORE);
            assert!(body.starts_with(notice.status().as_str().as_bytes()), "{body:?}");
        }
        let headers = |notice, own| {
            let mut map = HeaderMap::new();
            fields.notice(notice, own, &mut map);
            map
        };
        assert_eq!(headers(Notice::Moved, Some(value("/x")))[LOCATION], "/x");
        assert_eq!(headers(Notice::Range, Some(value("bytes */3")))[CONTENT_RANGE], "bytes */3");
        assert_eq!(headers(Notice::Premature, None)[RETRY_AFTER], "3");
    }
}
