//! The axum router of a view.
//!
//! What axum does around a service costs more than the service. Two things here keep that small (`bench/smoke`, `router`),
//! and neither changes a response:
//!
//! * The service has no size, so that its box, which axum clones for each request, is not an allocation.
//! * It is in a method router, which `merge` takes as it is; `merge` would put a bare service into another box.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::task::{Context, Poll};

use axum::Router;
use axum::routing::get_service;
use cachebreaker_manifest::name::Name;
use http::{Request, Response};
use tower_service::Service;

use super::deploy::Deploy;
use super::overlap;
use super::service::AssetService;
use crate::respond::body::Body;

/// A type that stands for one view of the user's crate.
pub trait Deployed: Send + Sync + 'static {
    /// The view.
    fn deploy() -> &'static Deploy;

    /// The module that has it, with its crate: `site::assets`.
    const MODULE: &'static str;
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
    overlap::prefix(name.prefix(), D::MODULE);
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
    let router = Router::new().route(&format!("/{prefix}{{*asset}}"), answer());
    // A wildcard needs at least one character. The prefix of a view at the root is the user's own page.
    if prefix.is_empty() { router } else { router.route(&format!("/{prefix}"), answer()) }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::{Request, State};
    use axum::routing::get;
    use tower_service::Service as _;

    use crate::doc_example::{STYLE_CSS, router};

    async fn status(mut app: Router, path: &str) -> u16 {
        let Ok(response) = app.call(Request::get(path).body(axum::body::Body::empty()).unwrap()).await;
        response.status().as_u16()
    }

    #[tokio::test]
    async fn an_application_takes_the_router_before_and_after_its_state() {
        let page =
            || Router::new().route("/", get(|State(status): State<axum::http::StatusCode>| async move { status }));
        let state = axum::http::StatusCode::IM_A_TEAPOT;
        for app in [
            page().merge(router()).with_state(state),
            page().with_state(state).merge(router()),
            page().nest("/none", router()).fallback_service(router()).with_state(state),
        ] {
            assert_eq!(status(app.clone(), "/").await, 418);
            assert_eq!(status(app, STYLE_CSS.url()).await, 200);
        }
    }
}
