//! What the law tests write into files: the oracle of the laws knows nothing else.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) version: u8,
    /// The paths of the files that it names.
    pub(super) refers: BTreeSet<usize>,
    /// Whether it is a script with an `import()` of a computed name.
    pub(super) computed: bool,
}

/// The files of a view: which there are is in the state, and what they may be called is here.
pub(super) const PATHS: [&str; 9] =
    ["a.css", "css/b.css", "img/c.png", "d.svg", "js/e.js", "f.js", "page.html", "docs/g.html", "h.json"];

pub(super) type State = BTreeMap<usize, Content>;

fn is_script(path: &str) -> bool {
    path.ends_with(".js")
}

/// Whether references from it join.
pub(super) fn joins(path: &str) -> bool {
    path.ends_with(".css") || is_script(path)
}

pub(super) fn relative(from: &str, to: &str) -> String {
    format!("{}{to}", if from.contains('/') { "../" } else { "./" })
}

/// Where a reference leads, by the rule of URLs for a folder and its parent.
pub(super) fn follow(url: &str, reference: &str) -> String {
    let folder = url.rsplit_once('/').unwrap().0;
    match (reference.strip_prefix("../"), reference.strip_prefix("./")) {
        (Some(rest), _) => format!("{}/{rest}", folder.rsplit_once('/').unwrap().0),
        (None, Some(rest)) => format!("{folder}/{rest}"),
        _ => panic!("{reference}"),
    }
}

pub(super) fn text(path: usize, content: &Content) -> String {
    let Content { version, refers, computed } = content;
    let path = PATHS[path];
    let references = refers.iter().map(|to| relative(path, PATHS[*to]));
    match path.rsplit_once('.').unwrap().1 {
        "css" => {
            references.map(|to| format!("a {{ b: url({to}) }}\n")).collect::<String>() + &format!("/* {version} */")
        }
        "js" => {
            let imports = references.map(|to| {
                if to.ends_with(".js") {
                    format!("import '{to}';\n")
                } else {
                    format!("new URL('{to}', import.meta.url);\n")
                }
            });
            let computed = if *computed { "import(self.name);" } else { "" };
            imports.collect::<String>() + computed + &format!("// {version}")
        }
        "html" => references.map(|to| format!("<a href='{to}'>")).collect::<String>() + &format!("{version}"),
        "svg" => {
            let uses: String = references.map(|to| format!("<image href='{to}'/>")).collect();
            format!("<svg><!-- {version} -->{uses}</svg>")
        }
        _ => format!("{{\"version\": {version}}}"),
    }
}

/// What a file may name: scripts name no pages, and images name nothing.
fn may_name(from: usize, to: usize) -> bool {
    match PATHS[from].rsplit_once('.').unwrap().1 {
        "png" | "json" => false,
        "js" => !PATHS[to].ends_with(".html"),
        "css" => !PATHS[to].ends_with(".html") && !is_script(PATHS[to]),
        _ => true,
    }
}

#[derive(Clone, Debug)]
pub(super) enum Edit {
    Put(usize, Content),
    Touch(usize),
    Remove(usize),
    Move(usize, usize),
    Revert(usize),
    /// Another build of the same commit.
    Rebuild,
}

pub(super) fn any_content() -> impl Strategy<Value = Content> {
    let refers = prop::collection::btree_set(0..PATHS.len(), 0..3);
    (0_u8..3, refers, prop::bool::weighted(0.1)).prop_map(|(version, refers, computed)| Content {
        version,
        refers,
        computed,
    })
}

pub(super) fn any_edit() -> impl Strategy<Value = Edit> {
    let path = || 0..PATHS.len();
    prop_oneof![
        3 => (path(), any_content()).prop_map(|(path, content)| Edit::Put(path, content)),
        3 => path().prop_map(Edit::Touch),
        1 => path().prop_map(Edit::Remove),
        1 => (path(), path()).prop_map(|(from, to)| Edit::Move(from, to)),
        1 => (0_usize..4).prop_map(Edit::Revert),
        1 => Just(Edit::Rebuild),
    ]
}

/// A file keeps of its content what its type can say.
pub(super) fn fit(path: usize, mut content: Content) -> Content {
    content.refers.retain(|to| *to != path && may_name(path, *to));
    content.computed &= is_script(PATHS[path]);
    content
}

/// What a commit makes of the files. `earlier` has the states before, the last one at its end.
pub(super) fn edited(state: &State, edit: &Edit, earlier: &[State]) -> State {
    let mut next = state.clone();
    match edit {
        Edit::Put(path, content) => drop(next.insert(*path, fit(*path, content.clone()))),
        Edit::Touch(path) => {
            if let Some(content) = next.get_mut(path) {
                content.version = content.version.wrapping_add(1);
            }
        }
        Edit::Remove(path) => drop(next.remove(path)),
        Edit::Move(from, to) => {
            if let Some(content) = next.remove(from) {
                next.insert(*to, fit(*to, content));
            }
        }
        Edit::Revert(back) => next.clone_from(&earlier[earlier.len().saturating_sub(1 + back)]),
        Edit::Rebuild => {}
    }
    next
}

/// Everything that is reached from a path by references, and whether a reference may lead anywhere.
pub(super) fn closure(state: &State, path: usize) -> (BTreeSet<usize>, bool) {
    let (mut found, mut todo) = (BTreeSet::new(), vec![path]);
    while let Some(path) = todo.pop() {
        if !state.contains_key(&path) || !found.insert(path) {
            continue;
        }
        todo.extend(&state[&path].refers);
        // Those that name it share its token, where they are stylesheets and scripts.
        let naming = state.iter().filter(|(from, content)| joins(PATHS[**from]) && content.refers.contains(&path));
        todo.extend(naming.map(|(from, _)| *from));
    }
    let is_unknown = |path: &usize| state[path].computed || PATHS[*path].ends_with(".json");
    let is_everything = found.iter().any(is_unknown);
    (found, is_everything)
}

/// What must stay as it is for the URL of a path to stay: the closure with its contents.
pub(super) fn basis(state: &State, path: usize) -> State {
    let (closure, is_everything) = closure(state, path);
    let is_in = |path: &usize| is_everything || closure.contains(path);
    state.iter().filter(|(path, _)| is_in(path)).map(|(path, content)| (*path, content.clone())).collect()
}
