//! Where the token comes from, and what the build records about a commit.

use std::fs;
use std::process::Command;

use tests::{App, Repository};

/// Prints the token, and what is answered to each path that the app is given.
const ASK: &str = r#"
use tower_service::Service as _;
cachebreaker::assets!("static");
fn main() {
    println!("{}", assets::token());
    for path in std::env::args().skip(1) {
        let request = http::Request::get(&path).body(()).unwrap();
        let response = assets::service().call(request).into_inner().unwrap();
        let location = response.headers().get("location").map_or("", |location| location.to_str().unwrap());
        println!("{path} {} {location}", response.status().as_u16());
    }
}
"#;

/// An app with one asset, that can be asked.
fn app_with(name: &str, token: &str) -> App {
    let app = App::new(name);
    let dependencies = App::dependencies().replace("[build-dep", "http = \"1\"\ntower-service = \"0.3\"\n\n[build-dep");
    app.write("Cargo.toml", app.manifest("2024", &dependencies)).write("src/main.rs", ASK);
    app.write("static/style.css", "body {}");
    set_token(&app, token);
    app
}

/// Writes a `build.rs` with these calls in it.
fn set_token(app: &App, token: &str) {
    let build = format!(
        "#[allow(unused_imports)]\nuse cachebreaker_build::{{Assets, Token}};\n\
         fn main() {{ Assets::new(\"static\"){token}.prepare(); }}\n"
    );
    app.write("build.rs", build);
}

/// The token that a build with these variables has.
fn token(app: &App, variables: &[(&str, &str)]) -> String {
    let run = app.run(app.cargo(["run"]).envs(variables.iter().copied()));
    assert_eq!(run.told(), [""; 0]);
    run.stdout().trim_end().to_owned()
}

/// What the app answers to a request with a token, in a word.
fn answer(app: &App, token: &str) -> String {
    let path = format!("/static/{token}/style.css");
    let run = app.run(app.program("debug").arg(&path));
    let line = run.stdout().lines().find_map(|line| line.strip_prefix(&format!("{path} "))).unwrap();
    match line.split_once(' ').unwrap() {
        ("200", "") => "current".to_owned(),
        ("301", location) => {
            let current = run.stdout().lines().next().unwrap();
            assert_eq!(location, format!("/static/{current}/style.css"));
            "stale".to_owned()
        }
        ("503", "") => "premature".to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_environment_wins_over_build_rs_which_wins_over_the_time() {
    let app = app_with("precedence", "");
    let epoch = ("SOURCE_DATE_EPOCH", "1718539201");
    let release = ("RELEASE", "r2");
    let cachebreaker = ("CACHEBREAKER", "9fceb02-x");
    assert_eq!(token(&app, &[epoch]), "1718539201000");
    assert_eq!(token(&app, &[("SOURCE_DATE_EPOCH", "0")]), "000000000000");
    assert_eq!(token(&app, &[epoch, release]), "1718539201000", "not asked for");

    set_token(&app, ".token(\"v1.2.3\")");
    assert_eq!(token(&app, &[]), "v1.2.3");
    assert_eq!(token(&app, &[epoch]), "v1.2.3");
    assert_eq!(token(&app, &[epoch, release, cachebreaker]), "9fceb02-x");

    set_token(&app, ".token(\"v1.2.3\").token_env(\"RELEASE\")");
    assert_eq!(token(&app, &[]), "v1.2.3");
    assert_eq!(token(&app, &[epoch, release]), "r2");
    assert_eq!(token(&app, &[("RELEASE", "r3")]), "r3");
    assert_eq!(token(&app, &[release, cachebreaker]), "9fceb02-x");
}

#[test]
fn a_given_time_is_that_of_the_files_also_in_a_build_that_changes_nothing_else() {
    let app = app_with("given-time", ".token(\"v1\")");
    app.write(
        "src/main.rs",
        ASK.replace("\"static\"", "\"static\", embed = true").replace("\"location\"", "\"last-modified\""),
    );
    let path = "/static/v1/style.css";
    let last_modified = |variables: &[(&str, &str)]| {
        let run = app.run(app.cargo(["run", "--", path]).envs(variables.iter().copied()));
        run.stdout().strip_prefix(&format!("v1\n{path} 200 ")).unwrap().trim_end().to_owned()
    };
    assert_eq!(last_modified(&[("SOURCE_DATE_EPOCH", "1718539201")]), "Sun, 16 Jun 2024 12:00:01 GMT");
    assert_eq!(last_modified(&[("SOURCE_DATE_EPOCH", "0")]), "Thu, 01 Jan 1970 00:00:00 GMT");
}

/// The time and the digest of a content token.
fn split(token: &str) -> (&str, &str) {
    let (time, digest) = token.split_once('-').expect("a time and a digest");
    assert!(time.len() >= 12 && time.bytes().all(|b| b.is_ascii_digit()), "{token}");
    assert!(digest.len() == 12 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{token}");
    (time, digest)
}

#[test]
fn a_content_token_has_the_time_of_the_last_change_and_the_digest_of_the_assets() {
    let app = app_with("content", ".token(Token::content())");
    let repository = Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    let first = token(&app, &[]);
    let (time, digest) = split(&first);
    assert_eq!(time, "1700000000000");

    // Another machine, at another time.
    let other = app_with("content-elsewhere", ".token(Token::content())");
    Repository::new(&other.path("")).commit(1_700_000_000);
    assert_eq!(token(&other, &[("SOURCE_DATE_EPOCH", "1718539201")]), first);

    app.write("src/lib.rs", "");
    repository.commit(1_700_000_100);
    assert_eq!(token(&app, &[]), first, "a deploy that changes no asset");

    app.write("static/style.css", "body { margin: 0 }");
    let changed = token(&app, &[]);
    assert_eq!(split(&changed).0, time, "not committed yet");
    assert_ne!(split(&changed).1, digest);

    repository.commit(1_700_000_200);
    let committed = token(&app, &[]);
    assert_eq!(split(&committed), ("1700000200000", split(&changed).1));

    app.write("static/style.css", "body {}");
    assert_eq!(split(&token(&app, &[])).1, digest, "the same assets again");

    // A digest that is the same is this very deploy, whatever the time.
    let at = |time: &str| answer(&app, &format!("{time}-{digest}"));
    assert_eq!([at("1600000000000"), at("1800000000000")], ["current", "current"]);
}

#[test]
fn without_git_a_content_token_has_the_given_time_or_that_of_the_build() {
    let app = app_with("content-without-git", ".token(Token::content())");
    let given = token(&app, &[("SOURCE_DATE_EPOCH", "1718539201")]);
    assert_eq!(split(&given).0, "1718539201000");
    let now = token(&app, &[]);
    assert!(split(&now).0.parse::<u64>().unwrap() > 1_718_539_201_000);
    assert_eq!(split(&now).1, split(&given).1);
}

#[test]
fn a_git_token_is_the_commit_and_says_when_the_folder_is_dirty() {
    let app = app_with("git", ".token(Token::git())");
    let repository = Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    let head = || repository.git(&["rev-parse", "--short", "HEAD"]);
    assert_eq!(token(&app, &[]), head());

    // Only the assets decide.
    app.write("notes.txt", "not committed");
    assert_eq!(token(&app, &[]), head());
    app.write("static/new.css", "not committed");
    assert_eq!(token(&app, &[]), format!("{}-dirty", head()));
    app.remove("static/new.css");
    assert_eq!(token(&app, &[]), head());

    // A commit is noticed with no file touched.
    repository.commit(1_700_000_100);
    assert_eq!(token(&app, &[]), head());
    repository.git(&["checkout", "--quiet", "HEAD~1"]);
    assert_eq!(token(&app, &[]), head());
}

#[test]
fn outside_a_checkout_a_git_token_fails_the_build() {
    let app = app_with("git-without-git", ".token(Token::git())");
    let run = app.run(&mut app.cargo(["check"]));
    let folder = fs::canonicalize(app.path("static")).unwrap();
    assert_eq!(
        run.told(),
        [format!(
            "error: `Token::git()` finds no commit for `{}` (fatal: not a git repository (or any of the parent directories): \
             .git): build in a git checkout, or set `CACHEBREAKER`",
            folder.display()
        )]
    );
}

#[test]
fn the_commits_that_a_commit_supersedes_are_recorded() {
    let app = app_with("supersedes", ".token(Token::git())");
    let repository = Repository::new(&app.path(""));
    let commits: Vec<_> = (0..3).map(|n| repository.commit(1_700_000_000 + n)).collect();
    repository.git(&["checkout", "--quiet", &commits[1]]);
    let relations = |digits: usize| commits.iter().map(|commit| answer(&app, &commit[..digits])).collect::<Vec<_>>();

    let short = token(&app, &[]);
    assert_eq!(relations(short.len()), ["stale", "current", "premature"]);
    // The same by the variable that a deploy sets, whole.
    assert_eq!(token(&app, &[("CACHEBREAKER", &commits[1])]), commits[1]);
    assert_eq!(relations(40), ["stale", "current", "premature"]);
    assert_eq!(answer(&app, "v1.2.3"), "stale", "another kind has no order");
}

#[test]
fn a_commit_that_looks_like_a_number_has_the_order_of_commits() {
    let app = app_with("decimal-commit", ".token(Token::git())");
    let repository = Repository::new(&app.path(""));
    let older = repository.commit(1_700_000_000);
    // One hash in 27 begins with 7 decimal digits.
    let decimal = (0..2000)
        .map(|n| {
            repository.git(&["reset", "--quiet", "--soft", &older]);
            repository.commit(1_700_000_001 + n)
        })
        .find(|commit| commit[..7].bytes().all(|b| b.is_ascii_digit()))
        .expect("a hash that begins with decimal digits");
    assert_eq!(token(&app, &[]), &decimal[..7]);
    assert_eq!(answer(&app, &older[..7]), "stale");
    assert_eq!(answer(&app, "fffffff"), "premature", "not among those that it supersedes");
    assert_eq!(answer(&app, "0000000"), "premature");
}

#[test]
fn builds_without_git_are_told_the_commits_by_the_environment_or_build_rs() {
    let app = app_with("told-supersedes", ".token(\"9fceb02\").supersedes([\"1a2b3c4d5e\", \"0000000\"])");
    token(&app, &[]);
    let relations = |app: &App| ["1a2b3c4", "0000000", "7777777", "9fceb02"].map(|commit| answer(app, commit));
    assert_eq!(relations(&app), ["stale", "stale", "premature", "current"]);
    token(&app, &[("CACHEBREAKER_SUPERSEDES", "7777777d2e  0000000\n")]);
    assert_eq!(relations(&app), ["premature", "stale", "stale", "current"]);
    token(&app, &[("CACHEBREAKER_SUPERSEDES", "")]);
    assert_eq!(
        relations(&app),
        ["premature", "premature", "premature", "current"],
        "the first release supersedes none"
    );

    // One abbreviated hash in 27 is all decimal.
    token(&app, &[("CACHEBREAKER", "1234567")]);
    assert_eq!(["1a2b3c4", "7777777"].map(|commit| answer(&app, commit)), ["stale", "premature"]);

    let run = app.run(app.cargo(["check"]).env("CACHEBREAKER_SUPERSEDES", "1a2b3c4 v1.2.3"));
    assert_eq!(
        run.told(),
        [
            "error: `v1.2.3` from the environment variable `CACHEBREAKER_SUPERSEDES` is no commit as long as the token: give \
          hashes with at least as many hex digits"
        ]
    );
}

/// The warning of a build that cannot know the order of commits.
fn unordered(token: &str) -> String {
    format!(
        "warning: token `{token}` is a commit, and git does not know the commits before it (no git, no `.git`, another \
         repository, or a shallow clone): stale and premature cannot be told apart, and every other token counts as stale; \
         name them in `CACHEBREAKER_SUPERSEDES=\"sha1 sha2 …\"` or by `.supersedes([…])`"
    )
}

#[test]
fn where_git_does_not_know_the_commits_before_all_others_are_stale_and_a_warning_says_so() {
    let app = app_with("no-order", ".token(\"9fceb02\")");
    app.write("theme/dark.css", "");
    let build = "use cachebreaker_build::Assets;\n\
                 fn main() { for folder in [\"static\", \"theme\"] { Assets::new(folder).token(\"9fceb02\").prepare(); } }\n";
    app.write("build.rs", build);
    let run = app.run(&mut app.cargo(["run"]));
    assert_eq!(run.told(), [unordered("9fceb02")], "once for both folders");
    assert_eq!(["1a2b3c4", "fffffff", "9fceb02"].map(|commit| answer(&app, commit)), ["stale", "stale", "current"]);
}

#[test]
fn a_shallow_clone_does_not_know_the_commits_before() {
    let origin = app_with("shallow-origin", ".token(Token::git())");
    let repository = Repository::new(&origin.path(""));
    let older = repository.commit(1_700_000_000);
    repository.commit(1_700_000_001);

    let clone = app_with("shallow-clone", ".token(Token::git())");
    let folder = clone.path("checkout");
    let url = format!("file://{}", origin.path("").display());
    let status = Command::new("git").args(["clone", "--quiet", "--depth=1", &url]).arg(&folder).status().unwrap();
    assert!(status.success());
    // The package of the clone, with a name of its own.
    fs::copy(clone.path("Cargo.toml"), folder.join("Cargo.toml")).unwrap();
    let run = clone.run(&mut clone.cargo(["run", "--manifest-path=checkout/Cargo.toml"]));
    let head = repository.git(&["rev-parse", "--short", "HEAD"]);
    assert_eq!(run.stdout().trim_end(), head);
    assert_eq!(run.told(), [unordered(&head)]);
    assert_eq!(answer(&clone, &older[..head.len()]), "stale");
    assert_eq!(answer(&clone, &"f".repeat(head.len())), "stale");
}

#[test]
fn a_shallow_clone_does_not_know_the_last_change_of_a_content_token() {
    let origin = app_with("content-origin", ".token(Token::content())");
    let repository = Repository::new(&origin.path(""));
    repository.commit(1_700_000_000);
    repository.commit(1_700_000_100);

    let clone = app_with("content-clone", ".token(Token::content())");
    let folder = clone.path("checkout");
    let url = format!("file://{}", origin.path("").display());
    let status = Command::new("git").args(["clone", "--quiet", "--depth=1", &url]).arg(&folder).status().unwrap();
    assert!(status.success());
    fs::copy(clone.path("Cargo.toml"), folder.join("Cargo.toml")).unwrap();
    let built = || clone.run(&mut clone.cargo(["run", "--release", "--manifest-path=checkout/Cargo.toml"]));
    let run = built();
    assert_eq!(split(run.stdout().trim_end()).0, "1700000100000", "the only commit that is there");
    assert_eq!(
        run.told(),
        [
            "warning: `Token::content()` has the time of the oldest commit in this shallow clone, not of the last change to the \
             assets: a deploy that changes no asset has another token all the same, and browsers fetch everything again; \
             fetch the whole history"
        ]
    );

    let status = Command::new("git").args(["fetch", "--quiet", "--unshallow"]).current_dir(&folder).status().unwrap();
    assert!(status.success());
    let run = built();
    assert_eq!(split(run.stdout().trim_end()).0, "1700000000000", "the commit that made the file");
    assert_eq!(run.told(), [""; 0]);
}

#[test]
fn a_word_that_names_no_release_gives_a_warning_in_a_release_build() {
    let app = app_with("no-release", "");
    let warning = |text: &str, source: &str| {
        format!(
            "warning: token `{text}` from {source} names no release: the next deploy has the same URLs, and browsers that \
             have cached its files for a year do not see the change; use a version, a commit or the time"
        )
    };
    for word in ["dev", "latest", "main", "unknown", "HEAD", "undefined", "null"] {
        let check = |profile: &[&str]| app.run(app.cargo(profile).env("CACHEBREAKER", word)).told();
        assert_eq!(check(&["check", "--release"]), [warning(word, "the environment variable `CACHEBREAKER`")]);
        assert_eq!(check(&["check"]), [""; 0], "{word}");
    }
    set_token(&app, ".token(\"latest\")");
    assert_eq!(app.run(&mut app.cargo(["check", "--release"])).told(), [warning("latest", "`build.rs`")]);
    set_token(&app, ".token(\"main-7\")");
    assert_eq!(app.run(&mut app.cargo(["check", "--release"])).told(), [""; 0]);
}
