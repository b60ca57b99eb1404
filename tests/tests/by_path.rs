//! `asset!`, `url` and `find`: assets by their paths, checked by the compiler and at run time.

use tests::App;

/// Names that cannot stand in Rust as they are, and two that would take one constant.
fn app(name: &str) -> App {
    let app = App::new(name);
    app.write("static/img/logo.svg", "<svg/>").write("static/a-b.css", "hyphen").write("static/a_b.css", "underscore");
    app.write("static/two words/\"é\\n\".txt".replace("\\n", "'"), "quoted")
        .write("static/e\u{301}tude\t.txt", "decomposed");
    // What the macro is called, as a folder and as a file.
    app.write("static/asset/asset", "asset");
    app
}

/// Every place in which a path may stand: above the view, beside it, in a constant, a static, a function, a macro, a
/// pattern's guard, a generic function; of views in other modules and in a function.
const MAIN: &str = r##"
#![deny(warnings)]
#![allow(deprecated)]
mod page {
    use crate::assets::asset;
    pub const LOGO: cachebreaker::Asset = asset!("img/logo.svg");
    pub static URL: &str = asset!(r"img/logo.svg").url();
    pub mod inner {
        cachebreaker::assets!(pub(super) mod view = "static", name = "inner/{breaker}", embed = true);
    }
    pub fn of_inner<T>(_: T) -> &'static str {
        const FOUND: cachebreaker::Asset = inner::view::asset!("a-b.css",);
        match 1 { 1 if FOUND.len() == 6 => inner::view::asset!("a-b.css").url(), _ => "" }
    }
}
cachebreaker::assets!("static");
mod again {
    cachebreaker::assets!("static");
    pub const LOGO: cachebreaker::Asset = assets::asset!("img/logo.svg");
}
macro_rules! link { ($path:literal) => { assets::asset!($path).url() } }
const _: () = assert!(assets::asset!("asset/asset").len() == assets::asset::ASSET.len());

fn main() {
    cachebreaker::assets!(mod local = "static", name = "local/{breaker}");
    println!("{} {} {} {}", page::LOGO, page::URL, page::of_inner(1), local::asset!("a_b.css"));
    println!("{} {}", link!("a-b.css"), link!("a_b.css"));
    println!("{} {}", assets::asset!(r#"two words/"é'".txt"#), assets::asset!("e\u{301}tude\x09.txt"));
    assert_eq!(again::LOGO.url(), page::URL);
    assert_eq!(assets::asset!("a-b.css").bytes().as_ref(), b"hyphen");
    assert_eq!(assets::url("a_b.css"), Some(assets::asset!("a_b.css").url()));
    assert_eq!(assets::find("a_b.css"), Ok(assets::asset!("a_b.css")));
    println!("{}", assets::find("image/logo.svg").unwrap_err());
    println!("{}", assets::find("../secret").unwrap_err());
}
"##;

#[test]
fn an_asset_is_reached_by_its_path_wherever_it_is_written() {
    let app = app("by-path");
    for edition in ["2024", "2018"] {
        app.write("Cargo.toml", app.manifest(edition, &App::dependencies())).write("src/main.rs", MAIN);
        let run = app.run(app.cargo(["run", "--message-format=short"]).env("CACHEBREAKER", "v1"));
        assert_eq!(
            run.stdout(),
            "/static/v1/img/logo.svg /static/v1/img/logo.svg /inner/v1/a-b.css /local/v1/a_b.css\n\
             /static/v1/a-b.css /static/v1/a_b.css\n\
             /static/v1/two%20words/%22%C3%A9%27%22.txt /static/v1/e%CC%81tude%09.txt\n\
             there is no asset `image/logo.svg`: did you mean `img/logo.svg`?\n\
             there is no asset `../secret` in the view `static/{breaker}`\n"
        );
    }
}

/// What stands in `asset!(…)`, and what is said under it, from the column on.
const CASES: &[(&str, &str)] = &[
    (r#""img/logo.png""#, "47: error: there is no asset `img/logo.png`: did you mean `img/logo.svg`?"),
    (r#""logo.svg""#, "47: error: there is no asset `logo.svg`: did you mean `img/logo.svg`?"),
    (r#""a-b.cs""#, "47: error: there is no asset `a-b.cs`: did you mean `a-b.css`?"),
    (r#""étude\t.txt""#, r"47: error: there is no asset `étude\t.txt`: did you mean `e\u{301}tude\t.txt`?"),
    (r#""none""#, "47: error: there is no asset `none` in `static`: add the file, or correct the path"),
    (r#""""#, "47: error: there is no asset `` in `static`: add the file, or correct the path"),
    ("PATH", LITERAL),
    (r#"concat!("a-b", ".css")"#, LITERAL),
    (r#"b"a-b.css""#, LITERAL),
    (r#""a-b.css" "a_b.css""#, LITERAL),
    (r#""a-b.css"suffix"#, LITERAL),
    ("7", LITERAL),
];
const LITERAL: &str = "47: error: expected the path of a file in the folder, as in `asset!(\"img/logo.png\")`: it is looked up when \
                       this is compiled, so it stands here as a text; for other paths there is `find`";

#[test]
fn a_path_that_is_none_gives_one_line_under_it_that_names_the_nearest() {
    let app = app("wrong-paths");
    for (number, (path, _)) in CASES.iter().enumerate() {
        let source = format!(
            "const A: cachebreaker::Asset = assets::asset!({path});\n#[allow(deprecated)]\nmod view {{ cachebreaker::assets!(pub mod \
             assets = \"static\"); }}\nuse view::assets;\nfn main() {{ println!(\"{{A}}\"); }}\n"
        );
        app.write(format!("src/bin/case{number:02}.rs"), source);
    }
    // A view that is wrong itself is told once, and not again for each path.
    let source = "const A: &str = assets::asset!(\"style.css\").url();\ncachebreaker::assets!(\"statik\");\nfn main() { let _ = A; }\n";
    app.write("src/bin/statik.rs", source).remove("src/main.rs");
    let run = app.run(&mut app.cargo(["check", "--bins", "--keep-going", "--message-format=short"]));
    let mut told = run.told();
    told.sort();
    let mut expected: Vec<_> =
        CASES.iter().enumerate().map(|(number, (_, line))| format!("src/bin/case{number:02}.rs:1:{line}")).collect();
    expected.push(
        "src/bin/statik.rs:2:23: error: folder `statik` is not prepared (`build.rs` prepares `static`): did you mean `static`? If \
         not, call `cachebreaker_build::assets(\"statik\")` in `build.rs`, or if it is there already, `touch build.rs`, because \
         cargo has not run it again"
            .to_owned(),
    );
    assert_eq!(told, expected);
}

#[test]
fn a_path_compiles_as_soon_as_its_file_is_there_and_no_longer_when_it_is_gone() {
    let app = App::new("path-comes-and-goes");
    app.write("static/style.css", "body {}");
    app.write(
        "src/main.rs",
        "cachebreaker::assets!(\"static\");\nfn main() { println!(\"{}\", assets::asset!(\"app.js\")); }\n",
    );
    let told = || app.run(&mut app.cargo(["check", "--message-format=short"])).told();
    let missing =
        ["src/main.rs:2:43: error: there is no asset `app.js` in `static`: add the file, or correct the path"];
    assert_eq!(told(), missing);
    app.write("static/app.js", "");
    assert_eq!(told(), [""; 0]);
    app.remove("static/app.js");
    assert_eq!(told(), missing);
}
