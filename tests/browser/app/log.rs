//! Serves an app, and keeps a log of the requests, which `/asked` returns and empties.

use std::mem::take;
use std::sync::Mutex;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt as _;

static ASKED: Mutex<String> = Mutex::new(String::new());

async fn log(request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let response = next.run(request).await;
    *ASKED.lock().unwrap() += &format!("{} {uri}\n", response.status().as_u16());
    response
}

pub async fn serve(app: Router, address: String) -> std::io::Result<()> {
    let app = app.layer(from_fn(log)).route("/asked", get(async || take(&mut *ASKED.lock().unwrap())));
    // Small responses are held back by default.
    let listener = tokio::net::TcpListener::bind(address).await?.tap_io(|it| drop(it.set_nodelay(true)));
    axum::serve(listener, app).await
}
