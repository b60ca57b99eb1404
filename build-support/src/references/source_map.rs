//! The comment that names a file's source map (ECMA-426, section 11.1.2), found without parsing: it is the last thing in
//! the file but for other comments.

use super::extract::{Finds, Kind};

/// `//# sourceMappingURL=app.js.map`.
pub(super) fn in_javascript(text: &str, finds: &mut Finds<'_>) {
    for (start, line) in lines_from_the_end(text) {
        if let Some(comment) = line.rfind("//").filter(|at| is_mark(&line[at + 2..])) {
            return name(start + comment, &line[comment..], finds);
        }
        if let Some(comment) = line.rfind("/*").filter(|at| is_mark(&line[at + 2..]) && line.trim_end().ends_with("*/"))
        {
            return name(start + comment, line[comment..].trim_end().trim_end_matches("*/"), finds);
        }
        if !line.trim().is_empty() && !line.trim_start().starts_with("//") {
            return;
        }
    }
}

/// `/*# sourceMappingURL=style.css.map */`.
pub(super) fn in_css(text: &str, at: usize, finds: &mut Finds<'_>) {
    let Some(comment) = text.rfind("/*") else { return };
    if let Some((inside, rest)) = text[comment + 2..].split_once("*/")
        && rest.trim().is_empty()
        && is_mark(inside)
    {
        name(at + comment + 2, inside, finds);
    }
}

fn lines_from_the_end(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = Some(text.len());
    std::iter::from_fn(move || {
        let line_end = end?;
        let start = text[..line_end].rfind('\n').map_or(0, |at| at + 1);
        end = start.checked_sub(1);
        Some((start, &text[start..line_end]))
    })
}

/// Whether a comment's text is one that names a source map. `@` is the old spelling of `#`.
fn is_mark(text: &str) -> bool {
    let text = text.strip_prefix(['#', '@']).map(str::trim_start);
    text.is_some_and(|text| text.starts_with("sourceMappingURL="))
}

/// Adds what the comment names; a URL with a quote or a space in it is part of some code.
fn name(at: usize, comment: &str, finds: &mut Finds<'_>) {
    let Some((before, url)) = comment.split_once('=') else { return };
    let (url, start) = (url.trim_end(), at + before.len() + 1);
    if !url.contains(|c: char| c.is_whitespace() || "\"'`".contains(c)) {
        finds.add(Kind::SourceMap, start..start + url.len(), url);
    }
}
