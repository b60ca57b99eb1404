//! Views whose assets have URL tokens, made of the fixtures by hand: a build gives URL tokens only to a release, and no test can
//! choose them.
//!
//! `style.css` refers to `img/logo.svg`, so the token of the one is valid for the other. `app.js` may refer to anything, so it has
//! the deploy's token. All other files have one token together. One view also keeps a release that had every file too.

use std::io::Write as _;
use std::sync::LazyLock;

use cachebreaker::private::{FixedUrl, Name, Rules, Served, ServedView, TokenKind};
use cachebreaker::{AssetService, FixedService};
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{Entry, Kept, KeptAsset, KeptRelease, Lead, Manifest, PastToken, UrlToken};
use cachebreaker_manifest::table::{Place, Stored};

use crate::fixture::{FILES, File, MODIFIED_SECONDS, TOKEN};
use crate::view::{Mode, View};

/// The unit of `style.css`, and that of most files.
const UNITS: [&str; 2] = ["1718539203000-00000000000a5f6e3b", "1718539201000-00000000000b5f6e3b"];

/// The deploy's token, where it is made of the contents too.
const DEPLOY: &str = "1718539209000-9f86d081884c";

/// The deploy's token of the release that [`WITH_HISTORY`] keeps.
pub const KEPT: &str = "1718539200000";

const BASE: &str = "https://cdn.example.com/a/b";

/// A view, with all of its tokens.
struct Made {
    served: ServedView,
    view: &'static cachebreaker::private::View,
    /// Those of `style.css`, of `img/logo.svg`, of most files, and of `app.js`.
    tokens: [Vec<&'static str>; 4],
}

impl Made {
    fn new(deploy: &'static str, kind: TokenKind, base: &'static str, has_history: bool) -> Self {
        let name = Name::from_parts("static/", "");
        let mut chunk = Vec::new();
        let mut files = FILES;
        files.sort_unstable_by_key(|file| file.path);
        let mut manifest = Manifest {
            token: deploy.to_owned(),
            kind,
            is_of_contents: false,
            modified: MODIFIED_SECONDS,
            url_tokens: UNITS.map(|text| UrlToken { text: text.to_owned(), options: "0".to_owned() }).to_vec(),
            assets: files.iter().map(|file| entry(file, &mut chunk)).collect(),
            ..Manifest::default()
        };
        let mut tokens = [vec![], vec![], vec![], vec![]];
        if has_history {
            keep(&mut manifest, &mut files.into_iter(), &mut chunk);
            tokens = [vec![KEPT], vec![KEPT], vec![KEPT], vec![deploy, KEPT]];
        }
        let manifest: &'static Manifest = Box::leak(Box::new(manifest));
        let layout = layout(manifest, name, base, Options::default()).expect("the fixtures fit");
        let view = cachebreaker::private::View::leak(layout, Vec::new(), vec![&*chunk.leak()]);
        let [style, most] = UNITS;
        let own = [vec![style], vec![most, style], vec![most], vec![]];
        let tokens = std::array::from_fn(|at| [&*own[at], &*tokens[at]].concat());
        Self { served: ServedView::new(view, Rules::DEFAULT), view, tokens }
    }

    fn url_tokens(&self, file: &File) -> &[&'static str] {
        match file.path {
            "app.js" => &self.tokens[3],
            "style.css" => &self.tokens[0],
            "img/logo.svg" => &self.tokens[1],
            _ => &self.tokens[2],
        }
    }
}

/// Keeps a release that had the same files. Every other one is the same content for the manifest, and the rest are not.
fn keep(manifest: &mut Manifest, files: &mut impl Iterator<Item = File>, chunk: &mut Vec<u8>) {
    let token = PastToken { text: KEPT.to_owned(), ..PastToken::default() };
    let mut assets = Vec::new();
    for (number, (file, own)) in files.zip(&mut manifest.assets).enumerate() {
        if number % 2 == 0 {
            own.kept = vec![Lead { token: 0, release: 0 }];
            continue;
        }
        let Entry { path, content_type, identity, encodings, headers, .. } = entry(&file, chunk);
        assets.push(KeptAsset {
            path,
            content_type,
            identity,
            encodings,
            headers,
            leads: vec![Lead { token: 0, release: 0 }],
        });
    }
    let releases = vec![KeptRelease { token, modified: MODIFIED_SECONDS }];
    manifest.kept = Kept { releases, assets, ..Kept::default() };
}

/// What the build script writes of a file; its contents go to the end of the chunk.
fn entry(file: &File, chunk: &mut Vec<u8>) -> Entry {
    let content = (file.content)();
    let mut stored = |bytes: &[u8]| {
        let number = |len| u32::try_from(len).expect("fixtures are small");
        let place = Place { chunk: 0, offset: number(chunk.len()), len: number(bytes.len()) };
        chunk.extend(bytes);
        // An entity tag is the beginning of a digest. No two contents have one place.
        Stored { digest: format!("{:08x}{:08x}{:0<27}", place.offset, place.len, ""), place }
    };
    let identity = stored(&content);
    let mut encodings = Vec::new();
    if file.encoded {
        let mut brotli = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 22);
        brotli.write_all(&content).expect("memory can be written to");
        encodings.push((Encoding::Brotli, stored(&brotli.into_inner())));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&content).expect("memory can be written to");
        encodings.push((Encoding::Gzip, stored(&gzip.finish().expect("memory can be written to"))));
    }
    let url_tokens = match file.path {
        "app.js" => vec![],
        "style.css" => vec![0],
        "img/logo.svg" => vec![1, 0],
        _ => vec![1],
    };
    Entry {
        path: file.path.to_owned(),
        content_type: file.content_type.to_owned(),
        identity,
        encodings,
        url_tokens,
        fixed: (file.path == "one.txt").then_some(FixedUrl::File),
        ..Entry::default()
    }
}

/// Makes a view, and its constant of type [`View`].
macro_rules! made {
    ($($(#[$doc:meta])* $constant:ident = $made:ident($token:expr, $kind:expr, $base:expr, $has_history:expr);)*) => {
        $(
            struct $made;

            impl $made {
                fn made() -> &'static Made {
                    static MADE: LazyLock<Made> = LazyLock::new(|| Made::new($token, $kind, $base, $has_history));
                    &MADE
                }
            }

            impl Served for $made {
                const MODULE: &'static str = concat!("tests_http::url_tokens::", stringify!($made));

                fn served() -> &'static ServedView {
                    &Self::made().served
                }
            }

            $(#[$doc])*
            pub const $constant: View = View {
                title: stringify!($made),
                token: $token,
                mode: Mode::Embedded,
                service: || AssetService::new($made::served()),
                router: || cachebreaker::private::router::<$made, ()>(),
                get: |path| $made::made().view.get(path),
                stats: || $made::served().stats(),
                url_tokens: |file| $made::made().url_tokens(file),
                ..crate::view::DEFAULT
            };
        )*
    };
}

/// The service of the one file of [`OF_CONTENTS`] that has a fixed URL, `one.txt`.
#[must_use]
pub fn of_contents_fixed() -> FixedService {
    FixedService::new(OfContents::served())
}

made! {
    /// Every file. The deploy's token is a timestamp as in the other modes, so that one table is for all of them.
    WITH_URL_TOKENS = WithUrlTokens(TOKEN, TokenKind::Timestamp, "", false);
    /// The same, with a history: the release [`KEPT`] had the same files.
    WITH_HISTORY = WithHistory(TOKEN, TokenKind::Timestamp, "", true);
    /// The same, with a base that has a path.
    WITH_URL_TOKENS_IN_A_FOLDER = WithUrlTokensInAFolder(TOKEN, TokenKind::Timestamp, BASE, false);
    /// Every file, with the deploy's token that a build gives to such a view: that of the contents.
    OF_CONTENTS = OfContents(DEPLOY, TokenKind::Content, "", false);
    /// The same, with a base that has a path.
    OF_CONTENTS_IN_A_FOLDER = OfContentsInAFolder(DEPLOY, TokenKind::Content, BASE, false);
}
