//! What modules import. Modules go in, and what their imports lead to comes out: the assets, and where an import asks
//! for another URL than the asset's own, both URLs.

use std::borrow::Cow;
use std::collections::HashSet;

use cachebreaker_manifest::import_map::asked_for;

use super::element::url;
use crate::view::asset::Asset;

/// The assets that an asset imports itself, also while it runs.
pub(super) fn imports(asset: Asset) -> impl Iterator<Item = Asset> {
    let (view, index) = (asset.view(), asset.index());
    view.imports.of(index).chain(view.lazy_imports.of(index)).map(|index| view.asset(index))
}

/// Modules, and everything that they import, while they run too: each once.
pub(super) fn reachable(modules: impl IntoIterator<Item = Asset>) -> Vec<Asset> {
    with_all(modules, imports)
}

/// A module and everything that it imports statically: each once, the nearest first.
pub(super) fn with_static_imports(module: Asset) -> Vec<Asset> {
    with_all([module], |module| {
        let view = module.view();
        view.imports.of(module.index()).map(|index| view.asset(index))
    })
}

/// Modules, and what these imports lead to, directly or through others.
fn with_all<I: Iterator<Item = Asset>>(
    modules: impl IntoIterator<Item = Asset>,
    imports: impl Fn(Asset) -> I,
) -> Vec<Asset> {
    let mut known = HashSet::new();
    let mut found: Vec<_> = modules.into_iter().filter(|module| known.insert(*module)).collect();
    let mut next = 0;
    while let Some(module) = found.get(next).copied() {
        found.extend(imports(module).filter(|import| known.insert(*import)));
        next += 1;
    }
    found
}

/// Where an import of a module asks for another URL than the asset's own, because of its token or its spelling: the URL
/// that it asks for, and the asset's own. Only in views whose pages have an import map.
pub(super) fn entries(importer: Asset, base: Option<&str>) -> Vec<(String, Cow<'static, str>)> {
    if !importer.view().import_map {
        return Vec::new();
    }
    let of_importer = url(importer, base);
    let mut entries = Vec::new();
    for asset in imports(importer) {
        let own = url(asset, base);
        let asked = asked_for((&of_importer, importer.path()), (asset.path(), &own));
        entries.extend(asked.map(|asked| (asked, own.clone())));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Module, view_of_modules};

    #[test]
    fn a_module_comes_with_each_import_once_the_nearest_first_also_where_modules_import_each_other() {
        let imports: [&[usize]; 6] = [&[2, 1], &[3], &[3, 0], &[4], &[], &[5]];
        let path = |number: usize| format!("{number}.js");
        let module = |(number, imports): (usize, &&[usize])| Module {
            path: path(number),
            token: 0,
            imports: imports.iter().map(|import| path(*import)).collect(),
            lazy_imports: Vec::new(),
        };
        let view = view_of_modules("", &imports.iter().enumerate().map(module).collect::<Vec<_>>());
        let of = |number| with_static_imports(view.asset(number)).iter().map(Asset::index).collect::<Vec<_>>();
        assert_eq!(of(0), [0, 2, 1, 3, 4]);
        assert_eq!(of(4), [4]);
        assert_eq!(of(5), [5]);
        let without_imports = view_of_modules("", &[module((7, &imports[4]))]);
        assert_eq!(with_static_imports(without_imports.asset(0)), [without_imports.asset(0)]);
    }
}
