//! The builder: what `build.rs` says of a folder.

use std::env;
use std::path::{Path, PathBuf};

use crate::cargo;
use crate::encode::compress::Levels;
use crate::error::Error;
use crate::find::layers::Layer;
use crate::find::selection::Taken;
#[cfg(feature = "references")]
use crate::references::References;
use crate::token::{Choice, Token};

/// A folder of assets, to be prepared for `cachebreaker::assets!` by [`prepare`](Assets::prepare).
///
/// ```no_run
/// // build.rs, in its `main`
/// use cachebreaker_build::{Assets, Token};
///
/// Assets::new("static").token(Token::content()).prepare();
/// Assets::new("theme").token(Token::content()).gzip(None).prepare();
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is prepared until `.prepare()` is called"]
pub struct Assets {
    /// The folder, and those that lie over it.
    pub(crate) layers: Vec<Layer>,
    pub(crate) name: Option<String>,
    /// What cargo watches beside them.
    pub(crate) watched: Vec<PathBuf>,
    pub(crate) choice: Choice,
    pub(crate) taken: Taken,
    pub(crate) retry_script: Option<String>,
    pub(crate) levels: Levels,
    #[cfg(feature = "references")]
    pub(crate) references: Option<References>,
}

impl Assets {
    /// A folder, relative to the crate's `Cargo.toml`, or absolute. The macro is given the same text, or the
    /// [name](Assets::named).
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            layers: vec![Layer::base(folder.into())],
            name: None,
            watched: Vec::new(),
            choice: Choice::default(),
            taken: Taken::default(),
            retry_script: None,
            levels: Levels::BEST,
            #[cfg(feature = "references")]
            references: None,
        }
    }

    /// The deploy's token: a text such as `"v1.2.3"`, [`Token::content()`] or [`Token::git()`]. Unless set, the time in
    /// milliseconds since the epoch, zero-padded to 12 digits: `SOURCE_DATE_EPOCH`, else the time of the build.
    ///
    /// The environment variable `CACHEBREAKER` wins over it, and so does [`token_env`](Assets::token_env).
    pub fn token(mut self, token: impl Into<Token>) -> Self {
        self.choice.token = Some(token.into());
        self
    }

    /// An environment variable that holds the token, where it is set at build time. `CACHEBREAKER` wins over it.
    pub fn token_env(mut self, name: impl Into<String>) -> Self {
        self.choice.env = Some(name.into());
        self
    }

    /// The commits that the token, a commit, comes after, where the build cannot ask git: hashes with at least as many
    /// hex digits as the token. The environment variable `CACHEBREAKER_SUPERSEDES` wins over it.
    pub fn supersedes<C: Into<String>>(mut self, commits: impl IntoIterator<Item = C>) -> Self {
        self.choice.supersedes = Some(commits.into_iter().map(Into::into).collect());
        self
    }

    /// Puts `cachebreaker::RETRY_SCRIPT` among the assets, under that path: `"retry.js"`. The folder itself is left as it is; if
    /// it has a file of that path, that is an error. So is a path that does not end with `.js`, or leads out of the folder.
    /// No glob leaves the script out.
    pub fn retry_script(mut self, path: impl Into<String>) -> Self {
        self.retry_script = Some(path.into());
        self
    }

    /// The quality of brotli, 0 to 11, or `None` for no brotli. Unless set, 11, which gives the smallest output.
    pub fn brotli(mut self, quality: impl Into<Option<u32>>) -> Self {
        self.levels.brotli = quality.into();
        self
    }

    /// The level of gzip, 0 to 9, or `None` for no gzip. Unless set, 9, which gives the smallest output.
    pub fn gzip(mut self, level: impl Into<Option<u32>>) -> Self {
        self.levels.gzip = level.into();
        self
    }

    /// Checks the references inside of the assets: every relative one leads to an asset of the folder, or fails the build.
    ///
    /// ```no_run
    /// // build.rs, in its `main`
    /// use cachebreaker_build::{Assets, References};
    ///
    /// Assets::new("static").check_references(References::new().warn("vendor/**")).prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn check_references(mut self, references: References) -> Self {
        self.references = Some(references);
        self
    }

    /// Prepares the folder for the macro. What is wrong is told to cargo, a line each, and fails the build.
    pub fn prepare(self) {
        match env::var_os("OUT_DIR") {
            None => cargo::error(&Error::NoOutDir),
            Some(out_dir) => {
                if let Err(errors) = self.prepare_in(Path::new(&out_dir)) {
                    cargo::errors(&errors, self.folder());
                }
            }
        }
    }
}
