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

/// The types of JavaScript (MIME Sniffing Standard, section 4.6).
pub(crate) const JAVASCRIPT: [&str; 16] = [
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

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
            it if JAVASCRIPT.contains(&it) => Some(Self::JavaScript),
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
