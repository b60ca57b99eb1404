//! JavaScript: static and dynamic imports, `export … from`, `new URL("…", import.meta.url)`, and the comment that names the
//! source map.

use oxc_allocator::Allocator;
use oxc_ast::ast::{Argument, Expression};
use oxc_parser::Parser;
use oxc_span::{GetSpan as _, SourceType, Span};

use super::extract::{Finds, Kind, Unread, with_stack};
use super::{nesting, source_map};

/// So many bytes a `new URL(…, import.meta.url)` has at most on both sides of the `import.meta`.
const NEAR: usize = 4096;

/// Finds the references of a file of JavaScript.
pub(super) fn file(text: &str, finds: &mut Finds<'_>) {
    program(text, 0, finds);
    source_map::in_javascript(text, finds);
}

/// Finds the references of a program that begins at `at` in the file: a module, or else a classic script.
pub(super) fn program(text: &str, at: usize, finds: &mut Finds<'_>) {
    // Most of what is bundled refers to nothing, and need not be parsed.
    let may_refer = text.contains("import") || text.contains("export") && text.contains("from");
    if !may_refer {
        return;
    }
    let Some(stack) = nesting::stack(text) else { return finds.leave(Unread::Nesting) };
    with_stack(stack, finds, |finds| parse(text, at, finds));
}

fn parse(text: &str, at: usize, finds: &mut Finds<'_>) {
    for source_type in [SourceType::mjs(), SourceType::cjs()] {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, source_type).parse();
        if parsed.panicked {
            continue;
        }
        let record = parsed.module_record;
        let mut add = |kind, span: Span, url: &str| {
            // Without its quotes.
            finds.add(kind, at + span.start as usize + 1..at + span.end as usize - 1, url);
        };
        for (specifier, requests) in &record.requested_modules {
            requests.iter().for_each(|request| add(Kind::Import, request.span, specifier));
        }
        for import in &record.dynamic_imports {
            if let Some((span, url)) = literal(text, import.module_request, &allocator) {
                add(Kind::DynamicImport, span, &url);
            }
        }
        for meta in &record.import_metas {
            if let Some((span, url)) = new_url(text, *meta, &allocator) {
                add(Kind::Url, span, &url);
            }
        }
        return;
    }
}

/// A string, or a template without substitutions, and where it is.
fn literal(text: &str, span: Span, allocator: &Allocator) -> Option<(Span, String)> {
    let source = span.source_text(text);
    // Whatever else is in an `import()` may have another in it, and would be parsed for each of them.
    let quote = source.chars().next().filter(|c| "\"'`".contains(*c))?;
    let mut is_escaped = false;
    let end = source[1..].find(|c| {
        let is_end = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    })?;
    if end + 2 < source.len() {
        return None;
    }
    let expression = Parser::new(allocator, source, SourceType::mjs()).parse_expression().ok()?;
    value(&expression, span.start)
}

fn value(expression: &Expression<'_>, at: u32) -> Option<(Span, String)> {
    match expression {
        Expression::StringLiteral(it) => Some((it.span.move_right(at), it.value.to_string())),
        Expression::TemplateLiteral(it) => Some((it.span.move_right(at), it.single_quasi()?.to_string())),
        _ => None,
    }
}

/// The first argument of the `new URL(…, import.meta.url)` that this `import.meta` stands in. The record of the module says
/// where the second argument is; so a `new` before it begins the expression, and the next bracket ends it.
fn new_url(text: &str, meta: Span, allocator: &Allocator) -> Option<(Span, String)> {
    let (begin, end) = (meta.start as usize, meta.end as usize);
    // Each `import.meta` is looked around only nearby, for there may be many.
    if !text[end..].trim_start().strip_prefix('.')?.trim_start().starts_with("url") {
        return None;
    }
    let mut furthest = text.len().min(end + NEAR);
    while !text.is_char_boundary(furthest) {
        furthest -= 1;
    }
    let end = end + text[end..furthest].find(')')? + 1;
    // A `new` may also be part of the first argument, so the nearest is not always the one.
    let mut start = begin.saturating_sub(NEAR);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let nearby = &text[start..begin];
    let begins = nearby.rmatch_indices("new").map(|(at, _)| begin - nearby.len() + at).take(8);
    for start in begins {
        let parsed = Parser::new(allocator, &text[start..end], SourceType::mjs()).parse_expression();
        let Ok(Expression::NewExpression(new)) = parsed else { continue };
        let at = u32::try_from(start).ok()?;
        if let Some(Argument::StaticMemberExpression(base)) = new.arguments.get(1)
            && base.object.span().move_right(at) == meta
            && base.property.name == "url"
            && new.callee.is_specific_id("URL")
        {
            return value(new.arguments[0].as_expression()?, at);
        }
    }
    None
}
