//! Pages of real builds: which URLs they have in them, and what the build says about them.

use tests::{App, FOREVER, Release, ok};

const PAGE: &str = "<link rel=stylesheet href=style.css><script type=module src=/app.js></script>";

/// The page as a release sends it.
fn page(app: &App, release: &Release) -> String {
    let (status, _, cache_control, body) = release.ask(app, "/");
    assert_eq!((status, &*cache_control), (200, "no-cache"), "{body}");
    body
}

fn expected(release: &Release) -> String {
    PAGE.replace("style.css", release.url("style.css")).replace("/app.js", release.url("app.js"))
}

#[test]
fn a_page_has_the_urls_that_its_assets_have_whatever_they_are_made_of() {
    let app = App::that_answers("pages-urls", "");
    app.write("static/index.html", PAGE).write("static/app.js", "go()").write("static/style.css", "a {}");
    for (token, view_options) in [
        ("", ""),
        (".token(\"v1.2.3\")", ".view_option(\"name\", \"static/v-{breaker}/x\")"),
        (".token(Token::content())", ""),
        (
            ".token(Token::content())",
            ".view_option(\"name\", \"static/{breaker}\").view_option(\"cors\", \"true\").view_option(\"cache_max_age\", \"60\")
             .view_option(\"timing_allow_origin\", \"*\").view_option(\"cross_origin_resource_policy\", \"SameSite\")",
        ),
        ("", ".view_option(\"base\", \"https://cdn.example.com/site/\")"),
    ] {
        app.set_options(&format!("{token}{view_options}.page(\"index.html\")"));
        let release = Release::build(&app, "one");
        assert_eq!(page(&app, &release), expected(&release), "{token}{view_options}");
    }
    app.set_options(".view_option(\"base\", \"https://cdn.example.com\").page(\"index.html\")");
    let release = Release::build_with(&app, "one", &[("CACHEBREAKER_BASE_URL", "https://other.example.com")]);
    assert!(page(&app, &release).contains("href=https://other.example.com/static/"), "{release:?}");
    assert_eq!(page(&app, &release), expected(&release));
}

#[test]
fn with_a_history_a_page_has_the_urls_of_unchanged_files() {
    let app = App::that_answers("pages-history", ".history(\"history\").fallback(\"index.html\")");
    app.write("static/index.html", PAGE).write("static/app.js", "go()").write("static/style.css", "a {}");
    let first = Release::recorded(&app, "v1.0.0");
    app.write("static/app.js", "come()");
    let second = Release::recorded(&app, "v1.1.0");
    let sent = page(&app, &second);
    assert!(sent.contains("/static/v1.0.0/style.css") && sent.contains("/static/v1.1.0/app.js"), "{sent}");
    assert_eq!(sent, expected(&second));
    // The URLs in a page that is still open are answered, too.
    assert_eq!(second.ask(&app, first.url("app.js")), (200, String::new(), FOREVER.to_owned(), "go()".to_owned()));
    assert_eq!(second.ask(&app, second.url("style.css")), ok("a {}"));
    let navigation = [("accept", "text/html")];
    assert_eq!(second.response(&app, "/users/7", &navigation).body, sent.into_bytes());
    assert_eq!(second.ask(&app, "/users/7").0, 404);
}

/// The lines that a check of the app gives.
fn told(app: &App) -> Vec<String> {
    app.run(&mut app.cargo(["check", "--message-format=short"])).told()
}

#[test]
fn what_is_wrong_with_pages_is_told_with_what_to_do() {
    let app = App::that_answers("pages-wrong", "");
    app.write("static/index.html", PAGE).write("static/style.css", "a {}").write("static/app.js", "");
    app.write("static/docs/index.html", "").write("static/a.txt", "").write("static/static/b.html", "");
    for (options, expected) in [
        (
            ".page(\"indx.html\")",
            &["error: `.page(\"indx.html\")` matches no file in `static`: did you mean `index.html`?"][..],
        ),
        (
            ".page(\"index.html\").fallback(\"none.htm\").exclude(\"**/index.html\")",
            &[
                "error: `.page(\"index.html\")` matches no file in `static`: put it there, or remove the call",
                "error: `.fallback(\"none.htm\")` matches no file in `static`: put it there, or remove the call",
            ],
        ),
        (
            ".pages(\"a[\")",
            &[
                "error: `.pages(\"a[\")` has no glob: unclosed character class; missing ']'; write it as in `img/*.png`, `img/**` or `**/*.png`",
            ],
        ),
        (
            ".pages(\"*.txt\")",
            &[
                "error: `static/a.txt` cannot be a page, for its type is `text/plain; charset=utf-8`: correct the glob, or give the file the type `text/html` with `.content_type(…)`",
            ],
        ),
        (
            ".fallback(\"index.html\").not_found(\"docs/index.html\")",
            &[
                "error: `.fallback(\"index.html\")` answers every navigation, so `.not_found(\"docs/index.html\")` would never be sent: remove one of them",
            ],
        ),
        (
            ".fallback(\"**/index.html\")",
            &[
                "error: `.fallback(\"**/index.html\")` is one page, and matches `docs/index.html` and `index.html`: give the path of one file",
            ],
        ),
        (
            ".pages(\"**/*.html\")",
            &[
                "error: the page `static/static/b.html` would be at `/static/b`, where the URLs of the view `static/{breaker}` begin: give the view another name, as in `.view_option(\"name\", \"assets/{breaker}\")`",
            ],
        ),
        (
            ".page(\"index.html\").view_option(\"name\", \"{breaker}\")",
            &[
                "error: the page `static/index.html` would be at `/`, where the URLs of the view `{breaker}` begin: give the view another name, as in `.view_option(\"name\", \"assets/{breaker}\")`",
            ],
        ),
        (
            ".page(\"index.html\").view_option(\"name\", \"static\")",
            &[
                "error: `.view_option(\"name\", …)`: name `static` has no `{breaker}`: say where the token stands, as in `static/{breaker}`",
            ],
        ),
        (
            ".page(\"index.html\").view_option(\"base\", \"cdn\")",
            &[
                "error: `.view_option(\"base\", …)`: base `cdn` has no scheme: begin with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a path on the same site, as in `/ui`",
            ],
        ),
        (
            ".page(\"index.html\").fixed_url(\"*.html\")",
            &[
                "error: the page `static/index.html` and a file with a fixed URL would both be at `/`: remove one of the calls in `build.rs`",
            ],
        ),
        (
            ".fallback(\"a.html\").fallback(\"index.html\").not_found(\"b\").not_found(\"c\").view_option(\"cors\", \"true\").view_option(\"cors\", \"false\")",
            &[
                "error: only one of `.fallback(\"a.html\")` and `.fallback(\"index.html\")` can count: remove the other call",
                "error: only one of `.not_found(\"b\")` and `.not_found(\"c\")` can count: remove the other call",
                "error: only one of `.view_option(\"cors\", \"true\")` and `.view_option(\"cors\", \"false\")` can count: remove the other call",
            ],
        ),
        (
            ".page_integrity(true)",
            &[
                "error: `.page_integrity(true)` is for pages, and this view has no pages: add `.pages(\"**/*.html\")`, or remove the call",
            ],
        ),
        (
            ".fallback(\"index.html\").fallback(\"index.html\").view_option(\"cors\", \"true\").view_option(\"cors\", \"true\")",
            &[],
        ),
        (
            ".page(\"index.html\").page_integrity(true).view_option(\"base\", \"https://cdn.example.com\")",
            &[
                "error: `.page_integrity(true)` needs `.view_option(\"cors\", \"true\")`, for browsers check files of the other origin `https://cdn.example.com` only if it allows pages to read them",
            ],
        ),
    ] {
        app.set_options(options);
        assert_eq!(told(&app), expected, "{options}");
    }

    app.set_options(".pages(\"*.html\")")
        .write("static/a.html", b"\xFF")
        .write("static/b.html", "")
        .write("static/b", "");
    app.set_options(".pages(\"*.html\").page(\"b\").content_type(\"b\", \"text/html\")");
    assert_eq!(
        told(&app),
        [
            "error: the page `static/a.html` is not UTF-8: save it as UTF-8",
            "error: the pages `static/b` and `static/b.html` would both be at `/b`: rename one"
        ]
    );
    app.remove("static/b");

    app.write("static/a.html", "<p>\n <img srcset='style.css&#32;2x'>").set_options(".pages(\"*.html\")");
    assert_eq!(
        told(&app),
        [
            "error: static/a.html:2:15: `style.css&#32;2x` cannot be replaced by the URL of its asset: write the reference without character references"
        ]
    );
    app.write("static/a.html", "<base href='{{ root }}'><img src=style.css>");
    app.write("static/b.html", "<iframe srcdoc='<img src=style.css>'></iframe>");
    assert_eq!(
        told(&app),
        [
            "warning: the relative references of the page `static/a.html` are left as they are, for its `<base>` is filled in by a template, or too long: write another `<base>`, or none",
            "warning: the page `static/b.html` may have references that lead to no asset, for it has a page in the `srcdoc` of an `<iframe>`: change the file",
        ]
    );
}

#[test]
fn a_release_that_reads_pages_from_disk_cannot_have_digests_in_them() {
    let app = App::that_answers("pages-integrity", ".page(\"index.html\").page_integrity(true)");
    app.write("static/index.html", PAGE).write("static/style.css", "a {}").write("static/app.js", "");
    app.set_options_of_macro(", embed = false");
    let told =
        |profile: &[&str]| app.run(&mut app.cargo([&["check", "--message-format=short"], profile].concat())).told();
    assert_eq!(told(&[]), [""; 0], "in development no page has digests");
    assert_eq!(
        told(&["--release"]),
        [
            "src/main.rs:3:23: error: with `embed = false`, pages are read from disk at each request, and have no digests then: remove it, or `.page_integrity(true)` in `build.rs`"
        ]
    );
    app.set_options_of_macro(", embed = true");
    assert_eq!(told(&["--release"]), [""; 0]);
}

#[test]
fn an_optional_folder_may_be_missing_in_development_and_not_in_a_release() {
    let app = App::that_answers("pages-optional", ".optional().fallback(\"index.html\").fixed_url(\"robots.txt\")");
    let empty =
        "folder `static` has no files yet, so its view is empty: run the program that makes them, and build again";
    let ask = || {
        let run = app.run(&mut app.cargo(["run", "--", "/\naccept: text/html"]));
        assert!(run.succeeded(), "{}", run.stderr());
        (
            run.told(),
            run.stdout().lines().skip(1).filter(|line| !line.starts_with("header")).collect::<Vec<_>>().join(" "),
        )
    };
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let body = hex("404: there were no files at the last build: run the program that makes them, and build again\n");
    for make in [&(|| ()) as &dyn Fn(), &|| std::fs::create_dir(app.path("static")).unwrap()] {
        make();
        assert_eq!(ask(), (vec![format!("warning: {empty}")], format!("status 404 {body} kept-in-all 0")));
    }
    let run = app.run(&mut app.cargo(["check", "--release"]));
    assert_eq!(run.told(), ["error: folder `static` has no files: put at least one asset into it"]);
    app.write("static/robots.txt", "").write("static/index.html", "<p>").write("static/.hidden", "");
    let (warnings, answer) = ask();
    assert_eq!(warnings, [""; 0]);
    assert!(answer.contains(&format!("status 200 {}", hex("<p>"))), "{answer}");
    // What is hidden or left out is there, and may be a mistake.
    app.remove("static/robots.txt").remove("static/index.html");
    assert_eq!(
        told(&app),
        [
            "error: folder `static` has no files but 1 hidden: put an asset into it, or take hidden files with `.hidden(true)`"
        ]
    );
}

#[test]
fn absolute_references_that_nothing_replaces_give_a_warning() {
    let app = App::that_answers("pages-absolute", ".fallback(\"index.html\").fixed_url(\"fixed.png\")");
    app.write("static/index.html", "<link rel=stylesheet href=/css/site.css>")
        .write("static/fixed.png", "")
        .write("static/a.png", "");
    app.write("static/css/site.css", "a { b: url(/fixed.png) }\nc { d: url(/a.png); e: url(/none.png) }");
    assert_eq!(
        told(&app),
        [
            "warning: static/css/site.css:2:12: `/a.png` leads to no asset, for references are replaced only in pages: write `../a.png`; bundlers do so with the base `./`"
        ]
    );
}

#[test]
fn options_that_are_part_of_urls_are_where_the_build_knows_them() {
    let app = App::that_answers("pages-options", ".page(\"index.html\")");
    app.write("static/index.html", PAGE).write("static/style.css", "a {}").write("static/app.js", "");
    let here = "src/main.rs:3:23: error: ";
    let cause =
        "the pages of this view have its URLs in them, and these depend on options: write them in `build.rs` as";
    for (options, expected) in [
        (", stale = NotFound, rollout_window = 5, cors = true", None),
        (
            ", name = \"static/x-{breaker}\"",
            Some(format!("{cause} `.view_option(\"name\", \"static/x-{{breaker}}\")`, and not here")),
        ),
        (
            ", base = \"https://cdn.example.com\", name = \"look/{breaker}\", cors = true",
            Some(format!(
                "{cause} `.view_option(\"name\", \"look/{{breaker}}\")` and `.view_option(\"base\", \"https://cdn.example.com\")` and \
                 `.view_option(\"cors\", \"true\")`, and not here"
            )),
        ),
    ] {
        app.set_options_of_macro(options);
        let expected: Vec<_> = expected.iter().map(|message| format!("{here}{message}")).collect();
        assert_eq!(told(&app), expected, "{options}");
    }

    for (call, options, expected) in [
        (
            ".view_option(\"nam\", \"x\")",
            "",
            "`.view_option(\"nam\", \"x\")` in `build.rs` is no option: the options are `name`, `cache_max_age`, `embed`, `rollout_window`, `premature`, `stale`, `base`, `cors`, `cross_origin_resource_policy`, `timing_allow_origin`",
        ),
        (
            ".view_option(\"cors\", \"yes\")",
            "",
            "`.view_option(\"cors\", \"yes\")` in `build.rs` is wrong: `cors` is `true` or `false`, as in `cors = true`",
        ),
        (
            ".view_option(\"name\", \"look/{breaker}\")",
            ", name = \"look/{breaker}\"",
            "`.view_option(\"name\", \"look/{breaker}\")` in `build.rs` sets the option `name`, and so does this: remove one of them",
        ),
        (
            ".page(\"index.html\").token(Token::content()).view_option(\"cache_max_age\", \"86_400\")",
            "",
            "the pages of this view have its URLs in them, and these depend on options: write the values of `.view_option(…)` in `build.rs` as plainly as you can, as in `86400`",
        ),
    ] {
        app.set_options(call).set_options_of_macro(options);
        assert_eq!(told(&app), [format!("{here}{expected}")], "{call}");
    }

    // All of them can be there.
    app.set_options_of_macro("").set_options(
        ".view_option(\"embed\", \"true\").view_option(\"premature\", \"Current\").view_option(\"rollout_window\", \"None\")",
    );
    assert_eq!(told(&app), [""; 0]);
    app.set_options(".named(\"../x\").page(\"index.html\")");
    assert_eq!(
        told(&app),
        [
            "error: folder `../x` cannot name the view, and its pages need to know the name: add `.view_option(\"name\", \"static/{breaker}\")`"
        ]
    );
}
