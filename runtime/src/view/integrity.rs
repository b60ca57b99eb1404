//! The value of an `integrity` attribute.

use std::fmt;

use cachebreaker_manifest::sha384::{LEN, TEXT_LEN, text};

/// The digest of an asset's content, as the value of an `integrity` attribute: `sha384-…`, or nothing (W3C Subresource
/// Integrity). [`Asset::integrity`](crate::Asset::integrity) returns it.
///
/// It is nothing where contents may differ from those of the build: in development, where they come from disk. An empty
/// attribute checks nothing, so a template needs no condition.
///
/// ```
/// # use doc_assets::assets;
/// use cachebreaker::Integrity;
///
/// const INTEGRITY: Integrity = assets::STYLE_CSS.integrity();
/// assert_eq!(INTEGRITY.as_str(), "sha384-LqROt08EVeMth/KLSsFLNEYyDxdxkMNHUVSlR1OFXlOstklYqxMOwTAUvGyhIq1U");
/// assert_eq!(INTEGRITY.to_string(), INTEGRITY.as_str());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Integrity(Option<[u8; TEXT_LEN]>);

impl Integrity {
    pub(crate) const fn of(digest: Option<&[u8; LEN]>) -> Self {
        match digest {
            Some(digest) => Self(Some(text(digest))),
            None => Self(None),
        }
    }

    /// The attribute's value; empty where there is no digest. It is of `A-Z a-z 0-9 + / -`, so nothing in it needs escaping.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(assets::STYLE_CSS.integrity().as_str().starts_with("sha384-"));
    /// ```
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match &self.0 {
            Some(text) => match std::str::from_utf8(text) {
                Ok(text) => text,
                Err(_) => panic!("base64 is ASCII"),
            },
            None => "",
        }
    }

    /// Whether there is no digest.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(!assets::STYLE_CSS.integrity().is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

/// Writes the attribute's value.
impl fmt::Display for Integrity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Integrity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Integrity").field(&self.as_str()).finish()
    }
}

/// Borrows the attribute's value.
impl AsRef<str> for Integrity {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}
