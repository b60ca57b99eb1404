//! The servers behind the CDN and beside it: the app's assets, and its pages on another origin.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use cachebreaker::AssetService;
use tower_service::Service as _;

/// The app as the CDN sees it: one release at a time.
pub(crate) struct Origin {
    pub(crate) port: u16,
    release: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Origin {
    pub(crate) fn start(releases: Vec<AssetService>) -> Result<Self, String> {
        let release = Arc::new(AtomicUsize::new(0));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (current, record) = (Arc::clone(&release), Arc::clone(&seen));
        let app = Router::new().fallback(move |request: Request| {
            let mut service = releases[current.load(Ordering::SeqCst)];
            lock(&record).push(request.uri().path().to_owned());
            async move {
                let Ok(response) = service.call(request).into_inner();
                response.map(Body::new)
            }
        });
        Ok(Self { port: serve(app)?, release, seen })
    }

    /// The next deploy.
    pub(crate) fn deploy(&self, release: usize) {
        self.release.store(release, Ordering::SeqCst);
    }

    /// The paths that were asked for since the last time that this was asked.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.seen))
    }
}

/// Serves a page, whatever is asked for, under a policy that lets no script run without a nonce. The port.
pub(crate) fn page(html: String, nonce: &str) -> Result<u16, String> {
    let policy = format!("script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; base-uri 'none'");
    let fields = [(CONTENT_TYPE, "text/html".to_owned()), (CONTENT_SECURITY_POLICY, policy)];
    serve(Router::new().fallback(move || async move { (fields, html).into_response() }))
}

/// Serves on a thread of its own for as long as the program lives. The port.
fn serve(app: Router) -> Result<u16, String> {
    let (sender, port) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
            let _ = sender.send(listener.local_addr().expect("its address").port());
            axum::serve(listener, app).await
        })
    });
    port.recv().map_err(|error| error.to_string())
}

fn lock(seen: &Mutex<Vec<String>>) -> MutexGuard<'_, Vec<String>> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
