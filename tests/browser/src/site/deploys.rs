//! A site with one instance, which a deploy replaces at once. All releases have the same files; only their tokens differ.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse as _, Response};
use cachebreaker::{StaleAnswer, StaticView};
use include_dir::{Dir, include_dir};
use tower_service::Service as _;

use super::serve;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/tests/stale_assets");

/// What runs now, and what it was asked for.
struct Deployed {
    view: StaticView,
    loads: usize,
    heads: usize,
}

/// A running site.
pub struct Site {
    deployed: Arc<Mutex<Deployed>>,
    stale: StaleAnswer,
    /// Where it is.
    pub address: SocketAddr,
}

impl Site {
    /// Starts release 1.
    #[must_use]
    pub fn start(stale: StaleAnswer) -> Self {
        let deployed = Arc::new(Mutex::new(Deployed { view: view("v1.0.0", stale), loads: 0, heads: 0 }));
        let address = serve(Router::new().fallback(answer).with_state(Arc::clone(&deployed)));
        Self { deployed, stale, address }
    }

    /// Deploys a release.
    pub fn deploy(&self, token: &str) {
        lock(&self.deployed).view = view(token, self.stale);
    }

    /// How often the page was loaded, and how often the script asked by `HEAD` whether a module is gone.
    #[must_use]
    pub fn loads_and_heads(&self) -> (usize, usize) {
        let deployed = lock(&self.deployed);
        (deployed.loads, deployed.heads)
    }
}

fn lock(deployed: &Mutex<Deployed>) -> MutexGuard<'_, Deployed> {
    deployed.lock().unwrap_or_else(PoisonError::into_inner)
}

fn view(token: &str, stale: StaleAnswer) -> StaticView {
    StaticView::builder("static/{breaker}", &FILES).token(token).stale(stale).build().expect("the files have URLs")
}

async fn answer(State(deployed): State<Arc<Mutex<Deployed>>>, request: Request) -> Response {
    let view = {
        let mut deployed = lock(&deployed);
        deployed.heads += usize::from(request.method() == Method::HEAD);
        deployed.loads += usize::from(request.uri().path() == "/");
        deployed.view
    };
    if request.uri().path() == "/" {
        let html = format!(
            "<!doctype html><title>{}</title><link rel=\"icon\" href=\"data:,\">\n{}\n{}\n",
            view.token(),
            view.retry_tag(),
            view.find("app.js").expect("a module").module_tag(),
        );
        return ([(CACHE_CONTROL, "no-cache")], Html(html)).into_response();
    }
    let Ok(response) = view.service().call(request).await;
    response.map(Body::new)
}
