//! The service as a handler of [actix-web](https://docs.rs/actix-web), whose types are those of an older `http` crate.
//!
//! ```sh
//! cargo run -p examples --bin actix-web
//! ```

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bytes::Bytes;
use http_body::Body as _;

cachebreaker::assets!("static");

/// Gives the request to the service, and its answer to actix-web: the body goes out as it comes, and is not copied.
async fn answer(request: HttpRequest) -> HttpResponse {
    let mut question = http::Request::builder().method(request.method().as_str()).uri(request.uri().to_string());
    for (name, value) in request.headers() {
        question = question.header(name.as_str(), value.as_bytes());
    }
    let Ok(question) = question.body(()) else { return HttpResponse::BadRequest().finish() };
    let (head, body) = assets::service().answer(&question).into_parts();

    let status = StatusCode::from_u16(head.status.as_u16()).expect("a status is a status");
    let mut response = HttpResponse::build(status);
    for (name, value) in &head.headers {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    let stated = head.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    response.body(BoxBody::new(Content { length: stated.unwrap_or(0), body }))
}

/// A body, and the length that the answer states. An answer to `HEAD` states that of the answer to `GET`, and actix-web takes
/// a length from nothing but the body.
struct Content {
    length: u64,
    body: cachebreaker::Body,
}

impl MessageBody for Content {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length)
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        frame.map(|frame| frame.map(|frame| frame.map(|frame| frame.into_data().unwrap_or_default())))
    }
}

async fn page() -> HttpResponse {
    let style = assets::css::STYLE_CSS;
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .body(format!(r#"<!doctype html><link rel="stylesheet" href="{style}"><h1>actix-web</h1>"#))
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let server = HttpServer::new(|| {
        App::new().route("/", web::get().to(page)).route("/static/{path:.*}", web::route().to(answer))
    });
    let server = server.bind(address)?;
    println!("listening on http://{}", server.addrs()[0]);
    server.run().await
}
