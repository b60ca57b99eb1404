//! The import map of a page, which leads what modules import to their own URLs: `.import_map(true)`.

use std::collections::{BTreeMap, BTreeSet};

use cachebreaker_manifest::import_map::asked_for;
use cachebreaker_manifest::page::Insert;
use cachebreaker_references::{LoadKind, loads, place_for_imports};

use crate::read::File;

/// What is inserted into a page that loads these modules, if it needs a map: the map, before everything that may import anything, or entries
/// in the map that it has. `url` has the URL of a file.
pub(super) fn insertion<'u>(
    text: &str,
    files: &[File],
    modules: impl IntoIterator<Item = usize>,
    url: impl Fn(usize) -> &'u str,
) -> Option<Insert> {
    let entries = entries(files, modules, url);
    let loads = loads(text);
    let own = loads.iter().filter(|load| load.kind() == LoadKind::ImportMap).find_map(|load| {
        let rest = &text[load.end()..];
        let end = rest.to_ascii_lowercase().find("</script")?;
        let (at, before, behind) = place_for_imports(&rest[..end])?;
        Some((load.end() + at, before, behind))
    });
    let may_import = |kind| !matches!(kind, LoadKind::Stylesheet | LoadKind::Preload | LoadKind::ImportMap);
    let first = || loads.iter().find(|load| may_import(load.kind())).map(|load| load.start());
    let (at, before, behind) = match own {
        Some(own) => own,
        None => (first()?, "<script type=\"importmap\">{\"imports\":{", "}}</script>"),
    };
    let mut insert = Insert { at, text: before.to_owned(), urls: Vec::new() };
    for (number, (asked, own)) in entries.iter().enumerate() {
        insert.text += if number == 0 { "\"" } else { ",\"" };
        insert.urls.push(insert.text.len());
        insert.text += asked;
        insert.text += "\":\"";
        insert.urls.push(insert.text.len());
        insert.text += own;
        insert.text += "\"";
    }
    insert.text += behind;
    (!entries.is_empty()).then_some(insert)
}

/// The entries for everything that these modules import, directly or through others: what is asked for, and the URL that it has. No URL has
/// a character that JSON or HTML would need to escape.
fn entries<'u>(
    files: &[File],
    modules: impl IntoIterator<Item = usize>,
    url: impl Fn(usize) -> &'u str,
) -> BTreeMap<String, &'u str> {
    let (mut entries, mut known, mut todo) =
        (BTreeMap::new(), BTreeSet::new(), modules.into_iter().collect::<Vec<_>>());
    while let Some(module) = todo.pop() {
        if !known.insert(module) {
            continue;
        }
        let importer = &files[module];
        for path in importer.imports.iter().chain(&importer.lazy_imports) {
            let Ok(number) = files.binary_search_by(|file| file.found.path.cmp(path)) else { continue };
            let asked = asked_for((url(module), &importer.found.path), (path, url(number)));
            entries.extend(asked.map(|asked| (asked, url(number))));
            todo.push(number);
        }
    }
    entries
}
