//! The import map that `assets::modules` writes into a page.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::Release;

/// As a server compresses the page that the map is in, each time that it sends one.
const QUALITY: i32 = 5;

/// How many entries the import map of a page has that loads this module, and how many bytes it has after compression.
pub(crate) fn import_map(release: &Release, module: &str) -> (usize, usize) {
    let mut reached = BTreeSet::from([module]);
    let mut todo = vec![module];
    let mut entries = BTreeMap::new();
    while let Some(importer) = todo.pop() {
        let own = &release[importer];
        let start = own.url.strip_suffix(importer).expect("a URL ends with its path");
        for import in &own.imports {
            let url = &release[import].url;
            let asked = [start, import].concat();
            if asked != *url {
                entries.insert(asked, url);
            }
            if reached.insert(import) {
                todo.push(import);
            }
        }
    }
    let members: Vec<_> = entries.iter().map(|(asked, url)| format!(r#""{asked}":"{url}""#)).collect();
    let text = format!(r#"<script type="importmap">{{"imports":{{{}}}}}</script>"#, members.join(","));
    (entries.len(), compressed(&text))
}

/// How many bytes a part of a page has after compression.
pub(crate) fn compressed(text: &str) -> usize {
    let params = brotli::enc::BrotliEncoderParams { quality: QUALITY, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut text.as_bytes(), &mut compressed, &params).expect("memory");
    compressed.len()
}
