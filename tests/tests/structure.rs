//! The published crates have no import circles, and their folders import in one direction: `ARCHITECTURE.md` draws both.
//!
//! What a module imports is read from its `use` items and its paths. Test modules do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

const CRATES: [&str; 6] = ["manifest", "references", "history", "build-support", "macros", "runtime"];

/// A handle, its table, and the error that names the nearest handle: one noun in three files.
const NATURAL: [&str; 3] = ["view", "view::asset", "view::unknown"];

/// The folders of `runtime`, each of which imports only those before it.
const FLOORS: [&str; 6] = ["request", "view", "decide", "respond", "page", "serve"];

/// The modules of a crate, by their paths without `crate`, with the paths of those that they import.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn imports(krate: &str) -> Imports {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(krate).join("src");
    let mut files = BTreeMap::new();
    collect(&source, &source, &mut files);
    let modules: BTreeSet<_> = files.keys().cloned().collect();
    assert!(modules.len() > 5, "{krate}: {modules:?}");
    files
        .into_iter()
        .map(|(module, file)| {
            let text = fs::read_to_string(&file).unwrap();
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let here = module.split("::").map(str::to_owned).collect();
            let mut paths = Paths { here, modules: &modules, found: BTreeSet::new() };
            paths.visit_file(&parsed);
            let imported = paths.found.iter().filter_map(|path| module_of(path, &modules)).filter(|it| *it != module);
            (module.clone(), imported.collect())
        })
        .collect()
}

fn collect(source: &Path, folder: &Path, files: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(source).unwrap().with_extension("");
        let module: Vec<_> = name.iter().map(|part| part.to_str().unwrap()).collect();
        if path.is_dir() {
            collect(source, &path, files);
        } else if path.extension().is_some_and(|end| end == "rs") && !["lib", "tests"].contains(module.last().unwrap())
        {
            files.insert(module.join("::"), path);
        }
    }
}

/// The module that has the item of that path: the longest beginning that is a module.
fn module_of(path: &[String], modules: &BTreeSet<String>) -> Option<String> {
    (1..=path.len()).rev().map(|len| path[..len].join("::")).find(|path| modules.contains(path))
}

/// The paths below `crate` in a file.
struct Paths<'m> {
    here: Vec<String>,
    modules: &'m BTreeSet<String>,
    found: BTreeSet<Vec<String>>,
}

impl Paths<'_> {
    /// A path as it is written, from the crate's root; `None` for another crate's.
    fn add(&mut self, segments: &[String]) {
        let mut segments = segments.iter().map(String::as_str).peekable();
        let mut path = match segments.peek() {
            Some(&"crate") => Vec::new(),
            Some(&("self" | "super")) => self.here.clone(),
            // A module below this one may be named without `self`.
            Some(&first) if self.modules.contains(&[&self.here[..], &[first.to_owned()]].concat().join("::")) => {
                self.here.clone()
            }
            _ => return,
        };
        for segment in segments {
            match segment {
                "crate" | "self" => {}
                "super" => drop(path.pop()),
                name => path.push(name.to_owned()),
            }
        }
        self.found.insert(path);
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.add(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        list.path.is_ident("cfg") && list.tokens.to_string().contains("test")
    })
}

impl<'a> Visit<'a> for Paths<'_> {
    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    /// `pub(super)` imports nothing.
    fn visit_visibility(&mut self, _: &'a syn::Visibility) {}

    /// What is passed on under another path is not used here.
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if !is_test(&item.attrs) && matches!(item.vis, syn::Visibility::Inherited) {
            self.add_tree(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add(&segments);
        visit::visit_path(self, path);
    }
}

/// The modules that can be reached from one, by one import at least.
fn reached<'i>(imports: &'i Imports, from: &str) -> BTreeSet<&'i str> {
    let mut reached = BTreeSet::new();
    let mut todo: Vec<_> = imports[from].iter().collect();
    while let Some(module) = todo.pop() {
        if reached.insert(module.as_str()) {
            todo.extend(&imports[module]);
        }
    }
    reached
}

#[test]
fn no_module_imports_itself_by_a_circle() {
    for krate in CRATES {
        let imports = imports(krate);
        assert!(imports.values().filter(|imported| !imported.is_empty()).count() > 3, "{krate}: {imports:#?}");
        let in_circles: Vec<_> =
            imports.keys().map(String::as_str).filter(|module| reached(&imports, module).contains(module)).collect();
        let expected = if krate == "runtime" { &NATURAL[..] } else { &[] };
        let of_circles: Imports =
            in_circles.iter().map(|module| (module.to_string(), imports[*module].clone())).collect();
        assert_eq!(in_circles, expected, "{krate}: {of_circles:#?}");
    }
}

#[test]
fn a_folder_of_the_runtime_imports_only_those_above_it() {
    let floor = |module: &str| FLOORS.iter().position(|floor| module.split("::").next() == Some(floor));
    for (module, imported) in imports("runtime") {
        let Some(here) = floor(&module) else { continue };
        let below: Vec<_> = imported.iter().filter(|other| floor(other).is_some_and(|there| there > here)).collect();
        assert!(below.is_empty(), "{module} imports {below:?}");
    }
}
