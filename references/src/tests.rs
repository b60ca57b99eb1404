//! What holds for every language.

use proptest::prelude::*;

use crate::find::parse;
use crate::{Computed, Found, Language, Reference, ReferenceKind, Unread, find};

const LANGUAGES: [Language; 5] =
    [Language::Css, Language::JavaScript, Language::Html, Language::Svg, Language::WebManifest];

/// What a text refers to: each reference as `line:column: `text``, both from 1.
pub(crate) fn places(text: &str, language: Language) -> Vec<String> {
    let place = |at: usize| {
        let before = text[..at].trim_start_matches('\u{feff}');
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        format!("{}:{}", before.matches('\n').count() + 1, last_line.chars().count() + 1)
    };
    let found = find(text, language);
    let shown = |range: std::ops::Range<usize>| format!("{}: `{}`", place(range.start), &text[range]);
    found.references().iter().map(|reference| shown(reference.range())).collect()
}

/// What only the running code knows: each as ``kind `text```.
pub(crate) fn computed(text: &str, language: Language) -> Vec<String> {
    let found = find(text, language);
    found.computed().iter().map(|it| format!("{} `{}`", it.kind().name(), &text[it.range()])).collect()
}

/// The text with other words at the places of all references.
fn replace(text: &str, words: impl Fn(usize) -> String) -> String {
    let mut replaced = text.to_owned();
    for (index, reference) in find(text, Language::Html).references().iter().enumerate().rev() {
        replaced.replace_range(reference.range(), &words(index));
    }
    replaced
}

#[test]
fn each_reference_has_its_kind() {
    use ReferenceKind::{Base, DynamicImport, Import, ImportMap, NewUrl, Page, Resource, SourceMap, WorkerScript};

    let page = "<base href=a/><img src=b><a href=c><area href=d><iframe src=e></iframe><my-icon src=f></my-icon>\
        <link rel='x icon' href=g><link rel=next href=h><style>@import 'i'</style>\
        <script type=module>import './j'; export * from './k'; import('./l'); new URL('m', import.meta.url)</script>\
        <script type=importmap>{ \"imports\": { \"n\": \"./n\" } }</script>";
    let in_page = [
        Base,
        Resource,
        Page,
        Page,
        Page,
        Page,
        Resource,
        Page,
        Resource,
        Import,
        Import,
        DynamicImport,
        NewUrl,
        ImportMap,
    ];
    for (text, language, expected) in [
        (page, Language::Html, &in_page[..]),
        ("a { b: url(c) } /*# sourceMappingURL=d */", Language::Css, &[Resource, SourceMap]),
        ("import './a'\n//# sourceMappingURL=b", Language::JavaScript, &[Import, SourceMap]),
        ("new Worker('a'); importScripts('b')", Language::JavaScript, &[WorkerScript, WorkerScript]),
        ("<svg><a href='a'/><use href='b'/></svg>", Language::Svg, &[Page, Resource]),
        ("{ \"icons\": [{ \"src\": \"a\" }] }", Language::WebManifest, &[Resource]),
    ] {
        let found = find(text, language);
        assert_eq!(found.references().iter().map(Reference::kind).collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn markup_has_all_that_is_not_in_code_and_where_the_code_is() {
    let page = "\u{feff}<base href=a/><img src=b.png style='c: url(d.png)'><a onclick='import(\"./e.js\")' href=f></a>\
        <style>g { h: url(i.png) }</style><script type=module>import './j.js'</script><noscript><img src=k.png></noscript>";
    let markup = crate::markup(page);
    let urls: Vec<_> = markup.references().iter().map(|it| &page[it.range()]).collect();
    assert_eq!(urls, ["a/", "b.png", "f", "k.png"]);
    assert_eq!(markup.base(), Some("a/"));
    let code: Vec<_> = markup.code().iter().map(|range| &page[range.clone()]).collect();
    assert_eq!(code, ["c: url(d.png)", "import(\"./e.js\")", "g { h: url(i.png) }", "import './j.js'"]);
}

#[test]
fn what_is_nested_in_anything_else_overflows_no_stack() {
    for open in ["(", "[", "{", "a{b:", "url(", "@media{"] {
        let _ = find(&format!("a{{b:url(x.png)}}{}", open.repeat(200_000)), Language::Css);
    }
    let _ = find(&"<div>".repeat(100_000), Language::Html);
    let _ = find(&"<noscript>".repeat(100_000), Language::Html);
    let _ = find(&format!("<svg href='x'>{}{}</svg>", "<g>".repeat(100_000), "</g>".repeat(100_000)), Language::Svg);
    let _ = find(&"[".repeat(1_000_000), Language::WebManifest);
}

#[test]
fn each_kind_of_what_is_computed_ends_a_sentence() {
    for (text, expected) in [
        ("import(a)", "`import(…)` has a computed name"),
        ("new URL(a, import.meta.url)", "`new URL(…, import.meta.url)` has a computed name"),
        (
            "new URL('./', import.meta.url)",
            "`new URL(…, import.meta.url)` names a folder, to which the code adds a name",
        ),
        ("import.meta.url", "`import.meta` tells the code its own URL"),
        ("document.currentScript", "`document.currentScript` tells the code its own URL"),
        ("document.scripts[0].src", "the `src` of script elements may tell the code its own URL"),
        ("importScripts(a)", "`importScripts` has a computed name"),
        ("new Worker(a)", "`Worker` or `SharedWorker` has a computed name"),
    ] {
        let found = find(text, Language::JavaScript);
        let kinds: Vec<_> = found.computed().iter().map(|it| it.kind().to_string()).collect();
        assert_eq!(kinds, [expected], "{text}");
    }
}

#[test]
fn what_is_computed_in_scripts_inside_of_pages_and_images_is_found() {
    for (text, language, expected) in [
        (
            "<p>import(a)</p><script>import(b)</script><script type=module>import.meta</script>",
            Language::Html,
            &["import `import(b)`", "import-meta `import.meta`"][..],
        ),
        ("<noscript><script>new Worker(a)</script></noscript>", Language::Html, &["worker `a`"]),
        ("<script src=a.js>import(a)</script><script type=text/template>import(a)</script>", Language::Html, &[]),
        (
            "<svg><script>document.currentScript</script></svg>",
            Language::Svg,
            &["current-script `document.currentScript`"],
        ),
        ("<s:svg><s:script><![CDATA[importScripts(a)]]></s:script></s:svg>", Language::Svg, &["import-scripts `a`"]),
    ] {
        assert_eq!(computed(text, language), expected, "{text}");
    }
}

#[test]
fn what_has_a_syntax_error_is_unread_and_keeps_what_is_found_elsewhere() {
    for (text, language, references) in [
        ("import './x.js' this is no JavaScript", Language::JavaScript, 0),
        ("import './x.js' this is no JavaScript\n//# sourceMappingURL=x.map", Language::JavaScript, 1),
        ("importScripts('a.js'", Language::JavaScript, 0),
        ("{ \"icons\": [{ \"src\": \"a\" }]", Language::WebManifest, 0),
        ("", Language::WebManifest, 0),
        ("<svg><use href='a'/>", Language::Svg, 0),
        ("<svg><use href='a'/></svg><svg>", Language::Svg, 0),
        ("<svg><use href='a'/><script>import(</script></svg>", Language::Svg, 1),
        ("<svg><use href='a'/><script>if (a &amp;&amp; b) import(c)</script></svg>", Language::Svg, 1),
        ("<img src=a><script>import './x.js' {{ a }}</script><img src=b>", Language::Html, 2),
        ("<img src=a><script type=importmap>{ no JSON </script><script>import './b'</script>", Language::Html, 2),
    ] {
        let found = find(text, language);
        assert_eq!((found.references().len(), found.unread()), (references, Some(Unread::Syntax)), "{text}");
    }
    for (text, language) in [
        ("this is no JavaScript", Language::JavaScript),
        ("with (a) { import('./a.js') } <!-- a comment", Language::JavaScript),
        ("#!/usr/bin/env node\nimport './a.js'", Language::JavaScript),
        ("[1]", Language::WebManifest),
        ("<svg> is no reference", Language::Svg),
        ("<svg><use href='a'/><script>a &amp;&amp; b</script></svg>", Language::Svg),
        (
            "<script type=text/template>import {{ a }}</script><script type=application/json>import</script>",
            Language::Html,
        ),
    ] {
        assert_eq!(find(text, language).unread(), None, "{text}");
    }
}

#[test]
fn the_content_type_of_a_language_is_one_that_it_has() {
    for language in LANGUAGES {
        assert_eq!(Language::of(language.content_type()), Some(language));
    }
    assert_eq!(["application/json", "text/markdown", ""].map(Language::of), [None; 3]);
}

#[test]
fn a_byte_order_mark_is_counted_and_no_part_of_the_text() {
    for (text, language) in [
        ("\u{feff}@import 'a'", Language::Css),
        ("\u{feff}import './a'", Language::JavaScript),
        ("\u{feff}{ \"icons\": [{ \"src\": \"a\" }] }", Language::WebManifest),
    ] {
        let found = find(text, language);
        assert_eq!(&text[found.references()[0].range()], found.references()[0].url());
    }
}

#[test]
fn what_was_printed_by_something_else_is_not_parsed() {
    for text in [
        "import",
        "import 1 x \"a\"",
        "import 1 2 a",
        "import 1 2",
        "other 1 2 \"a\"",
        "unread x",
        "computed x 1 2",
        "computed import 1",
        "base x",
        "\n",
    ] {
        assert_eq!(Found::parse(text), None, "{text:?}");
    }
}

/// A URL in a page, with the escapes that it may have there.
fn url() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["./a.js", "../é/b.png", "./a%20b.js?c=1&amp;d=2#e", "/c&#46;js", "x.svg"])
}

/// A part of a page.
fn part() -> impl Strategy<Value = String> {
    let parts = vec![
        "<img src=%>",
        "<img\r\n alt='é' SRC = '%'\r\n>",
        "<img srcset='% 1x,\r\n% 2x'>",
        "<img src=% src='%'>",
        "<a title=\"%\" href=\"%\">%</a>",
        "<base href=\"%\">",
        "<p style='background: url(%)'>é&eacute;</p>",
        "<style>@import '%';\r\na { b: url( \"%\" ) }</style>",
        "<script type=module>import '%';\nimport(`%`); new URL(\"%\", import.meta.url)</script>",
        "<script type=importmap>{ \"imports\": { \"é\": \"%\" } }</script>",
        "<noscript><img src='%'></noscript>",
        "<svg><use xlink:href='%'/></svg>",
        "<!-- <img src='%'> --><textarea><img src='%'></textarea>",
        "\r\n日本 &amp; &lt;img src=%> < % >",
    ];
    (prop::sample::select(parts), url()).prop_map(|(part, url)| part.replace('%', url))
}

proptest! {
    #[test]
    fn a_replaced_url_is_found_in_its_place_and_undoing_it_gives_the_page(parts in prop::collection::vec(part(), 0..12)) {
        let page = parts.concat();
        let found = find(&page, Language::Html);
        let replaced = replace(&page, |index| format!("./replaced-{index}.js"));
        let urls: Vec<_> =
            find(&replaced, Language::Html).references().iter().map(|it| it.url().to_owned()).collect();
        let expected: Vec<_> = (0..found.references().len()).map(|index| format!("./replaced-{index}.js")).collect();
        prop_assert_eq!(urls, expected);
        let undone = replace(&replaced, |index| page[found.references()[index].range()].to_owned());
        prop_assert_eq!(undone, page);
    }

    #[test]
    fn no_text_makes_a_parser_panic_and_what_is_found_prints_as_it_is_parsed(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "(import|export|from|new URL|import.meta.url|new Worker\\(|importScripts\\(|document\\.currentScript|document\\.scripts|\\.src|typeof |url\\(|@import|image-set\\(|<style>|<script>|</|<base href=|srcset=|<svg|\"icons\":|src|//# sourceMappingURL=|/\\*|[ -~é\n\\\\'\"`<>(){}\\[\\];:,.#/*]){0,30}",
    ) {
        for language in LANGUAGES {
            for text in [&*String::from_utf8_lossy(&bytes), &text] {
                // Without the net that catches what a parser of others may do.
                let found = parse(text, language).finish(text, 0);
                let ranges = found.references().iter().map(Reference::range);
                for range in ranges.chain(found.computed().iter().map(Computed::range)) {
                    prop_assert!(text.get(range).is_some());
                }
                prop_assert_eq!(Found::parse(&found.to_string()), Some(found));
            }
        }
    }
}
