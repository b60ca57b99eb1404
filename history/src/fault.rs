//! What is wrong with a history.

use std::path::{Path, PathBuf};
use std::{error, fmt, io};

use cachebreaker_manifest::message::one_line;

/// Something that is wrong with a file of a history. The message is one line, names the file, and says what to do.
#[derive(Debug)]
pub struct Fault {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with a file of a history.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be read.
    Read(io::Error),
    /// It cannot be written.
    Write(io::Error),
    /// It cannot be removed.
    Remove(io::Error),
    /// A release was written in a later format.
    Format(u32),
    /// A release ends before its last line, as when a copy was interrupted.
    CutOff,
    /// A release has been changed.
    Changed,
    /// A release has another token than its name says.
    Renamed(String),
    /// A line of a release cannot be read.
    Line(usize),
    /// A file in the folder of releases is not a release.
    Stray,
    /// No release can come after this one.
    LastNumber,
    /// A content that a release names is not there.
    Missing,
    /// A content has other bytes than its name says.
    Damaged,
    /// Another release has the same token and other contents.
    TokenUsedTwice {
        /// The file of the other one.
        other: PathBuf,
        /// How they differ.
        difference: String,
    },
}

impl Fault {
    /// Whether the file is not there.
    pub(crate) fn is_missing(&self) -> bool {
        match &self.problem {
            Problem::Read(cause) => cause.kind() == io::ErrorKind::NotFound,
            problem => matches!(problem, Problem::Missing),
        }
    }

    /// Whether the file is a release that no longer is what it was, so that nothing is lost if the release is written again.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self.problem, Problem::CutOff | Problem::Changed | Problem::Line(_) | Problem::Stray)
    }

    pub(crate) fn new(path: &Path, problem: Problem) -> Self {
        Self { path: path.to_owned(), problem }
    }
}

/// What restores a file that another copy of the history has.
const AGAIN: &str = "restore it from another copy of the history, or remove the release";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = one_line(&self.path.to_string_lossy());
        match &self.problem {
            Problem::Read(cause) => write!(f, "cannot read `{path}`: {cause}; make it readable, {AGAIN}"),
            Problem::Write(cause) => {
                write!(f, "cannot write `{path}`: {cause}; make its folder writable, or make room for it")
            }
            Problem::Remove(cause) => write!(f, "cannot remove `{path}`: {cause}; make its folder writable"),
            Problem::Format(format) => write!(
                f,
                "`{path}` has format {format}, but this version of cachebreaker reads formats up to {}; update cachebreaker, or \
                 remove the file",
                super::FORMAT
            ),
            Problem::CutOff => write!(f, "`{path}` is cut off; {AGAIN}"),
            Problem::Changed => write!(f, "`{path}` has been changed; {AGAIN}"),
            Problem::Renamed(token) => {
                write!(f, "`{path}` has the release with the token `{token}`; rename the file back")
            }
            Problem::Line(line) => write!(f, "line {line} of `{path}` cannot be read; {AGAIN}"),
            Problem::LastNumber => write!(
                f,
                "`{path}` has the last number that there is; rename it, so that the next release can come after it"
            ),
            Problem::Stray => write!(f, "`{path}` is not a release; remove it from the history"),
            Problem::Missing => write!(f, "`{path}` is missing; {AGAIN}"),
            Problem::Damaged => write!(f, "`{path}` is damaged; {AGAIN}"),
            Problem::TokenUsedTwice { other, difference } => write!(
                f,
                "`{path}` has the same token as `{}`, in which {difference}: a token may be used only once; remove one of the two files",
                one_line(&other.to_string_lossy())
            ),
        }
    }
}

impl error::Error for Fault {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.problem {
            Problem::Read(cause) | Problem::Write(cause) | Problem::Remove(cause) => Some(cause),
            _ => None,
        }
    }
}
