//! The service as a filter of [warp](https://docs.rs/warp).
//!
//! ```sh
//! cargo run -p examples --bin warp
//! ```

use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use tokio::net::TcpListener;
use warp::filters::BoxedFilter;
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter as _, Reply};

cachebreaker::assets!("static");

/// Answers whatever is below the view's prefix.
fn static_files() -> BoxedFilter<(impl Reply,)> {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::path("static")
        .and(warp::method())
        .and(warp::path::full())
        .and(query)
        .and(warp::header::headers_cloned())
        .then(answer)
        .boxed()
}

/// Gives the request to the service, and its answer to warp: the body goes out as it comes, and is not copied.
async fn answer(method: Method, path: FullPath, query: String, fields: HeaderMap) -> Response {
    let separator = if query.is_empty() { "" } else { "?" };
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.uri_mut() = format!("{}{separator}{query}", path.as_str()).parse().expect("a URL that warp has read");
    *request.headers_mut() = fields;
    let (head, body) = assets::service().answer(&request).into_parts();
    let mut response = warp::reply::stream(body.into_data_stream()).into_response();
    (*response.status_mut(), *response.headers_mut()) = (head.status, head.headers);
    response
}

fn page() -> impl Reply {
    let style = assets::css::STYLE_CSS;
    warp::reply::html(format!(r#"<!doctype html><link rel="stylesheet" href="{style}"><h1>warp</h1>"#))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    warp::serve(static_files().or(warp::path::end().map(page))).incoming(listener).run().await;
    Ok(())
}
