//! Pages, and what answers where nothing else does.

use http::{Request, Response};

use super::served_view::ServedView;
use crate::request;
use crate::respond::body::Body;
use crate::view::prefix::Prefix;

/// Answers requests that no route of the application answers, with the pages of a view. `assets::fallback()` returns it.
///
/// `Assets::page` in `build.rs`, and its likes, say which files are pages.
///
/// | request | response |
/// |---|---|
/// | the URL of a page: `/`, `/docs/`, `/about` | the page, with 200; 206, 304, 412 or 416 as the request's headers ask |
/// | another spelling of it: `/index.html`, `/docs`, `/about/` | 301 to the URL of the page, query kept |
/// | `/ui`, where [`assets::at("/ui")`](crate::At) is below axum's `nest_service("/ui", …)` | 301 to `/ui/`, query kept |
/// | any other navigation | the page of `.fallback(…)` with 200, or that of `.not_found(…)` with 404 |
/// | anything else, or if there is no such page | 404 |
///
/// A navigation is a `GET` or `HEAD` that accepts `text/html` and, if the client sends `Sec-Fetch-Mode`, has `navigate` there. So a
/// missing script, a missing image and a call of an API get 404, never a page. Nothing below the prefix of the view is a page.
///
/// Pages have `Cache-Control: no-cache`, so that a client asks each time whether the page it has is still the right one. 301 and 404 have
/// `no-store`. Other methods get 405 with `Allow` at the URL of a page, and elsewhere 404.
///
/// ```
/// # use doc_assets::assets;
/// let request = http::Request::get("/users/7").header("accept", "text/html").body(()).unwrap();
/// assert_eq!(assets::fallback().answer(&request).status(), 404); // This view has no pages.
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PageService {
    served: &'static ServedView,
    prefix: Option<&'static Prefix>,
}

impl PageService {
    /// The service of a view, for the code that `assets!` makes.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(served: &'static ServedView) -> Self {
        Self { served, prefix: None }
    }

    /// The same at a prefix that only the running program knows.
    pub(super) const fn at(self, prefix: &'static Prefix) -> Self {
        Self { prefix: Some(prefix), ..self }
    }

    /// Answers a request, without waiting and without failing.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let request = http::Request::get("/none").body(()).unwrap();
    /// let response = assets::fallback().answer(&request);
    /// assert_eq!(response.status(), 404);
    /// assert_eq!(response.headers()["cache-control"], "no-store");
    /// ```
    pub fn answer<B>(self, request: &Request<B>) -> Response<Body> {
        let request = request::Request::at(self.prefix.map(|prefix| &*prefix.text), request);
        self.served.answer_page(&request, self.prefix)
    }
}
