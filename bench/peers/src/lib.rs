//! What a user would pick instead, each as its own documentation shows it, on one folder.

use std::env;

use axum::Router;
use axum::routing::get;
use axum_embed::ServeEmbed;
use bench_measure::{Scenario, Waits, measure, server};
use bench_tree::PROBE;
use tower_http::services::ServeDir;

// Relative to the folder that cargo calls the compiler in: the workspace.
static_serve::embed_assets!("peers/trees/1000", compress = true, allow_unknown_extensions = true);

#[derive(Clone, rust_embed::RustEmbed)]
#[folder = "trees/1000/"]
struct Embedded;

/// Where `ServeDir` and nginx find the files.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/trees/1000");

/// What the programs of this crate do: `<contender> <scenario> <count>` measures, `<contender> <scenario> serve` serves.
///
/// # Panics
///
/// When the arguments are others.
pub fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [contender, scenario, count] = &arguments[..] else { panic!("arguments: <contender> <scenario> <count>") };
    let scenario: Scenario = scenario.parse().expect("a scenario");
    let (app, prefix) = app(contender);
    let url = format!("{prefix}/{PROBE}");
    match count.parse() {
        Err(_) => server::serve(app, &url),
        Ok(count) => {
            let waits = if ["serve-dir", "nothing"].contains(&&**contender) { Waits::OnThreads } else { Waits::Never };
            if contender == "nothing" {
                measure(Nothing(scenario), &url, scenario, waits, count);
            } else {
                let mut app = app;
                measure(app.as_service(), &url, scenario, waits, count);
            }
        }
    }
}

/// A contender's app, and what stands before the assets' paths in it.
fn app(contender: &str) -> (Router, &'static str) {
    let app = Router::new().route("/", get(|| async { "page" }));
    match contender {
        "static-serve" => (app.merge(static_router()), ""),
        "memory-serve" => (app.merge(memory_serve::load!().index_file(None).into_router()), ""),
        "serve-dir" => {
            let folder = ServeDir::new(FOLDER).precompressed_br().precompressed_gzip();
            (app.nest_service("/static", folder), "/static")
        }
        "axum-embed" => (app.nest_service("/static", ServeEmbed::<Embedded>::new()), "/static"),
        "nothing" => (app, ""),
        _ => panic!("no contender is called `{contender}`"),
    }
}

/// An answer without anything: what the measuring itself costs where a contender has to be waited for.
struct Nothing(Scenario);

impl tower_service::Service<http::Request<axum::body::Body>> for Nothing {
    type Response = http::Response<axum::body::Body>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<axum::body::Body>) -> Self::Future {
        let mut response = http::Response::new(axum::body::Body::empty());
        *response.status_mut() = http::StatusCode::from_u16(self.0.status()).expect("a status");
        if self.0 == Scenario::NotModified {
            response.headers_mut().insert(http::header::ETAG, http::HeaderValue::from_static("\"x\""));
        }
        std::future::ready(Ok(response))
    }
}
