//! Prepares folders of static assets in `build.rs` for [cachebreaker](https://docs.rs/cachebreaker).
//!
//! ```no_run
//! // build.rs, in its `main`
//! cachebreaker_build::assets("static");
//! ```
//!
//! The folder is walked, each file is hashed, and in a release build compressed with brotli and gzip; the token is fixed.
//! `cachebreaker::assets!("static")` reads the result when the crate is compiled. [`Assets`] has the options.
//!
//! # The token
//!
//! | first of these that is set | |
//! |---|---|
//! | the environment variable `CACHEBREAKER` | `CACHEBREAKER=$SHA cargo build --release`, one token for a whole fleet |
//! | the environment variable that [`Assets::token_env`] names | |
//! | [`Assets::token`] | a text, [`Token::content()`] or [`Token::git()`] |
//! | the environment variable `SOURCE_DATE_EPOCH` | in milliseconds |
//! | the time at which `build.rs` began | in milliseconds, zero-padded to 12 digits |
//!
//! A variable that is set but empty, or a text outside `A-Z a-z 0-9 . _ ~ -` (1 to 128 of them), fails the build.
//!
//! # When it runs again
//!
//! When a file in the folder is added, changed or removed, when one of those variables changes, and when `build.rs`
//! itself does. A change of code alone keeps the token. Compressed contents are kept in `target/cachebreaker` under the
//! digest of their input, so only what changed is compressed again. What was not used for 30 days is removed from there.
//!
//! # What is included
//!
//! Every file in the folder and below it, by its name; links are followed. The folder may be anywhere: relative to the
//! crate, above it, absolute, or in `OUT_DIR`, where a bundler has put it. [Others](Assets::overlay) may lie over it.
//! Hidden files, whose names begin with a dot, are left out by [default](Assets::hidden), and globs [include](Assets::include) and [exclude](Assets::exclude) others.
//! What cannot be served fails the build: a name that is not UTF-8 or has a backslash in it, a file that cannot be read or
//! is [too long](Assets::size_limit), a folder with nothing in it. One build reports all faults, those of files in their order; of
//! very many the first twenty, and how many more there are.
//!
//! # Pages
//!
//! With the feature `references`, an HTML file can be a page at a URL of its own, whose references lead to the assets: [`Assets::page`],
//! [`Assets::pages`], [`Assets::fallback`] and [`Assets::not_found`].
//!
//! # References inside of files
//!
//! With the feature `references`, a reference in a stylesheet, a module, a page, an SVG image or a web manifest that leads to
//! no asset fails the build: `Assets::check_references`. And with [`Token::content()`] a file keeps its URL over a deploy if neither it
//! nor anything that it refers to has changed.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod assets;
mod cache;
mod cargo;
#[cfg(feature = "references")]
mod check;
mod each_once;
mod encode;
mod environment;
mod error;
mod find;
mod headers;
mod history;
mod options;
mod pages;
mod plan;
mod prepare;
mod read;
#[cfg(feature = "references")]
mod refer;
mod report;
mod token;
#[cfg(feature = "references")]
mod units;
mod work;
mod write;

pub use assets::Assets;
#[cfg(feature = "references")]
pub use check::{References, Severity};
pub use token::source::Token;

/// Prepares a folder with everything as it is unless set: short for `Assets::new(folder).prepare()`.
///
/// ```no_run
/// cachebreaker_build::assets("static");
/// ```
pub fn assets(folder: impl Into<std::path::PathBuf>) {
    Assets::new(folder).prepare();
}

#[cfg(doctest)]
#[doc = include_str!("../../docs/folders.md")]
struct GuideToFolders;

#[cfg(all(doctest, feature = "references"))]
#[doc = include_str!("../../docs/frontends.md")]
struct GuideToFrontends;

#[cfg(all(doctest, feature = "references"))]
#[doc = include_str!("../../docs/moving.md")]
struct GuideToMoving;

#[cfg(all(doctest, feature = "references"))]
#[doc = include_str!("../../docs/pages.md")]
struct GuideToPages;

#[cfg(all(doctest, feature = "references"))]
#[doc = include_str!("../../docs/references.md")]
struct GuideToReferences;

#[cfg(all(doctest, feature = "references"))]
#[doc = include_str!("../../docs/tokens.md")]
struct GuideToTokens;
