//! What a page checks by digests: `integrity` of its scripts and stylesheets, and `modulepreload` links for the modules that these import,
//! because a module has no other element in which a digest could be written.

use std::collections::BTreeSet;
use std::ops::Range;

use cachebreaker_manifest::page::Insert;
use cachebreaker_manifest::sha384;
use cachebreaker_references::{LoadKind, loads};

use crate::encode::sha384::Sha384;
use crate::read::File;

/// What is inserted into a page, at bytes of its text and in their order. `asset_at` has the number of the asset that the reference at these
/// bytes leads to, `imported` the modules that code in the page imports, and `url` the URL of an asset.
pub(super) fn insertions(
    text: &str,
    (files, digests): (&[File], &Sha384),
    asset_at: impl Fn(Range<usize>) -> Option<usize>,
    imported: impl IntoIterator<Item = usize>,
    url: impl Fn(usize) -> String,
) -> Vec<Insert> {
    let attributes = |number: usize, has_crossorigin: bool| {
        let (digest, _) = digests.get(&files[number].digest)?;
        let digest = String::from_utf8_lossy(&sha384::text(digest)).into_owned();
        // A digest needs a response that the page may read, and a module is asked for by CORS in any case.
        let crossorigin = if has_crossorigin { "" } else { " crossorigin" };
        Some(format!(" integrity=\"{digest}\"{crossorigin}"))
    };
    let (mut inserted, mut first_module) = (Vec::new(), None);
    let (mut known, mut todo): (BTreeSet<usize>, Vec<_>) = (BTreeSet::new(), Vec::new());
    for load in loads(text) {
        if matches!(load.kind(), LoadKind::Module | LoadKind::InlineModule) {
            first_module = first_module.or(Some(load.start()));
        }
        let Some(number) = asset_at(load.url()) else { continue };
        if matches!(load.kind(), LoadKind::Module | LoadKind::ModulePreload) {
            known.insert(number);
            todo.push(number);
        }
        if !load.has_integrity()
            && let Some(attributes) = attributes(number, load.has_crossorigin())
        {
            inserted.push(Insert { at: load.end(), text: attributes, urls: Vec::new() });
        }
    }
    let Some(first_module) = first_module else { return inserted };
    let mut preloads = Insert { at: first_module, ..Insert::default() };
    let mut preload = |number: usize, todo: &mut Vec<usize>| {
        if known.insert(number) {
            todo.push(number);
            let attributes = attributes(number, false).unwrap_or_default();
            let before = "<link rel=\"modulepreload\" href=\"";
            preloads.urls.push(preloads.text.len() + before.len());
            preloads.text += &format!("{before}{}\"{attributes}>", url(number));
        }
    };
    todo.reverse();
    imported.into_iter().for_each(|number| preload(number, &mut todo));
    while let Some(module) = todo.pop() {
        for path in &files[module].imports {
            if let Ok(number) = files.binary_search_by(|file| (*file.found.path).cmp(path)) {
                preload(number, &mut todo);
            }
        }
    }
    if !preloads.text.is_empty() {
        // No attribute ends where a tag begins.
        let place = inserted.partition_point(|insert| insert.at < first_module);
        inserted.insert(place, preloads);
    }
    inserted
}
