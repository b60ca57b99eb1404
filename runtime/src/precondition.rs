//! Conditional requests (RFC 9110 §13), for `GET` and `HEAD`, in the order of §13.2.2:
//!
//! 1. `If-Match`: 412 unless a tag is equal to the representation's, by strong comparison (§13.1.1);
//! 2. without it, `If-Unmodified-Since`: 412 if the deploy is newer than the date (§13.1.4);
//! 3. `If-None-Match`: 304 if a tag is equal, by weak comparison (§13.1.2);
//! 4. without it, `If-Modified-Since`: 304 unless the deploy is newer than the date (§13.1.3).
//!
//! `If-Range` (step 5) belongs to [`range`](crate::range). Dates that cannot be read are ignored, which dates before 1970
//! are to `httpdate`, and all dates are where there is no modification date (§13.1.3, §13.1.4).

use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::negotiate::Accepted;

/// What the preconditions of a request ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// To go on as if there were none.
    Holds,
    /// 304.
    NotModified,
    /// 412.
    Failed,
}

/// What a request's fields ask for, from one pass over them: most requests have few of these fields, and a look-up of
/// each takes longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    accepted: Accepted,
    if_match: bool,
    if_unmodified_since: bool,
    if_none_match: bool,
    if_modified_since: bool,
    range: bool,
}

impl Asked {
    pub(crate) fn read(fields: &HeaderMap) -> Self {
        let mut asked = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "accept-encoding" => asked.accepted.read(value),
                "range" => asked.range = true,
                "if-match" => asked.if_match = true,
                "if-unmodified-since" => asked.if_unmodified_since = true,
                "if-none-match" => asked.if_none_match = true,
                "if-modified-since" => asked.if_modified_since = true,
                _ => {}
            }
        }
        asked
    }

    /// Which encodings it accepts.
    pub(crate) const fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// Whether it has a `Range`.
    pub(crate) const fn range(&self) -> bool {
        self.range
    }

    /// Evaluates the preconditions for a representation with that entity tag, if it has one, of a deploy built `modified`
    /// seconds after the epoch, where that is known to be its modification date.
    pub(crate) fn evaluate(
        &self,
        fields: &HeaderMap,
        etag: Option<&HeaderValue>,
        modified: Option<u64>,
    ) -> Precondition {
        let is_newer_than = |name: HeaderName| Some(modified? > read_date(fields, name)?);
        let failed = if self.if_match {
            !any_tag(fields, header::IF_MATCH, |tag| tag.is_strongly(etag))
        } else {
            self.if_unmodified_since && is_newer_than(header::IF_UNMODIFIED_SINCE) == Some(true)
        };
        if failed {
            return Precondition::Failed;
        }
        let not_modified = if self.if_none_match {
            any_tag(fields, header::IF_NONE_MATCH, |tag| tag.is_weakly(etag))
        } else {
            self.if_modified_since && is_newer_than(header::IF_MODIFIED_SINCE) == Some(false)
        };
        if not_modified { Precondition::NotModified } else { Precondition::Holds }
    }
}

/// A date field that stands there once, in seconds since the epoch.
pub(crate) fn read_date(fields: &HeaderMap, name: HeaderName) -> Option<u64> {
    let line = fields.get(&name)?;
    if fields.get_all(name).iter().nth(1).is_some() {
        return None;
    }
    let date = httpdate::parse_http_date(line.to_str().ok()?).ok()?;
    Some(date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs())
}

/// A member of a list of entity tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag<'a> {
    /// `*`: any representation.
    Any,
    /// An entity tag without its `W/`, with its quotes.
    Weak(&'a [u8]),
    /// An entity tag with its quotes.
    Strong(&'a [u8]),
}

impl Tag<'_> {
    /// Strong comparison (§8.8.3.2): a weak tag is equal to none. What is compared with has its `W/`, if it is weak.
    fn is_strongly(self, etag: Option<&HeaderValue>) -> bool {
        match self {
            Tag::Any => true,
            Tag::Weak(_) => false,
            Tag::Strong(text) => etag.is_some_and(|etag| text == etag.as_bytes()),
        }
    }

    /// Weak comparison (§8.8.3.2): `W/` makes no difference.
    fn is_weakly(self, etag: Option<&HeaderValue>) -> bool {
        match self {
            Tag::Any => true,
            Tag::Weak(text) | Tag::Strong(text) => etag.is_some_and(|etag| {
                let etag = etag.as_bytes();
                text == etag.strip_prefix(b"W/").unwrap_or(etag)
            }),
        }
    }
}

fn any_tag(fields: &HeaderMap, name: HeaderName, is_it: impl Fn(Tag<'_>) -> bool) -> bool {
    let lines = fields.get_all(name);
    // Several lines are one list, in which `*` has no place.
    let is_list = lines.iter().nth(1).is_some();
    lines.iter().flat_map(tags).any(|tag| !(is_list && tag == Tag::Any) && is_it(tag))
}

/// The entity tags of one field line (§8.8.3). A tag may have a comma in it. What is no tag is passed over, up to the
/// next comma.
pub(crate) fn tags(line: &HeaderValue) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = line.as_bytes();
    let only_star = rest.trim_ascii() == b"*";
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_ascii_start();
            match rest {
                [] => return None,
                [b',', after @ ..] => {
                    rest = after;
                    continue;
                }
                // Only alone is it "any".
                [b'*', ..] if only_star => {
                    rest = &[];
                    return Some(Tag::Any);
                }
                _ => {}
            }
            let (is_weak, from_quote) = match rest {
                [b'W', b'/', after @ ..] => (true, after),
                _ => (false, rest),
            };
            if let Some(tag) = read_tag(from_quote) {
                rest = &from_quote[tag.len()..];
                return Some(if is_weak { Tag::Weak(tag) } else { Tag::Strong(tag) });
            }
            let comma = rest.iter().position(|b| *b == b',').unwrap_or(rest.len());
            rest = &rest[comma..];
        }
    })
}

/// `DQUOTE *etagc DQUOTE` at the start, and after it the end or a comma.
fn read_tag(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"\"")?;
    let len = inside.iter().position(|b| *b == b'"')? + 2;
    let (tag, after) = text.split_at(len);
    matches!(after.trim_ascii_start(), [] | [b',', ..]).then_some(tag)
}

/// Whether `If-Range` allows a range: its strong tag is the representation's, or its date that of the deploy, exactly
/// (§13.1.5). Without the field it does. A weak tag allows none, also not where the representation has the very same.
pub(crate) fn allows_range(fields: &HeaderMap, etag: Option<&HeaderValue>, modified: Option<u64>) -> bool {
    let mut lines = fields.get_all(header::IF_RANGE).iter();
    match (lines.next(), lines.next()) {
        (None, _) => true,
        (Some(line), None) => {
            let is_tag = line.as_bytes().starts_with(b"\"") && Some(line) == etag;
            is_tag || modified.is_some_and(|modified| read_date(fields, header::IF_RANGE) == Some(modified))
        }
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: HeaderValue = HeaderValue::from_static("\"abc\"");
    /// Sun, 16 Jun 2024 12:00:01 GMT
    const MODIFIED: u64 = 1_718_539_201;
    const BEFORE: &str = "Sun, 16 Jun 2024 12:00:00 GMT";
    const SAME: &str = "Sun, 16 Jun 2024 12:00:01 GMT";
    const AFTER: &str = "Sun, 16 Jun 2024 12:00:02 GMT";

    fn fields(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    fn evaluate(fields: &HeaderMap, modified: Option<u64>) -> Precondition {
        Asked::read(fields).evaluate(fields, Some(&ETAG), modified)
    }

    fn of(lines: &[(&'static str, &str)]) -> Precondition {
        evaluate(&fields(lines), Some(MODIFIED))
    }

    #[test]
    fn without_preconditions_all_holds() {
        assert_eq!(of(&[]), Precondition::Holds);
    }

    #[test]
    fn if_none_match_compares_weakly_in_lists_and_several_lines() {
        for value in [
            "\"abc\"",
            "W/\"abc\"",
            "*",
            " * ",
            "\"x\", \"abc\"",
            "\"x\",W/\"abc\" , \"y\"",
            "\"a,b\", \"abc\"",
            ",,\"abc\",",
            "abc, \"abc\"",
            "W/abc, \"abc\"",
            "\"unfinished, \"abc\"",
        ] {
            assert_eq!(of(&[("if-none-match", value)]), Precondition::NotModified, "{value}");
        }
        assert_eq!(of(&[("if-none-match", "\"x\""), ("if-none-match", "\"abc\"")]), Precondition::NotModified);
        assert_eq!(of(&[("if-none-match", "\"x\""), ("if-none-match", "*")]), Precondition::Holds);
    }

    #[test]
    fn if_none_match_with_other_tags_or_nonsense_holds() {
        for value in [
            "\"x\"",
            "abc",
            "",
            ",",
            "\"ABC\"",
            "w/\"abc\"",
            "W/ \"abc\"",
            "\"abc",
            "abc\"",
            "\"x\", *",
            "\"abc\"x",
            "'abc'",
        ] {
            assert_eq!(of(&[("if-none-match", value)]), Precondition::Holds, "{value}");
        }
    }

    #[test]
    fn if_match_compares_strongly() {
        for (value, expected) in [
            ("\"abc\"", Precondition::Holds),
            ("*", Precondition::Holds),
            ("\"x\", \"abc\"", Precondition::Holds),
            ("W/\"abc\"", Precondition::Failed),
            ("\"x\"", Precondition::Failed),
            ("", Precondition::Failed),
        ] {
            assert_eq!(of(&[("if-match", value)]), expected, "{value}");
        }
    }

    #[test]
    fn dates_are_compared_by_the_second_in_all_three_formats() {
        for (name, value, expected) in [
            ("if-modified-since", BEFORE, Precondition::Holds),
            ("if-modified-since", SAME, Precondition::NotModified),
            ("if-modified-since", AFTER, Precondition::NotModified),
            ("if-modified-since", "Sunday, 16-Jun-24 12:00:01 GMT", Precondition::NotModified),
            ("if-modified-since", "Sun Jun 16 12:00:01 2024", Precondition::NotModified),
            ("if-modified-since", "yesterday", Precondition::Holds),
            ("if-unmodified-since", BEFORE, Precondition::Failed),
            ("if-unmodified-since", SAME, Precondition::Holds),
            ("if-unmodified-since", AFTER, Precondition::Holds),
            ("if-unmodified-since", "0", Precondition::Holds),
        ] {
            assert_eq!(of(&[(name, value)]), expected, "{name}: {value}");
        }
        assert_eq!(of(&[("if-modified-since", SAME), ("if-modified-since", SAME)]), Precondition::Holds, "not a list");
    }

    #[test]
    fn tags_go_before_dates_and_412_before_304() {
        for (lines, expected) in [
            (&[("if-none-match", "\"x\""), ("if-modified-since", AFTER)][..], Precondition::Holds),
            (&[("if-match", "\"abc\""), ("if-unmodified-since", BEFORE)], Precondition::Holds),
            (&[("if-match", "\"x\""), ("if-none-match", "\"abc\"")], Precondition::Failed),
            (&[("if-unmodified-since", BEFORE), ("if-none-match", "\"abc\"")], Precondition::Failed),
            (&[("if-match", "\"abc\""), ("if-none-match", "\"abc\"")], Precondition::NotModified),
        ] {
            assert_eq!(of(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn if_range_allows_a_range_only_for_the_very_same_representation() {
        for (value, expected) in [
            ("\"abc\"", true),
            (SAME, true),
            ("W/\"abc\"", false),
            ("\"x\"", false),
            (BEFORE, false),
            (AFTER, false),
            ("*", false),
            ("\"abc\", \"x\"", false),
            ("", false),
        ] {
            assert_eq!(allows_range(&fields(&[("if-range", value)]), Some(&ETAG), Some(MODIFIED)), expected, "{value}");
        }
        assert!(allows_range(&HeaderMap::new(), Some(&ETAG), Some(MODIFIED)));
        assert!(!allows_range(
            &fields(&[("if-range", "\"abc\""), ("if-range", "\"abc\"")]),
            Some(&ETAG),
            Some(MODIFIED)
        ));
    }

    #[test]
    fn without_a_modification_date_all_dates_are_ignored() {
        for (name, value) in [
            ("if-modified-since", AFTER),
            ("if-modified-since", SAME),
            ("if-unmodified-since", BEFORE),
            ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            assert_eq!(evaluate(&fields(&[(name, value)]), None), Precondition::Holds, "{name}: {value}");
        }
        assert!(!allows_range(&fields(&[("if-range", SAME)]), Some(&ETAG), None));
        assert!(allows_range(&fields(&[("if-range", "\"abc\"")]), Some(&ETAG), None));
    }

    #[test]
    fn a_weak_tag_is_good_for_304_and_for_nothing_else() {
        let etag = HeaderValue::from_static("W/\"abc\"");
        for (name, value, expected) in [
            ("if-none-match", "W/\"abc\"", Precondition::NotModified),
            ("if-none-match", "\"abc\"", Precondition::NotModified),
            ("if-none-match", "*", Precondition::NotModified),
            ("if-none-match", "\"x\"", Precondition::Holds),
            ("if-match", "W/\"abc\"", Precondition::Failed),
            ("if-match", "\"abc\"", Precondition::Failed),
            ("if-match", "*", Precondition::Holds),
        ] {
            let fields = fields(&[(name, value)]);
            assert_eq!(Asked::read(&fields).evaluate(&fields, Some(&etag), None), expected, "{name}: {value}");
        }
        for value in ["W/\"abc\"", "\"abc\"", "*"] {
            assert!(!allows_range(&fields(&[("if-range", value)]), Some(&etag), None), "{value}");
        }
        assert!(allows_range(&HeaderMap::new(), Some(&etag), None));
    }

    #[test]
    fn without_a_tag_only_a_star_is_equal() {
        for (name, value, expected) in [
            ("if-none-match", "\"abc\"", Precondition::Holds),
            ("if-none-match", "\"\"", Precondition::Holds),
            ("if-none-match", "*", Precondition::NotModified),
            ("if-match", "\"abc\"", Precondition::Failed),
            ("if-match", "*", Precondition::Holds),
        ] {
            let fields = fields(&[(name, value)]);
            assert_eq!(Asked::read(&fields).evaluate(&fields, None, None), expected, "{name}: {value}");
        }
        assert!(!allows_range(&fields(&[("if-range", "\"abc\"")]), None, None));
        assert!(allows_range(&HeaderMap::new(), None, None));
    }
}
