//! How many bytes of a program are its assets, asked from outside.

use std::collections::HashSet;

use bench_measure::now;
use bytes::Bytes;
use cachebreaker::{Asset, AssetService};
use http::Request;
use http_body_util::BodyExt as _;
use tower_service::Service as _;

/// The bytes that a service has for its assets: as they are, as brotli and as gzip, equal ones once.
pub fn embedded_bytes(mut service: AssetService, assets: impl Iterator<Item = Asset>) -> usize {
    let mut bodies = HashSet::new();
    for asset in assets {
        for coding in ["identity", "br", "gzip"] {
            let request = Request::get(asset.url()).header("accept-encoding", coding).body(()).expect("a request");
            let Ok(response) = service.call(request).into_inner();
            bodies.insert(now(response.into_body().collect()).expect("a body").to_bytes());
        }
    }
    bodies.iter().map(Bytes::len).sum()
}
