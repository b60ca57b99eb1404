//! Which of two texts came first, for each kind of token that has an order of itself.

use std::cmp::Ordering;

use super::{is_number, release_parts};

/// Decimal numbers of any length.
pub(super) fn order_of_numbers(a: &str, b: &str) -> Ordering {
    // Of one length, as two times in milliseconds are: digits and numbers have one order.
    if a.len() == b.len() {
        return a.cmp(b);
    }
    let significant = |digits: &'_ str| digits.bytes().position(|digit| digit != b'0').unwrap_or(digits.len());
    let (a, b) = (&a.as_bytes()[significant(a)..], &b.as_bytes()[significant(b)..]);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Semver precedence (semver.org §11), for any number of dotted parts: `1.9` is `1.9.0`, and zeros before a number
/// (`2026.01.2`) do not count.
pub(super) fn order_of_releases(a: &str, b: &str) -> Ordering {
    let (Some((a, a_pre)), Some((b, b_pre))) = (release_parts(a), release_parts(b)) else { return Ordering::Equal };
    let parts = a.split('.').count().max(b.split('.').count());
    let padded = |text| str::split(text, '.').chain(std::iter::repeat("0")).take(parts);
    let order_of_parts = |(a, b)| match (is_number(a), is_number(b)) {
        (true, true) => order_of_numbers(a, b),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    };
    let by_core = padded(a).zip(padded(b)).map(|(a, b)| order_of_numbers(a, b)).find(|order| order.is_ne());
    by_core.unwrap_or_else(|| match (a_pre, b_pre) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => (a.split('.').zip(b.split('.')).map(order_of_parts))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| a.split('.').count().cmp(&b.split('.').count())),
    })
}

/// Runs of digits as numbers, all else byte by byte.
pub(super) fn order_of_labels(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let ((a_digits, a_rest), (b_digits, b_rest)) = (split_digits(a), split_digits(b));
        let order = if !a_digits.is_empty() && !b_digits.is_empty() {
            (a, b) = (a_rest, b_rest);
            order_of_numbers(a_digits, b_digits)
        } else {
            let order = a.as_bytes().first().cmp(&b.as_bytes().first());
            if order.is_eq() && a.is_empty() {
                return Ordering::Equal;
            }
            // Tokens are ASCII, so a byte is a character.
            (a, b) = (a.get(1..).unwrap_or_default(), b.get(1..).unwrap_or_default());
            order
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len()))
}
