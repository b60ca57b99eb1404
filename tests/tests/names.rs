//! Folders with hostile names: what a user sees of each file, embedded and in development.

use std::os::unix::fs::symlink;

use tests::App;

/// Prints all that is known about each asset, and that `get` finds the same one.
const MAIN: &str = r#"
cachebreaker::assets!(EMBED);
fn main() {
    for asset in assets::iter() {
        assert_eq!(assets::get(asset.path()), Some(asset));
        assert_eq!(asset.len(), asset.bytes().len());
        println!("{:?} {asset} {} {}", asset.path(), asset.content_type(), asset.bytes().escape_ascii());
    }
    for path in ["", "/", "style.css/", "/style.css", "./style.css", "nothing", "100%25.css"] {
        assert_eq!(assets::get(path), None, "{path}");
    }
    assert_eq!(assets::asset!("VERSION").path(), "VERSION");
    assert_eq!(assets::VERSION.len(), 32);
    CONSTANTS
}
"#;

/// Path in the folder; constant, where it has one; URL behind the token; content type.
const FILES: &[(&str, &str, &str, &str)] = &[
    ("style.css", "STYLE_CSS", "style.css", "text/css; charset=utf-8"),
    ("LICENSE", "LICENSE", "LICENSE", "application/octet-stream"),
    ("empty.js", "EMPTY_JS", "empty.js", "text/javascript; charset=utf-8"),
    ("404.html", "_404_HTML", "404.html", "text/html; charset=utf-8"),
    ("two words.txt", "TWO_WORDS_TXT", "two%20words.txt", "text/plain; charset=utf-8"),
    ("100%.css", "_100__CSS", "100%25.css", "text/css; charset=utf-8"),
    ("%41.txt", "_41_TXT", "%2541.txt", "text/plain; charset=utf-8"),
    ("c#.md", "C__MD", "c%23.md", "text/markdown; charset=utf-8"),
    ("a+b.json", "A_B_JSON", "a%2Bb.json", "application/json"),
    ("what?.html", "WHAT__HTML", "what%3F.html", "text/html; charset=utf-8"),
    ("tom & jerry.svg", "TOM___JERRY_SVG", "tom%20%26%20jerry.svg", "image/svg+xml"),
    ("\"quoted\" 'it'.txt", "_QUOTED___IT__TXT", "%22quoted%22%20%27it%27.txt", "text/plain; charset=utf-8"),
    ("<b>`$x`{y}.txt", "_B___X__Y__TXT", "%3Cb%3E%60%24x%60%7By%7D.txt", "text/plain; charset=utf-8"),
    ("line\nbreak.txt", "LINE_BREAK_TXT", "line%0Abreak.txt", "text/plain; charset=utf-8"),
    ("größe.png", "GRÖSSE_PNG", "gr%C3%B6%C3%9Fe.png", "image/png"),
    ("地図.webp", "地図_WEBP", "%E5%9C%B0%E5%9B%B3.webp", "image/webp"),
    ("🦀.wasm", "__WASM", "%F0%9F%A6%80.wasm", "application/wasm"),
    ("jquery-3.7.1.min.js", "JQUERY_3_7_1_MIN_JS", "jquery-3.7.1.min.js", "text/javascript; charset=utf-8"),
    ("CamelCase.JS", "CAMELCASE_JS", "CamelCase.JS", "text/javascript; charset=utf-8"),
    ("~tilde_.-", "_TILDE___", "~tilde_.-", "application/octet-stream"),
    ("img/self", "img::SELF", "img/self", "application/octet-stream"),
    ("type/a.js", "type_::A_JS", "type/a.js", "text/javascript; charset=utf-8"),
    ("self/fn/b.js", "self_::fn_::B_JS", "self/fn/b.js", "text/javascript; charset=utf-8"),
    ("2024/01/c.js", "_2024::_01::C_JS", "2024/01/c.js", "text/javascript; charset=utf-8"),
    ("My Photos/été #1.jpg", "my_photos::ÉTÉ__1_JPG", "My%20Photos/%C3%A9t%C3%A9%20%231.jpg", "image/jpeg"),
    // Names that the view itself uses.
    ("get", "GET", "get", "application/octet-stream"),
    ("router/token", "router::TOKEN", "router/token", "application/octet-stream"),
    ("__cachebreaker/VIEW", "__cachebreaker_::VIEW", "__cachebreaker/VIEW", "application/octet-stream"),
    ("core/__asset", "core::__ASSET", "core/__asset", "application/octet-stream"),
    ("VERSION", "VERSION_", "VERSION", "application/octet-stream"),
    ("nested/version", "nested::VERSION", "nested/version", "application/octet-stream"),
    ("asset/asset", "asset::ASSET", "asset/asset", "application/octet-stream"),
    ("__asset/a", "__asset_::A", "__asset/a", "application/octet-stream"),
    ("x/__asset/__Asset/a", "x::__asset_::__asset_::A", "x/__asset/__Asset/a", "application/octet-stream"),
    ("__cachebreaker_asset/a", "__cachebreaker_asset_::A", "__cachebreaker_asset/a", "application/octet-stream"),
    ("x/__cachebreaker/DEPLOY", "x::__cachebreaker_::DEPLOY", "x/__cachebreaker/DEPLOY", "application/octet-stream"),
    ("service/router", "service::ROUTER", "service/router", "application/octet-stream"),
    ("std/std", "std::STD", "std/std", "application/octet-stream"),
];

/// What a file contains: bytes that are no text, and its own name; nothing where it is called empty.
fn contents(path: &str) -> Vec<u8> {
    if path.contains("empty") { Vec::new() } else { [b"\xff\x00\r\n", path.as_bytes()].concat() }
}

fn write_files(app: &App) {
    for (path, ..) in FILES {
        app.write(format!("static/{path}"), contents(path));
    }
    // Hidden: none of these is an asset.
    app.write("static/.htaccess", "hidden")
        .write("static/.git/config", "hidden")
        .write("static/type/.DS_Store", "hidden");
}

/// The lines that the app prints, in the order of paths.
fn expected() -> String {
    let mut files = FILES.to_vec();
    files.sort_unstable();
    let line = |(path, _, url, content_type): &(&str, &str, &str, &str)| {
        format!("{path:?} /static/v1/{url} {content_type} {}\n", contents(path).escape_ascii())
    };
    files.iter().map(line).collect()
}

/// The app's source: it also compares each constant with its file.
fn main_rs(arguments: &str) -> String {
    let constants: String = FILES
        .iter()
        .map(|(path, constant, ..)| format!("assert_eq!(assets::{constant}.path(), {path:?});\n"))
        .collect();
    MAIN.replace("EMBED", arguments).replace("CONSTANTS", &constants)
}

#[test]
fn files_with_hostile_names_are_served_with_their_bytes() {
    let app = App::new("hostile-names");
    write_files(&app);
    for (arguments, profile) in [
        ("\"static\"", &["run", "--message-format=short"][..]),
        ("\"static\", embed = true", &["run", "--message-format=short"]),
        ("\"static\"", &["run", "--message-format=short", "--release"]),
        ("\"static\", embed = false", &["run", "--message-format=short", "--release"]),
    ] {
        app.write("src/main.rs", main_rs(arguments));
        let run = app.run(app.cargo(profile).env("CACHEBREAKER", "v1"));
        assert_eq!(run.stdout(), expected(), "{arguments} {profile:?}");
        assert_eq!(run.told(), [""; 0], "no name gives a warning");
    }
}

#[test]
fn hidden_files_are_served_where_build_rs_asks_for_them() {
    let app = App::new("hidden-files");
    app.write("static/.well-known/security.txt", "contact")
        .write("static/.htaccess", "deny")
        .write("static/a.css", "a");
    app.write("build.rs", "fn main() { cachebreaker_build::Assets::new(\"static\").hidden(true).prepare(); }");
    let main = format!(
        "{}const _: [cachebreaker::Asset; 2] = [assets::_well_known::SECURITY_TXT, assets::_HTACCESS];",
        App::MAIN
    );
    app.write("src/main.rs", main);
    let run = app.run(app.cargo(["run"]).env("CACHEBREAKER", "v1"));
    assert_eq!(
        run.stdout(),
        "token v1\n\
         /static/v1/.htaccess application/octet-stream \"deny\"\n\
         /static/v1/.well-known/security.txt text/plain; charset=utf-8 \"contact\"\n\
         /static/v1/a.css text/css; charset=utf-8 \"a\"\n"
    );
}

#[test]
fn links_to_files_and_folders_are_served_under_their_own_names() {
    let app = App::new("links");
    app.write("elsewhere/logo.svg", "<svg/>").write("elsewhere/fonts/a.woff2", "font").write("static/style.css", "a");
    symlink("../elsewhere/logo.svg", app.path("static/icon.svg")).unwrap();
    symlink(app.path("elsewhere/fonts"), app.path("static/fonts")).unwrap();
    symlink("style.css", app.path("static/latest.css")).unwrap();
    let run = || app.run(app.cargo(["run"]).env("CACHEBREAKER", "v1")).stdout().to_owned();
    assert_eq!(
        run(),
        "token v1\n\
         /static/v1/fonts/a.woff2 font/woff2 \"font\"\n\
         /static/v1/icon.svg image/svg+xml \"<svg/>\"\n\
         /static/v1/latest.css text/css; charset=utf-8 \"a\"\n\
         /static/v1/style.css text/css; charset=utf-8 \"a\"\n"
    );
    // What a link leads to is watched too.
    app.write("elsewhere/fonts/b.woff2", "other font");
    assert!(run().contains("/static/v1/fonts/b.woff2 font/woff2 \"other font\"\n"));
}

#[test]
fn names_that_the_compiler_takes_for_one_are_told_to_collide() {
    let app = App::new("normal-forms");
    // One letter, composed and decomposed: two files to Linux, one name to Rust.
    app.write("static/\u{e9}.css", "composed")
        .write("static/e\u{301}.css", "decomposed")
        .write("static/e\u{301}.js", "js");
    let main = format!("{}const _: cachebreaker::Asset = assets::\u{c9}_JS;", App::MAIN);
    app.write("src/main.rs", main);
    let run = app.run(app.cargo(["run", "--message-format=short"]).env("CACHEBREAKER", "v1"));
    assert_eq!(
        run.stdout(),
        "token v1\n\
         /static/v1/e%CC%81.css text/css; charset=utf-8 \"decomposed\"\n\
         /static/v1/e%CC%81.js text/javascript; charset=utf-8 \"js\"\n\
         /static/v1/%C3%A9.css text/css; charset=utf-8 \"composed\"\n"
    );
    assert_eq!(
        run.told(),
        [
            "src/main.rs:1:23: warning: use of deprecated constant `_::NAME_TAKEN_TWICE`: `e\u{301}.css` and `\u{e9}.css` would take the constant `assets::\u{c9}_CSS`, so neither has one: rename them, or reach them as in `assets::asset!(\"e\\u{301}.css\")`"
        ]
    );
}
