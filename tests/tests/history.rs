//! History: what releases answer to pages of releases before them, and what is wrong with a history.

use std::fs;
use std::path::Path;

use tests::{App, Release, ok};

/// The files in a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const HISTORY: &str = ".history(\"history\")";

/// A text that brotli makes smaller.
fn style(version: u32) -> String {
    format!("/* version {version} */ {}", "a { color: red; } ".repeat(40))
}

#[test]
fn pages_of_kept_releases_get_their_own_files_and_those_of_others_are_redirected() {
    let name = "history-kept";
    let app = App::that_answers(name, &format!("{HISTORY}.keep(2).headers(\"*.css\", [(\"x-version\", \"one\")])"));
    app.write("static/style.css", style(1)).write("static/old.png", "old").write("static/same.png", "same");
    let first = Release::recorded(&app, "v1.0.0");
    assert_eq!(first.warnings, [""; 0]);
    app.remove("static/old.png").write("static/style.css", style(2)).write("static/new.png", "new");
    app.set_options(&format!("{HISTORY}.keep(2).content_type(\"*.css\", \"text/css\")"));
    let second = Release::recorded(&app, "v1.1.0");
    app.write("static/style.css", style(3));
    app.set_options(&format!("{HISTORY}.keep(2)"));
    let third = Release::recorded(&app, "v1.2.0");
    assert_eq!(third.warnings, ["warning: 2 kept releases add 2 kB to the binary"]);

    // Its bytes, type, headers, validators and encodings.
    for (release, version, content_type, own) in
        [(&first, 1, "text/css; charset=utf-8", Some("one")), (&second, 2, "text/css", None)]
    {
        for accepted in ["identity", "br"] {
            let asked = |at: &Release| at.response(&app, release.url("style.css"), &[("accept-encoding", accepted)]);
            let (before, after) = (asked(release), asked(&third));
            assert_eq!((after.status, after.body.len()), (200, before.body.len()));
            assert_eq!(after.headers, before.headers, "{}: {accepted}", release.token);
            assert_eq!(after.headers["content-type"], content_type);
            assert_eq!(after.headers.get("x-version").map(String::as_str), own);
            assert!(after.headers.contains_key("last-modified"));
            assert_eq!(accepted == "br", after.headers.get("content-encoding").is_some_and(|it| it == "br"));
            if accepted == "identity" {
                assert_eq!(after.body, style(version).into_bytes());
            }
            let etag = [("if-none-match", &*after.headers["etag"]), ("accept-encoding", accepted)];
            assert_eq!(third.response(&app, release.url("style.css"), &etag).status, 304);
            let modified = [("if-modified-since", &*after.headers["last-modified"])];
            assert_eq!(third.response(&app, release.url("style.css"), &modified).status, 304);
        }
        // gzip is not kept.
        let gzip = third.response(&app, release.url("style.css"), &[("accept-encoding", "gzip")]);
        assert_eq!(gzip.body, style(version).into_bytes());
        let part = third.response(&app, release.url("style.css"), &[("range", "bytes=3-11")]);
        assert_eq!((part.status, &*part.body), (206, format!("version {version}").as_bytes()));
    }
    assert_eq!(third.ask(&app, first.url("old.png")), ok("old"));
    assert_eq!(third.under(&app, "v1.0.0", "%6Fld.png"), ok("old"));
    assert_eq!(third.under(&app, "v1.1.0", "new.png"), ok("new"));
    // What a release did not have.
    let (status, location, ..) = third.under(&app, "v1.0.0", "new.png");
    assert_eq!((status, &*location), (301, third.url("new.png")));
    assert_eq!(third.under(&app, "v1.1.0", "old.png").0, 404);
    assert_eq!(third.under(&app, "v1.2.0", "old.png").0, 404);
    // The reverse proxy is asked to try another instance only for what is not kept.
    let retries = [("cachebreaker", "retry")];
    assert_eq!(third.response(&app, first.url("style.css"), &retries).status, 200);
    assert_eq!(third.response(&app, "/static/v0.9.0/style.css", &retries).status, 503);

    // Which releases are still asked for.
    let urls =
        [first.url("old.png"), second.url("style.css"), first.url("old.png"), third.url("new.png"), "/static/v0/x"];
    let expected = [("v1.0.0".to_owned(), 2), ("v1.1.0".to_owned(), 1)];
    assert_eq!(third.kept(&app, &urls), (3, expected.to_vec()));

    app.write("static/style.css", style(4));
    let fourth = Release::recorded(&app, "v1.3.0");
    let (status, location, caching, _) = fourth.ask(&app, first.url("style.css"));
    assert_eq!((status, &*location, &*caching), (301, fourth.url("style.css"), "no-store"));
    assert_eq!(fourth.ask(&app, second.url("style.css")), ok(&style(2)));
    assert_eq!(
        files(&app.released().join("static/releases")),
        ["000004~v1.3.0"],
        "nothing else of older builds is there"
    );
    assert_eq!(files(&app.path("history/static/releases")).len(), 4);
}

#[test]
fn what_is_in_the_history_is_stale_whatever_its_token() {
    let name = "history-order";
    let app = App::that_answers(name, &format!("{HISTORY}.keep(0)"));
    // A rollback under another version, a label that looks newer, a commit of which git knows nothing.
    for (token, looks_newer) in [("v1.0.1", "v2.0.0"), ("build-7", "build-8"), ("abcdef123456", "fedcba654321")] {
        app.write("static/style.css", looks_newer);
        let _ = Release::recorded(&app, looks_newer);
        app.write("static/style.css", token);
        let release = Release::recorded(&app, token);
        let (status, location, ..) = release.ask(&app, &format!("/static/{looks_newer}/style.css"));
        assert_eq!((status, &*location), (301, release.url("style.css")), "{token}");
    }
}

#[test]
fn a_token_is_used_once() {
    let name = "history-once";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1").write("static/logo.png", "1");
    let first = Release::recorded(&app, "v1.0.0");
    let recorded = app.path("history/static/releases/000001~v1.0.0");
    let text = fs::read_to_string(&recorded).unwrap();

    // The same contents are the same release: of a job that is run again, or on another architecture.
    let again = Release::recorded(&app, "v1.0.0");
    assert_eq!(again.urls, first.urls);
    assert_eq!(fs::read_to_string(&recorded).unwrap(), text);
    assert_eq!(files(&app.path("history/static/releases")), ["000001~v1.0.0"]);

    app.write("static/style.css", "2");
    let run = app.run(app.cargo(["build", "--release"]).env("CACHEBREAKER", "v1.0.0"));
    assert!(!run.succeeded());
    let told = run.told().join("\n");
    for part in [
        "error: this release's token was already used by `",
        "history/static/releases/000001~v1.0.0`, built on ",
        ", in which `style.css` was different: browsers that have cached its files for a year would not see the change; give this \
         release another token, or remove that file if its release was never deployed",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(fs::read_to_string(&recorded).unwrap(), text);
}

#[test]
fn a_release_that_was_withdrawn_is_served_no_more() {
    let name = "history-withdrawn";
    let app = App::that_answers(name, HISTORY);
    app.write("static/app.js", "safe").write("static/logo.png", "1");
    let first = Release::recorded(&app, "v1.0.0");
    app.write("static/app.js", "dangerous");
    let bad = Release::recorded(&app, "v1.1.0");
    app.write("static/app.js", "safe again");
    let third = Release::recorded(&app, "v1.2.0");
    assert_eq!(third.ask(&app, bad.url("app.js")), ok("dangerous"));

    fs::remove_file(app.path("history/static/releases/000002~v1.1.0")).unwrap();
    app.write("static/other.txt", "1");
    let fourth = Release::recorded(&app, "v1.3.0");
    let (status, location, ..) = fourth.ask(&app, bad.url("app.js"));
    assert_eq!((status, &*location), (301, fourth.url("app.js")));
    assert_eq!(fourth.ask(&app, first.url("app.js")), ok("safe"));
    assert_eq!(fourth.url("logo.png"), first.url("logo.png"));
}

#[test]
fn a_first_release_has_no_history_and_kept_releases_need_one() {
    let name = "history-none";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1");
    assert_eq!(Release::build(&app, "1").warnings, [""; 0]);
    assert!(!app.path("history").exists());
    app.set_options(".keep(3)");
    let run = app.run(&mut app.cargo(["build", "--release"]));
    let expected = "error: `.keep(…)` does nothing without a history: add `.history(\"history\")`, or remove the call";
    assert_eq!(run.told(), [expected]);
    // In development nothing is kept, and nothing is read.
    app.set_options(HISTORY).write("history/static/releases/notes.txt", "no release");
    assert_eq!(app.run(&mut app.cargo(["build"])).told(), [""; 0]);
}

#[test]
fn a_damaged_history_is_named_and_never_served() {
    let name = "history-damaged";
    let app = App::that_answers(name, HISTORY);
    let mut releases = Vec::new();
    for number in 0..6 {
        app.write("static/style.css", format!("version {number}"));
        releases.push(Release::recorded(&app, &format!("v1.{number}.0")));
    }
    let history = app.path("history/static");
    let file = |number: usize| history.join(format!("releases/{:06}~v1.{number}.0", number + 1));
    let content = |number: usize| {
        let text = fs::read_to_string(file(number)).unwrap();
        let line = text.lines().find(|line| line.starts_with("asset style.css")).unwrap().to_owned();
        let digest = line.split(' ').nth(3).unwrap().split(':').next().unwrap().to_owned();
        history.join("contents").join(&digest[..2]).join(&digest[2..])
    };
    // A release that was half copied, one of a later version, a content that is missing, truncated, or changed.
    let text = fs::read(file(0)).unwrap();
    fs::write(file(0), &text[..text.len() / 2]).unwrap();
    let later = fs::read_to_string(file(1)).unwrap().replace("cachebreaker-release 1", "cachebreaker-release 2");
    fs::write(file(1), later).unwrap();
    fs::remove_file(content(2)).unwrap();
    fs::write(content(3), "versi").unwrap();
    fs::write(content(4), "version X").unwrap();
    fs::write(history.join("releases/notes.txt"), "no release").unwrap();
    app.write("static/style.css", "version 6");
    let last = Release::recorded(&app, "v1.6.0");
    let told = last.warnings.join("\n");
    for part in [
        "releases/000001~v1.0.0` is cut off; restore it from another copy of the history, or remove the release",
        "releases/000002~v1.1.0` has format 2, but this version of cachebreaker reads formats up to 1; update cachebreaker, or \
         remove the file",
        "the release `v1.2.0` of the history is not kept: `",
        "` is missing; restore it from another copy of the history, or remove the release",
        "the release `v1.3.0` of the history is not kept: `",
        "the release `v1.4.0` of the history is not kept: `",
        "` is damaged; restore it from another copy of the history, or remove the release",
        "releases/notes.txt` is not a release; remove it from the history",
        "warning: 1 kept release adds 9 bytes to the binary",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    for (number, release) in releases.iter().enumerate().take(5) {
        let (status, location, ..) = last.ask(&app, release.url("style.css"));
        assert_eq!((status, &*location), (301, last.url("style.css")), "{number}");
    }
    assert_eq!(last.ask(&app, releases[5].url("style.css")), ok("version 5"));

    // URLs come from the last release, also where none is kept.
    let text = fs::read(file(6)).unwrap();
    fs::write(file(6), &text[..text.len() - 10]).unwrap();
    app.set_options(&format!("{HISTORY}.keep(0)"));
    let told = Release::recorded(&app, "v1.7.0").warnings.join("\n");
    assert_eq!(told.matches("releases/000007~v1.6.0` is cut off").count(), 1, "{told}");
}
