use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::fixed_url::FixedUrl;
use proptest::prelude::*;
use tempfile::TempDir;

use cachebreaker_references::Language;

use super::*;
use crate::cache::Cache;
use crate::pages::options::PageOptions;
use crate::refer::edges::edges;
use crate::refer::kept;

/// A folder `static`, with what is kept and made in a temporary one.
struct Fixture {
    folder: TempDir,
}

/// What a check found, as the user is told.
struct Told {
    errors: Vec<String>,
    warnings: Vec<String>,
    imports: Vec<Vec<String>>,
}

impl Fixture {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn cache(&self) -> Cache {
        Cache::new(self.folder.path().to_owned())
    }

    /// The name of the file in the cache.
    fn kept_name(&self) -> String {
        kept::file_name(&self.folder.path().join("static"))
    }

    fn kept(&self) -> kept::Kept {
        kept::recall(&self.kept_name(), &self.cache())
    }

    fn check(&self, references: &References, files: &[(&str, &str)]) -> Told {
        let mut files = files.to_vec();
        files.sort_unstable();
        let folder = self.folder.path().join("static");
        let file = |(path, text): (&str, &str)| {
            let mut file = File::of(path, text);
            (file.found.file, file.found.shown) = (folder.join(path), Path::new("static").join(path));
            file.fixed = path.starts_with("fixed").then_some(FixedUrl::File);
            file
        };
        let files: Vec<_> = files.into_iter().map(file).collect();
        let found = refer::References::find(&files, &folder, &self.cache());
        let report = check(references, &files, &found, (Path::new("static"), None), &folder, &PageOptions::default());
        let edges = edges(&files, &found, &[], false, |_| false);
        let path_of = |number: &u32| files[*number as usize].found.path.clone();
        let imports = edges.imports.iter().map(|of| of.iter().map(path_of).collect()).collect();
        let errors = report.errors.iter().map(Error::to_string).collect();
        Told { errors, warnings: report.warnings.concat(), imports }
    }
}

/// The errors of a folder with these files, checked with nothing set.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    Fixture::new().check(&References::new(), files).errors
}

/// The errors and warnings of one file, in a folder with some others.
fn told(path: &str, text: &str) -> Vec<String> {
    let checked = Fixture::new().check(&References::new(), &[&FOLDER[..], &[(path, text)]].concat());
    let start = format!("static/{path}:");
    let tell = |level: &str, faults: Vec<String>| -> Vec<String> {
        faults.iter().map(|fault| format!("{level} {}", fault.strip_prefix(&start).expect(fault))).collect()
    };
    [tell("error", checked.errors), tell("warning", checked.warnings)].concat()
}

const FOLDER: [(&str, &str); 8] = [
    ("css/base.css", ""),
    ("css/print.css", ""),
    ("fonts/inter.woff2", ""),
    ("img/50% off é.png", ""),
    ("img/logo.png", ""),
    ("img/wide.png", ""),
    ("js/lib.js", ""),
    ("js/lib.js.map", "{}"),
];

#[test]
fn planted_faults_of_each_kind_are_all_found() {
    for (path, text, expected) in [
        ("css/a.css", "a {\n  background: url(../img/lgo.png) }", &["2:19: `../img/lgo.png`"][..]),
        ("css/a.css", "@import 'bas.css';", &["1:10: `bas.css`"]),
        (
            "css/a.css",
            "a { background: image-set('../img/lgo.png' 1x, url(../img/wid.png) 2x) }",
            &["1:28: `../img/lgo.png`", "1:52: `../img/wid.png`"],
        ),
        ("css/a.css", "a { background: -webkit-image-set(url(../img/lgo.png) 1x) }", &["1:39: `../img/lgo.png`"]),
        ("css/a.css", "\u{feff}@import 'bas.css';\r\na { b: url(c.png) }", &["1:10: `bas.css`", "2:12: `c.png`"]),
        ("js/a.js", "import './lbi.js';", &["1:9: `./lbi.js`"]),
        ("js/a.js", "const a = await import('./lbi.js')", &["1:25: `./lbi.js`"]),
        ("js/a.mjs", "import(/* webpackIgnore: true */ './lbi.js')", &["1:35: `./lbi.js`"]),
        ("js/a.js", "new URL('lbi.js', import.meta.url)", &["1:10: `lbi.js`"]),
        ("js/a.js", "new URL('./missing/', import.meta.url)", &["1:10: `./missing/`"]),
        ("js/a.js", "let é = '日本'; import('./lbi.js')", &["1:23: `./lbi.js`"]),
        ("js/a.js", "\u{feff}import './lbi.js'\r\nimport './b.js'", &["1:9: `./lbi.js`", "2:9: `./b.js`"]),
        ("a.html", "<img src=img/lgo.png>", &["1:10: `img/lgo.png`"]),
        ("a.html", "<link rel='alternate stylesheet' href=css/bas>", &["1:39: `css/bas`"]),
        ("a.html", "<a href=ab.html>", &["1:9: `ab.html`"]),
        ("a.html", "<app-icon src=home.svg></app-icon>", &["1:15: `home.svg`"]),
        ("a.html", "<img src=\"img/50%25%20of&eacute;.png\">", &["1:11: `img/50%25%20of&eacute;.png`"]),
        (
            "a.html",
            "<noscript>\n<img src=a.png srcset=b.png><p style='c: url(c.png)'><style>a { d: url(d.png) }</style></noscript><img src=e.png>",
            &["2:10: `a.png`", "2:23: `b.png`", "2:46: `c.png`", "2:72: `d.png`", "2:108: `e.png`"],
        ),
        (
            "a.html",
            "<link rel=manifest href=app><link rel='home index' href=ab.html>",
            &["1:25: `app`", "1:57: `ab.html`"],
        ),
        (
            "a.html",
            r#"<script type="importmap">{ "imports": { "lib": "./js/lbi.js" }, "scopes": { "/": { "a": "./b.js" } } }</script>"#,
            &["1:49: `./js/lbi.js`", "1:90: `./b.js`"],
        ),
        ("a.html", "<base href=img/><img src=lgo.png>", &["1:26: `lgo.png`"]),
        ("a.html", "<base href=img/x/><img src=../lgo.png>", &["1:28: `../lgo.png`"]),
        (
            "a.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>\n<use xlink:href='b.svg#c'/></svg>",
            &["2:18: `b.svg#c`"],
        ),
        (
            "a.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><style><![CDATA[ a > b { c: url(d.png) } ]]></style></svg>",
            &["1:73: `d.png`"],
        ),
        (
            "app.webmanifest",
            "{ \"icons\": [{ \"src\": \"img/lgo.png\", \"sizes\": \"1x1\" }],\n  \"screenshots\": [{ \"src\": \"b.png\" }],\n  \"shortcuts\": [{ \"url\": \"/a\", \"icons\": [{ \"src\": \"c.png\" }] }] }",
            &["1:23: `img/lgo.png`", "2:29: `b.png`", "3:52: `c.png`"],
        ),
        ("manifest.json", r#"{ "icons": [{ "src": "img/lgo.png" }] }"#, &["1:23: `img/lgo.png`"]),
        ("app.webmanifest", "\u{feff}{ \"icons\": [{ \"src\": \"img/lgo.png\" }] }", &["1:23: `img/lgo.png`"]),
    ] {
        let told = told(path, text);
        let found: Vec<_> = told.iter().map(|line| line.split(" leads to no asset: ").next().unwrap()).collect();
        let expected: Vec<_> = expected.iter().map(|place| format!("error {place}")).collect();
        assert_eq!(found, expected, "{text}\n{told:#?}");
    }
}

#[test]
fn missing_source_maps_are_warned_of() {
    for (path, text, expected) in [
        ("js/a.js", "let a\n//# sourceMappingURL=a.js.map", "2:22: `a.js.map`"),
        ("css/a.css", "a { }\n/*# sourceMappingURL=a.css.map */\n", "2:22: `a.css.map`"),
    ] {
        assert_eq!(
            told(path, text)[..],
            [format!(
                "warning {expected} leads to no asset: there is no `static/{path}.map`; add it, or correct the reference"
            )],
            "{text}"
        );
    }
}

#[test]
fn what_leads_to_an_asset_or_elsewhere_is_left_alone() {
    for (path, text) in [
        ("css/a.css", "@import 'base.css'; @import url(print.css); a { b: url('../img/logo.png?v=1#c') }"),
        ("css/a.css", "a { b: url(../img/50%25%20off%20%C3%A9.png); c: url('../img/50%25 off é.png') }"),
        ("css/a.css", r"a { b: url(..\\img\\logo.png); c: url(../img/./../img/logo.pn\g) }"),
        ("css/a.css", "a { b: url(//example.org/x.png); c: url(/x.png); d: url(blob:x); e: type('x.png') }"),
        ("css/a.css", "a { b: image-set('../img/logo.png' type('image/png')) } a[href='x.png'] { c: 'x.png' }"),
        (
            "css/a.css",
            "@supports (b: url(x.png)) and (not (b: image-set('x.png' 1x))) { a { b: url(../img/logo.png) } }",
        ),
        ("css/a.css", "@container style(--b: url(x.png)) { } @import 'base.css' supports(b: url(x.png));"),
        ("js/a.js", "import './lib.js'; import '../js/lib.js?a'; export * from '/vendor/x.js'; import('./lib.js#b')"),
        ("js/a.js", "import 'three'; import '@a/b'; import 'https://example.org/x.js'; import 'node:fs'; import '.'"),
        (
            "js/a.js",
            "new URL('lib.js', import.meta.url); new URL('.', import.meta.url); new URL('../img/', import.meta.url)",
        ),
        ("js/a.js", "let a\n//# sourceMappingURL=lib.js.map"),
        (
            "js/a.js",
            "new Worker('lib.js'); new SharedWorker('missing.js'); importScripts('../../x.js', '/static/js/lib.js')",
        ),
        ("fixed.js", "new Worker('js/lib.js'); importScripts('/js/lib.js')"),
        ("js/a.js", "import(a); new URL(a, import.meta.url); import.meta.url; document.currentScript; new Worker(a)"),
        ("a.html", "<a href=about><a href=./><a href=../other><a href='../../x.html'><a href='?b'><a href='john.doe'>"),
        (
            "a.html",
            "<img src=data:,x.png><img src=''><img srcset='data:,x.png 1x, img/logo.png 2x'><img alt=src=x.png>",
        ),
        ("a.html", "<link rel=canonical href=about><link rel=preconnect href=//cdn.example.org><form action=send>"),
        ("a.html", "<link rel=home href=./><link rel=prefetch href=about><link rel=preconnect href=cdn><link href=x>"),
        ("a.html", "<base href=/><img src=x.png><script src=x.js></script>"),
        ("a.html", "<base href='https://example.org/'><img src=x.png>"),
        ("a.html", "<base href='{{ root }}'><img src=x.png>"),
        ("a.html", "<app-link href=about></app-link><app-icon src=home></app-icon><app-icon name=x.png></app-icon>"),
        ("a.html", "<base href=css/><base href=img/><link rel=stylesheet href=base.css>"),
        ("a.html", "<script src=js/lib.js>import './x.js'</script>"),
        (
            "a.html",
            r#"<script type=importmap>{"imports":{"a":"./js/lib.js","b/":"./js/","c":"https://example.org/c.js"}}</script>"#,
        ),
        ("a.html", "<img src=\" img/logo.png\n\"><img src='img/50%25&#32;off &eacute;.png'>"),
        ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><use href='#a'/><a href='about'/><g fill='url(#b)'/></svg>"),
        (
            "app.webmanifest",
            r#"{ "start_url": "home", "scope": ".", "id": "x", "icons": [{ "src": "img/logo.png" }, 1] }"#,
        ),
        ("manifest.json", r#"{ "icons": { "16": "x.png" }, "main.js": { "src": "x.js" } }"#),
        ("other.json", r#"{ "icons": [{ "src": "x.png" }] }"#),
        ("README.md", "![logo](x.png) <img src=x.png>"),
    ] {
        assert_eq!(told(path, text), [""; 0], "{text}");
    }
}

#[test]
fn a_fault_is_told_with_its_place_and_the_nearest_name() {
    let files = [
        ("a b.css", ""),
        ("app.js", "import './lib/hlper.js';"),
        ("css/site.css", "body {\n  background: url(../img/logo.pgn) }\na { b: url(nothing-like-it.gif?v=1) }"),
        ("css/x.css", "@import '../ab.css'; @import '../img/'; @import 'https://example.org/\\a.css';"),
        ("img/logo.png", ""),
        ("lib/helper.js", ""),
        ("page.html", "<img src=\"../../logo.png\"><base href=css/>\n<link rel=stylesheet href=sit.css>"),
    ];
    assert_eq!(
        errors(&files),
        [
            "static/app.js:1:9: `./lib/hlper.js` leads to no asset: did you mean `./lib/helper.js`?",
            "static/css/site.css:2:19: `../img/logo.pgn` leads to no asset: did you mean `../img/logo.png`?",
            "static/css/site.css:3:12: `nothing-like-it.gif?v=1` leads to no asset: there is no \
             `static/css/nothing-like-it.gif`; add it, or correct the reference",
            "static/css/x.css:1:10: `../ab.css` leads to no asset: did you mean `../a%20b.css`?",
            "static/css/x.css:1:31: `../img/` leads to a folder, which is no asset: name a file in it",
            "static/page.html:1:11: `../../logo.png` leads out of the folder `static`: put what it names into the folder, \
             or write an absolute URL",
            "static/page.html:2:27: `sit.css` leads to no asset: did you mean `site.css`?",
        ]
    );
}

#[test]
fn no_file_is_suggested_in_a_reference_of_its_own() {
    assert_eq!(
        errors(&[("css/bad.css", "@import 'bas.css'"), ("css/base.css", "")]),
        ["static/css/bad.css:1:10: `bas.css` leads to no asset: did you mean `base.css`?"]
    );
}

#[test]
fn an_absolute_reference_into_the_view_is_told_to_be_written_relatively() {
    let text = "a { b: url(/static/img/logo.png); c: url(/static/v1/img/logo.png); d: url(/static/img/lgo.png);\n\
                e: url(/static/nothing.gif); f: url(/staticx/a.png); g: url(/img/logo.png) }";
    let no_token = "leads into the view without its token, which is answered 404: write";
    assert_eq!(
        errors(&[("css/a.css", text), ("img/logo.png", "")]),
        [
            format!("static/css/a.css:1:12: `/static/img/logo.png` {no_token} `../img/logo.png`"),
            "static/css/a.css:1:42: `/static/v1/img/logo.png` has the token of one deploy, and the next has another: write \
             `../img/logo.png`"
                .to_owned(),
            format!(
                "static/css/a.css:1:75: `/static/img/lgo.png` {no_token} it relatively; did you mean `../img/logo.png`?"
            ),
            format!("static/css/a.css:2:8: `/static/nothing.gif` {no_token} it relatively"),
        ]
    );
}

#[test]
fn a_base_that_leads_into_the_view_is_told_and_what_is_relative_to_it_is_not() {
    assert_eq!(
        errors(&[("a.html", "<base href=/static/><img src=logo.png><img src=missing.png>"), ("logo.png", "")]),
        [
            "static/a.html:1:12: `/static/` leads into the view without its token, which is answered 404: write it relatively"
        ]
    );
    assert_eq!(errors(&[("a.html", "<base href=../../><base href=/static/><img src=missing.png>")]), [""; 0]);
}

#[test]
fn a_file_that_is_there_and_no_asset_is_told_from_one_that_is_not() {
    let fixture = Fixture::new();
    fs::create_dir_all(fixture.folder.path().join("static/img")).unwrap();
    fs::write(fixture.folder.path().join("static/img/.logo.png"), "").unwrap();
    let text = "a { b: url(img/.logo.png); c: url(img/x.png); d: url(img//.logo.png) }";
    assert_eq!(
        fixture.check(&References::new(), &[("a.css", text), ("img/logo.png", "")]).errors,
        [
            "static/a.css:1:12: `img/.logo.png` leads to no asset: `static/img/.logo.png` is hidden or left out; take it, or \
             correct the reference",
            "static/a.css:1:35: `img/x.png` leads to no asset: there is no `static/img/x.png`; add it, or correct the reference",
            "static/a.css:1:54: `img//.logo.png` leads to no asset: did you mean `img/logo.png`?",
        ]
    );
}

#[test]
fn from_a_fixed_url_only_what_has_one_too_is_reached() {
    let manifest = r#"{ "icons": [{ "src": "img/logo.png" }, { "src": "fixed.png" }, { "src": "missing.png" }] }"#;
    let sources = [
        ("fixed.js", "import './fixed/lib.js'; import './lib.js'\n//# sourceMappingURL=lib.js.map"),
        ("fixed.png", ""),
        ("fixed.webmanifest", manifest),
        ("fixed/lib.js", ""),
        ("img/logo.png", ""),
        ("lib.js", ""),
        ("lib.js.map", "{}"),
    ];
    let told = Fixture::new().check(&References::new(), &sources);
    assert_eq!(
        told.warnings,
        [
            "static/fixed.js:1:34: `./lib.js` leads to nothing from this file's fixed URL, `/fixed.js`: give `lib.js` one too, \
             with `.fixed_url(\"lib.js\")`",
            "static/fixed.webmanifest:1:23: `img/logo.png` leads to nothing from this file's fixed URL, `/fixed.webmanifest`: \
             give `img/logo.png` one too, with `.fixed_url(\"img/logo.png\")`",
        ]
    );
    assert_eq!(told.errors.len(), 1, "{:?}", told.errors);
    let allowed = Fixture::new().check(&References::new().allow("*"), &sources);
    assert_eq!((allowed.errors.len(), allowed.warnings.len()), (0, 0));
}

#[test]
fn an_absolute_reference_that_is_the_path_of_an_asset_and_leads_to_no_view_is_warned_of() {
    let page = "<script type=module src=/assets/index-DTPy.js></script>\n<link rel=stylesheet href='/assets/a%20b.css?v=1'>\n\
                <link rel=modulepreload href=/assets/lib.js><img srcset='/fixed.png, /logo.png 2x'>\n\
                <a href=/about.html>about</a><link rel=canonical href=/logo.png><img src=/other.png><img src=logo.png>";
    let files = [
        ("about.html", ""),
        ("assets/a b.css", "a { b: url(/logo.png); c: url(../fixed.png) }"),
        ("assets/index-DTPy.js", "import '/assets/lib.js'; import('/assets/lib.js'); import 'logo.png'"),
        ("assets/lib.js", "new URL('/logo.png', import.meta.url)\n//# sourceMappingURL=/logo.png"),
        ("fixed.png", ""),
        ("index.html", page),
        ("logo.png", ""),
    ];
    let told = Fixture::new().check(&References::new(), &files);
    assert_eq!(told.errors, [""; 0]);
    let line = |place: &str, url: &str, meant: &str, path: &str| {
        format!(
            "static/{place}: `{url}` is not below the view: write `{meant}` (or serve the file at `/{path}` too, with \
             `.fixed_url(\"{path}\")`)"
        )
    };
    assert_eq!(
        told.warnings,
        [
            line("assets/a b.css:1:12", "/logo.png", "../logo.png", "logo.png"),
            line("assets/index-DTPy.js:1:9", "/assets/lib.js", "./lib.js", "assets/lib.js"),
            line("assets/index-DTPy.js:1:34", "/assets/lib.js", "./lib.js", "assets/lib.js"),
            line("assets/lib.js:1:10", "/logo.png", "../logo.png", "logo.png"),
            line("index.html:1:25", "/assets/index-DTPy.js", "assets/index-DTPy.js", "assets/index-DTPy.js"),
            line("index.html:2:28", "/assets/a%20b.css?v=1", "assets/a%20b.css", "assets/a b.css"),
            line("index.html:3:30", "/assets/lib.js", "assets/lib.js", "assets/lib.js"),
            line("index.html:3:70", "/logo.png", "logo.png", "logo.png"),
        ]
    );
    assert_eq!(Fixture::new().check(&References::new().allow("**"), &files).warnings, [""; 0]);
}

#[test]
fn a_base_that_leads_past_the_view_is_warned_of_where_an_asset_is_meant() {
    let page = "<base href=/><script src=assets/app.js></script><script src=app.js></script><a href=assets/app.js>";
    let told = Fixture::new().check(&References::new(), &[("app/index.html", page), ("assets/app.js", "")]);
    assert_eq!((told.errors.len(), told.warnings.len()), (0, 1));
    assert_eq!(
        told.warnings[0],
        "static/app/index.html:1:26: `assets/app.js` is not below the view: take the base out of the page and write \
         `../assets/app.js` (or serve the file at `/assets/app.js` too, with `.fixed_url(\"assets/app.js\")`)"
    );
}

#[test]
fn the_name_of_the_view_tells_which_absolute_references_lead_into_it() {
    let told = |name: &str, url: &str| {
        let text = format!("a {{ b: url({url}) }}");
        let files = [("a.css", text.as_str()), ("img/logo.png", "")];
        Fixture::new().check(&References::new().name(name), &files).errors.len()
    };
    for (name, url, expected) in [
        ("look/v-{breaker}", "/look/img/logo.png", 1),
        ("look/v-{breaker}", "/look/v-1/img/logo.png", 1),
        ("look/v-{breaker}", "/look/v-1/x.png", 1),
        ("look/v-{breaker}", "/look/x.png", 0),
        ("look/v-{breaker}", "/static/img/logo.png", 0),
        ("{breaker}", "/img/logo.png", 1),
        ("{breaker}", "/1/img/logo.png", 1),
        ("{breaker}", "/about", 0),
        ("{breaker}/files", "/1/files/img/logo.png", 1),
    ] {
        assert_eq!(told(name, url), expected, "{name} {url}");
    }
}

#[test]
fn what_references_are_told_wrongly_is_told() {
    let message = |references: References| Fixture::new().check(&references, &[("a.css", "")]).errors;
    let no_glob = |call: &str| {
        format!(
            "`{call}` has no glob: unclosed character class; missing ']'; write it as in `img/*.png`, `img/**` or `**/*.png`"
        )
    };
    assert_eq!(
        message(References::new().warn("a[").allow("*").deny("b[").allow("c[")),
        [no_glob(".warn(\"a[\")"), no_glob(".deny(\"b[\")"), no_glob(".allow(\"c[\")")]
    );
    assert_eq!(
        message(References::new().name("static")),
        [
            "name `static` has no `{breaker}`: say where the token stands, as in `static/{breaker}`; `References::name` is the \
          name that the macro is given"
        ]
    );
}

#[test]
fn a_glob_that_matches_no_file_is_warned_of() {
    let told = Fixture::new().check(&References::new().allow("a.*").warn("vendor/*"), &[("a.txt", "")]);
    assert_eq!(
        told.warnings,
        [
            "`.warn(\"vendor/*\")` matches no file in `static`: a glob is for the whole path, as in `img/*.png`, `img/**` or \
          `**/*.png`"
        ]
    );
}

#[test]
fn the_last_glob_that_matches_a_file_decides_how_severe_its_faults_are() {
    let files = [
        ("a.css", "@import 'x';"),
        ("vendor/b.css", "@import 'x';"),
        ("vendor/old/c.css", "@import 'x';\n/*# sourceMappingURL=c.css.map */"),
        ("vendor/own/d.css", "@import 'x';\n/*# sourceMappingURL=d.css.map */"),
    ];
    let check = |references: &References| {
        let checked = Fixture::new().check(references, &files);
        let files = |faults: Vec<String>| -> Vec<_> {
            faults.iter().map(|fault| fault.split(": ").next().unwrap().to_owned()).collect()
        };
        (files(checked.errors), files(checked.warnings))
    };
    let (errors, warnings) = check(&References::new().warn("vendor/**").allow("vendor/old/*").deny("**/own/*.css"));
    assert_eq!(errors, ["static/a.css:1:10", "static/vendor/own/d.css:1:10"]);
    assert_eq!(warnings, ["static/vendor/b.css:1:10", "static/vendor/own/d.css:2:22"]);

    let (errors, warnings) = check(&References::new().allow("*").source_maps(Severity::Deny).warn("vendor/old/**"));
    assert_eq!(errors, ["static/vendor/b.css:1:10", "static/vendor/own/d.css:1:10", "static/vendor/own/d.css:2:22"]);
    assert_eq!(warnings, ["static/vendor/old/c.css:1:10", "static/vendor/old/c.css:2:22"]);

    let (errors, warnings) = check(&References::default().source_maps(Severity::Allow));
    assert_eq!((errors.len(), warnings.len()), (4, 0));
}

#[test]
fn a_reference_of_any_length_and_with_any_characters_is_told_in_one_line() {
    let long = format!("{}.png", "é".repeat(400));
    let told = errors(&[("a.html", &format!("<img src='{long}'><img src='a\nb.png'>"))]);
    assert!(told.iter().all(|line| !line.contains('\n')), "{told:?}");
    assert!(told[0].starts_with(&format!("static/a.html:1:11: `{}…` leads to no asset", "é".repeat(120))), "{told:?}");
    assert!(told[1].starts_with(r"static/a.html:1:427: `a\nb.png` leads to no asset"), "{told:?}");
}

#[test]
fn what_a_module_imports_statically_is_recorded() {
    let files = [
        (
            "app.js",
            "import './b.js'; import x from './lib/a.js'; import y from './b.js'; export * from './c.mjs'; import('./d.js')",
        ),
        (
            "b.js",
            "import 'bare'; import './b.js?query'; import './missing.js'; import data from './x.json' with { type: 'json' }",
        ),
        ("c.mjs", ""),
        ("d.js", "let import_ = './b.js'"),
        ("lib/a.js", "import '../b.js'"),
        ("page.html", "<script type=module>import './b.js'</script>"),
        ("x.json", "{}"),
    ];
    let imports = Fixture::new().check(&References::new().allow("b.js"), &files).imports;
    assert_eq!(imports, [&["b.js", "lib/a.js", "c.mjs"][..], &[], &[], &[], &["b.js"], &[], &[]]);
}

#[test]
fn a_file_that_has_not_changed_is_not_parsed_again() {
    let fixture = Fixture::new();
    let text = "@import 'x.css';";
    let line = || fixture.check(&References::new(), &[("a.css", text)]).errors.remove(0);
    assert!(line().contains("`x.css`"));
    // A sound entry with a reference elsewhere shows where the second result comes from.
    let mut kept = fixture.kept();
    kept.values_mut().for_each(|it| *it = cachebreaker_references::find("@import 'y'", Language::Css));
    kept::keep(&fixture.kept_name(), &kept, &fixture.cache());
    assert!(line().contains("`x`"));
}

#[test]
fn what_is_kept_is_what_was_extracted_and_only_of_files_that_are_there() {
    let fixture = Fixture::new();
    let page = "<base href='css/a b/'><img src='&eacute;%20 x.png'>\n<a href=y.html><style>@import 'z'</style>";
    let before =
        fixture.check(&References::new(), &[("a.html", page), ("b.css", "@import 'x';"), ("c.css", "@import 'x';")]);
    assert_eq!(fixture.kept().len(), 2, "equal files are kept once");
    let after =
        fixture.check(&References::new(), &[("a.html", page), ("b.css", "@import 'x';"), ("c.css", "@import 'x';")]);
    assert_eq!(after.errors, before.errors);
    assert_eq!(before.errors.len(), 5);
    fixture.check(&References::new(), &[("b.css", "")]);
    assert_eq!(fixture.kept().len(), 1);
}

#[test]
fn one_text_in_two_languages_is_parsed_in_each() {
    let text = "<img src=x.png>";
    assert_eq!(errors(&[("a.css", text), ("b.html", text)]).len(), 1);
}

#[test]
fn damaged_results_and_those_of_another_version_are_not_used() {
    let fixture = Fixture::new();
    let run = || fixture.check(&References::new(), &[("a.css", "@import 'x.css';")]).errors;
    let sound = run();
    let file = fixture.folder.path().join(fixture.kept_name());
    let written = fs::read(&file).unwrap();
    let mut flipped = written.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let other =
        String::from_utf8(written[Digest::LEN..].to_vec()).unwrap().replacen(' ', " 9.", 1).replace("x.css", "y");
    let other = [Digest::of(other.as_bytes()).as_bytes(), other.as_bytes()].concat();
    for damage in [&flipped[..], &written[..written.len() - 1], &written[..10], &[], &other] {
        fs::write(&file, damage).unwrap();
        assert_eq!(run(), sound);
        assert_eq!(fs::read(&file).unwrap(), written);
    }
}

#[test]
fn of_a_file_that_is_not_read_the_build_warns() {
    let nested = format!("import './x.js'; {}", "a => ".repeat(1_000_000));
    let page = format!("<img src=x.png><script>{nested}</script><img src=y.png>");
    let entities =
        format!("<!DOCTYPE svg [<!ENTITY a '{}'>]><svg>{}</svg>", "x".repeat(60_000), "<use href='&a;'/>".repeat(20));
    let files = [("a.html", page.as_str()), ("b.js", &nested), ("c.svg", &entities), ("d.js", "import './x.js'")];
    let fixture = Fixture::new();
    let warnings = [
        "references in `static/a.html` are not checked, for its code is nested too deeply to be parsed: change the file, or add \
         `.allow(\"a.html\")`",
        "references in `static/b.js` are not checked, for its code is nested too deeply to be parsed: change the file, or add \
         `.allow(\"b.js\")`",
        "references in `static/c.svg` are not checked, for the entities in its URLs stand for more than 1 MiB: change the \
         file, or add `.allow(\"c.svg\")`",
    ];
    // The second time it is kept.
    for _ in 0..2 {
        let told = fixture.check(&References::new(), &files);
        assert_eq!(told.warnings, warnings);
        // What else is in the page is checked.
        let errors: Vec<_> = told.errors.iter().map(|error| error.split('`').nth(1).unwrap()).collect();
        assert_eq!(errors, ["x.png", "y.png", "./x.js"]);
    }
    assert_eq!(fixture.check(&References::new().allow("[abc].*"), &files).warnings, [""; 0]);
}

#[test]
fn of_a_file_with_a_syntax_error_the_build_warns() {
    let files = [
        ("a.js", "import './x.js' this is no JavaScript"),
        ("b.svg", "<svg><use href='x.svg'/>"),
        ("c.webmanifest", "{ \"icons\": "),
        (
            "d.html",
            "<img src=x.png><script>import './y.js' no JavaScript</script><script type=importmap>{ no JSON </script>",
        ),
        ("e.html", "<script type=text/template>import {{ no JavaScript }}</script><script type=ld+json>{</script>"),
        // It names nothing, so it is not parsed.
        ("f.js", "this is no JavaScript"),
    ];
    let told = Fixture::new().check(&References::new(), &files);
    let warnings = ["a.js", "b.svg", "c.webmanifest", "d.html"].map(|path| {
        format!(
            "references in `static/{path}` are not checked, for it, or a part of it, cannot be parsed: change the file, or add \
             `.allow(\"{path}\")`"
        )
    });
    assert_eq!(told.warnings, warnings);
    assert_eq!(
        told.errors,
        ["static/d.html:1:10: `x.png` leads to no asset: there is no `static/x.png`; add it, or correct the reference"]
    );
}

#[test]
fn each_of_many_references_in_one_long_place_is_told_shortly() {
    // Character references are commas here, so that no candidate has a place of its own.
    let page = format!("<img srcset='{}'>", "&#97;.png 2x&#44; ".repeat(10_000));
    let told = errors(&[("a.html", &page)]);
    assert_eq!(told.len(), 10_000);
    assert!(told.iter().all(|line| line.chars().count() < 300), "{:?}", told[0]);
}

proptest! {
    #[test]
    fn no_contents_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "(import|export|from|new URL|import.meta.url|new Worker|importScripts|currentScript|url\\(|@import|image-set\\(|<style>|<script>|</|<base href=|srcset=|<svg|\"icons\":|src|//# sourceMappingURL=|/\\*|[ -~é\n\\\\'\"`<>(){}\\[\\];:,.#/*]){0,30}",
    ) {
        for path in ["a.css", "a.js", "a.html", "a.svg", "a.webmanifest"] {
            let language = Language::of(&cachebreaker_manifest::content_type::of(path)).unwrap();
            for text in [&*String::from_utf8_lossy(&bytes), &text] {
                let found = cachebreaker_references::find(text, language);
                let folder = Folder::new(["a/b.css", path], Name::parse("static/{breaker}").ok());
                for reference in found.references() {
                    folder.resolve(path, found.base(), reference, true);
                }
            }
        }
    }

    #[test]
    fn a_suggestion_leads_to_what_it_suggests(
        from in "[a-c]{1,2}(/[a-c]{1,2}){0,3}", to in "[a-c .:?%é]{0,2}[a-c](/[a-c .:?%é]{0,2}[a-c]){0,3}",
    ) {
        prop_assume!(from != to && !to.split('/').any(|part| part.starts_with('.')) && !format!("{to}/").starts_with(&format!("{from}/")));
        let css = format!("a {{ b: url('/static/{}') }}", cachebreaker_manifest::percent::encode_path(&to));
        let told = errors(&[(&format!("{from}.css"), &css), (&to, "")]);
        let suggestion = told[0].rsplit('`').nth(1).unwrap().to_owned();
        let css = format!("a {{ b: url({suggestion}) }}");
        prop_assert_eq!(errors(&[(&format!("{from}.css"), &css), (&to, "")]), [""; 0]);
    }
}
