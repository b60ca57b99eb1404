//! Pages: attributes that hold URLs, and the styles and scripts inside.

use std::borrow::Cow;
use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::extract::{Finds, Kind};
use super::{css, javascript, web_manifest};

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

/// What an element contains that the tokenizer takes for text.
enum Inside {
    Style,
    Script,
    ImportMap,
    /// What a page has where there are no scripts.
    Elements,
}

/// Finds the references of a page.
pub(super) fn page(text: &str, finds: &mut Finds<'_>) {
    elements(text, 0, finds);
}

/// Finds the references of elements that begin at `at` in the file.
fn elements(text: &str, at: usize, finds: &mut Finds<'_>) {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut inside = None;
    for token in Tokenizer::new_with_emitter(text, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => {
                attributes(text, at, &tag, finds);
                inside = contents(&tag).map(|kind| (kind, tag.span.end));
            }
            Ok(Token::EndTag(tag)) => {
                if let Some((kind, start)) = inside.take()
                    && let Some(source) = text.get(start..tag.span.start)
                {
                    match kind {
                        Inside::Style => css::stylesheet(source, at + start, finds),
                        Inside::Script => javascript::program(source, at + start, finds),
                        Inside::ImportMap => web_manifest::import_map(source, at + start, finds),
                        Inside::Elements => elements(source, at + start, finds),
                    }
                }
            }
            _ => {}
        }
    }
}

fn contents(tag: &StartTag<usize>) -> Option<Inside> {
    match &tag.name[..] {
        b"style" => Some(Inside::Style),
        b"noscript" => Some(Inside::Elements),
        // What stands in it is not run.
        b"script" if tag.attributes.contains_key(&b"src"[..]) => None,
        b"script" => match attribute(tag, b"type").unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "" | "module" | "text/javascript" | "application/javascript" => Some(Inside::Script),
            "importmap" => Some(Inside::ImportMap),
            _ => None,
        },
        _ => None,
    }
}

fn attribute<'a>(tag: &'a StartTag<usize>, name: &[u8]) -> Option<Cow<'a, str>> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value))
}

fn attributes(text: &str, at: usize, tag: &StartTag<usize>, finds: &mut Finds<'_>) {
    for (name, value) in &tag.attributes {
        let Ok(name) = str::from_utf8(name) else { continue };
        let url = String::from_utf8_lossy(value);
        let Some(span) = text.get(value.span.start..).and_then(|rest| place(rest, name)) else { continue };
        let (start, end) = (value.span.start + span.start, value.span.start + span.end);
        let (whole, raw) = (at + start..at + end, &text[start..end]);
        match (&tag.name[..], name) {
            (b"base", "href") => finds.add_base(whole, &url),
            (b"a" | b"area", "href" | "xlink:href") | (b"iframe" | b"frame", "src") => {
                finds.add(Kind::Page, whole, &url);
            }
            // What the attributes of a custom element are for, only its author knows.
            (element, "src" | "href") if element.contains(&b'-') => finds.add(Kind::Page, whole, &url),
            (b"link", "href") => {
                let relations = attribute(tag, b"rel").unwrap_or_default().to_ascii_lowercase();
                let is_loaded = relations.split_ascii_whitespace().any(|relation| LOADED.contains(&relation));
                finds.add(if is_loaded { Kind::Resource } else { Kind::Page }, whole, &url);
            }
            (_, "src" | "href" | "xlink:href" | "poster") | (b"object", "data") => {
                finds.add(Kind::Resource, whole, &url);
            }
            (_, "srcset" | "imagesrcset") => {
                let (urls, mut places) = (candidates(&url), candidates(raw));
                // Where a character reference is a space or a comma, only the attribute is a place.
                if places.len() != urls.len() {
                    places = vec![0..raw.len(); urls.len()];
                }
                for (candidate, place) in urls.into_iter().zip(places) {
                    finds.add(Kind::Resource, at + start + place.start..at + start + place.end, &url[candidate]);
                }
            }
            (_, "style") if *raw == *url => css::values(&url, whole.start, finds),
            _ => {}
        }
    }
}

/// Where the value of an attribute is, in the text from the attribute's name on.
fn place(text: &str, name: &str) -> Option<Range<usize>> {
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
