//! The ground floor of [cachebreaker](https://docs.rs/cachebreaker): what its build time and its run time must agree on.
//!
//! Users depend on `cachebreaker` and `cachebreaker-build`; this crate is an implementation detail of both, and its
//! items may change with any release. It knows no files, no Rust syntax and no HTTP.
//!
//! | module | what it agrees on | written by | read by |
//! |---|---|---|---|
//! | [`mod@manifest`] | the text file in `OUT_DIR` that lists the assets | `cachebreaker-build` | `cachebreaker-macros` |
//! | [`table`] | the packed look-up table of a view | `cachebreaker-macros`, `cachebreaker` for views made at run time | `cachebreaker` |
//! | [`token`] | the grammar and the order of tokens | everyone | everyone |
//! | [`name`] | a view's name, and how URLs are joined and split by it | the same | `cachebreaker` |
//! | [`base`] | where assets stand that are not on the page's own site | everyone | everyone |
//! | [`imports`] | which modules import which | `cachebreaker-macros` | `cachebreaker` |
//! | [`integrity`] | digests for the `integrity` of HTML | `cachebreaker-macros`, `cachebreaker` for views made at run time | `cachebreaker` |
//! | [`version`] | the digest of a whole view | the same | users |
//! | [`fixed`] | what stands at a fixed place | `cachebreaker-build` | `cachebreaker` |
//! | [`nearest`] | which name was meant by one that is none | | every message about a path |
//! | [`encoding`] | the content codings, and the spelling of paths in URLs | everyone | everyone |
//!
//! With the feature `prepare`, what prepares folders at build time and at run time alike: content types, digests, and work
//! on all cores.

pub mod base;
#[cfg(feature = "prepare")]
pub mod content_type;
#[cfg(feature = "prepare")]
pub mod digest;
pub mod encoding;
pub mod fixed;
pub mod imports;
pub mod integrity;
pub mod manifest;
pub mod name;
pub mod nearest;
#[cfg(feature = "prepare")]
pub mod parallel;
pub mod table;
pub mod token;
pub mod version;

/// The version that all crates of cachebreaker share. The manifest carries it, and the macro refuses any other.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The script with which a page heals itself. `cachebreaker` documents it, and `cachebreaker-build` puts it among the assets.
pub const RETRY_SCRIPT: &str = include_str!("retry.js");
