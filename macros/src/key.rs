//! The key of a view, by which its `asset!` finds it.

use std::env;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proc_macro2::Span;

/// Another number for each view of any crate of an application, and the same in every build. `arguments` are those of
/// `assets!`, as text. If two views have equal ones, as in an application and in its tests, the place of the folder's name
/// makes the difference.
pub(crate) fn key(arguments: &str, folder: Span) -> u64 {
    let mut hasher = DefaultHasher::new();
    for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_CRATE_NAME", "CARGO_BIN_NAME"] {
        env::var(name).ok().hash(&mut hasher);
    }
    arguments.hash(&mut hasher);
    if proc_macro::is_available() {
        let place = folder.unwrap();
        (place.file(), place.line(), place.column()).hash(&mut hasher);
    }
    hasher.finish()
}
