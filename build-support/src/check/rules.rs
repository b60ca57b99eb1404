//! What `build.rs` says about references.

use cachebreaker_manifest::name::Name;
use cachebreaker_references::ReferenceKind;

use crate::error::Error;
use crate::find::glob::Glob;

/// What happens when a reference leads nowhere.
///
/// ```
/// use cachebreaker_build::Severity;
/// assert!(Severity::Allow < Severity::Warn && Severity::Warn < Severity::Deny);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Nothing.
    Allow,
    /// The build warns.
    Warn,
    /// The build fails.
    Deny,
}

/// How references are checked, for [`Assets::check_references`](crate::Assets::check_references).
///
/// A reference that leads to no asset fails the build. A source map that is missing gives a warning. Globs make rules for
/// some of the files: `*` and `?` match no slash, and `**` matches any number of folders. A glob matches the path, in the
/// folder, of the file that a reference is in. Where several match one file, the last one counts.
///
/// ```no_run
/// // build.rs, in its `main`
/// use cachebreaker_build::{Assets, References};
///
/// Assets::new("static")
///     .check_references(References::new().warn("vendor/**").allow("vendor/legacy/*.css"))
///     .prepare();
/// ```
#[derive(Clone, Debug)]
pub struct References {
    rules: Vec<(Glob, Severity)>,
    source_maps: Severity,
    /// The view's name, where it is set.
    pub(super) name: Option<String>,
}

impl Default for References {
    fn default() -> Self {
        Self::new()
    }
}

impl References {
    /// References that lead nowhere fail the build, and missing source maps warn.
    #[must_use]
    pub fn new() -> Self {
        Self { rules: Vec::new(), source_maps: Severity::Warn, name: None }
    }

    /// In files that match the glob, references that lead nowhere fail the build.
    #[must_use]
    pub fn deny(self, glob: impl Into<String>) -> Self {
        self.rule(Glob::new(glob.into(), ".deny"), Severity::Deny)
    }

    /// In files that match the glob, references that lead nowhere are warned of.
    #[must_use]
    pub fn warn(self, glob: impl Into<String>) -> Self {
        self.rule(Glob::new(glob.into(), ".warn"), Severity::Warn)
    }

    /// In files that match the glob, references may lead nowhere.
    #[must_use]
    pub fn allow(self, glob: impl Into<String>) -> Self {
        self.rule(Glob::new(glob.into(), ".allow"), Severity::Allow)
    }

    /// What happens when a source map is missing. By default, the build warns. Where a rule for the file is milder, that
    /// rule counts.
    #[must_use]
    pub fn source_maps(mut self, severity: Severity) -> Self {
        self.source_maps = severity;
        self
    }

    /// The view's name, where `cachebreaker::assets!` is given one, as in `name = "look/v-{breaker}"`: it tells which absolute
    /// references lead into the view.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    fn rule(mut self, glob: Glob, severity: Severity) -> Self {
        self.rules.push((glob, severity));
        self
    }
}

impl References {
    /// What is wrong with them.
    pub(super) fn errors(&self) -> Vec<Error> {
        let bad_name = self.name.iter().filter_map(|name| Name::parse(name).err());
        self.globs().filter_map(Glob::error).chain(bad_name.map(Error::BadName)).collect()
    }

    /// How severe the faults in the file at that path are.
    pub(super) fn of(&self, path: &str) -> impl Fn(ReferenceKind) -> Severity + use<> {
        let rule = self.rules.iter().rev().find(|(glob, _)| glob.matches(path));
        let of_file = rule.map_or(Severity::Deny, |(_, severity)| *severity);
        let source_maps = of_file.min(self.source_maps);
        move |kind| if kind == ReferenceKind::SourceMap { source_maps } else { of_file }
    }

    pub(super) fn globs(&self) -> impl Iterator<Item = &Glob> {
        self.rules.iter().map(|(glob, _)| glob)
    }
}
