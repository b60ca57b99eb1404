//! The manifest as text: [`Display`](fmt::Display) writes it, and [`Manifest::parse`] reads it.
//!
//! A line is a word and its values, with one space between them; paths and other free text are percent-encoded. The first
//! line names the version that wrote it.
//!
//! ```text
//! cachebreaker 0.1.0
//! root /home/me/app/static
//! token timestamp 1718539201234
//! modified 1718539201
//! chunks 1
//! digests sha384
//! version 5f6e3b…
//! base https%3A//cdn.example.com
//! import-map
//! page-integrity
//! url-token 1718539201000-9f86d081884c 5f6e3b
//! kept-release 1718452801 1718452801234
//! kept-token 1718366401234
//! stale v1.9.0
//! asset style.css text/css%3B%20charset%3Dutf-8 0:0:2048:vLPMQ0l5dFI… br=0:2048:611:0mWeb3uWQFk… gzip=0:2659:702:uK3TImqwNhw…
//! asset app.js text/javascript%3B%20charset%3Dutf-8 0:3361:95:Qm1vZGVsIG9… br=0:3456:60:d8Jx0rTa1bQ…
//! imports app.js lib/a.js lib/b.js
//! lazy-imports lib/c.js
//! url-tokens 0
//! header cross-origin-resource-policy same-site
//! fixed file
//! kept 0-0 1-1:0
//! dictionary
//! delta 2c26b46b68ff… 0:3500:57:kQx0aZ5f3Tg…
//! kept-asset old.css text/css%3B%20charset%3Dutf-8 0:3516:19:nJbbm3qUEdk…
//! kept 0-0
//! option name static/%7Bbreaker%7D
//! pages 5f6e3b…
//! page fallback index.html 0:3535:410:x1d0Vwq3S0k… br=0:3945:190:p0mWeb3uWQF…
//! page-urls 57 103
//! page-code 210 from ./app.js ./app.js
//! ```
//!
//! The lines `imports`, `lazy-imports`, `url-tokens`, `header`, `fixed`, `kept`, `dictionary` and `delta` follow the line of their asset; a
//! `delta` has the SHA-256 of its dictionary. A token of another
//! release is followed by `of-contents` where a build made it from the contents, and then by the digest of its options in `build.rs`, if it
//! was in URLs. `kept` has ranges of tokens that lead to the asset; the release after a colon is the last that has the asset under them,
//! which is otherwise the release of the token itself. `pages` has the version of the view that the pages have URLs of; `page-urls` and
//! `page-code` follow the line of their page.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

use super::{Entry, InCode, KeptAsset, KeptRelease, Lead, Manifest, Page, PastToken, UrlToken};
use crate::VERSION;
use crate::dictionary::Delta;
use crate::encoding::Encoding;
use crate::fixed_url::FixedUrl;
use crate::kept::ranges;
use crate::page::PageUse;
use crate::percent::{decode_path, encode_path};
use crate::table::{Place, Stored, TAG_LEN};
use crate::token::{Token, TokenKind};

/// The word behind a token that the build made from the contents.
const OF_CONTENTS: &str = "of-contents";

impl Manifest {
    /// Reads a manifest that the same version wrote.
    ///
    /// # Errors
    ///
    /// [`ManifestError::Head`] when it does not begin as a manifest, [`ManifestError::Version`] when another version wrote it,
    /// [`ManifestError::Line`] when a line cannot be read.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let mut lines = (1..).zip(text.lines());
        let head = lines.next().and_then(|(_, line)| line.strip_prefix("cachebreaker "));
        let found = head.ok_or(ManifestError::Head)?;
        if found != VERSION {
            return Err(ManifestError::Version(found.to_owned()));
        }
        let mut manifest = Self::default();
        let mut types = Vec::new();
        for (number, line) in lines {
            manifest.read_line(line, &mut types).ok_or(ManifestError::Line(number))?;
        }
        Ok(manifest)
    }

    /// Content types are few: `types` has those that were read before, as they are spelt and as they are.
    fn read_line<'t>(&mut self, line: &'t str, types: &mut Vec<(&'t str, String)>) -> Option<()> {
        let (word, fields) = line.split_once(' ').unwrap_or((line, ""));
        let mut fields = fields.split(' ');
        let mut next = || fields.next();
        let text = |field| decode_path(field).map(Cow::into_owned);
        let mut typed = |spelt: &'t str| match types.iter().find(|(known, _)| *known == spelt) {
            Some((_, content_type)) => Some(content_type.clone()),
            None => {
                types.push((spelt, text(spelt)?));
                types.last().map(|(_, content_type)| content_type.clone())
            }
        };
        match word {
            "root" => self.roots.push(text(next()?)?),
            "token" => {
                self.kind = TokenKind::from_name(next()?)?;
                self.token = Token::parse(next()?).ok()?.as_str().to_owned();
                self.is_of_contents = match next() {
                    None => false,
                    Some(OF_CONTENTS) => true,
                    Some(_) => return None,
                };
            }
            "supersedes" => {
                let digits = next()?.parse().ok()?;
                self.supersedes = Some((from_hex(next()?)?, digits));
            }
            "modified" => self.modified = next()?.parse().ok()?,
            "chunks" => self.chunks = next()?.parse().ok()?,
            "digests" => self.digests = next()? == "sha384",
            "import-map" => self.import_map = true,
            "page-integrity" => self.page_integrity = true,
            "url-token" => {
                let text = Token::parse(next()?).ok()?.as_str().to_owned();
                self.url_tokens.push(UrlToken { text, options: next()?.to_owned() });
            }
            "base" => self.base = Some(text(next()?)?),
            "version" => self.version = Some(next()?).filter(|hex| from_hex(hex).is_some())?.to_owned(),
            "asset" => {
                let (path, content_type) = (text(next()?)?, typed(next()?)?);
                let identity = read_stored(next()?)?;
                let encodings = fields.map(read_encoding).collect::<Option<_>>()?;
                self.assets.push(Entry { path, content_type, identity, encodings, ..Entry::default() });
            }
            "imports" => {
                let path = text(next()?)?;
                let module = self.assets.last_mut().filter(|asset| asset.path == path)?;
                module.imports = fields.map(text).collect::<Option<_>>()?;
            }
            "lazy-imports" => self.assets.last_mut()?.lazy_imports = fields.map(text).collect::<Option<_>>()?,
            "url-tokens" => {
                let tokens = fields.map(|number| number.parse().ok()).collect::<Option<Vec<u32>>>()?;
                let is_known = |number: &u32| (*number as usize) < self.url_tokens.len();
                self.assets.last_mut()?.url_tokens = Some(tokens).filter(|tokens| tokens.iter().all(is_known))?;
            }
            "header" => {
                let headers = match self.kept.assets.last_mut() {
                    Some(asset) => &mut asset.headers,
                    None => &mut self.assets.last_mut()?.headers,
                };
                headers.push((text(next()?)?, text(next()?)?));
            }
            "kept" => {
                let known = self.kept.releases.len() + self.kept.url_tokens.len();
                let ranges = fields.map(|field| read_range(field, known)).collect::<Option<Vec<_>>>()?;
                let count = self.kept.releases.len();
                let lead = |(token, release): (u32, Option<u32>)| {
                    let release = release.unwrap_or(token);
                    ((release as usize) < count).then_some(Lead { token, release })
                };
                let leads = ranges.into_iter().flat_map(|(tokens, release)| tokens.map(move |token| (token, release)));
                let leads = leads.map(lead).collect::<Option<_>>()?;
                match self.kept.assets.last_mut() {
                    Some(asset) => asset.leads = leads,
                    None => self.assets.last_mut()?.kept = leads,
                }
            }
            "kept-release" => {
                let modified = next()?.parse().ok()?;
                self.kept.releases.push(KeptRelease { token: read_past(fields)?, modified });
            }
            "kept-token" => self.kept.url_tokens.push(read_past(fields)?),
            "kept-asset" => {
                let (path, content_type) = (text(next()?)?, typed(next()?)?);
                let identity = read_stored(next()?)?;
                let encodings = fields.map(read_encoding).collect::<Option<_>>()?;
                self.kept.assets.push(KeptAsset { path, content_type, identity, encodings, ..KeptAsset::default() });
            }
            "dictionary" => match self.kept.assets.last_mut() {
                Some(asset) => asset.is_dictionary = true,
                None => self.assets.last_mut()?.is_dictionary = true,
            },
            "delta" => {
                let dictionary = from_hex(next()?)?.try_into().ok()?;
                self.assets.last_mut()?.deltas.push(Delta { dictionary, stored: read_stored(next()?)? });
            }
            "stale" => self.kept.stale.push(read_past(fields)?),
            "fixed" => self.assets.last_mut()?.fixed = Some(FixedUrl::from_name(next()?)?),
            "option" => self.options.push((text(next()?)?, text(next()?)?)),
            "pages" => self.pages_version = next()?.to_owned(),
            "page" => {
                let is_for = PageUse::from_name(next()?)?;
                let (file, identity) = (text(next()?)?, read_stored(next()?)?);
                let encodings = fields.map(read_encoding).collect::<Option<_>>()?;
                self.pages.push(Page { file, is_for, identity, encodings, ..Page::default() });
            }
            "page-urls" => {
                self.pages.last_mut()?.urls = fields.map(|number| number.parse().ok()).collect::<Option<_>>()?;
            }
            "page-code" => {
                let (at, before, written, url) =
                    (next()?.parse().ok()?, text(next()?)?, text(next()?)?, text(next()?)?);
                self.pages.last_mut()?.code.push(InCode { at, before, written, url });
            }
            _ => return None,
        }
        Some(())
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cachebreaker {VERSION}")?;
        self.roots.iter().try_for_each(|root| writeln!(f, "root {}", encode_path(root)))?;
        let of_contents = if self.is_of_contents { &format!(" {OF_CONTENTS}") } else { "" };
        writeln!(f, "token {} {}{of_contents}", self.kind.name(), self.token)?;
        if let Some((packed, digits)) = &self.supersedes {
            write!(f, "supersedes {digits} ")?;
            write_hex(f, packed)?;
            writeln!(f)?;
        }
        writeln!(f, "modified {}", self.modified)?;
        writeln!(f, "chunks {}", self.chunks)?;
        if self.digests {
            writeln!(f, "digests sha384")?;
        }
        writeln!(f, "version {}", self.version)?;
        if let Some(base) = &self.base {
            writeln!(f, "base {}", encode_path(base))?;
        }
        if self.import_map {
            writeln!(f, "import-map")?;
        }
        if self.page_integrity {
            writeln!(f, "page-integrity")?;
        }
        self.url_tokens.iter().try_for_each(|token| writeln!(f, "url-token {} {}", token.text, token.options))?;
        for release in &self.kept.releases {
            write!(f, "kept-release {} ", release.modified)?;
            write_past(f, &release.token)?;
        }
        for token in &self.kept.url_tokens {
            write!(f, "kept-token ")?;
            write_past(f, token)?;
        }
        for token in &self.kept.stale {
            write!(f, "stale ")?;
            write_past(f, token)?;
        }
        for asset in &self.assets {
            let path = encode_path(&asset.path);
            write!(f, "asset {path} {} ", encode_path(&asset.content_type))?;
            write_forms(f, &asset.identity, &asset.encodings)?;
            if !asset.imports.is_empty() {
                write!(f, "imports {path}")?;
                asset.imports.iter().try_for_each(|import| write!(f, " {}", encode_path(import)))?;
                writeln!(f)?;
            }
            if !asset.lazy_imports.is_empty() {
                write!(f, "lazy-imports")?;
                asset.lazy_imports.iter().try_for_each(|import| write!(f, " {}", encode_path(import)))?;
                writeln!(f)?;
            }
            if !asset.url_tokens.is_empty() {
                write!(f, "url-tokens")?;
                asset.url_tokens.iter().try_for_each(|number| write!(f, " {number}"))?;
                writeln!(f)?;
            }
            write_headers(f, &asset.headers)?;
            if let Some(fixed) = asset.fixed {
                writeln!(f, "fixed {}", fixed.name())?;
            }
            write_kept(f, &asset.kept)?;
            write_dictionary(f, asset.is_dictionary)?;
            for Delta { dictionary, stored } in &asset.deltas {
                write!(f, "delta ")?;
                write_hex(f, dictionary)?;
                write!(f, " ")?;
                write_stored(f, stored)?;
                writeln!(f)?;
            }
        }
        for asset in &self.kept.assets {
            write!(f, "kept-asset {} {} ", encode_path(&asset.path), encode_path(&asset.content_type))?;
            write_forms(f, &asset.identity, &asset.encodings)?;
            write_headers(f, &asset.headers)?;
            write_kept(f, &asset.leads)?;
            write_dictionary(f, asset.is_dictionary)?;
        }
        for (name, value) in &self.options {
            writeln!(f, "option {} {}", encode_path(name), encode_path(value))?;
        }
        if !self.pages_version.is_empty() {
            writeln!(f, "pages {}", self.pages_version)?;
        }
        for page in &self.pages {
            write!(f, "page {} {} ", page.is_for.name(), encode_path(&page.file))?;
            write_forms(f, &page.identity, &page.encodings)?;
            if !page.urls.is_empty() {
                write!(f, "page-urls")?;
                page.urls.iter().try_for_each(|at| write!(f, " {at}"))?;
                writeln!(f)?;
            }
            for InCode { at, before, written, url } in &page.code {
                let [before, written, url] = [before, written, url].map(|it| encode_path(it));
                writeln!(f, "page-code {at} {before} {written} {url}")?;
            }
        }
        Ok(())
    }
}

/// The rest of an asset's line.
fn write_forms(f: &mut fmt::Formatter<'_>, identity: &Stored, encodings: &[(Encoding, Stored)]) -> fmt::Result {
    write_stored(f, identity)?;
    for (encoding, stored) in encodings {
        write!(f, " {}=", encoding.name())?;
        write_stored(f, stored)?;
    }
    writeln!(f)
}

fn read_encoding(field: &str) -> Option<(Encoding, Stored)> {
    let (name, stored) = field.split_once('=')?;
    Some((Encoding::from_name(name)?, read_stored(stored)?))
}

fn write_headers(f: &mut fmt::Formatter<'_>, headers: &[(String, String)]) -> fmt::Result {
    headers.iter().try_for_each(|(name, value)| writeln!(f, "header {} {}", encode_path(name), encode_path(value)))
}

/// Numbers in ascending order, as ranges: an asset that does not change is in many releases.
fn write_kept(f: &mut fmt::Formatter<'_>, leads: &[Lead]) -> fmt::Result {
    if leads.is_empty() {
        return Ok(());
    }
    write!(f, "kept")?;
    for (tokens, release) in ranges(leads) {
        write!(f, " {}-{}", tokens.start(), tokens.end())?;
        if let Some(release) = release {
            write!(f, ":{release}")?;
        }
    }
    writeln!(f)
}

/// The range that a field names, if all of it is below a limit, and the release after it.
fn read_range(field: &str, limit: usize) -> Option<(RangeInclusive<u32>, Option<u32>)> {
    let (range, release) = match field.split_once(':') {
        Some((range, release)) => (range, Some(release.parse().ok()?)),
        None => (field, None),
    };
    let (first, last) = range.split_once('-')?;
    let range = first.parse().ok()?..=last.parse().ok()?;
    ((*range.end() as usize) < limit).then_some((range, release))
}

fn write_past(f: &mut fmt::Formatter<'_>, token: &PastToken) -> fmt::Result {
    write!(f, "{}", token.text)?;
    if token.is_of_contents {
        write!(f, " {OF_CONTENTS}")?;
        if !token.options.is_empty() {
            write!(f, " {}", token.options)?;
        }
    }
    writeln!(f)
}

fn read_past<'t>(mut fields: impl Iterator<Item = &'t str>) -> Option<PastToken> {
    let text = Token::parse(fields.next()?).ok()?.as_str().to_owned();
    match fields.next() {
        None => Some(PastToken { text, ..PastToken::default() }),
        Some(OF_CONTENTS) => {
            let options = fields.next().unwrap_or_default().to_owned();
            Some(PastToken { text, is_of_contents: true, options })
        }
        Some(_) => None,
    }
}

fn write_dictionary(f: &mut fmt::Formatter<'_>, is_dictionary: bool) -> fmt::Result {
    if is_dictionary { writeln!(f, "dictionary") } else { Ok(()) }
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn write_stored(f: &mut fmt::Formatter<'_>, stored: &Stored) -> fmt::Result {
    let Place { chunk, offset, len } = stored.place;
    write!(f, "{chunk}:{offset}:{len}:{}", stored.digest)
}

fn read_stored(field: &str) -> Option<Stored> {
    let mut parts = field.splitn(4, ':');
    let mut next = || parts.next();
    let place = Place { chunk: next()?.parse().ok()?, offset: next()?.parse().ok()?, len: next()?.parse().ok()? };
    let is_digest = |digest: &&str| digest.len() >= TAG_LEN && digest.is_ascii();
    Some(Stored { digest: next().filter(is_digest)?.to_owned(), place })
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Why a manifest cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManifestError {
    /// It does not begin with a version: it is empty, or no manifest.
    Head,
    /// Another version of `cachebreaker-build` wrote it: the one in the first line.
    Version(String),
    /// The line with this number, from 1, is one that this version does not write.
    Line(usize),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("the manifest in `OUT_DIR` is damaged: run `cargo clean` and build again"),
            Self::Version(found) => write!(
                f,
                "`cachebreaker-build` is {found} and `cachebreaker` is {VERSION}: give both the same version in `Cargo.toml`"
            ),
            Self::Line(number) => {
                write!(f, "line {number} of the manifest cannot be read: run `cargo clean` and build again")
            }
        }
    }
}

impl std::error::Error for ManifestError {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::manifest::Kept;

    fn stored() -> impl Strategy<Value = Stored> {
        ("[A-Za-z0-9_-]{43}", any::<(u16, u32, u32)>())
            .prop_map(|(digest, (chunk, offset, len))| Stored { digest, place: Place { chunk, offset, len } })
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let encodings = Encoding::ALL.map(|_| prop::option::of(stored()));
        let imports = prop::collection::vec(".{1,20}", 0..3);
        let headers = prop::collection::vec(("[a-z-]{1,9}", "[ -~]{0,9}"), 0..3);
        let fixed = prop::sample::select(vec![None, Some(FixedUrl::File), Some(FixedUrl::Worker)]);
        let lazy_imports = prop::collection::vec(".{1,20}", 0..3);
        let url_tokens = prop::collection::vec(0_u32..2, 0..3);
        let parts = (
            ".{1,20}",
            "[a-z/+; =-]{1,20}",
            stored(),
            encodings,
            (imports, lazy_imports),
            (headers, fixed, url_tokens),
            prop::collection::vec((prop::array::uniform32(any::<u8>()), stored()), 0..3),
        );
        parts.prop_map(|(path, content_type, identity, encodings, imports, (headers, fixed, url_tokens), deltas)| {
            let (imports, lazy_imports) = imports;
            let encodings = Encoding::ALL.into_iter().zip(encodings);
            let encodings = encodings.filter_map(|(encoding, stored)| Some((encoding, stored?))).collect();
            // As in `kept` below: two releases, and two tokens in URLs.
            let leads = url_tokens.iter().flat_map(|it| [(it % 2, it % 2), (it % 2, 1), (it + 2, 1)]);
            let leads: BTreeMap<_, _> = leads.collect();
            let kept = leads.into_iter().map(|(token, release)| Lead { token, release }).collect();
            let is_dictionary = !deltas.is_empty();
            let deltas = deltas.into_iter().map(|(dictionary, stored)| Delta { dictionary, stored }).collect();
            Entry {
                path,
                content_type,
                identity,
                encodings,
                imports,
                lazy_imports,
                url_tokens,
                headers,
                fixed,
                is_dictionary,
                deltas,
                kept,
            }
        })
    }

    fn any_manifest() -> impl Strategy<Value = Manifest> {
        let supersedes = prop::option::of((prop::collection::vec(any::<u8>(), 0..20), 0_usize..16));
        let kind = prop::sample::select(TokenKind::ALL.to_vec());
        let numbers = (any::<u64>(), any::<u16>(), any::<bool>(), "([0-9a-f]{2}){0,8}", prop::option::of(".{0,9}"));
        (
            prop::collection::vec(".{1,30}", 0..3),
            ("[a-z0-9]{1,9}", any::<bool>()),
            kind,
            supersedes,
            numbers,
            (prop::collection::vec(entry(), 0..5), any::<bool>()),
        )
            .prop_map(
                |(
                    roots,
                    (token, is_of_contents),
                    kind,
                    supersedes,
                    (modified, chunks, digests, version, base),
                    (assets, import_map),
                )| Manifest {
                    url_tokens: ["9f86d081884c", "0f86d081884c"]
                        .map(|digest| UrlToken {
                            text: format!("1718539201000-{digest}"),
                            options: digest[..6].to_owned(),
                        })
                        .into(),
                    import_map,
                    page_integrity: import_map != digests,
                    roots,
                    token,
                    kind,
                    is_of_contents,
                    supersedes,
                    modified,
                    chunks,
                    digests,
                    version,
                    base,
                    kept: kept(&assets),
                    pages: assets.iter().map(page).collect(),
                    pages_version: if assets.is_empty() { String::new() } else { "5f6e3b".to_owned() },
                    options: assets.iter().map(|it| (it.path.clone(), it.content_type.clone())).collect(),
                    assets,
                },
            )
    }

    fn page(asset: &Entry) -> Page {
        Page {
            file: asset.path.clone(),
            is_for: if asset.fixed.is_some() { PageUse::Fallback } else { PageUse::NotFound },
            identity: asset.identity.clone(),
            encodings: asset.encodings.clone(),
            urls: asset.url_tokens.clone(),
            code: asset
                .imports
                .iter()
                .map(|it| InCode { at: 7, before: it.clone(), written: it.clone(), url: asset.path.clone() })
                .collect(),
        }
    }

    /// What is kept, where some assets are of releases before this one too.
    fn kept(assets: &[Entry]) -> Kept {
        let past =
            |text: &str, is_of_contents| PastToken { text: text.to_owned(), is_of_contents, ..PastToken::default() };
        let in_url = PastToken { options: "9f86d081884c7d65".to_owned(), ..past("1718539201000-0f86d081884c", true) };
        let kept = assets.iter().map(|asset| KeptAsset {
            path: format!("old/{}", asset.path),
            content_type: asset.content_type.clone(),
            identity: asset.identity.clone(),
            encodings: asset.encodings.clone(),
            headers: asset.headers.clone(),
            is_dictionary: asset.is_dictionary,
            leads: asset.kept.clone(),
        });
        Kept {
            releases: vec![
                KeptRelease { token: past("v1.9.0", false), modified: 17 },
                KeptRelease { token: past("1718539201000-9f86d081884c", true), modified: 18 },
            ],
            url_tokens: vec![past("v1.8.0", false), in_url],
            assets: kept.collect(),
            stale: vec![past("v1.10.0", false)],
        }
    }

    proptest! {
        #[test]
        fn reading_is_the_inverse_of_writing(manifest in any_manifest()) {
            prop_assert_eq!(Manifest::parse(&manifest.to_string()).unwrap(), manifest);
        }

        #[test]
        fn no_text_makes_reading_panic(text in "(asset|imports|token|chunks|x) [ -~\n]{0,80}") {
            let _ = Manifest::parse(&format!("cachebreaker {VERSION}\n{text}"));
        }
    }

    #[test]
    fn another_version_is_refused_by_name() {
        let error = Manifest::parse("cachebreaker 0.0.1\ntoken label x").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`cachebreaker-build` is 0.0.1 and `cachebreaker` is {VERSION}: give both the same version in `Cargo.toml`"
            )
        );
    }

    #[test]
    fn a_manifest_without_a_first_line_is_damaged_and_of_no_other_version() {
        for text in ["", "\n", "\0\0\0\0", "token label x"] {
            let error = Manifest::parse(text).unwrap_err();
            assert_eq!(
                error.to_string(),
                "the manifest in `OUT_DIR` is damaged: run `cargo clean` and build again",
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let error = Manifest::parse(&format!("cachebreaker {VERSION}\nmodified 1\nchunks x\n")).unwrap_err();
        assert_eq!(error.to_string(), "line 3 of the manifest cannot be read: run `cargo clean` and build again");
    }

    #[test]
    fn imports_of_another_asset_than_the_one_before_them_cannot_be_read() {
        let text = |imports| {
            let digest = "0".repeat(43);
            format!("cachebreaker {VERSION}\nasset a.js text/javascript 0:0:1:{digest}\nimports {imports}\n")
        };
        assert_eq!(Manifest::parse(&text("a.js b%20c.js d.js")).unwrap().assets[0].imports, ["b c.js", "d.js"]);
        assert_eq!(Manifest::parse(&text("b.js a.js")), Err(ManifestError::Line(3)));
    }
}
