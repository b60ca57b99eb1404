//! Which encoding to send (RFC 9110 §12.5.3).
//!
//! 1. Without `Accept-Encoding`: the asset's own bytes.
//! 2. An encoding without a weight, or with a weight of zero, is not acceptable. The asset's own bytes (`identity`) are,
//!    unless a weight of zero says otherwise; where they are not named, they come last.
//! 3. The greatest weight wins; among equals, the fewest bytes.
//! 4. Nothing acceptable: the asset's own bytes all the same. A server may (§12.5.3), and a 406 helps no client.

use cachebreaker_manifest::encoding::Encoding;

use crate::request::{Accepted, Weight};

/// Chooses among an asset's own bytes, of which there are `identity`, and its encodings, given with their lengths.
pub(crate) fn choose(
    accepted: &Accepted,
    identity: u32,
    encoded_len: impl Fn(Encoding) -> Option<u32>,
) -> Option<Encoding> {
    // Greater is better: first the weight, then whether it is named at all, then the fewest bytes.
    let rank = |weight: Weight, is_named: bool, len: u32| (weight, is_named, !len);
    let mut best = None;
    let mut best_rank = match accepted.identity() {
        Some(0) => (0, false, 0),
        Some(weight) => rank(weight, true, identity),
        None => rank(1, false, identity),
    };
    for encoding in Encoding::ALL {
        if let Some(weight) = accepted.weight(encoding)
            && weight > 0
            && let Some(len) = encoded_len(encoding)
            && rank(weight, true, len) > best_rank
        {
            (best, best_rank) = (Some(encoding), rank(weight, true, len));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(lines: &[&str]) -> Accepted {
        let mut accepted = Accepted::default();
        lines.iter().for_each(|line| accepted.read(&HeaderValue::from_str(line).unwrap()));
        accepted
    }

    #[expect(clippy::unnecessary_wraps, reason = "an asset may lack an encoding")]
    fn encoded_len(encoding: Encoding) -> Option<u32> {
        Some(if encoding == Encoding::Brotli { 300 } else { 400 })
    }

    /// What is chosen of an asset of 1000 bytes that has 300 in brotli and 400 in gzip.
    fn choose(lines: &[&str]) -> &'static str {
        super::choose(&read(lines), 1000, encoded_len).map_or("identity", Encoding::name)
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
    fn without_the_header_the_own_bytes_are_sent() {
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
    fn a_member_with_an_invalid_weight_is_skipped() {
        for weight in [
            "q=", "q=2", "q=1.001", "q=0.0001", "q=-1", "q=.5", "q=0,5", "q", "x=1", "q=1.0000", "q=a", "q=0.a",
            "q=1 1", "",
        ] {
            let line = format!("br;{weight}, gzip");
            assert_eq!(choose(&[&line]), "gzip", "{line}");
        }
        assert_eq!(choose(&["br;q=0., gzip;q=0.000"]), "identity");
        assert_eq!(choose(&["br;q=1., gzip"]), "br");
    }
}
