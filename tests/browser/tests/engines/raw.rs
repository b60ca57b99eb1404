//! A site of plain files that are written here, for what a browser does with others than those of a build.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse as _;
use tests_browser::site::serve;

/// A response: status, headers, and body.
type Answer = (u16, Vec<(&'static str, &'static str)>, String);

/// A running site.
pub struct Raw {
    pub origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A page with this in its head.
pub fn page(head: &str) -> Answer {
    let html = format!("<!doctype html><link rel=\"icon\" href=\"data:,\">{head}");
    (200, vec![("content-type", "text/html"), ("cache-control", "no-store")], html)
}

/// A script that may be kept.
pub fn script(text: &str) -> Answer {
    (200, vec![("content-type", "text/javascript"), ("cache-control", "max-age=1000")], text.to_owned())
}

impl Raw {
    /// Serves what `answer` answers to each path.
    pub fn start(answer: impl Fn(&str) -> Answer + Clone + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let app = Router::new().fallback(move |uri: Uri| {
            let (status, headers, body) = answer(uri.path());
            log.lock().unwrap().push(uri.to_string());
            async move {
                let mut response = body.into_response();
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                for (name, value) in headers {
                    response.headers_mut().insert(name, value.parse().unwrap());
                }
                response
            }
        });
        Self { origin: format!("http://{}", serve(app)), asked }
    }

    /// What was asked for since the last call.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}
