//! What a page checks by digests: `integrity` of its scripts and stylesheets, and `modulepreload` links for the modules that these import,
//! because a module has no other element in which a digest could be written.

use std::collections::BTreeSet;
use std::ops::Range;

use cachebreaker_manifest::page::Insert;
use cachebreaker_manifest::sha384;
use cachebreaker_references::{Load, LoadKind};

use crate::encode::sha384::Sha384;
use crate::read::File;

/// What is inserted into a page that has these loads, at bytes of its text. `asset_at` has the number of the asset that the reference at these
/// bytes leads to, `imported` the modules that code in the page imports, `imports` those that a module imports, and `url` the URL of an
/// asset. `is_elsewhere` says whether the assets have another origin than the page.
pub(super) fn insertions(
    loads: &[Load],
    (files, digests, is_elsewhere): (&[File], &Sha384, bool),
    asset_at: impl Fn(Range<usize>) -> Option<usize>,
    (imported, imports): (impl IntoIterator<Item = usize>, impl Fn(usize) -> Vec<usize>),
    url: impl Fn(usize) -> String,
) -> Vec<Insert> {
    let attributes = |number: usize, has_crossorigin: bool| {
        let (digest, _) = digests.get(&files[number].digest)?;
        let digest = String::from_utf8_lossy(&sha384::text(digest)).into_owned();
        // A digest needs a response that the page may read, and a module is asked for by CORS in any case.
        let crossorigin = if has_crossorigin { "" } else { " crossorigin" };
        Some(format!(" integrity=\"{digest}\"{crossorigin}"))
    };
    let with_assets = || loads.iter().filter_map(|load| Some((load, asset_at(load.url())?)));
    let is_module = |load: &Load| matches!(load.kind(), LoadKind::Module | LoadKind::ModulePreload);
    let mut todo: Vec<_> = with_assets().filter(|(load, _)| is_module(load)).map(|(_, number)| number).rev().collect();
    let mut modules: BTreeSet<_> = todo.iter().copied().collect();
    let mut preloads = Insert::default();
    let first_module = loads.iter().find(|load| matches!(load.kind(), LoadKind::Module | LoadKind::InlineModule));
    if let Some(first_module) = first_module {
        preloads.at = first_module.start();
        let mut preload = |number: usize, todo: &mut Vec<usize>| {
            if modules.insert(number) {
                todo.push(number);
                let attributes = attributes(number, false).unwrap_or_default();
                let before = "<link rel=\"modulepreload\" href=\"";
                preloads.urls.push(preloads.text.len() + before.len());
                preloads.text += &format!("{before}{}\"{attributes}>", url(number));
            }
        };
        imported.into_iter().for_each(|number| preload(number, &mut todo));
        while let Some(module) = todo.pop() {
            imports(module).into_iter().for_each(|number| preload(number, &mut todo));
        }
    }
    // What the page asks for by CORS. A preload counts only if it asks in the same way (HTML, "consume a preloaded resource").
    let mut by_cors = modules;
    let others = with_assets().filter(|(load, _)| load.kind() != LoadKind::Preload);
    by_cors
        .extend(others.filter(|(load, _)| load.has_crossorigin() || !load.has_integrity()).map(|(_, number)| number));
    let mut inserted = Vec::new();
    if !preloads.text.is_empty() {
        inserted.push(preloads);
    }
    for (load, number) in with_assets().filter(|(load, _)| !load.has_integrity()) {
        let is_as_it_is = load.kind() == LoadKind::Preload && !is_elsewhere && !by_cors.contains(&number);
        if let Some(attributes) = attributes(number, load.has_crossorigin() || is_as_it_is) {
            inserted.push(Insert { at: load.end(), text: attributes, urls: Vec::new() });
        }
    }
    inserted
}
