//! Handlers that know their one answer and look at nothing: the least that a server on hyper, or on axum, can do. The answer
//! has the fields that ours has.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bench_measure::Scenario;
use bench_tree::PROBE_LEN;
use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED,
    VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use tower_service::Service;

/// Where the answer is.
pub const URL: &str = "/static/site.css";

static BODY: [u8; PROBE_LEN] = [b'x'; PROBE_LEN];
static ENCODED: [u8; 600] = [b'x'; 600];

const TYPE: (HeaderName, HeaderValue) = (CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
const TAG: (HeaderName, HeaderValue) = (ETAG, HeaderValue::from_static("\"0123456789abcdef\""));
const DATE: (HeaderName, HeaderValue) = (LAST_MODIFIED, HeaderValue::from_static("Sun, 16 Jun 2024 12:00:01 GMT"));
const CACHE: (HeaderName, HeaderValue) =
    (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
const NEGOTIATED: (HeaderName, HeaderValue) = (VARY, HeaderValue::from_static("accept-encoding"));
const RANGES: (HeaderName, HeaderValue) = (ACCEPT_RANGES, HeaderValue::from_static("bytes"));
const NOSNIFF: (HeaderName, HeaderValue) = (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
const BROTLI: (HeaderName, HeaderValue) = (CONTENT_ENCODING, HeaderValue::from_static("br"));

/// What hyper calls, without a router: it gives the scenario's answer to every request.
#[derive(Clone, Copy, Debug)]
pub struct Hyper(pub Scenario);

impl<B> Service<Request<B>> for Hyper {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        let length = |text| (CONTENT_LENGTH, HeaderValue::from_static(text));
        ready(Ok(match self.0 {
            Scenario::Plain => {
                answer(StatusCode::OK, &BODY, [TYPE, length("2048"), TAG, CACHE, NEGOTIATED, DATE, NOSNIFF, RANGES])
            }
            Scenario::Browser => answer(
                StatusCode::OK,
                &ENCODED,
                [TYPE, length("600"), TAG, CACHE, NEGOTIATED, DATE, BROTLI, NOSNIFF, RANGES],
            ),
            Scenario::NotModified => answer(StatusCode::NOT_MODIFIED, b"", [TAG, CACHE, NEGOTIATED]),
            _ => answer(StatusCode::NOT_FOUND, b"", []),
        }))
    }
}

fn answer<const N: usize>(
    status: StatusCode,
    body: &'static [u8],
    fields: [(HeaderName, HeaderValue); N],
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(body)));
    *response.status_mut() = status;
    for (name, value) in fields {
        response.headers_mut().insert(name, value);
    }
    response
}

/// An axum app that gives the scenario's answer at a route of its own, and axum's own 404 everywhere else.
pub fn axum(scenario: Scenario) -> Router {
    let app = Router::new().route("/", get(|| async { "page" }));
    match scenario {
        Scenario::Browser => {
            let answer = || async {
                ([TYPE, TAG, CACHE, NEGOTIATED, DATE, BROTLI, NOSNIFF, RANGES], Bytes::from_static(&ENCODED))
            };
            app.route(URL, get(answer))
        }
        Scenario::NotModified => {
            app.route(URL, get(|| async { (StatusCode::NOT_MODIFIED, [TAG, CACHE, NEGOTIATED], Body::empty()) }))
        }
        _ => {
            let answer =
                || async { ([TYPE, TAG, CACHE, NEGOTIATED, DATE, NOSNIFF, RANGES], Bytes::from_static(&BODY)) };
            app.route(URL, get(answer))
        }
    }
}
