//! An element in HTML.

use std::fmt;

use super::element::{Element, ElementOptions, Role};
use super::escape::InAttribute;
use super::import_map::ImportMap;
use crate::view::asset::Asset;

/// An element of HTML about an asset, a `<link>` or a `<script>`. [`Display`](fmt::Display) writes it; every value in it is
/// escaped, so a template takes it as it is: `{{ tag|safe }}`, `(PreEscaped(tag.to_string()))`.
///
/// ```
/// # use doc_assets::assets;
/// let tag = assets::STYLE_CSS.link_tag().nonce("r4nd0m").attribute("media", "print");
/// assert_eq!(
///     tag.to_string(),
///     r#"<link rel="stylesheet" href="/static/1718539201234/style.css" nonce="r4nd0m" media="print">"#,
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "a tag does nothing until it is written into a page"]
pub struct Tag<'a>(pub(super) Element<'a>);

impl<'a> Tag<'a> {
    pub(super) fn new(asset: Asset, role: Role) -> Self {
        Self(Element { asset, role, options: ElementOptions::default() })
    }

    /// Adds the asset's [digest](Asset::integrity), where it has one, and `crossorigin` with it: the browser refuses every
    /// other content, also that of a newer release to which a stale URL is redirected.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(
    ///     assets::STYLE_CSS.link_tag().integrity().to_string(),
    ///     r#"<link rel="stylesheet" href="/static/1718539201234/style.css" crossorigin integrity="sha384-LqROt08EVeMth/KLSsFLNEYyDxdxkMNHUVSlR1OFXlOstklYqxMOwTAUvGyhIq1U">"#,
    /// );
    /// ```
    pub fn integrity(mut self) -> Self {
        self.0.options.integrity = true;
        self
    }

    /// The nonce of the page's Content Security Policy.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(assets::STYLE_CSS.link_tag().nonce("r4nd0m").to_string().ends_with(r#" nonce="r4nd0m">"#));
    /// ```
    pub fn nonce(self, nonce: &'a str) -> Self {
        self.attribute("nonce", nonce)
    }

    /// Any other attribute, or another value for one that would be there: `defer` and `async` (the value is empty),
    /// `media`, `fetchpriority`, `rel`.
    ///
    /// # Panics
    ///
    /// If the name contains anything but letters, digits and `- _ : .`.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(
    ///     assets::STYLE_CSS.link_tag().attribute("title", r#"a "b" & c"#).attribute("disabled", "").to_string(),
    ///     r#"<link rel="stylesheet" href="/static/1718539201234/style.css" title="a &quot;b&quot; &amp; c" disabled>"#,
    /// );
    /// ```
    pub fn attribute(mut self, name: &'a str, value: &'a str) -> Self {
        self.0.options.attribute(name, value);
        self
    }

    /// On a base that is known only when the program runs: see [`Asset::url_on`].
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(
    ///     assets::STYLE_CSS.link_tag().on("https://cdn.example.com").to_string(),
    ///     r#"<link rel="stylesheet" href="https://cdn.example.com/static/1718539201234/style.css">"#,
    /// );
    /// ```
    pub fn on(mut self, base: &'a str) -> Self {
        self.0.options.base = Some(base);
        self
    }
}

/// Writes the element; before a module that needs an import map, the map.
impl fmt::Display for Tag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Element { asset, options, .. } = &self.0;
        if asset.view().import_map && self.0.is_module() {
            ImportMap::write_before(f, &[*asset], &[], options)?;
        }
        write(f, &self.0)
    }
}

/// Writes the element alone.
pub(super) fn write(f: &mut fmt::Formatter<'_>, element: &Element<'_>) -> fmt::Result {
    let (begin, source, end) = match element.role {
        Role::Link(_) | Role::PreloadOfModule => ("<link", "href", ">"),
        Role::Script | Role::Module => ("<script", "src", "></script>"),
    };
    f.write_str(begin)?;
    element.attributes(Some(source), |name, value| match value {
        None => write!(f, " {name}"),
        Some(value) => write!(f, " {name}=\"{}\"", InAttribute(value)),
    })?;
    f.write_str(end)
}

impl Asset {
    /// A `<link>` for what a page does with a file of its type: a stylesheet, an icon for an image, a web manifest; anything
    /// else is preloaded, as [`preload`](Asset::preload) does it.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(
    ///     assets::STYLE_CSS.link_tag().to_string(),
    ///     r#"<link rel="stylesheet" href="/static/1718539201234/style.css">"#,
    /// );
    /// ```
    pub fn link_tag(&self) -> Tag<'static> {
        Tag::new(*self, Role::of_link(*self))
    }

    /// A `<script>`: classic, or a module if the file's name ends with `.mjs`. See [`module_tag`](Asset::module_tag).
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let tag = assets::APP_JS.script_tag().attribute("defer", "");
    /// assert_eq!(tag.to_string(), r#"<script src="/static/1718539201234/app.js" defer></script>"#);
    /// ```
    pub fn script_tag(&self) -> Tag<'static> {
        Tag::new(*self, Role::of_script(*self))
    }

    /// A `<script type="module">`.
    ///
    /// With `.import_map(true)` in `build.rs`, the [import map](ImportMap) that the module needs comes before it, with the same
    /// nonce, base and integrity. Firefox, and Chrome before 133 and Safari before 18.4, take one import map a page. So
    /// for a page with several modules, or with bare names, use `assets::modules`, which writes one map for all of them.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let tag = assets::APP_JS.module_tag();
    /// assert_eq!(tag.to_string(), r#"<script type="module" src="/static/1718539201234/app.js"></script>"#);
    /// ```
    pub fn module_tag(&self) -> Tag<'static> {
        Tag::new(*self, Role::Module)
    }
}
