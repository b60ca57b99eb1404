use super::*;

/// The edges of files, by path and text; and the paths that numbers stand for.
fn edges_of(files: &[(&str, &str)], refers: &[(&str, &[&str])], import_map: bool) -> (Edges, Vec<String>) {
    let mut files = files.to_vec();
    files.sort_unstable();
    let files: Vec<_> = files.iter().map(|(path, text)| File::of(path, text)).collect();
    let glob = |text: &str| Glob::new(text.to_owned(), ".refers");
    let refers: Vec<Refers> =
        refers.iter().map(|(from, to)| (glob(from), to.iter().map(|to| glob(to)).collect())).collect();
    let paths = files.iter().map(|file| file.found.path.clone()).collect();
    (edges(&files, &References::of_all(&files), &refers, import_map, |path| path.starts_with("page/")), paths)
}

/// What a file joins, what it depends on, and why it may refer to anything.
fn node(files: &[(&str, &str)], path: &str) -> (Vec<String>, Vec<String>, Option<String>) {
    node_with(files, &[], false, path)
}

fn node_with(
    files: &[(&str, &str)],
    refers: &[(&str, &[&str])],
    import_map: bool,
    path: &str,
) -> (Vec<String>, Vec<String>, Option<String>) {
    let (edges, paths) = edges_of(files, refers, import_map);
    let Node { joins, depends, unknown } = &edges.nodes[paths.iter().position(|it| it == path).unwrap()];
    let names = |assets: &[u32]| assets.iter().map(|asset| paths[*asset as usize].clone()).collect();
    (names(joins), names(depends), unknown.clone())
}

fn known(joins: &[&str], depends: &[&str]) -> (Vec<String>, Vec<String>, Option<String>) {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    (names(joins), names(depends), None)
}

const FILES: [(&str, &str); 8] = [
    ("a.css", "@import 'b.css'; a { c: url(img/d.png?v=1); e: url(gone.png); f: url(/img/d.png) }"),
    ("app.js", "import './lib.js'; import('./lazy.js'); new Worker(new URL('w.js', import.meta.url)); import 'three'"),
    ("b.css", "/*# sourceMappingURL=b.css.map */"),
    ("b.css.map", "{}"),
    ("img/d.png", ""),
    ("lazy.js", "import './lib.js?x'"),
    ("lib.js", "export default 1"),
    ("w.js", "importScripts('lib.js')"),
];

#[test]
fn stylesheets_and_scripts_join_what_they_name_and_pages_depend_on_it() {
    assert_eq!(node(&FILES, "a.css"), known(&["b.css", "img/d.png"], &[]));
    assert_eq!(node(&FILES, "b.css"), known(&["b.css.map"], &[]));
    assert_eq!(node(&FILES, "b.css.map"), known(&[], &[]), "a source map refers to nothing");
    assert_eq!(node(&FILES, "app.js"), known(&["lazy.js", "lib.js", "w.js"], &[]));
    assert_eq!(node(&FILES, "w.js"), known(&["lib.js"], &[]));
    for (path, text) in [
        ("p.html", "<link rel=stylesheet href=a.css><a href=q.html>"),
        ("p.svg", "<svg><image href='a.css'/></svg>"),
        ("p.webmanifest", r#"{ "icons": [{ "src": "a.css" }] }"#),
    ] {
        assert_eq!(node(&[&FILES[..], &[(path, text)]].concat(), path), known(&[], &["a.css"]), "{path}");
    }
    let (edges, _) = edges_of(&FILES, &[], false);
    assert_eq!(edges.missing[0], ["gone.png"]);
}

#[test]
fn a_file_whose_references_are_not_known_says_why() {
    for (path, text, reason) in [
        ("x.js", "let a;\n import(a)", "`import(…)` has a computed name (2:2)"),
        ("x.js", "import './lib.js' is no script", "it is not read to its end: it, or a part of it, cannot be parsed"),
        ("x.html", "<base href='{{ root }}'>", "its `<base>` is filled in by a template, or too long"),
        ("x.html", r#"<script type=importmap>{"imports":{"lib/":"./img/"}}</script>"#, "its import map has a folder"),
        ("x.json", "{}", "files of the type `application/json` are not read for references"),
    ] {
        let (_, _, unknown) = node(&[&FILES[..], &[(path, text)]].concat(), path);
        assert_eq!(unknown.as_deref(), Some(reason), "{text}");
    }
    // Each kind of what only the running code knows.
    for text in [
        "new URL(a, import.meta.url)",
        "new URL('./img/', import.meta.url)",
        "import.meta.resolve(name)",
        "document.currentScript.src",
        "document.querySelector('script[data-x]').src",
        "importScripts(a)",
        "new Worker(a)",
    ] {
        assert!(node(&[("x.js", text)], "x.js").2.is_some(), "{text}");
    }
}

#[test]
fn build_rs_may_say_what_a_file_refers_to() {
    let computed =
        [("app.js", "import(a); import './lib.js'"), ("b.js", ""), ("chunks/c.js", ""), ("lib.js", ""), ("x.json", "")];
    let refers: [(&str, &[&str]); 2] = [("app.js", &["chunks/**", "b.*"]), ("*.json", &[])];
    assert_eq!(node_with(&computed, &refers, false, "app.js"), known(&["b.js", "chunks/c.js", "lib.js"], &[]));
    assert_eq!(node_with(&computed, &refers, false, "x.json"), known(&[], &[]));
    assert!(node(&computed, "app.js").2.is_some() && node(&computed, "x.json").2.is_some());
}

#[test]
fn with_an_import_map_imports_do_not_join_but_workers_and_pages_have_no_map() {
    let files = [
        ("a@b.js", ""),
        (
            "app.js",
            "import './lib.js'; import('./lazy.js'); import './lib.js?x'; import './a@b.js'; import './data.json' with { type: 'json' }",
        ),
        ("data.json", "{}"),
        ("lazy.js", "import './lib.js'"),
        ("lib.js", "import './deep.js'"),
        ("deep.js", ""),
        ("of-page.js", "import './lib.js'"),
        ("page.html", "<script type=module src=of-page.js></script>"),
        ("w.js", "import './deep.js'; import('./of-worker.js')"),
        ("of-worker.js", "import './deep.js'"),
        ("worker.js", "new Worker(new URL('./w.js', import.meta.url), { type: 'module' })"),
    ];
    let node = |path| node_with(&files, &[], true, path);
    // A map has no URLs with queries, and none that browsers spell otherwise than we do.
    assert_eq!(node("app.js"), known(&["a@b.js", "lib.js"], &[]));
    assert_eq!(node("lazy.js"), known(&[], &[]));
    assert_eq!(node("worker.js"), known(&["w.js"], &[]));
    assert_eq!(node("w.js"), known(&[], &["deep.js", "of-worker.js"]));
    assert_eq!(node("of-worker.js"), known(&[], &["deep.js"]));
    assert_eq!(node("page.html"), known(&[], &["of-page.js"]));
    assert_eq!(node("of-page.js"), known(&[], &["lib.js"]));
    assert_eq!(node("lib.js"), known(&[], &["deep.js"]));

    // The build writes a map into this one. Its file depends on everything that its modules import, for it has no map itself.
    let page = "<script type=module src=../app.js></script><script type=module>import '../lib.js'; new Worker('../lazy.js')</script>";
    let files_of_page: Vec<_> = files
        .into_iter()
        .filter(|(path, _)| !["page.html", "of-page.js", "worker.js", "w.js"].contains(path))
        .chain([("page/index.html", page)])
        .collect();
    let node = |path| node_with(&files_of_page, &[], true, path);
    let all = ["a@b.js", "app.js", "data.json", "deep.js", "lazy.js", "lib.js"];
    assert_eq!(node("page/index.html"), known(&[], &all));
    assert_eq!(node("lib.js"), known(&[], &["deep.js"]), "the worker imports it");
    assert_eq!(node("app.js"), known(&["a@b.js", "lib.js"], &[]));

    let (edges, paths) = edges_of(&files, &[], true);
    let of = |lists: &[Vec<u32>], path: &str| -> Vec<String> {
        let list = &lists[paths.iter().position(|it| it == path).unwrap()];
        list.iter().map(|asset| paths[*asset as usize].clone()).collect()
    };
    assert_eq!(of(&edges.imports, "app.js"), ["lib.js", "a@b.js"]);
    assert_eq!(of(&edges.lazy_imports, "app.js"), ["lazy.js", "lib.js", "data.json"]);
    assert_eq!(edges_of(&files, &[], false).0.lazy_imports.concat(), [0; 0]);
}

#[test]
fn whatever_way_a_worker_is_named_it_has_no_map() {
    let files = |page: &'static str, app: &'static str| {
        [("app.js", app), ("dep.js", ""), ("page/index.html", page), ("w.js", "import './dep.js'")]
    };
    let worker = |page, app| node_with(&files(page, app), &[], true, "w.js");
    for (page, app) in [
        ("<script>new Worker('/w.js')</script>", ""),
        ("<script type=module>new Worker(new URL('/w.js', import.meta.url))</script>", ""),
        ("<base href='/'><script>new Worker('w.js')</script>", ""),
        ("<script type=module>new Worker(import.meta.resolve('../w.js'))</script>", ""),
        ("", "audioWorklet.addModule(import.meta.resolve('./w.js'))"),
        ("", "import './w.js'; n => new Worker(import.meta.resolve(n))"),
        ("", "import('./w.js'); new Worker(url)"),
    ] {
        assert_eq!(worker(page, app), known(&[], &["dep.js"]), "{page}{app}");
    }
    for (page, app) in [("<script type=module src=/w.js></script>", ""), ("", "import './w.js'; import(n)")] {
        assert_eq!(worker(page, app), known(&[], &[]), "{page}{app}");
    }
}

#[test]
fn code_that_has_the_url_of_a_folder_or_its_own_may_load_anything() {
    let why = |text: &str| node(&[("app.js", text), ("sub/a.css", "")], "app.js").2;
    for text in ["new URL('./sub', import.meta.url) + '/a.css'", "import.meta.resolve('./sub')", "new Worker('sub')"] {
        assert!(why(text).is_some_and(|why| why.starts_with("it names the folder `")), "{text}");
    }
    for text in ["new URL('./app.js', import.meta.url)", "import.meta.resolve('./app.js')"] {
        assert_eq!(why(text).as_deref(), Some("it asks for its own URL"), "{text}");
    }
    assert_eq!(why("import './app.js'; new URL('./sub/a.css', import.meta.url)"), None);
}
