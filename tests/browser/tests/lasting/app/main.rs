//! Serves two views and pages that load them, and keeps a log of the requests, which `/asked` returns and empties.

mod log;

use axum::http::header::{CACHE_CONTROL, LINK};
use axum::http::{HeaderMap, Uri};
use axum::response::Html;
use axum::routing::get;

cachebreaker::assets!("static");
// Its modules need an import map. A page of another origin can load them.
cachebreaker::assets!(mod web = "web");

type Page = (HeaderMap, Html<String>);

/// A page with this in its body. If the query is `unused`, it also has a preload that it does not need.
fn page(uri: &Uri, html: &str) -> Page {
    let headers = HeaderMap::from_iter([(CACHE_CONTROL, "no-store".parse().unwrap())]);
    let has_unused = uri.query() == Some("unused");
    let unused = has_unused.then(|| assets::img::UNUSED_PNG.preload().tag().to_string()).unwrap_or_default();
    (headers, Html(format!("<!doctype html>\n<link rel=\"icon\" href=\"data:,\">\n{unused}{html}")))
}

/// A page of `static`, with preloads for what its stylesheets and modules ask for.
async fn index(uri: Uri) -> Page {
    let html = format!(
        "{}{}{}{}{}{}{}{}<h1>A page</h1><img src=\"{}\">",
        assets::fonts::SQUARE_WOFF2.preload().tag(),
        assets::img::PAPER_PNG.preload().tag(),
        assets::js::APP_JS.modulepreload().tags(),
        assets::js::CHART_JS.modulepreload().tags(),
        assets::SITE_CSS.link_tag(),
        assets::THEME_CSS.link_tag(),
        assets::js::APP_JS.module_tag(),
        assets::js::CHART_JS.module_tag(),
        assets::img::LOGO_PNG,
    );
    page(&uri, &html)
}

/// A page of `web`: the map, and all that its modules import.
async fn with_map(uri: Uri) -> Page {
    page(&uri, &web::modules([web::js::APP_JS]).preload().to_string())
}

/// A page of `web` with preloads that the browser reads before the map.
async fn with_headers(uri: Uri) -> Page {
    let (mut headers, html) = page(&uri, &web::modules([web::js::APP_JS]).to_string());
    headers.insert(LINK, web::js::APP_JS.modulepreload().into());
    (headers, html)
}

/// A page of `web` with its modules on the base that is the query.
async fn with_base(uri: Uri) -> Page {
    page(&uri, &web::modules([web::js::APP_JS]).preload().on(uri.query().unwrap_or_default()).to_string())
}

/// What `docs/import-map.md` says that you must not do.
async fn without_map(uri: Uri) -> Page {
    page(&uri, &format!("<script type=\"module\" src=\"{}\"></script>", web::js::APP_JS))
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
        .route("/map-and-headers", get(with_headers))
        .route("/map-and-base", get(with_base))
        .route("/no-map", get(without_map))
        .merge(assets::router())
        .merge(web::site());
    log::serve(app, address).await
}
