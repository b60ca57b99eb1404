//! History: which URLs last.

use std::fs;

use tests::{App, Release, Repository, ok};

const HISTORY: &str = ".history(\"history\")";

#[test]
fn a_file_keeps_its_url_with_every_kind_of_token() {
    for (name, tokens) in [
        ("history-time", ["1718539201234", "1718539301234", "1718539401234"]),
        ("history-release", ["v1.9.0", "v1.10.0", "v1.11.0"]),
        ("history-commit", ["9fceb02d0ae5", "3ac1d20b7c11", "c0ffee5ca1ab"]),
        ("history-label", ["build-9", "build-10", "build-11"]),
    ] {
        let app = App::that_answers(name, &format!("{HISTORY}.keep(0)"));
        app.write("static/style.css", "a { background: url(bg.png) }").write("static/bg.png", "1");
        app.write("static/app.js", "import './lib.js'").write("static/lib.js", "1");
        app.write("static/page.html", "<script src=app.js></script>").write("static/logo.png", "1");
        let first = Release::recorded(&app, tokens[0]);
        assert!(first.urls.iter().all(|(path, url)| *url == format!("/static/{}/{path}", tokens[0])));
        app.write("static/lib.js", "2");
        let second = Release::recorded(&app, tokens[1]);
        let third = Release::recorded(&app, tokens[2]);
        for path in ["style.css", "bg.png", "logo.png"] {
            assert_eq!([second.url(path), third.url(path)], [first.url(path); 2]);
            // No release is kept, and the token is valid all the same.
            assert_eq!(third.ask(&app, first.url(path)).0, 200);
        }
        for path in ["app.js", "lib.js", "page.html"] {
            assert_eq!([second.url(path), third.url(path)], [&*format!("/static/{}/{path}", tokens[1]); 2]);
        }
        assert_eq!(third.under(&app, tokens[2], "lib.js"), ok("2"), "the deploy's token is valid for all");
        assert_eq!(third.under(&app, tokens[1], "lib.js"), ok("2"));
        let (status, location, ..) = third.under(&app, tokens[0], "lib.js");
        assert_eq!((status, &*location), (301, third.url("lib.js")));
        // To instances of releases before it, what they have is the same, and the rest has not come yet.
        assert_eq!(first.ask(&app, third.url("style.css")).0, 200);
        if name != "history-commit" {
            assert_eq!(first.ask(&app, third.url("lib.js")).0, 503);
        }
        let explanation = fs::read_to_string(app.output("release", "static").join("url-tokens.txt")).unwrap();
        assert!(explanation.contains(&format!("logo.png\n  URL token     {}\n", tokens[0])), "{explanation}");
    }
}

#[test]
fn options_of_the_macro_give_other_urls_to_what_was_taken_over() {
    let name = "history-options";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1");
    let first = Release::recorded(&app, "v1.0.0");
    app.set_options_of_macro(", cors = true").write("static/other.txt", "1");
    let second = Release::recorded(&app, "v1.1.0");
    assert_ne!(second.url("style.css"), first.url("style.css"), "what browsers have lacks the header");
    assert!(second.url("style.css").starts_with("/static/v1.0.0~"), "{}", second.url("style.css"));
    assert_eq!(second.ask(&app, first.url("style.css")).0, 200);
    app.write("static/other.txt", "2");
    let third = Release::recorded(&app, "v1.2.0");
    assert_eq!(third.url("style.css"), second.url("style.css"));
    assert!(second.url("other.txt").starts_with("/static/v1.1.0~"), "{}", second.url("other.txt"));
    // What an instance of the release before says about it.
    assert_eq!(second.ask(&app, third.url("other.txt")).0, 503);
    assert_eq!(third.ask(&app, second.url("other.txt")), ok("1"));
    app.set_options_of_macro("");
    let fourth = Release::recorded(&app, "v1.3.0");
    assert_eq!(fourth.url("style.css"), first.url("style.css"));
}

#[test]
fn the_time_of_a_build_stays_the_token_until_something_changes() {
    let name = "history-again";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1");
    let build = |app: &App| {
        let release = Release::build(app, "x");
        app.record("history");
        release.token
    };
    let first = build(&app);
    assert_eq!(build(&app), first, "the history has changed by the record alone");
    app.write("static/style.css", "2");
    assert_ne!(build(&app), first);
}

#[test]
fn a_token_that_is_too_long_for_urls_that_last_is_said_to_be() {
    let name = "history-long";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1").write("static/other.txt", "1");
    // With `~` and 6 digits for options of `assets!`, it has the 128 bytes that a token may have.
    let longest = format!("build-1-{}", "a".repeat(113));
    let first = Release::recorded(&app, &longest);
    assert_eq!(first.warnings, [""; 0]);
    app.write("static/other.txt", "2");
    let second = Release::recorded(&app, "build-2");
    assert_eq!(second.url("style.css"), first.url("style.css"));

    let too_long = format!("build-3-{}", "a".repeat(114));
    app.write("static/other.txt", "3");
    let third = Release::recorded(&app, &too_long);
    let expected = format!(
        "warning: token `{too_long}` is too long for URLs that last: all files have new URLs in this release, and again in the next; give \
         it at most 121 characters"
    );
    assert_eq!(third.warnings[0], expected);
    assert_eq!(third.token_of("style.css"), too_long);
    assert_eq!(third.ask(&app, second.url("style.css")), ok("1"), "kept releases have their own");
    assert_eq!(third.ask(&app, second.url("other.txt")), ok("2"));
    app.write("static/other.txt", "4");
    let fourth = Release::recorded(&app, "build-4");
    assert_eq!(fourth.token_of("style.css"), "build-4");
    assert_eq!(fourth.ask(&app, third.url("style.css")), ok("1"));

    // Without a history URLs do not last anyway.
    app.set_options("");
    assert_eq!(Release::build_with(&app, "4", &[("CACHEBREAKER", &too_long)]).warnings, [""; 0]);
}

#[test]
fn files_that_git_does_not_know_keep_their_urls_where_nothing_else_of_a_build_is_left() {
    let name = "history-untracked";
    let app = App::that_answers(name, &format!("{HISTORY}.token(Token::content())"));
    app.write(".gitignore", "release-*\nhistory\nstatic/made*\n").write("static/style.css", "1");
    app.write("static/made.js", "import './made-lib.js'")
        .write("static/made-lib.js", "1")
        .write("static/made.txt", "1");
    let build = |name: &str| {
        let release = Release::build(&app, name);
        assert!(release.warnings.iter().all(|warning| !warning.contains("new URLs")), "{:?}", release.warnings);
        app.record("history");
        // The next build is on a new machine: the history alone is left.
        let cleaned = app.run(&mut app.cargo(["clean", "--release", "--package", "history-untracked"]));
        assert!(cleaned.succeeded(), "{}", cleaned.stderr());
        fs::remove_dir_all(app.released()).unwrap();
        release
    };
    // Without git, the time is that of the build.
    let first = build("1");
    app.write("static/made.txt", "2");
    let second = build("2");
    for path in ["made.js", "made-lib.js", "style.css"] {
        assert_eq!(second.url(path), first.url(path));
    }
    assert_ne!(second.url("made.txt"), first.url("made.txt"));
    assert_eq!(second.ask(&app, first.url("made.txt")), ok("1"));

    // With it, that of the last commit to the package.
    let repository = Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    let third = build("3");
    assert_eq!(third.urls, second.urls, "nothing has changed");
    app.write("static/made-lib.js", "2").write("src/lib.rs", "// The source of it.");
    repository.commit(1_900_000_000);
    let fourth = build("4");
    for path in ["made.txt", "style.css"] {
        assert_eq!(fourth.url(path), second.url(path));
    }
    for path in ["made.js", "made-lib.js"] {
        assert_eq!(fourth.token_of(path).split_once('-').unwrap().0, "1900000000000");
    }
    assert_eq!(fourth.ask(&app, third.url("made-lib.js")), ok("1"));
    app.write("src/lib.rs", "");
    repository.commit(1_900_000_100);
    assert_eq!(build("5").urls, fourth.urls);
}
