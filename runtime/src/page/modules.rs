//! The modules of a page, with the import map that they need.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;

use super::element::{Element, ElementOptions, Role};
use super::entries::with_static_imports;
use super::import_map::ImportMap;
use super::tag;
use crate::view::asset::Asset;

/// Modules for a page, as elements: the import map that they need, if they need one, and a `<script type="module">` for
/// each. `assets::modules` begins it.
///
/// ```
/// # use doc_assets::assets;
/// let head = assets::modules([assets::APP_JS]).import("lib", assets::LIB_JS).nonce("r4nd0m");
/// assert_eq!(
///     head.to_string(),
///     r#"<script type="importmap" nonce="r4nd0m">{"imports":{"lib":"/static/1718539201234/lib.js"}}</script>"#.to_owned()
///         + r#"<script type="module" src="/static/1718539201234/app.js" nonce="r4nd0m"></script>"#,
/// );
/// ```
///
/// With `.import_map(true)` in `build.rs`, each module has a token of its own in its URL in a release build. Then the
/// map leads each import to the URL of the module that it names:
///
/// ```text
/// <script type="importmap">{"imports":{"/static/1718539209000-9f86d081884c/lib.js":"/static/1718539201000-0a1b2c3d4e5f/lib.js"}}</script>
/// <script type="module" src="/static/1718539209000-9f86d081884c/app.js"></script>
/// ```
///
/// A page has one import map: call `assets::modules` once, for all modules and bare names of the page, and place it
/// before every other script that imports modules. Firefox, and Chrome before 133 and Safari before 18.4, ignore a
/// second map, and every browser ignores what a map says about an import that it has resolved before. The guide
/// `docs/import-map.md` in the repository has more.
#[derive(Clone, Debug)]
#[must_use = "modules do nothing until they are written into a page"]
pub struct Modules<'a> {
    modules: Vec<Asset>,
    names: Vec<(&'a str, Asset)>,
    preload: bool,
    options: ElementOptions<'a>,
}

/// The modules of a page, in their order.
pub fn modules<'a>(modules: impl IntoIterator<Item = impl Borrow<Asset>>) -> Modules<'a> {
    let modules = modules.into_iter().map(|module| *module.borrow()).collect();
    Modules { modules, names: Vec::new(), preload: false, options: ElementOptions::default() }
}

impl<'a> Modules<'a> {
    /// Gives an asset a bare name, so that `import { html } from "lit"` works in every module of the page as it is
    /// written. If two assets have one name, the last counts.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let head = assets::modules([assets::APP_JS]).import("lib", assets::LIB_JS).to_string();
    /// assert!(head.starts_with(r#"<script type="importmap">{"imports":{"lib":"/static/1718539201234/lib.js"}}</script>"#));
    /// ```
    pub fn import(mut self, name: &'a str, asset: impl Borrow<Asset>) -> Self {
        self.names.push((name, *asset.borrow()));
        self
    }

    /// Adds a `<link rel="modulepreload">` for everything that the modules import statically, as far as the build
    /// [knows it](Asset::modulepreload), so that the browser asks for all of it at once. The links come after the map,
    /// which they would disable otherwise, and before the modules. What a page imports by bare names is not among them.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// // app.js imports lib.js.
    /// assert_eq!(
    ///     assets::modules([assets::APP_JS]).preload().to_string(),
    ///     r#"<link rel="modulepreload" href="/static/1718539201234/lib.js">"#.to_owned()
    ///         + r#"<script type="module" src="/static/1718539201234/app.js"></script>"#,
    /// );
    /// ```
    pub fn preload(mut self) -> Self {
        self.preload = true;
        self
    }

    /// Adds the [digest](Asset::integrity) of each module to its element, and to the map those of the modules and of
    /// everything that they import: see [`ImportMap::integrity`]. Then there is a map also if nothing else is in it.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let head = assets::modules([assets::APP_JS]).integrity().to_string();
    /// assert!(head.contains(r#""/static/1718539201234/lib.js":"sha384-"#));
    /// assert!(head.contains(r#"<script type="module" src="/static/1718539201234/app.js" crossorigin integrity="sha384-"#));
    /// ```
    pub fn integrity(mut self) -> Self {
        self.options.integrity = true;
        self
    }

    /// The nonce of the page's Content Security Policy, for the map, the links and the modules.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let head = assets::modules([assets::APP_JS]).import("lib", assets::LIB_JS).preload().nonce("r4nd0m");
    /// assert_eq!(head.to_string().matches(r#" nonce="r4nd0m""#).count(), 3);
    /// ```
    pub fn nonce(self, nonce: &'a str) -> Self {
        self.attribute("nonce", nonce)
    }

    /// Any other attribute of the `<script>` elements, as `async` (the value is empty), or another value for one that
    /// would be there. The links have the same `crossorigin`.
    ///
    /// # Panics
    ///
    /// If the name contains anything but letters, digits and `- _ : .`.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let head = assets::modules([assets::APP_JS]).attribute("async", "");
    /// assert_eq!(head.to_string(), r#"<script type="module" src="/static/1718539201234/app.js" async></script>"#);
    /// ```
    pub fn attribute(mut self, name: &'a str, value: &'a str) -> Self {
        self.options.attribute(name, value);
        self
    }

    /// On a base that is known only when the program runs: see [`Asset::url_on`].
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let head = assets::modules([assets::APP_JS]).on("https://cdn.example.com").to_string();
    /// assert!(head.contains(r#"src="https://cdn.example.com/static/1718539201234/app.js""#));
    /// ```
    pub fn on(mut self, base: &'a str) -> Self {
        self.options.base = Some(base);
        self
    }

    /// What the modules import statically, without themselves.
    fn preloads(&self) -> impl Iterator<Item = Element<'a>> {
        let mut known: HashSet<Asset> = self.modules.iter().copied().collect();
        let imports = self.modules.iter().flat_map(|module| with_static_imports(*module));
        let preloads: Vec<Asset> = imports.filter(|import| known.insert(*import)).collect();
        let mut options = self.options.clone();
        options.attributes.retain(|(name, _)| ["nonce", "crossorigin"].iter().any(|it| name.eq_ignore_ascii_case(it)));
        let element = move |asset| Element { asset, role: Role::MODULE_PRELOAD, options: options.clone() };
        preloads.into_iter().map(element)
    }
}

/// Writes the elements, one after another.
impl fmt::Display for Modules<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ImportMap::write_before(f, &self.modules, &self.names, &self.options)?;
        if self.preload {
            self.preloads().try_for_each(|preload| tag::write(f, &preload))?;
        }
        let scripts = self.modules.iter();
        scripts
            .map(|asset| Element { asset: *asset, role: Role::Module, options: self.options.clone() })
            .try_for_each(|script| tag::write(f, &script))
    }
}
