//! Which encodings a request accepts (RFC 9110 §12.5.3). A member of the list whose weight is not a `qvalue` (§12.4.2) is
//! skipped.

use cachebreaker_manifest::encoding::Encoding;
use http::HeaderValue;

/// A weight in thousandths, from 0 to 1000.
pub(crate) type Weight = u16;

/// The weights of `Accept-Encoding`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    encodings: [Option<Weight>; Encoding::ALL.len()],
    identity: Option<Weight>,
    any: Option<Weight>,
    dcb: bool,
}

/// What nearly every request says, word for word: the lines of Chromium and Firefox, and of Safari. To compare with them costs
/// less than to take the line apart (`bench/smoke`, `browser`).
const BROWSERS: [&[u8]; 2] = [b"gzip, deflate, br, zstd", b"gzip, deflate, br"];

impl Accepted {
    /// Reads a line of `Accept-Encoding`; several are one list.
    pub(crate) fn read(&mut self, line: &HeaderValue) {
        let line = line.as_bytes();
        if BROWSERS.contains(&line) {
            for encoding in [Encoding::Brotli, Encoding::Gzip] {
                self.encodings[encoding as usize] = Some(1000);
            }
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
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        let slot = if let Some(encoding) = Encoding::ALL.into_iter().find(|encoding| is(encoding.name())) {
            &mut self.encodings[encoding as usize]
        } else if is("x-gzip") {
            &mut self.encodings[Encoding::Gzip as usize]
        } else if is("identity") {
            &mut self.identity
        } else if is("dcb") {
            self.dcb |= weight > 0;
            return;
        } else if name == b"*" {
            &mut self.any
        } else {
            return;
        };
        *slot = (*slot).max(Some(weight));
    }

    /// The weight of an encoding: its own (`x-gzip` is `gzip`, §8.4.1.3), else that of `*`.
    pub(crate) fn weight(&self, encoding: Encoding) -> Option<Weight> {
        self.encodings[encoding as usize].or(self.any)
    }

    /// Whether brotli with a dictionary (RFC 9842 §4) is named and not refused. `*` is not enough: a client that knows dictionaries says so.
    pub(crate) const fn dcb(&self) -> bool {
        self.dcb
    }

    /// The weight of the asset's own bytes, where it is named or `*` is.
    pub(crate) fn identity(&self) -> Option<Weight> {
        self.identity.or(self.any)
    }
}

/// Whether a line of `Accept` names `text/html`, with whatever parameters, and does not refuse it by a weight of 0 (RFC 9110 §12.5.1).
pub(crate) fn names_html(line: &HeaderValue) -> bool {
    line.as_bytes().split(|b| *b == b',').any(|member| {
        let mut parts = member.split(|b| *b == b';');
        let is_html = parts.next().is_some_and(|range| range.trim_ascii().eq_ignore_ascii_case(b"text/html"));
        is_html && !parts.any(|parameter| read_weight(parameter) == Some(0))
    })
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

    fn read(lines: &[&[u8]]) -> Accepted {
        let mut accepted = Accepted::default();
        lines.iter().for_each(|line| accepted.read(&HeaderValue::from_bytes(line).unwrap()));
        accepted
    }

    #[test]
    fn dcb_is_accepted_where_it_is_named_and_not_refused() {
        for (line, expected) in [
            ("gzip, deflate, br, zstd, dcb, dcz", true),
            ("dcb", true),
            ("br;q=1, DCB ; q=0.001", true),
            ("dcb;q=0", false),
            ("dcb;q=2", false),
            ("*", false),
            ("dcz, br", false),
            ("xdcb, dcbx", false),
            ("", false),
        ] {
            assert_eq!(read(&[line.as_bytes()]).dcb(), expected, "{line}");
        }
    }

    #[test]
    fn html_is_accepted_where_it_is_named_and_not_refused() {
        for (line, expected) in [
            ("text/html", true),
            ("application/json, Text/HTML;charset=utf-8;q=0.1", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("text/html;q=0", false),
            ("text/html ; q=0.000, */*", false),
            ("*/*", false),
            ("text/*", false),
            ("text/htmlx, x/text/html", false),
            ("", false),
        ] {
            assert_eq!(names_html(&HeaderValue::from_static(line)), expected, "{line}");
        }
    }

    #[test]
    fn the_lines_of_browsers_are_read_as_any_other() {
        for line in BROWSERS {
            assert_eq!(read(&[line]), read(&[&[line, b" "].concat()]));
            for encoding in Encoding::ALL {
                assert_eq!(read(&[line]).weight(encoding), Some(1000));
                assert_eq!(read(&[line, b"br;q=0, gzip;q=0"]).weight(encoding), Some(1000));
            }
            assert_eq!(read(&[line]).identity(), None);
        }
    }
}
