//! JavaScript: static and dynamic imports, `export … from`, `new URL("…", import.meta.url)`, and the comment that names the
//! source map.

use std::{io, thread};

use oxc_allocator::Allocator;
use oxc_ast::ast::{Argument, Expression};
use oxc_parser::Parser;
use oxc_span::{GetSpan as _, SourceType, Span};

use crate::found::Found;
use crate::kind::ReferenceKind;
use crate::unread::Unread;
use crate::{nesting, source_map};

/// A `new URL(…, import.meta.url)` has at most this many bytes on each side of the `import.meta`.
const NEAR: usize = 4096;

/// Every thread has this much stack left: the smallest have 1 MiB.
const SMALL: usize = 256 << 10;

/// How much more stack a thread for the parser has. Memory is taken only for what of it is used.
const MORE: usize = 16 << 20;

/// Finds the references of a file of JavaScript.
pub(crate) fn file(text: &str, found: &mut Found) {
    program(text, 0, found);
    source_map::in_javascript(text, found);
}

/// Finds the references of a program that begins at `at` in the file: a module, or else a classic script.
pub(crate) fn program(text: &str, at: usize, found: &mut Found) {
    // Most of what is bundled refers to nothing, and need not be parsed.
    let may_refer = text.contains("import") || text.contains("export") && text.contains("from");
    if !may_refer {
        return;
    }
    let Some(stack) = nesting::stack(text) else { return found.leave(Unread::Nesting) };
    with_stack(stack, found, |found| parse(text, at, found));
}

/// Runs a parser with this much stack, in a thread if that is much. The thread has the name of this one: should its stack be
/// too small after all, the name is in the system's message.
fn with_stack(stack: usize, found: &mut Found, parse: impl FnOnce(&mut Found) + Send) {
    if stack <= SMALL {
        return parse(found);
    }
    let name = thread::current().name().unwrap_or_default().to_owned();
    let joined = thread::scope(|scope| {
        let thread = thread::Builder::new().name(name).stack_size(stack + MORE);
        Ok::<_, io::Error>(thread.spawn_scoped(scope, || parse(found))?.join())
    });
    match joined {
        Ok(Ok(())) => {}
        // What makes it panic is like what it cannot parse.
        Ok(Err(_)) => found.forget(),
        Err(_) => found.leave(Unread::Memory),
    }
}

fn parse(text: &str, at: usize, found: &mut Found) {
    for source_type in [SourceType::mjs(), SourceType::cjs()] {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, source_type).parse();
        if parsed.panicked {
            continue;
        }
        let record = parsed.module_record;
        let mut add = |kind, span: Span, url: &str| {
            // Without its quotes.
            found.add(kind, at + span.start as usize + 1..at + span.end as usize - 1, url);
        };
        for (specifier, requests) in &record.requested_modules {
            requests.iter().for_each(|request| add(ReferenceKind::Import, request.span, specifier));
        }
        for import in &record.dynamic_imports {
            if let Some((span, url)) = literal(text, import.module_request, &allocator) {
                add(ReferenceKind::DynamicImport, span, &url);
            }
        }
        for meta in &record.import_metas {
            if let Some((span, url)) = new_url(text, *meta, &allocator) {
                add(ReferenceKind::NewUrl, span, &url);
            }
        }
        return;
    }
}

/// A string, or a template without substitutions, and where it is.
fn literal(text: &str, span: Span, allocator: &Allocator) -> Option<(Span, String)> {
    let source = span.source_text(text);
    // Anything else in an `import()` may have another `import()` in it, and would be parsed for each of them.
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

/// The first argument of the `new URL(…, import.meta.url)` that this `import.meta` is in. The record of the module says
/// where the second argument is; so a `new` before it begins the expression, and the next bracket ends it.
fn new_url(text: &str, meta: Span, allocator: &Allocator) -> Option<(Span, String)> {
    let (begin, end) = (meta.start as usize, meta.end as usize);
    // Look only near each `import.meta`, for there may be many.
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
        let source = &text[start..end];
        // What begins inside of a string may nest deeper than the program does.
        if nesting::stack(source).is_none_or(|stack| stack > SMALL) {
            continue;
        }
        let parsed = Parser::new(allocator, source, SourceType::mjs()).parse_expression();
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

#[cfg(test)]
mod tests {
    use crate::Language;
    use crate::tests::places;

    #[test]
    fn each_reference_is_found_where_it_is_written() {
        for (text, expected) in [
            ("import './lbi.js';", &["1:9: `./lbi.js`"][..]),
            ("import a, { b as c } from \"./lbi.js\"", &["1:28: `./lbi.js`"]),
            ("export * from './lbi.js'; export { a } from '../lbi.js'", &["1:16: `./lbi.js`", "1:46: `../lbi.js`"]),
            ("import data from './lbi.json' with { type: 'json' }", &["1:19: `./lbi.json`"]),
            ("const a = await import('./lbi.js')", &["1:25: `./lbi.js`"]),
            ("(function () { var with_ = 1; import(`./lbi.js`) })()", &["1:39: `./lbi.js`"]),
            ("with (a) { import('./lbi.js') }", &["1:20: `./lbi.js`"]),
            ("import(/* webpackIgnore: true */ './lbi.js')", &["1:35: `./lbi.js`"]),
            ("new URL('lbi.js', import.meta.url)", &["1:10: `lbi.js`"]),
            ("new Worker(new URL('./newer.js', /* here */ import.meta.url), {})", &["1:21: `./newer.js`"]),
            ("new URL('./missing/', import.meta.url)", &["1:10: `./missing/`"]),
            (r"import '.\u002flbi.js'", &["1:9: `.\\u002flbi.js`"]),
            ("let é = '日本'; import('./lbi.js')", &["1:23: `./lbi.js`"]),
            ("\u{feff}import './lbi.js'\r\nimport './b.js'", &["1:9: `./lbi.js`", "2:9: `./b.js`"]),
            (
                "import './lib.js'; import '../js/lib.js?a'; export * from '/vendor/x.js'; import('./lib.js#b')",
                &["1:9: `./lib.js`", "1:28: `../js/lib.js?a`", "1:60: `/vendor/x.js`", "1:83: `./lib.js#b`"],
            ),
            (
                "import 'three'; import '@a/b'; import 'https://example.org/x.js'; import 'node:fs'; import '.'",
                &["1:9: `three`", "1:25: `@a/b`", "1:93: `.`"],
            ),
            (
                "new URL('lib.js', import.meta.url); new URL('.', import.meta.url); new URL('../img/', import.meta.url)",
                &["1:10: `lib.js`", "1:46: `.`", "1:77: `../img/`"],
            ),
        ] {
            assert_eq!(places(text, Language::JavaScript), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_reference_is_not_found() {
        for text in [
            "// import './x.js'\n/* import('./x.js') */ let a = \"import './x.js'\", b = `import('./x.js')`, c = /import('.x.js')/",
            "import(a); import('./' + a); import(`./${a}.js`); require('./x.js'); new URL('x.js', a)",
            "new URL(a, import.meta.url); other('x.js', import.meta.url); new Other('x.js', import.meta.url)",
            "a.import('./x.js'); a = { import: './x.js', from: './x.js', export: 1 }",
            "import './x.js' this is no JavaScript",
        ] {
            assert_eq!(places(text, Language::JavaScript), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_begins_in_a_string_is_not_parsed_however_deep_it_nests() {
        let text = format!("let a = 'new {}'; b(import.meta.url); new URL('c.js', import.meta.url)", "f(".repeat(1900));
        assert_eq!(places(&text, Language::JavaScript), ["1:3846: `c.js`"]);
    }
}
