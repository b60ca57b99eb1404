//! The elements of a page by which it loads scripts and stylesheets, and where attributes can be added to them.

use std::ops::Range;

use html5gum::StartTag;

use crate::html::{Script, attribute, place, script};
use crate::tags::{Tag, Tags};

/// What an element loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadKind {
    /// `<script src>`.
    Script,
    /// `<script type="module" src>`.
    Module,
    /// `<script>` with its code inside.
    InlineScript,
    /// `<script type="module">` with its code inside.
    InlineModule,
    /// `<script type="importmap">`.
    ImportMap,
    /// `<link rel="stylesheet">`.
    Stylesheet,
    /// `<link rel="modulepreload">`.
    ModulePreload,
    /// `<link rel="preload">` of a script or a stylesheet.
    Preload,
}

/// An element that loads a script or a stylesheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    kind: LoadKind,
    start: usize,
    url: Range<usize>,
    contents: Range<usize>,
    end: usize,
    has_integrity: bool,
    has_crossorigin: bool,
}

impl Load {
    /// What it loads.
    #[must_use]
    pub fn kind(&self) -> LoadKind {
        self.kind
    }

    /// Where its tag begins.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// The bytes of its URL, without quotes. Empty if its code is inside.
    #[must_use]
    pub fn url(&self) -> Range<usize> {
        self.url.clone()
    }

    /// The bytes of the code or the map inside. Empty if it has a URL.
    #[must_use]
    pub fn contents(&self) -> Range<usize> {
        self.contents.clone()
    }

    /// Where the attribute with the URL ends, behind its quotes, so that another one can be written there. Where the tag ends, if it has no
    /// URL.
    #[must_use]
    pub fn end(&self) -> usize {
        self.end
    }

    /// Whether it has `integrity`.
    #[must_use]
    pub fn has_integrity(&self) -> bool {
        self.has_integrity
    }

    /// Whether it has `crossorigin`.
    #[must_use]
    pub fn has_crossorigin(&self) -> bool {
        self.has_crossorigin
    }
}

/// Finds the elements by which a page loads scripts and stylesheets, in the order of the text. Those in `<noscript>`, `<template>` and SVG are left
/// out.
///
/// ```
/// use cachebreaker_references::{LoadKind, loads};
///
/// let page = "<script type=module src='app.js'></script>";
/// let load = &loads(page)[0];
/// assert_eq!(load.kind(), LoadKind::Module);
/// assert_eq!((&page[load.url()], &page[load.end()..]), ("app.js", "></script>"));
/// ```
#[must_use]
pub fn loads(page: &str) -> Vec<Load> {
    let unmarked = page.strip_prefix('\u{feff}').unwrap_or(page);
    let before = page.len() - unmarked.len();
    let moved = |range: Range<usize>| range.start + before..range.end + before;
    let (mut loads, mut is_inside) = (Vec::<Load>::new(), false);
    for tag in Tags::new(unmarked) {
        match tag {
            Tag::Start(tag, place) => {
                let load = load(unmarked, &tag).filter(|_| place.is_in_page);
                is_inside = load.as_ref().is_some_and(|load| !load.contents.is_empty());
                loads.extend(load);
            }
            // What is inside is text to its end tag.
            Tag::End(tag) if is_inside => {
                loads.last_mut().into_iter().for_each(|load| load.contents.end = tag.span.start);
                is_inside = false;
            }
            Tag::End(_) => {}
        }
    }
    let loads = loads.into_iter().map(|load| Load {
        start: load.start + before,
        url: moved(load.url),
        contents: moved(load.contents),
        end: load.end + before,
        ..load
    });
    let is_in_text = |range: Range<usize>| page.get(range).is_some();
    loads.filter(|it| is_in_text(it.start..it.end) && is_in_text(it.url()) && is_in_text(it.contents())).collect()
}

fn load(text: &str, tag: &StartTag<usize>) -> Option<Load> {
    let (kind, name) = kind(tag)?;
    let (start, mut url, mut contents, mut end) = (tag.span.start, 0..0, 0..0, tag.span.end);
    if name.is_empty() {
        contents = end..text.len();
    } else {
        let at = tag.attributes.get(name.as_bytes())?.span.start;
        let inside = place(text.get(at..)?, name)?;
        url = at + inside.start..at + inside.end;
        end = url.end + usize::from(text[..url.start].ends_with(['"', '\'']));
    }
    let has = |name: &[u8]| tag.attributes.contains_key(name);
    Some(Load {
        kind,
        start,
        url,
        contents,
        end,
        has_integrity: has(b"integrity"),
        has_crossorigin: has(b"crossorigin"),
    })
}

/// What an element loads, and the name of the attribute with the URL; no name if its code is inside.
fn kind(tag: &StartTag<usize>) -> Option<(LoadKind, &'static str)> {
    let text = |name| attribute(tag, name).unwrap_or_default().trim().to_ascii_lowercase();
    let has_source = tag.attributes.contains_key(&b"src"[..]);
    match &tag.name[..] {
        b"script" => match script(tag)? {
            Script::Module if has_source => Some((LoadKind::Module, "src")),
            Script::Module => Some((LoadKind::InlineModule, "")),
            Script::Classic if has_source => Some((LoadKind::Script, "src")),
            Script::Classic => Some((LoadKind::InlineScript, "")),
            Script::ImportMap if has_source => None,
            Script::ImportMap => Some((LoadKind::ImportMap, "")),
        },
        b"link" => {
            let relations = text(b"rel");
            let has = |relation| relations.split_ascii_whitespace().any(|it| it == relation);
            let is_code = ["script", "style"].contains(&&*text(b"as"));
            let kind = if has("stylesheet") {
                LoadKind::Stylesheet
            } else if has("modulepreload") {
                LoadKind::ModulePreload
            } else if has("preload") && is_code {
                LoadKind::Preload
            } else {
                return None;
            };
            Some((kind, "href"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_has_its_kind_its_url_and_a_place_for_an_attribute() {
        for (page, kind, url, rest) in [
            ("<script src=a.js></script>", LoadKind::Script, "a.js", "></script>"),
            ("<SCRIPT defer SRC = \"a.js\" id=b></SCRIPT>", LoadKind::Script, "a.js", " id=b></SCRIPT>"),
            ("<script type=text/jscript src=a.js></script>", LoadKind::Script, "a.js", "></script>"),
            ("\u{feff}<script type='module' src='a.js'></script>", LoadKind::Module, "a.js", "></script>"),
            (
                "<p>é</p><script type=module>import './a.js'</script>",
                LoadKind::InlineModule,
                "",
                "import './a.js'</script>",
            ),
            ("<script>a()</script>", LoadKind::InlineScript, "", "a()</script>"),
            ("<script type=importmap>{}</script>", LoadKind::ImportMap, "", "{}</script>"),
            ("<link rel='alternate stylesheet' href=a.css>", LoadKind::Stylesheet, "a.css", ">"),
            ("<link rel=modulepreload href=\"a.js\"/>", LoadKind::ModulePreload, "a.js", "/>"),
            ("<link href='a.css' as=style rel=preload>", LoadKind::Preload, "a.css", " as=style rel=preload>"),
        ] {
            let found = loads(page);
            assert_eq!((found.len(), found[0].kind(), &page[found[0].url()]), (1, kind, url), "{page}");
            assert!(page[found[0].start()..].starts_with(['<']), "{page}");
            assert_eq!(page[found[0].end()..], *rest, "{page}");
        }
        for page in [
            "<script type=importmap src=a.json></script><script type=text/x src=a></script>",
            "<link rel=icon href=a.png><link rel=preload as=font href=a.woff2><img src=a.js><link rel=stylesheet>",
            "<template><script src=a.js></script></template><svg><script href=a.js></script><script src=b.js /></svg>",
            "<!-- <script src=a.js></script> --><noscript><link rel=stylesheet href=a.css></noscript>",
        ] {
            assert_eq!(loads(page), [], "{page}");
        }
        for (page, contents) in [
            ("<script>a('</b>')</script><b>", "a('</b>')"),
            ("\u{feff}<script type=importmap>{ \"</scriptx\": 1 }</SCRIPT ><p>", "{ \"</scriptx\": 1 }"),
            ("<script type=module></script>", ""),
            ("<script type=module>a()", "a()"),
            ("<script src=a.js>b</script>", ""),
        ] {
            assert_eq!(page[loads(page)[0].contents()], *contents, "{page}");
        }
        let found = &loads("<script src=a.js integrity=sha384-x crossorigin></script>")[0];
        assert!(found.has_integrity() && found.has_crossorigin());
    }
}
