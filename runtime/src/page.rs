//! What pages are written with: elements, values of `Link`, import maps.
//!
//! [`element`] decides what an element says about an asset, once for all of them; [`tag`] writes it as HTML, [`preload`] as
//! a value of `Link`. [`entries`] finds what an import map has to say, once for [`import_map`], [`modules`] and [`tag`].

mod element;
mod entries;
mod escape;
mod import_map;
mod modules;
mod preload;
pub(crate) mod retry_script;
mod retry_tag;
#[cfg(feature = "serde")]
mod serialize;
mod tag;
#[cfg(test)]
mod tests;

pub use import_map::{ImportMap, importmap};
pub use modules::{Modules, modules};
pub use preload::{Preload, Preloads};
pub use retry_tag::RetryTag;
pub use tag::Tag;
