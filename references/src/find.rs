//! Calls the parser of a text's language.

use std::panic;

use crate::found::Found;
use crate::html::Code;
use crate::language::Language;
use crate::unread::Unread;
use crate::{css, html, javascript, svg, web_manifest};

/// The version of what [`find`] finds. A cache that holds results of another version is of no use.
// Raise it with every change of what is found, and of how `Found` prints.
pub const VERSION: u32 = 10;

/// Finds what a text refers to. A text that its parser cannot parse is [`Unread::Syntax`].
///
/// ```
/// use cachebreaker_references::{Language, find};
///
/// let found = find("@import 'base.css'; a { background: url(/logo.png) }", Language::Css);
/// let urls: Vec<_> = found.references().iter().map(|it| it.url()).collect();
/// assert_eq!(urls, ["base.css", "/logo.png"]);
/// ```
#[must_use]
pub fn find(text: &str, language: Language) -> Found {
    // A byte order mark is no text: JSON does not begin with it.
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
    // What makes a parser panic is like what it cannot parse.
    let found = panic::catch_unwind(|| parse(unmarked, language)).unwrap_or_else(|_| {
        let mut found = Found::default();
        found.leave(Unread::Syntax);
        found
    });
    found.finish(unmarked, text.len() - unmarked.len())
}

pub(crate) fn parse(text: &str, language: Language) -> Found {
    let mut found = Found::default();
    match language {
        Language::Css => css::stylesheet(text, 0, &mut found),
        Language::JavaScript => javascript::file(text, &mut found),
        Language::Html => html::elements(text, &mut found, &mut code),
        Language::Svg => svg::image(text, &mut found),
        Language::WebManifest => web_manifest::manifest(text, &mut found),
    }
    found
}

/// Finds the references of code in a page.
fn code(code: Code, text: &str, at: usize, found: &mut Found) {
    match code {
        Code::Style => css::stylesheet(text, at, found),
        Code::Values => css::values(text, at, found),
        Code::Script => javascript::program(text, at, found),
        Code::ImportMap => web_manifest::import_map(text, at, found),
    }
}
