//! The languages that references are found in, by content type.

/// A language that references are found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Stylesheets.
    Css,
    /// Modules and classic scripts.
    JavaScript,
    /// Pages.
    Html,
    /// Images.
    Svg,
    /// Web application manifests.
    WebManifest,
}

impl Language {
    /// The language of a text with that content type; `None` for all other types.
    ///
    /// ```
    /// use cachebreaker_references::Language;
    ///
    /// assert_eq!(Language::of("text/css; charset=utf-8"), Some(Language::Css));
    /// assert_eq!(Language::of("image/png"), None);
    /// ```
    #[must_use]
    pub fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "text/css" => Some(Self::Css),
            "text/javascript" | "application/javascript" => Some(Self::JavaScript),
            "text/html" => Some(Self::Html),
            "image/svg+xml" => Some(Self::Svg),
            "application/manifest+json" => Some(Self::WebManifest),
            _ => None,
        }
    }

    /// The content type of the language.
    ///
    /// ```
    /// use cachebreaker_references::Language;
    ///
    /// assert_eq!(Language::JavaScript.content_type(), "text/javascript");
    /// assert_eq!(Language::of(Language::JavaScript.content_type()), Some(Language::JavaScript));
    /// ```
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Css => "text/css",
            Self::JavaScript => "text/javascript",
            Self::Html => "text/html",
            Self::Svg => "image/svg+xml",
            Self::WebManifest => "application/manifest+json",
        }
    }
}
