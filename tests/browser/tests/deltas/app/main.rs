//! Serves a page, and keeps a log of what is sent: `/sent` returns and empties it.

#[expect(dead_code, reason = "its log has no lengths")]
mod log;

use std::mem::take;
use std::sync::Mutex;

use axum::extract::Request;
use axum::http::HeaderName;
use axum::middleware::{Next, from_fn};
use axum::response::{Html, Response};
use axum::routing::get;

cachebreaker::assets!("static");

static SENT: Mutex<String> = Mutex::new(String::new());

/// Notes the status, the coding, the length, and whether the client has offered a dictionary.
async fn note(request: Request, next: Next) -> Response {
    let (uri, dictionary) = (request.uri().clone(), request.headers().contains_key("available-dictionary"));
    let response = next.run(request).await;
    let header = |name: &str| response.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or("-");
    let (coding, length) = (header("content-encoding"), header("content-length"));
    *SENT.lock().unwrap() += &format!("{} {coding} {length} {dictionary} {uri}\n", response.status().as_u16());
    response
}

async fn page() -> Html<String> {
    Html(format!(
        "<!doctype html>\n<link rel=\"icon\" href=\"data:,\">\n{}{}<h1>A page</h1>",
        assets::STYLE_CSS.link_tag().integrity(),
        assets::APP_JS.module_tag().integrity(),
    ))
}

async fn clear() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(HeaderName::from_static("clear-site-data"), "\"cache\"")], "cleared")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let Some(address) = std::env::args().nth(1) else {
        assets::iter().for_each(|asset| println!("static/{} {asset}", asset.path()));
        return Ok(());
    };
    let app = axum::Router::new().route("/", get(page)).route("/clear", get(clear)).merge(assets::router());
    let app = app.layer(from_fn(note)).route("/sent", get(async || take(&mut *SENT.lock().unwrap())));
    log::serve(app, address).await
}
