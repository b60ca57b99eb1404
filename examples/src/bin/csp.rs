//! A page with a `Content-Security-Policy`, whose nonce is new for each answer, with the script that asks again for what a
//! rollout has failed, and with modules that are not redirected after a deploy.
//!
//! ```sh
//! cargo run -p examples --bin csp
//! ```

use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse};
use axum::{Router, routing::get};
use tokio::net::TcpListener;

cachebreaker::assets!("static", stale = NotFoundForModules);

async fn page() -> impl IntoResponse {
    let mut random = [0; 16];
    getrandom::fill(&mut random).expect("the system has random bytes");
    let nonce = random.map(|byte| format!("{byte:02x}")).concat();

    let (retry, style, app) = (assets::retry_tag().nonce(&nonce), assets::css::STYLE_CSS, assets::js::APP_JS);
    let policy = format!("default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'nonce-{nonce}'");
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<title>csp</title>
{retry}
<link rel="stylesheet" href="{style}" nonce="{nonce}">
<h1>csp</h1>
<output></output>
<script type="module" src="{app}" nonce="{nonce}"></script>
</html>"#
    );
    ([(CONTENT_SECURITY_POLICY, policy)], Html(page))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(page)).merge(assets::router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
