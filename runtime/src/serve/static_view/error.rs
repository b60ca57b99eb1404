//! Why a view cannot be made at run time.

use std::fmt;

/// Why a [`StaticView`](crate::StaticView) cannot be built. The message is one line: what is wrong, then what to do. The macro
/// and `build.rs` give the same message for the same mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewError(String);

impl ViewError {
    pub(super) fn of(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// There is no `source`: the message contains everything, and those who print the chain would print it twice.
impl std::error::Error for ViewError {}
