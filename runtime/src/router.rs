//! The axum router of a view.
//!
//! What axum does around a service costs more than the service. Three things here keep that small, and none of them
//! changes an answer:
//!
//! * The service has no size, so that its box, which axum clones for each request, is no allocation.
//! * It stands in a method router, which `merge` takes as it is; it would put a bare service into another box.
//! * The wildcard's name begins as those do that axum uses for itself and captures nothing for: an asset's path would be
//!   copied into the request's extensions, where nobody reads it: 1,080 instructions and 3 allocations, beyond the bound that
//!   `bench/smoke` holds. If axum changes its names, it is copied again.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::task::{Context, Poll};

use axum::Router;
use axum::routing::get_service;
use cachebreaker_manifest::name::Name;
use http::{Request, Response};
use tower_service::Service;

use crate::body::Body;
use crate::deploy::Deploy;
use crate::service::AssetService;
use crate::twice;

/// A type that stands for one view of the user's crate.
pub trait Deployed: Send + Sync + 'static {
    /// The module that has the view, with its crate: `site::assets`.
    const MODULE: &'static str;

    /// The view.
    fn deploy() -> &'static Deploy;
}

/// The service of a view that is known by a type.
struct Routed<D>(PhantomData<fn() -> D>);

impl<D> Clone for Routed<D> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<D: Deployed, B> Service<Request<B>> for Routed<D> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(AssetService::new(D::deploy()).answer(&request)))
    }
}

/// The router of a view that is known by a type, for an application with any state.
pub fn router<D: Deployed, State>() -> Router<State>
where
    State: Clone + Send + Sync + 'static,
{
    let name = &D::deploy().view.name;
    twice::prefix(name.prefix(), D::MODULE);
    over(name, Routed::<D>(PhantomData))
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
    let router = Router::new().route(&format!("/{prefix}{{*__private__axum_nest_tail_param_asset}}"), answer());
    // A wildcard needs at least one character. The prefix of a view at the root is the user's own page.
    if prefix.is_empty() { router } else { router.route(&format!("/{prefix}"), answer()) }
}
