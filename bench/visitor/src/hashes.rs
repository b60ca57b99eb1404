//! Names with hashes, as tools write them that rewrite references: a file gets a new name when its contents change, or the name
//! of a file that it refers to. It is a model: the bytes of a file are counted without the hashes that a tool writes into it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cachebreaker_references::{Language, find};

use crate::build::Release;

/// The releases with such names in place of their URLs. `folder` has the files of the release.
pub(crate) fn named(release: &Release, folder: &Path) -> Release {
    let references: BTreeMap<_, _> =
        release.keys().map(|path| (path.as_str(), references(release, folder, path))).collect();
    let names = release.iter().map(|(path, asset)| {
        let mut reached = BTreeSet::from([path.as_str()]);
        let mut todo = vec![path.as_str()];
        while let Some(next) = todo.pop() {
            todo.extend(references[next].iter().map(String::as_str).filter(|path| reached.insert(path)));
        }
        let hash: String = reached.iter().map(|path| format!("{path} {}\n", release[*path].digest)).collect();
        let mut asset = asset.clone();
        asset.url = format!("{path}-{hash}");
        (path.clone(), asset)
    });
    names.collect()
}

/// The assets that a stylesheet or a script refers to.
fn references(release: &Release, folder: &Path, path: &str) -> Vec<String> {
    let language = match path.rsplit_once('.') {
        Some((_, "css")) => Language::Css,
        Some((_, "js")) => Language::JavaScript,
        _ => return Vec::new(),
    };
    let text = fs::read_to_string(folder.join(path)).expect("a text");
    let found = find(&text, language);
    let targets = found.references().iter().map(|reference| resolve(path, reference.url()));
    targets.filter(|target| release.contains_key(target)).collect()
}

/// The path that a relative reference leads to.
fn resolve(from: &str, url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let mut parts: Vec<_> = from.split('/').collect();
    parts.pop();
    for part in url.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
