//! The ground floor of [cachebreaker](https://docs.rs/cachebreaker): what its build time and its run time must agree on.
//!
//! Users depend on `cachebreaker` and `cachebreaker-build`; this crate is an implementation detail of both, and its
//! items may change with any release. It opens no files, and knows neither Rust's syntax nor HTTP messages.
//!
//! | module | what it agrees on | written by | read by |
//! |---|---|---|---|
//! | [`mod@manifest`] | the text file in `OUT_DIR` that lists the assets | `cachebreaker-build` | `cachebreaker-macros` |
//! | [`mod@layout`] | everything that a view holds, made from a manifest | `cachebreaker-macros`, `cachebreaker` for views made at run time | `cachebreaker` |
//! | [`table`] | the packed look-up table in it | [`mod@layout`] | `cachebreaker` |
//! | [`imports`] | which modules import which, packed | [`mod@layout`] | `cachebreaker` |
//! | [`sha384`] | digests for the `integrity` of HTML, packed | `cachebreaker-build`, `cachebreaker` for views made at run time | `cachebreaker` |
//! | [`version`] | the digest of a whole view | [`mod@layout`] | users |
//! | [`url_tokens`] | which assets have URL tokens of their own, and which tokens are valid for which, packed | [`mod@layout`] | `cachebreaker` |
//! | [`kept`] | what a view serves of releases before it, packed | [`mod@layout`] | `cachebreaker` |
//! | [`token`] | the grammar and the order of tokens | everyone | everyone |
//! | [`name`] | a view's name, and how URLs are joined and split by it | everyone | `cachebreaker` |
//! | [`base`] | where assets are that are not on the page's own site | everyone | everyone |
//! | [`page`] | where pages are, and how their references are led to assets | `cachebreaker-build` | `cachebreaker` |
//! | [`options`] | the options of `assets!` that are part of URLs | everyone | everyone |
//! | [`fixed_url`] | what an asset is at a fixed URL | `cachebreaker-build` | `cachebreaker` |
//! | [`encoding`] | the content codings | `cachebreaker-build` | `cachebreaker` |
//! | [`percent`] | the spelling of paths in URLs | everyone | everyone |
//! | [`nearest`] | which name was probably meant | | every message about a path |
//! | [`message`] | texts of others in messages | | every message |
//!
//! The feature `prepare` adds what prepares folders, at build time and at run time alike: content types, digests, and work
//! on all cores.

pub mod base;
#[cfg(feature = "prepare")]
pub mod content_type;
pub mod dictionary;
#[cfg(feature = "prepare")]
pub mod digest;
pub mod encoding;
pub mod fixed_url;
pub mod import_map;
pub mod imports;
pub mod kept;
pub mod layout;
pub mod manifest;
pub mod message;
pub mod name;
pub mod nearest;
pub mod options;
pub mod page;
#[cfg(feature = "prepare")]
pub mod parallel;
pub mod percent;
pub mod sha384;
pub mod table;
pub mod token;
pub mod url_tokens;
pub mod version;

/// The version that all crates of cachebreaker share. The manifest carries it, and the macro refuses any other.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The script with which a page heals itself. `cachebreaker` documents it, and `cachebreaker-build` puts it among the assets.
pub const RETRY_SCRIPT: &str = include_str!("retry.js");
