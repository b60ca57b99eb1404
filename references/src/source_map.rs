//! The comment that names a file's source map (ECMA-426, section 11.1.2), found without parsing: it is the last thing in
//! the file but for other comments.

use crate::found::Found;
use crate::kind::ReferenceKind;

/// `//# sourceMappingURL=app.js.map`.
pub(crate) fn in_javascript(text: &str, found: &mut Found) {
    for line in text.rsplit('\n') {
        // It is borrowed from the text, so its address tells its place.
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        if let Some(comment) = line.rfind("//").filter(|at| is_mark(&line[at + 2..])) {
            return name(start + comment, &line[comment..], found);
        }
        if let Some(comment) = line.rfind("/*").filter(|at| is_mark(&line[at + 2..]) && line.trim_end().ends_with("*/"))
        {
            return name(start + comment, line[comment..].trim_end().trim_end_matches("*/"), found);
        }
        if !line.trim().is_empty() && !line.trim_start().starts_with("//") {
            return;
        }
    }
}

/// `/*# sourceMappingURL=style.css.map */`.
pub(crate) fn in_css(text: &str, at: usize, found: &mut Found) {
    let Some(comment) = text.rfind("/*") else { return };
    if let Some((inside, rest)) = text[comment + 2..].split_once("*/")
        && rest.trim().is_empty()
        && is_mark(inside)
    {
        name(at + comment + 2, inside, found);
    }
}

/// Whether a comment's text is one that names a source map. `@` is the old spelling of `#`.
fn is_mark(text: &str) -> bool {
    let text = text.strip_prefix(['#', '@']).map(str::trim_start);
    text.is_some_and(|text| text.starts_with("sourceMappingURL="))
}

/// Adds what the comment names; a URL with a quote or a space in it is part of some code.
fn name(at: usize, comment: &str, found: &mut Found) {
    let Some((before, url)) = comment.split_once('=') else { return };
    let (url, start) = (url.trim_end(), at + before.len() + 1);
    if !url.contains(|c: char| c.is_whitespace() || "\"'`".contains(c)) {
        found.add(ReferenceKind::SourceMap, start..start + url.len(), url);
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::places;
    use crate::{Language, ReferenceKind, find};

    #[test]
    fn the_last_comment_names_the_source_map() {
        for (text, language, expected) in [
            ("let a\n//# sourceMappingURL=a.js.map", Language::JavaScript, "2:22: `a.js.map`"),
            ("let a//@ sourceMappingURL=a.js.map\n\n", Language::JavaScript, "1:27: `a.js.map`"),
            ("let a\n/*# sourceMappingURL=a.js.map */\n", Language::JavaScript, "2:22: `a.js.map`"),
            ("let a\n//# sourceMappingURL=a.js.map\n//# debugId=0\r\n", Language::JavaScript, "2:22: `a.js.map`"),
            ("a { }\n/*# sourceMappingURL=a.css.map */\n", Language::Css, "2:22: `a.css.map`"),
        ] {
            assert_eq!(places(text, language), [expected], "{text}");
            assert_eq!(find(text, language).references()[0].kind(), ReferenceKind::SourceMap);
        }
    }

    #[test]
    fn what_is_no_such_comment_names_none() {
        for text in [
            "let a = '//# sourceMappingURL=x.map'; b()\n",
            "//# sourceMappingURL=x.map\nlet a",
            "let a\n//# sourceMappingURL=data:application/json,{}",
        ] {
            assert_eq!(places(text, Language::JavaScript), [""; 0], "{text}");
        }
    }
}
