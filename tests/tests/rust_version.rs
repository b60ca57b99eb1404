//! The oldest compiler that the published crates promise to build with.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::Command;

use serde_json::Value;
use tests::crate_folder;

/// `1.88` and `1.88.0` are one version.
fn version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().expect("a number"));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn no_dependency_of_a_published_crate_needs_a_newer_rust_than_is_stated() {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version=1", "--all-features", "--locked"])
        .current_dir(crate_folder(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages: BTreeMap<_, _> =
        list(&metadata["packages"]).iter().map(|package| (package["id"].as_str().unwrap(), package)).collect();
    let nodes: BTreeMap<_, _> =
        list(&metadata["resolve"]["nodes"]).iter().map(|node| (node["id"].as_str().unwrap(), node)).collect();

    // Unpublished ones have an empty list of places to publish to.
    let mut to_visit: Vec<&str> = list(&metadata["workspace_members"])
        .iter()
        .map(|id| id.as_str().unwrap())
        .filter(|id| packages[id]["publish"].is_null())
        .collect();
    let names: BTreeSet<_> = to_visit.iter().map(|id| packages[id]["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        BTreeSet::from([
            "cachebreaker",
            "cachebreaker-build",
            "cachebreaker-history",
            "cachebreaker-macros",
            "cachebreaker-manifest",
            "cachebreaker-references",
        ])
    );
    let stated: BTreeSet<_> = to_visit.iter().map(|id| packages[id]["rust_version"].as_str()).collect();
    assert_eq!(stated.len(), 1, "one version for all: {stated:?}");
    let stated = stated.into_iter().next().flatten().expect("a stated version");

    let mut seen = BTreeSet::new();
    let mut too_new = Vec::new();
    while let Some(id) = to_visit.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Some(needed) = packages[id]["rust_version"].as_str().filter(|needed| version(needed) > version(stated)) {
            too_new.push(format!("{id} needs {needed}"));
        }
        let is_needed = |dependency: &&Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
        to_visit.extend(list(&nodes[id]["deps"]).iter().filter(is_needed).map(|it| it["pkg"].as_str().unwrap()));
    }
    assert!(seen.len() > 20, "the dependencies were found: {seen:?}");
    assert!(too_new.is_empty(), "rust-version is {stated}, but {too_new:#?}");
}
