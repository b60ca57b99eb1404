//! One reference in a text.

use std::ops::Range;

use crate::kind::ReferenceKind;

/// One reference in a text.
///
/// ```
/// use cachebreaker_references::{Language, find};
///
/// let text = r"a { background: url(l\6fgo.png) }";
/// let found = find(text, Language::Css);
/// let logo = &found.references()[0];
/// assert_eq!(logo.url(), "logo.png");
/// assert_eq!(&text[logo.range()], r"l\6fgo.png");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub(crate) kind: ReferenceKind,
    pub(crate) range: Range<usize>,
    pub(crate) is_alone: bool,
    pub(crate) url: String,
}

impl Reference {
    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> ReferenceKind {
        self.kind
    }

    /// The bytes of the text where it is written, without quotes.
    ///
    /// Several references have one range where only the attribute around them is known: in a `srcset` that writes a space or
    /// a comma as a character reference, or an event handler that so writes quotes.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Whether nothing but this URL is written there, so that another URL can take its place.
    ///
    /// ```
    /// use cachebreaker_references::{Language, find};
    ///
    /// let is_alone = |page| find(page, Language::Html).references()[0].is_alone();
    /// assert!(is_alone("<img srcset='a.png 2x'>"));
    /// assert!(!is_alone("<img srcset='a.png&#32;2x'>"));
    /// ```
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// The URL that is meant: the language's escapes are resolved, and nothing else is changed.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
