//! What `build.rs` says about references.

use std::path::Path;

use cachebreaker_manifest::name::Name;
use cachebreaker_references::ReferenceKind;

use crate::error::Error;
use crate::find::glob::{Glob, unmatched};

/// What happens when a reference leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    rules: Vec<(String, Severity)>,
    source_maps: Severity,
    name: Option<String>,
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
        self.rule(glob, Severity::Deny)
    }

    /// In files that match the glob, references that lead nowhere are warned of.
    #[must_use]
    pub fn warn(self, glob: impl Into<String>) -> Self {
        self.rule(glob, Severity::Warn)
    }

    /// In files that match the glob, references may lead nowhere.
    #[must_use]
    pub fn allow(self, glob: impl Into<String>) -> Self {
        self.rule(glob, Severity::Allow)
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

    fn rule(mut self, glob: impl Into<String>, severity: Severity) -> Self {
        self.rules.push((glob.into(), severity));
        self
    }
}

/// [`References`] with all that is written in them read.
pub(super) struct Rules<'a> {
    globs: Vec<(Glob, Severity)>,
    source_maps: Severity,
    /// The view's name, where it is set.
    pub(super) name: Option<Name<'a>>,
}

impl References {
    pub(super) fn compile(&self) -> Result<Rules<'_>, Vec<Error>> {
        let (mut globs, mut errors) = (Vec::new(), Vec::new());
        for (glob, severity) in &self.rules {
            let call = match severity {
                Severity::Allow => ".allow",
                Severity::Warn => ".warn",
                Severity::Deny => ".deny",
            };
            let glob = Glob::new(glob.clone(), call);
            errors.extend(glob.error());
            globs.push((glob, *severity));
        }
        let name = self.name.as_ref();
        let name = name.and_then(|name| Name::parse(name).map_err(|cause| errors.push(Error::BadName(cause))).ok());
        if errors.is_empty() { Ok(Rules { globs, source_maps: self.source_maps, name }) } else { Err(errors) }
    }
}

impl Rules<'_> {
    /// How severe the faults in the file at that path are.
    pub(super) fn of(&self, path: &str) -> impl Fn(ReferenceKind) -> Severity + use<> {
        let rule = self.globs.iter().rev().find(|(glob, _)| glob.matches(path));
        let of_file = rule.map_or(Severity::Deny, |(_, severity)| *severity);
        let source_maps = of_file.min(self.source_maps);
        move |kind| if kind == ReferenceKind::SourceMap { source_maps } else { of_file }
    }

    /// What there is to say of globs that match none of the paths.
    pub(super) fn warnings(&self, folder: &Path, paths: &[&str]) -> Vec<String> {
        let unmatched = unmatched(self.globs.iter().map(|(glob, _)| glob), paths);
        unmatched.iter().map(|glob| glob.unmatched_warning(folder)).collect()
    }
}
