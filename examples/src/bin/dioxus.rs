//! Pages with [dioxus](https://docs.rs/dioxus), rendered on the server: views are code. An asset that is misspelt does not
//! compile.
//!
//! ```sh
//! cargo run -p examples --bin dioxus
//! ```

use axum::response::Html;
use axum::{Router, routing::get};
use dioxus::prelude::*;
use tokio::net::TcpListener;

cachebreaker::assets!("static");

#[component]
fn Page(title: &'static str) -> Element {
    rsx! {
        title { "{title}" }
        link { rel: "stylesheet", href: assets::css::STYLE_CSS.url() }
        h1 { "{title}" }
        output {}
        script { r#type: "module", src: assets::asset!("js/app.js").url() }
    }
}

async fn page() -> Html<String> {
    let page = dioxus_ssr::render_element(rsx! { Page { title: "dioxus" } });
    Html(format!("<!doctype html>\n<html lang=\"en\">\n{page}\n</html>"))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(page)).merge(assets::router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
