//! Whole requests by themselves, among 10,000 assets: `cargo bench --package bench-ours`, in `bench/`. The time that it takes
//! to drop the response counts too.

use bench_ours::assets_10000;
use bench_tree::PROBE;
use divan::{Bencher, black_box};
use http::{HeaderName, HeaderValue, Request, header};
use tower_service::Service as _;

fn main() {
    divan::main();
}

fn probe() -> cachebreaker::Asset {
    assets_10000::get(PROBE).expect("it is there")
}

/// Asks for a path as a browser does, with one header more, again and again.
fn ask(bencher: Bencher<'_, '_>, path: &str, name: HeaderName, value: &str) {
    let mut request = Request::get(path).body(()).expect("a path");
    request.headers_mut().extend([
        (header::HOST, HeaderValue::from_static("localhost:3000")),
        (header::USER_AGENT, HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64)")),
        (header::ACCEPT, HeaderValue::from_static("text/css,*/*;q=0.1")),
        (name, HeaderValue::from_str(value).expect("a value")),
    ]);
    bencher
        .with_inputs(|| request.clone())
        .bench_values(|request| assets_10000::service().call(black_box(request)).into_inner());
}

#[divan::bench(args = ["current", "stale", "premature", "none"])]
fn token(bencher: Bencher<'_, '_>, token: &str) {
    let url = probe().url();
    let path = match token {
        "stale" => url.replace(assets_10000::token(), "1"),
        "premature" => url.replace(assets_10000::token(), "99999999999999"),
        "none" => format!("{url}.none"),
        _ => url.to_owned(),
    };
    ask(bencher, &path, header::ACCEPT_LANGUAGE, "en");
}

#[divan::bench(args = ["gzip, deflate, br, zstd", "br;q=0.5, gzip;q=0.8, *;q=0.1", "identity"])]
fn negotiate(bencher: Bencher<'_, '_>, accepted: &str) {
    ask(bencher, probe().url(), header::ACCEPT_ENCODING, accepted);
}

#[divan::bench(args = ["a tag", "three tags", "a date"])]
fn preconditions(bencher: Bencher<'_, '_>, kind: &str) {
    let tag = probe().etag();
    let (name, value) = match kind {
        "a tag" => (header::IF_NONE_MATCH, tag.to_owned()),
        "three tags" => (header::IF_NONE_MATCH, format!("\"0\", W/\"1\", {tag}")),
        _ => (header::IF_MODIFIED_SINCE, "Sun, 16 Jun 2024 12:00:01 GMT".to_owned()),
    };
    ask(bencher, probe().url(), name, &value);
}
