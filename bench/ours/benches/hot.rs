//! The pure functions that every request goes through, by themselves: `cargo bench --package bench-ours`, in `bench/`.

use bench_ours::assets_10000;
use bench_tree::PROBE;
use cachebreaker::{Asset, hot};
use divan::{Bencher, black_box};
use http::{HeaderMap, HeaderName, HeaderValue, header};

fn main() {
    divan::main();
}

fn probe() -> Asset {
    assets_10000::get(PROBE).expect("it is there")
}

/// What a browser sends, with one field more.
fn fields(name: HeaderName, value: &'static str) -> HeaderMap {
    [
        (header::HOST, HeaderValue::from_static("localhost:3000")),
        (header::USER_AGENT, HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64)")),
        (header::ACCEPT, HeaderValue::from_static("text/css,*/*;q=0.1")),
        (name, HeaderValue::from_static(value)),
    ]
    .into_iter()
    .collect()
}

/// Among 10,000 assets.
#[divan::bench(args = ["current", "stale", "premature", "none"])]
fn resolve(bencher: Bencher<'_, '_>, token: &str) {
    let url = probe().url();
    let path = match token {
        "stale" => url.replace(assets_10000::token(), "1"),
        "premature" => url.replace(assets_10000::token(), "99999999999999"),
        "none" => format!("{url}.none"),
        _ => url.to_owned(),
    };
    bencher.bench(|| hot::resolve(black_box(probe()), black_box(&path)));
}

#[divan::bench(args = ["gzip, deflate, br, zstd", "br;q=0.5, gzip;q=0.8, *;q=0.1", "identity"])]
fn negotiate(bencher: Bencher<'_, '_>, accepted: &'static str) {
    let fields = fields(header::ACCEPT_ENCODING, accepted);
    bencher.bench(|| hot::negotiate(black_box(&fields), 2048, 600));
}

#[divan::bench(args = ["none", "a tag", "three tags", "a date"])]
fn preconditions(bencher: Bencher<'_, '_>, kind: &str) {
    let fields = match kind {
        "a tag" => fields(header::IF_NONE_MATCH, "\"0123456789abcdef\""),
        "three tags" => fields(header::IF_NONE_MATCH, "\"0\", W/\"1\", \"0123456789abcdef\""),
        "a date" => fields(header::IF_MODIFIED_SINCE, "Sun, 16 Jun 2024 12:00:01 GMT"),
        _ => fields(header::ACCEPT_LANGUAGE, "en"),
    };
    let etag = HeaderValue::from_static("\"0123456789abcdef\"");
    bencher.bench(|| hot::evaluate(black_box(&fields), black_box(&etag), 1_718_539_201));
}
