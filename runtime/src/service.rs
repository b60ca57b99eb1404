//! The tower service over `http` types.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Extensions, Request, Response};
use tower_service::Service;

use crate::body::Body;
use crate::deploy::Deploy;
use crate::resolve::{Outcome, resolve};
use crate::respond::{Question, respond};
use crate::view::Contents;

/// Answers every request for a view. `assets::service()` returns it.
///
/// It is a [`Service`] over the types of the [`http`] crate, is `Copy`, never waits and never fails. In development, where
/// contents come from disk, "never waits" means that files are read on the thread that asks: see [`Body`].
///
/// It works in every server that speaks tower or hyper. Below axum's `nest` and `nest_service` it reads the URL that the
/// client asked for from axum's `OriginalUri`.
///
/// The request's body is not read, and can be of any type. The answer comes at once, so a server without tower can take it
/// out of the future:
///
/// ```
/// # use doc_assets::assets;
/// use http::Request;
/// use tower_service::Service as _;
///
/// let request = Request::get(assets::STYLE_CSS.url()).body(()).unwrap();
/// let Ok(response) = assets::service().call(request).into_inner();
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AssetService {
    deploy: &'static Deploy,
}

impl AssetService {
    /// The service of a view, for the code that `assets!` makes.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(deploy: &'static Deploy) -> Self {
        Self { deploy }
    }

    /// Answers a request.
    pub(crate) fn answer<B>(self, request: &Request<B>) -> Response<Body> {
        let path = request.uri().path();
        let mut question =
            Question { method: request.method(), fields: request.headers(), query: request.uri().query(), mount: "" };
        let mut outcome = resolve(self.deploy.view, path);
        match outcome {
            // The mount matters to no other answer.
            Outcome::Moved { .. } | Outcome::Premature { .. } | Outcome::Tied { .. } | Outcome::SameContents { .. } => {
                question.mount = mount(request.extensions(), path)
            }
            Outcome::NoToken => {
                if let Some((mount, url)) = unstrip(self.deploy.view.name.prefix(), request.extensions(), path) {
                    question.mount = mount;
                    outcome = resolve(self.deploy.view, url);
                } else {
                    question.mount = mount(request.extensions(), path);
                }
            }
            // In development a text says something about it.
            _ if matches!(self.deploy.view.contents, Contents::Disk(_)) => {
                question.mount = mount(request.extensions(), path);
                if !question.mount.is_empty() {
                    self.deploy.tell_that_view_is_nested(question.mount);
                }
            }
            Outcome::Found(_) | Outcome::Missing { .. } | Outcome::BadToken => {}
        }
        respond(self.deploy, outcome, &question)
    }
}

impl<B> Service<Request<B>> for AssetService {
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

/// The path that the client asked for, where a router has stripped its beginning.
#[cfg(feature = "axum")]
fn original_path(extensions: &Extensions) -> Option<&str> {
    extensions.get::<axum::extract::OriginalUri>().map(|original| original.0.path())
}

#[cfg(not(feature = "axum"))]
fn original_path(_: &Extensions) -> Option<&str> {
    None
}

/// What a router has stripped from the path: `/app` where `/app/static/…` came in.
pub(crate) fn mount<'r>(extensions: &'r Extensions, path: &str) -> &'r str {
    original_path(extensions).and_then(|original| original.strip_suffix(path)).unwrap_or_default()
}

/// Where the service itself is nested at the beginning of its own view (`nest_service("/static", assets::service())`), that
/// beginning is missing from the path. Finds what stands before the view, and the view's own URL.
fn unstrip<'r>(prefix: &str, extensions: &'r Extensions, path: &str) -> Option<(&'r str, &'r str)> {
    let original = original_path(extensions)?;
    let stripped = original.strip_suffix(path)?;
    // A router strips whole segments, so the prefix was cut at one of its slashes.
    prefix.match_indices('/').find_map(|(slash, _)| {
        let mount = stripped.strip_suffix(&prefix[..slash])?.strip_suffix('/')?;
        Some((mount, &original[mount.len()..]))
    })
}
