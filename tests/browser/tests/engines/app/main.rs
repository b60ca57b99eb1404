//! Serves two views, and pages that load them as their query says, and keeps a log of the requests, which `/asked` returns and
//! empties.

mod log;

use axum::http::Uri;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::response::Html;
use axum::routing::get;
use cachebreaker::{Asset, Modules};

cachebreaker::assets!("static", cors = true);
// Its modules need an import map.
cachebreaker::assets!(mod web = "web", cors = true);

type Page = ([(HeaderName, &'static str); 1], Html<String>);

/// A page with these modules. The words of its query are `integrity`, `preload`, and the base that all its assets are on.
fn page<'a>(uri: &'a Uri, view: &str, style: Asset, mut modules: Modules<'a>) -> Page {
    let words: Vec<_> = uri.query().unwrap_or_default().split('&').collect();
    let (mut style, mut preload) = (style.link_tag(), style.preload());
    if let Some(base) = words.iter().find(|word| word.starts_with("http")) {
        (style, preload, modules) = (style.on(base), preload.on(base), modules.on(base));
    }
    if words.contains(&"integrity") {
        (style, preload, modules) = (style.integrity(), preload.integrity(), modules.integrity());
    }
    let preload = if words.contains(&"preload") { preload.tag().to_string() } else { String::new() };
    if words.contains(&"preload") {
        modules = modules.preload();
    }
    let html = format!(
        "<!doctype html>\n<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n{preload}{modules}{style}<h1>{view}</h1>",
        assets::token()
    );
    ([(CACHE_CONTROL, "no-store")], Html(html))
}

async fn index(uri: Uri) -> Page {
    let modules = assets::modules([assets::js::APP_JS]).import("lazy", assets::js::LAZY_JS);
    page(&uri, "static", assets::SITE_CSS, modules)
}

async fn with_map(uri: Uri) -> Page {
    let modules = web::modules([web::js::APP_JS]).import("lazy", web::js::LAZY_JS);
    page(&uri, "web", web::SITE_CSS, modules)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let Some(address) = std::env::args().nth(1) else {
        assets::iter().for_each(|asset| println!("static/{} {asset}", asset.path()));
        web::iter().for_each(|asset| println!("web/{} {asset}", asset.path()));
        return Ok(());
    };
    let app = axum::Router::new()
        .route("/", get(index))
        .route("/map", get(with_map))
        .merge(assets::router())
        .merge(web::router());
    log::serve(app, address).await
}
