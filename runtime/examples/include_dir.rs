//! A directory that `include_dir!` embeds, served by a view made at run time.
//!
//! `cargo run -p cachebreaker --features include_dir --example include_dir`, then open the URL that it prints.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use cachebreaker::StaticView;
use include_dir::{Dir, include_dir};

static DIR: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/examples/files");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut view = StaticView::builder("static/{breaker}", &DIR);
    // The release's name, from wherever this program has its settings.
    if let Ok(release) = std::env::var("RELEASE") {
        view = view.token(release);
    }
    let view = view.build()?;

    let style = view.url("style.css").ok_or("there is no style.css")?;
    let page = Html(format!(r#"<!doctype html><link rel="stylesheet" href="{style}"><h1>include_dir</h1>"#));
    let app = Router::new().route("/", get(|| async { page })).merge(view.router());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|connection| {
        // Without it the last packet of an answer may wait 40 ms.
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, app).await?;
    Ok(())
}
