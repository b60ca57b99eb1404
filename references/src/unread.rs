//! Why a text was not read to its end.

use std::fmt;

/// Why a text, or a part of it, was not read: it may refer to more than was found. Its `Display` is the end of a sentence,
/// as in "not read, for its code is nested too deeply to be parsed".
///
/// ```
/// use cachebreaker_references::{Language, Unread, find};
///
/// let nested = format!("import './lib.js'; {}", "[".repeat(1_000_000));
/// let found = find(&nested, Language::JavaScript);
/// assert_eq!(found.unread(), Some(Unread::Nesting));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unread {
    /// The entities in the URLs of an SVG image stand for more than 1 MiB.
    Entities,
    /// An `<iframe>` has a page in its `srcdoc`.
    Frame,
    /// JavaScript is nested so deeply that its parser may need more stack than there is, or CSS more deeply than its parser goes.
    Nesting,
    /// It, or a part of it, cannot be parsed: JavaScript, a web manifest, an import map or an SVG image with a syntax error, or a
    /// script in an SVG image that has entities in it.
    Syntax,
    /// There was no memory to parse it in. Another time there may be.
    Memory,
}

impl Unread {
    const ALL: [Self; 5] = [Self::Entities, Self::Frame, Self::Nesting, Self::Syntax, Self::Memory];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::Frame => "frame",
            Self::Nesting => "nesting",
            Self::Syntax => "syntax",
            Self::Memory => "memory",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unread| unread.name() == name)
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entities => "the entities in its URLs stand for more than 1 MiB",
            Self::Frame => "it has a page in the `srcdoc` of an `<iframe>`",
            Self::Nesting => "its code is nested too deeply to be parsed",
            Self::Syntax => "it, or a part of it, cannot be parsed",
            Self::Memory => "there is too little memory to parse it",
        })
    }
}
