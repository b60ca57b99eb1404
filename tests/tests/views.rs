//! Views as users declare them: several in a crate, in other modules, editions and features, under another crate name.

use std::fs;

use tests::{App, target_folder};

fn run(app: &App) -> String {
    app.run(app.cargo(["run", "--message-format=short"]).env("CACHEBREAKER", "v7")).stdout().to_owned()
}

/// Two views in one module tree, and every way to use one, in constants too.
const VIEWS: &str = r#"
cachebreaker::assets!("static");
mod page {
    cachebreaker::assets!(pub(crate) mod theme = "theme", name = "theme/v-{breaker}", cache_max_age = 60);
    pub const DARK: cachebreaker::Asset = theme::css::DARK_CSS;
}
const URL: &str = assets::STYLE_CSS.url();
const TOKEN: &str = assets::token();
const FACTS: (&str, &str, usize, bool) =
    (assets::STYLE_CSS.path(), assets::STYLE_CSS.content_type(), assets::STYLE_CSS.len(), assets::STYLE_CSS.is_empty());
static ALL: [cachebreaker::Asset; 2] = [assets::STYLE_CSS, page::DARK];

fn main() {
    println!("{URL} {TOKEN} {FACTS:?} {} {}", page::DARK, page::theme::token());
    assert_eq!(ALL[0].etag(), assets::STYLE_CSS.etag());
    assert_eq!(assets::get("style.css"), Some(ALL[0]));
    assert_eq!(page::theme::get("css/dark.css"), Some(ALL[1]));
    assert_eq!(assets::get("css/dark.css"), None);
    assert_eq!((assets::iter().count(), page::theme::iter().count()), (1, 1));
}
"#;

const VIEWS_PRINT: &str =
    "/static/v7/style.css v7 (\"style.css\", \"text/css; charset=utf-8\", 7, false) /theme/v-v7/css/dark.css v7\n";

fn app_with_two_folders(name: &str) -> App {
    let app = App::new(name);
    app.write("static/style.css", "body {}").write("theme/css/dark.css", "body { color: white }");
    app.write(
        "build.rs",
        "fn main() { cachebreaker_build::assets(\"static\"); cachebreaker_build::assets(\"theme\"); }\n",
    );
    app.write("src/main.rs", VIEWS);
    app
}

#[test]
fn several_views_stand_in_one_crate_and_in_constants() {
    assert_eq!(run(&app_with_two_folders("several-views")), VIEWS_PRINT);
}

#[test]
fn several_folders_in_one_build_rs_share_the_default_token() {
    let app = app_with_two_folders("one-token");
    app.write("src/main.rs", VIEWS.replace("fn main() {", "fn main() { assert_eq!(TOKEN, page::theme::token());"));
    let printed = app.run(&mut app.cargo(["run"]));
    assert!(printed.stdout().starts_with("/static/1"), "{}", printed.stdout());
    // One that has changed takes the others with it.
    app.write("theme/css/dark.css", "body { color: grey }");
    let again = app.run(&mut app.cargo(["run"]));
    assert_ne!(again.stdout(), printed.stdout());
}

#[test]
fn an_app_of_an_earlier_edition_has_the_same() {
    for edition in ["2021", "2018"] {
        let app = app_with_two_folders(&format!("edition-{edition}"));
        app.write("Cargo.toml", app.manifest(edition, &App::dependencies()));
        assert_eq!(run(&app), VIEWS_PRINT);
    }
}

#[test]
fn the_crates_may_be_called_otherwise() {
    let app = app_with_two_folders("renamed");
    let dependencies = App::dependencies()
        .replace("cachebreaker = {", "cb = { package = \"cachebreaker\",")
        .replace("cachebreaker-build = {", "prepare = { package = \"cachebreaker-build\",");
    app.write("Cargo.toml", app.manifest("2024", &dependencies));
    app.write("build.rs", "fn main() { prepare::assets(\"static\"); prepare::assets(\"theme\"); }\n");
    app.write("src/main.rs", VIEWS.replace("cachebreaker::", "cb::"));
    assert_eq!(run(&app), VIEWS_PRINT);
}

#[test]
fn without_default_features_there_is_the_service_and_no_axum() {
    let app = app_with_two_folders("service-only");
    let dependencies = App::dependencies().replace("cachebreaker = {", "cachebreaker = { default-features = false,");
    app.write("Cargo.toml", app.manifest("2024", &dependencies));
    app.write("src/main.rs", VIEWS.replace("fn main() {", "fn main() { let _ = assets::service();"));
    assert_eq!(run(&app), VIEWS_PRINT);
    let tree = app.run(&mut app.cargo(["tree", "--edges=normal"]));
    assert!(tree.stdout().contains("tower-service"));
    assert!(!tree.stdout().contains("axum"), "{}", tree.stdout());
}

#[test]
fn a_view_is_public_and_documented_in_a_library_of_the_strictest_lints() {
    let app = App::new("strict-library");
    app.write("static/style.css", "body {}").write("static/img/type/404.svg", "<svg/>").remove("src/main.rs");
    let lib = "//! A library.\n\
               #![forbid(unsafe_code)]\n\
               #![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused, nonstandard_style)]\n\
               #![deny(rust_2018_idioms, rust_2024_compatibility, let_underscore_drop, single_use_lifetimes, warnings)]\n\
               cachebreaker::assets!(\"static\");\n\
               /// A file, by its path.\n\
               pub const STYLE: cachebreaker::Asset = assets::asset!(\"style.css\");\n";
    app.write("src/lib.rs", lib);
    let run =
        app.run(&mut app.cargo(["clippy", "--message-format=short", "--", "-Dclippy::all", "-Dclippy::pedantic"]));
    assert_eq!((run.succeeded(), run.told()), (true, vec![]), "{}", run.stderr());
    let run = app.run(app.cargo(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-Dwarnings"));
    assert!(run.succeeded(), "{}", run.stderr());
    let page = |path: &str| {
        let file = target_folder().join("fixtures/doc/strict_library/assets").join(path);
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    let style = page("constant.STYLE_CSS.html");
    assert!(style.contains("<code>style.css</code>: text/css; charset=utf-8, 7 bytes."), "{style}");
    let logo = page("img/type_/constant._404_SVG.html");
    assert!(logo.contains("<code>img/type/404.svg</code>: image/svg+xml, 6 bytes."), "{logo}");
}

#[test]
fn a_folder_above_the_crate_or_deep_in_it_is_prepared_by_its_path() {
    let app = App::new("paths");
    app.write("web/dist/app.js", "js").write("server/static/css/style.css", "css");
    app.write("server/Cargo.toml", app.manifest("2024", &App::dependencies()));
    let build =
        "fn main() { [\"../web/dist\", \"./static/css/\"].into_iter().for_each(cachebreaker_build::assets); }\n";
    app.write("server/build.rs", build);
    let main = "cachebreaker::assets!(mod app = \"../web/dist/\", name = \"app/{breaker}\");\n\
                cachebreaker::assets!(\"static/css\");\n\
                fn main() { println!(\"{} {}\", app::APP_JS, assets::STYLE_CSS); }\n";
    app.write("server/src/main.rs", main);
    let printed = app.run(app.cargo(["run", "--manifest-path=server/Cargo.toml"]).env("CACHEBREAKER", "v7"));
    assert_eq!(printed.stdout(), "/app/v7/app.js /static/css/v7/style.css\n");
}
