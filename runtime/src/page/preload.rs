//! What a page will need soon, as values of the header `Link` (RFC 8288) and as elements.

use std::fmt;

use http::HeaderValue;

use super::element::{Element, ElementOptions, Role, url};
use super::entries::with_static_imports;
use super::escape::InHeader;
use super::tag::Tag;
use crate::view::asset::Asset;

/// A hint that a page will need an asset: a value of the header `Link`, or with [`tag`](Preload::tag) an element.
/// [`Asset::preload`] returns it.
///
/// Its `as`, `type` and `crossorigin` are those that the request of the page will have; a browser takes no other preload for
/// it, and fetches the file twice.
///
/// ```
/// # use doc_assets::assets;
/// use http::{HeaderMap, header};
///
/// let mut headers = HeaderMap::new();
/// headers.append(header::LINK, assets::STYLE_CSS.preload().into());
/// headers.append(header::LINK, assets::FONT_WOFF2.preload().into());
/// let lines: Vec<_> = headers.get_all(header::LINK).iter().collect();
/// assert_eq!(
///     lines,
///     [
///         r#"</static/1718539201234/style.css>; rel=preload; as=style; type="text/css""#,
///         r#"</static/1718539201234/font.woff2>; rel=preload; as=font; type="font/woff2"; crossorigin"#,
///     ],
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "a hint does nothing until it is sent"]
pub struct Preload<'a>(Element<'a>);

impl<'a> Preload<'a> {
    /// The same as an element: `<link rel="preload" …>`.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(
    ///     assets::FONT_WOFF2.preload().tag().to_string(),
    ///     r#"<link rel="preload" href="/static/1718539201234/font.woff2" as="font" type="font/woff2" crossorigin>"#,
    /// );
    /// ```
    pub fn tag(self) -> Tag<'a> {
        Tag(self.0)
    }

    /// Adds the asset's [digest](Asset::integrity): where the element that will need the file has one, so must its preload.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(assets::STYLE_CSS.preload().integrity().to_string().contains("; crossorigin; integrity=\"sha384-"));
    /// ```
    pub fn integrity(mut self) -> Self {
        self.0.options.integrity = true;
        self
    }

    /// The nonce of the page's Content Security Policy.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(assets::APP_JS.preload().nonce("r4nd0m").to_string().ends_with("; nonce=r4nd0m"));
    /// ```
    pub fn nonce(self, nonce: &'a str) -> Self {
        self.attribute("nonce", nonce)
    }

    /// Any other attribute, as `fetchpriority`, `media` or `imagesrcset`, or another value for one that would be there.
    ///
    /// # Panics
    ///
    /// If the name contains anything but letters, digits and `- _ : .`.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(assets::APP_JS.preload().attribute("fetchpriority", "high").to_string().contains("fetchpriority=high"));
    /// ```
    pub fn attribute(mut self, name: &'a str, value: &'a str) -> Self {
        self.0.options.attribute(name, value);
        self
    }

    /// On a base that is known only when the program runs: see [`Asset::url_on`].
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let value = assets::APP_JS.preload().on("https://cdn.example.com").to_string();
    /// assert!(value.starts_with("<https://cdn.example.com/static/1718539201234/app.js>; "));
    /// ```
    pub fn on(mut self, base: &'a str) -> Self {
        self.0.options.base = Some(base);
        self
    }
}

/// Writes the value of `Link`.
impl fmt::Display for Preload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A base that is known only when the program runs is taken as it is, but it must not end the reference.
        let url = url(self.0.asset, self.0.options.base);
        let spelt = |text: &'_ str| text.replace('>', "%3E").replace(|c: char| c.is_ascii_control() || c == ' ', "%20");
        let url = if self.0.options.base.is_none() { url } else { spelt(&url).into() };
        write!(f, "<{url}>")?;
        self.0.attributes(None, |name, value| match value {
            None => write!(f, "; {name}"),
            Some(value) => write!(f, "; {name}={}", InHeader(value)),
        })
    }
}

/// The value of `Link`.
impl From<Preload<'_>> for HeaderValue {
    fn from(preload: Preload<'_>) -> Self {
        value(preload.to_string())
    }
}

/// Hints for a module and for everything that it imports: values of `Link`, or with [`tags`](Preloads::tags) elements.
/// [`Asset::modulepreload`] returns it.
///
/// A browser learns what a module imports only when it has read the module. With these hints it fetches all of
/// them at once.
///
/// ```
/// # use doc_assets::assets;
/// use http::{HeaderMap, header};
///
/// // app.js imports lib.js.
/// let mut headers = HeaderMap::new();
/// headers.append(header::LINK, assets::APP_JS.modulepreload().into());
/// assert_eq!(
///     headers[header::LINK],
///     "</static/1718539201234/app.js>; rel=modulepreload, </static/1718539201234/lib.js>; rel=modulepreload",
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "hints do nothing until they are sent"]
pub struct Preloads<'a> {
    modules: Vec<Asset>,
    options: ElementOptions<'a>,
}

impl<'a> Preloads<'a> {
    /// The same as elements, one after another.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(
    ///     assets::APP_JS.modulepreload().tags().to_string(),
    ///     r#"<link rel="modulepreload" href="/static/1718539201234/app.js">"#.to_owned()
    ///         + r#"<link rel="modulepreload" href="/static/1718539201234/lib.js">"#,
    /// );
    /// ```
    #[must_use]
    pub fn tags(&self) -> impl fmt::Display + use<'_, 'a> {
        self.iter().map(|preload| preload.tag().to_string()).collect::<String>()
    }

    /// The hints, one by one: the module's own first.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::APP_JS.modulepreload().iter().count(), 2);
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Preload<'a>> + use<'_, 'a> {
        let element = |asset: &Asset| Element {
            asset: *asset,
            role: Role::of_module_preload(*asset),
            options: self.options.clone(),
        };
        self.modules.iter().map(move |asset| Preload(element(asset)))
    }

    /// Adds the [digest](Asset::integrity) of each module.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::APP_JS.modulepreload().integrity().to_string().matches("sha384-").count(), 2);
    /// ```
    pub fn integrity(mut self) -> Self {
        self.options.integrity = true;
        self
    }

    /// The nonce of the page's Content Security Policy.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::APP_JS.modulepreload().nonce("r4nd0m").to_string().matches("nonce=r4nd0m").count(), 2);
    /// ```
    pub fn nonce(mut self, nonce: &'a str) -> Self {
        self.options.attribute("nonce", nonce);
        self
    }

    /// On a base that is known only when the program runs: see [`Asset::url_on`].
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let value = assets::APP_JS.modulepreload().on("https://cdn.example.com").to_string();
    /// assert_eq!(value.matches("<https://cdn.example.com/").count(), 2);
    /// ```
    pub fn on(mut self, base: &'a str) -> Self {
        self.options.base = Some(base);
        self
    }
}

/// Writes one value of `Link`, with commas between the hints.
impl fmt::Display for Preloads<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().enumerate().try_for_each(|(number, preload)| {
            f.write_str(if number == 0 { "" } else { ", " })?;
            preload.fmt(f)
        })
    }
}

/// One value of `Link`, with commas between the hints.
impl From<Preloads<'_>> for HeaderValue {
    fn from(preloads: Preloads<'_>) -> Self {
        value(preloads.to_string())
    }
}

/// Nothing that is written here has a control character in it.
fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

impl Asset {
    /// A hint that a page will need this file, for the header `Link` or as an element: `rel=preload` with the `as`, `type`
    /// and `crossorigin` of its type; as [`modulepreload`](Asset::modulepreload) has it if its name ends with `.mjs`.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(
    ///     assets::FONT_WOFF2.preload().to_string(),
    ///     r#"</static/1718539201234/font.woff2>; rel=preload; as=font; type="font/woff2"; crossorigin"#,
    /// );
    /// ```
    pub fn preload(&self) -> Preload<'static> {
        Preload(Element { asset: *self, role: Role::of_preload(*self), options: ElementOptions::default() })
    }

    /// Hints for this module and for everything that it imports statically, directly or through others.
    ///
    /// They are `rel=modulepreload`. With `.import_map(true)` in `build.rs` they are `rel=preload; as=script; crossorigin`: a
    /// `modulepreload` that comes before the import map, as every header does, makes the browser ignore the map's entries.
    /// So if your page has a map of bare names only, place these hints after it, as elements.
    ///
    /// The build knows the imports where it looks for references: with the feature `references` of `cachebreaker-build`, if it checks
    /// them (`Assets::check_references`), has `Assets::import_map`, or is a release with `Token::content()`. Otherwise, and in a `StaticView`, the module alone is named.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let modules = assets::APP_JS.modulepreload();
    /// assert_eq!(modules.iter().count(), 2);
    /// ```
    pub fn modulepreload(&self) -> Preloads<'static> {
        Preloads { modules: with_static_imports(*self), options: ElementOptions::default() }
    }
}
