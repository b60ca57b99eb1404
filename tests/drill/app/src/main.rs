//! A page with its assets, the same page with their digests, and a line on standard output for each request that it answers.

use axum::extract::Request;
use axum::http::Uri;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;

// The drill cannot wait for 15 minutes.
cachebreaker::assets!("static", rollout_window = 10);

const RELEASE: &str = env!("RELEASE");

async fn page(uri: Uri) -> impl IntoResponse {
    let mut scripts = String::new();
    for path in ["gone.js", "new.js"] {
        if let Some(script) = assets::get(path) {
            scripts += &format!("<script src=\"{script}\" defer></script>\n");
        }
    }
    let (mut style, mut modules) = (assets::STYLE_CSS.link_tag(), assets::modules([assets::APP_JS]));
    if uri.path() == "/integrity" {
        (style, modules) = (style.integrity(), modules.integrity());
    }
    let (logo, seal) = (assets::LOGO_SVG, assets::SEAL_SVG);
    let html = format!(
        r#"<!doctype html>
<html lang="en" data-page="{RELEASE}">
<title>{RELEASE}</title>
<link rel="icon" href="data:,">
{style}
{modules}
{scripts}<h1>{RELEASE}</h1>
<img src="{logo}" alt="">
<img src="{seal}" alt="">
"#
    );
    ([(CACHE_CONTROL, "no-cache")], Html(html))
}

async fn log(request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let response = next.run(request).await;
    println!("{} {uri}", response.status().as_u16());
    response
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let app = axum::Router::new().route("/", get(page)).route("/integrity", get(page)).merge(assets::router()).layer(from_fn(log));
    println!("token {}", assets::token());
    for asset in assets::iter() {
        println!("url {} {asset}", asset.path());
    }
    for release in assets::kept_releases() {
        println!("kept {}", release.token());
    }
    let listener = tokio::net::TcpListener::bind(address).await?;
    // Else small answers are held back.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    axum::serve(listener, app).await
}
