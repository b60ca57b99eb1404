//! A request, as far as a response depends on it. A part that costs something to read is read when a decision needs it: most
//! requests need few of them.

mod accepted;
mod dictionary;
mod entity_tag;
mod headers;

use http::header::{ACCEPT, ACCESS_CONTROL_REQUEST_METHOD};
use http::{Extensions, HeaderMap, HeaderName, Method, Uri};

pub(crate) use self::accepted::{Accepted, Weight};
pub(crate) use self::headers::{IfRange, RequestHeaders};

/// `Cachebreaker: retry`, by which a reverse proxy says that it asks another instance where this one has not the right
/// file.
const CACHEBREAKER: HeaderName = HeaderName::from_static("cachebreaker");

/// What the browser wants to make of the response, and by which mode it asks (Fetch Metadata §2.1 and §2.2).
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'r> {
    pub(crate) method: &'r Method,
    /// The path as this service gets it. A router may have stripped its beginning: see [`mount`](Self::mount).
    pub(crate) path: &'r str,
    uri: &'r Uri,
    /// What is before the view's URLs, where the application says it: `/ui`.
    pub(crate) prefix: Option<&'r str>,
    headers: &'r HeaderMap,
    extensions: &'r Extensions,
}

impl<'r> Request<'r> {
    pub(crate) fn of<B>(request: &'r http::Request<B>) -> Self {
        Self::at(None, request)
    }

    /// A request for a view at a prefix, if the application knows one.
    #[inline]
    pub(crate) fn at<B>(prefix: Option<&'r str>, request: &'r http::Request<B>) -> Self {
        Self {
            method: request.method(),
            path: request.uri().path(),
            uri: request.uri(),
            prefix,
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }

    /// The query, without its question mark. Few requests need it (`bench/smoke`, all requests).
    pub(crate) fn query(&self) -> Option<&'r str> {
        self.uri.query()
    }

    /// The headers that choose among an asset's representations.
    #[inline]
    pub(crate) fn headers(&self) -> RequestHeaders<'r> {
        RequestHeaders::read(self.headers)
    }

    /// Whether a reverse proxy asks another instance after a 503.
    #[inline]
    pub(crate) fn proxy_retries(&self) -> bool {
        self.headers.iter().any(|(name, value)| name == CACHEBREAKER && value == "retry")
    }

    /// Whether a browser asks for a module: scripts of this mode are those that are imported, and those of elements with
    /// `type="module"` or `crossorigin` (HTML §8.1.4.2).
    #[cold]
    pub(crate) fn is_for_module(&self) -> bool {
        let is = |name, expected| self.headers.get(name).is_some_and(|value| value == expected);
        is(SEC_FETCH_DEST, "script") && is(SEC_FETCH_MODE, "cors")
    }

    /// Whether a visitor goes to a page: the client names `text/html` among what it accepts (RFC 9110 §12.5.1), and if it says by which
    /// mode it asks, it is a navigation (Fetch Metadata §2.2).
    #[cold]
    pub(crate) fn is_navigation(&self) -> bool {
        let is_navigate = self.headers.get(SEC_FETCH_MODE).is_none_or(|mode| mode == "navigate");
        is_navigate && self.headers.get_all(ACCEPT).iter().any(accepted::names_html)
    }

    /// Whether it is a CORS preflight (Fetch §4.8).
    pub(crate) fn is_preflight(&self) -> bool {
        self.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// What the client sees before the path: the prefix that the application says, or what a router has stripped, `/app` where
    /// `/app/static/…` came in.
    #[inline]
    pub(crate) fn mount(&self) -> &'r str {
        match self.prefix {
            Some(prefix) => prefix,
            None => self.stripped(),
        }
    }

    /// What a router has stripped from the path.
    #[inline]
    pub(crate) fn stripped(&self) -> &'r str {
        self.original_path().and_then(|original| original.strip_suffix(self.path)).unwrap_or_default()
    }

    /// The path that the client asked for, if a router has made `/` of a path without a slash at its end, as axum does with `/ui` where
    /// something is nested at `/ui`.
    fn original_without_slash(&self) -> Option<&'r str> {
        self.original_path()
            .filter(|original| self.path == "/" && original.starts_with('/') && !original.ends_with('/'))
    }

    /// The same as [`stripped`](Self::stripped), and `/app` for a request for `/app` itself.
    #[cold]
    pub(crate) fn stripped_at_root(&self) -> &'r str {
        self.original_without_slash().unwrap_or_else(|| self.stripped())
    }

    /// The last segment of a `prefix`, `ui` of `/ui`, if the client asked for that without a slash at its end. A path that the prefix does
    /// not end with is another one, which something has rewritten to `/`.
    #[cold]
    pub(crate) fn segment_without_slash(&self, prefix: &'r str) -> Option<&'r str> {
        let original = self.original_without_slash().filter(|original| prefix.ends_with(original))?;
        original.rsplit('/').next()
    }

    /// The same request with the path that begins with the view's `prefix`, where a router has stripped some of that:
    /// `nest_service("/static", assets::service())` strips the beginning of the view's own URLs.
    pub(crate) fn unstripped(&self, prefix: &str) -> Option<Self> {
        let original = self.original_path()?;
        let stripped = original.strip_suffix(self.path)?;
        // A router strips whole segments, so the prefix was cut at one of its slashes.
        prefix.match_indices('/').find_map(|(slash, _)| {
            let mount = stripped.strip_suffix(&prefix[..slash])?.strip_suffix('/')?;
            Some(Self { path: &original[mount.len()..], ..*self })
        })
    }

    /// The path that the client asked for, where a router has stripped its beginning.
    #[cfg(feature = "axum")]
    fn original_path(&self) -> Option<&'r str> {
        self.extensions.get::<axum::extract::OriginalUri>().map(|original| original.0.path())
    }

    #[cfg(not(feature = "axum"))]
    fn original_path(&self) -> Option<&'r str> {
        let _ = self.extensions;
        None
    }
}
