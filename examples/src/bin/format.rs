//! Pages with `format!`: an asset prints its URL. One that is misspelt does not compile.
//!
//! ```sh
//! cargo run -p examples --bin format
//! ```

use axum::response::Html;
use axum::{Router, routing::get};
use tokio::net::TcpListener;

cachebreaker::assets!("static");

async fn page() -> Html<String> {
    let (style, app) = (assets::css::STYLE_CSS, assets::asset!("js/app.js"));
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<title>format!</title>
<link rel="stylesheet" href="{style}">
<h1>format!</h1>
<output></output>
<script type="module" src="{app}"></script>
</html>"#
    ))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(page)).merge(assets::router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
