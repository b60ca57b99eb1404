//! What an element says about an asset, whether it is written as HTML or as a value of `Link`.

use std::borrow::Cow;
use std::fmt;

use crate::view::asset::Asset;

/// What an asset is to a page, by its type: the destination of the request for it (Fetch §2.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Style,
    Script,
    Font,
    Image,
    Track,
    Fetch,
}

impl Destination {
    pub(crate) fn of(asset: Asset) -> Self {
        match media_type(asset) {
            "text/css" => Self::Style,
            "text/javascript" | "application/javascript" => Self::Script,
            "text/vtt" => Self::Track,
            font if font.starts_with("font/") => Self::Font,
            image if image.starts_with("image/") => Self::Image,
            _ => Self::Fetch,
        }
    }

    /// The value of `as`.
    const fn name(self) -> &'static str {
        match self {
            Self::Style => "style",
            Self::Script => "script",
            Self::Font => "font",
            Self::Image => "image",
            Self::Track => "track",
            Self::Fetch => "fetch",
        }
    }

    /// Whether its request is always one by CORS, also to the page's own origin. A preload with another mode is not the
    /// one that the page needs, and the file is fetched twice.
    const fn is_cors(self) -> bool {
        matches!(self, Self::Font | Self::Fetch)
    }
}

/// The content type without its parameters.
pub(crate) fn media_type(asset: Asset) -> &'static str {
    asset.content_type().split(';').next().unwrap_or_default()
}

/// Which element, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Stylesheet,
    Icon,
    Manifest,
    Preload,
    ModulePreload,
    Script,
    Module,
}

impl Role {
    /// What a page does with an asset of that type in a `<link>`.
    pub(crate) fn of_link(asset: Asset) -> Self {
        match Destination::of(asset) {
            Destination::Style => Self::Stylesheet,
            Destination::Image => Self::Icon,
            _ if media_type(asset) == "application/manifest+json" => Self::Manifest,
            _ => Self::of_preload(asset),
        }
    }

    pub(crate) fn of_script(asset: Asset) -> Self {
        if is_module_by_name(asset) { Self::Module } else { Self::Script }
    }

    pub(crate) fn of_preload(asset: Asset) -> Self {
        if is_module_by_name(asset) { Self::ModulePreload } else { Self::Preload }
    }

    pub(crate) const fn is_script(self) -> bool {
        matches!(self, Self::Script | Self::Module)
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
}

/// An element about an asset.
#[derive(Clone, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) asset: Asset,
    pub(crate) role: Role,
    pub(crate) options: ElementOptions<'a>,
}

impl Element<'_> {
    /// The URL, as the page names it.
    pub(crate) fn url(&self) -> Cow<'static, str> {
        let Self { asset, options, .. } = self;
        options.base.map_or(asset.url().into(), |base| asset.url_on(base).into())
    }

    /// Hands out each attribute, with its value if it has any. What the author of the page chose replaces the
    /// defaults. `source` is the name of the attribute with the URL, if the URL is in an attribute.
    pub(crate) fn attributes(
        &self,
        source: Option<&str>,
        mut each: impl FnMut(&str, Option<&str>) -> fmt::Result,
    ) -> fmt::Result {
        let url = self.url();
        let Self { asset, role, options } = self;
        let destination = Destination::of(*asset);
        let integrity = if options.integrity { asset.integrity() } else { crate::Integrity::of(None) };
        let rel = match role {
            Role::Stylesheet => Some("stylesheet"),
            Role::Icon => Some("icon"),
            Role::Manifest => Some("manifest"),
            Role::Preload => Some("preload"),
            Role::ModulePreload => Some("modulepreload"),
            Role::Script | Role::Module => None,
        };
        let is_preload = *role == Role::Preload;
        let media_type = match role {
            Role::Icon | Role::Preload => Some(media_type(*asset)),
            _ => None,
        };
        // With a digest, the page must be allowed to read the response (SRI §3.4): on another origin only CORS allows that.
        let is_cors = !integrity.is_empty() || (is_preload && destination.is_cors());
        let defaults = [
            ("rel", rel.map(Some)),
            ("type", (*role == Role::Module).then_some(Some("module"))),
            (source.unwrap_or_default(), source.map(|_| Some(&*url))),
            ("as", is_preload.then_some(Some(destination.name()))),
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
