//! History: which releases are kept, and what they cost.

use std::fs;
use std::process::Command;

use tests::{App, Release, ok};

const HISTORY: &str = ".history(\"history\")";

#[test]
fn what_is_kept_is_what_build_rs_says() {
    let name = "history-keep";
    let app = App::that_answers(name, HISTORY);
    let day = |day: u32| (1_767_600_000 + day * 86_400).to_string();
    let build = |number: u32, at: u32| {
        app.write("static/style.css", format!("version {number} {}", "-".repeat(5000)));
        let (token, time) = (format!("v1.{number}.0"), day(at));
        let release = Release::build_with(&app, &token, &[("CACHEBREAKER", &token), ("SOURCE_DATE_EPOCH", &time)]);
        app.record("history");
        release
    };
    for (number, at) in [(0, 0), (1, 1), (2, 2), (3, 20), (4, 21), (5, 22), (6, 23)] {
        build(number, at);
    }
    let kept = |options: &str| {
        app.set_options(&format!("{HISTORY}{options}"));
        let time = day(30);
        let variables = [("CACHEBREAKER", "v2.0.0"), ("SOURCE_DATE_EPOCH", &*time)];
        let release = Release::build_with(&app, "v2.0.0", &variables);
        let tokens: Vec<_> = release.kept(&app, &[]).1.into_iter().map(|(token, _)| token).collect();
        (tokens.join(" "), release.warnings)
    };
    // The last 5, and what is younger than 14 days.
    assert_eq!(kept("").0, "v1.2.0 v1.3.0 v1.4.0 v1.5.0 v1.6.0");
    assert_eq!(kept(".keep(2)").0, "v1.5.0 v1.6.0");
    assert_eq!(kept(".keep(0)"), (String::new(), vec![]));
    assert_eq!(kept(".keep_days(8)").0, "v1.5.0 v1.6.0");
    assert_eq!(kept(".keep(3).keep_days(8)").0, "v1.4.0 v1.5.0 v1.6.0");
    assert_eq!(kept(".keep(2).keep_days(10)").0, "v1.3.0 v1.4.0 v1.5.0 v1.6.0");
    let (tokens, warnings) = kept(".keep(3).keep_size(9_000)");
    assert_eq!(tokens, "v1.5.0 v1.6.0");
    let sizes = "the release `v1.4.0` of the history is not kept: all releases together would add";
    assert!(warnings[0].starts_with(&format!("warning: {sizes}")), "{warnings:?}");
    assert!(warnings[0].ends_with("to the binary, but `.keep_size` allows only 9 kB"), "{warnings:?}");
    assert!(warnings[1].starts_with("warning: 2 kept releases add "), "{warnings:?}");
}

#[test]
fn a_change_of_the_history_alone_decides_again_what_is_kept() {
    let name = "history-alone";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1");
    let first = Release::recorded(&app, "v1.0.0");
    app.write("static/style.css", "2");
    // Another machine builds v1.1.0.
    let _ = Release::build_with(&app, "v1.1.0", &[("CACHEBREAKER", "v1.1.0")]);
    app.record("there");
    app.write("static/style.css", "3");
    let build = || Release::build_with(&app, "v1.2.0", &[("CACHEBREAKER", "v1.2.0")]);
    let kept = |release: &Release| release.kept(&app, &[]).1.into_iter().map(|(token, _)| token).collect::<Vec<_>>();
    assert_eq!(kept(&build()), ["v1.0.0"]);
    let manifest = app.output("release", "static").join("manifest");
    let written = fs::metadata(&manifest).unwrap().modified().unwrap();
    assert_eq!(kept(&build()), ["v1.0.0"]);
    assert_eq!(fs::metadata(&manifest).unwrap().modified().unwrap(), written, "nothing has changed");

    let copied = app.run(Command::new("cp").arg("-r").arg(app.path("there/.")).arg(app.path("history")));
    assert!(copied.succeeded(), "{}", copied.stderr());
    let release = build();
    assert_eq!(kept(&release), ["v1.0.0", "v1.1.0"]);
    assert_eq!(release.under(&app, "v1.1.0", "style.css"), ok("2"));
    app.remove("history/static/releases/000001~v1.0.0");
    let release = build();
    assert_eq!(kept(&release), ["v1.1.0"]);
    assert_eq!(release.ask(&app, first.url("style.css")).0, 301);
    // A content that was lost.
    app.remove("history/static/contents");
    let release = build();
    assert_eq!(kept(&release), [""; 0]);
    assert!(
        release.warnings[0].contains("the release `v1.1.0` of the history is not kept: "),
        "{:?}",
        release.warnings
    );
}

#[test]
fn what_kept_releases_share_is_embedded_once_and_the_build_says_how_much_they_add() {
    let name = "history-shared";
    let app = App::that_answers(name, HISTORY);
    let texts = |pair: &str, own: &str| {
        app.write("static/all.txt", "in all".repeat(50)).write("static/pair.txt", pair.repeat(50));
        app.write("static/copy.txt", pair.repeat(50)).write("static/own.txt", own);
    };
    texts("in two", "one");
    let first = Release::recorded(&app, "v1.0.0");
    texts("in two", "the second");
    let second = Release::recorded(&app, "v1.1.0");
    texts("in one", "3");
    let embedded = |options: &str| {
        app.set_options(&format!("{HISTORY}{options}"));
        let release = Release::build_with(&app, "v1.2.0", &[("CACHEBREAKER", "v1.2.0")]);
        let output = app.output("release", "static");
        let files = fs::read_dir(output).unwrap().map(|entry| entry.unwrap());
        let chunks = files.filter(|file| file.file_name().to_str().unwrap().starts_with("chunk-"));
        (release, chunks.flat_map(|chunk| fs::read(chunk.path()).unwrap()).collect::<Vec<_>>())
    };
    let (without, none) = embedded(".keep(0)");
    assert_eq!(without.warnings, [""; 0]);
    let (with, all) = embedded(".keep(2)");
    let added = all.len() - none.len();
    assert_eq!(with.warnings, [format!("warning: 2 kept releases add {added} bytes to the binary")]);
    let is_there = |text: &str| all.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
    for text in ["in all", "in two", "in one"] {
        assert_eq!(is_there(&text.repeat(50)), 1, "{text}");
    }
    // Beside what both have and its brotli encoding, what each has alone.
    let compressed = with.response(&app, first.url("pair.txt"), &[("accept-encoding", "br")]);
    assert_eq!(compressed.headers["content-encoding"], "br");
    assert_eq!(added, 300 + compressed.body.len() + "one".len() + "the second".len());
    for (release, own) in [(&first, "one"), (&second, "the second")] {
        for (path, text) in [("own.txt", own), ("pair.txt", &"in two".repeat(50)), ("copy.txt", &"in two".repeat(50))] {
            assert_eq!(with.under(&app, &release.token, path), ok(text));
        }
    }
}

#[test]
fn where_nothing_is_embedded_nothing_is_kept_and_old_urls_lead_to_the_current_files() {
    let name = "history-not-embedded";
    let app = App::that_answers(name, HISTORY);
    app.set_options_of_macro(", embed = false");
    app.write("static/style.css", "1").write("static/same.png", "1").write("static/old.png", "1");
    let first = Release::recorded(&app, "v2.0.0");
    app.write("static/style.css", "2").remove("static/old.png");
    // A rollback under a version that looks older.
    let second = Release::recorded(&app, "v1.9.0");
    assert_eq!(second.kept(&app, &[]), (0, Vec::new()));
    for path in ["style.css", "same.png"] {
        assert_eq!(second.url(path), format!("/static/v1.9.0/{path}"), "files on disk have the token of the deploy");
        let (status, location, caching, _) = second.ask(&app, first.url(path));
        assert_eq!((status, &*location, &*caching), (301, second.url(path), "no-store"));
    }
    assert_eq!(second.ask(&app, first.url("old.png")).0, 404);
    let (status, _, caching, body) = second.ask(&app, second.url("style.css"));
    assert_eq!((status, &*caching, &*body), (200, "no-cache", "2"));
    // The history has what was there, for releases that embed it.
    app.set_options_of_macro("").write("static/style.css", "3");
    let third = Release::recorded(&app, "v2.1.0");
    assert_eq!(third.ask(&app, first.url("old.png")), ok("1"));
    assert_eq!(third.ask(&app, second.url("style.css")), ok("2"));
    assert_eq!(third.ask(&app, second.url("same.png")), ok("1"));
}
