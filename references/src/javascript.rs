//! JavaScript: static and dynamic imports, `export … from`, `import.meta.resolve("…")`, `new URL("…", import.meta.url)`, the scripts of
//! workers, the comment that names the source map, and where only the running code knows what it refers to.

mod shape;
mod walk;

use std::{io, panic, thread};

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::found::Found;
use crate::unread::Unread;
use crate::{nesting, source_map};

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
    if !may_refer(text) {
        return;
    }
    let Some(stack) = nesting::stack(text) else { return found.leave(Unread::Nesting) };
    with_stack(stack, found, |found| parse(text, at, found));
}

/// Whether a program has the words of anything that is found in it. Most of what is bundled has none, and is not parsed.
pub(crate) fn may_refer(text: &str) -> bool {
    let has = |word| text.contains(word);
    let looks_up_scripts = || {
        has("scripts")
            || (has("script") || has("SCRIPT"))
                && ["getElementsByTagName", "querySelector", "$", "jQuery"].into_iter().any(has)
    };
    has("import")
        || has("export") && has("from")
        || has("currentScript")
        || has("Worker")
        || has("src") && looks_up_scripts()
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
        Ok(Err(panic)) => panic::resume_unwind(panic),
        Err(_) => found.leave(Unread::Memory),
    }
}

fn parse(text: &str, at: usize, found: &mut Found) {
    for source_type in [SourceType::mjs(), SourceType::cjs()] {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, source_type).parse();
        if !parsed.panicked {
            return walk::program(&parsed.program, at, found);
        }
    }
    found.leave(Unread::Syntax);
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::SMALL;
    use crate::found::Found;
    use crate::tests::places;
    use crate::{Language, nesting};

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
            ("import.meta.resolve('./lbi.js'); import.meta.resolve(`./img/`)", &["1:22: `./lbi.js`", "1:55: `./img/`"]),
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
            "a.resolve('./x.js'); import.meta.resolve(a); new URL(a, import.meta.url); other('x.js', import.meta.url); new Other('x.js', import.meta.url)",
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

    #[test]
    fn what_is_nested_is_parsed_and_walked_with_the_stack_that_is_said() {
        let brackets = [
            ("[", "", "]"),
            ("((a),", "b", ")"),
            ("{...{a(){return", "1", "}}}"),
            ("{get a(){ x =", "1", "}}"),
            ("new a(...[", "", "])"),
            ("new URL(", "a", ", import.meta.url)"),
            ("new Worker(", "a", ")"),
            ("importScripts(", "a", ")"),
            ("import(a, {b:", "c", "})"),
            ("a?.[typeof(", "b", ")]"),
            ("a`${", "b", "}`"),
            ("class extends (", "a", ") {}"),
            ("class { static a = class { b(c = ", "1", ") {} }}"),
            ("function(){ return ", "1", "}"),
            ("async function*(a, {b = ", "1", "}) { yield a }"),
            ("() => { for (let a of b) { if (c) { switch (d) { case 1: try { x = ", "1", "} finally {} } } } }"),
        ];
        let words = [
            ("a => ", "1", ""),
            ("a.b = ", "1", ""),
            ("[a] = ", "1", ""),
            ("a ? b : ", "c", ""),
            ("a ? ", "b", ": c"),
            ("!", "a", ""),
            ("a ** ", "b", ""),
            ("class a extends ", "b", "{}"),
            ("y; if (a) b; else ", "c", ""),
            ("y; for (a of b) ", "c", ""),
            ("y; a: ", "b", ""),
        ];
        let many = brackets.map(|it| (it, 200)).into_iter().chain(words.map(|it| (it, 4_000)));
        for ((open, inside, close), times) in many {
            let (before, open) = open.strip_prefix("y; ").map_or(("", open), |open| ("y; ", open));
            let nested = format!("import(z); x = {before}{}{inside}{}", open.repeat(times), close.repeat(times));
            let stack = nesting::stack(&nested).unwrap();
            assert!(stack > SMALL);
            let mut found = Found::default();
            thread::scope(|scope| {
                let thread = thread::Builder::new().stack_size(stack);
                thread.spawn_scoped(scope, || super::parse(&nested, 0, &mut found)).unwrap();
            });
            assert_eq!((found.unread(), found.computed().is_empty()), (None, false), "{open}");
        }
    }
}
