//! What each asset refers to, by numbers: from references and what `build.rs` says about them to the [nodes](Node) of units, and
//! to what modules import.

use std::collections::{BTreeSet, HashSet};
use std::iter;

use cachebreaker_manifest::page::{place, target};
use cachebreaker_manifest::percent::encode_path;
use cachebreaker_references::{Computed, ComputedKind, Found, Language, Reference, ReferenceKind};

use super::leaves::refers_to_nothing;
use super::lines::Lines;
use super::resolve::{FaultKind, Folder, Target};
use super::{References, language, runs_in_page};
use crate::error::one_line;
use crate::find::glob::Glob;
use crate::read::File;
use crate::units::Node;

/// What `build.rs` says that files refer to: those that match the first glob, to those that match the others and to nothing else
/// that is unknown.
pub(crate) type Refers = (Glob, Vec<Glob>);

/// Every glob in them.
pub(crate) fn globs(refers: &[Refers]) -> impl Iterator<Item = &Glob> {
    refers.iter().flat_map(|(from, to)| iter::once(from).chain(to))
}

/// What the files refer to.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    pub(crate) nodes: Vec<Node>,
    /// For each script, the scripts that it imports before it runs, as often as it names another one, in its order.
    pub(crate) imports: Vec<Vec<u32>>,
    /// For each file, everything else that it imports.
    pub(crate) lazy_imports: Vec<Vec<u32>>,
    /// For each file, the paths that it refers to where there is no asset.
    pub(crate) missing: Vec<Vec<String>>,
}

/// A reference that leads to an asset.
struct Edge<'r> {
    to: u32,
    reference: &'r Reference,
    has_query: bool,
}

impl Edge<'_> {
    fn is_import(&self) -> bool {
        matches!(self.reference.kind(), ReferenceKind::Import | ReferenceKind::DynamicImport)
    }

    /// Whether an import map can lead it to another URL than the one that it names: a map has names as browsers spell them.
    fn is_mappable(&self, path: &str) -> bool {
        self.is_import() && encode_path(path) == path && !self.reference.url().contains(['%', '?', '#', '\\'])
    }
}

/// Finds what the files, which are all assets of a view, refer to. `import_map` says whether pages load modules with an import
/// map, and `is_page` whether the build writes that map into the file at a path.
pub(crate) fn edges(
    files: &[File],
    references: &References,
    refers: &[Refers],
    import_map: bool,
    is_page: impl Fn(&str) -> bool,
) -> Edges {
    let folder = Folder::new(files.iter().map(|file| &*file.found.path), None);
    let number = |path: &str| {
        let found = files.binary_search_by(|file| (*file.found.path).cmp(path)).ok()?;
        u32::try_from(found).ok()
    };
    let has_map = |path: &str| import_map && is_page(path);
    let mut edges = Edges::default();
    let mut all: Vec<Vec<Edge<'_>>> = Vec::with_capacity(files.len());
    for file in files {
        let found = references.of(file);
        let mut node = Node { unknown: unknown(file, found), ..Node::default() };
        let (mut own, mut missing) = (Vec::new(), Vec::new());
        for reference in found.map(Found::references).unwrap_or_default() {
            match folder.resolve(&file.found.path, found.and_then(Found::base), reference, false) {
                Target::Asset { path, has_query } => {
                    own.extend(number(path).map(|to| Edge { to, reference, has_query }));
                }
                Target::Broken(FaultKind::Missing { path, .. }) => missing.push(path),
                // Code may add a name to it, with a slash in front.
                Target::Broken(FaultKind::IsFolder) if is_in_code(reference.kind()) => {
                    node.unknown = Some(format!("it names the folder `{}`", one_line(reference.url())));
                }
                Target::Elsewhere if reference.kind() == ReferenceKind::ImportMap && reference.url().ends_with('/') => {
                    node.unknown = Some("its import map has a folder".to_owned());
                }
                // A page is at the root, so the build leads more of its references to assets than those of its file.
                _ if has_map(&file.found.path) => {
                    let found = target(place(&file.found.path), found.and_then(Found::base), reference.url());
                    own.extend(found.and_then(|(path, _)| number(&path)).map(|to| Edge {
                        to,
                        reference,
                        has_query: false,
                    }));
                }
                Target::Broken(_) | Target::Elsewhere => {}
            }
        }
        // The code knows its own URL.
        let is_itself = |edge: &Edge<'_>| {
            edge.reference.kind() == ReferenceKind::NewUrl && files[edge.to as usize].found.path == file.found.path
        };
        if own.iter().any(is_itself) {
            node.unknown = Some("it asks for its own URL".to_owned());
        }
        missing.sort_unstable();
        missing.dedup();
        all.push(own);
        edges.missing.push(missing);
        edges.nodes.push(node);
    }
    let is_script = |asset: u32| language(&files[asset as usize]) == Some(Language::JavaScript);
    let path_of = |asset: u32| &*files[asset as usize].found.path;
    let said = Said::of(files, refers);
    let has_map = |asset: u32| has_map(path_of(asset));
    let makes_urls = |asset: u32| references.of(&files[asset as usize]).is_some_and(makes_urls);
    let without_map =
        if import_map { without_map(&all, &said, is_script, has_map, makes_urls) } else { BTreeSet::new() };
    for (((number, file), own), node) in (0..).zip(files).zip(&all).zip(&mut edges.nodes) {
        let joins = matches!(language(file), Some(Language::Css | Language::JavaScript));
        let rules = said.rules(&file.found.path);
        let said_to = rules.concat();
        if !rules.is_empty() {
            node.unknown = None;
        }
        for edge in own {
            let is_mapped = import_map && edge.is_mappable(path_of(edge.to));
            match (joins, is_mapped) {
                (true, false) => node.joins.push(edge.to),
                // There is no map where it is loaded so.
                (true, true) if without_map.contains(&number) => node.depends.push(edge.to),
                (true, true) => {}
                (false, _) => node.depends.push(edge.to),
            }
        }
        if has_map(number) {
            // Its file is an asset, too, and has no map under its token.
            let loaded = own.iter().filter(|edge| runs_in_page(edge.reference.kind())).map(|edge| edge.to);
            node.depends.extend(importable(&all, loaded.filter(|asset| is_script(*asset))));
        }
        if joins { &mut node.joins } else { &mut node.depends }.extend(&said_to);
        for of_node in [&mut node.joins, &mut node.depends] {
            of_node.sort_unstable();
            of_node.dedup();
            of_node.retain(|to| *to != number);
        }

        let (mut imports, mut lazy, mut known) = (Vec::new(), Vec::new(), HashSet::new());
        for edge in own.iter().filter(|edge| edge.is_import()) {
            let is_static = edge.reference.kind() == ReferenceKind::Import && !edge.has_query;
            let is_early = is_static && is_script(number) && is_script(edge.to);
            if known.insert((edge.to, is_early)) {
                if is_early { &mut imports } else { &mut lazy }.push(edge.to);
            }
        }
        lazy.extend(said_to.iter().filter(|asset| is_script(number) && is_script(**asset)));
        edges.imports.push(imports);
        edges.lazy_imports.push(if import_map { lazy } else { Vec::new() });
    }
    edges
}

/// What `build.rs` says, with the assets that match.
struct Said<'r>(Vec<(&'r Glob, Vec<u32>)>);

impl<'r> Said<'r> {
    fn of(files: &[File], refers: &'r [Refers]) -> Self {
        let rule = |(from, to): &'r Refers| {
            let is_one = |(_, file): &(u32, &File)| to.iter().any(|glob| glob.matches(&file.found.path));
            (from, (0..).zip(files).filter(is_one).map(|(number, _)| number).collect())
        };
        Self(refers.iter().map(rule).collect())
    }

    /// The rules for the file at that path.
    fn rules(&self, path: &str) -> Vec<&[u32]> {
        self.0.iter().filter(|(from, _)| from.matches(path)).map(|(_, to)| &to[..]).collect()
    }
}

/// The scripts that may run where no import map leads their imports: workers, what pages among the assets load, and what
/// `build.rs` names. So may what these import. A page that `has_map` loads scripts with a map. A script that `makes_urls` may load any of
/// those that it imports in such a way, too.
fn without_map(
    all: &[Vec<Edge<'_>>],
    said: &Said<'_>,
    is_script: impl Fn(u32) -> bool,
    has_map: impl Fn(u32) -> bool,
    makes_urls: impl Fn(u32) -> bool,
) -> BTreeSet<u32> {
    let loaded = |(from, edges): (u32, &Vec<Edge<'_>>)| {
        let (is_page, has_map, makes_urls) = (!is_script(from), has_map(from), makes_urls(from));
        let is_without = |edge: &&Edge<'_>| {
            makes_urls || if is_page { !has_map || !runs_in_page(edge.reference.kind()) } else { !edge.is_import() }
        };
        edges.iter().filter(is_without).map(|edge| edge.to).collect::<Vec<_>>()
    };
    let loaded = (0..).zip(all).flat_map(loaded).chain(said.0.iter().flat_map(|(_, to)| to.iter().copied()));
    importable(all, loaded.filter(|asset| is_script(*asset)))
}

/// Scripts, and all that they import, directly or through others.
fn importable(all: &[Vec<Edge<'_>>], scripts: impl Iterator<Item = u32>) -> BTreeSet<u32> {
    let mut todo: Vec<u32> = scripts.collect();
    let mut found = BTreeSet::new();
    while let Some(script) = todo.pop() {
        if found.insert(script) {
            todo.extend(all[script as usize].iter().filter(|edge| edge.is_import()).map(|edge| edge.to));
        }
    }
    found
}

/// Whether a reference is in code that may do anything with the URL.
fn is_in_code(kind: ReferenceKind) -> bool {
    matches!(kind, ReferenceKind::NewUrl | ReferenceKind::DynamicImport | ReferenceKind::WorkerScript)
}

/// Whether only the running code knows the URLs of workers, or other URLs beside those that it imports.
fn makes_urls(found: &Found) -> bool {
    let is_import = |it: &Computed| matches!(it.kind(), ComputedKind::Import);
    !found.computed().iter().all(is_import)
}

/// Why a file may refer to anything, if it may: the end of a sentence about the file.
fn unknown(file: &File, found: Option<&Found>) -> Option<String> {
    // The retry script is the build's own.
    if file.found.made.is_some() || language(file).is_none() && refers_to_nothing(&file.found.path, &file.content_type)
    {
        return None;
    }
    let Some(found) = found else {
        return Some(format!("files of the type `{}` are not read for references", file.content_type));
    };
    if let Some(unread) = found.unread() {
        return Some(format!("it is not read to its end: {unread}"));
    }
    if let Some(computed) = found.computed().first() {
        let (line, column) = Lines::new(&file.bytes).position(computed.range().start);
        return Some(format!("{} ({line}:{column})", computed.kind()));
    }
    (found.base() == Some("unknown:")).then(|| "its `<base>` is filled in by a template, or too long".to_owned())
}

#[cfg(test)]
mod tests;
