//! What the environment says about a folder's build: the variables that are options, the profile, the package and the time. It is
//! read when the build is planned; the phases after that work with values.

use std::collections::BTreeMap;
use std::env::{self, VarError};
use std::path::PathBuf;
use std::sync::LazyLock;

use cachebreaker_manifest::base::Base;

use crate::error::Error;

/// The variable that names the token of a whole fleet, and wins over everything that `build.rs` says.
pub(crate) const TOKEN: &str = "CACHEBREAKER";
/// The variable that names the commits which a commit supersedes, with spaces between them.
pub(crate) const SUPERSEDES: &str = "CACHEBREAKER_SUPERSEDES";
/// The variable that says where assets are, if not on the page's own site.
const BASE: &str = "CACHEBREAKER_BASE_URL";
/// The variable that says which time a build has, in seconds.
const SOURCE_DATE: &str = "SOURCE_DATE_EPOCH";

/// The first second that has no `Last-Modified`, whose year has four digits.
const YEAR_10000: i64 = 253_402_300_800;

/// The environment of a build script.
pub(crate) struct Environment {
    variables: BTreeMap<String, Result<String, VarError>>,
    /// Whether the profile of the crate whose build script runs is that of a release. It need not agree with that crate's
    /// `debug_assertions`, so it decides about compression and warnings only, never about what is embedded.
    pub(crate) is_release: bool,
    /// The folder of that crate.
    pub(crate) package: PathBuf,
    /// The name of that crate.
    pub(crate) package_name: String,
    /// When this build script began, in milliseconds since the epoch.
    pub(crate) began: i64,
}

impl Environment {
    /// Reads it, with the variable that [`Assets::token_env`](crate::Assets::token_env) names.
    pub(crate) fn read(token_env: Option<&str>) -> Self {
        static BEGAN: LazyLock<i64> = LazyLock::new(|| chrono::Utc::now().timestamp_millis());
        let names = [TOKEN, SUPERSEDES, BASE, SOURCE_DATE].into_iter().chain(token_env);
        Self {
            variables: names.map(|name| (name.to_owned(), env::var(name))).collect(),
            is_release: env::var("PROFILE").is_ok_and(|profile| profile == "release"),
            package: env::current_dir().unwrap_or_default(),
            package_name: env::var("CARGO_PKG_NAME").unwrap_or_default(),
            began: *BEGAN,
        }
    }

    /// The names of the variables: when one changes, the build script runs again.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// A variable, where it is set.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        match self.variables.get(name) {
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(VarError::NotUnicode(_))) => Err(Error::EnvNotUtf8(name.to_owned())),
            Some(Err(VarError::NotPresent)) | None => Ok(None),
        }
    }

    /// The base of all URLs, where it is set; empty for none, whatever the macro says.
    pub(crate) fn base(&self) -> Result<Option<String>, Error> {
        let Some(text) = self.text(BASE)? else { return Ok(None) };
        if text.is_empty() {
            return Ok(Some(String::new()));
        }
        let base = Base::parse(text).map_err(|cause| Error::BadBase { variable: BASE, cause })?;
        Ok(Some(base.as_str().to_owned()))
    }

    /// The time that the build is given, in milliseconds, where it is set.
    pub(crate) fn source_date(&self) -> Result<Option<i64>, Error> {
        let Some(text) = self.text(SOURCE_DATE)? else { return Ok(None) };
        let seconds = text.parse::<i64>().ok().filter(|seconds| (0..YEAR_10000).contains(seconds));
        seconds.map(|seconds| Some(seconds * 1000)).ok_or_else(|| Error::BadEpoch(text.to_owned()))
    }
}
