//! Any bytes as `Available-Dictionary`: a delta is sent for the hash of its dictionary alone, and only once.

#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cachebreaker::AssetService;
use cachebreaker::private::{Rules, ServedView, View};
use cachebreaker_manifest::dictionary::Delta;
use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{Entry, Manifest};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::token::TokenKind;
use http::{HeaderValue, Request};
use libfuzzer_sys::fuzz_target;

/// Stands for the right value: a byte that no field can hold.
const RIGHT: u8 = 0x01;

const HASH: [u8; 32] = *b"0123456789abcdef0123456789ABCDEF";

/// A file with one delta. What is in it does not matter here.
static SERVICE: LazyLock<AssetService> = LazyLock::new(|| {
    let stored = |chunk| Stored { digest: format!("{chunk:043}"), place: Place { chunk, offset: 0, len: 5 } };
    let asset = Entry {
        path: "a.css".to_owned(),
        content_type: "text/css".to_owned(),
        identity: stored(0),
        is_dictionary: true,
        deltas: vec![Delta { dictionary: HASH, stored: stored(1) }],
        ..Entry::default()
    };
    let manifest =
        Manifest { token: "17".to_owned(), kind: TokenKind::Timestamp, assets: vec![asset], ..Manifest::default() };
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", Options::default()).expect("one asset fits");
    let view = View::leak(layout, Vec::new(), vec![b"plain", b"delta"]);
    AssetService::new(Box::leak(Box::new(ServedView::new(view, Rules::DEFAULT))))
});

fuzz_target!(|bytes: &[u8]| {
    let right = format!(":{}:", STANDARD.encode(HASH));
    let lines: Vec<Vec<u8>> = bytes
        .split(|b| *b == b'\n')
        .map(|line| {
            line.iter()
                .flat_map(|b| if *b == RIGHT { right.as_bytes() } else { std::slice::from_ref(b) })
                .copied()
                .collect()
        })
        .collect();
    let mut request = Request::get("/static/17/a.css").header("accept-encoding", "br, dcb");
    for line in &lines {
        let Ok(value) = HeaderValue::from_bytes(line) else { return };
        request = request.header("available-dictionary", value);
    }
    let response = SERVICE.answer(&request.body(()).expect("a request"));
    let is_right = matches!(&lines[..], [line] if line.trim_ascii() == right.as_bytes());
    let coding = response.headers().get("content-encoding").map(HeaderValue::as_bytes);
    assert_eq!(coding, is_right.then_some(&b"dcb"[..]));
    assert_eq!(response.headers()["vary"], "accept-encoding, available-dictionary");
    assert_eq!(response.headers()["use-as-dictionary"], "match=\"/static/*/a.css\"");
});
