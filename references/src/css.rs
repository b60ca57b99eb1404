//! Stylesheets: `url()`, `@import`, `image-set()`, and the comment that names the source map.

use cssparser::{ParseError, Parser, Token, match_ignore_ascii_case};

use crate::found::Found;
use crate::kind::ReferenceKind;
use crate::source_map;
use crate::unread::Unread;

/// What the strings in a block mean.
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
    /// `@supports` and `@container` have values that are only tested, and never loaded.
    Condition,
}

/// Finds the references of a stylesheet that begins at `at` in the file.
pub(crate) fn stylesheet(text: &str, at: usize, found: &mut Found) {
    values(text, at, found);
    source_map::in_css(text, at, found);
}

/// Finds the references of some declarations, or of a value.
pub(crate) fn values(text: &str, at: usize, found: &mut Found) {
    Walk { text, at, found }.walk(&mut Parser::new(text), Strings::Text);
}

/// A walk over the tokens of a text.
struct Walk<'a> {
    text: &'a str,
    /// Where the text begins in the file.
    at: usize,
    found: &'a mut Found,
}

impl Walk<'_> {
    fn add(&mut self, start: usize, end: usize, url: &str) {
        self.found.add(ReferenceKind::Resource, self.at + start..self.at + end, url);
    }

    fn walk(&mut self, parser: &mut Parser<'_>, strings: Strings) {
        let mut rule = Rule::Other;
        loop {
            let start = parser.position().byte_index();
            let Ok(token) = parser.next_including_whitespace_and_comments() else { return };
            let token = token.clone();
            let end = parser.position().byte_index();
            match &token {
                Token::AtKeyword(name) => match_ignore_ascii_case! { name,
                    "import" => rule = Rule::Import,
                    "namespace" => rule = Rule::Namespace,
                    "supports" | "container" => rule = Rule::Condition,
                    _ => {}
                },
                Token::Semicolon => rule = Rule::Other,
                // What is not walked is skipped.
                Token::Function(_) | Token::ParenthesisBlock if rule == Rule::Condition => {}
                // The condition of an `@import`.
                Token::Function(name) if name.eq_ignore_ascii_case("supports") => {}
                Token::UnquotedUrl(url) if rule != Rule::Namespace => {
                    // `url( a.png )`; at the end of the file it may lack the bracket.
                    let raw = &self.text[start..end];
                    let inside = raw.split_once('(').map_or(raw, |(_, inside)| inside);
                    let from = end - inside.trim_start().len();
                    let inside = inside.strip_suffix(')').unwrap_or(inside).trim();
                    self.add(from, from + inside.len(), url);
                }
                Token::QuotedString(url) if strings == Strings::Urls || rule == Rule::Import => {
                    let raw = &self.text[start..end];
                    let closed = raw.len() > 1 && raw.ends_with(|c| raw.starts_with(c));
                    self.add(start + 1, if closed { end - 1 } else { end }, url);
                    // The strings behind it are conditions.
                    if rule == Rule::Import {
                        rule = Rule::Other;
                    }
                }
                Token::Function(name) => {
                    let inside = match_ignore_ascii_case! { name,
                        "url" if rule == Rule::Namespace => Strings::Text,
                        "url" | "image-set" | "-webkit-image-set" => Strings::Urls,
                        _ => Strings::Text,
                    };
                    self.nested(parser, inside);
                }
                Token::CurlyBracketBlock | Token::SquareBracketBlock | Token::ParenthesisBlock => {
                    rule = Rule::Other;
                    self.nested(parser, Strings::Text);
                }
                _ => {}
            }
        }
    }

    /// Walks a block. One that is nested deeper than the parser goes is its only error here, and is then read as if it were no
    /// block, with what comes behind it.
    fn nested(&mut self, parser: &mut Parser<'_>, strings: Strings) {
        let walked = parser.parse_nested_block(|parser| {
            self.walk(parser, strings);
            Ok::<_, ParseError<()>>(())
        });
        if walked.is_err() {
            self.found.leave(Unread::Nesting);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::places;
    use crate::{Language, Unread, find};

    #[test]
    fn each_reference_is_found_where_it_is_written() {
        for (text, expected) in [
            ("a {\n  background: url(../img/lgo.png) }", &["2:19: `../img/lgo.png`"][..]),
            ("a { background: url( '../img/lgo.png' ) }", &["1:23: `../img/lgo.png`"]),
            ("a { background: url( ../img/lgo.png  ) }", &["1:22: `../img/lgo.png`"]),
            ("a { background: URL(\"../img/lgo.png\"", &["1:22: `../img/lgo.png`"]),
            (r"a { background: url(../img/l\67o.png) }", &["1:21: `../img/l\\67o.png`"]),
            ("@import 'bas.css';", &["1:10: `bas.css`"]),
            ("@import url(bas.css) print;", &["1:13: `bas.css`"]),
            ("@import \"bas.css\" layer(a) supports(display: grid);", &["1:10: `bas.css`"]),
            (
                "a { background: image-set('../img/lgo.png' 1x, url(../img/wid.png) 2x) }",
                &["1:28: `../img/lgo.png`", "1:52: `../img/wid.png`"],
            ),
            ("a { background: -webkit-image-set(url(../img/lgo.png) 1x) }", &["1:39: `../img/lgo.png`"]),
            ("\u{feff}@import 'bas.css';\r\na { b: url(c.png) }", &["1:10: `bas.css`", "2:12: `c.png`"]),
            ("@media print { @supports (a: b) { a { b: url(c.png) } } }", &["1:46: `c.png`"]),
            (
                "@font-face { src: url(inter.eot); src: url(inter.eot?#iefix) format('embedded-opentype') }",
                &["1:23: `inter.eot`", "1:44: `inter.eot?#iefix`"],
            ),
            (
                "@import 'base.css'; @import url(print.css); a { b: url('../img/logo.png?v=1#c') }",
                &["1:10: `base.css`", "1:33: `print.css`", "1:57: `../img/logo.png?v=1#c`"],
            ),
            (
                "a { b: url(../img/50%25%20off%20%C3%A9.png); c: url('../img/50%25 off é.png') }",
                &["1:12: `../img/50%25%20off%20%C3%A9.png`", "1:54: `../img/50%25 off é.png`"],
            ),
            (
                r"a { b: url(..\\img\\logo.png); c: url(../img/./../img/logo.pn\g) }",
                &["1:12: `..\\\\img\\\\logo.png`", "1:39: `../img/./../img/logo.pn\\g`"],
            ),
            (
                "a { b: url(//example.org/x.png); c: url(/x.png); d: url(blob:x); e: type('x.png') }",
                &["1:41: `/x.png`"],
            ),
            (
                "a { b: image-set('../img/logo.png' type('image/png')) } a[href='x.png'] { c: 'x.png' }",
                &["1:19: `../img/logo.png`"],
            ),
            (
                "@supports (b: url(x.png)) and (not (b: image-set('x.png' 1x))) { a { b: url(../img/logo.png) } }",
                &["1:77: `../img/logo.png`"],
            ),
            (
                "@container style(--b: url(x.png)) { } @import 'base.css' supports(b: url(x.png));",
                &["1:48: `base.css`"],
            ),
        ] {
            assert_eq!(places(text, Language::Css), expected, "{text}");
        }
    }

    #[test]
    fn what_is_nested_deeper_than_the_parser_goes_is_unread() {
        let unread = |open: &str, depth, close: &str| {
            let text = format!("a {{ b: url(x.png) }} {}c: url(y.png){}", open.repeat(depth), close.repeat(depth));
            let found = find(&text, Language::Css);
            assert_eq!(found.references()[0].url(), "x.png", "{open}");
            found.unread()
        };
        for (open, close) in [("@media print {", "}"), ("(", ")"), ("calc(", ")"), ("[", "]")] {
            assert_eq!(unread(open, 70, close), None, "{open}");
            assert_eq!(unread(open, 1000, close), Some(Unread::Nesting), "{open}");
            assert_eq!(unread(open, 1000, ""), Some(Unread::Nesting), "{open}");
        }
    }

    #[test]
    fn what_is_no_reference_is_not_found() {
        for text in [
            "/* url(x.png) @import 'x.css'; */ a { content: 'url(x.png)'; b: url(); c: url('') }",
            "a { b: url(#c); d: url(data:image/png;base64,x.png); e: url(https://example.org/x.png) }",
            "@namespace 'x'; @namespace svg url(x); @charset 'x'; @font-face { src: local('x.woff') }",
            "a { b: url(x y.png) } } @import",
        ] {
            assert_eq!(places(text, Language::Css), [""; 0], "{text}");
        }
    }
}
