//! What makes cargo build again, and what the new build is like.

use std::fs;
use std::io::Read as _;
use std::time::{Duration, SystemTime};

use tests::{App, target_folder};

/// Builds and runs an app, with these variables in its environment; what it printed.
fn run(app: &App, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    app.run(app.cargo(arguments).envs(variables.iter().copied())).stdout().to_owned()
}

/// The token in the first line that an app prints, and all that follows.
fn split_token(printed: &str) -> (&str, &str) {
    printed.strip_prefix("token ").and_then(|rest| rest.split_once('\n')).expect("a token in the first line")
}

fn milliseconds() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis()
}

#[test]
fn another_token_in_the_environment_makes_other_urls_with_no_source_touched() {
    let app = App::new("two-tokens");
    app.write("static/style.css", "body {}").write("static/img/logo.svg", "<svg/>");
    for token in ["v1", "v2", "v1"] {
        let expected = format!(
            "token {token}\n\
             /static/{token}/img/logo.svg image/svg+xml \"<svg/>\"\n\
             /static/{token}/style.css text/css; charset=utf-8 \"body {{}}\"\n"
        );
        for profile in [&["run"][..], &["run", "--release"]] {
            assert_eq!(run(&app, profile, &[("CACHEBREAKER", token)]), expected);
        }
    }
}

#[test]
fn the_default_token_is_the_time_of_the_build_and_a_change_of_code_keeps_it() {
    let app = App::new("default-token");
    app.write("static/style.css", "body {}");
    let before = milliseconds();
    let printed = run(&app, &["run"], &[]);
    let (token, _) = split_token(&printed);
    assert!(token.len() >= 12 && token.bytes().all(|b| b.is_ascii_digit()), "{token}");
    assert!((before..=milliseconds()).contains(&token.parse().unwrap()), "{token}");

    assert_eq!(run(&app, &["run"], &[]), printed, "nothing changed");
    app.write("src/main.rs", App::MAIN.replace("println!(\"token", "println!(\"same token"));
    assert_eq!(run(&app, &["run"], &[]), format!("same {printed}"), "only code changed");
}

#[test]
fn a_file_that_was_added_changed_or_removed_is_noticed() {
    let app = App::new("changed-files");
    app.write("static/style.css", "one");
    let line =
        |token: &str, path: &str, bytes: &str| format!("/static/{token}/{path} text/css; charset=utf-8 \"{bytes}\"\n");
    let mut last = 0;
    let mut files_are = |files: &[(&str, &str)]| {
        let printed = run(&app, &["run", "--release"], &[]);
        let (token, assets) = split_token(&printed);
        let expected: String = files.iter().map(|(path, bytes)| line(token, path, bytes)).collect();
        assert_eq!(assets, expected);
        assert!(token.parse::<u64>().unwrap() > last, "other files, a later token");
        last = token.parse().unwrap();
    };
    files_are(&[("style.css", "one")]);
    app.write("static/style.css", "two");
    files_are(&[("style.css", "two")]);
    app.write("static/new.css", "new");
    files_are(&[("new.css", "new"), ("style.css", "two")]);
    app.write("static/deep/in/it.css", "deep");
    files_are(&[("deep/in/it.css", "deep"), ("new.css", "new"), ("style.css", "two")]);
    app.write("static/deep/in/it.css", "other");
    files_are(&[("deep/in/it.css", "other"), ("new.css", "new"), ("style.css", "two")]);
    app.remove("static/deep");
    files_are(&[("new.css", "new"), ("style.css", "two")]);
    app.remove("static/new.css");
    files_are(&[("style.css", "two")]);
}

#[test]
fn an_edit_shows_without_a_build_only_where_contents_are_on_disk() {
    let app = App::new("edit");
    for (embed, profile, is_on_disk) in [
        ("", "debug", true),
        (", embed = true", "debug", false),
        ("", "release", false),
        (", embed = false", "release", true),
    ] {
        app.write("src/main.rs", App::MAIN.replace("\"static\"", &format!("\"static\"{embed}")));
        app.write("static/style.css", "as built");
        let arguments: &[&str] = if profile == "release" { &["build", "--release"] } else { &["build"] };
        run(&app, arguments, &[("CACHEBREAKER", "v1")]);
        app.write("static/style.css", "edited");
        let bytes = if is_on_disk { "edited" } else { "as built" };
        let printed = app.run(&mut app.program(profile));
        assert_eq!(
            printed.stdout(),
            format!("token v1\n/static/v1/style.css text/css; charset=utf-8 \"{bytes}\"\n"),
            "{profile}{embed}"
        );
    }
}

/// Prints the token, and how many bytes of a stylesheet go to a client that accepts brotli.
const LENGTH_IN_BROTLI: &str = r#"
use tower_service::Service as _;
cachebreaker::assets!("static");
fn main() {
    let request = http::Request::get(assets::STYLE_CSS.url()).header("accept-encoding", "br").body(()).unwrap();
    let response = assets::service().call(request).into_inner().unwrap();
    println!("{} {}", assets::token(), response.headers()["content-length"].to_str().unwrap());
}
"#;

#[test]
fn another_token_or_another_file_compresses_nothing_again() {
    let app = App::new("kept-encodings");
    let dependencies = App::dependencies().replace("[build-dep", "http = \"1\"\ntower-service = \"0.3\"\n\n[build-dep");
    app.write("Cargo.toml", app.manifest("2024", &dependencies)).write("src/main.rs", LENGTH_IN_BROTLI);
    // What is kept outlives this test: its input is another one each time.
    let text = format!("/* {} */\n", app.path("").display()).repeat(50);
    app.write("static/style.css", &text);
    let printed = run(&app, &["run", "--release"], &[("CACHEBREAKER", "v1")]);
    let length: usize = printed.trim_end().strip_prefix("v1 ").unwrap().parse().unwrap();
    assert!(length < text.len() / 2, "{printed}");

    // A digest, then what is sent.
    let is_kept_text = |entry: &[u8]| {
        let mut decoded = String::new();
        entry.len() == 32 + length
            && brotli::Decompressor::new(&entry[32..], 4096).read_to_string(&mut decoded).is_ok()
            && decoded == text
    };
    let entries =
        fs::read_dir(target_folder().join("fixtures/cachebreaker")).unwrap().map(|entry| entry.unwrap().path());
    let kept = entries.into_iter().find(|path| fs::read(path).is_ok_and(|entry| is_kept_text(&entry))).unwrap();
    // A sound entry with other bytes shows where the next build takes them from.
    let other = b"kept";
    fs::write(&kept, [&blake3::hash(other).as_bytes()[..], other].concat()).unwrap();
    assert_eq!(run(&app, &["run", "--release"], &[("CACHEBREAKER", "v2")]), "v2 4\n");
    app.write("static/other.css", format!("{text}a {{ color: red }}"));
    assert_eq!(run(&app, &["run", "--release"], &[("CACHEBREAKER", "v2")]), "v2 4\n", "only what is new is compressed");
    fs::remove_file(kept).unwrap();
    assert_eq!(run(&app, &["run", "--release"], &[("CACHEBREAKER", "v3")]), format!("v3 {length}\n"), "made anew");
}

/// What README says of `git archive | tar x`, `rsync -a`, `cp -p` and a cached target directory: cargo compares times.
#[test]
fn a_file_that_is_older_than_the_last_build_is_noticed_with_another_token_or_a_touched_build_rs_alone() {
    let app = App::new("older-file");
    let printed = |token: &str, bytes: &str| {
        format!("token {token}\n/static/{token}/style.css text/css; charset=utf-8 \"{bytes}\"\n")
    };
    let put_in_place = |bytes: &str| {
        app.write("static/style.css", bytes);
        let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
        fs::File::options().write(true).open(app.path("static/style.css")).unwrap().set_modified(an_hour_ago).unwrap();
    };
    app.write("static/style.css", "new");
    let run = |token| run(&app, &["run", "--release"], &[("CACHEBREAKER", token)]);
    assert_eq!(run("v2"), printed("v2", "new"));
    put_in_place("old");
    assert_eq!(run("v2"), printed("v2", "new"), "if this fails, cargo has learnt more, and README can promise more");
    assert_eq!(run("v1"), printed("v1", "old"));
    put_in_place("older");
    app.write("build.rs", App::BUILD);
    assert_eq!(run("v1"), printed("v1", "older"));
}
