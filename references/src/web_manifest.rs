//! JSON: web application manifests, and the import maps of pages.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;

use crate::found::Found;
use crate::kind::ReferenceKind;
use crate::unread::Unread;

type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Finds the images of a web manifest. Its `start_url`, `scope` and other URLs lead to pages of the application.
pub(crate) fn manifest(text: &str, found: &mut Found) {
    let Some(manifest) = parse(text, found) else { return };
    for list in ["icons", "screenshots"] {
        images(manifest.get(list), text, found);
    }
    for shortcut in objects(manifest.get("shortcuts")) {
        images(shortcut.get("icons"), text, found);
    }
}

/// The URLs of pages in a web manifest, each with the name of its member and the bytes where it is, without quotes: `start_url`, `scope`, and
/// those of shortcuts. A browser resolves them against the URL of the manifest.
///
/// ```
/// use cachebreaker_references::web_manifest_pages;
///
/// let manifest = r#"{ "name": "App", "start_url": "." }"#;
/// assert_eq!(web_manifest_pages(manifest), [("start_url", ".".to_owned(), 31..32)]);
/// ```
#[must_use]
pub fn web_manifest_pages(manifest: &str) -> Vec<(&'static str, String, Range<usize>)> {
    let text = manifest.strip_prefix('\u{feff}').unwrap_or(manifest);
    let at = manifest.len() - text.len();
    let Some(all) = parse(text, &mut Found::default()) else { return Vec::new() };
    let of_shortcuts = objects(all.get("shortcuts")).into_iter().filter_map(|it| Some(("url", *it.get("url")?)));
    let own = ["start_url", "scope"].into_iter().filter_map(|name| Some((name, *all.get(name)?)));
    let pages = own.chain(of_shortcuts).filter_map(|(name, value)| {
        let (url, range) = string(value, text, at)?;
        Some((name, url, range))
    });
    let mut pages: Vec<_> = pages.collect();
    pages.sort_by_key(|(.., range)| range.start);
    pages
}

/// Finds the addresses of an import map that begins at `at` in the file.
pub(crate) fn import_map(text: &str, at: usize, found: &mut Found) {
    let Some(map) = parse(text, found) else { return };
    let scopes = object(map.get("scopes"));
    let scoped = scopes.values().map(|scope| object(Some(scope)));
    for addresses in std::iter::once(object(map.get("imports"))).chain(scoped) {
        for address in addresses.values() {
            add(ReferenceKind::ImportMap, address, text, at, found);
        }
    }
}

/// The keys of an import map that are URLs: in its `integrity`, its `scopes`, and its `imports` if they are no bare names.
///
/// ```
/// use cachebreaker_references::import_map_urls;
///
/// assert_eq!(import_map_urls(r#"{ "imports": { "lit": "./lit.js", "./a.js": "./b.js" } }"#), ["./a.js"]);
/// assert_eq!(import_map_urls(r#"{ "integrity": { "./a.js": "sha384-…" } }"#), ["./a.js"]);
/// ```
#[must_use]
pub fn import_map_urls(map: &str) -> Vec<String> {
    let Some(members) = parse(map, &mut Found::default()) else { return Vec::new() };
    let keys = |name: &str| object(members.get(name)).into_keys().collect::<Vec<_>>();
    let is_url = |key: &String| key.starts_with(['.', '/']);
    let of_imports = keys("imports").into_iter().filter(is_url);
    of_imports.chain(keys("scopes")).chain(keys("integrity")).collect()
}

/// Where entries can be inserted into an import map: at a byte of its text, between a text before and one behind them.
///
/// ```
/// use cachebreaker_references::place_for_imports;
///
/// assert_eq!(place_for_imports(r#"{ "imports": { "lit": "./lit.js" } }"#), Some((14, "", ",")));
/// assert_eq!(place_for_imports(r#"{ "scopes": {} }"#), Some((1, "\"imports\":{", "},")));
/// assert_eq!(place_for_imports("no map"), None);
/// ```
#[must_use]
pub fn place_for_imports(map: &str) -> Option<(usize, &'static str, &'static str)> {
    let whole: &RawValue = serde_json::from_str(map).ok()?;
    let members: Object<'_> = serde_json::from_str(whole.get()).ok()?;
    let inside = |object: &RawValue| object.get().as_ptr() as usize - map.as_ptr() as usize + 1;
    match members.get("imports") {
        Some(imports) => {
            let entries: Object<'_> = serde_json::from_str(imports.get()).ok()?;
            Some((inside(imports), "", if entries.is_empty() { "" } else { "," }))
        }
        None => Some((inside(whole), "\"imports\":{", if members.is_empty() { "}" } else { "}," })),
    }
}

/// The names in the `imports` of an import map, and the bytes of their addresses, without quotes.
///
/// ```
/// use cachebreaker_references::import_map_names;
///
/// let map = r#"{ "imports": { "lit": "./lit.js" } }"#;
/// let (name, address) = &import_map_names(map)[0];
/// assert_eq!((&**name, &map[address.clone()]), ("lit", "./lit.js"));
/// ```
#[must_use]
pub fn import_map_names(map: &str) -> Vec<(String, Range<usize>)> {
    let Some(members) = parse(map, &mut Found::default()) else { return Vec::new() };
    let names = object(members.get("imports"));
    names.into_iter().filter_map(|(name, address)| Some((name, string(address, map, 0)?.1))).collect()
}

/// An object that is all of the text.
fn parse<'a>(text: &'a str, found: &mut Found) -> Option<Object<'a>> {
    match serde_json::from_str::<&RawValue>(text) {
        // Other JSON refers to nothing.
        Ok(value) => serde_json::from_str(value.get()).ok(),
        Err(_) => {
            found.leave(Unread::Syntax);
            None
        }
    }
}

fn object<'a>(value: Option<&&'a RawValue>) -> Object<'a> {
    value.and_then(|value| serde_json::from_str(value.get()).ok()).unwrap_or_default()
}

fn images(list: Option<&&RawValue>, text: &str, found: &mut Found) {
    for image in objects(list) {
        if let Some(src) = image.get("src") {
            add(ReferenceKind::Resource, src, text, 0, found);
        }
    }
}

fn objects<'a>(list: Option<&&'a RawValue>) -> Vec<Object<'a>> {
    let list: Vec<&RawValue> = list.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default();
    list.into_iter().filter_map(|object| serde_json::from_str(object.get()).ok()).collect()
}

/// Adds a string.
fn add(kind: ReferenceKind, value: &RawValue, text: &str, at: usize, found: &mut Found) {
    if let Some((url, range)) = string(value, text, at) {
        found.add(kind, range, &url);
    }
}

/// A string, and where it is, without quotes. A raw value is borrowed from the text, so its address tells its place.
fn string(value: &RawValue, text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let string = serde_json::from_str(value.get()).ok()?;
    let start = at + (value.get().as_ptr() as usize - text.as_ptr() as usize);
    Some((string, start + 1..start + value.get().len() - 1))
}

#[cfg(test)]
mod tests {
    use crate::Language;
    use crate::tests::places;

    #[test]
    fn each_reference_is_found_where_it_is_written() {
        for (text, expected) in [
            (
                "{ \"icons\": [{ \"src\": \"img/lgo.png\", \"sizes\": \"1x1\" }],\n  \"screenshots\": [{ \"src\": \"b.png\" }],\n  \"shortcuts\": [{ \"url\": \"/a\", \"icons\": [{ \"src\": \"c.png\" }] }] }",
                &["1:23: `img/lgo.png`", "2:29: `b.png`", "3:52: `c.png`"][..],
            ),
            (r#"{ "icons": [{ "src": "img/lgo.png" }] }"#, &["1:23: `img/lgo.png`"]),
            ("\u{feff}{ \"icons\": [{ \"src\": \"img/lgo.png\" }] }", &["1:23: `img/lgo.png`"]),
            (
                r#"{ "start_url": "home", "scope": ".", "id": "x", "icons": [{ "src": "img/logo.png" }, 1] }"#,
                &["1:69: `img/logo.png`"],
            ),
        ] {
            assert_eq!(places(text, Language::WebManifest), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_not_found() {
        for text in ["this is no JSON", r#"{ "icons": { "16": "x.png" }, "main.js": { "src": "x.js" } }"#] {
            assert_eq!(places(text, Language::WebManifest), [""; 0], "{text}");
        }
    }
}
