//! Fixed URLs: `/favicon.ico`, `/robots.txt`, `/sw.js` and whatever else `build.rs` names.

use http::{Request, Response};

use super::served_view::ServedView;
use crate::request;
use crate::respond::body::Body;

/// Answers requests for the files that have fixed URLs. `assets::fixed_service()` returns it.
///
/// `Assets::fixed_url` in `build.rs` names them. The answers are those of [`AssetService`](crate::AssetService), by the same code,
/// but for what follows from a URL that stays the same when the file changes: `Cache-Control: no-cache`, so that a client
/// asks each time whether the file it has is still the right one, and no `Last-Modified`, which would vouch for another
/// file after a rollback. The entity tag tells files apart.
///
/// Any other path gets 404. Where there is a router, `assets::fixed_router()` has a route for each place and no other.
#[derive(Clone, Copy, Debug)]
pub struct FixedService {
    served: &'static ServedView,
}

impl FixedService {
    /// The service of a view, for the code that `assets!` makes.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(served: &'static ServedView) -> Self {
        Self { served }
    }

    /// Answers a request, without waiting and without failing.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let request = http::Request::get("/none.ico").body(()).unwrap();
    /// assert_eq!(assets::fixed_service().answer(&request).status(), 404);
    /// ```
    pub fn answer<B>(self, request: &Request<B>) -> Response<Body> {
        self.served.answer_fixed(&request::Request::of(request))
    }
}

/// A router with a route for each fixed URL, so that everything else falls through to the user's own. `module` is the one
/// that has the view.
#[cfg(feature = "axum")]
pub fn fixed_router<State>(served: &'static ServedView, module: &'static str) -> axum::Router<State>
where
    State: Clone + Send + Sync + 'static,
{
    use super::overlap::{Claim, Kind, tell};
    use axum::routing::get_service;
    use cachebreaker_manifest::percent::encode_path;

    let service = FixedService::new(served);
    served.view.fixed.iter().fold(axum::Router::new(), |router, (index, _)| {
        let asset = served.view.asset(*index);
        tell(Claim { path: asset.path(), kind: Kind::Fixed, module });
        // Every method, but `GET` is found first. What a route takes for a parameter is spelt.
        let path = format!("/{}", encode_path(asset.path()));
        router.route(&path, get_service(service).fallback_service(service))
    })
}
