//! Where the text of a token is from, as messages say it.

use std::fmt;

/// Where the text of a token is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The environment variable of this name.
    Variable(String),
    BuildScript,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the environment variable `{name}`"),
            Self::BuildScript => f.write_str("`build.rs`"),
        }
    }
}
