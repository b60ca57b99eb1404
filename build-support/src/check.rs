//! Checks the references in the assets: every relative one leads to an asset of the folder.
//!
//! ```text
//! contents --find--> references --resolve--> faults, and the imports of each module
//!          kept by digest        each build
//! ```

mod fault;
mod kept;
mod lines;
mod resolve;
mod rules;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::{fs, thread};

use cachebreaker_manifest::name::{Name, default_name};
use cachebreaker_references::{Found, Language, Reference, ReferenceKind};

use crate::cache::Cache;
use crate::each_once::each_once;
use crate::error::{Error, shown};
use crate::find::glob::unmatched;
use crate::read::File;
use crate::report::{PRINTED, Report};
use fault::{Fault, unchecked};
use kept::Kept;
use lines::Lines;
use resolve::{FaultKind, Folder, Target};
pub use rules::{References, Severity};

/// A parser that is not optimised, as in a build script, needs more stack than threads have by default.
const STACK: usize = 16 << 20;

/// The language of a file.
fn language(file: &File) -> Option<Language> {
    // A web manifest often has the name, and not the content type.
    let is_manifest = file.found.path.rsplit('/').next() == Some("manifest.json");
    Language::of(&file.content_type)
        .or_else(|| (is_manifest && file.content_type == "application/json").then_some(Language::WebManifest))
}

/// What [`Kept`] has a file under.
fn key(file: &File) -> Option<(String, Language)> {
    Some((file.digest.to_string(), language(file)?))
}

/// Checks the files, which are all assets of a folder, sorted by path. `named` is the folder as the macro knows it, and `folder`
/// its absolute path. Returns for each file the paths of the assets that it, a module, imports statically.
pub(crate) fn check(
    references: &References,
    files: &[File],
    named: &Path,
    folder: &Path,
    cache: &Cache,
) -> (Vec<Vec<String>>, Report) {
    let errors = references.errors();
    if !errors.is_empty() {
        return (Vec::new(), Report { errors, ..Report::default() });
    }
    // Where the folder cannot be a view's name, nothing absolute leads into it.
    let name = references.name.clone().or_else(|| named.to_str().map(default_name));
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
        scripts: paths_of(|file| language(file) == Some(Language::JavaScript)),
        fixed: paths_of(|file| file.fixed.is_some()),
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    let kept = find_all(files, folder, cache);
    let imports = files.iter().map(|file| {
        let found = key(file).and_then(|key| kept.get(&key));
        found.map(|found| check.file(file, found)).unwrap_or_default()
    });
    let imports = imports.collect();
    let Check { errors, mut warnings, .. } = check;
    warnings.extend(unmatched(references.globs(), &paths).iter().map(|glob| glob.unmatched_warning(named)));
    (imports, Report { errors, warnings: vec![warnings], ..Report::default() })
}

/// A check in the making.
struct Check<'a> {
    references: &'a References,
    named: &'a Path,
    folder: &'a Path,
    assets: Folder<'a>,
    /// The paths of all scripts.
    scripts: HashSet<&'a str>,
    /// The paths of all files with a fixed URL.
    fixed: HashSet<&'a str>,
    errors: Vec<Error>,
    warnings: Vec<String>,
}

impl Check<'_> {
    /// Checks a file. Returns the paths of the assets that it imports statically.
    fn file(&mut self, file: &File, found: &Found) -> Vec<String> {
        let severity_of = self.references.of(&file.found.path);
        if let Some(unread) = found.unread().filter(|_| severity_of(ReferenceKind::Resource) > Severity::Allow) {
            self.warnings.push(unchecked(file, unread));
        }
        let (mut imports, mut imported) = (Vec::new(), HashSet::new());
        let mut lines = None;
        for reference in found.references() {
            let severity = severity_of(reference.kind());
            let is_reported = match severity {
                Severity::Deny => self.errors.len() < PRINTED,
                Severity::Warn => self.warnings.len() < PRINTED,
                Severity::Allow => false,
            };
            let target = self.assets.resolve(&file.found.path, found.base(), reference, is_reported);
            if let Target::Asset { path, has_query: false } = target
                && reference.kind() == ReferenceKind::Import
                && [path, &file.found.path].iter().all(|path| self.scripts.contains(path))
                && imported.insert(path)
            {
                imports.push(path.to_owned());
            }
            let Some((kind, most)) = self.fault(file, reference, target, is_reported) else { continue };
            let severity = severity.min(most);
            if severity == Severity::Allow {
                continue;
            }
            let lines = lines.get_or_insert_with(|| Lines::new(&file.bytes));
            let (line, column) = lines.position(reference.range().start);
            let written = lines.text(reference.range());
            let problem = Fault { written, folder: self.named, kind }.to_string();
            let fault = Error::Reference { file: file.found.shown.clone(), line, column, problem };
            match severity {
                Severity::Deny => self.errors.push(fault),
                _ => self.warnings.push(fault.to_string()),
            }
        }
        imports
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

/// What each file refers to. Contents that an earlier build has seen are not parsed again.
fn find_all(files: &[File], folder: &Path, cache: &Cache) -> Kept {
    let name = kept::file_name(folder);
    let mut kept = kept::recall(&name, cache);
    let mut current: HashMap<_, _> = files.iter().filter_map(|file| Some((key(file)?, file))).collect();
    let before = kept.len();
    kept.retain(|key, _| current.remove(key).is_some());

    let found = each_once(current, |file| file.bytes.len(), |(_, language), file| find(file, *language));
    let is_changed = !found.is_empty() || kept.len() < before;
    kept.extend(found);
    if is_changed {
        kept::keep(&name, &kept, cache);
    }
    kept
}

/// What a file refers to. The thread that finds it has the name of the file: should its stack be too small after all, the
/// system's message says which file it was.
fn find(file: &File, language: Language) -> Found {
    // In a file that is not UTF-8, a byte may be a character, and columns are near enough.
    let text = String::from_utf8_lossy(&file.bytes);
    let find = || cachebreaker_references::find(&text, language);
    let unread = || Found::parse("unread memory\n").unwrap_or_default();
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(shown(&file.found.shown).replace('\0', "")).stack_size(STACK);
        thread.spawn_scoped(scope, find).ok().and_then(|thread| thread.join().ok()).unwrap_or_else(unread)
    })
}

#[cfg(test)]
mod tests;
