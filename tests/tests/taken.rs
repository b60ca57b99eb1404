//! What `build.rs` says about files: which are taken, and what is known of them.

use std::os::unix::fs::symlink;

use tests::App;

fn prepare(app: &App, options: &str) {
    app.write("build.rs", format!("fn main() {{ cachebreaker_build::Assets::new(\"static\"){options}.prepare(); }}"));
}

/// The paths that the app prints.
fn paths(app: &App) -> Vec<String> {
    let run = app.run(app.cargo(["run"]).env("CACHEBREAKER", "v1"));
    run.stdout()
        .lines()
        .filter_map(|line| Some(line.strip_prefix("/static/v1/")?.split(' ').next()?.to_owned()))
        .collect()
}

/// The lines that a check of the app gives.
fn told(app: &App) -> Vec<String> {
    app.run(&mut app.cargo(["check", "--message-format=short"])).told()
}

#[test]
fn what_is_included_and_not_excluded_is_taken() {
    let app = App::new("globs");
    for path in ["a.css", "a.css.map", "img/a.png", "img/raw/a.psd", "js/a.js", "js/a.js.map", ".well-known/a.txt"] {
        app.write(format!("static/{path}"), path);
    }
    for (options, expected) in [
        ("", &["a.css", "a.css.map", "img/a.png", "img/raw/a.psd", "js/a.js", "js/a.js.map"][..]),
        (r#".exclude("**/*.map")"#, &["a.css", "img/a.png", "img/raw/a.psd", "js/a.js"]),
        (r#".include("img/")"#, &["img/a.png", "img/raw/a.psd"]),
        (r#".include("img/*").include("js/**")"#, &["img/a.png", "js/a.js", "js/a.js.map"]),
        // What is excluded is left out, in whatever order it is said.
        (r#".exclude("js/*.map").include("js/**").include("*.css")"#, &["a.css", "js/a.js"]),
        // A glob alone takes nothing that is hidden.
        (r#".hidden(true).include("**/*.txt")"#, &[".well-known/a.txt"]),
        // What has a fixed URL is named, and so it is taken.
        (
            r#".include("*.css").fixed_url(".well-known/**").fixed_url("js/a.js")"#,
            &[".well-known/a.txt", "a.css", "js/a.js"],
        ),
        (r#".include("{a,b}.css").size_limit(5)"#, &["a.css"]),
    ] {
        prepare(&app, options);
        assert_eq!(paths(&app), expected, "{options}");
    }
    // What matches a glob is taken as soon as it is there.
    app.write("static/b.css", "b.css");
    assert_eq!(paths(&app), ["a.css", "b.css"]);
}

#[test]
fn what_is_left_out_may_be_as_wrong_as_it_likes() {
    let app = App::new("wrong-and-left-out");
    app.write("static/a.css", "a").write("static/vendor/back\\slash.css", "").write("static/raw/large.bin", [0; 100]);
    symlink("nowhere", app.path("static/vendor/dangling")).unwrap();
    symlink(".", app.path("static/vendor/circle")).unwrap();
    prepare(&app, r#".exclude("vendor/**").exclude("raw/").size_limit(10)"#);
    assert_eq!(paths(&app), ["a.css"]);
    prepare(&app, r#".include("*.css").size_limit(10)"#);
    assert_eq!(paths(&app), ["a.css"]);
}

#[test]
fn what_is_said_wrongly_about_files_is_told() {
    let app = App::new("wrong-globs");
    app.write("static/a.css", "0123456789").write("static/b.wasm", "");
    for (options, expected) in [
        (
            r#".include("[a.css").exclude("{a")"#,
            &[
                r#"error: `.include("[a.css")` has no glob: unclosed character class; missing ']'; write it as in `img/*.png`, `img/**` or `**/*.png`"#,
                r#"error: `.exclude("{a")` has no glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?); write it as in `img/*.png`, `img/**` or `**/*.png`"#,
            ][..],
        ),
        (
            r#".exclude("vendor/**").content_type("*.md", "text/x").headers("*.js", [("x-a", "b")])"#,
            &[
                r#"warning: `.exclude("vendor/**")` matches no file in `static`: a glob is for the whole path, as in `img/*.png`, `img/**` or `**/*.png`"#,
                r#"warning: `.content_type("*.md")` matches no file in `static`: a glob is for the whole path, as in `img/*.png`, `img/**` or `**/*.png`"#,
                r#"warning: `.headers("*.js")` matches no file in `static`: a glob is for the whole path, as in `img/*.png`, `img/**` or `**/*.png`"#,
            ],
        ),
        (
            r#".include("css/**")"#,
            &[
                "error: folder `static` has no files but 2 left out by `.include(…)` and `.exclude(…)`: correct the globs",
            ],
        ),
        (
            ".size_limit(9)",
            &[
                "error: `static/a.css` has 10 bytes, and the limit is 9: make it smaller, leave it out with `.exclude(…)`, or raise `.size_limit(…)`",
            ],
        ),
        (
            r#".fixed_url("A.css").fixed_url("robots.txt").service_worker("b.css")"#,
            &[
                r#"error: `.fixed_url("A.css")` matches no file in `static`: did you mean `a.css`?"#,
                r#"error: `.fixed_url("robots.txt")` matches no file in `static`: put it there, or remove the call"#,
                r#"error: `.service_worker("b.css")` matches no file in `static`: did you mean `b.wasm`?"#,
            ],
        ),
        (
            r#".content_type("*.css", "text")"#,
            &[
                r#"error: `.content_type("*.css", "text")` has no content type: write it as in `text/plain; charset=utf-8`"#,
            ],
        ),
        (
            r#".headers("*.wasm", [("ETag", "\"1\""), ("x a", "b"), ("x-a", "b\nc")]).headers("[", [("x-a", "1"), ("X-A", "2")])"#,
            &[
                r#"error: header `etag` of `.headers("*.wasm", …)`: it is not yours to set: it is made from the contents; remove it"#,
                r#"error: header `x a` of `.headers("*.wasm", …)`: invalid header name: a name is of `A-Z a-z 0-9 ! # $ % & ' * + - . ^ _ | ~`"#,
                r#"error: header `x-a` of `.headers("*.wasm", …)`: its value contains `\n`: a value is of visible ASCII characters, spaces and tabs"#,
                r#"error: header `x-a` of `.headers("[", …)`: it is given twice: put its values into one, with a comma between them"#,
                r#"error: `.headers("[")` has no glob: unclosed character class; missing ']'; write it as in `img/*.png`, `img/**` or `**/*.png`"#,
            ],
        ),
    ] {
        prepare(&app, options);
        assert_eq!(told(&app), expected, "{options}");
    }
}

#[test]
fn fields_and_content_types_are_part_of_the_token_of_contents() {
    let app = App::new("fields-in-the-token");
    app.write("static/a.css", "a").write("src/main.rs", "cachebreaker::assets!(\"static\");\nfn main() { println!(\"{}\", assets::token().split_once('-').unwrap().1); }");
    let digest = |options: &str| {
        prepare(&app, &format!(".token(cachebreaker_build::Token::content()){options}"));
        app.run(&mut app.cargo(["run"])).stdout().to_owned()
    };
    let digests = [
        digest(""),
        digest(r#".content_type("*", "text/x")"#),
        digest(r#".headers("*", [("x-a", "1")])"#),
        digest(r#".headers("*", [("x-a", "2")])"#),
    ];
    let distinct: std::collections::BTreeSet<_> = digests.iter().collect();
    assert_eq!(distinct.len(), digests.len(), "{digests:?}");
}
