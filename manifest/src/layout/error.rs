//! Why assets make no view: each message once, for the build, the macro and views made at run time.

use std::fmt;

use crate::message::one_line;

/// Why assets make no view. The message is one line: what is wrong, then what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutError {
    /// There is no asset in this, as the message begins: ``folder `static` ``.
    NoFiles(String),
    /// The name of the file with this path is not UTF-8.
    NotUtf8(String),
    /// The name of the file with this path contains a backslash.
    Backslash(String),
    /// The file with this path has so many bytes, 4 GiB or more.
    TooLarge(String, u64),
    /// The URL of the file with this path is longer than a table holds, or all URLs up to it are.
    LongUrl(String),
    /// There are more content types, counted with their headers, than a table numbers.
    TooManyTypes,
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFiles(folder) => write!(f, "{folder} has no files: put at least one asset into it"),
            Self::NotUtf8(path) => {
                write!(f, "the name of `{}` is not UTF-8, so it has no URL: rename it", one_line(path))
            }
            Self::Backslash(path) => write!(
                f,
                "the name of `{}` contains a backslash, which browsers turn into a slash: rename it",
                one_line(path)
            ),
            Self::TooLarge(path, len) => write!(
                f,
                "`{}` has {len} bytes: an asset has less than 4 GiB; serve it from disk instead",
                one_line(path)
            ),
            Self::LongUrl(path) => {
                write!(f, "the URL of `{}` is longer than 65,535 bytes: shorten its name", one_line(path))
            }
            Self::TooManyTypes => f.write_str(
                "the assets have more than 65,536 different content types and sets of headers: use fewer \
                 `.content_type(…)` and `.headers(…)` in `build.rs`",
            ),
        }
    }
}

impl std::error::Error for LayoutError {}
