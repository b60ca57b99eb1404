//! JSON: web application manifests, and the import maps of pages.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::extract::{Finds, Kind};

type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Finds the images of a web manifest. Its `start_url`, `scope` and other URLs lead to pages of the application.
pub(super) fn manifest(text: &str, finds: &mut Finds<'_>) {
    let Ok(manifest) = serde_json::from_str::<Object<'_>>(text) else { return };
    for list in ["icons", "screenshots"] {
        images(manifest.get(list), text, finds);
    }
    for shortcut in objects(manifest.get("shortcuts")) {
        images(shortcut.get("icons"), text, finds);
    }
}

/// Finds the addresses of an import map that begins at `at` in the file.
pub(super) fn import_map(text: &str, at: usize, finds: &mut Finds<'_>) {
    let Ok(map) = serde_json::from_str::<Object<'_>>(text) else { return };
    let scopes = object(map.get("scopes"));
    let scoped = scopes.values().map(|scope| object(Some(scope)));
    for addresses in std::iter::once(object(map.get("imports"))).chain(scoped) {
        for address in addresses.values() {
            add(Kind::Address, address, text, at, finds);
        }
    }
}

fn object<'a>(value: Option<&&'a RawValue>) -> Object<'a> {
    value.and_then(|value| serde_json::from_str(value.get()).ok()).unwrap_or_default()
}

fn images(list: Option<&&RawValue>, text: &str, finds: &mut Finds<'_>) {
    for image in objects(list) {
        if let Some(src) = image.get("src") {
            add(Kind::Resource, src, text, 0, finds);
        }
    }
}

fn objects<'a>(list: Option<&&'a RawValue>) -> Vec<Object<'a>> {
    let list: Vec<&RawValue> = list.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default();
    list.into_iter().filter_map(|object| serde_json::from_str(object.get()).ok()).collect()
}

/// Adds a string. A raw value is borrowed from the text, so its address tells its place.
fn add(kind: Kind, value: &RawValue, text: &str, at: usize, finds: &mut Finds<'_>) {
    if let Ok(url) = serde_json::from_str::<String>(value.get()) {
        let start = at + (value.get().as_ptr() as usize - text.as_ptr() as usize);
        finds.add(kind, start + 1..start + value.get().len() - 1, &url);
    }
}
