//! Asks a contender for an asset, many times over, in a function that callgrind can be told to watch.
//!
//! ```text
//! contender   a service and the URL of the asset in it
//! scenario    how it is asked, and which status proves that it was understood
//! exchange    one request: the call, the body to its end, the response dropped     <- what is counted
//! ```

pub mod scenario;
pub mod server;

use std::fmt::Debug;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::BodyExt;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region};
use tower_service::Service;

pub use crate::scenario::Scenario;

/// Where a contender is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// Nowhere: every answer is there at once.
    Never,
    /// It reads files on threads of their own.
    OnThreads,
}

/// Asks `service` for `url` in that scenario, `count` times; prints how many allocations each request has cost, if the
/// program counts them.
///
/// # Panics
///
/// When the answer is not the scenario's.
pub fn measure<S, B>(mut service: S, url: &str, scenario: Scenario, waits: Waits, count: usize)
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: BodyExt<Data = Bytes, Error: Debug> + Unpin,
    S::Error: Debug,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let _context = runtime.enter();
    let fixed = |text: &str| HeaderValue::from_static(text.to_owned().leak());

    let ask = |url: &'static str, fields: &[(http::HeaderName, HeaderValue)]| {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = Uri::from_static(url);
        request.headers_mut().extend(fields.iter().cloned());
        request
    };
    let mut fields = vec![
        (header::HOST, fixed("localhost:3000")),
        (header::USER_AGENT, fixed("Mozilla/5.0 (X11; Linux x86_64)")),
        (header::ACCEPT, fixed("text/css,*/*;q=0.1")),
    ];
    if scenario == Scenario::Browser {
        fields.push((header::ACCEPT_ENCODING, fixed("gzip, deflate, br, zstd")));
    }

    // One request before: its validators are what the next ones ask with, and what is made once is made.
    let target: &'static str = scenario.url(url).leak();
    let first = runtime.block_on(service.call(ask(target, &fields))).expect("an answer");
    if scenario == Scenario::NotModified {
        let field = |name| first.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(fixed);
        match (field(header::ETAG), field(header::LAST_MODIFIED)) {
            (Some(tag), _) => fields.push((header::IF_NONE_MATCH, tag)),
            (None, Some(date)) => fields.push((header::IF_MODIFIED_SINCE, date)),
            (None, None) => panic!("the answer has no validator"),
        }
    }
    drop(first);
    let answer = runtime.block_on(service.call(ask(target, &fields))).expect("an answer");
    assert_eq!(answer.status().as_u16(), scenario.status(), "{url} in {scenario:?}");
    let is_encoded = answer.headers().contains_key(header::CONTENT_ENCODING);
    println!("encoded {is_encoded}");
    let body = runtime.block_on(answer.into_body().collect()).expect("a body").to_bytes();
    println!("bytes {}", body.len());
    drop(body);

    let (mut allocations, mut len) = (0, 0);
    for _ in 0..count {
        let request = ask(target, &fields);
        let region = Region::new(&INSTRUMENTED_SYSTEM);
        match waits {
            Waits::Never => exchange(&mut service, request, &mut len),
            Waits::OnThreads => runtime.block_on(waited_exchange(&mut service, request, &mut len)),
        }
        let change = region.change();
        allocations += change.allocations + change.reallocations;
    }
    println!("allocations {:.1}", allocations as f64 / count as f64);
}

/// One request, from the call to the dropped response.
#[inline(never)]
fn exchange<S, B>(service: &mut S, request: Request<Body>, len: &mut usize)
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: BodyExt<Data = Bytes, Error: Debug> + Unpin,
    S::Error: Debug,
{
    let response = now(service.call(request)).expect("an answer");
    let (parts, mut body) = response.into_parts();
    while let Some(frame) = now(body.frame()) {
        *len += frame.expect("a frame").into_data().map_or(0, |bytes| bytes.len());
    }
    drop(parts);
}

/// The same where answers come later.
async fn waited_exchange<S, B>(service: &mut S, request: Request<Body>, len: &mut usize)
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: BodyExt<Data = Bytes, Error: Debug> + Unpin,
    S::Error: Debug,
{
    let mut body = service.call(request).await.expect("an answer").into_body();
    while let Some(frame) = body.frame().await {
        *len += frame.expect("a frame").into_data().map_or(0, |bytes| bytes.len());
    }
}

/// The output of a future that never waits.
///
/// # Panics
///
/// When it does.
pub fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the output is not there at once"),
    }
}
