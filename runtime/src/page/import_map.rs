//! Import maps: what the bare names in modules mean (HTML §8.1.5.1).

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;

use super::element::url;
use super::escape::{InAttribute, InScript};
use crate::view::asset::Asset;

/// The import map of a page, as the element `<script type="importmap">`. [`importmap`] begins it.
#[derive(Clone, Debug)]
#[must_use = "an import map does nothing until it is written into a page"]
pub struct ImportMap<'a> {
    names: Vec<(&'a str, Asset)>,
    integrity: bool,
    nonce: Option<&'a str>,
    base: Option<&'a str>,
}

/// The import map that gives each bare name its asset, so that `import { html } from "lit"` works in every module of the
/// page as it is written. It must come before the first module.
///
/// The pairs may come from an array, a `Vec`, a slice or an iterator, by value or by reference, as templates pass them. If two
/// assets have one name, the last counts.
///
/// ```
/// # use doc_assets::assets;
/// use cachebreaker::importmap;
///
/// assert_eq!(
///     importmap([("app", assets::APP_JS), ("lib", assets::LIB_JS)]).nonce("r4nd0m").to_string(),
///     r#"<script type="importmap" nonce="r4nd0m">{"imports":{"app":"/static/1718539201234/app.js","lib":"/static/1718539201234/lib.js"}}</script>"#,
/// );
/// ```
pub fn importmap<'a>(names: impl IntoIterator<Item = impl Borrow<(&'a str, Asset)>>) -> ImportMap<'a> {
    let names = names.into_iter().map(|pair| *pair.borrow()).collect();
    ImportMap { names, integrity: false, nonce: None, base: None }
}

impl<'a> ImportMap<'a> {
    /// Adds the [digest](Asset::integrity) of each of these modules, and of everything that they import, as far as the
    /// build knows it: no `import` can have an attribute of its own.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let map = cachebreaker::importmap([("app", assets::APP_JS)]).integrity().to_string();
    /// assert!(map.contains(r#""integrity":{"/static/1718539201234/app.js":"sha384-"#));
    /// assert!(map.contains(r#","/static/1718539201234/lib.js":"sha384-"#));
    /// ```
    pub fn integrity(mut self) -> Self {
        self.integrity = true;
        self
    }

    /// The nonce of the page's Content Security Policy.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let map = cachebreaker::importmap([("lib", assets::LIB_JS)]).nonce("r4nd0m").to_string();
    /// assert!(map.starts_with(r#"<script type="importmap" nonce="r4nd0m">"#));
    /// ```
    pub fn nonce(mut self, nonce: &'a str) -> Self {
        self.nonce = Some(nonce);
        self
    }

    /// On a base that is known only when the program runs: see [`Asset::url_on`].
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let map = cachebreaker::importmap([("lib", assets::LIB_JS)]).on("https://cdn.example.com").to_string();
    /// assert!(map.contains(r#""lib":"https://cdn.example.com/static/1718539201234/lib.js""#));
    /// ```
    pub fn on(mut self, base: &'a str) -> Self {
        self.base = Some(base);
        self
    }
}

/// Writes the element.
impl fmt::Display for ImportMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let imports: BTreeMap<&str, _> =
            self.names.iter().map(|(name, asset)| (*name, url(*asset, self.base))).collect();
        let modules = self.names.iter().flat_map(|(_, asset)| asset.with_imports()).filter(|_| self.integrity);
        let digests: BTreeMap<_, _> = modules
            .map(|asset| (url(asset, self.base), asset.integrity()))
            .filter(|(_, integrity)| !integrity.is_empty())
            .collect();
        f.write_str("<script type=\"importmap\"")?;
        if let Some(nonce) = self.nonce {
            write!(f, " nonce=\"{}\"", InAttribute(nonce))?;
        }
        f.write_str(">{\"imports\":")?;
        object(f, imports.iter().map(|(name, url)| (*name, &**url)))?;
        if !digests.is_empty() {
            f.write_str(",\"integrity\":")?;
            object(f, digests.iter().map(|(url, integrity)| (&**url, integrity.as_str())))?;
        }
        f.write_str("}</script>")
    }
}

fn object<'a>(f: &mut fmt::Formatter<'_>, members: impl Iterator<Item = (&'a str, &'a str)>) -> fmt::Result {
    f.write_str("{")?;
    for (number, (name, value)) in members.enumerate() {
        write!(f, "{}{}:{}", if number == 0 { "" } else { "," }, InScript(name), InScript(value))?;
    }
    f.write_str("}")
}
