//! The URL tokens of a view's assets: those that are not the deploy's, and the assets that each of them is valid for.
//!
//! ```text
//! Manifest --pack--> Packed --(literals)--> UrlTokens: a request's token -> Which; (token, asset) -> valid or not
//! ```
//!
//! ```text
//! text    the tokens one after another, sorted by `key`
//! ends    where each ends: u32, little-endian
//! valid   pairs of a token's number and an asset's: u32 · u32, little-endian, sorted
//! ```

use crate::token::{DIGEST_LEN, Token, TokenKind};

/// URL tokens on their way into a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// The tokens.
    pub text: String,
    /// Where each ends in the text.
    pub ends: Vec<u8>,
    /// Which is valid for which asset.
    pub valid: Vec<u8>,
}

/// Packs the tokens, which are distinct, and for each asset, in the order of their numbers, the indices of the tokens that are
/// valid for it.
#[must_use]
pub fn pack<'v>(tokens: &[String], valid: impl IntoIterator<Item = &'v [u32]>) -> Packed {
    let mut order: Vec<_> = tokens.iter().map(|text| (key(text), text)).zip(0_u32..).collect();
    order.sort_unstable();
    let mut numbers = vec![0_u32; tokens.len()];
    let mut packed = Packed::default();
    for (((_, text), index), number) in order.into_iter().zip(0..) {
        numbers[index as usize] = number;
        packed.text += text;
        packed.ends.extend_from_slice(&(packed.text.len() as u32).to_le_bytes());
    }
    let pairs = (0_u32..).zip(valid).flat_map(|(asset, of)| of.iter().map(move |token| (*token, asset)));
    let mut pairs: Vec<_> = pairs.filter_map(|(token, asset)| Some((*numbers.get(token as usize)?, asset))).collect();
    pairs.sort_unstable();
    packed.valid = pairs.into_iter().flat_map(|(token, asset)| [token, asset]).flat_map(u32::to_le_bytes).collect();
    packed
}

/// What tokens are sorted by: the digest of a token that has one, since its time does not matter, or the token.
fn key(token: &str) -> &str {
    match Token::parse(token).map(|token| token.kind()) {
        Ok(TokenKind::Content) => digest(token),
        _ => token,
    }
}

fn digest(token: &str) -> &str {
    token.split_once('-').map_or(token, |(_, digest)| digest)
}

/// What a request's token is among the URL tokens of a view, by the number that it has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// This one, or a token of the same digest and another time.
    Same(u32),
    /// One of [the same contents](crate::token::Relation::SameContents), served with other options.
    SameContents(u32),
}

/// Packed URL tokens, read in place.
#[derive(Clone, Copy, Debug)]
pub struct UrlTokens<'a> {
    text: &'a str,
    ends: &'a [u8],
    valid: &'a [u8],
}

impl<'a> UrlTokens<'a> {
    /// Those of a view whose assets all have the deploy's token.
    pub const NONE: Self = Self::new("", &[], &[]);

    /// Reads what [`pack`] wrote.
    #[must_use]
    pub const fn new(text: &'a str, ends: &'a [u8], valid: &'a [u8]) -> Self {
        Self { text, ends, valid }
    }

    /// Whether all assets have the deploy's token.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The token with that number.
    fn token(&self, number: usize) -> &'a str {
        let (ends, _) = self.ends.as_chunks::<4>();
        let end = |number: usize| ends.get(number).map_or(0, |end| u32::from_le_bytes(*end) as usize);
        let start = number.checked_sub(1).map_or(0, end);
        self.text.get(start..end(number)).unwrap_or_default()
    }

    /// What a request's token is among them; `None` if it is not among them.
    #[must_use]
    pub fn find(&self, token: &Token<'_>) -> Option<Which> {
        let is_content = token.kind() == TokenKind::Content;
        let wanted = if is_content { digest(token.as_str()) } else { token.as_str() };
        let (mut low, mut high) = (0, self.ends.len() / 4);
        while low < high {
            let middle = usize::midpoint(low, high);
            if key(self.token(middle)) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let number = |number: usize| u32::try_from(number).ok();
        if low < self.ends.len() / 4 && key(self.token(low)) == wanted {
            return number(low).map(Which::Same);
        }
        // Digests of the same contents begin alike, so they are neighbours.
        let beside = [Some(low), low.checked_sub(1)].into_iter().flatten();
        let is_same_contents = |at: &usize| {
            let (ours, theirs) = (self.token(*at).split_once('-'), token.as_str().split_once('-'));
            ours.zip(theirs).is_some_and(|((our_time, ours), (their_time, theirs))| {
                our_time == their_time && ours.get(..DIGEST_LEN).is_some_and(|digest| theirs.starts_with(digest))
            })
        };
        beside.filter(|_| is_content).find(is_same_contents).and_then(number).map(Which::SameContents)
    }

    /// Whether the token with this number is valid for the asset with that one.
    #[must_use]
    pub fn is_valid(&self, token: u32, asset: u32) -> bool {
        let (pairs, _) = self.valid.as_chunks::<8>();
        let read =
            |[a, b, c, d, e, f, g, h]: [u8; 8]| (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        pairs.binary_search_by_key(&(token, asset), |pair| read(*pair)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn which(packed: &Packed, token: &str) -> Option<Which> {
        UrlTokens::new(&packed.text, &packed.ends, &packed.valid).find(&Token::parse(token).unwrap())
    }

    #[test]
    fn a_digest_is_found_whatever_the_time_and_other_options_at_the_same_time() {
        let tokens = ["1718539201000-9f86d081884c000001", "1718539202000-0f86d081884c000002", "v1.2.3"];
        let packed = pack(&tokens.map(str::to_owned), [&[0, 2][..], &[1], &[]]);
        assert_eq!(which(&packed, "1718539202000-0f86d081884c000002"), Some(Which::Same(0)));
        assert_eq!(which(&packed, "1718539201000-9f86d081884c000001"), Some(Which::Same(1)));
        assert_eq!(which(&packed, "1800000000000-9f86d081884c000001"), Some(Which::Same(1)));
        assert_eq!(which(&packed, "v1.2.3"), Some(Which::Same(2)));
        for other_options in ["000000", "000002", "ffffff"] {
            let token = format!("1718539201000-9f86d081884c{other_options}");
            assert_eq!(which(&packed, &token), Some(Which::SameContents(1)), "{token}");
        }
        for other in ["1800000000000-9f86d081884cffffff", "1718539201000-9f86d081884d000001", "1718539201000", "v1.2.4"]
        {
            assert_eq!(which(&packed, other), None, "{other}");
        }
        assert_eq!(which(&Packed::default(), "v1.2.3"), None);
    }

    proptest! {
        #[test]
        fn a_token_is_valid_for_the_assets_that_it_was_packed_with(
            tokens in prop::collection::btree_set("1[0-9]{12}-[0-9a-f]{18}|v[0-9]\\.[0-9]", 0..8),
            valid in prop::collection::vec(prop::collection::btree_set(0_u32..8, 0..8), 0..8),
        ) {
            let tokens: Vec<_> = tokens.into_iter().collect();
            let valid: Vec<Vec<u32>> = valid.into_iter().map(|of: BTreeSet<u32>| of.into_iter().collect()).collect();
            let packed = pack(&tokens, valid.iter().map(Vec::as_slice));
            let read = UrlTokens::new(&packed.text, &packed.ends, &packed.valid);
            for (index, token) in (0..).zip(&tokens) {
                let Some(Which::Same(number)) = which(&packed, token) else { panic!("{token} is not found") };
                for (asset, of) in (0..).zip(&valid) {
                    prop_assert_eq!(read.is_valid(number, asset), of.contains(&index));
                }
            }
        }

        #[test]
        fn no_bytes_make_reading_panic(
            text in "[0-9a-f-]{0,40}", ends in prop::collection::vec(0_u8..50, 0..40), token in "[0-9a-f-]{1,40}",
        ) {
            let read = UrlTokens::new(&text, &ends, &ends);
            let _ = Token::parse(&token).map(|token| read.find(&token));
            let _ = read.is_valid(1, 2);
        }
    }
}
