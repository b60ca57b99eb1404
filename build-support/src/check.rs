//! Checks the references in the assets: every relative one leads to an asset of the folder, or there is a fault to report.

mod fault;
mod rules;
pub(crate) mod web_manifests;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use cachebreaker_manifest::name::{Name, default_name};
use cachebreaker_references::{Found, Reference, ReferenceKind};

use crate::error::Error;
use crate::find::glob::unmatched;
use crate::pages::options::PageOptions;
use crate::read::File;
use crate::refer;
use crate::refer::lines::Lines;
use crate::refer::resolve::{FaultKind, Folder, Target};
use crate::report::{PRINTED, Report};
use fault::{Fault, unchecked};
pub use rules::{References, Severity};

/// Checks the files, which are all assets of a folder, sorted by path. `named` is the folder as the macro knows it, `name` that of the
/// view, if `build.rs` has it, and `folder` the absolute path. `found` is what the files refer to.
pub(crate) fn check(
    references: &References,
    files: &[File],
    found: &refer::References,
    (named, name): (&Path, Option<&str>),
    folder: &Path,
    pages: &PageOptions,
) -> Report {
    let errors = references.errors();
    if !errors.is_empty() {
        return Report { errors, ..Report::default() };
    }
    // Where the folder cannot be a view's name, nothing absolute leads into it.
    let name = references.name.clone().or_else(|| name.map(str::to_owned)).or_else(|| named.to_str().map(default_name));
    let paths: Vec<_> = files.iter().map(|file| &*file.found.path).collect();
    let paths_of = |is_one: fn(&File) -> bool| {
        let those = files.iter().zip(&paths).filter(move |(file, _)| is_one(file));
        those.map(|(_, path)| *path).collect()
    };
    let mut check = Check {
        references,
        named,
        folder,
        assets: Folder::new(paths.iter().copied(), name.as_deref().and_then(|name| Name::parse(name).ok())),
        fixed: paths_of(|file| file.fixed.is_some()),
        pages,
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    for file in files {
        if let Some(found) = found.of(file) {
            check.file(file, found);
        }
    }
    let Check { errors, mut warnings, .. } = check;
    warnings.extend(unmatched(references.globs(), &paths).iter().map(|glob| glob.unmatched_warning(named)));
    Report { errors, warnings: vec![warnings], ..Report::default() }
}

/// A check in the making.
struct Check<'a> {
    references: &'a References,
    named: &'a Path,
    folder: &'a Path,
    assets: Folder<'a>,
    /// The paths of all files with a fixed URL.
    fixed: HashSet<&'a str>,
    pages: &'a PageOptions,
    errors: Vec<Error>,
    warnings: Vec<String>,
}

impl Check<'_> {
    /// Checks a file.
    fn file(&mut self, file: &File, found: &Found) {
        let severity_of = self.references.of(&file.found.path);
        if let Some(unread) = found.unread().filter(|_| severity_of(ReferenceKind::Resource) > Severity::Allow) {
            self.warnings.push(unchecked(file, unread));
        }
        let mut lines = None;
        for reference in found.references() {
            let severity = severity_of(reference.kind());
            let is_reported = match severity {
                Severity::Deny => self.errors.len() < PRINTED,
                Severity::Warn => self.warnings.len() < PRINTED,
                Severity::Allow => false,
            };
            let target = self.assets.resolve(&file.found.path, found.base(), reference, is_reported);
            let Some((kind, most)) = self.fault(file, reference, target, is_reported) else { continue };
            let severity = severity.min(most);
            if severity == Severity::Allow {
                continue;
            }
            let lines = lines.get_or_insert_with(|| Lines::new(&file.bytes));
            let written = lines.text(reference.range());
            let problem = Fault { written, folder: self.named, kind }.to_string();
            let fault = lines.error(file, reference.range().start, problem);
            match severity {
                Severity::Deny => self.errors.push(fault),
                _ => self.warnings.push(fault.to_string()),
            }
        }
    }

    /// What is wrong with a reference that leads there, and how severe it is at most. Where the script of a worker leads, only
    /// the running code knows.
    fn fault(
        &self,
        file: &File,
        reference: &Reference,
        target: Target<'_>,
        is_reported: bool,
    ) -> Option<(FaultKind, Severity)> {
        match target {
            _ if reference.kind() == ReferenceKind::WorkerScript => None,
            Target::Broken(FaultKind::Missing { path, .. }) if is_reported && is_file(self.folder, &path) => {
                Some((FaultKind::NotIncluded { path }, Severity::Deny))
            }
            Target::Broken(FaultKind::NotBelow { path, .. }) if self.fixed.contains(&*path) => None,
            // The page gets the asset's own URL.
            Target::Broken(FaultKind::NotBelow { .. }) if self.pages.of(&file.found.path).is_some() => None,
            // The application may serve it there too.
            Target::Broken(kind @ FaultKind::NotBelow { .. }) => Some((kind, Severity::Warn)),
            Target::Broken(kind) => Some((kind, Severity::Deny)),
            // The file may be requested with the token too, and there the reference leads to the asset.
            Target::Asset { path, .. }
                if file.fixed.is_some()
                    && !self.fixed.contains(path)
                    && reference.kind() != ReferenceKind::SourceMap =>
            {
                Some((FaultKind::NotFixed { from: file.found.path.clone(), path: path.to_owned() }, Severity::Warn))
            }
            Target::Asset { .. } | Target::Elsewhere => None,
        }
    }
}

/// Whether there is a file at that path in the folder, though it is no asset. Names are compared exactly: some systems find
/// a file by other names too, such as `a//b` or `A/B`.
fn is_file(folder: &Path, path: &str) -> bool {
    if path.contains("//") {
        return false;
    }
    let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
    let entries = (!path.starts_with('/')).then(|| fs::read_dir(folder.join(parent)).ok()).flatten();
    entries.into_iter().flatten().flatten().any(|entry| entry.file_name() == name && entry.path().is_file())
}

#[cfg(test)]
mod tests;
