//! The layout of a view: a [`Manifest`] and what the user of the view chose go in, and everything that the runtime's view
//! holds comes out.
//!
//! `assets!` writes a layout down as literals, and `StaticView` keeps one in memory. Neither decides anything about it.

mod error;

use std::borrow::Cow;

use crate::base::{self, join};
use crate::dictionary;
use crate::fixed_url::FixedUrl;
use crate::imports;
use crate::kept;
use crate::manifest::{Entry, Manifest};
use crate::name::Name;
use crate::page;
use crate::percent::encode_path;
use crate::table::{Packed, Row, pack};
use crate::url_tokens;
use crate::version;

pub use error::LayoutError;

/// Everything about a view but its contents and the SHA-384 of each.
#[derive(Clone, Debug)]
pub struct Layout<'a> {
    /// What was laid out. The view has its time, its superseded commits and the kind of its token as they are.
    pub manifest: &'a Manifest,
    /// What the path of every URL begins with, to the slash before the asset's path: `/static/1718539201234/`.
    pub prefix: String,
    /// What comes before that in the URLs of pages: `https://cdn.example.com`, or nothing.
    pub base: &'a str,
    /// Whether it does so in development too.
    pub base_on_disk: bool,
    /// The view's name.
    pub name: Name<'a>,
    /// The deploy's token.
    pub token: Cow<'a, str>,
    /// The [version](crate::version::of_view) of the view.
    pub version: String,
    /// The content types of the assets, by the numbers that the table has.
    pub content_types: Vec<&'a str>,
    /// The headers of its own that each content type has, by the same numbers; empty if none has any. Assets of one type with
    /// other headers have another entry with the same type.
    pub headers: Vec<&'a [(String, String)]>,
    /// The numbers of the assets that have fixed URLs, in ascending order.
    pub fixed: Vec<(u32, FixedUrl)>,
    /// The assets.
    pub table: Packed,
    /// Which of them import which, [packed](crate::imports::pack).
    pub imports: Vec<u8>,
    /// What they import besides, [packed](crate::imports::pack) too.
    pub lazy_imports: Vec<u8>,
    /// The tokens that are in URLs beside the deploy's.
    pub url_tokens: url_tokens::Packed,
    /// What it serves of releases before it.
    pub kept: kept::Packed,
    /// Which assets browsers may keep as dictionaries, and the deltas.
    pub dictionaries: dictionary::Packed,
    /// The pages: the path of each is its [place](page::place).
    pub pages: Packed,
    /// The number of the asset that each page is.
    pub page_files: Vec<u32>,
}

/// The options of `assets!` on which responses depend, as text. They are part of each token that lasts as long as what is served under it
/// does not change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// All of them, including those that have their default.
    pub all: &'a [&'a str],
    /// Whether any of them differs from its default.
    pub differ: bool,
}

/// Lays out a view.
///
/// `base` comes before all URLs and is empty for none; the manifest's own wins over it.
///
/// # Errors
///
/// [`LayoutError`] says which asset does not fit.
pub fn layout<'a>(
    manifest: &'a Manifest,
    name: Name<'a>,
    base: &'a str,
    options: Options<'_>,
) -> Result<Layout<'a>, LayoutError> {
    let (base, base_on_disk) = manifest.base.as_ref().map_or((base, false), |own| (own.as_str(), true));
    let text_of_name = name.to_string();
    let of_view = [&[&*text_of_name, base], options.all].concat();
    let token = if manifest.is_of_contents {
        Cow::Owned(version::token_of_view(&manifest.token, &of_view))
    } else {
        Cow::Borrowed(manifest.token.as_str())
    };
    // Where the options are as they are by default, a URL token may be the deploy's.
    let with_options = |text: &str, (is_of_contents, of_build): (bool, &[&str])| {
        if is_of_contents {
            version::token_of_view(text, &[&of_view[..], of_build].concat())
        } else {
            version::with_options(text, options.differ.then_some(options.all))
        }
    };
    let (mut url_tokens, mut numbers) = (Vec::new(), Vec::new());
    for it in &manifest.url_tokens {
        let text = with_options(&it.text, (manifest.is_of_contents, &[&it.options]));
        let is_own = text != token;
        numbers.push(is_own.then_some(url_tokens.len() as u32));
        url_tokens.extend(is_own.then_some(text));
    }
    let numbers_of =
        |asset: &Entry| -> Vec<u32> { asset.url_tokens.iter().filter_map(|it| *numbers.get(*it as usize)?).collect() };
    let prefix = name.join(&token, "");
    let start = join(base, &prefix);
    let starts: Vec<_> = url_tokens.iter().map(|token| join(base, &name.join(token, ""))).collect();
    let mut types = Types::default();
    let (mut rows, mut valid) = (Vec::with_capacity(manifest.assets.len()), Vec::new());
    for asset in &manifest.assets {
        let numbers = numbers_of(asset);
        let start = numbers.first().map_or(&start, |own| &starts[*own as usize]);
        valid.push(numbers);
        rows.push(Row {
            path: &asset.path,
            url: [start.as_str(), &encode_path(&asset.path)].concat(),
            content_type: types.number(&asset.content_type, &asset.headers)?,
            identity: &asset.identity,
            encodings: &asset.encodings,
            is_dictionary: asset.is_dictionary,
        });
    }
    let mut kept = Vec::with_capacity(manifest.kept.assets.len());
    for asset in &manifest.kept.assets {
        kept.push(Row {
            path: &asset.path,
            url: asset.path.clone(),
            content_type: types.number(&asset.content_type, &asset.headers)?,
            identity: &asset.identity,
            encodings: &asset.encodings,
            is_dictionary: asset.is_dictionary,
        });
    }
    let (mut pages, mut page_files) = (Vec::with_capacity(manifest.pages.len()), Vec::new());
    for of in &manifest.pages {
        let found = manifest.assets.binary_search_by(|asset| asset.path.cmp(&of.file));
        let number = found.ok().and_then(|number| u32::try_from(number).ok());
        let Some((number, asset)) = number.and_then(|it| Some((it, manifest.assets.get(it as usize)?))) else {
            continue;
        };
        let path = page::place(&of.file);
        page_files.push(number);
        pages.push(Row {
            path,
            url: format!("/{}", encode_path(path)),
            content_type: types.number(&asset.content_type, &asset.headers)?,
            identity: &of.identity,
            encodings: &of.encodings,
            is_dictionary: false,
        });
    }
    let (content_types, mut headers): (Vec<_>, Vec<_>) = types.0.into_iter().unzip();
    if headers.iter().all(|headers| headers.is_empty()) {
        headers.clear();
    }
    let long = |path: &str| LayoutError::LongUrl(path.to_owned());
    let table = pack(&rows).map_err(long)?;
    let kept = kept::pack(manifest, pack(&kept).map_err(long)?, |token| {
        let of_build = Some(&*token.options).filter(|options| !options.is_empty());
        with_options(&token.text, (token.is_of_contents, of_build.as_slice()))
    });
    let pattern =
        |is_dictionary: bool, path: &str| is_dictionary.then(|| [base::path(base), &name.join("*", path)].concat());
    let own = manifest.assets.iter().map(|asset| (pattern(asset.is_dictionary, &asset.path), &asset.deltas[..]));
    let of_kept = manifest.kept.assets.iter().map(|asset| (pattern(asset.is_dictionary, &asset.path), &[][..]));
    let patterns: Vec<_> = own.chain(of_kept).collect();
    let dictionaries =
        patterns.iter().map(|(pattern, deltas)| dictionary::Entry { pattern: pattern.as_deref(), deltas });
    let fixed = (0..).zip(&manifest.assets).filter_map(|(number, asset)| Some((number, asset.fixed?))).collect();
    // Two builds of the same contents may have other times in their URLs.
    let of_urls = [&[&*token], &url_tokens.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat().join(" ");
    Ok(Layout {
        manifest,
        version: version::of_view(&manifest.version, &of_urls, &text_of_name, base),
        imports: imports(manifest, |asset| &asset.imports),
        lazy_imports: imports(manifest, |asset| &asset.lazy_imports),
        pages: pack(&pages).map_err(long)?,
        page_files,
        url_tokens: url_tokens::pack(&url_tokens, valid.iter().map(|numbers| &numbers[..])),
        kept,
        dictionaries: dictionary::pack(dictionaries),
        prefix,
        base,
        base_on_disk,
        name,
        token,
        content_types,
        headers,
        fixed,
        table,
    })
}

/// The content types of assets, each with the headers of its own. There are many assets, and few types.
#[derive(Default)]
struct Types<'a>(Vec<(&'a str, &'a [(String, String)])>);

impl<'a> Types<'a> {
    fn number(&mut self, content_type: &'a str, headers: &'a [(String, String)]) -> Result<u16, LayoutError> {
        let number = self.0.iter().position(|known| *known == (content_type, headers)).unwrap_or_else(|| {
            self.0.push((content_type, headers));
            self.0.len() - 1
        });
        u16::try_from(number).map_err(|_| LayoutError::TooManyTypes)
    }
}

/// Which assets import which. The assets are sorted by path.
fn imports(manifest: &Manifest, imports: fn(&Entry) -> &Vec<String>) -> Vec<u8> {
    let number = |path: &String| {
        let found = manifest.assets.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
        u32::try_from(found).ok()
    };
    imports::pack(manifest.assets.iter().map(|asset| imports(asset).iter().filter_map(number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::Imports;
    use crate::manifest::{Page, UrlToken};
    use crate::table::{Stored, Table};
    use crate::token::TokenKind;

    fn entry(path: &str, content_type: &str) -> Entry {
        let identity = Stored { digest: "0".repeat(43), ..Stored::default() };
        Entry { path: path.to_owned(), content_type: content_type.to_owned(), identity, ..Entry::default() }
    }

    fn manifest(assets: Vec<Entry>) -> Manifest {
        Manifest { token: "17".to_owned(), kind: TokenKind::Timestamp, assets, ..Manifest::default() }
    }

    fn name() -> Name<'static> {
        Name::parse("static/{breaker}").unwrap()
    }

    #[test]
    fn each_asset_has_its_url_its_type_its_place_and_its_imports() {
        let robots = Entry {
            headers: vec![("x-robots-tag".to_owned(), "none".to_owned())],
            fixed: Some(FixedUrl::File),
            imports: vec!["é.js".to_owned(), "gone.js".to_owned()],
            ..entry("b.js", "text/javascript")
        };
        let manifest = manifest(vec![entry("a.js", "text/javascript"), robots, entry("é.js", "text/javascript")]);
        let layout = layout(&manifest, name(), "https://cdn.example.com", Options::default()).unwrap();
        let table = Table::new(&layout.table.text, &layout.table.records, &layout.table.slots);
        assert_eq!(layout.prefix, "/static/17/");
        assert_eq!(table.record(2).url(), "https://cdn.example.com/static/17/%C3%A9.js");
        assert_eq!([0, 1, 2].map(|number| table.record(number).content_type()), [0, 1, 0]);
        assert_eq!(layout.headers, [&[][..], &manifest.assets[1].headers]);
        assert_eq!(layout.fixed, [(1, FixedUrl::File)]);
        assert_eq!(Imports::new(&layout.imports).of(1).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_page_has_its_place_and_the_type_and_headers_of_its_file() {
        let about = Entry {
            headers: vec![("x-frame-options".to_owned(), "DENY".to_owned())],
            ..entry("é/index.html", "text/html")
        };
        let page = Page { file: about.path.clone(), identity: about.identity.clone(), ..Page::default() };
        let manifest = Manifest { pages: vec![page], ..manifest(vec![entry("a.html", "text/html"), about]) };
        let layout = layout(&manifest, name(), "https://cdn.example.com", Options::default()).unwrap();
        let pages = Table::new(&layout.pages.text, &layout.pages.records, &layout.pages.slots);
        let record = pages.record(pages.find("é/").unwrap());
        assert_eq!((record.url(), record.content_type(), layout.page_files), ("/%C3%A9/", 1, vec![1]));
    }

    #[test]
    fn a_base_of_the_build_wins_even_if_it_is_empty() {
        for (own, expected) in [
            (None, ("https://a.example", false)),
            (Some("https://b.example"), ("https://b.example", true)),
            (Some(""), ("", true)),
        ] {
            let manifest = Manifest { base: own.map(str::to_owned), ..manifest(Vec::new()) };
            let layout = layout(&manifest, name(), "https://a.example", Options::default()).unwrap();
            assert_eq!((layout.base, layout.base_on_disk), expected);
        }
    }

    #[test]
    fn options_change_a_token_that_was_made_of_the_contents_and_no_other() {
        let mut manifest = Manifest { token: "1718539201000-9f86d081884c".to_owned(), ..manifest(Vec::new()) };
        let token = |manifest: &Manifest, all: &[&str]| {
            layout(manifest, name(), "", Options { all, differ: true }).unwrap().token.into_owned()
        };
        assert_eq!(token(&manifest, &["true"]), manifest.token);
        manifest.is_of_contents = true;
        assert_ne!(token(&manifest, &["true"]), token(&manifest, &["false"]));
        assert!(token(&manifest, &[]).starts_with(&manifest.token));
    }

    #[test]
    fn an_asset_has_its_own_token_in_its_url_with_the_options_of_build_script_and_macro() {
        let mut manifest = manifest(vec![entry("a.css", "text/css"), entry("b.png", "image/png")]);
        manifest.assets[1].url_tokens = vec![0];
        manifest.url_tokens =
            vec![UrlToken { text: "1718539201000-9f86d081884c".to_owned(), options: "5f6e3b".to_owned() }];
        manifest.is_of_contents = true;
        let urls = |manifest: &Manifest, all: &[&str]| {
            let options = Options { all, differ: all != ["true"] };
            let layout = layout(manifest, name(), "https://cdn.example.com", options).unwrap();
            let table = Table::new(&layout.table.text, &layout.table.records, &layout.table.slots);
            ([0, 1].map(|number| table.record(number).url().to_owned()), layout.version)
        };
        let (first, version) = urls(&manifest, &["true"]);
        assert!(
            first[0].starts_with("https://cdn.example.com/static/17") && first[0].ends_with("/a.css"),
            "{}",
            first[0]
        );
        let token = first[1].strip_prefix("https://cdn.example.com/static/").unwrap().strip_suffix("/b.png").unwrap();
        assert!(token.starts_with("1718539201000-9f86d081884c") && token.len() == 32, "{token}");
        assert_ne!(urls(&manifest, &["false"]).0[1], first[1]);
        manifest.url_tokens[0].options = "5f6e3c".to_owned();
        assert_ne!(urls(&manifest, &["true"]).0[1], first[1]);
        assert_ne!(urls(&manifest, &["true"]).1, version);
    }

    #[test]
    fn the_token_of_an_earlier_release_has_the_options_where_they_are_not_the_default() {
        let mut manifest = manifest(vec![entry("a.css", "text/css"), entry("b.png", "image/png")]);
        manifest.url_tokens = ["17", "9"].map(|text| UrlToken { text: text.to_owned(), options: String::new() }).into();
        manifest.assets[0].url_tokens = vec![0];
        manifest.assets[1].url_tokens = vec![1];
        let urls = |options: Options<'_>| {
            let layout = layout(&manifest, name(), "", options).unwrap();
            let table = Table::new(&layout.table.text, &layout.table.records, &layout.table.slots);
            [0, 1].map(|number| table.record(number).url().to_owned())
        };
        assert_eq!(urls(Options { all: &["false"], differ: false }), ["/static/17/a.css", "/static/9/b.png"]);
        let [a, b] = urls(Options { all: &["true"], differ: true });
        let digits = a.strip_prefix("/static/17~").unwrap().strip_suffix("/a.css").unwrap();
        assert_eq!(b, format!("/static/9~{digits}/b.png"));
        assert_ne!(urls(Options { all: &["other"], differ: true })[0], a);
    }

    #[test]
    fn what_does_not_fit_is_named_with_what_to_do() {
        let long = manifest(vec![entry(&"a".repeat(65_530), "text/css")]);
        let path = || "a\nb".to_owned();
        for (error, expected) in [
            (
                layout(&long, name(), "", Options::default()).unwrap_err(),
                "` is longer than 65,535 bytes: shorten its name",
            ),
            (
                LayoutError::NoFiles("folder `static`".to_owned()),
                "folder `static` has no files: put at least one asset into it",
            ),
            (LayoutError::NotUtf8(path()), "the name of `a\\nb` is not UTF-8, so it has no URL: rename it"),
            (
                LayoutError::Backslash(path()),
                "the name of `a\\nb` contains a backslash, which browsers turn into a slash: rename it",
            ),
            (
                LayoutError::TooLarge(path(), 1 << 32),
                "`a\\nb` has 4294967296 bytes: an asset has less than 4 GiB; serve it from disk instead",
            ),
            (LayoutError::TooManyTypes, "use fewer `.content_type(…)` and `.headers(…)` in `build.rs`"),
        ] {
            assert!(error.to_string().ends_with(expected), "{error}");
        }
    }
}
