//! Entity tags in a request (RFC 9110 §8.8.3), and how they compare with that of a representation.

use http::HeaderValue;

/// A member of a list of entity tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntityTag<'r> {
    /// `*`: any representation.
    Any,
    /// A weak one, without its `W/`, with its quotes.
    Weak(&'r [u8]),
    /// A strong one, with its quotes.
    Strong(&'r [u8]),
}

impl<'r> EntityTag<'r> {
    /// The entity tags of one line. A tag may have a comma in it. What is not a tag is skipped, up to the next comma.
    pub(crate) fn list(line: &'r HeaderValue) -> impl Iterator<Item = Self> {
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
                        return Some(EntityTag::Any);
                    }
                    _ => {}
                }
                let (is_weak, from_quote) = match rest {
                    [b'W', b'/', after @ ..] => (true, after),
                    _ => (false, rest),
                };
                if let Some(tag) = read(from_quote) {
                    rest = &from_quote[tag.len()..];
                    return Some(if is_weak { EntityTag::Weak(tag) } else { EntityTag::Strong(tag) });
                }
                let comma = rest.iter().position(|b| *b == b',').unwrap_or(rest.len());
                rest = &rest[comma..];
            }
        })
    }

    /// Strong comparison (§8.8.3.2): a weak tag equals no other. `etag` is that of a representation, with its `W/` if it is
    /// weak.
    pub(crate) fn is_strongly(self, etag: Option<&str>) -> bool {
        match self {
            EntityTag::Any => true,
            EntityTag::Weak(_) => false,
            EntityTag::Strong(text) => etag.is_some_and(|etag| text == etag.as_bytes()),
        }
    }

    /// Weak comparison (§8.8.3.2): `W/` makes no difference.
    pub(crate) fn is_weakly(self, etag: Option<&str>) -> bool {
        match self {
            EntityTag::Any => true,
            EntityTag::Weak(text) | EntityTag::Strong(text) => {
                etag.is_some_and(|etag| text == etag.strip_prefix("W/").unwrap_or(etag).as_bytes())
            }
        }
    }
}

/// `DQUOTE *etagc DQUOTE` at the start, and after it the end or a comma.
fn read(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"\"")?;
    let len = inside.iter().position(|b| *b == b'"')? + 2;
    let (tag, after) = text.split_at(len);
    matches!(after.trim_ascii_start(), [] | [b',', ..]).then_some(tag)
}
