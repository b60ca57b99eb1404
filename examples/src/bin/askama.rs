//! Pages with [askama](https://docs.rs/askama): templates are compiled, so they name assets as code does. One that is
//! misspelt does not compile.
//!
//! ```sh
//! cargo run -p examples --bin askama
//! ```

use askama::Template;
use axum::http::StatusCode;
use axum::response::Html;
use axum::{Router, routing::get};
use tokio::net::TcpListener;

cachebreaker::assets!("static");

#[derive(Template)]
#[template(path = "askama/page.html")]
struct Page {
    title: &'static str,
}

async fn page() -> Result<Html<String>, (StatusCode, String)> {
    let page = Page { title: "askama" }.render();
    page.map(Html).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(page)).merge(assets::router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
