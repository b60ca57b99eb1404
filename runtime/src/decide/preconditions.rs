//! Conditional requests (RFC 9110 §13), for `GET` and `HEAD`, in the order of §13.2.2:
//!
//! 1. `If-Match`: 412 unless a tag equals the representation's, by strong comparison (§13.1.1);
//! 2. without it, `If-Unmodified-Since`: 412 if the deploy is newer than the date (§13.1.4);
//! 3. `If-None-Match`: 304 if a tag is equal, by weak comparison (§13.1.2);
//! 4. without it, `If-Modified-Since`: 304 unless the deploy is newer than the date (§13.1.3);
//! 5. `If-Range`: the part, if the tag or the date is exactly the representation's (§13.1.5), else the whole.
//!
//! All dates are ignored where there is no modification date (§13.1.3, §13.1.4).

use crate::request::{IfRange, RequestHeaders};

/// What the preconditions of a request lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// The response is as if there were none.
    Holds,
    /// 304.
    NotModified,
    /// 412.
    Failed,
}

/// Evaluates the preconditions for a representation with that entity tag, if it has one, of a deploy built `modified`
/// seconds after the epoch, where that is known to be its modification date.
#[inline]
pub(crate) fn evaluate(headers: &RequestHeaders<'_>, etag: Option<&str>, modified: Option<u64>) -> Precondition {
    let is_newer_than = |date: Option<u64>| Some(modified? > date?);
    let failed = match headers.if_match() {
        Some(mut tags) => !tags.any(|tag| tag.is_strongly(etag)),
        None => is_newer_than(headers.if_unmodified_since()) == Some(true),
    };
    if failed {
        return Precondition::Failed;
    }
    let not_modified = match headers.if_none_match() {
        Some(mut tags) => tags.any(|tag| tag.is_weakly(etag)),
        None => is_newer_than(headers.if_modified_since()) == Some(false),
    };
    if not_modified { Precondition::NotModified } else { Precondition::Holds }
}

/// Whether `If-Range` allows a range: its strong tag is the representation's, or its date that of the deploy, exactly
/// (§13.1.5). Without the header it does. A weak tag allows none, even where the representation has the very same.
pub(crate) fn allows_range(headers: &RequestHeaders<'_>, etag: Option<&str>, modified: Option<u64>) -> bool {
    match headers.if_range() {
        IfRange::None => true,
        IfRange::Tag(tag) => etag.is_some_and(|etag| etag.as_bytes() == tag),
        IfRange::Date(date) => modified == Some(date),
        IfRange::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    const ETAG: &str = "\"abc\"";
    /// Sun, 16 Jun 2024 12:00:01 GMT
    const MODIFIED: u64 = 1_718_539_201;
    const BEFORE: &str = "Sun, 16 Jun 2024 12:00:00 GMT";
    const SAME: &str = "Sun, 16 Jun 2024 12:00:01 GMT";
    const AFTER: &str = "Sun, 16 Jun 2024 12:00:02 GMT";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    fn allows_range(lines: &[(&'static str, &str)], etag: Option<&str>, modified: Option<u64>) -> bool {
        super::allows_range(&RequestHeaders::read(&headers(lines)), etag, modified)
    }

    fn evaluate(headers: &HeaderMap, modified: Option<u64>) -> Precondition {
        super::evaluate(&RequestHeaders::read(headers), Some(ETAG), modified)
    }

    fn of(lines: &[(&'static str, &str)]) -> Precondition {
        evaluate(&headers(lines), Some(MODIFIED))
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
            assert_eq!(allows_range(&[("if-range", value)], Some(ETAG), Some(MODIFIED)), expected, "{value}");
        }
        assert!(allows_range(&[], Some(ETAG), Some(MODIFIED)));
        assert!(!allows_range(&[("if-range", ETAG), ("if-range", ETAG)], Some(ETAG), Some(MODIFIED)));
    }

    #[test]
    fn without_a_modification_date_all_dates_are_ignored() {
        for (name, value) in [
            ("if-modified-since", AFTER),
            ("if-modified-since", SAME),
            ("if-unmodified-since", BEFORE),
            ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] {
            assert_eq!(evaluate(&headers(&[(name, value)]), None), Precondition::Holds, "{name}: {value}");
        }
        assert!(!allows_range(&[("if-range", SAME)], Some(ETAG), None));
        assert!(allows_range(&[("if-range", "\"abc\"")], Some(ETAG), None));
    }

    #[test]
    fn a_weak_tag_is_good_for_304_and_for_nothing_else() {
        let etag = "W/\"abc\"";
        for (name, value, expected) in [
            ("if-none-match", "W/\"abc\"", Precondition::NotModified),
            ("if-none-match", "\"abc\"", Precondition::NotModified),
            ("if-none-match", "*", Precondition::NotModified),
            ("if-none-match", "\"x\"", Precondition::Holds),
            ("if-match", "W/\"abc\"", Precondition::Failed),
            ("if-match", "\"abc\"", Precondition::Failed),
            ("if-match", "*", Precondition::Holds),
        ] {
            let headers = headers(&[(name, value)]);
            let precondition = super::evaluate(&RequestHeaders::read(&headers), Some(etag), None);
            assert_eq!(precondition, expected, "{name}: {value}");
        }
        for value in ["W/\"abc\"", "\"abc\"", "*"] {
            assert!(!allows_range(&[("if-range", value)], Some(etag), None), "{value}");
        }
        assert!(allows_range(&[], Some(etag), None));
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
            let headers = headers(&[(name, value)]);
            assert_eq!(super::evaluate(&RequestHeaders::read(&headers), None, None), expected, "{name}: {value}");
        }
        assert!(!allows_range(&[("if-range", "\"abc\"")], None, None));
        assert!(allows_range(&[], None, None));
    }
}
