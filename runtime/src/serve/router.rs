//! The axum router of a view.
//!
//! What axum does around a service costs more than the service. Two things here keep that small (`bench/smoke`, `router`),
//! and neither changes a response:
//!
//! * The service has no size, so that its box, which axum clones for each request, is not an allocation.
//! * It is in a method router, which `merge` takes as it is; `merge` would put a bare service into another box.

use std::convert::Infallible;
use std::marker::PhantomData;

use axum::Router;
use axum::routing::get_service;
use cachebreaker_manifest::name::Name;
use http::{Request, Response};
use tower_service::Service;

use super::at::At;
use super::fixed::fixed_router;
use super::overlap::{self, Claim, Kind};
use super::page::PageService;
use super::served_view::ServedView;
use super::service::AssetService;
use crate::respond::body::Body;

/// A type for one view of the user's crate.
pub trait Served: Send + Sync + 'static {
    /// The module that has the view, with its crate: `site::assets`.
    const MODULE: &'static str;

    /// The view.
    fn served() -> &'static ServedView;
}

/// The service of a view that is known by a type.
pub(super) struct Routed<D>(PhantomData<fn() -> D>);

impl<D> Clone for Routed<D> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<D: Served> Routed<D> {
    /// Answers a request, without waiting and without failing.
    pub(super) fn answer<B>(&self, request: &Request<B>) -> Response<Body> {
        AssetService::new(D::served()).answer(request)
    }
}

/// The router of a view that is known by a type, for an application with any state.
pub fn router<D: Served, State>() -> Router<State>
where
    State: Clone + Send + Sync + 'static,
{
    let name = &D::served().view.name;
    overlap::tell(Claim { path: name.prefix(), kind: Kind::View, module: D::MODULE });
    over(name, Routed::<D>(PhantomData))
}

/// The router of everything that a view has, for an application with any state.
pub fn site<D: Served, State>() -> Router<State>
where
    State: Clone + Send + Sync + 'static,
{
    whole(router::<D, State>(), D::served(), PageService::new(D::served()), "", D::MODULE)
}

impl At {
    /// An axum router that answers every request for the assets, as `assets::router()` does.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let app: axum::Router = axum::Router::new().nest("/ui", assets::at("/ui").router());
    /// ```
    pub fn router<State>(self) -> Router<State>
    where
        State: Clone + Send + Sync + 'static,
    {
        let name = &self.served.view.name;
        overlap::tell(Claim { path: name.prefix(), kind: Kind::View, module: self.module });
        over(name, self.service())
    }

    /// An axum router that answers for the whole view, as `assets::site()` does.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let app: axum::Router = axum::Router::new().merge(assets::at("/ui").site()); // A reverse proxy removes `/ui`.
    /// ```
    pub fn site<State>(self) -> Router<State>
    where
        State: Clone + Send + Sync + 'static,
    {
        whole(self.router(), self.served, self.fallback(), &self.prefix.text, self.module)
    }
}

fn whole<State>(
    router: Router<State>,
    served: &'static ServedView,
    pages: PageService,
    prefix: &'static str,
    module: &'static str,
) -> Router<State>
where
    State: Clone + Send + Sync + 'static,
{
    let site = router.merge(fixed_router(served, module));
    if served.view.pages.pages.is_empty() {
        return site;
    }
    overlap::tell(Claim { path: prefix, kind: Kind::Pages, module });
    site.fallback_service(pages)
}

/// A router that has every path below the view's prefix, so that nothing there falls through to another route.
pub(crate) fn over<S, State>(name: &Name<'_>, service: S) -> Router<State>
where
    S: Service<axum::extract::Request, Response = Response<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    State: Clone + Send + Sync + 'static,
{
    // Every method, but `GET` is found first.
    let answer = || get_service(service.clone()).fallback_service(service.clone());
    let prefix = name.prefix();
    let router = Router::new().route(&format!("/{prefix}{{*asset}}"), answer());
    // A wildcard needs at least one character. The prefix of a view at the root is the user's own page.
    if prefix.is_empty() { router } else { router.route(&format!("/{prefix}"), answer()) }
}
