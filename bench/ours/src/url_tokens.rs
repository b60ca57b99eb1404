//! A view of 10,000 assets whose URLs have 500 tokens, made when the program starts: what a request for one of them costs.

use std::sync::LazyLock;

use bench_tree::{PROBE_LEN, path};
use cachebreaker::AssetService;
use cachebreaker::private::{Name, Rules, ServedView, View};
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{Entry, Manifest, UrlToken};
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::token::TokenKind;

const ASSETS: usize = 10_000;
const TOKENS: u32 = 500;
const ENCODED_LEN: usize = 600;

static CHUNK: [u8; PROBE_LEN + ENCODED_LEN] = [b'x'; PROBE_LEN + ENCODED_LEN];

static VIEW: LazyLock<&View> = LazyLock::new(view);
static SERVED: LazyLock<ServedView> = LazyLock::new(|| ServedView::new(*VIEW, Rules::DEFAULT));

/// The service of the view.
pub fn service() -> AssetService {
    AssetService::new(&SERVED)
}

fn view() -> &'static View {
    let mut paths: Vec<_> = (0..ASSETS).map(path).collect();
    paths.sort_unstable();
    let stored =
        |offset, len: usize| Stored { digest: "0".repeat(43), place: Place { chunk: 0, offset, len: len as u32 } };
    let entry = |(number, path)| Entry {
        path,
        content_type: "text/css; charset=utf-8".to_owned(),
        identity: stored(0, PROBE_LEN),
        encodings: vec![(Encoding::Brotli, stored(PROBE_LEN as u32, ENCODED_LEN))],
        // Each twentieth also has the token of something that depends on it.
        url_tokens: if number % 20 == 0 { vec![number % TOKENS, (number + 1) % TOKENS] } else { vec![number % TOKENS] },
        ..Entry::default()
    };
    let token = |number| UrlToken { text: format!("1718539201000-{number:012x}"), options: "0".to_owned() };
    let manifest = Manifest {
        token: "1718539209000-9f86d081884c".to_owned(),
        kind: TokenKind::Content,
        is_of_contents: true,
        modified: 1_718_539_201,
        url_tokens: (0..TOKENS).map(token).collect(),
        assets: (0..).zip(paths).map(entry).collect(),
        ..Manifest::default()
    };
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", Options::default()).expect("a view");
    View::leak(layout, Vec::new(), vec![&CHUNK])
}

/// The URL of the asset that is asked for.
pub fn url() -> &'static str {
    VIEW.get(bench_tree::PROBE).expect("it is there").url()
}
