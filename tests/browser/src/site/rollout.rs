//! A site in the midst of a rollout: an instance of each release, a front that asks the wrong one as often as it is told,
//! and pages of the newer release. One asset of the newer release has kept the URL of a release before it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::response::{Html, IntoResponse as _, Response};
use cachebreaker::StaticView;
use include_dir::{Dir, include_dir};
use tower_service::Service as _;

use super::serve;

/// The files of both releases.
pub static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/tests/assets");

/// The release that pages are of.
pub const NEW: &str = "v1.10.0";
const OLD: &str = "v1.9.0";
/// The token that assets have which the newer release has not changed; the older release does not have it.
const KEPT: &str = "v1.9.5";

static NEW_VIEW: LazyLock<StaticView> = LazyLock::new(|| view(NEW));
static OLD_VIEW: LazyLock<StaticView> = LazyLock::new(|| view(OLD));
static KEPT_VIEW: LazyLock<StaticView> = LazyLock::new(|| view(KEPT));

fn view(token: &str) -> StaticView {
    StaticView::builder("static/{breaker}", &FILES).token(token).build().expect("the files have URLs")
}

/// What allows a script in every page.
pub const NONCE: &str = "bm9uY2U";

/// Notes what the script does, and lets it wait a thousandth of the time. A longer time is that of a driver.
pub const NOTES: &str = "
    self.waits = [];
    self.failures = 0;
    const wait = setTimeout;
    self.setTimeout = (call, time, ...rest) => {
        if (time < 10_000) waits.push(time);
        return wait(call, time < 10_000 ? time / 1000 : time, ...rest);
    };
    addEventListener('error', ({ target }) => { if (target != self) failures++ }, true);
";

/// A page of the site.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Its `Content-Security-Policy`, or nothing.
    pub policy: String,
    /// Its HTML from the retry script on.
    pub html: String,
}

impl Page {
    /// A page with the retry script and these elements after it.
    #[must_use]
    pub fn new(policy: &str, elements: &str) -> Self {
        let html = format!("{}\n{elements}\n", NEW_VIEW.retry_tag().nonce(NONCE));
        Self { policy: policy.to_owned(), html }
    }
}

/// The URL of an asset of the newer release.
#[must_use]
pub fn url(path: &str) -> String {
    format!("/static/{NEW}/{path}")
}

/// The URL of an asset that the newer release has not changed.
#[must_use]
pub fn kept_url(path: &str) -> String {
    format!("/static/{KEPT}/{path}")
}

/// What the front does, and what it has done.
#[derive(Debug, Default)]
struct Front {
    page: Page,
    /// How often the older instance is asked for a path before the newer one is.
    wrong: HashMap<String, usize>,
    /// What the browser has asked for, in order.
    asked: Vec<String>,
    /// What it has asked for by `HEAD`. To these the front gives the answer that a `GET` would have got.
    heads: Vec<String>,
}

/// A running site.
pub struct Site {
    front: Arc<Mutex<Front>>,
    /// Where it is.
    pub address: SocketAddr,
}

impl Site {
    /// A site with one page. Each asset, by its path or by its URL, is asked for at the older instance as often as it says first.
    #[must_use]
    pub fn start(page: Page, wrong: &[(&str, usize)]) -> Self {
        let wrong = wrong.iter().map(|(path, times)| (url_of(path), *times)).collect();
        let front = Arc::new(Mutex::new(Front { page, wrong, ..Front::default() }));
        let address = serve(Router::new().fallback(answer).with_state(Arc::clone(&front)));
        Self { front, address }
    }

    /// How often the browser has asked for something, with or without a query.
    #[must_use]
    pub fn asked(&self, path: &str) -> usize {
        let is_it = |asked: &&String| asked.split('?').next() == Some(path);
        lock(&self.front).asked.iter().filter(is_it).count()
    }

    /// How often the page was loaded.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.asked("/")
    }

    /// How often the browser has asked by `HEAD`.
    #[must_use]
    pub fn heads(&self) -> usize {
        lock(&self.front).heads.len()
    }

    /// The queries with which an asset was asked for, by its path or by its URL, in order.
    #[must_use]
    pub fn queries(&self, path: &str) -> Vec<String> {
        let (front, url) = (lock(&self.front), url_of(path));
        front.asked.iter().filter_map(|asked| asked.strip_prefix(&url)).map(str::to_owned).collect()
    }
}

fn url_of(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { url(path) }
}

fn lock(front: &Mutex<Front>) -> MutexGuard<'_, Front> {
    front.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(front): State<Arc<Mutex<Front>>>, request: Request) -> Response {
    let view: &StaticView = {
        let mut front = lock(&front);
        let is_head = request.method() == Method::HEAD;
        let front = &mut *front;
        if is_head { &mut front.heads } else { &mut front.asked }.push(request.uri().to_string());
        if request.uri().path() == "/" {
            let page = front.page.clone();
            let html = format!("<!doctype html><html><link rel=\"icon\" href=\"data:,\">\n{}", page.html);
            let policy = if page.policy.is_empty() { "object-src 'none'" } else { &page.policy };
            return ([(CACHE_CONTROL, "no-cache"), (CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response();
        }
        match front.wrong.get_mut(request.uri().path()) {
            Some(times) if *times > 0 => {
                *times -= usize::from(!is_head);
                &OLD_VIEW
            }
            _ if request.uri().path().starts_with(&kept_url("")) => &KEPT_VIEW,
            _ => &NEW_VIEW,
        }
    };
    let Ok(response) = view.service().call(request).await;
    response.map(Body::new)
}
