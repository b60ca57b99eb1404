//! The main job, as an application does it: one folder of static files, and one page that uses them.

use std::env::{self, VarError};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use axum::http::{Request, StatusCode, Uri};
use axum::response::Html;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Router, serve};
use cachebreaker::Asset;
use tokio::net::TcpListener;
use tower_service::Service as _;

// A module with a constant for each file in `static/`, which `build.rs` has prepared.
cachebreaker::assets!("static");

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("demo: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let app = Router::new().route("/", get(page)).route("/ask/{*path}", get(ask)).merge(assets::router());

    let port = port()?;
    let occupied = |error| format!("cannot listen on 127.0.0.1:{port}: {error}; set PORT to another port");
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(occupied)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("listening on http://{address}");

    // axum leaves Nagle's algorithm on, which holds small answers back.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    serve(listener, app).await.map_err(|error| error.to_string())
}

/// The port in `PORT`, else 3000. 0 is any free one.
fn port() -> Result<u16, String> {
    match env::var("PORT") {
        Ok(text) => text.parse().map_err(|_| format!("PORT is `{text}`: it must be a number from 0 to 65535")),
        Err(VarError::NotPresent) => Ok(3000),
        Err(VarError::NotUnicode(_)) => Err("PORT is not UTF-8: it must be a number from 0 to 65535".to_owned()),
    }
}

const MODE: &str = if cfg!(debug_assertions) {
    "In this debug build files come from disk with <code>no-cache</code>: edit <code>demo/static/css/style.css</code> and reload."
} else {
    "In this release build the files are embedded, and their URLs are good for a year."
};

/// The page. An asset prints its URL, and one that is misspelt here does not compile.
async fn page() -> Html<String> {
    let token = assets::token();
    let (older, newer) = neighbours(token);
    Html(format!(
        include_str!("page.html"),
        style = assets::css::STYLE_CSS,
        app = assets::js::APP_JS,
        logo = assets::img::LOGO_SVG,
        token = token,
        older = older,
        newer = newer,
        mode = MODE,
        files = assets::iter().map(list_item).collect::<String>(),
    ))
}

fn list_item(file: Asset) -> String {
    let shown = file.url().replace(assets::token(), &format!("<b>{}</b>", assets::token()));
    format!("<li><a href=\"{file}\">{shown}</a> <span>{} bytes</span>\n", file.len())
}

/// Two other tokens: of a deploy before this one, and of one after it. By default tokens are milliseconds since the epoch,
/// so these are yesterday's and one of this very moment.
fn neighbours(token: &str) -> (String, String) {
    const DAY: u64 = 24 * 60 * 60 * 1000;
    match token.parse::<u64>() {
        Ok(built) => {
            let now = UNIX_EPOCH.elapsed().unwrap_or_default().as_millis() as u64;
            (format!("{:012}", built.saturating_sub(DAY)), format!("{:012}", now.max(built.saturating_add(1))))
        }
        // `CACHEBREAKER=v1.2.3 cargo run -p demo`: v1.2.39 comes after it. A number is no version, and counts as stale.
        Err(_) => ("0".to_owned(), format!("{token}9")),
    }
}

/// What the assets answer to a path, as text, for the page's table. The page cannot see it by itself: browsers follow a
/// redirect before a script learns of it.
async fn ask(uri: Uri) -> Result<String, StatusCode> {
    let url = uri.to_string();
    let question =
        Request::head(url.strip_prefix("/ask").unwrap_or(&url)).body(()).map_err(|_| StatusCode::BAD_REQUEST)?;
    let Ok(answer) = assets::service().call(question).await;
    let fields =
        answer.headers().iter().map(|(name, value)| format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
    Ok(format!("{}{}", answer.status(), fields.collect::<String>()))
}
