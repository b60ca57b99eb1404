//! The service in plain [hyper](https://docs.rs/hyper): it is of hyper's own types, so nothing stands between them.
//!
//! ```sh
//! cargo run -p examples --bin hyper
//! ```

use std::convert::Infallible;

use http_body_util::Either;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

cachebreaker::assets!("static");

async fn answer(request: Request<Incoming>) -> Result<Response<Either<String, cachebreaker::Body>>, Infallible> {
    match request.uri().path() {
        "/" => Ok(Response::new(Either::Left(page()))),
        _ => Ok(assets::service().answer(&request).map(Either::Right)),
    }
}

fn page() -> String {
    let style = assets::css::STYLE_CSS;
    format!(r#"<!doctype html><link rel="stylesheet" href="{style}"><h1>hyper</h1>"#)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        // Else small answers are held back.
        stream.set_nodelay(true)?;
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
    }
}
