//! Views for unit tests: one of one asset, `style.css` in the view `static/{breaker}`, with the token `1718539201234`; one with
//! URL tokens; and any of modules.

use std::sync::LazyLock;

use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{Entry, Kept, KeptAsset, KeptRelease, Lead, Manifest, PastToken, UrlToken};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::sha384;
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
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", Options::default()).expect("one asset fits");
    View::leak(layout, Vec::new(), vec![CONTENT])
});

pub(crate) static STYLE_CSS: LazyLock<Asset> = LazyLock::new(|| VIEW.asset(0));

/// `app.js`, which has changed, and `style.css`, which has not, since `v1.9.0`; that release is kept, and had `gone.js` too, with
/// the URL token `v1.8.0`. What `build-7` had is not kept.
pub(crate) static WITH_HISTORY: LazyLock<&'static View> = LazyLock::new(|| {
    let stored =
        |chunk| Stored { digest: format!("G1YwM5d_pGBNkQQ{chunk}"), place: Place { chunk, offset: 0, len: 18 } };
    let content_type = "text/plain; charset=utf-8".to_owned();
    let leads = |tokens: &[u32]| tokens.iter().map(|token| Lead { token: *token, release: 0 }).collect();
    let entry = |path: &str, chunk, kept: &[u32]| Entry {
        path: path.to_owned(),
        content_type: content_type.clone(),
        identity: stored(chunk),
        kept: leads(kept),
        ..Entry::default()
    };
    let kept = |path: &str, tokens: &[u32]| KeptAsset {
        path: path.to_owned(),
        content_type: content_type.clone(),
        identity: stored(1),
        leads: leads(tokens),
        ..KeptAsset::default()
    };
    let past = |text: &str| PastToken { text: text.to_owned(), ..PastToken::default() };
    let manifest = Manifest {
        token: "v2.0.0".to_owned(),
        kind: TokenKind::Release,
        modified: 1_718_539_201,
        assets: vec![entry("app.js", 0, &[]), entry("new.js", 0, &[]), entry("style.css", 0, &[0])],
        kept: Kept {
            releases: vec![KeptRelease { token: past("v1.9.0"), modified: 1_718_539_101 }],
            url_tokens: vec![past("v1.8.0")],
            assets: vec![kept("app.js", &[0]), kept("gone.js", &[0, 1])],
            stale: vec![past("build-7"), past("v3.0.0")],
        },
        ..Manifest::default()
    };
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", Options::default()).expect("five assets fit");
    View::leak(layout, Vec::new(), vec![CONTENT, b"body { margin: 1 }"])
});

/// `page.html` depends on `style.css`, `app.js` has the deploy's token, and all of them are older than the deploy.
pub(crate) static WITH_URL_TOKENS: LazyLock<&'static View> = LazyLock::new(|| {
    let place = Place { chunk: 0, offset: 0, len: 18 };
    let entry = |path: &str, url_tokens: &[u32]| Entry {
        path: path.to_owned(),
        content_type: "text/plain; charset=utf-8".to_owned(),
        identity: Stored { digest: "G1YwM5d_pGBNkQQG".to_owned(), place },
        url_tokens: url_tokens.to_vec(),
        ..Entry::default()
    };
    let url_token = |text: &str| UrlToken { text: text.to_owned(), options: "0".to_owned() };
    let manifest = Manifest {
        token: "1718539209000-9f86d081884c".to_owned(),
        kind: TokenKind::Content,
        is_of_contents: true,
        url_tokens: vec![url_token("1718539203000-00000000000a"), url_token("1718539201000-00000000000b")],
        assets: vec![entry("app.js", &[]), entry("page.html", &[0]), entry("style.css", &[1, 0])],
        ..Manifest::default()
    };
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", Options::default()).expect("three assets fit");
    View::leak(layout, Vec::new(), vec![CONTENT])
});

/// A module of a view.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) path: String,
    /// Which of the view's URL tokens is in its URL; the deploy's if there is no such token.
    pub(crate) token: u32,
    pub(crate) imports: Vec<String>,
    pub(crate) lazy_imports: Vec<String>,
}

pub(crate) const URL_TOKENS: [&str; 3] =
    ["1718539201000-00000000000a", "1718539202000-00000000000b", "1718539203000-00000000000c"];

/// A view of these modules, sorted by path, with digests, whose pages have an import map.
pub(crate) fn view_of_modules(base: &str, modules: &[Module]) -> &'static View {
    let place = Place { chunk: 0, offset: 0, len: 18 };
    let entry = |module: &Module| Entry {
        path: module.path.clone(),
        content_type: "text/javascript; charset=utf-8".to_owned(),
        identity: Stored { digest: "G1YwM5d_pGBNkQQG".to_owned(), place },
        imports: module.imports.clone(),
        lazy_imports: module.lazy_imports.clone(),
        url_tokens: Some(module.token).filter(|token| (*token as usize) < URL_TOKENS.len()).into_iter().collect(),
        ..Entry::default()
    };
    let manifest = Manifest {
        token: "1718539209000-9f86d081884c".to_owned(),
        kind: TokenKind::Content,
        is_of_contents: true,
        import_map: true,
        url_tokens: URL_TOKENS.map(|text| UrlToken { text: text.to_owned(), options: "0".to_owned() }).to_vec(),
        assets: modules.iter().map(entry).collect(),
        ..Manifest::default()
    };
    let layout =
        layout(&manifest, Name::from_parts("static/", ""), base, Options::default()).expect("a few assets fit");
    let digests = sha384::pack((0..).zip(modules).map(|(number, _)| Some([number; sha384::LEN])));
    View::leak(layout, digests, vec![CONTENT])
}
