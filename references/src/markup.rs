//! The attributes of a page, without the code in it: all that can be found without the parsers of other languages.

use std::ops::Range;

use crate::found::Found;
use crate::html::elements;
use crate::reference::Reference;

/// What the attributes of a page refer to, and where its code is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    found: Found,
    code: Vec<Range<usize>>,
}

impl Markup {
    /// The references in attributes, in the order of the text: those that [`find`](crate::find) finds, but for those in code.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        self.found.references()
    }

    /// What they are relative to, where the page says so: see [`Found::base`].
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.found.base()
    }

    /// The bytes of its styles, scripts and import maps, and of the attributes that hold code, in the order of the text.
    #[must_use]
    pub fn code(&self) -> &[Range<usize>] {
        &self.code
    }
}

/// Finds what the attributes of a page refer to, and where its code is. It needs no parser but that of HTML, and so no feature.
///
/// ```
/// use cachebreaker_references::markup;
///
/// let page = "<img src=logo.png><style>a { b: url(c.png) }</style>";
/// let markup = markup(page);
/// assert_eq!(markup.references()[0].url(), "logo.png");
/// assert_eq!(&page[markup.code()[0].clone()], "a { b: url(c.png) }");
/// ```
#[must_use]
pub fn markup(page: &str) -> Markup {
    let unmarked = page.strip_prefix('\u{feff}').unwrap_or(page);
    let before = page.len() - unmarked.len();
    let (mut found, mut code) = (Found::default(), Vec::new());
    elements(unmarked, &mut found, &mut |_, text: &str, at, _: &mut Found| {
        code.push(before + at..before + at + text.len());
    });
    code.retain(|range| page.get(range.clone()).is_some());
    code.sort_by_key(|range| range.start);
    Markup { found: found.finish(unmarked, before), code }
}
