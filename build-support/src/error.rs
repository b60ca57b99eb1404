//! What can be wrong with a folder or a token. Each message is one line: what is wrong, then what to do.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use cachebreaker_history::Fault;
use cachebreaker_manifest::base::BaseError;
use cachebreaker_manifest::layout::LayoutError;
pub(crate) use cachebreaker_manifest::message::one_line;
use cachebreaker_manifest::name::NameError;
use cachebreaker_manifest::token::{BadCommit, BadToken};

use crate::headers::valid::HeaderError;

/// What can be wrong with a build.
#[derive(Debug)]
#[cfg_attr(not(feature = "references"), expect(dead_code))]
pub(crate) enum Error {
    NoOutDir,
    PreparedTwice(PathBuf),
    Unnamed(PathBuf),
    FolderMissing {
        folder: PathBuf,
        nearest: Option<PathBuf>,
    },
    FolderIsFile(PathBuf),
    FolderEmpty {
        folder: PathBuf,
        hidden: usize,
        excluded: usize,
    },
    Dangling {
        path: PathBuf,
        target: PathBuf,
    },
    Read {
        path: PathBuf,
        cause: io::Error,
    },
    Conflict {
        below: PathBuf,
        above: PathBuf,
    },
    ConflictWithRetryScript(PathBuf),
    BadRetryScript(String),
    NotUtf8(PathBuf),
    Backslash(PathBuf),
    NotAFile(PathBuf),
    Unmeasured {
        path: PathBuf,
        target: PathBuf,
    },
    TooLong {
        path: PathBuf,
        len: u64,
    },
    TooLarge {
        path: PathBuf,
        len: u64,
        limit: u64,
    },
    TooManyChunks(PathBuf),
    BadToken(BadToken),
    EnvNotUtf8(String),
    BadEpoch(String),
    BadBase {
        variable: &'static str,
        cause: BaseError,
    },
    BadSuperseded(BadCommit),
    NoCommit {
        folder: PathBuf,
        cause: String,
    },
    BadLevel {
        encoding: &'static str,
        level: u32,
        highest: u32,
    },
    BadGlob {
        call: &'static str,
        glob: String,
        cause: globset::Error,
    },
    NoFixedFile {
        call: &'static str,
        glob: String,
        folder: PathBuf,
        nearest: Option<String>,
    },
    BadContentType {
        glob: String,
        text: String,
    },
    BadHeader {
        glob: String,
        name: String,
        cause: HeaderError,
    },
    BadName(NameError),
    BadViewName(NameError),
    BadViewBase(BaseError),
    NoViewName(String),
    Layout(LayoutError),
    FallbackAndNotFound {
        fallback: String,
        not_found: String,
    },
    ManyPages {
        call: &'static str,
        glob: String,
        one: String,
        other: String,
    },
    PageIsNotHtml {
        file: PathBuf,
        content_type: String,
    },
    PageIsNotUtf8(PathBuf),
    PageIsFixed {
        file: PathBuf,
        place: String,
    },
    IntegrityWithoutCors(String),
    IntegrityWithoutPages,
    Contradiction(String, String),
    PageBelowView {
        file: PathBuf,
        place: String,
        name: String,
    },
    PagesAtOnePlace {
        one: PathBuf,
        other: PathBuf,
        place: String,
    },
    /// A file of the output, or of a history.
    File(Fault),
    NoHistory(&'static str),
    TokenUsedTwice {
        file: PathBuf,
        built: String,
        difference: String,
    },
    Reference {
        file: PathBuf,
        line: u32,
        column: u32,
        problem: String,
    },
}

impl Error {
    /// The file or folder that it is about, where there is one.
    pub(crate) fn path(&self) -> Option<&OsStr> {
        match self {
            Self::Conflict { below: path, .. }
            | Self::ConflictWithRetryScript(path)
            | Self::Dangling { path, .. }
            | Self::Read { path, .. }
            | Self::NotUtf8(path)
            | Self::Backslash(path)
            | Self::NotAFile(path)
            | Self::Unmeasured { path, .. }
            | Self::TooLong { path, .. }
            | Self::TooLarge { path, .. } => Some(path.as_os_str()),
            _ => None,
        }
    }
}

/// A path as it stands in a message: one line, whatever its name contains.
pub(crate) fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOutDir => {
                f.write_str("`OUT_DIR` is not set: call cachebreaker_build from `build.rs`, where cargo sets it")
            }
            Self::PreparedTwice(folder) => {
                write!(f, "folder `{}` is prepared twice in `build.rs`: remove one call", shown(folder))
            }
            Self::Unnamed(folder) => write!(
                f,
                "folder `{}` is in `OUT_DIR`, whose path the macro cannot be given: name it, as in `.named(\"dist\")`",
                shown(folder)
            ),
            Self::FolderMissing { folder, nearest } => {
                write!(f, "folder `{}` does not exist: ", shown(folder))?;
                match nearest {
                    Some(nearest) => write!(f, "did you mean `{}`?", shown(nearest)),
                    None => f.write_str("create it, or name a folder that is there, relative to `Cargo.toml`"),
                }
            }
            Self::FolderIsFile(folder) => write!(f, "`{}` is a file: name the folder that it is in", shown(folder)),
            Self::FolderEmpty { folder, hidden: 0, excluded: 0 } => {
                LayoutError::NoFiles(format!("folder `{}`", shown(folder))).fmt(f)
            }
            Self::FolderEmpty { folder, hidden, excluded: 0 } => write!(
                f,
                "folder `{}` has no files but {hidden} hidden: put an asset into it, or take hidden files with `.hidden(true)`",
                shown(folder)
            ),
            Self::FolderEmpty { folder, excluded, .. } => write!(
                f,
                "folder `{}` has no files but {excluded} left out by `.include(…)` and `.exclude(…)`: correct the globs",
                shown(folder)
            ),
            Self::Dangling { path, target } => write!(
                f,
                "link `{}` leads to `{}`, which does not exist: correct the link or remove it",
                shown(path),
                shown(target)
            ),
            Self::Conflict { below, above } => write!(
                f,
                "`{}` and `{}` would have one URL: rename or remove one, or lay the folder that is to win over the other with \
                 `.overlay_winning(…)`",
                shown(below),
                shown(above)
            ),
            Self::ConflictWithRetryScript(path) => write!(
                f,
                "`{}` and the retry script would have one URL: rename or remove the file, or give `.retry_script(…)` another \
                 path",
                shown(path)
            ),
            Self::BadRetryScript(path) => write!(
                f,
                "`{}` is no path for the retry script: give one in the folder that ends with `.js`, as in \
                 `.retry_script(\"retry.js\")`",
                one_line(path)
            ),
            Self::Read { path, cause } => {
                write!(f, "cannot read `{}`: {cause}; make it readable or remove it", shown(path))
            }
            Self::NotUtf8(path) => LayoutError::NotUtf8(path.to_string_lossy().into_owned()).fmt(f),
            Self::Backslash(path) => LayoutError::Backslash(path.to_string_lossy().into_owned()).fmt(f),
            Self::NotAFile(path) => {
                write!(f, "`{}` is neither a file nor a folder: remove it from the assets", shown(path))
            }
            Self::Unmeasured { path, target } => write!(
                f,
                "`{}` is the system's own `{}`, which has no length and may never end: copy what is in it into a file, or remove \
                 it from the assets",
                shown(path),
                shown(target)
            ),
            Self::TooLong { path, len } => LayoutError::TooLarge(path.to_string_lossy().into_owned(), *len).fmt(f),
            Self::TooLarge { path, len, limit } => write!(
                f,
                "`{}` has {len} bytes, and the limit is {limit}: make it smaller, leave it out with `.exclude(…)`, or raise \
                 `.size_limit(…)`",
                shown(path)
            ),
            Self::TooManyChunks(folder) => {
                write!(f, "folder `{}` has more than 256 GiB: serve it from disk instead", shown(folder))
            }
            Self::BadToken(error) => error.fmt(f),
            Self::EnvNotUtf8(name) => {
                write!(f, "the environment variable `{name}` is not UTF-8: unset it, or give it a text that is")
            }
            Self::BadEpoch(text) => write!(
                f,
                "`SOURCE_DATE_EPOCH` is `{}`: it must be whole seconds since 1970-01-01, as in `1718539201`",
                one_line(text)
            ),
            Self::BadBase { variable, cause } => write!(f, "the environment variable `{variable}` is wrong: {cause}"),
            Self::BadSuperseded(error) => error.fmt(f),
            Self::NoCommit { folder, cause } => write!(
                f,
                "`Token::git()` finds no commit for `{}` ({cause}): build in a git checkout that has a commit, or set `CACHEBREAKER`",
                shown(folder)
            ),
            Self::BadLevel { encoding, level, highest } => {
                write!(f, "{encoding} has no level {level}: its levels are 0 to {highest}")
            }
            Self::BadGlob { call, glob, cause } => write!(
                f,
                "`{call}({glob:?})` has no glob: {}; write it as in `img/*.png`, `img/**` or `**/*.png`",
                one_line(&cause.kind().to_string())
            ),
            Self::NoFixedFile { call, glob, folder, nearest } => {
                write!(f, "`{call}({glob:?})` matches no file in `{}`: ", shown(folder))?;
                match nearest {
                    Some(nearest) => write!(f, "did you mean `{}`?", one_line(nearest)),
                    None => f.write_str("put it there, or remove the call"),
                }
            }
            Self::BadContentType { glob, text } => write!(
                f,
                "`.content_type({glob:?}, {text:?})` has no content type: write it as in `text/plain; charset=utf-8`"
            ),
            Self::BadHeader { glob, name, cause } => {
                write!(f, "header `{}` of `.headers({glob:?}, …)`: {cause}", one_line(name))
            }
            Self::BadName(cause) => write!(f, "{cause}; `References::name` is the name that the macro is given"),
            Self::BadViewName(cause) => write!(f, "`.view_option(\"name\", …)`: {cause}"),
            Self::BadViewBase(cause) => write!(f, "`.view_option(\"base\", …)`: {cause}"),
            Self::NoViewName(folder) => write!(
                f,
                "folder `{}` cannot name the view, and its pages need to know the name: add \
                 `.view_option(\"name\", \"static/{{breaker}}\")`",
                one_line(folder)
            ),
            Self::Layout(cause) => cause.fmt(f),
            Self::FallbackAndNotFound { fallback, not_found } => write!(
                f,
                "`.fallback({fallback:?})` answers every navigation, so `.not_found({not_found:?})` would never be sent: remove one \
                 of them"
            ),
            Self::ManyPages { call, glob, one, other } => write!(
                f,
                "`{call}({glob:?})` is one page, and matches `{}` and `{}`: give the path of one file",
                one_line(one),
                one_line(other)
            ),
            Self::PageIsNotHtml { file, content_type } => write!(
                f,
                "`{}` cannot be a page, for its type is `{content_type}`: correct the glob, or give the file the type `text/html` with \
                 `.content_type(…)`",
                shown(file)
            ),
            Self::PageIsNotUtf8(file) => write!(f, "the page `{}` is not UTF-8: save it as UTF-8", shown(file)),
            Self::PageIsFixed { file, place } => write!(
                f,
                "the page `{}` and a file with a fixed URL would both be at `/{}`: remove one of the calls in `build.rs`",
                shown(file),
                one_line(place)
            ),
            Self::IntegrityWithoutCors(base) => write!(
                f,
                "`.page_integrity(true)` needs `.view_option(\"cors\", \"true\")`, for browsers check files of the other origin \
                 `{}` only if it allows pages to read them",
                one_line(base)
            ),
            Self::IntegrityWithoutPages => f.write_str(
                "`.page_integrity(true)` is for pages, and this view has no pages: add `.pages(\"**/*.html\")`, or remove the call",
            ),
            Self::Contradiction(one, other) => {
                write!(f, "only one of `{}` and `{}` can count: remove the other call", one_line(one), one_line(other))
            }
            Self::PageBelowView { file, place, name } => write!(
                f,
                "the page `{}` would be at `/{}`, where the URLs of the view `{name}` begin: give the view another name, as in \
                 `.view_option(\"name\", \"assets/{{breaker}}\")`",
                shown(file),
                one_line(place)
            ),
            Self::PagesAtOnePlace { one, other, place } => write!(
                f,
                "the pages `{}` and `{}` would both be at `/{}`: rename one",
                shown(one),
                shown(other),
                one_line(place)
            ),
            Self::File(fault) => fault.fmt(f),
            Self::NoHistory(call) => {
                write!(f, "`{call}(…)` does nothing without a history: add `.history(\"history\")`, or remove the call")
            }
            Self::TokenUsedTwice { file, built, difference } => write!(
                f,
                "this release's token was already used by `{}`, built on {built}, in which {difference}: browsers that have cached its \
                 files for a year would not see the change; give this release another token, or remove that file if its release \
                 was never deployed",
                shown(file)
            ),
            Self::Reference { file, line, column, problem } => {
                write!(f, "{}:{line}:{column}: {problem}", shown(file))
            }
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::File(fault)
    }
}

/// The message has the cause in it already, for cargo prints no more than that.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { cause, .. } => Some(cause),
            Self::File(cause) => Some(cause),
            Self::BadBase { cause, .. } => Some(cause),
            Self::BadGlob { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
