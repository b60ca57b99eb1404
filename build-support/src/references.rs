//! Checks what stands inside of the assets: every relative reference leads to an asset of the folder.
//!
//! ```text
//! contents --extract--> references --resolve--> faults, and the imports of each module
//!          kept by digest           each build
//! ```

mod css;
mod extract;
mod fault;
mod html;
mod javascript;
mod kept;
mod nesting;
mod resolve;
mod rules;
mod source_map;
mod svg;
mod web_manifest;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::name::{Name, default_name};

use crate::cache::Cache;
use crate::each_once::each_once;
use crate::error::{Error, shown};
use crate::report::PRINTED;
use extract::{Extracted, Kind, Language, Reference, extract};
use fault::{Fault, Unchecked};
use resolve::{Folder, Problem, Target};
pub use rules::{References, Severity};

/// A file to look into.
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    /// Its path as it stands in messages.
    pub(crate) shown: &'a Path,
    pub(crate) content_type: &'a str,
    pub(crate) bytes: &'a [u8],
    pub(crate) digest: Digest,
    /// Whether it is served without a token too, at a fixed place.
    pub(crate) is_fixed: bool,
}

impl Source<'_> {
    fn language(&self) -> Option<Language> {
        Language::of(self.content_type, self.path)
    }
}

/// Where the folder is, and where results are kept.
pub(crate) struct Places<'a> {
    /// The folder as the macro knows it.
    pub(crate) named: &'a Path,
    /// Its absolute path.
    pub(crate) folder: &'a Path,
    /// Where results are kept between builds.
    pub(crate) cache: &'a Cache,
}

/// What a check found.
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

    fn add(&mut self, severity: Severity, file: &Source<'_>, reference: &Reference, problem: Problem, folder: &Path) {
        let fault = Fault {
            file: file.shown.to_owned(),
            line: reference.line,
            column: reference.column,
            written: reference.written.clone(),
            folder: folder.to_owned(),
            problem,
        };
        match severity {
            Severity::Deny => self.errors.push(Error::Reference(Box::new(fault))),
            Severity::Warn => self.warnings.push(fault.to_string()),
            Severity::Allow => {}
        }
    }
}

impl References {
    /// Checks the files, which are all assets of the folder, sorted by path.
    pub(crate) fn check(&self, files: &[Source<'_>], places: &Places<'_>) -> Result<Checked, Vec<Error>> {
        let rules = self.compile()?;
        let default = places.named.to_str().map(default_name);
        let name = match &rules.name {
            Some(name) => Some(*name),
            // Where the folder cannot be a view's name, nothing absolute leads into it.
            None => default.as_deref().and_then(|name| Name::parse(name).ok()),
        };
        let folder = Folder::new(files.iter().map(|file| file.path), name);
        let extracted = extract_all(files, places);
        let is_script = |file: &Source<'_>| file.language() == Some(Language::JavaScript);
        let scripts: HashSet<_> = files.iter().filter(|file| is_script(file)).map(|file| file.path).collect();

        let fixed: HashSet<_> = files.iter().filter(|file| file.is_fixed).map(|file| file.path).collect();

        let mut checked = Checked { errors: Vec::new(), warnings: Vec::new(), imports: vec![Vec::new(); files.len()] };
        for (index, (file, extracted)) in files.iter().zip(&extracted).enumerate() {
            let severity_of = rules.of(file.path);
            let Some(extracted) = extracted else { continue };
            if let Some(unread) = extracted.unread.filter(|_| severity_of(Kind::Resource) > Severity::Allow) {
                let unchecked = Unchecked { file: file.shown, path: file.path, unread };
                checked.warnings.push(unchecked.to_string());
            }
            let mut imported = HashSet::new();
            for reference in &extracted.references {
                let severity = severity_of(reference.kind);
                let is_told = checked.count(severity) < PRINTED;
                match folder.resolve(file.path, extracted, reference, is_told) {
                    Target::Elsewhere => {}
                    Target::Above { path, .. } if fixed.contains(path) => {}
                    Target::Above { path, meant, has_base } => {
                        let problem = Problem::NotBelow { path: path.to_owned(), meant, has_base };
                        // The application may serve it there too.
                        checked.add(severity.min(Severity::Warn), file, reference, problem, places.named);
                    }
                    Target::Broken(Problem::Missing { path, .. }) if is_told && is_file(places.folder, &path) => {
                        checked.add(severity, file, reference, Problem::NotTaken { path }, places.named);
                    }
                    Target::Broken(problem) => checked.add(severity, file, reference, problem, places.named),
                    Target::Asset { path, has_query } => {
                        let is_import = reference.kind == Kind::Import
                            && [path, file.path].iter().all(|path| scripts.contains(path));
                        // With a query it is another URL.
                        if is_import && !has_query && imported.insert(path) {
                            checked.imports[index].push(path.to_owned());
                        }
                        // The file may be asked for under the token too, from where it leads to the asset.
                        if file.is_fixed && !fixed.contains(path) && reference.kind != Kind::SourceMap {
                            let problem = Problem::NotFixed { from: file.path.to_owned(), path: path.to_owned() };
                            checked.add(severity.min(Severity::Warn), file, reference, problem, places.named);
                        }
                    }
                }
            }
        }
        let paths: Vec<_> = files.iter().map(|file| file.path).collect();
        checked.warnings.extend(rules.warnings(places.named, &paths));
        Ok(checked)
    }
}

/// Whether there is a file at that path in the folder, though it is no asset. By its very name: systems find it by others
/// too, as `a//b` or `A/B`.
fn is_file(folder: &Path, path: &str) -> bool {
    if path.contains("//") {
        return false;
    }
    let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
    let entries = (!path.starts_with('/')).then(|| fs::read_dir(folder.join(parent)).ok()).flatten();
    entries.into_iter().flatten().flatten().any(|entry| entry.file_name() == name && entry.path().is_file())
}

/// What each file refers to, from what is kept where its contents were seen before; `None` for one of no such language.
fn extract_all(files: &[Source<'_>], places: &Places<'_>) -> Vec<Option<Extracted>> {
    let name = kept::file_name(places.folder);
    let mut kept = kept::recall(&name, places.cache);
    let keys: Vec<_> = files.iter().map(|file| Some((file.digest.to_string(), file.language()?))).collect();
    let mut current: HashMap<_, _> =
        files.iter().zip(&keys).filter_map(|(file, key)| Some((key.as_ref()?, file))).collect();
    let before = kept.len();
    kept.retain(|key, _| current.remove(key).is_some());

    let extracted = each_once(
        current.into_iter().map(|(key, file)| (key.clone(), file)),
        |file| file.bytes.len(),
        |(_, language), file| extract(*language, file.bytes, &shown(file.shown)),
    );
    let is_changed = !extracted.is_empty() || kept.len() < before;
    kept.extend(extracted);
    if is_changed {
        kept::keep(&name, &kept, places.cache);
    }
    keys.into_iter().map(|key| kept.get(&key?).cloned()).collect()
}

#[cfg(test)]
mod tests;
