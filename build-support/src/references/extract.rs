//! What a file refers to: each reference with its place, whatever language it stands in.

use std::ops::Range;
use std::thread;

use super::{css, html, javascript, svg, web_manifest};

/// The version of what stands in this folder: kept results of another one are not used. To be raised with every change of
/// what is extracted.
pub(super) const VERSION: u32 = 3;

/// What parsers need that do not call themselves for what is nested, or not for much of it. A build script is not
/// optimised.
const STACK: usize = 16 << 20;

/// Of what is written this many characters are kept, more than messages show.
const LONGEST_WRITTEN: usize = 200;

/// A base that is longer is no base: with each reference it is read again.
const LONGEST_BASE: usize = 512;

/// A language that references are looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Language {
    Css,
    JavaScript,
    Html,
    Svg,
    WebManifest,
}

impl Language {
    const ALL: [Self; 5] = [Self::Css, Self::JavaScript, Self::Html, Self::Svg, Self::WebManifest];

    /// The language of a file, by its content type, as in a browser.
    pub(super) fn of(content_type: &str, path: &str) -> Option<Self> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "text/css" => Some(Self::Css),
            "text/javascript" | "application/javascript" => Some(Self::JavaScript),
            "text/html" => Some(Self::Html),
            "image/svg+xml" => Some(Self::Svg),
            "application/manifest+json" => Some(Self::WebManifest),
            "application/json" if path.rsplit('/').next() == Some("manifest.json") => Some(Self::WebManifest),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Css => "css",
            Self::JavaScript => "javascript",
            Self::Html => "html",
            Self::Svg => "svg",
            Self::WebManifest => "webmanifest",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name() == name)
    }
}

/// What a reference is for, and so what it may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something that the browser loads.
    Resource,
    /// A page that a visitor may go to. It may be a route of the application.
    Page,
    /// What the references of a page are relative to.
    Base,
    /// What a module imports before it runs: a bare name is not a URL.
    Import,
    /// What a script imports while it runs.
    DynamicImport,
    /// The first argument of `new URL(…, import.meta.url)`: it may be a folder, to which a name is added later.
    Url,
    /// An address in an import map: it may be a folder, and a bare name is not a URL.
    Address,
    /// A source map.
    SourceMap,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Resource,
        Self::Page,
        Self::Base,
        Self::Import,
        Self::DynamicImport,
        Self::Url,
        Self::Address,
        Self::SourceMap,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Page => "page",
            Self::Base => "base",
            Self::Import => "import",
            Self::DynamicImport => "dynamic-import",
            Self::Url => "url",
            Self::Address => "address",
            Self::SourceMap => "source-map",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the browser loads it with the file that it is in, and so not a page.
    pub(super) fn is_loaded(self) -> bool {
        !matches!(self, Self::Page | Self::Base | Self::SourceMap)
    }

    /// Whether it is a module specifier: without `/`, `./` or `../` in front it is a bare name.
    pub(super) fn is_specifier(self) -> bool {
        matches!(self, Self::Import | Self::DynamicImport | Self::Address)
    }
}

/// One reference in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) kind: Kind,
    /// From 1.
    pub(super) line: u32,
    /// From 1, in characters.
    pub(super) column: u32,
    /// As it stands in the file, without quotes, up to [`LONGEST_WRITTEN`].
    pub(super) written: String,
    /// The URL that is meant, with the escapes of the language resolved.
    pub(super) url: String,
}

/// Why it is not known what a file refers to, though it may well be of its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// What its entities stand for is too large.
    Entities,
    /// It is nested so deeply that its parser may need more memory than there is.
    Nesting,
    /// There was no memory to parse it in.
    Memory,
}

impl Unread {
    const ALL: [Self; 3] = [Self::Entities, Self::Nesting, Self::Memory];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::Nesting => "nesting",
            Self::Memory => "memory",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unread| unread.name() == name)
    }
}

/// Everything that a file refers to and that is not surely elsewhere, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Extracted {
    /// Why there may be more than is known.
    pub(super) unread: Option<Unread>,
    /// What the references are relative to, where the file says so: `<base href="…">`.
    pub(super) base: Option<String>,
    pub(super) references: Vec<Reference>,
}

/// References in the making, by their places in the file.
pub(super) struct Finds<'a> {
    text: &'a str,
    unread: Option<Unread>,
    base: Option<String>,
    found: Vec<(usize, Kind, &'a str, String)>,
}

impl<'a> Finds<'a> {
    /// Adds the reference that stands at these bytes of the file.
    pub(super) fn add(&mut self, kind: Kind, at: Range<usize>, url: &str) {
        // What leads elsewhere in any case need not be kept, and `data:` may be long.
        if !is_elsewhere(url)
            && let Some(written) = self.text.get(at.clone())
        {
            // Many references may have one place, an attribute that is long.
            let written = written.char_indices().nth(LONGEST_WRITTEN).map_or(written, |(cut, _)| &written[..cut]);
            self.found.push((at.start, kind, written, url.to_owned()));
        }
    }

    /// Adds what references are relative to. The first counts (HTML, section 4.2.3).
    pub(super) fn add_base(&mut self, at: Range<usize>, url: &str) {
        if self.base.is_none() {
            // One that is filled in later may be anywhere.
            let is_unknown = is_template(url) || url.len() > LONGEST_BASE;
            self.base = Some(if is_unknown { "unknown:" } else { url }.to_owned());
            self.add(Kind::Base, at, url);
        }
    }

    /// Leaves a part of the file, or all of it, unread.
    pub(super) fn leave(&mut self, unread: Unread) {
        self.unread = Some(unread);
    }

    /// Forgets all that was added.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.text);
    }

    fn new(text: &'a str) -> Self {
        Self { text, unread: None, base: None, found: Vec::new() }
    }

    fn finish(mut self) -> Extracted {
        self.found.sort_by_key(|(at, ..)| *at);
        let (mut line, mut column, mut seen) = (1_u32, 1_u32, 0);
        let references = self.found.into_iter().map(|(at, kind, written, url)| {
            // From the reference before it, so that a line is read once, however many references are in it.
            let between = &self.text[seen..at];
            let last_line = between.rfind('\n').map_or(between, |newline| {
                line = line.saturating_add(count(between.matches('\n')));
                column = 1;
                &between[newline + 1..]
            });
            column = column.saturating_add(count(last_line.chars()));
            seen = at;
            Reference { kind, line, column, written: written.to_owned(), url }
        });
        Extracted { unread: self.unread, references: references.collect(), base: self.base }
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Whether a URL surely leads nowhere in the folder: it is empty, a fragment, of another site, or a template that is
/// filled in before it is one.
fn is_elsewhere(url: &str) -> bool {
    let url = url.trim_start();
    url.is_empty() || url.starts_with(['#', '?']) || url.starts_with("//") || has_scheme(url) || is_template(url)
}

fn is_template(url: &str) -> bool {
    ["{{", "{%", "<%", "${"].iter().any(|blank| url.contains(blank))
}

/// Whether a URL is absolute: `https://…`, `data:…`, `node:fs`.
pub(super) fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

/// Extracts what a file refers to. In what is not of the language, as far as its parser can tell, nothing is found. Its
/// name is for messages.
pub(super) fn extract(language: Language, bytes: &[u8], name: &str) -> Extracted {
    // A byte order mark is no text: no column counts it, and JSON does not begin with it.
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    // In what is not UTF-8 a byte may be a character of its own here, and columns are near enough.
    let text: &str = &text;
    in_thread(STACK, name, || parse(language, text))
        .unwrap_or_else(|unread| Extracted { unread, ..Extracted::default() })
}

/// Runs a parser with so much more stack, if it needs that.
pub(super) fn with_stack<'a>(stack: usize, finds: &mut Finds<'a>, parse: impl FnOnce(&mut Finds<'a>) + Send) {
    if stack < STACK / 2 {
        return parse(finds);
    }
    // Its name is the one of the thread that it is run in.
    let name = thread::current().name().unwrap_or_default().to_owned();
    match in_thread(STACK + stack, &name, || parse(finds)) {
        Ok(()) => {}
        Err(Some(unread)) => finds.leave(unread),
        Err(None) => finds.forget(),
    }
}

/// Runs a parser in a thread of its own. What makes it panic is as what it cannot parse.
fn in_thread<T: Send>(stack: usize, name: &str, parse: impl FnOnce() -> T + Send) -> Result<T, Option<Unread>> {
    thread::scope(|scope| {
        // Should a stack be too small after all, the system's message has the name.
        let thread = thread::Builder::new().name(name.replace('\0', "")).stack_size(stack);
        let thread = thread.spawn_scoped(scope, parse).map_err(|_| Some(Unread::Memory))?;
        thread.join().map_err(|_| None)
    })
}

pub(super) fn parse(language: Language, text: &str) -> Extracted {
    let mut finds = Finds::new(text);
    match language {
        Language::Css => css::stylesheet(text, 0, &mut finds),
        Language::JavaScript => javascript::file(text, &mut finds),
        Language::Html => html::page(text, &mut finds),
        Language::Svg => svg::image(text, &mut finds),
        Language::WebManifest => web_manifest::manifest(text, &mut finds),
    }
    finds.finish()
}
