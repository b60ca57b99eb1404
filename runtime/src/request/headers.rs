//! The headers of a request that choose among an asset's representations: `Accept-Encoding`, `Range` and the conditions
//! of RFC 9110 §13.

use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use cachebreaker_manifest::dictionary::HASH_LEN;

use super::accepted::Accepted;
use super::dictionary;
use super::entity_tag::EntityTag;

/// The dictionary that a client has (RFC 9842 §2.2).
const AVAILABLE_DICTIONARY: HeaderName = HeaderName::from_static("available-dictionary");

/// What the headers say. One pass over all of them finds which are there: most requests have few of these, and to look up each
/// by its name costs more (`bench/smoke`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestHeaders<'r> {
    map: &'r HeaderMap,
    accepted: Accepted,
    has_range: bool,
    has_if_match: bool,
    has_if_unmodified_since: bool,
    has_if_none_match: bool,
    has_if_modified_since: bool,
}

impl<'r> RequestHeaders<'r> {
    #[inline]
    pub(crate) fn read(map: &'r HeaderMap) -> Self {
        let mut headers = Self {
            map,
            accepted: Accepted::default(),
            has_range: false,
            has_if_match: false,
            has_if_unmodified_since: false,
            has_if_none_match: false,
            has_if_modified_since: false,
        };
        for (name, value) in map {
            match name.as_str() {
                "accept-encoding" => headers.accepted.read(value),
                "range" => headers.has_range = true,
                "if-match" => headers.has_if_match = true,
                "if-unmodified-since" => headers.has_if_unmodified_since = true,
                "if-none-match" => headers.has_if_none_match = true,
                "if-modified-since" => headers.has_if_modified_since = true,
                _ => {}
            }
        }
        headers
    }

    /// Which encodings are accepted.
    pub(crate) const fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// The SHA-256 of the dictionary with which the client can decode a delta. One that is not as it should be counts as none.
    #[inline]
    pub(crate) fn dictionary(&self) -> Option<[u8; HASH_LEN]> {
        let hash = dictionary::read(self.only(AVAILABLE_DICTIONARY)?)?;
        self.accepted.dcb().then_some(hash)
    }

    /// The entity tags of `If-Match`.
    #[inline]
    pub(crate) fn if_match(&self) -> Option<impl Iterator<Item = EntityTag<'r>> + use<'r>> {
        self.has_if_match.then(|| self.tags(header::IF_MATCH))
    }

    /// The entity tags of `If-None-Match`.
    #[inline]
    pub(crate) fn if_none_match(&self) -> Option<impl Iterator<Item = EntityTag<'r>> + use<'r>> {
        self.has_if_none_match.then(|| self.tags(header::IF_NONE_MATCH))
    }

    /// The date of `If-Modified-Since`, in seconds since the epoch. A date that cannot be read is ignored (§13.1.3).
    #[inline]
    pub(crate) fn if_modified_since(&self) -> Option<u64> {
        if self.has_if_modified_since { self.date(header::IF_MODIFIED_SINCE) } else { None }
    }

    /// The date of `If-Unmodified-Since`, in seconds since the epoch. A date that cannot be read is ignored (§13.1.4).
    #[inline]
    pub(crate) fn if_unmodified_since(&self) -> Option<u64> {
        if self.has_if_unmodified_since { self.date(header::IF_UNMODIFIED_SINCE) } else { None }
    }

    /// Whether it asks for a part, or tries to.
    pub(crate) const fn has_range(&self) -> bool {
        self.has_range
    }

    /// The text of `Range`. One that is sent twice is ignored.
    #[inline]
    pub(crate) fn range(&self) -> Option<&'r str> {
        if self.has_range { self.only(header::RANGE)?.to_str().ok() } else { None }
    }

    /// What `If-Range` says (§13.1.5).
    pub(crate) fn if_range(&self) -> IfRange<'r> {
        if !self.map.contains_key(header::IF_RANGE) {
            return IfRange::None;
        }
        match self.only(header::IF_RANGE) {
            Some(line) if line.as_bytes().starts_with(b"\"") => IfRange::Tag(line.as_bytes()),
            _ => self.date(header::IF_RANGE).map_or(IfRange::Other, IfRange::Date),
        }
    }

    /// The entity tags of all lines of a header. Several lines are one list, in which `*` has no place.
    fn tags(&self, name: HeaderName) -> impl Iterator<Item = EntityTag<'r>> + use<'r> {
        let lines = self.map.get_all(name);
        let is_list = lines.iter().nth(1).is_some();
        lines.iter().flat_map(EntityTag::list).filter(move |tag| !(is_list && *tag == EntityTag::Any))
    }

    /// A date that is sent once, in seconds since the epoch. `httpdate` reads no dates before 1970.
    fn date(&self, name: HeaderName) -> Option<u64> {
        let date = httpdate::parse_http_date(self.only(name)?.to_str().ok()?).ok()?;
        Some(date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs())
    }

    /// The value of a header that is sent once.
    fn only(&self, name: HeaderName) -> Option<&'r HeaderValue> {
        let mut lines = self.map.get_all(name).iter();
        lines.next().filter(|_| lines.next().is_none())
    }
}

/// The condition of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfRange<'r> {
    /// There is no condition.
    None,
    /// A strong entity tag, with its quotes.
    Tag(&'r [u8]),
    /// A date, in seconds since the epoch.
    Date(u64),
    /// Something that no representation meets: a weak tag, two lines, nonsense.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_is_sent_twice_is_ignored() {
        let line = || (header::RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(RequestHeaders::read(&[line()].into_iter().collect()).range(), Some("bytes=0-1"));
        assert_eq!(RequestHeaders::read(&[line(), line()].into_iter().collect()).range(), None);
        assert_eq!(RequestHeaders::read(&HeaderMap::new()).range(), None);
    }
}
