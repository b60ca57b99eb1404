//! Which encoding to send (RFC 9110 §12.5.3).
//!
//! 1. Without `Accept-Encoding`: the asset's own bytes.
//! 2. Each encoding has the weight of its own member of the list (`x-gzip` is `gzip`, §8.4.1.3), else that of `*`, else
//!    none. The asset's own bytes (`identity`) are acceptable unless a weight of zero says otherwise; not named, they
//!    come last.
//! 3. The greatest weight wins; among equals, the fewest bytes.
//! 4. Nothing acceptable: the asset's own bytes all the same. A server may (§12.5.3), and a 406 helps nobody.
//!
//! A member whose weight is no `qvalue` (§12.4.2) is passed over.

use cachebreaker_manifest::encoding::Encoding;
use http::HeaderValue;

/// A weight in thousandths, from 0 to 1000.
type Weight = u16;

/// What a request accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    brotli: Option<Weight>,
    gzip: Option<Weight>,
    identity: Option<Weight>,
    any: Option<Weight>,
}

/// What nearly every request says, word for word: the lines of Chromium and Firefox, and of Safari. They need not be
/// taken apart.
const BROWSERS: [&[u8]; 2] = [b"gzip, deflate, br, zstd", b"gzip, deflate, br"];

impl Accepted {
    /// Reads a line of `Accept-Encoding`; several are one list.
    pub(crate) fn read(&mut self, line: &HeaderValue) {
        let line = line.as_bytes();
        if BROWSERS.contains(&line) {
            (self.brotli, self.gzip) = (Some(1000), Some(1000));
            return;
        }
        let is_weighted = line.contains(&b';');
        let mut start = 0;
        for (end, byte) in line.iter().enumerate() {
            if *byte == b',' {
                self.read_member(&line[start..end], is_weighted);
                start = end + 1;
            }
        }
        self.read_member(&line[start..], is_weighted);
    }

    fn read_member(&mut self, member: &[u8], may_be_weighted: bool) {
        let member = member.trim_ascii();
        let weight_at = if may_be_weighted { member.iter().position(|b| *b == b';') } else { None };
        let (name, weight) = match weight_at {
            None => (member, 1000),
            Some(at) => match read_weight(&member[at + 1..]) {
                Some(weight) => (member[..at].trim_ascii_end(), weight),
                None => return,
            },
        };
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        let slot = match name.len() {
            2 if is(b"br") => &mut self.brotli,
            4 if is(b"gzip") => &mut self.gzip,
            6 if is(b"x-gzip") => &mut self.gzip,
            8 if is(b"identity") => &mut self.identity,
            1 if name == b"*" => &mut self.any,
            _ => return,
        };
        *slot = (*slot).max(Some(weight));
    }

    /// Chooses among an asset's own bytes, of which there are `identity`, and its encodings, given with their sizes.
    pub(crate) fn choose(&self, identity: u32, encoded_len: impl Fn(Encoding) -> Option<u32>) -> Option<Encoding> {
        // Greater is better: first the weight, then whether it was named at all, then the fewest bytes.
        let rank = |weight: Weight, named: bool, size: u32| {
            u64::from(weight) << 33 | u64::from(named) << 32 | u64::from(!size)
        };
        let mut best = None;
        let mut best_rank = match self.identity.or(self.any) {
            Some(0) => 0,
            Some(weight) => rank(weight, true, identity),
            None => rank(1, false, identity),
        };
        for (encoding, weight) in [(Encoding::Brotli, self.brotli), (Encoding::Gzip, self.gzip)] {
            if let Some(weight) = weight.or(self.any)
                && weight > 0
                && let Some(size) = encoded_len(encoding)
                && rank(weight, true, size) > best_rank
            {
                (best, best_rank) = (Some(encoding), rank(weight, true, size));
            }
        }
        best
    }
}

/// `OWS "q=" qvalue`: thousandths, at most three digits after the point.
fn read_weight(parameter: &[u8]) -> Option<Weight> {
    let parameter = parameter.trim_ascii();
    let (name, value) = parameter.split_at_checked(2)?;
    if !name.eq_ignore_ascii_case(b"q=") {
        return None;
    }
    let (whole, fraction) = match value {
        [whole] => (whole, &[][..]),
        [whole, b'.', fraction @ ..] if fraction.len() <= 3 => (whole, fraction),
        _ => return None,
    };
    let mut weight = match whole {
        b'0' => 0,
        b'1' => 1000,
        _ => return None,
    };
    for (digit, unit) in fraction.iter().zip([100, 10, 1]) {
        weight += Weight::from(digit.checked_sub(b'0').filter(|digit| *digit <= 9)?) * unit;
    }
    (weight <= 1000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(lines: impl IntoIterator<Item = &'a HeaderValue>) -> Accepted {
        let mut accepted = Accepted::default();
        lines.into_iter().for_each(|line| accepted.read(line));
        accepted
    }

    #[expect(clippy::unnecessary_wraps, reason = "an asset may lack an encoding")]
    fn encoded_len(encoding: Encoding) -> Option<u32> {
        Some(if encoding == Encoding::Brotli { 300 } else { 400 })
    }

    /// What is chosen of an asset of 1000 bytes that has 300 in brotli and 400 in gzip.
    fn choose(lines: &[&'static str]) -> &'static str {
        let lines: Vec<_> = lines.iter().map(|line| HeaderValue::from_static(line)).collect();
        read(&lines).choose(1000, encoded_len).map_or("identity", Encoding::name)
    }

    #[test]
    fn the_greatest_weight_wins_and_among_equals_the_smallest() {
        for (line, expected) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip", "gzip"),
            ("br", "br"),
            ("GZip", "gzip"),
            ("BR", "br"),
            ("x-gzip", "gzip"),
            ("X-GZIP;q=0.5", "gzip"),
            ("gzip;q=1.0, br;q=0.9", "gzip"),
            ("gzip;q=0.5, br;q=0.5", "br"),
            ("gzip;q=0.001", "gzip"),
            ("gzip ; q=0.8 , br ; Q=0.9", "br"),
            ("gzip\t;\tq=0.8", "gzip"),
            ("*", "br"),
            ("*;q=0.1", "br"),
            ("gzip, *;q=0.1", "gzip"),
            ("br;q=0, *", "gzip"),
            ("br;q=0, gzip;q=0", "identity"),
            ("identity", "identity"),
            ("identity;q=0.5, gzip;q=0.2", "identity"),
            ("identity;q=0.5, gzip;q=0.5", "gzip"),
            ("identity, gzip;q=0.9", "identity"),
            ("identity;q=1, *;q=0", "identity"),
            ("", "identity"),
            (",, ,", "identity"),
            ("deflate, zstd, compress", "identity"),
            ("gzipped, xgzip, b, brr", "identity"),
            ("gzip;q=0, gzip;q=1", "gzip"),
        ] {
            assert_eq!(choose(&[line]), expected, "{line:?}");
        }
    }

    #[test]
    fn the_lines_of_browsers_are_read_as_any_other() {
        for line in BROWSERS {
            let own = HeaderValue::from_bytes(line).unwrap();
            let spaced = HeaderValue::from_bytes(&[line, b" "].concat()).unwrap();
            assert_eq!(read([&own]), read([&spaced]));
            assert_eq!(read([&own]), Accepted { brotli: Some(1000), gzip: Some(1000), ..Accepted::default() });
        }
        assert_eq!(choose(&["br;q=0.5", "gzip, deflate, br"]), "br");
        assert_eq!(choose(&["gzip, deflate, br", "br;q=0"]), "br");
    }

    #[test]
    fn without_the_field_the_own_bytes_are_sent() {
        assert_eq!(choose(&[]), "identity");
    }

    #[test]
    fn several_lines_are_one_list() {
        assert_eq!(choose(&["gzip;q=0.5", "br;q=0.4"]), "gzip");
        assert_eq!(choose(&["gzip", "br"]), "br");
    }

    #[test]
    fn where_nothing_is_acceptable_the_own_bytes_are_sent() {
        for line in ["identity;q=0", "*;q=0", "identity;q=0, br;q=0, gzip;q=0", "deflate, *;q=0"] {
            assert_eq!(choose(&[line]), "identity", "{line:?}");
        }
    }

    #[test]
    fn identity_refused_leaves_what_is_not_named_unacceptable() {
        assert_eq!(choose(&["identity;q=0, gzip;q=0.001"]), "gzip");
        assert_eq!(choose(&["*;q=0, gzip"]), "gzip");
    }

    #[test]
    fn a_member_with_a_weight_that_is_none_is_passed_over() {
        for weight in [
            "q=", "q=2", "q=1.001", "q=0.0001", "q=-1", "q=.5", "q=0,5", "q", "x=1", "q=1.0000", "q=a", "q=0.a",
            "q=1 1", "",
        ] {
            let line = format!("br;{weight}, gzip");
            let lines = [HeaderValue::from_str(&line).unwrap()];
            let chosen = read(&lines).choose(1000, encoded_len);
            assert_eq!(chosen, Some(Encoding::Gzip), "{line}");
        }
        assert_eq!(choose(&["br;q=0., gzip;q=0.000"]), "identity");
        assert_eq!(choose(&["br;q=1., gzip"]), "br");
    }
}
