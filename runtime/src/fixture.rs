//! A view of one asset for unit tests: `style.css` in the view `static/{breaker}`, with the token `1718539201234`.

use std::sync::LazyLock;

use cachebreaker_manifest::layout::layout;
use cachebreaker_manifest::manifest::{Entry, Manifest};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::token::TokenKind;

use crate::view::View;
use crate::view::asset::Asset;

const CONTENT: &[u8] = b"body { margin: 0 }";

pub(crate) static VIEW: LazyLock<&'static View> = LazyLock::new(|| {
    let place = Place { chunk: 0, offset: 0, len: 18 };
    let manifest = Manifest {
        token: "1718539201234".to_owned(),
        kind: TokenKind::Timestamp,
        modified: 1_718_539_201,
        assets: vec![Entry {
            path: "style.css".to_owned(),
            content_type: "text/css; charset=utf-8".to_owned(),
            identity: Stored { digest: "G1YwM5d_pGBNkQQG".to_owned(), place },
            ..Entry::default()
        }],
        ..Manifest::default()
    };
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", &[]).expect("one asset fits");
    View::leak(layout, Vec::new(), vec![CONTENT])
});

pub(crate) static STYLE_CSS: LazyLock<Asset> = LazyLock::new(|| VIEW.asset(0));
