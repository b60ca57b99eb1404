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

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::name::{Name, default_name};
use cachebreaker_references::{Found, Language, Reference, ReferenceKind};

use crate::cache::Cache;
use crate::each_once::each_once;
use crate::error::{Error, shown};
use crate::report::PRINTED;
use fault::{Fault, Unchecked};
use kept::Kept;
use lines::Lines;
use resolve::{FaultKind, Folder, Target};
use rules::Rules;
pub use rules::{References, Severity};

/// A parser that is not optimised, as in a build script, needs more stack than threads have by default.
const STACK: usize = 16 << 20;

/// A file to look into.
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    /// Its path as messages show it.
    pub(crate) shown: &'a Path,
    pub(crate) content_type: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) digest: Digest,
    /// Whether it has a fixed URL too, without a token.
    pub(crate) is_fixed: bool,
}

impl Source<'_> {
    fn language(&self) -> Option<Language> {
        // A web manifest often has the name, and not the content type.
        let is_manifest = self.path.rsplit('/').next() == Some("manifest.json");
        Language::of(self.content_type)
            .or_else(|| (is_manifest && self.content_type == "application/json").then_some(Language::WebManifest))
    }

    /// What [`Kept`] has it under.
    fn key(&self) -> Option<(String, Language)> {
        Some((self.digest.to_string(), self.language()?))
    }
}

/// The folder that all files are assets of.
pub(crate) struct Root<'a> {
    /// The folder as the macro knows it.
    pub(crate) named: &'a Path,
    /// Its absolute path.
    pub(crate) path: &'a Path,
}

/// What a check found.
#[derive(Default)]
pub(crate) struct Checked {
    /// What fails the build, in the order of the files.
    pub(crate) errors: Vec<Error>,
    /// What does not.
    pub(crate) warnings: Vec<String>,
    /// For each file the paths of the assets that it, a module, imports statically.
    pub(crate) imports: Vec<Vec<String>>,
}

impl Checked {
    /// How many faults there are that are as severe.
    fn count(&self, severity: Severity) -> usize {
        match severity {
            Severity::Deny => self.errors.len(),
            Severity::Warn => self.warnings.len(),
            Severity::Allow => usize::MAX,
        }
    }
}

/// Checks the files, which are all assets of the folder, sorted by path.
pub(crate) fn check(references: &References, files: &[Source<'_>], root: &Root<'_>, cache: &Cache) -> Checked {
    let rules = match references.compile() {
        Ok(rules) => rules,
        Err(errors) => return Checked { errors, ..Checked::default() },
    };
    let default = root.named.to_str().map(default_name);
    let name = match &rules.name {
        Some(name) => Some(*name),
        // Where the folder cannot be a view's name, nothing absolute leads into it.
        None => default.as_deref().and_then(|name| Name::parse(name).ok()),
    };
    let is_script = |file: &&Source<'_>| file.language() == Some(Language::JavaScript);
    let mut check = Check {
        root,
        rules,
        folder: Folder::new(files.iter().map(|file| file.path), name),
        scripts: files.iter().filter(is_script).map(|file| file.path).collect(),
        fixed: files.iter().filter(|file| file.is_fixed).map(|file| file.path).collect(),
        checked: Checked::default(),
    };
    let kept = find_all(files, root, cache);
    for file in files {
        let found = file.key().and_then(|key| kept.get(&key));
        let imports = check.file(file, found);
        check.checked.imports.push(imports);
    }
    let mut checked = check.checked;
    let paths: Vec<_> = files.iter().map(|file| file.path).collect();
    checked.warnings.extend(check.rules.warnings(root.named, &paths));
    checked
}

/// A check in the making.
struct Check<'a> {
    root: &'a Root<'a>,
    rules: Rules<'a>,
    folder: Folder<'a>,
    /// The paths of all scripts.
    scripts: HashSet<&'a str>,
    /// The paths of all files with a fixed URL.
    fixed: HashSet<&'a str>,
    checked: Checked,
}

impl<'a> Check<'a> {
    /// Checks a file. Returns the paths of the assets that it imports statically.
    fn file(&mut self, file: &Source<'_>, found: Option<&Found>) -> Vec<String> {
        let severity_of = self.rules.of(file.path);
        let Some(found) = found else { return Vec::new() };
        if let Some(unread) = found.unread().filter(|_| severity_of(ReferenceKind::Resource) > Severity::Allow) {
            let unchecked = Unchecked { file: file.shown, path: file.path, unread };
            self.checked.warnings.push(unchecked.to_string());
        }
        let (mut imports, mut imported) = (Vec::new(), HashSet::new());
        let mut lines = None;
        for reference in found.references() {
            let severity = severity_of(reference.kind());
            let target = self.target(file, found, reference, self.checked.count(severity) < PRINTED);
            if let Target::Asset { path, has_query: false } = target
                && reference.kind() == ReferenceKind::Import
                && [path, file.path].iter().all(|path| self.scripts.contains(path))
                && imported.insert(path)
            {
                imports.push(path.to_owned());
            }
            let Some((kind, most)) = self.fault(file, reference, target) else { continue };
            let severity = severity.min(most);
            if severity > Severity::Allow {
                let lines = lines.get_or_insert_with(|| Lines::new(file.bytes));
                self.add(severity, file, lines, reference, kind);
            }
        }
        imports
    }

    /// Where a reference leads. Only a fault that is `reported` has a suggestion.
    fn target(&self, file: &Source<'_>, found: &Found, reference: &Reference, reported: bool) -> Target<'a> {
        match self.folder.resolve(file.path, found.base(), reference, reported) {
            Target::Broken(FaultKind::Missing { path, .. }) if reported && is_file(self.root.path, &path) => {
                Target::Broken(FaultKind::NotTaken { path })
            }
            target => target,
        }
    }

    /// What is wrong with a reference, and how severe it is at most.
    fn fault(&self, file: &Source<'_>, reference: &Reference, target: Target<'_>) -> Option<(FaultKind, Severity)> {
        match target {
            Target::Broken(kind) => Some((kind, Severity::Deny)),
            // The application may serve it there too.
            Target::Above { path, meant, has_base } if !self.fixed.contains(path) => {
                Some((FaultKind::NotBelow { path: path.to_owned(), meant, has_base }, Severity::Warn))
            }
            // The file may be requested with the token too, and there the reference leads to the asset.
            Target::Asset { path, .. }
                if file.is_fixed && !self.fixed.contains(path) && reference.kind() != ReferenceKind::SourceMap =>
            {
                Some((FaultKind::NotFixed { from: file.path.to_owned(), path: path.to_owned() }, Severity::Warn))
            }
            Target::Asset { .. } | Target::Above { .. } | Target::Elsewhere => None,
        }
    }

    fn add(
        &mut self,
        severity: Severity,
        file: &Source<'_>,
        lines: &mut Lines<'_>,
        reference: &Reference,
        kind: FaultKind,
    ) {
        let (line, column) = lines.position(reference.range().start);
        let written = Fault::written(lines.text(reference.range()));
        let (file, folder) = (file.shown.to_owned(), self.root.named.to_owned());
        let fault = Fault { file, line, column, written, folder, kind };
        match severity {
            Severity::Deny => self.checked.errors.push(Error::Reference(Box::new(fault))),
            Severity::Warn => self.checked.warnings.push(fault.to_string()),
            Severity::Allow => {}
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
fn find_all(files: &[Source<'_>], root: &Root<'_>, cache: &Cache) -> Kept {
    let name = kept::file_name(root.path);
    let mut kept = kept::recall(&name, cache);
    let mut current: HashMap<_, _> = files.iter().filter_map(|file| Some((file.key()?, file))).collect();
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
fn find(file: &Source<'_>, language: Language) -> Found {
    // In a file that is not UTF-8, a byte may be a character, and columns are near enough.
    let text = String::from_utf8_lossy(file.bytes);
    let find = || cachebreaker_references::find(&text, language);
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(shown(file.shown).replace('\0', "")).stack_size(STACK);
        thread.spawn_scoped(scope, find).ok().and_then(|thread| thread.join().ok()).unwrap_or_else(find)
    })
}

#[cfg(test)]
mod tests;
