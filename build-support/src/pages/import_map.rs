//! The import map of a page, which leads what modules import to their own URLs: `.import_map(true)`.

use std::collections::{BTreeMap, BTreeSet};

use cachebreaker_manifest::import_map::asked_for;
use cachebreaker_manifest::page::Insert;
use cachebreaker_references::{Language, Load, LoadKind, place_for_imports};

use crate::read::File;
use crate::refer::language;

/// What is inserted into a page that loads these modules, if it needs a map: the map, before everything that may import anything, or entries
/// in the map that it has. `modules` has where each is named, and `url` the URL of a file. What is wrong with the place comes with it: where
/// in the page, and what.
pub(super) fn insertion<'u>(
    (text, loads): (&str, &[Load]),
    files: &[File],
    modules: &[(usize, usize)],
    url: impl Fn(usize) -> &'u str,
) -> (Option<Insert>, Option<(usize, &'static str)>) {
    let is_script = |file: &usize| language(&files[*file]) == Some(Language::JavaScript);
    let modules = modules.iter().filter(|(_, file)| is_script(file));
    let entries = entries(files, modules.clone().map(|(_, file)| *file), url);
    if entries.is_empty() {
        return (None, None);
    }
    // Only a preload resolves nothing.
    let is_preload = |at: usize| loads.iter().any(|load| load.kind() == LoadKind::Preload && load.url().start == at);
    let first_module = modules.map(|(at, _)| *at).filter(|at| !is_preload(*at)).min();
    let may_import = |kind| !matches!(kind, LoadKind::Stylesheet | LoadKind::Preload | LoadKind::ImportMap);
    let first = loads.iter().find(|load| may_import(load.kind())).map(|load| load.start());
    let own = loads.iter().find(|load| load.kind() == LoadKind::ImportMap);
    let place = match own {
        Some(own) => {
            let Some((at, before, behind)) = place_for_imports(&text[own.contents()]) else {
                return (None, Some((own.start(), "this import map has no place for entries: write `{}` into it")));
            };
            Some((own.start(), (own.contents().start + at, before, behind)))
        }
        None => first.map(|at| (at, (at, "<script type=\"importmap\">{\"imports\":{", "}}</script>"))),
    };
    let problem = match place {
        Some((map, _)) => [first, first_module].into_iter().flatten().min().filter(|at| *at < map),
        None => first_module,
    };
    let problem = problem.map(|at| {
        let todo = "this may import modules before there is an import map: put `<script type=\"importmap\">{}</script>` in front of it";
        (at, todo)
    });
    let Some((_, (at, before, behind))) = place else { return (None, problem) };
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
    (Some(insert), problem)
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
