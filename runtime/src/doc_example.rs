//! A view of one asset, written out by hand as `assets!` writes it, for the examples in this crate's documentation and its
//! tests.

use cachebreaker_manifest::imports::Imports;
use cachebreaker_manifest::integrity::Digests;
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::Table;
use cachebreaker_manifest::token::{Kind, Supersedes, Token};

use crate::asset::Asset;
use crate::decide::rollout::RolloutWindow;
use crate::serve::deploy::{Deploy, PrematureAnswer, Rules};
use crate::serve::root::RootService;
use crate::serve::service::AssetService;
use crate::serve::stats::Stats;
use crate::sharing::Sharing;
use crate::unknown::UnknownAsset;
use crate::view::{Contents, View};

/// `style.css`.
pub const STYLE_CSS: Asset = VIEW.asset(0);

/// The asset of that path, checked by the compiler.
#[doc(hidden)]
#[macro_export]
macro_rules! __doc_example_asset {
    ("style.css") => {
        $crate::doc_example::STYLE_CSS
    };
}
pub use crate::__doc_example_asset as asset;

/// The view `static/{breaker}` with the token `1718539201234`.
pub static VIEW: View = View {
    base: "/static/1718539201234/",
    elsewhere: "",
    elsewhere_on_disk: false,
    name: Name::from_parts("static/", ""),
    token: Token::from_parts("1718539201234", Kind::Timestamp),
    supersedes: Supersedes::UNKNOWN,
    modified: 1_718_539_201,
    last_modified: "Sun, 16 Jun 2024 12:00:01 GMT",
    content_types: &["text/css; charset=utf-8"],
    headers: &[],
    fixed: &[],
    table: Table::new("/static/1718539201234/style.css\"vLPMQ0l5dFIuW8sp\"18", RECORD, SLOTS),
    digests: Digests::new(SHA_384),
    imports: Imports::NONE,
    contents: Contents::Embedded(&[b"body { margin: 0 }"]),
};

const RECORD: &[u8] = &[
    0, 0, 0, 0, 31, 0, 9, 0, 0, 0, 0, 0, // text, url_len, path_len, content_type, flags
    0, 0, 0, 0, 18, 0, 0, 0, 0, 0, // its own bytes
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // no brotli
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // no gzip
];

/// The hash of the path chooses the slot; what is left of the hash and the record's number stand there.
const SLOTS: &[u8] = &[47, 96, 38, 14, 0, 0, 0, 0];

const SHA_384: &[u8] = &[
    0x2e, 0xa4, 0x4e, 0xb7, 0x4f, 0x04, 0x55, 0xe3, 0x2d, 0x87, 0xf2, 0x8b, 0x4a, 0xc1, 0x4b, 0x34, 0x46, 0x32, 0x0f,
    0x17, 0x71, 0x90, 0xc3, 0x47, 0x51, 0x54, 0xa5, 0x47, 0x53, 0x85, 0x5e, 0x53, 0xac, 0xb6, 0x49, 0x58, 0xab, 0x13,
    0x0e, 0xc1, 0x30, 0x14, 0xbc, 0x6c, 0xa1, 0x22, 0xad, 0x54,
];

/// That view, answering.
pub static DEPLOY: Deploy = Deploy::new(
    &VIEW,
    Rules {
        cache_control: "public, max-age=31536000, immutable",
        rollout_window: RolloutWindow::DEFAULT,
        premature: PrematureAnswer::Retry,
        sharing: Sharing::NONE,
    },
);

/// The asset with that path.
#[must_use]
pub fn get(path: &str) -> Option<Asset> {
    VIEW.get(path)
}

/// Its URL.
#[must_use]
pub fn url(path: &str) -> Option<&'static str> {
    get(path).map(|asset| asset.url())
}

/// The same asset, or an error that names the nearest one.
///
/// # Errors
///
/// [`UnknownAsset`] where there is none.
pub fn find(path: &str) -> Result<Asset, UnknownAsset> {
    VIEW.find(path)
}

/// All assets.
pub fn iter() -> impl ExactSizeIterator<Item = Asset> + DoubleEndedIterator + Clone {
    VIEW.iter()
}

/// This deploy's token.
#[must_use]
pub const fn token() -> &'static str {
    VIEW.token.as_str()
}

/// Changes whenever a page would that names these assets.
pub const VERSION: &str = "5b1c1f6a3d0e4c7795a1f0b2c3d4e5f6";

/// How often each answer has been given.
#[must_use]
pub fn stats() -> Stats {
    DEPLOY.stats()
}

/// The service for fixed places, of which there are none.
#[must_use]
pub const fn root_service() -> RootService {
    RootService::new(&DEPLOY)
}

/// The service.
#[must_use]
pub const fn service() -> AssetService {
    AssetService::new(&DEPLOY)
}

crate::__router!(DEPLOY);
