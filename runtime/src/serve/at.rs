//! A view at a prefix that only the running program knows.

use super::page::PageService;
use super::served_view::ServedView;
use super::service::AssetService;
use crate::view::prefix::Prefix;

/// A view at a prefix that only the running program knows, as from a setting: `/ui`. `assets::at("/ui")` returns it.
///
/// Browsers see the prefix, and the view does not: a reverse proxy removes it, or you put the router there with `nest_service`. So the URLs
/// of assets in pages and the locations of redirects begin with it. In pages that you write yourself, `url_on("/ui")` of an
/// [`Asset`](crate::Asset) and `on("/ui")` of a tag or a preload do the same. If you know the prefix when you compile the program, set the
/// option `base` of [`assets!`](crate::assets!).
///
/// The start page is at `/ui/`. Below axum's `nest_service`, `/ui` is redirected there. Do not nest pages by axum's `nest`, which has no
/// route for `/ui/`. A reverse proxy that removes the prefix redirects `/ui` itself, as nginx does.
///
/// A page with a prefix is put together when it is first asked for, and sent without compression: let the reverse proxy compress it. Assets
/// are compressed as ever.
///
/// Call it once, when the program starts: what it makes lives as long as the process.
///
/// ```
/// # use doc_assets::assets;
/// let prefix = std::env::var("PREFIX").unwrap_or_default();
/// let app: axum::Router = axum::Router::new().merge(assets::at(&prefix).site());
/// assert_eq!(assets::STYLE_CSS.url_on("/ui"), "/ui/static/1718539201234/style.css");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct At {
    pub(super) served: &'static ServedView,
    pub(super) prefix: &'static Prefix,
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "routers tell of views that overlap"))]
    pub(super) module: &'static str,
}

/// The view at a prefix, for the code that `assets!` makes.
///
/// # Panics
///
/// If the prefix is no path.
#[doc(hidden)]
#[must_use]
pub fn at(served: &'static ServedView, prefix: &str, module: &'static str) -> At {
    let prefix = match Prefix::new(served.view, prefix) {
        Ok(prefix) => prefix,
        Err(problem) => panic!("`{module}::at({prefix:?})`: {problem}"),
    };
    At { served, prefix: Box::leak(Box::new(prefix)), module }
}

impl At {
    /// The service that answers every request for the assets, as `assets::service()` does.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let request = http::Request::get("/static/1/style.css").body(()).unwrap();
    /// let response = assets::at("/ui").service().answer(&request);
    /// assert_eq!(response.headers()["location"], "/ui/static/1718539201234/style.css");
    /// ```
    #[must_use]
    pub fn service(self) -> AssetService {
        AssetService::new(self.served).at(&self.prefix.text)
    }

    /// The service that answers requests for pages, and navigations that match nothing else: see [`PageService`].
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let request = http::Request::get("/").body(()).unwrap();
    /// assert_eq!(assets::at("/ui").fallback().answer(&request).status(), 404); // This view has no pages.
    /// ```
    #[must_use]
    pub const fn fallback(self) -> PageService {
        PageService::new(self.served).at(self.prefix)
    }
}
