//! Pages of views whose modules have URL tokens of their own: what is written, and what a browser makes of it.

use std::collections::{BTreeMap, BTreeSet};

use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{Entry, Manifest};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::percent::encode_path;
use cachebreaker_manifest::table::Stored;
use cachebreaker_manifest::token::TokenKind;
use proptest::prelude::*;
use serde_json::Value;
use url::Url;

use super::{importmap, modules};
use crate::fixture::{Module, URL_TOKENS, view_of_modules};
use crate::view::View;
use crate::view::asset::Asset;

fn module(path: &str, token: u32, imports: &[&str], lazy_imports: &[&str]) -> Module {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Module { path: path.to_owned(), token, imports: texts(imports), lazy_imports: texts(lazy_imports) }
}

/// `a.js` imports `b.js`, which imports `c.js`.
fn chain(base: &str) -> &'static View {
    let modules = [module("a.js", 0, &["b.js"], &[]), module("b.js", 1, &["c.js"], &[]), module("c.js", 2, &[], &[])];
    view_of_modules(base, &modules)
}

fn get(view: &'static View, path: &str) -> Asset {
    view.get(path).unwrap_or_else(|| panic!("{path}"))
}

/// A text with `{0}` for the first URL token, and so on.
fn with_tokens(view: &'static View, text: &str) -> String {
    let of_view = |token: &str| view.iter().find_map(|asset| asset.url().split('/').find(|it| it.starts_with(token)));
    let tokens = URL_TOKENS.iter().map(|token| of_view(token).unwrap_or_default());
    (0..).zip(tokens).fold(text.to_owned(), |text, (number, token)| text.replace(&format!("{{{number}}}"), token))
}

#[track_caller]
fn assert_writes(view: &'static View, written: &impl ToString, expected: &str) {
    assert_eq!(written.to_string(), with_tokens(view, expected));
}

#[test]
fn each_import_of_a_chain_is_led_to_the_modules_own_url_and_the_scripts_follow_the_map() {
    let view = chain("");
    let map = concat!(
        r#"<script type="importmap">{"imports":{"/static/{0}/b.js":"/static/{1}/b.js","#,
        r#""/static/{1}/c.js":"/static/{2}/c.js"}}</script>"#,
    );
    let a = r#"<script type="module" src="/static/{0}/a.js"></script>"#;
    assert_writes(view, &modules([get(view, "a.js")]), &format!("{map}{a}"));
    let c = r#"<script type="module" src="/static/{2}/c.js"></script>"#;
    assert_writes(view, &modules([get(view, "a.js"), get(view, "c.js")]), &format!("{map}{a}{c}"));
}

#[test]
fn from_another_origin_what_has_deltas_is_asked_for_by_cors_if_it_is_allowed() {
    let entry = |path: &str, content_type: &str, is_dictionary| Entry {
        path: path.to_owned(),
        content_type: content_type.to_owned(),
        identity: Stored { digest: "0".repeat(43), ..Stored::default() },
        is_dictionary,
        ..Entry::default()
    };
    let assets = vec![
        entry("a.css", "text/css", true),
        entry("a.js", "text/javascript", true),
        entry("a.png", "image/png", true),
        entry("b.css", "text/css", false),
    ];
    let manifest = Manifest { token: "17".to_owned(), kind: TokenKind::Timestamp, assets, ..Manifest::default() };
    let view = |cors| {
        let layout = layout(&manifest, Name::from_parts("static/", ""), "", Options::default()).unwrap();
        &*Box::leak(Box::new(View { cors, ..View::clone(View::leak(layout, Vec::new(), Vec::new())) }))
    };
    let written = |view: &'static View, base: &'static str| {
        let tags = [("a.css", true), ("a.js", false), ("b.css", true)].map(|(path, is_link)| {
            let asset = get(view, path);
            if is_link { asset.link_tag().on(base).to_string() } else { asset.script_tag().on(base).to_string() }
        });
        let others =
            [get(view, "a.png").link_tag().on(base).to_string(), get(view, "a.js").module_tag().on(base).to_string()];
        assert!(others.iter().all(|tag| !tag.contains("crossorigin")), "{others:?}");
        let preload = get(view, "a.css").preload();
        tags.into_iter()
            .chain([preload.on(base).tag().to_string()])
            .map(|tag| tag.contains("crossorigin"))
            .collect::<Vec<_>>()
    };
    assert_eq!(written(view(true), "https://cdn.example.com"), [true, true, false, true]);
    for (cors, base) in [(true, ""), (true, "/ui"), (false, "https://cdn.example.com")] {
        assert_eq!(written(view(cors), base), [false; 4], "{cors} {base}");
    }
}

#[test]
fn modules_that_import_each_other_have_an_entry_for_each_direction() {
    let view = view_of_modules("", &[module("a.js", 0, &["b.js"], &[]), module("b.js", 1, &["a.js", "b.js"], &[])]);
    assert_writes(
        view,
        &modules([get(view, "b.js")]),
        concat!(
            r#"<script type="importmap">{"imports":{"/static/{0}/b.js":"/static/{1}/b.js","#,
            r#""/static/{1}/a.js":"/static/{0}/a.js"}}</script>"#,
            r#"<script type="module" src="/static/{1}/b.js"></script>"#,
        ),
    );
}

#[test]
fn what_is_imported_later_and_what_that_imports_is_in_the_map_and_not_among_the_preloads() {
    let view = view_of_modules(
        "",
        &[
            module("a.js", 0, &["b.js"], &["later.js"]),
            module("b.js", 1, &[], &[]),
            module("c.js", 1, &[], &[]),
            module("later.js", 2, &["c.js"], &[]),
        ],
    );
    assert_writes(
        view,
        &modules([get(view, "a.js")]).preload().nonce("n"),
        concat!(
            r#"<script type="importmap" nonce="n">{"imports":{"/static/{0}/b.js":"/static/{1}/b.js","#,
            r#""/static/{0}/later.js":"/static/{2}/later.js","/static/{2}/c.js":"/static/{1}/c.js"}}</script>"#,
            r#"<link rel="modulepreload" href="/static/{1}/b.js" nonce="n">"#,
            r#"<script type="module" src="/static/{0}/a.js" nonce="n"></script>"#,
        ),
    );
}

#[test]
fn both_urls_of_an_entry_are_on_the_views_base_or_on_that_of_the_page() {
    let at = |base: &str| {
        concat!(
            r#"<script type="importmap">{"imports":{"@/static/{0}/b.js":"@/static/{1}/b.js","#,
            r#""@/static/{1}/c.js":"@/static/{2}/c.js"}}</script>"#,
            r#"<link rel="modulepreload" href="@/static/{1}/b.js"><link rel="modulepreload" href="@/static/{2}/c.js">"#,
            r#"<script type="module" src="@/static/{0}/a.js"></script>"#,
        )
        .replace('@', base)
    };
    let view = chain("https://cdn.example.com");
    let page = modules([get(view, "a.js")]).preload();
    assert_writes(view, &page, &at("https://cdn.example.com"));
    assert_writes(view, &page.clone().on("https://other.example.com/x/"), &at("https://other.example.com/x"));
    assert_writes(view, &page.on("/ui"), &at("/ui"));
}

#[test]
fn a_path_has_an_entry_for_each_spelling_that_a_browser_takes_for_another_url() {
    let view = view_of_modules("", &[module("a.js", 0, &["é @1.js"], &[]), module("é @1.js", 1, &[], &[])]);
    assert_writes(
        view,
        &modules([get(view, "a.js")]),
        concat!(
            r#"<script type="importmap">{"imports":{"/static/{0}/%C3%A9%20%401.js":"/static/{1}/%C3%A9%20%401.js","#,
            r#""/static/{0}/%C3%A9%20@1.js":"/static/{1}/%C3%A9%20%401.js"}}</script>"#,
            r#"<script type="module" src="/static/{0}/a.js"></script>"#,
        ),
    );
    // With one token too.
    let view = view_of_modules("", &[module("@1.js", 0, &["@1.js"], &[])]);
    assert_writes(
        view,
        &importmap([("a", get(view, "@1.js"))]),
        concat!(
            r#"<script type="importmap">{"imports":{"/static/{0}/@1.js":"/static/{0}/%401.js","#,
            r#""a":"/static/{0}/%401.js"}}</script>"#,
        ),
    );
}

#[test]
fn with_integrity_the_map_has_the_digest_of_each_module_that_can_be_loaded_and_each_script_its_own() {
    let view = view_of_modules("", &[module("a.js", 0, &[], &["b.js"]), module("b.js", 0, &[], &[])]);
    let (a, b) = (get(view, "a.js").integrity(), get(view, "b.js").integrity());
    let script = format!(r#"<script type="module" src="/static/{{0}}/a.js" crossorigin integrity="{a}"></script>"#);
    let map = format!(r#"{{"imports":{{}},"integrity":{{"/static/{{0}}/a.js":"{a}","/static/{{0}}/b.js":"{b}"}}}}"#);
    let map = format!(r#"<script type="importmap">{map}</script>"#);
    assert_writes(view, &modules([get(view, "a.js")]).integrity(), &(map.clone() + &script));
    assert_writes(view, &get(view, "a.js").module_tag().integrity(), &(map + &script));
    // The digest of a module that imports nothing is in its tag.
    let alone = modules([get(view, "b.js")]).integrity().to_string();
    assert!(alone.contains("integrity=") && !alone.contains("importmap"), "{alone}");
}

#[test]
fn a_map_of_names_has_entries_for_what_is_behind_the_names_and_modules_take_names_into_their_map() {
    let view = chain("");
    let (b, c) = (get(view, "b.js"), get(view, "c.js"));
    assert_writes(
        view,
        &importmap([("b", b)]).nonce("n"),
        concat!(
            r#"<script type="importmap" nonce="n">{"imports":{"/static/{1}/c.js":"/static/{2}/c.js","#,
            r#""b":"/static/{1}/b.js"}}</script>"#,
        ),
    );
    assert_writes(
        view,
        &modules([c]).import("b", c).import("b", b),
        concat!(
            r#"<script type="importmap">{"imports":{"/static/{1}/c.js":"/static/{2}/c.js","#,
            r#""b":"/static/{1}/b.js"}}</script>"#,
            r#"<script type="module" src="/static/{2}/c.js"></script>"#,
        ),
    );
}

#[test]
fn the_tag_of_a_module_that_needs_a_map_brings_it_along_with_the_same_nonce_and_base() {
    let view = chain("");
    let b = get(view, "b.js");
    let expected = concat!(
        r#"<script type="importmap" nonce="n">{"imports":{"https://x.example/static/{1}/c.js":"#,
        r#""https://x.example/static/{2}/c.js"}}</script>"#,
        r#"<script type="module" src="https://x.example/static/{1}/b.js" nonce="n"></script>"#,
    );
    assert_writes(view, &b.module_tag().nonce("n").on("https://x.example"), expected);
    let by_type = b.script_tag().attribute("type", "module").to_string();
    assert!(by_type.starts_with(r#"<script type="importmap">"#), "{by_type}");
}

#[test]
fn there_is_no_map_where_nothing_is_in_it() {
    let view = chain("");
    let (b, c) = (get(view, "b.js"), get(view, "c.js"));
    let script = r#"<script type="module" src="/static/{2}/c.js"></script>"#;
    assert_writes(view, &c.module_tag(), script);
    assert_writes(view, &modules([c]).preload(), script);
    assert_writes(view, &b.script_tag(), r#"<script src="/static/{1}/b.js"></script>"#);
    assert_eq!(modules([] as [Asset; 0]).to_string(), "");
    let one_token = [module("a.js", 0, &["b.js"], &[]), module("b.js", 0, &[], &[])];
    let view = view_of_modules("", &one_token);
    assert_writes(view, &get(view, "a.js").module_tag(), r#"<script type="module" src="/static/{0}/a.js"></script>"#);
}

#[test]
fn without_import_maps_in_the_view_there_are_no_entries() {
    let view: &'static View = Box::leak(Box::new(View { import_map: false, ..chain("").clone() }));
    let script = r#"<script type="module" src="/static/{0}/a.js"></script>"#;
    assert_writes(view, &modules([get(view, "a.js")]), script);
    assert_writes(view, &get(view, "a.js").module_tag(), script);
    assert!(get(view, "a.js").modulepreload().to_string().ends_with("rel=modulepreload"));
}

#[test]
fn a_hint_that_may_come_before_the_map_does_not_resolve_imports() {
    let view = view_of_modules("", &[module("a.mjs", 0, &["b.js"], &[]), module("b.js", 1, &[], &[])]);
    let a = get(view, "a.mjs");
    let hint = r#"rel=preload; as=script; type="text/javascript"; crossorigin"#;
    assert_writes(view, &a.modulepreload(), &format!("</static/{{0}}/a.mjs>; {hint}, </static/{{1}}/b.js>; {hint}"));
    assert_writes(view, &a.preload(), &format!("</static/{{0}}/a.mjs>; {hint}"));
    let element = r#"<link rel="preload" href="/static/{0}/a.mjs" as="script" type="text/javascript" crossorigin>"#;
    assert_writes(view, &a.link_tag(), element);
    assert_writes(view, &a.preload().tag(), element);
}

#[test]
fn attributes_are_those_of_the_scripts_and_a_link_asks_as_the_scripts_do() {
    let view = chain("");
    let page =
        modules([get(view, "b.js")]).preload().attribute("async", "").attribute("crossorigin", "use-credentials");
    let page = page.to_string();
    let (_, rest) = page.split_once("</script>").unwrap();
    let expected = concat!(
        r#"<link rel="modulepreload" href="/static/{2}/c.js" crossorigin="use-credentials">"#,
        r#"<script type="module" src="/static/{1}/b.js" async crossorigin="use-credentials"></script>"#,
    );
    assert_eq!(rest, with_tokens(view, expected));
}

/// A browser, as far as import maps go (HTML §8.1.6.2): it loads the modules of a page, and what they import.
struct Browser {
    imports: BTreeMap<Url, Url>,
    digests: BTreeMap<Url, String>,
    scripts: Vec<Url>,
}

impl Browser {
    const PAGE: &str = "https://example.com/page";

    fn url(text: &str) -> Url {
        Url::parse(Self::PAGE).unwrap().join(text).unwrap()
    }

    fn open(html: &str) -> Self {
        let (head, scripts) = match html.strip_prefix(r#"<script type="importmap">"#) {
            Some(rest) => rest.split_once("</script>").unwrap(),
            None => ("{}", html),
        };
        let map: Value = serde_json::from_str(head).unwrap();
        let texts = |member: &str| -> Vec<(String, String)> {
            let members = map[member].as_object().into_iter().flatten();
            members.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
        };
        let is_like_a_url = |text: &str| text.starts_with('/') || text.starts_with("https://");
        let imports = texts("imports");
        assert!(imports.iter().all(|(key, value)| is_like_a_url(key) && is_like_a_url(value)), "{html}");
        let scripts = scripts.split("src=\"").skip(1).map(|rest| Self::url(rest.split('"').next().unwrap()));
        Self {
            imports: imports.iter().map(|(key, value)| (Self::url(key), Self::url(value))).collect(),
            digests: texts("integrity").into_iter().map(|(key, value)| (Self::url(&key), value)).collect(),
            scripts: scripts.collect(),
        }
    }

    /// Loads everything, and returns the URLs that it has asked for. `imports` has the specifiers in a module.
    fn load(&self, imports: impl Fn(&Url) -> Vec<String>) -> BTreeSet<Url> {
        let mut loaded = BTreeSet::new();
        let mut todo = self.scripts.clone();
        while let Some(url) = todo.pop() {
            if loaded.insert(url.clone()) {
                let resolved = imports(&url).into_iter().map(|specifier| url.join(&specifier).unwrap());
                todo.extend(resolved.map(|url| self.imports.get(&url).unwrap_or(&url).clone()));
            }
        }
        loaded
    }
}

/// How an author writes an import: with the characters of the name, as far as they may be in a URL, or all encoded.
fn specifier(from: &str, to: &str, is_encoded: bool) -> String {
    let up = "../".repeat(from.matches('/').count());
    let to = if is_encoded {
        encode_path(to).into_owned()
    } else {
        to.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
    };
    if up.is_empty() { format!("./{to}") } else { up + &to }
}

fn graph() -> impl Strategy<Value = Vec<Module>> {
    let path = "((a|é b|@x)/){0,2}([a-c!$&'()*+,:;=@\\[\\]^|{}<>\"`%?#é ]{1,3}\\.js|</script>\\.js)";
    let paths = prop::collection::btree_set(path, 1..8);
    paths.prop_flat_map(|paths| {
        let paths: Vec<_> = paths.into_iter().collect();
        let imports = || prop::collection::vec(prop::sample::select(paths.clone()), 0..3);
        let each: Vec<_> = paths.iter().map(|path| (Just(path.clone()), 0_u32..4, imports(), imports())).collect();
        let module = |(path, token, imports, lazy_imports)| Module { path, token, imports, lazy_imports };
        each.prop_map(move |modules| modules.into_iter().map(module).collect())
    })
}

proptest! {
    #[test]
    fn a_browser_loads_every_module_that_can_be_reached_at_its_own_url_and_at_no_other(
        graph in graph(), roots in prop::collection::vec(any::<prop::sample::Index>(), 1..3),
        base in prop::sample::select(vec!["", "https://cdn.example.com/site"]),
        on in prop::sample::select(vec![None, Some("https://other.example.com/"), Some("/ui")]),
        is_encoded in any::<bool>(), is_tag in any::<bool>(),
    ) {
        let view = view_of_modules(base, &graph);
        let mut roots: Vec<_> = roots.iter().map(|root| root.get(&graph).path.clone()).collect();
        roots.truncate(if is_tag { 1 } else { 2 });
        let assets: Vec<_> = roots.iter().map(|path| get(view, path)).collect();
        let page = match on {
            None if is_tag => assets[0].module_tag().integrity().to_string(),
            Some(on) if is_tag => assets[0].module_tag().on(on).integrity().to_string(),
            None => modules(&assets).integrity().to_string(),
            Some(on) => modules(&assets).on(on).integrity().to_string(),
        };
        let url = |path: &str| {
            let asset = get(view, path);
            Browser::url(&on.map_or_else(|| asset.url().to_owned(), |on| asset.url_on(on)))
        };
        let by_url: BTreeMap<_, _> = graph.iter().map(|module| (url(&module.path), module)).collect();

        let browser = Browser::open(&page);
        let loaded = browser.load(|url| {
            let module = by_url.get(url).unwrap_or_else(|| panic!("{url} is no module's own URL: {page}"));
            let imports = module.imports.iter().chain(&module.lazy_imports);
            imports.map(|to| specifier(&module.path, to, is_encoded)).collect()
        });

        let mut reachable: BTreeSet<_> = roots.iter().cloned().collect();
        let imports_any = reachable.iter().any(|path| {
            let module = by_url[&url(path)];
            !module.imports.is_empty() || !module.lazy_imports.is_empty()
        });
        let mut todo = roots;
        while let Some(path) = todo.pop() {
            let module = graph.iter().find(|module| module.path == path).unwrap();
            let imports = module.imports.iter().chain(&module.lazy_imports);
            todo.extend(imports.filter(|import| reachable.insert((*import).clone())).cloned());
        }
        prop_assert_eq!(loaded, reachable.iter().map(|path| url(path)).collect());
        if imports_any {
            let digests = reachable.iter().map(|path| (url(path), get(view, path).integrity().as_str().to_owned()));
            prop_assert_eq!(browser.digests, digests.collect());
        }
    }
}
