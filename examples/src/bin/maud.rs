//! Pages with [maud](https://docs.rs/maud): templates are code. An asset that is misspelt does not compile.
//!
//! ```sh
//! cargo run -p examples --bin maud
//! ```

use axum::response::Html;
use axum::{Router, routing::get};
use maud::{DOCTYPE, html};
use tokio::net::TcpListener;

cachebreaker::assets!("static");

async fn page() -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            title { "maud" }
            link rel="stylesheet" href=(assets::css::STYLE_CSS);
            h1 { "maud" }
            output {}
            script type="module" src=(assets::asset!("js/app.js")) {}
        }
    };
    Html(page.into_string())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(page)).merge(assets::router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
