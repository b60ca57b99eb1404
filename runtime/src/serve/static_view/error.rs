//! Why a view cannot be made at run time.

use std::fmt;

use cachebreaker_manifest::base::{BaseError, OriginError};
use cachebreaker_manifest::layout::LayoutError;
use cachebreaker_manifest::name::NameError;
use cachebreaker_manifest::token::{BadCommit, BadToken};

/// Why a [`StaticView`](crate::StaticView) cannot be built. The message is one line: what is wrong, then what to do. The macro
/// and `build.rs` give the same message for the same mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewError(ViewErrorKind);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ViewErrorKind {
    Name(NameError),
    Base(BaseError),
    Origin(OriginError),
    Token(BadToken),
    Commit(BadCommit),
    Layout(LayoutError),
    TooMany(usize),
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "only routers can overlap"))]
    Overlap(String, String),
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ViewErrorKind::Name(error) => error.fmt(f),
            ViewErrorKind::Base(error) => error.fmt(f),
            ViewErrorKind::Origin(error) => error.fmt(f),
            ViewErrorKind::Token(error) => error.fmt(f),
            ViewErrorKind::Commit(error) => error.fmt(f),
            ViewErrorKind::Layout(error) => error.fmt(f),
            ViewErrorKind::TooMany(files) => {
                write!(f, "the directory has {files} files: a view at run time has at most 65,536; use `assets!`")
            }
            ViewErrorKind::Overlap(one, other) => {
                write!(f, "views `{one}` and `{other}` overlap: give them names that begin differently")
            }
        }
    }
}

/// There is no `source`: the message contains everything, and those who print the chain would print it twice.
impl std::error::Error for ViewError {}

impl From<ViewErrorKind> for ViewError {
    fn from(kind: ViewErrorKind) -> Self {
        Self(kind)
    }
}
