//! What an element says about an asset, whether it is written as HTML or as a value of `Link`.

use std::borrow::Cow;
use std::fmt;

use cachebreaker_manifest::base::has_host;

use crate::view::asset::Asset;

/// What an asset is to a page, by its type: the destination of the request for it (Fetch §2.2.5), as `as` has it.
fn destination(asset: Asset) -> &'static str {
    match media_type(asset) {
        "text/css" => "style",
        "text/javascript" | "application/javascript" => "script",
        "text/vtt" => "track",
        font if font.starts_with("font/") => "font",
        image if image.starts_with("image/") => "image",
        _ => "fetch",
    }
}

/// The content type without its parameters.
fn media_type(asset: Asset) -> &'static str {
    asset.content_type().split(';').next().unwrap_or_default()
}

/// Which element, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A `<link>` with this `rel`.
    Link(&'static str),
    /// A `<link rel="preload">` of a script that will be asked for as a module.
    PreloadOfModule,
    Script,
    Module,
}

impl Role {
    pub(crate) const MODULE_PRELOAD: Self = Self::Link("modulepreload");

    /// What a page does with an asset of that type in a `<link>`.
    pub(crate) fn of_link(asset: Asset) -> Self {
        match destination(asset) {
            "style" => Self::Link("stylesheet"),
            "image" => Self::Link("icon"),
            _ if media_type(asset) == "application/manifest+json" => Self::Link("manifest"),
            _ => Self::of_preload(asset),
        }
    }

    pub(crate) fn of_script(asset: Asset) -> Self {
        if is_module_by_name(asset) { Self::Module } else { Self::Script }
    }

    pub(crate) fn of_preload(asset: Asset) -> Self {
        if is_module_by_name(asset) { Self::of_module_preload(asset) } else { Self::Link("preload") }
    }

    /// A browser resolves the imports of a module that it preloads by `modulepreload`, and an import map that comes later
    /// does not change that. A header always comes before the map, and an element may. So where pages have a map, it is a
    /// preload.
    pub(crate) fn of_module_preload(asset: Asset) -> Self {
        if asset.view().import_map { Self::PreloadOfModule } else { Self::MODULE_PRELOAD }
    }
}

fn is_module_by_name(asset: Asset) -> bool {
    asset.path().ends_with(".mjs")
}

/// What the author of a page chose, for one element or for several.
#[derive(Clone, Debug, Default)]
pub(crate) struct ElementOptions<'a> {
    pub(crate) integrity: bool,
    pub(crate) base: Option<&'a str>,
    pub(crate) attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> ElementOptions<'a> {
    pub(crate) fn attribute(&mut self, name: &'a str, value: &'a str) {
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
        assert!(is_name, "`{}` is no name of an attribute", name.escape_debug());
        self.attributes.push((name, value));
    }

    /// The value that the author of the page chose for that attribute: the first, as browsers take it.
    pub(crate) fn chosen(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.attributes.iter().find(|(chosen, _)| chosen.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// The URL, as the page names it: on the base that is known only when the program runs, if there is one.
pub(crate) fn url(asset: Asset, base: Option<&str>) -> Cow<'static, str> {
    base.map_or(asset.url().into(), |base| asset.url_on(base).into())
}

/// An element about an asset.
#[derive(Clone, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) asset: Asset,
    pub(crate) role: Role,
    pub(crate) options: ElementOptions<'a>,
}

impl Element<'_> {
    /// Whether the page loads a module by it.
    pub(crate) fn is_module(&self) -> bool {
        let chosen = self.options.chosen("type").map(|chosen| chosen.eq_ignore_ascii_case("module"));
        match self.role {
            Role::Link(_) | Role::PreloadOfModule => false,
            Role::Script | Role::Module => chosen.unwrap_or(self.role == Role::Module),
        }
    }

    /// Whether browsers use deltas of the asset only if they ask for it by CORS, as they do for modules in any case: from another origin, a
    /// dictionary is of use only if the page may read it (RFC 9842 §9.3.2).
    fn needs_cors_for_deltas(&self) -> bool {
        let view = self.asset.view();
        let is_element = matches!(self.role, Role::Script | Role::Link("stylesheet" | "preload"));
        let is_dictionary = || view.cors && view.record(self.asset.index()).is_dictionary();
        is_element && is_dictionary() && has_host(self.options.base.unwrap_or_else(|| view.base_in_pages()))
    }

    /// Hands out each attribute, with its value if it has any. What the author of the page chose replaces the
    /// defaults. `source` is the name of the attribute with the URL, if the URL is in an attribute.
    pub(crate) fn attributes(
        &self,
        source: Option<&str>,
        mut each: impl FnMut(&str, Option<&str>) -> fmt::Result,
    ) -> fmt::Result {
        let Self { asset, role, options } = self;
        let url = url(*asset, options.base);
        let destination = destination(*asset);
        let integrity = if options.integrity { asset.integrity() } else { crate::Integrity::of(None) };
        let rel = match role {
            Role::Link(rel) => Some(*rel),
            Role::PreloadOfModule => Some("preload"),
            Role::Script | Role::Module => None,
        };
        let is_preload = rel == Some("preload");
        let media_type = (is_preload || rel == Some("icon")).then(|| media_type(*asset));
        // Requests for fonts, for modules and those by `fetch` are always by CORS, also to the page's own origin. A preload
        // with another mode is not the one that the page needs, and the file is fetched twice. And with a digest, the page
        // must be allowed to read the response (SRI §3.4): on another origin only CORS allows that.
        let is_cors = !integrity.is_empty()
            || self.needs_cors_for_deltas()
            || *role == Role::PreloadOfModule
            || (is_preload && ["font", "fetch"].contains(&destination));
        let defaults = [
            ("rel", rel.map(Some)),
            ("type", (*role == Role::Module).then_some(Some("module"))),
            (source.unwrap_or_default(), source.map(|_| Some(&*url))),
            ("as", is_preload.then_some(Some(destination))),
            ("type", media_type.map(Some)),
            ("crossorigin", is_cors.then_some(None)),
            ("integrity", (!integrity.is_empty()).then_some(Some(integrity.as_str()))),
        ];
        for (name, value) in defaults {
            if let Some(value) = value
                && !options.attributes.iter().any(|(chosen, _)| chosen.eq_ignore_ascii_case(name))
            {
                each(name, value)?;
            }
        }
        options
            .attributes
            .iter()
            .try_for_each(|(name, value)| each(name, Some(*value).filter(|value| !value.is_empty())))
    }
}
