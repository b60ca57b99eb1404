//! Stylesheets: `url()`, `@import`, `image-set()`, and the comment that names the source map.

use cssparser::{ParseError, Parser, Token};

use super::extract::{Finds, Kind};
use super::source_map;

/// What a string means where it stands.
#[derive(Clone, Copy, PartialEq)]
enum Strings {
    /// Text.
    Text,
    /// URLs, as in `url("…")` and `image-set("…" 1x)`.
    Urls,
}

/// The rule that the parser is in, until its semicolon or its block.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Other,
    /// `@import "…"`.
    Import,
    /// `@namespace` has URLs that are only names.
    Namespace,
    /// `@supports` and `@container` have values that are asked for, and never loaded.
    Condition,
}

/// Finds the references of a stylesheet that begins at `at` in the file.
pub(super) fn stylesheet(text: &str, at: usize, finds: &mut Finds<'_>) {
    values(text, at, finds);
    source_map::in_css(text, at, finds);
}

/// Finds the references of some declarations, or of a value.
pub(super) fn values(text: &str, at: usize, finds: &mut Finds<'_>) {
    walk(&mut Parser::new(text), text, Strings::Text, &mut |start, end, url| {
        finds.add(Kind::Resource, at + start..at + end, url);
    });
}

fn walk(parser: &mut Parser<'_>, text: &str, strings: Strings, found: &mut dyn FnMut(usize, usize, &str)) {
    let mut rule = Rule::Other;
    loop {
        let start = parser.position().byte_index();
        let Ok(token) = parser.next_including_whitespace_and_comments() else { return };
        let token = token.clone();
        let end = parser.position().byte_index();
        match &token {
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => rule = Rule::Import,
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("namespace") => rule = Rule::Namespace,
            Token::AtKeyword(name) if ["supports", "container"].iter().any(|it| name.eq_ignore_ascii_case(it)) => {
                rule = Rule::Condition;
            }
            Token::Semicolon => rule = Rule::Other,
            // What is not walked is skipped.
            Token::Function(_) | Token::ParenthesisBlock if rule == Rule::Condition => {}
            // The condition of an `@import`.
            Token::Function(name) if name.eq_ignore_ascii_case("supports") => {}
            Token::UnquotedUrl(url) if rule != Rule::Namespace => {
                // `url( a.png )`; at the end of the file it may lack the bracket.
                let raw = &text[start..end];
                let inside = raw.split_once('(').map_or(raw, |(_, inside)| inside);
                let from = end - inside.trim_start().len();
                let inside = inside.strip_suffix(')').unwrap_or(inside).trim();
                found(from, from + inside.len(), url);
            }
            Token::QuotedString(url) if strings == Strings::Urls || rule == Rule::Import => {
                let raw = &text[start..end];
                let closed = raw.len() > 1 && raw.ends_with(|c| raw.starts_with(c));
                found(start + 1, if closed { end - 1 } else { end }, url);
                // The strings behind it are conditions.
                if rule == Rule::Import {
                    rule = Rule::Other;
                }
            }
            Token::Function(name) => {
                let inside = match &**name {
                    name if name.eq_ignore_ascii_case("url") && rule == Rule::Namespace => Strings::Text,
                    name if ["url", "image-set", "-webkit-image-set"]
                        .iter()
                        .any(|it| name.eq_ignore_ascii_case(it)) =>
                    {
                        Strings::Urls
                    }
                    _ => Strings::Text,
                };
                nested(parser, text, inside, found);
            }
            Token::CurlyBracketBlock | Token::SquareBracketBlock | Token::ParenthesisBlock => {
                rule = Rule::Other;
                nested(parser, text, Strings::Text, found);
            }
            _ => {}
        }
    }
}

/// Walks a block. What is nested deeper than the parser goes is skipped.
fn nested(parser: &mut Parser<'_>, text: &str, strings: Strings, found: &mut dyn FnMut(usize, usize, &str)) {
    let _ = parser.parse_nested_block(|parser| {
        walk(parser, text, strings, found);
        Ok::<_, ParseError<()>>(())
    });
}
