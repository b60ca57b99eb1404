//! A folder of releases: what earlier releases of a view served, for the builds after them.
//!
//! Users of [cachebreaker](https://docs.rs/cachebreaker) name such a folder in `build.rs`; `cachebreaker-build` uses this
//! crate to read and write it. Its items may change with any release. The format of the folder has a version,
//! [`FORMAT`], and is described in one place, the module documentation of
//! [`release/text.rs`](https://github.com/cachebreaker/cachebreaker/blob/main/history/src/release/text.rs); every later version of this
//! crate can read it.
//!
//! ```text
//! history/static/                 the history of one view: a folder that the user keeps
//!   releases/000041~v1.8.0        what a release served, as text: `release/text.rs` describes each line
//!   releases/000042~v1.9.0
//!   contents/9f/86d081884c7d65…   a content, under its digest in hex: 2 digits, a slash, 62 digits
//! ```
//!
//! - A [`Release`] names each of its contents, an asset's own bytes or an encoding of them, by digest and length.
//! - Nothing is changed in place: a file appears whole, under its name, or not at all. A release appears after its contents. So two
//!   histories are merged by copying one over the other, in either order, and a copy that was interrupted can be repeated.
//! - If a release is built twice, at different times, the two files have one name and serve the same. [`History::add`] and
//!   [`History::merge`] keep the one that was built first, in either order; of copies, the last counts.
//! - A release's number shows which releases it was built after. Two that were built after the same ones have the same number.
//!
//! ```
//! use cachebreaker_history::{History, Release};
//!
//! let folder = std::env::temp_dir().join("cachebreaker-history-that-is-not-there");
//! let history = History::open(&folder)?;
//! assert!(history.releases().is_empty(), "a missing folder is the history of a first release");
//! assert_eq!(history.next_number()?, 1);
//! # Ok::<(), cachebreaker_history::Fault>(())
//! ```

mod alone;
pub mod atomic;
mod content;
mod fault;
mod folder;
mod keep;
mod name;
mod release;

pub use alone::write_alone;
pub use content::Content;
pub use fault::{Fault, Problem};
pub use folder::{Added, History, Pruned};
pub use keep::Keep;
pub use name::ReleaseName;
pub use release::{FORMAT, Head, Release, ReleasedAsset};
