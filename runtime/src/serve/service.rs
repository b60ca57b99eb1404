//! The tower service over `http` types.

use http::{Request, Response};

use super::served_view::ServedView;
use crate::request;
use crate::respond::body::Body;

/// Answers every request for a view. `assets::service()` returns it.
///
/// It is a [`Service`](tower_service::Service) over the types of the [`http`] crate, is `Copy`, never waits and never fails. In development, where
/// contents come from disk, "never waits" means that files are read on the thread that asks: see [`Body`].
///
/// It works in every server that speaks tower or hyper. Below axum's `nest` and `nest_service` it reads the URL that the
/// client asked for from axum's `OriginalUri`.
///
/// The request's body is not read, and can be of any type. A server that does not speak tower calls [`answer`](Self::answer):
///
/// ```
/// # use doc_assets::assets;
/// let request = http::Request::get(assets::STYLE_CSS.url()).body(()).unwrap();
/// let response = assets::service().answer(&request);
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AssetService {
    served: &'static ServedView,
    prefix: Option<&'static str>,
}

impl AssetService {
    /// The service of a view, for the code that `assets!` makes.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(served: &'static ServedView) -> Self {
        Self { served, prefix: None }
    }

    /// The same at a prefix that only the running program knows.
    pub(super) const fn at(self, prefix: &'static str) -> Self {
        Self { prefix: Some(prefix), ..self }
    }

    /// Answers a request, without waiting and without failing.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let request = http::Request::get(assets::STYLE_CSS.url()).body(()).unwrap();
    /// let response = assets::service().answer(&request);
    /// assert_eq!(response.status(), 200);
    /// assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
    /// ```
    #[inline]
    pub fn answer<B>(self, request: &Request<B>) -> Response<Body> {
        self.served.answer(&request::Request::at(self.prefix, request))
    }
}
