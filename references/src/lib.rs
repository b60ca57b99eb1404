//! Finds what a text refers to: the URLs in a stylesheet, in JavaScript, HTML, an SVG image or a web manifest, each with the
//! bytes where it is written.
//!
//! ```
//! use cachebreaker_references::{Language, ReferenceKind, find};
//!
//! let page = r#"<link rel="stylesheet" href="css/style.css"><a href="about">About</a>"#;
//! let found = find(page, Language::of("text/html; charset=utf-8").unwrap());
//!
//! let style = &found.references()[0];
//! assert_eq!(style.url(), "css/style.css");
//! assert_eq!(style.kind(), ReferenceKind::Resource);
//! assert_eq!(&page[style.range()], "css/style.css");
//! assert_eq!(found.references()[1].kind(), ReferenceKind::Page);
//! assert_eq!(found.unread(), None);
//! ```
//!
//! | language | what is found |
//! |---|---|
//! | CSS | `url()`, `@import`, `image-set()` |
//! | JavaScript | static imports, `import("…")`, `import.meta.resolve("…")`, `new URL("…", import.meta.url)`, `importScripts("…")`, `new Worker("…")` |
//! | HTML | `src`, `href`, `srcset` and the like, `<base>`, styles, scripts and import maps |
//! | SVG | `href`, `src`, `url()`, `<?xml-stylesheet?>`, styles and scripts |
//! | web manifest | icons, screenshots, icons of shortcuts |
//!
//! Source maps of CSS and JavaScript are found too. What surely leads to another site, or nowhere, is left out: a URL with a
//! scheme or with `//` in front, an empty one, one that is only a query or a fragment, and one with a placeholder of a template
//! in it, such as `{{ logo }}`.
//!
//! What code puts together while it runs cannot be found. [`Found::computed`] says where it does so, or where it asks for
//! its own URL, from which it may make others:
//!
//! ```
//! use cachebreaker_references::{Language, find};
//!
//! let found = find("import('./' + name); new Worker(url)", Language::JavaScript);
//! let why: Vec<_> = found.computed().iter().map(|it| it.kind().to_string()).collect();
//! assert_eq!(why, ["`import(…)` has a computed name", "`Worker` or `SharedWorker` has a computed name"]);
//! ```
//!
//! The feature `languages`, which is on by default, has the parsers of all languages. Without it there are only [`markup`], which finds
//! what the attributes of a page refer to, and [`loads`]. They have no dependency but a tokenizer.
//!
//! This crate resolves no URLs and reads no files. [`find`] takes any text and never panics. It runs a parser that needs much
//! stack in a thread. A text that it could not read to its end is [`Unread`]. So a text may refer to more than
//! [`Found::references`] if [`Found::computed`] is not empty or [`Found::unread`] is not `None`.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(feature = "languages"),
    allow(dead_code, reason = "only the parsers of the other languages fill all of it")
)]

mod computed;
#[cfg(feature = "languages")]
mod css;
#[cfg(feature = "languages")]
mod find;
mod found;
mod html;
#[cfg(feature = "languages")]
mod javascript;
mod kind;
mod language;
#[cfg(feature = "languages")]
mod lexer;
mod loads;
mod markup;
#[cfg(feature = "languages")]
mod nesting;
mod reference;
#[cfg(feature = "languages")]
mod source_map;
#[cfg(feature = "languages")]
mod svg;
mod tags;
mod unread;
mod url;
#[cfg(feature = "languages")]
mod web_manifest;

pub use computed::{Computed, ComputedKind};
#[cfg(feature = "languages")]
pub use find::{VERSION, find};
pub use found::Found;
pub use kind::ReferenceKind;
pub use language::Language;
pub use loads::{Load, LoadKind, loads};
pub use markup::{Markup, markup};
pub use reference::Reference;
pub use unread::Unread;
pub use url::has_scheme;
#[cfg(feature = "languages")]
pub use web_manifest::{import_map_names, import_map_urls, place_for_imports, web_manifest_pages};

#[cfg(all(test, feature = "languages"))]
mod tests;
