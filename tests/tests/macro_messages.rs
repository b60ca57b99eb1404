//! What the macro says, word for word and where: one line under what the user wrote, and nothing that only follows from
//! it.

use std::fs;

use tests::App;

/// What stands between the parentheses of `assets!`, and the lines that it gives, from the column on.
const CASES: &[(&str, &[&str])] = &[
    (r#""static""#, &[]),
    (r#""./static/", embed = true, cache_max_age = 60, rollout_window = None, premature = Current,"#, &[]),
    (r#"pub(crate) mod theme = "web/theme", name = "v-{breaker}", rollout_window = 60, premature = NotFound"#, &[]),
    (
        r#""statik""#,
        &[
            "23: error: folder `statik` is not prepared (`build.rs` prepares `static`, `web assets`, `web/theme`): did you mean `static`? If not, call `cachebreaker_build::assets(\"statik\")` in `build.rs`, or if it is there already, `touch build.rs`, because cargo has not run it again",
        ],
    ),
    (
        r#""static", name = "static""#,
        &["40: error: name `static` has no `{breaker}`: say where the token stands, as in `static/{breaker}`"],
    ),
    (
        r#""static", name = "{breaker}/{breaker}""#,
        &["40: error: name `{breaker}/{breaker}` has `{breaker}` twice: the token stands in one place"],
    ),
    (
        r#""static", name = "stätic/{breaker}""#,
        &["40: error: name `stätic/{breaker}` contains `ä`: use `A-Z a-z 0-9 - . _ ~`, slashes and `{breaker}`"],
    ),
    (
        r#""static", name = "a//{breaker}""#,
        &["40: error: name `a//{breaker}` has an empty segment: each part between slashes needs a name of its own"],
    ),
    (
        r#""static", name = 7"#,
        &[r#"40: error: `name` is a text with `{breaker}` where the token stands, as in `name = "static/{breaker}"`"#],
    ),
    (
        r#""static", nam = "static/{breaker}""#,
        &[
            "33: error: unknown option `nam`: the options are `name`, `cache_max_age`, `embed`, `rollout_window`, `premature`, `stale`, `base`, `cors`, `cross_origin_resource_policy`, `timing_allow_origin`",
        ],
    ),
    (
        r#""static", max-age = -1"#,
        &[
            "33: error: unknown option `max`: the options are `name`, `cache_max_age`, `embed`, `rollout_window`, `premature`, `stale`, `base`, `cors`, `cross_origin_resource_policy`, `timing_allow_origin`",
        ],
    ),
    (r#""static", embed = true, embed = false"#, &["47: error: option `embed` stands here twice: remove one"]),
    (
        r#""static", cache_max_age = "1 year""#,
        &["49: error: `cache_max_age` is a whole number of seconds, as in `cache_max_age = 31536000`"],
    ),
    (
        r#""static", cache_max_age = -1"#,
        &["49: error: `cache_max_age` is a whole number of seconds, as in `cache_max_age = 31536000`"],
    ),
    (
        r#""static", cache_max_age = 1.5"#,
        &["49: error: `cache_max_age` is a whole number of seconds, as in `cache_max_age = 31536000`"],
    ),
    (
        r#""static", cache_max_age = 18446744073709551616"#,
        &["49: error: `cache_max_age` is a whole number of seconds, as in `cache_max_age = 31536000`"],
    ),
    (r#""static", embed = 1"#, &["41: error: `embed` is `true` or `false`, as in `embed = true`"]),
    (r#""static", embed = yes"#, &["41: error: `embed` is `true` or `false`, as in `embed = true`"]),
    (
        r#""static", embed"#,
        &["33: error: option `embed` has no value: `embed` is `true` or `false`, as in `embed = true`"],
    ),
    (
        r#""static", rollout_window = Never"#,
        &["50: error: `rollout_window` is a whole number of seconds, `None` for no window, or `Endless`"],
    ),
    (
        r#""static", rollout_window = "15 minutes""#,
        &["50: error: `rollout_window` is a whole number of seconds, `None` for no window, or `Endless`"],
    ),
    (
        r#""static", premature = Maybe"#,
        &["45: error: `premature` is `Retry` (503), `NotFound` (404) or `Current` (the current file)"],
    ),
    (
        r#""static", premature = 503"#,
        &["45: error: `premature` is `Retry` (503), `NotFound` (404) or `Current` (the current file)"],
    ),
    (
        r#""static", stale = Gone"#,
        &[
            "41: error: `stale` is `Redirect` (301), `NotFound` (404) or `NotFoundForModules` (404 to browsers that import a module)",
        ],
    ),
    (r#""static", stale = NotFoundForModules"#, &[]),
    (r#""static" embed = true"#, &["32: error: expected `,`"]),
    (
        r#""static", "web/theme""#,
        &[
            "33: error: expected an option and its value: the options are `name`, `cache_max_age`, `embed`, `rollout_window`, `premature`, `stale`, `base`, `cors`, `cross_origin_resource_policy`, `timing_allow_origin`",
        ],
    ),
    (
        r#""web assets""#,
        &[r#"23: error: folder `web assets` cannot name the view: give it a name, as in `name = "static/{breaker}"`"#],
    ),
    (
        "",
        &[
            r#"1: error: unexpected end of input, expected a folder or a module, as in `assets!("static")` or `assets!(pub mod theme = "theme")`"#,
        ],
    ),
    (
        "static",
        &[
            r#"23: error: expected a folder or a module, as in `assets!("static")` or `assets!(pub mod theme = "theme")`"#,
        ],
    ),
    (
        r#"pub theme = "static""#,
        &[
            r#"27: error: expected a folder or a module, as in `assets!("static")` or `assets!(pub mod theme = "theme")`"#,
        ],
    ),
    (r#"mod theme "static""#, &["33: error: expected `=`"]),
    (
        r#""static", mod = theme"#,
        &[r#"33: error: the module goes before the folder, as in `assets!(mod theme = "theme")`"#],
    ),
    (r#"mod = "static""#, &[r#"27: error: expected the name of the module, as in `assets!(pub mod theme = "theme")`"#]),
    ("mod theme = static", &[r#"35: error: expected the folder that `build.rs` prepares, as in `assets!("static")`"#]),
    (r#""static", base = "https://cdn.example.com/x/", cors = true, timing_allow_origin = "*""#, &[]),
    (r#""static", cross_origin_resource_policy = SameOrigin, timing_allow_origin = "https://a.example""#, &[]),
    (
        r#""static", base = "cdn.example.com""#,
        &[
            "40: error: base `cdn.example.com` has no scheme: begin with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a path on the same site, as in `/ui`",
        ],
    ),
    (
        r#""static", base = true"#,
        &[
            r#"40: error: `base` is what comes before the path of each URL, as in `base = "https://cdn.example.com"` or `base = "/ui"`"#,
        ],
    ),
    (r#""static", cors = "*""#, &["40: error: `cors` is `true` or `false`, as in `cors = true`"]),
    (
        r#""static", cross_origin_resource_policy = "cross-origin""#,
        &[
            "64: error: `cross_origin_resource_policy` is `SameOrigin`, `SameSite` or `CrossOrigin`, the pages that may load assets",
        ],
    ),
    (
        r#""static", timing_allow_origin = "https://a.example/x""#,
        &[
            "55: error: `https://a.example/x` is not an origin: give `*` or origins with commas between them, as in `https://example.com`",
        ],
    ),
    (
        r#""static", timing_allow_origin = true"#,
        &[
            r#"55: error: `timing_allow_origin` is `*` or origins with commas between them, as in `timing_allow_origin = "https://example.com"`"#,
        ],
    ),
    // All that is wrong is told at once.
    (
        r#""statik", name = "static", embed = 1, color = "red""#,
        &[
            "40: error: name `static` has no `{breaker}`: say where the token stands, as in `static/{breaker}`",
            "58: error: `embed` is `true` or `false`, as in `embed = true`",
            "61: error: unknown option `color`: the options are `name`, `cache_max_age`, `embed`, `rollout_window`, `premature`, `stale`, `base`, `cors`, `cross_origin_resource_policy`, `timing_allow_origin`",
            "23: error: folder `statik` is not prepared (`build.rs` prepares `static`, `web assets`, `web/theme`): did you mean `static`? If not, call `cachebreaker_build::assets(\"statik\")` in `build.rs`, or if it is there already, `touch build.rs`, because cargo has not run it again",
        ],
    ),
];

#[test]
fn a_mistake_in_the_macro_gives_one_line_under_the_users_own_words() {
    let app = App::new("macro-messages");
    let build =
        r#"fn main() { for folder in ["static", "web/theme", "web assets"] { cachebreaker_build::assets(folder); } }"#;
    app.write("build.rs", build);
    app.write("static/style.css", "body {}").write("web/theme/dark.css", "body {}").write("web assets/a.css", "");
    for (number, (arguments, _)) in CASES.iter().enumerate() {
        // Another module imports the view, as in an app of some size.
        let uses =
            if arguments.contains("mod ") { "" } else { "mod page { #[allow(unused_imports)] use crate::assets; }" };
        let source = format!("cachebreaker::assets!({arguments});\nfn main() {{}}\n{uses}\n");
        app.write(format!("src/bin/case{number}.rs"), source);
    }
    let run = app.run(&mut app.cargo(["check", "--bins", "--keep-going", "--message-format=short"]));
    let told = run.told();
    for (number, (arguments, expected)) in CASES.iter().enumerate() {
        let of_case: Vec<_> = told.iter().filter(|line| line.contains(&format!("case{number}.rs"))).collect();
        let expected: Vec<_> = expected.iter().map(|line| format!("src/bin/case{number}.rs:1:{line}")).collect();
        assert_eq!(of_case, expected.iter().collect::<Vec<_>>(), "assets!({arguments})");
    }
    let expected: usize = CASES.iter().map(|(_, lines)| lines.len()).sum();
    assert_eq!(told.len(), expected, "{told:#?}");
}

#[test]
fn a_misspelt_asset_does_not_compile_and_the_compiler_names_the_right_one() {
    let app = App::new("misspelt-asset");
    app.write("static/img/logo.svg", "<svg/>").write("static/style.css", "body {}");
    let main = "cachebreaker::assets!(\"static\");\n\
                fn main() { println!(\"{} {}\", assets::STYL_CSS, assets::img::LOGO_SGV); }\n";
    app.write("src/main.rs", main);
    let run = app.run(&mut app.cargo(["check"]));
    assert!(!run.succeeded());
    for expected in [
        "error[E0425]: cannot find value `STYL_CSS` in module `assets`",
        "error[E0425]: cannot find value `LOGO_SGV` in module `assets::img`",
        "similarly named constant `STYLE_CSS` defined here",
        "similarly named constant `LOGO_SVG` defined here",
        "help: a constant with a similar name exists",
    ] {
        assert!(run.stderr().contains(expected), "{expected}\n{}", run.stderr());
    }
}

#[test]
fn without_build_rs_the_macro_says_what_to_add() {
    let app = App::new("no-build-script");
    app.write("static/style.css", "body {}").remove("build.rs");
    let run = app.run(&mut app.cargo(["check", "--message-format=short"]));
    assert_eq!(
        run.told(),
        ["src/main.rs:1:23: error: folder `static` is not prepared, for this crate has no `build.rs`: add one with \
          `fn main() { cachebreaker_build::assets(\"static\"); }`, and `cachebreaker-build` to `[build-dependencies]`"]
    );
}

#[test]
fn a_build_rs_that_prepares_nothing_is_told_to() {
    let app = App::new("nothing-prepared");
    app.write("static/style.css", "body {}").write("build.rs", "fn main() {}");
    let run = app.run(&mut app.cargo(["check", "--message-format=short"]));
    assert_eq!(
        run.told(),
        [
            "src/main.rs:1:23: error: folder `static` is not prepared: call `cachebreaker_build::assets(\"static\")` in `build.rs`, \
             or if it is there already, `touch build.rs`, because cargo has not run it again"
        ]
    );
}

#[test]
fn a_folder_that_build_rs_no_longer_prepares_is_not_served_from_an_earlier_build() {
    let app = App::new("no-longer-prepared");
    app.write("static/style.css", "body {}").write("theme/dark.css", "body {}");
    let check = || app.run(&mut app.cargo(["check", "--message-format=short"]));
    assert!(check().succeeded());
    app.write("build.rs", "fn main() { cachebreaker_build::assets(\"theme\"); }");
    assert_eq!(
        check().told(),
        ["src/main.rs:1:23: error: folder `static` is not prepared (`build.rs` prepares `theme`): call \
          `cachebreaker_build::assets(\"static\")` in `build.rs`, or if it is there already, `touch build.rs`, because cargo \
          has not run it again"]
    );
    app.write("build.rs", "fn main() {}");
    assert_eq!(
        check().told(),
        [
            "src/main.rs:1:23: error: folder `static` is not prepared: call `cachebreaker_build::assets(\"static\")` in `build.rs`, \
             or if it is there already, `touch build.rs`, because cargo has not run it again"
        ]
    );
}

#[test]
fn two_views_without_names_of_their_own_are_told_how_to_give_one() {
    let app = App::new("two-views-of-one-name");
    app.write("static/style.css", "").write("theme/dark.css", "");
    app.write("build.rs", "fn main() { [\"static\", \"theme\"].into_iter().for_each(cachebreaker_build::assets); }");
    let main = |arguments| {
        format!(
            "cachebreaker::assets!(\"static\");\ncachebreaker::assets!({arguments}\"theme\");\n\
             fn main() {{ cachebreaker::assets!(\"static\"); }}\n"
        )
    };
    let told = || app.run(&mut app.cargo(["check", "--message-format=short"])).told();
    app.write("src/main.rs", main(""));
    let name = "write_mod_other_eq_before_the_folder_of_another_view";
    let expected = ["assets", name]
        .map(|name| format!("src/main.rs:2:1: error[E0428]: the name `{name}` is defined multiple times"));
    let lines = told();
    for expected in expected {
        assert!(lines.iter().any(|line| line.starts_with(&expected)), "{expected}\n{lines:#?}");
    }
    app.write("src/main.rs", main("mod other = "));
    assert_eq!(told(), [""; 0]);
}

#[test]
fn a_release_that_reads_from_disk_because_of_its_profile_gives_a_warning() {
    let app = App::new("debug-assertions");
    app.write("static/style.css", "");
    let told = |profile: &[&str], value: &str| {
        let mut check = app.cargo([&["check", "--message-format=short"], profile].concat());
        app.run(check.env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", value)).told()
    };
    assert_eq!(told(&["--release"], "false"), [""; 0]);
    assert_eq!(told(&[], "true"), [""; 0], "development reads from disk");
    assert_eq!(
        told(&["--release"], "true"),
        [
            "src/main.rs:1:23: warning: use of deprecated constant `_::ASSETS_ON_DISK`: this release reads its assets from disk, \
             because its profile has `debug-assertions = true`: write `embed = true` in `assets!`, or turn them off"
        ]
    );
    app.write("src/main.rs", App::MAIN.replace("\"static\"", "\"static\", embed = true"));
    assert_eq!(told(&["--release"], "true"), [""; 0]);
}

#[test]
fn a_file_in_out_dir_that_is_not_as_it_was_written_fails_the_build_and_its_cure_helps() {
    let app = App::new("damaged-chunk");
    app.write("static/style.css", "a".repeat(100));
    let build = || app.run(app.cargo(["run", "--release", "--message-format=short"]).env("CACHEBREAKER", "v1"));
    let printed = build().stdout().to_owned();
    for name in ["chunk-0", "digests"] {
        let file = app.output("release", "static").join(name);
        let whole = fs::read(&file).unwrap();
        for damaged in [&whole[..whole.len() - 1], &whole[..0], &[&whole[..], b"x"].concat()] {
            fs::write(&file, damaged).unwrap();
            let told = build().told();
            let message =
                format!("`{}` is not as `build.rs` wrote it: run `touch build.rs`, and build again", file.display());
            assert!(told.len() == 1 && told[0].contains(&message), "{told:?}");
            app.write("build.rs", App::BUILD);
            assert_eq!(build().stdout(), printed);
        }
    }
}
