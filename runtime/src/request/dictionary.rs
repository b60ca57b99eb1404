//! The dictionary that a client has for what it asks for (RFC 9842 §2.2).

use cachebreaker_manifest::dictionary::HASH_LEN;
use http::HeaderValue;

/// How many characters 32 bytes have in base64, without padding.
const CHARACTERS: usize = 43;

/// Reads `Available-Dictionary`: the SHA-256 of the dictionary as a byte sequence of a structured field, `:base64=:` (RFC 9651 §4.2.7).
/// `None` if it is anything else.
pub(super) fn read(value: &HeaderValue) -> Option<[u8; HASH_LEN]> {
    let base64 = value.as_bytes().trim_ascii().strip_prefix(b":")?.strip_suffix(b"=:")?;
    let base64: &[u8; CHARACTERS] = base64.try_into().ok()?;
    let mut hash = [0; HASH_LEN];
    let (mut bits, mut count, mut at) = (0_u32, 0, 0);
    for digit in base64 {
        let digit = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, count) = (bits << 6 | u32::from(digit), count + 6);
        if count >= 8 {
            count -= 8;
            hash[at] = (bits >> count & 0xff) as u8;
            at += 1;
        }
    }
    // Two bits are left, and they are no part of the hash.
    (bits & 0b11 == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<[u8; HASH_LEN]> {
        super::read(&HeaderValue::from_str(text).unwrap())
    }

    proptest! {
        #[test]
        fn a_hash_is_read_as_it_was_written(hash in any::<[u8; HASH_LEN]>(), spaces in " {0,2}") {
            let text = STANDARD.encode(hash);
            prop_assert_eq!(read(&format!("{spaces}:{text}:{spaces}")), Some(hash));
            for wrong in [format!("{text}:"), format!(":{text}"), format!(":{text}=:"), format!(":{text}:;a=b"), format!(":{text}:, :{text}:")] {
                prop_assert_eq!(read(&wrong), None);
            }
        }

        #[test]
        fn anything_else_is_nothing(text in "[ -~]{0,60}|:[A-Za-z0-9+/=]{40,50}:") {
            let expected = STANDARD.decode(text.trim().trim_matches(':')).ok();
            let expected = expected.and_then(|it| it.try_into().ok()).filter(|_| text.trim().len() == 46);
            prop_assert_eq!(read(&text), expected);
        }
    }
}
