//! Pages that the server renders.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Html;
use axum::{Router, routing::get};
use tokio::net::TcpListener;

cachebreaker::assets!("dist", name = "static/{breaker}", stale = NotFoundForModules);

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    city: String,
    temperatures: &'static [i32],
}

async fn page(city: Option<Path<String>>) -> Result<Html<String>, (StatusCode, String)> {
    let city = city.map_or_else(|| "Lisbon".to_owned(), |Path(city)| city);
    let page = Page { city, temperatures: &[14, 17, 19, 18] }.render();
    page.map(Html).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(page)).route("/{city}", get(page)).merge(assets::router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
