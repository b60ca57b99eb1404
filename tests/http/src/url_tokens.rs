//! Views whose assets have URL tokens, made of the fixtures by hand: a build gives URL tokens only to a release, and no test can
//! choose them.
//!
//! `style.css` refers to `img/logo.svg`, so the token of the one is valid for the other. `app.js` may refer to anything, so it has
//! the deploy's token. All other files have one token together. Some views also keep the releases in [`PAST`].

use std::io::Write as _;
use std::sync::LazyLock;

use cachebreaker::private::{FixedUrl, Name, Rules, Served, ServedView, TokenKind};
use cachebreaker::{AssetService, FixedService, KeptRelease};
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{self, Entry, Kept, KeptAsset, Lead, Manifest, PastToken, UrlToken};
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::version::with_options;

use crate::fixture::{FILES, File, MODIFIED_SECONDS, PAST, Past, SHARED, TOKEN};
use crate::view::{Mode, View};

/// The unit of `style.css`, and that of most files.
const UNITS: [&str; 2] = ["1718539203000-00000000000a5f6e3b", "1718539201000-00000000000b5f6e3b"];

/// The same where the deploy's token is not made of the contents: those of earlier releases.
const EARLIER_UNITS: [&str; 2] = ["1718539090000", "1718539080000"];

/// The deploy's token, where it is made of the contents too.
const DEPLOY: &str = "1718539209000-9f86d081884c";

/// Options of the macro that are not the default.
const OPTIONS: Options<'static> = Options { all: &["cors"], differ: true };

const BASE: &str = "https://cdn.example.com/a/b";

/// What the views differ in.
#[derive(Clone, Copy)]
struct Input {
    token: &'static str,
    kind: TokenKind,
    base: &'static str,
    units: [&'static str; 2],
    options: Options<'static>,
    past: &'static [Past],
}

const DEFAULT: Input = Input {
    token: TOKEN,
    kind: TokenKind::Timestamp,
    base: "",
    units: UNITS,
    options: Options { all: &[], differ: false },
    past: &[],
};

/// A view, with all of its tokens.
struct Made {
    served: ServedView,
    view: &'static cachebreaker::private::View,
    /// Those of `style.css`, of `img/logo.svg`, of most files, and of `app.js`.
    tokens: [Vec<&'static str>; 4],
    /// What the options add to a token.
    suffix: String,
}

impl Made {
    fn new(input: Input) -> Self {
        let name = Name::from_parts("static/", "");
        let mut chunk = Vec::new();
        let mut files = FILES;
        files.sort_unstable_by_key(|file| file.path);
        let mut manifest = Manifest {
            token: input.token.to_owned(),
            kind: input.kind,
            is_of_contents: false,
            modified: MODIFIED_SECONDS,
            url_tokens: input.units.map(|text| UrlToken { text: text.to_owned(), options: "0".to_owned() }).to_vec(),
            assets: files.iter().map(|file| entry(file, &mut chunk)).collect(),
            ..Manifest::default()
        };
        keep(&mut manifest, &files, input.past, &mut chunk);
        let manifest: &'static Manifest = Box::leak(Box::new(manifest));
        let layout = layout(manifest, name, input.base, input.options).expect("the fixtures fit");
        let view = cachebreaker::private::View::leak(layout, Vec::new(), vec![&*chunk.leak()]);
        let suffix = with_options("", input.options.differ.then_some(input.options.all));
        let [style, most] = input.units.map(|unit| &*format!("{unit}{suffix}").leak());
        let tokens = [vec![style], vec![most, style], vec![most], vec![]];
        Self { served: ServedView::new(view, Rules::DEFAULT), view, tokens, suffix }
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

/// Keeps releases. `files` are those of the manifest's assets, in their order.
fn keep(manifest: &mut Manifest, files: &[File], past: &[Past], chunk: &mut Vec<u8>) {
    let Some(last) = past.len().checked_sub(1) else { return };
    let mut assets: Vec<(File, KeptAsset)> = Vec::new();
    let tokens: Vec<_> = past.iter().map(|release| release.token).chain([SHARED]).collect();
    for (token, text) in tokens.iter().enumerate() {
        for (release, file) in (0..=last).flat_map(|at| past[at].files_under(text).iter().map(move |file| (at, file))) {
            // The last release that has the file counts.
            if (release + 1..=last).any(|later| past[later].files_under(text).iter().any(|it| it.path == file.path)) {
                continue;
            }
            let number = |at| u32::try_from(at).expect("the past is short");
            let lead = Lead { token: number(token), release: number(release) };
            if let Some(own) = files.iter().position(|own| is_same(own, file)) {
                manifest.assets[own].kept.push(lead);
            } else if let Some((_, known)) = assets.iter_mut().find(|(known, _)| is_same(known, file)) {
                known.leads.push(lead);
            } else {
                let Entry { path, content_type, identity, mut encodings, .. } = entry(file, chunk);
                // As a build has it for what only kept releases need.
                encodings.retain(|(encoding, _)| *encoding == Encoding::Brotli);
                let leads = vec![lead];
                let kept = KeptAsset { path, content_type, identity, encodings, leads, ..KeptAsset::default() };
                assets.push((*file, kept));
            }
        }
    }
    assets.sort_by_key(|(file, _)| file.path);
    let token = |text: &str| PastToken { text: text.to_owned(), ..PastToken::default() };
    let release = |past: &Past| manifest::KeptRelease { token: token(past.token), modified: past.modified };
    manifest.kept = Kept {
        releases: past.iter().map(release).collect(),
        url_tokens: vec![token(SHARED)],
        assets: assets.into_iter().map(|(_, asset)| asset).collect(),
        stale: Vec::new(),
    };
}

/// Whether a release serves a file as another does.
pub(crate) fn is_same(one: &File, other: &File) -> bool {
    let is_named = (one.path, one.content_type) == (other.path, other.content_type);
    is_named && (one.content)() == (other.content)()
}

/// What the build script writes of a file; its contents go to the end of the chunk.
fn entry(file: &File, chunk: &mut Vec<u8>) -> Entry {
    let content = (file.content)();
    let mut stored = |bytes: &[u8]| {
        let number = |len| u32::try_from(len).expect("fixtures are small");
        let place = Place { chunk: 0, offset: number(chunk.len()), len: number(bytes.len()) };
        chunk.extend(bytes);
        Stored { digest: Digest::of(bytes).to_string(), place }
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
    ($($(#[$doc:meta])* $constant:ident = $made:ident { $($field:ident: $value:expr),* };)*) => {
        $(
            struct $made;

            impl $made {
                const INPUT: Input = Input { $($field: $value,)* ..DEFAULT };

                fn made() -> &'static Made {
                    static MADE: LazyLock<Made> = LazyLock::new(|| Made::new($made::INPUT));
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
                token: $made::INPUT.token,
                mode: Mode::Embedded,
                service: || AssetService::new($made::served()),
                router: || cachebreaker::private::router::<$made, ()>(),
                get: |path| $made::made().view.get(path),
                stats: || $made::served().stats(),
                url_tokens: |file| $made::made().url_tokens(file),
                past: $made::INPUT.past,
                suffix: || &$made::made().suffix,
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

/// The kept releases of [`COUNTED_WITH_HISTORY`].
#[must_use]
pub fn counted_releases() -> Vec<KeptRelease> {
    CountedWithHistory::served().kept_releases().collect()
}

made! {
    /// Every file. The deploy's token is a timestamp as in the other modes, so that one table is for all of them.
    WITH_URL_TOKENS = WithUrlTokens {};
    /// The same, with a history.
    WITH_HISTORY = WithHistory { past: &PAST };
    /// The same, with options that are not the default.
    WITH_HISTORY_AND_OPTIONS = WithHistoryAndOptions { past: &PAST, options: OPTIONS, units: EARLIER_UNITS };
    /// With a history; asked by one test only, which counts.
    COUNTED_WITH_HISTORY = CountedWithHistory { past: &PAST };
    /// The same as [`WITH_URL_TOKENS`], with a base that has a path.
    WITH_URL_TOKENS_IN_A_FOLDER = WithUrlTokensInAFolder { base: BASE };
    /// Every file, with the deploy's token that a build gives to such a view: that of the contents.
    OF_CONTENTS = OfContents { token: DEPLOY, kind: TokenKind::Content };
    /// The same, with a base that has a path.
    OF_CONTENTS_IN_A_FOLDER = OfContentsInAFolder { token: DEPLOY, kind: TokenKind::Content, base: BASE };
}
