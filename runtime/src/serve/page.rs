//! Pages, and what answers where nothing else does.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

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
    at: Option<&'static Prefix>,
}

impl PageService {
    /// The service of a view, for the code that `assets!` makes.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(served: &'static ServedView) -> Self {
        Self { served, at: None }
    }

    pub(super) const fn at(served: &'static ServedView, at: &'static Prefix) -> Self {
        Self { served, at: Some(at) }
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
        let request = request::Request::of(request);
        match self.at {
            None => self.served.answer_page(&request, None),
            Some(at) => self.served.answer_page(&request.at(&at.text), Some(at)),
        }
    }
}

impl<B> Service<Request<B>> for PageService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.answer(&request)))
    }
}
