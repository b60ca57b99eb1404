//! The tags of a page, one after another.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{EndTag, StartTag, State, StringReader, Token, Tokenizer};

/// The tags of a text.
pub(crate) struct Tags<'t> {
    tokens: Tokenizer<StringReader<'t>, DefaultEmitter<usize>>,
    /// The open elements that begin or end SVG and MathML (HTML, section 13.2.6.5).
    foreign: Vec<Foreign>,
    /// How many `<template>` are open.
    templates: usize,
}

/// An open element: of SVG or MathML, or one in these that has HTML in it.
#[derive(Clone, Copy, PartialEq)]
enum Foreign {
    Root(&'static [u8]),
    Html(&'static [u8]),
}

/// A tag.
pub(crate) enum Tag {
    /// A start tag, and where it is.
    Start(StartTag<usize>, Place),
    End(EndTag<usize>),
}

/// What is around a start tag.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Whether the element ends with its tag, as `<title/>` does in SVG.
    pub(crate) is_empty: bool,
    /// Whether the page has the element itself, and not only a copy of it, or an image.
    pub(crate) is_in_page: bool,
}

/// The elements of SVG and MathML that have HTML in them.
const HTML: [&[u8]; 9] = [b"foreignobject", b"desc", b"title", b"mi", b"mo", b"mn", b"ms", b"mtext", b"annotation-xml"];

impl<'t> Tags<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        emitter.naively_switch_states(true);
        Self { tokens: Tokenizer::new_with_emitter(text, emitter), foreign: Vec::new(), templates: 0 }
    }

    /// Those of elements that a page has only where there are no scripts.
    pub(crate) fn not_in_page(text: &'t str) -> Self {
        Self { templates: 1, ..Self::new(text) }
    }

    fn is_foreign(&self) -> bool {
        matches!(self.foreign.last(), Some(Foreign::Root(_)))
    }

    fn start(&mut self, tag: StartTag<usize>) -> Tag {
        let roots: [&[u8]; 2] = [b"svg", b"math"];
        let root = roots.into_iter().find(|name| *name == &tag.name[..]);
        let is_foreign = self.is_foreign() || root.is_some();
        let is_empty = is_foreign && tag.self_closing;
        let place = Place { is_empty, is_in_page: !is_foreign && self.templates == 0 };
        if is_empty {
            // The tokenizer takes what follows for the text of the element.
            self.tokens.set_state(State::Data);
        } else if let Some(root) = root {
            self.foreign.push(Foreign::Root(root));
        } else if self.is_foreign() {
            let html = HTML.into_iter().find(|name| *name == &tag.name[..]);
            self.foreign.extend(html.map(Foreign::Html));
        } else if &tag.name[..] == b"template" {
            self.templates += 1;
        }
        Tag::Start(tag, place)
    }

    fn end(&mut self, tag: EndTag<usize>) -> Tag {
        match self.foreign.last() {
            Some(Foreign::Root(name) | Foreign::Html(name)) if *name == &tag.name[..] => drop(self.foreign.pop()),
            // One that lacks its end tag ends with what it is in.
            Some(_) if [&b"svg"[..], b"math"].contains(&&tag.name[..]) => {
                while !matches!(self.foreign.pop(), None | Some(Foreign::Root(_))) {}
            }
            _ if &tag.name[..] == b"template" => self.templates = self.templates.saturating_sub(1),
            _ => {}
        }
        Tag::End(tag)
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            match self.tokens.next()? {
                Ok(Token::StartTag(tag)) => return Some(self.start(tag)),
                Ok(Token::EndTag(tag)) => return Some(self.end(tag)),
                _ => {}
            }
        }
    }
}
