//! Pages: attributes that hold URLs. The styles and scripts inside are of other languages: [`Code`] says of which, and the caller
//! reads them.

use std::borrow::Cow;
use std::ops::Range;

use html5gum::StartTag;

use crate::found::Found;
use crate::kind::ReferenceKind;
use crate::language::JAVASCRIPT;
use crate::tags::{Tag, Tags};
use crate::unread::Unread;

/// Relations of `<link>` to something that is loaded with the page. All others, of which there is no end, lead to pages.
const LOADED: [&str; 9] = [
    "apple-touch-icon",
    "apple-touch-icon-precomposed",
    "apple-touch-startup-image",
    "icon",
    "manifest",
    "mask-icon",
    "modulepreload",
    "preload",
    "stylesheet",
];

/// A page in an attribute refers to nothing without one of these.
const MAY_REFER: [&str; 8] = ["src", "href", "poster", "data", "url(", "image-set", "import", "cript"];

/// Attributes of SVG that are properties of CSS with `url(…)` in them.
pub(crate) const PROPERTIES: [&str; 11] = [
    "clip-path",
    "cursor",
    "fill",
    "filter",
    "marker",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "stroke",
    "style",
];

/// The language of a text in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// A stylesheet.
    Style,
    /// Declarations, or the value of one.
    Values,
    /// JavaScript.
    Script,
    /// An import map.
    ImportMap,
}

/// Finds the references of a text in a page, which begins at this byte of the file.
pub(crate) type Extract<'e> = &'e mut dyn FnMut(Code, &str, usize, &mut Found);

/// What an element contains that the tokenizer takes for text.
enum Contents {
    Code(Code),
    /// Elements, which a page has where there are no scripts.
    Elements,
}

/// Finds the references of a page.
pub(crate) fn elements(text: &str, found: &mut Found, extract: Extract<'_>) {
    walk(Tags::new(text), text, 0, found, extract);
}

/// Finds the references of elements that begin at `at` in the file.
fn walk(tags: Tags<'_>, text: &str, at: usize, found: &mut Found, extract: Extract<'_>) {
    let mut inside = None;
    for tag in tags {
        match tag {
            Tag::Start(tag, place) => {
                // A base counts where it is an element of the page.
                if place.is_in_page || &tag.name[..] != b"base" {
                    attributes(text, at, &tag, found, extract);
                }
                inside = contents(&tag).filter(|_| !place.is_empty).map(|contents| (contents, tag.span.end));
            }
            Tag::End(tag) => {
                if let Some((contents, start)) = inside.take()
                    && let Some(source) = text.get(start..tag.span.start)
                {
                    match contents {
                        Contents::Code(code) => extract(code, source, at + start, found),
                        Contents::Elements => walk(Tags::not_in_page(source), source, at + start, found, extract),
                    }
                }
            }
        }
    }
}

fn contents(tag: &StartTag<usize>) -> Option<Contents> {
    match &tag.name[..] {
        b"style" => Some(Contents::Code(Code::Style)),
        b"noscript" => Some(Contents::Elements),
        // The browser does not run what is in it.
        b"script" if tag.attributes.contains_key(&b"src"[..]) => None,
        b"script" => match script(tag)? {
            Script::Classic | Script::Module => Some(Contents::Code(Code::Script)),
            Script::ImportMap => Some(Contents::Code(Code::ImportMap)),
        },
        _ => None,
    }
}

/// What a browser takes a script for.
#[derive(Clone, Copy)]
pub(crate) enum Script {
    Classic,
    Module,
    ImportMap,
}

/// What a browser takes a script for; `None` for data (HTML, section 4.12.1.1).
pub(crate) fn script(tag: &StartTag<usize>) -> Option<Script> {
    let attribute = |name| attribute(tag, name).map(|it| it.to_ascii_lowercase());
    let kind = match (attribute(b"type"), attribute(b"language")) {
        (Some(kind), _) if !kind.is_empty() => kind,
        (None, Some(language)) if !language.is_empty() => format!("text/{language}"),
        _ => return Some(Script::Classic),
    };
    match kind.trim_matches(|c: char| c.is_ascii_whitespace()) {
        "module" => Some(Script::Module),
        "importmap" => Some(Script::ImportMap),
        kind => JAVASCRIPT.contains(&kind).then_some(Script::Classic),
    }
}

pub(crate) fn attribute<'a>(tag: &'a StartTag<usize>, name: &[u8]) -> Option<Cow<'a, str>> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value))
}

fn attributes(text: &str, at: usize, tag: &StartTag<usize>, found: &mut Found, extract: Extract<'_>) {
    for (name, value) in &tag.attributes {
        let Ok(name) = str::from_utf8(name) else { continue };
        let url = String::from_utf8_lossy(value);
        let Some(span) = text.get(value.span.start..).and_then(|rest| place(rest, name)) else { continue };
        let (start, end) = (value.span.start + span.start, value.span.start + span.end);
        let (whole, raw) = (at + start..at + end, &text[start..end]);
        match (&tag.name[..], name) {
            (b"base", "href") => found.add_base(whole, &url),
            (b"a" | b"area", "href" | "xlink:href") | (b"iframe" | b"frame", "src") => {
                found.add(ReferenceKind::Page, whole, &url);
            }
            // What the attributes of a custom element are for, only its author knows.
            (element, "src" | "href") if element.contains(&b'-') => found.add(ReferenceKind::Page, whole, &url),
            (b"link", "href") => {
                let relations = attribute(tag, b"rel").unwrap_or_default().to_ascii_lowercase();
                let is_loaded = relations.split_ascii_whitespace().any(|relation| LOADED.contains(&relation));
                found.add(if is_loaded { ReferenceKind::Resource } else { ReferenceKind::Page }, whole, &url);
            }
            (_, "src" | "href" | "xlink:href" | "poster") | (b"object", "data") => {
                found.add(ReferenceKind::Resource, whole, &url);
            }
            (_, "srcset" | "imagesrcset") => {
                let (urls, mut places) = (candidates(&url), candidates(raw));
                // Where a character reference is a space or a comma, only the attribute is a place.
                let has_places = places.len() == urls.len();
                if !has_places {
                    places = vec![0..raw.len(); urls.len()];
                }
                for (candidate, place) in urls.into_iter().zip(places) {
                    let is_alone = has_places && raw[place.clone()].replace("&amp;", "&") == url[candidate.clone()];
                    let place = at + start + place.start..at + start + place.end;
                    found.add_at(ReferenceKind::Resource, place, is_alone, &url[candidate]);
                }
            }
            (b"meta", "content") => {
                let is_refresh =
                    attribute(tag, b"http-equiv").is_some_and(|it| it.trim().eq_ignore_ascii_case("refresh"));
                if let Some(place) = refresh(raw).filter(|_| is_refresh) {
                    let url = if raw == url { &raw[place.clone()] } else { refresh(&url).map_or("", |it| &url[it]) };
                    found.add(ReferenceKind::Page, at + start + place.start..at + start + place.end, url);
                }
            }
            (_, name) if PROPERTIES.contains(&name) && (name == "style" || url.contains('(')) => {
                decoded(Code::Values, (raw, &url), whole, found, extract);
            }
            // An event handler.
            (_, name) if name.starts_with("on") && ["import(", "Worker("].iter().any(|call| url.contains(call)) => {
                decoded(Code::Script, (raw, &url), whole, found, extract);
            }
            (b"iframe", "srcdoc") if MAY_REFER.iter().any(|word| url.contains(word)) => found.leave(Unread::Frame),
            _ => {}
        }
    }
}

/// Quotes, as they are written in an attribute: for the language inside of it they are part of what is between brackets.
const QUOTES: [&str; 6] = ["&quot;", "&#34;", "&#x22;", "&apos;", "&#39;", "&#x27;"];

/// Finds the references of an attribute's value. Where it has character references in it, its code is nowhere in the file: it
/// is read decoded, and what is found in it as it is written only has the places.
fn decoded(code: Code, (raw, value): (&str, &str), place: Range<usize>, found: &mut Found, extract: Extract<'_>) {
    if raw == value {
        return extract(code, value, place.start, found);
    }
    let (mut inside, mut written) = (Found::default(), Found::default());
    extract(code, value, 0, &mut inside);
    extract(code, raw, place.start, &mut written);
    written.trim_ends(QUOTES, |range| raw.get(range.start - place.start..range.end - place.start).unwrap_or_default());
    found.add_all_at(place, inside, &written);
}

/// Where the value of an attribute is, in the text from the attribute's name on.
pub(crate) fn place(text: &str, name: &str) -> Option<Range<usize>> {
    let rest = text.get(name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let start = text.len() - rest.len();
    let (start, len) = match rest.chars().next()? {
        quote @ ('"' | '\'') => (start + 1, rest[1..].find(quote)?),
        _ => (start, rest.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
    };
    Some(start..start + len)
}

/// Where the URLs of a `srcset` are (HTML, section 4.8.4.2.1): each ends at a space; what follows up to a comma tells its
/// size.
fn candidates(srcset: &str) -> Vec<Range<usize>> {
    let mut urls = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return urls;
        }
        let start = srcset.len() - rest.len();
        let (url, behind) = rest.split_at(rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len()));
        urls.push(start..start + url.trim_end_matches(',').len());
        // A comma at the end of the URL ends the candidate as well.
        rest = if url.ends_with(',') { behind } else { behind.split_once(',').map_or("", |(_, next)| next) };
    }
}

/// Where the URL of a `<meta http-equiv=refresh>` is (HTML, section 4.2.5.3): `0; url=about.html`, in quotes or not.
fn refresh(content: &str) -> Option<Range<usize>> {
    let time = content.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = time.trim_start().strip_prefix([';', ',']).unwrap_or(time).trim_start();
    if rest.len() == content.trim_start().len() {
        return None;
    }
    let named = rest
        .get(..3)
        .filter(|word| word.eq_ignore_ascii_case("url"))
        .and_then(|_| Some(rest[3..].trim_start().strip_prefix('=')?.trim_start()));
    let url = named.unwrap_or(rest);
    let (url, end) = match url.strip_prefix(['"', '\'']) {
        Some(inside) => (inside, inside.find(['"', '\'']).unwrap_or(inside.len())),
        None => (url, url.trim_end().len()),
    };
    let start = content.len() - url.len();
    (end > 0).then_some(start..start + end)
}

#[cfg(test)]
mod tests {
    use crate::tests::{computed, places};
    use crate::{Language, Unread, find};

    #[test]
    fn each_reference_is_found_where_it_is_written() {
        for (text, expected) in [
            ("<img src=img/lgo.png>", &["1:10: `img/lgo.png`"][..]),
            ("<script src = 'js/lbi.js'></script>", &["1:16: `js/lbi.js`"]),
            ("<LINK rel=stylesheet HREF=\"css/bas.css\">", &["1:28: `css/bas.css`"]),
            ("<link rel='alternate stylesheet' href=css/bas>", &["1:39: `css/bas`"]),
            ("<img srcset='img/lgo.png, img/wid.png 2x'>", &["1:14: `img/lgo.png`", "1:27: `img/wid.png`"]),
            ("<link imagesrcset='img/lgo.png 1x'>", &["1:20: `img/lgo.png`"]),
            (
                "<meta http-equiv=refresh content='0; url=ab.html'><meta name=a content='0; url=x'>",
                &["1:42: `ab.html`"],
            ),
            ("<META HTTP-EQUIV=Refresh CONTENT=\" 5.5 , URL = 'ab.html' \">", &["1:49: `ab.html`"]),
            ("<meta http-equiv=refresh content='3;ab.html '>", &["1:37: `ab.html`"]),
            (
                "<svg><title/><style/><desc>a<title>b</title></desc><script href=c.js /></svg><img src=d.png>",
                &["1:65: `c.js`", "1:87: `d.png`"],
            ),
            ("<math><mtext><title>a</title></mtext><title/></math><img src=d.png>", &["1:62: `d.png`"]),
            (
                "<svg><foreignObject><title>a</title><svg><title/></svg></foreignObject><a href=b></a></svg>",
                &["1:80: `b`"],
            ),
            ("<noscript><base href=/a/><img src=b.png></noscript><img src=c.png>", &["1:35: `b.png`", "1:61: `c.png`"]),
            ("<template><base href=/a/></template><base href=data:,x><img src=c.png>", &["1:65: `c.png`"]),
            ("<svg><g fill='url(a.svg#b)' filter='url(#c)' mask=none /></svg>", &["1:19: `a.svg#b`"]),
            ("<video poster=img/lgo.png><source src=a.mp4></video>", &["1:15: `img/lgo.png`", "1:39: `a.mp4`"]),
            ("<a href=ab.html>", &["1:9: `ab.html`"]),
            ("<app-icon src=home.svg></app-icon>", &["1:15: `home.svg`"]),
            ("<object data=a.pdf></object>", &["1:14: `a.pdf`"]),
            ("<img src=\"img/50%25%20of&eacute;.png\">", &["1:11: `img/50%25%20of&eacute;.png`"]),
            ("<style>\na { b: url(img/lgo.png) }</style>", &["2:12: `img/lgo.png`"]),
            ("<p style='background: url(img/lgo.png)'>", &["1:27: `img/lgo.png`"]),
            (
                r#"<p style="a: url(&quot;a.png&quot;), url(b.png?c&amp;d)"><img src=e.png>"#,
                &["1:24: `a.png`", "1:42: `b.png?c&amp;d`", "1:67: `e.png`"],
            ),
            (
                r#"<p style="a: image-set(&quot;a.png&quot; 1x)"><img src=c.png>"#,
                &["1:11: `a: image-set(&quot;a.png&quot; 1x)`", "1:56: `c.png`"],
            ),
            ("<a onclick=\"import('./js/lbi.js'); return false\">", &["1:21: `./js/lbi.js`"]),
            ("<a onclick='import(&#39;./js/lbi.js&#39;)'>", &["1:13: `import(&#39;./js/lbi.js&#39;)`"]),
            (
                "<noscript>\n<img src=a.png srcset=b.png><p style='c: url(c.png)'><style>a { d: url(d.png) }</style></noscript><img src=e.png>",
                &["2:10: `a.png`", "2:23: `b.png`", "2:46: `c.png`", "2:72: `d.png`", "2:108: `e.png`"],
            ),
            ("<link rel=manifest href=app><link rel='home index' href=ab.html>", &["1:25: `app`", "1:57: `ab.html`"]),
            ("<script type=module>\n  import './js/lbi.js'</script>", &["2:11: `./js/lbi.js`"]),
            ("<script>import('./js/lbi.js')</script>", &["1:17: `./js/lbi.js`"]),
            ("<script type=' Text/ECMAScript '>import('./a.js')</script>", &["1:42: `./a.js`"]),
            ("<script type=text/javascript1.5>import('./a.js')</script>", &["1:41: `./a.js`"]),
            ("<script language=JavaScript>import('./a.js')</script>", &["1:37: `./a.js`"]),
            (
                "<script language=VBScript>import('./a.js')</script><script type=' '>import('./a.js')</script>\
                 <script type='text/javascript; charset=utf-8'>import('./a.js')</script>",
                &[],
            ),
            (
                r#"<script type="importmap">{ "imports": { "lib": "./js/lbi.js" }, "scopes": { "/": { "a": "./b.js" } } }</script>"#,
                &["1:49: `./js/lbi.js`", "1:90: `./b.js`"],
            ),
            ("<base href=img/><img src=lgo.png>", &["1:12: `img/`", "1:26: `lgo.png`"]),
            ("<base href=img/x/><img src=../lgo.png>", &["1:12: `img/x/`", "1:28: `../lgo.png`"]),
            (
                "<svg><image href=img/lgo.png /><use xlink:href='a.svg#b' /></svg>",
                &["1:18: `img/lgo.png`", "1:49: `a.svg#b`"],
            ),
            (
                "<a href=about><a href=./><a href=../other><a href='../../x.html'><a href='?b'><a href='john.doe'>",
                &["1:9: `about`", "1:23: `./`", "1:34: `../other`", "1:52: `../../x.html`", "1:88: `john.doe`"],
            ),
            (
                "<img src=data:,x.png><img src=''><img srcset='data:,x.png 1x, img/logo.png 2x'><img alt=src=x.png>",
                &["1:63: `img/logo.png`"],
            ),
            (
                "<link rel=canonical href=about><link rel=preconnect href=//cdn.example.org><form action=send>",
                &["1:26: `about`"],
            ),
            (
                "<link rel=home href=./><link rel=prefetch href=about><link rel=preconnect href=cdn><link href=x>",
                &["1:21: `./`", "1:48: `about`", "1:80: `cdn`", "1:95: `x`"],
            ),
            ("<base href=/><img src=x.png><script src=x.js></script>", &["1:12: `/`", "1:23: `x.png`", "1:41: `x.js`"]),
            ("<base href='https://example.org/'><img src=x.png>", &["1:44: `x.png`"]),
            ("<base href='{{ root }}'><img src=x.png>", &["1:34: `x.png`"]),
            (
                "<app-link href=about></app-link><app-icon src=home></app-icon><app-icon name=x.png></app-icon>",
                &["1:16: `about`", "1:47: `home`"],
            ),
            (
                "<base href=css/><base href=img/><link rel=stylesheet href=base.css>",
                &["1:12: `css/`", "1:59: `base.css`"],
            ),
            ("<script src=js/lib.js>import './x.js'</script>", &["1:13: `js/lib.js`"]),
            (
                r#"<script type=importmap>{"imports":{"a":"./js/lib.js","b/":"./js/","c":"https://example.org/c.js"}}</script>"#,
                &["1:41: `./js/lib.js`", "1:60: `./js/`"],
            ),
            (
                "<img src=\" img/logo.png\n\"><img src='img/50%25&#32;off &eacute;.png'>",
                &["1:11: ` img/logo.png\n`", "2:13: `img/50%25&#32;off &eacute;.png`"],
            ),
        ] {
            assert_eq!(places(text, Language::Html), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_not_found() {
        for text in [
            "<!-- <img src=x.png> --> &lt;img src=x.png> <textarea><img src=x.png></textarea>",
            "<style>a { b: url('{{ logo }}') }</style><p style='a: url(\"${b}/c.png\")'>",
            "<img src='{{ logo }}'><img src='<%= logo %>'><img src='{% url %}'><img src='${logo}'>",
            "<meta http-equiv=refresh content=5><meta http-equiv=refresh content=x.html><meta http-equiv=refresh content=''>",
            "<script type=text/template>import './x.js'</script><script type=importmap>{ no JSON </script>",
        ] {
            assert_eq!(places(text, Language::Html), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_code_of_an_attribute_is_read_as_the_browser_decodes_it() {
        let urls = |text: &str| {
            let found = find(text, Language::Html);
            found.references().iter().map(|it| it.url().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(urls(r#"<p style="a: url(&quot;a.png&quot;)">"#), ["a.png"]);
        assert_eq!(urls("<a onclick='import(&#39;./a.js&#39;); new Worker(&apos;b.js&apos;)'>"), ["./a.js", "b.js"]);
    }

    #[test]
    fn what_an_event_handler_computes_is_found() {
        for (text, expected) in [
            ("<a onclick='import(a)'>", &["import `import(a)`"][..]),
            ("<a onclick='b &amp;&amp; import(a)'>", &["import `b &amp;&amp; import(a)`"]),
            ("<a onclick='go(a)'><a title='import(a)'>", &[]),
        ] {
            assert_eq!(computed(text, Language::Html), expected, "{text}");
        }
        assert_eq!(find("<a onclick='import('>", Language::Html).unread(), Some(Unread::Syntax));
    }

    #[test]
    fn a_page_in_an_attribute_is_unread_where_it_may_refer_to_something() {
        for (text, expected) in [
            ("<iframe srcdoc='<img src=a.png>'></iframe>", Some(Unread::Frame)),
            ("<iframe srcdoc='&lt;script>import(a)&lt;/script>'></iframe>", Some(Unread::Frame)),
            ("<iframe srcdoc='<p style=\"a: url(b.png)\">'></iframe>", Some(Unread::Frame)),
            ("<iframe srcdoc='<p>Hello</p>'></iframe><p srcdoc='<img src=a.png>'>", None),
        ] {
            let found = find(text, Language::Html);
            assert_eq!((found.references(), found.unread()), (&[][..], expected), "{text}");
        }
    }

    #[test]
    fn a_long_srcset_is_read_once() {
        // Read from its start for each candidate, one of these would take minutes.
        let candidates: String = (0..100_000).map(|n| format!("{n:06}.png 2x, ")).collect();
        for (html, start) in [
            (format!("<img srcset='{candidates}'>"), 15 * 99_999 + 13),
            (format!("<img srcset='{}'>", candidates.replace('.', "&#46;")), 19 * 99_999 + 13),
        ] {
            let found = find(&html, Language::Html);
            assert_eq!(found.references().len(), 100_000);
            let last = &found.references()[99_999];
            assert_eq!((last.range().start, last.url()), (start, "099999.png"));
        }
    }

    #[test]
    fn candidates_without_a_place_of_their_own_have_that_of_their_attribute() {
        // Character references are commas here.
        let candidates = "&#97;.png 2x&#44; ".repeat(10_000);
        let html = format!("<img srcset='{candidates}'>");
        let found = find(&html, Language::Html);
        assert_eq!(found.references().len(), 10_000);
        assert!(found.references().iter().all(|it| it.url() == "a.png" && html[it.range()] == candidates));
    }

    #[test]
    fn of_two_candidates_each_has_its_own_place() {
        let html = "<img srcset='x/img/lgo.png 2x, img/lgo.png'>";
        assert_eq!(places(html, Language::Html), ["1:14: `x/img/lgo.png`", "1:32: `img/lgo.png`"]);
    }
}
