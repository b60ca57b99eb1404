//! Import maps: what modules import by bare names, and by URLs that are not the assets' own (HTML §8.1.6.2).

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;
use std::fmt;

use super::element::{ElementOptions, url};
use super::entries::{entries, imports, reachable};
use super::escape::{InAttribute, InScript};
use crate::view::asset::Asset;
use crate::view::integrity::Integrity;

/// The import map of a page, as the element `<script type="importmap">`. [`importmap`] begins it.
#[derive(Clone, Debug)]
#[must_use = "an import map does nothing until it is written into a page"]
pub struct ImportMap<'a> {
    names: Vec<(&'a str, Asset)>,
    /// What the page loads by its URLs.
    modules: Vec<Asset>,
    integrity: bool,
    nonce: Option<&'a str>,
    base: Option<&'a str>,
}

/// What is in an import map.
struct Members<'a> {
    imports: BTreeMap<Cow<'a, str>, Cow<'static, str>>,
    digests: BTreeMap<Cow<'static, str>, Integrity>,
}

/// The import map that gives each bare name its asset, so that `import { html } from "lit"` works in every module of the
/// page as it is written. It must come before the first module.
///
/// The pairs may come from an array, a `Vec`, a slice or an iterator, by value or by reference, as templates pass them. If two
/// assets have one name, the last counts.
///
/// With `.import_map(true)` in `build.rs`, the map also leads what these modules import to the files' own URLs. For a page that
/// loads modules by tags, use `assets::modules` in place of this function: it writes one map for the modules and the names.
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
    ImportMap { names, modules: Vec::new(), integrity: false, nonce: None, base: None }
}

impl<'a> ImportMap<'a> {
    /// Adds the [digest](Asset::integrity) of each of these modules, and of everything that they import, as far as the
    /// build knows it: no `import` can have an attribute of its own.
    ///
    /// The build knows static imports between modules, and with `.import_map(true)` all others.
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

impl<'a> ImportMap<'a> {
    /// Writes the map of a page that loads these modules by tags with these options, if the page needs one.
    pub(super) fn write_before(
        f: &mut fmt::Formatter<'_>,
        modules: &[Asset],
        names: &[(&'a str, Asset)],
        options: &ElementOptions<'a>,
    ) -> fmt::Result {
        let (modules, names) = (modules.to_vec(), names.to_vec());
        let nonce = options.chosen("nonce");
        let map = Self { names, modules, integrity: options.integrity, nonce, base: options.base };
        let members = map.members();
        // The digest of a module that imports nothing is in its tag.
        let imports_any = || map.roots().any(|module| imports(module).next().is_some());
        let is_needed = !members.imports.is_empty() || (!members.digests.is_empty() && imports_any());
        if is_needed { map.write(f, &members) } else { Ok(()) }
    }

    fn roots(&self) -> impl Iterator<Item = Asset> {
        self.modules.iter().copied().chain(self.names.iter().map(|(_, asset)| *asset))
    }

    fn members(&self) -> Members<'a> {
        let modules = reachable(self.roots());
        let entries = modules.iter().flat_map(|module| entries(*module, self.base));
        let entries = entries.map(|(asked, own)| (Cow::Owned(asked), own));
        let names = self.names.iter().map(|(name, asset)| (Cow::Borrowed(*name), url(*asset, self.base)));
        let digests = modules.iter().filter(|_| self.integrity);
        let digests = digests.map(|asset| (url(*asset, self.base), asset.integrity()));
        Members {
            // The last of one name counts.
            imports: entries.chain(names).collect(),
            digests: digests.filter(|(_, integrity)| !integrity.is_empty()).collect(),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, Members { imports, digests }: &Members<'_>) -> fmt::Result {
        f.write_str("<script type=\"importmap\"")?;
        if let Some(nonce) = self.nonce {
            write!(f, " nonce=\"{}\"", InAttribute(nonce))?;
        }
        f.write_str(">{\"imports\":")?;
        object(f, imports.iter().map(|(name, url)| (&**name, &**url)))?;
        if !digests.is_empty() {
            f.write_str(",\"integrity\":")?;
            object(f, digests.iter().map(|(url, integrity)| (&**url, integrity.as_str())))?;
        }
        f.write_str("}</script>")
    }
}

/// Writes the element.
impl fmt::Display for ImportMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &self.members())
    }
}

fn object<'a>(f: &mut fmt::Formatter<'_>, members: impl Iterator<Item = (&'a str, &'a str)>) -> fmt::Result {
    f.write_str("{")?;
    for (number, (name, value)) in members.enumerate() {
        write!(f, "{}{}:{}", if number == 0 { "" } else { "," }, InScript(name), InScript(value))?;
    }
    f.write_str("}")
}
