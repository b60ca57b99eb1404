//! Range requests (RFC 9110 §14), for the unit `bytes`.
//!
//! 1. What is not a `ranges-specifier` of that unit is ignored (§14.2), also `9-0` (§14.1.1).
//! 2. One range: that part. Several: the whole representation, which a server may send (§14.2), and which is never more
//!    bytes than they ask for at the worst.
//! 3. Not one of them satisfiable: 416.

use std::ops::Range;

/// What a request's `Range` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// That part, which is not empty.
    Part(Range<u64>),
    /// Nothing that is there.
    Unsatisfiable,
}

/// Reads the text of a `Range` for a representation of `len` bytes.
pub(crate) fn read(text: &str, len: u64) -> Wanted {
    read_set(text, len).unwrap_or(Wanted::Whole)
}

/// `None` where the text is nonsense.
fn read_set(text: &str, len: u64) -> Option<Wanted> {
    let (unit, set) = text.split_once('=')?;
    if !unit.trim_ascii().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut wanted = None;
    for spec in set.split(',').map(str::trim_ascii).filter(|spec| !spec.is_empty()) {
        let this = read_spec(spec, len)?;
        wanted = Some(match wanted {
            None => this,
            Some(Wanted::Unsatisfiable) if this == Wanted::Unsatisfiable => this,
            Some(_) => Wanted::Whole,
        });
    }
    wanted
}

fn read_spec(spec: &str, len: u64) -> Option<Wanted> {
    let (first, last) = spec.split_once('-')?;
    let part = match (read_number(first), read_number(last)) {
        (Some(first), Some(last)) if first <= last => first..len.min(last.saturating_add(1)),
        (Some(first), None) if last.is_empty() => first..len,
        // Of an empty representation there is no part that a `Content-Range` could name, but all of it is there.
        (None, Some(suffix)) if first.is_empty() && suffix > 0 && len == 0 => return Some(Wanted::Whole),
        (None, Some(suffix)) if first.is_empty() => len.saturating_sub(suffix)..len,
        _ => return None,
    };
    Some(if part.is_empty() { Wanted::Unsatisfiable } else { Wanted::Part(part) })
}

/// Digits only; what is too large for a number is larger than any length.
fn read_number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_that_part() {
        for (text, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-9", 0..10),
            ("bytes=3-", 3..10),
            ("bytes=9-", 9..10),
            ("bytes=-3", 7..10),
            ("bytes=-10", 0..10),
            ("bytes=-11", 0..10),
            ("bytes=5-100", 5..10),
            ("bytes=5-99999999999999999999999999", 5..10),
            ("bytes=-99999999999999999999999999", 0..10),
            ("bytes=000-0001", 0..2),
            ("Bytes=1-2", 1..3),
            ("bytes= 1-2 ", 1..3),
            ("bytes=,1-2,", 1..3),
        ] {
            assert_eq!(read(text, 10), Wanted::Part(part), "{text}");
        }
    }

    #[test]
    fn a_range_beyond_the_end_is_unsatisfiable() {
        for text in ["bytes=10-", "bytes=10-20", "bytes=99999999999999999999-", "bytes=-0", "bytes=10-,-0,11-12"] {
            assert_eq!(read(text, 10), Wanted::Unsatisfiable, "{text}");
        }
        assert_eq!(read("bytes=0-", 0), Wanted::Unsatisfiable);
        assert_eq!(read("bytes=0-0", 0), Wanted::Unsatisfiable);
        assert_eq!(read("bytes=-1", 0), Wanted::Whole);
        assert_eq!(read("bytes=-0", 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn several_ranges_are_answered_with_the_whole() {
        for text in ["bytes=0-1,3-4", "bytes=0-1, -1", "bytes=0-,0-,0-", "bytes=99-,0-1", "bytes=0-1,99-"] {
            assert_eq!(read(text, 10), Wanted::Whole, "{text}");
        }
    }

    #[test]
    fn nonsense_is_ignored() {
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=a-b",
            "bytes=1",
            "bytes=1-2-3",
            "bytes=5-4",
            "bytes=0-1,x",
            "items=0-1",
            "bytes:0-1",
            "bytes=+1-2",
            "bytes=1 -2",
            "bytes=0x1-2",
            "bytes=--1",
            "0-1",
            "bytes=0-1;2-3",
            "=0-1",
        ] {
            assert_eq!(read(text, 10), Wanted::Whole, "{text}");
        }
    }
}
