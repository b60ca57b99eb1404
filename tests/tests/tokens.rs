//! Where the token comes from, and what the build records about a commit.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
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
    app.set_options(token);
    app
}

/// The token that a build with these variables has.
fn token(app: &App, variables: &[(&str, &str)]) -> String {
    let run = app.run(app.cargo(["run"]).envs(variables.iter().copied()));
    assert_eq!(run.told(), [""; 0]);
    run.stdout().trim_end().to_owned()
}

/// What the app answers to a request with a token, in a word.
fn answer(app: &App, token: &str) -> String {
    answer_of(app, app.program("debug"), token)
}

/// What a program of the app answers.
fn answer_of(app: &App, mut program: Command, token: &str) -> String {
    let path = format!("/static/{token}/style.css");
    let run = app.run(program.arg(&path));
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

    app.set_options(".token(\"v1.2.3\")");
    assert_eq!(token(&app, &[]), "v1.2.3");
    assert_eq!(token(&app, &[epoch]), "v1.2.3");
    assert_eq!(token(&app, &[epoch, release, cachebreaker]), "9fceb02-x");

    app.set_options(".token(\"v1.2.3\").token_env(\"RELEASE\")");
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
    assert!(digest.len() == 18 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{token}");
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

/// A release of an app: its token, and its program.
struct Release {
    token: String,
    program: PathBuf,
}

impl Release {
    fn build(app: &App, name: &str) -> Self {
        let token = token(app, &[]);
        let program = app.path(name);
        fs::copy(app.program("debug").get_program(), &program).unwrap();
        Self { token, program }
    }

    /// What this release answers to a page of the other one.
    fn answer_to(&self, app: &App, other: &Self) -> String {
        answer_of(app, Command::new(&self.program), &other.token)
    }
}

#[test]
fn the_time_of_a_content_token_covers_all_that_its_digest_covers() {
    let app = app_with("content-ignored", ".token(Token::content()).watch(\"web\")");
    app.write("web/app.ts", "1").write("static/dist/app.js", "1").write(".gitignore", "static/dist\nrelease-*\n");
    let repository = Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    let first = Release::build(&app, "release-1");
    assert_eq!(split(&first.token).0, "1700000000000");

    // Output of a bundler, which git ignores. Any commit to the package may be the reason of a change.
    app.write("static/dist/app.js", "2").write("src/lib.rs", "");
    repository.commit(1_700_000_100);
    let second = Release::build(&app, "release-2");
    assert_eq!(split(&second.token).0, "1700000100000");

    // Options in `build.rs`, and what it watches, also where git tracks everything.
    app.remove("static/dist").write(".gitignore", "release-*\n");
    repository.commit(1_700_000_200);
    let third = Release::build(&app, "release-3");
    app.set_options(".token(Token::content()).watch(\"web\").content_type(\"style.css\", \"text/plain\")");
    repository.commit(1_700_000_300);
    let fourth = Release::build(&app, "release-4");
    assert_eq!(split(&fourth.token).0, "1700000300000");
    app.write("web/app.ts", "2");
    repository.commit(1_700_000_400);
    assert_eq!(split(&token(&app, &[])).0, "1700000400000");
    app.write("src/lib.rs", "// no asset, no option");
    repository.commit(1_700_000_500);
    assert_eq!(split(&token(&app, &[])).0, "1700000400000");

    // A file that a link leads to, and a build script of another name.
    app.write("shared/logo.svg", "1");
    symlink("../shared/logo.svg", app.path("static/logo.svg")).unwrap();
    repository.commit(1_700_000_600);
    app.write("shared/logo.svg", "2");
    repository.commit(1_700_000_700);
    assert_eq!(split(&token(&app, &[])).0, "1700000700000");
    // The link itself leads elsewhere, and one leads to what git ignores.
    let flip = |target: &str| {
        app.remove("static/logo.svg");
        symlink(target, app.path("static/logo.svg")).unwrap();
    };
    app.write("ignored/logo.svg", "1").write(".gitignore", "ignored\nrelease-*\n");
    flip("../ignored/logo.svg");
    repository.commit(1_700_000_710);
    app.write("src/lib.rs", "// another reason");
    repository.commit(1_700_000_720);
    app.write("ignored/logo.svg", "2");
    assert_eq!(split(&token(&app, &[])).0, "1700000720000");
    flip("../shared/logo.svg");
    repository.commit(1_700_000_730);
    assert_eq!(split(&token(&app, &[])).0, "1700000730000");
    fs::create_dir(app.path("build")).unwrap();
    fs::rename(app.path("build.rs"), app.path("build/main.rs")).unwrap();
    let manifest = fs::read_to_string(app.path("Cargo.toml")).unwrap();
    app.write("Cargo.toml", manifest.replace("edition =", "build = \"build/main.rs\"\nedition ="));
    repository.commit(1_700_000_800);
    assert_eq!(split(&token(&app, &[])).0, "1700000800000");

    for (older, newer) in [(&first, &second), (&third, &fourth)] {
        assert_eq!(older.answer_to(&app, newer), "premature", "{} to {}", older.token, newer.token);
        assert_eq!(newer.answer_to(&app, older), "stale", "{} to {}", newer.token, older.token);
    }
}

#[test]
fn a_folder_that_is_a_submodule_or_a_link_is_as_new_as_the_commit_that_leads_it_elsewhere() {
    let assets = App::new("content-submodule-assets");
    assets.write("style.css", "1");
    let submodule = Repository::new(&assets.path(""));
    let first = submodule.commit(1_700_000_500);

    let app = app_with("content-submodule", ".token(Token::content())");
    app.remove("static");
    let repository = Repository::new(&app.path(""));
    let url = assets.path("").display().to_string();
    repository.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "static"]);
    repository.commit(1_700_000_600);
    assert_eq!(split(&token(&app, &[])).0, "1700000600000");
    // The newer commit of the assets was made before.
    assets.write("style.css", "2");
    submodule.commit(1_700_000_550);
    let checkout = Repository::at(&app.path("static"));
    checkout.git(&["pull", "--quiet"]);
    repository.commit(1_700_000_700);
    assert_eq!(split(&token(&app, &[])).0, "1700000700000");
    checkout.git(&["checkout", "--quiet", &first]);
    repository.commit(1_700_000_800);
    assert_eq!(split(&token(&app, &[])).0, "1700000800000");

    let app = app_with("content-linked-folder", ".token(Token::content())");
    app.remove("static").write("one/style.css", "1").write("two/style.css", "2");
    let repository = Repository::new(&app.path(""));
    for (seconds, target) in [(1_700_000_000, "one"), (1_700_000_100, "two"), (1_700_000_200, "one")] {
        let _ = fs::remove_file(app.path("static"));
        symlink(target, app.path("static")).unwrap();
        repository.commit(seconds);
        // Links have times of their own, which cargo does not look at.
        app.write("build.rs", fs::read(app.path("build.rs")).unwrap());
        assert_eq!(split(&token(&app, &[])).0, format!("{seconds}000"));
    }
}

#[test]
fn two_results_of_one_commit_are_never_redirected_to_one_another() {
    let app = app_with("content-tied", ".token(Token::content())");
    app.write("static/dist/app.js", "1").write(".gitignore", "static/dist\nrelease-*\n");
    Repository::new(&app.path("")).commit(1_700_000_000);
    let first = Release::build(&app, "release-1");
    app.write("static/dist/app.js", "2");
    let second = Release::build(&app, "release-2");
    assert_eq!(split(&first.token).0, split(&second.token).0);
    assert_eq!([first.answer_to(&app, &second), second.answer_to(&app, &first)], ["premature", "premature"]);
}

#[test]
fn a_merge_that_takes_the_older_side_is_as_new_as_the_merge() {
    let app = app_with("content-merge", ".token(Token::content())");
    let repository = Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    repository.git(&["checkout", "--quiet", "-b", "side"]);
    app.write("static/style.css", "side {}");
    repository.commit(1_700_000_100);
    repository.git(&["checkout", "--quiet", "main"]);
    app.write("static/style.css", "main {}");
    repository.commit(1_700_000_200);
    let before = token(&app, &[]);
    repository.git(&["merge", "--quiet", "--no-commit", "-X", "theirs", "side"]);
    repository.commit(1_700_000_300);
    let after = token(&app, &[]);
    assert_eq!([split(&before).0, split(&after).0], ["1700000200000", "1700000300000"]);
    assert_eq!(answer(&app, &before), "stale");
}

#[test]
fn where_git_refuses_a_content_token_has_the_time_of_the_build_and_a_warning_says_why() {
    let app = app_with("content-refused", ".token(Token::content())");
    let repository = Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    // As in a container that runs as root over the checkout of somebody else.
    let run = app.run(app.cargo(["run"]).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"));
    let told = run.told();
    assert_eq!(told.len(), 1, "{told:?}");
    let warning = "warning: `Token::content()` has the time of this build, not of the last change to the assets, because git \
                   refuses (fatal: detected dubious ownership in repository at ";
    assert!(told[0].starts_with(warning), "{told:?}");
    assert!(
        told[0].ends_with("browsers fetch everything again; make git work here, or set `CACHEBREAKER`"),
        "{told:?}"
    );
    assert!(split(run.stdout().trim_end()).0 > "1700000000000");
}

#[test]
fn neither_the_callers_repository_nor_its_configuration_decides_about_a_token() {
    let elsewhere = app_with("git-elsewhere", "");
    Repository::new(&elsewhere.path("")).commit(1_600_000_000);
    let elsewhere = elsewhere.path(".git");

    for (source, name) in [("Token::git()", "git-dir"), ("Token::content()", "git-dir-content")] {
        let app = app_with(name, &format!(".token({source})"));
        let repository = Repository::new(&app.path(""));
        repository.commit(1_700_000_000);
        let clean = token(&app, &[]);
        // As in a hook, in `rebase --exec`, and with the configuration that shows signatures in every log.
        let own = app.path(".git");
        for directory in [own.to_str().unwrap(), ".git", ".", elsewhere.to_str().unwrap()] {
            app.write("static/style.css", "body {}");
            let variables = [
                ("GIT_DIR", directory),
                ("GIT_WORK_TREE", "/"),
                ("GIT_INDEX_FILE", "/dev/null"),
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", "log.showSignature"),
                ("GIT_CONFIG_VALUE_0", "true"),
            ];
            assert_eq!(token(&app, &variables), clean, "{directory}");
        }
    }
}

#[test]
fn a_commit_is_noticed_however_git_keeps_its_branches() {
    let commands: [(&str, &[&[&str]]); 3] = [
        ("packed", &[&["pack-refs", "--all"]]),
        ("without-reflogs", &[&["config", "core.logAllRefUpdates", "false"], &["pack-refs", "--all"]]),
        ("worktree", &[&["worktree", "add", "--quiet", "-b", "other", "tree"], &["pack-refs", "--all"]]),
    ];
    for (name, commands) in commands {
        let app = app_with(&format!("git-refs-{name}"), ".token(Token::git())");
        let mut repository = Repository::new(&app.path(""));
        repository.commit(1_700_000_000);
        commands.iter().for_each(|command| drop(repository.git(command)));
        let mut run = app.cargo(["run"]);
        if name == "worktree" {
            repository = Repository::at(&app.path("tree"));
            run.current_dir(app.path("tree"));
        }
        for n in 1..4 {
            assert_eq!(
                app.run(&mut run).stdout().trim_end(),
                &repository.git(&["rev-parse", "HEAD"])[..12],
                "{name} {n}"
            );
            repository.commit(1_700_000_000 + n);
        }
    }
}

#[test]
fn a_commit_is_noticed_in_a_repository_with_reftables() {
    let app = app_with("git-reftable", ".token(Token::git())");
    let Some(repository) = Repository::with_reftables(&app.path("")) else {
        println!("skipped: this git knows no reftables");
        return;
    };
    for n in 0..3 {
        let head = repository.commit(1_700_000_000 + n);
        assert_eq!(token(&app, &[]), &head[..12], "{n}");
    }
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
    let head = || repository.git(&["rev-parse", "HEAD"])[..12].to_owned();
    assert_eq!(token(&app, &[]), head());
    // However many digits the clone or its owner would give a short one.
    repository.git(&["config", "core.abbrev", "20"]);
    app.write("static/style.css", "body {}");
    assert_eq!(token(&app, &[]), head());

    // Only the assets decide.
    app.write("notes.txt", "not committed");
    assert_eq!(token(&app, &[]), head());
    let dirty = ["one", "two"].map(|content| {
        app.write("static/new.css", content);
        let token = token(&app, &[]);
        let digest = token.strip_prefix(&format!("{}-dirty-", head())).expect(&token);
        assert!(digest.len() == 8 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{token}");
        token
    });
    assert_ne!(dirty[0], dirty[1]);
    app.write("static/new.css", "one");
    repository.git(&["config", "status.showUntrackedFiles", "no"]);
    assert_eq!(token(&app, &[]), dirty[0], "the same contents");
    app.remove("static/new.css");
    assert_eq!(token(&app, &[]), head());
    // A link leads to assets too, and options decide about them.
    app.write("shared/logo.svg", "1");
    symlink("../shared/logo.svg", app.path("static/logo.svg")).unwrap();
    repository.commit(1_700_000_050);
    assert_eq!(token(&app, &[]), head());
    app.write("shared/logo.svg", "2");
    assert!(token(&app, &[]).starts_with(&format!("{}-dirty-", head())));
    app.write("shared/logo.svg", "1");
    app.set_options(".token(Token::git()).content_type(\"style.css\", \"text/plain\")");
    assert!(token(&app, &[]).starts_with(&format!("{}-dirty-", head())));
    app.set_options(".token(Token::git())");

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
             .git): build in a git checkout that has a commit, or set `CACHEBREAKER`",
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
    assert_eq!(token(&app, &[("CACHEBREAKER", &decimal[..7])]), &decimal[..7]);
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
    let head = &repository.git(&["rev-parse", "HEAD"])[..12];
    assert_eq!(run.stdout().trim_end(), head, "the same as in a whole clone");
    assert_eq!(run.told(), [unordered(head)]);
    assert_eq!(answer(&clone, &older[..12]), "stale");
    assert_eq!(answer(&clone, "ffffffffffff"), "stale");
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
    for word in ["dev", "latest", "main", "unknown", "HEAD", "undefined", "null", "staging", "prod"] {
        let check = |profile: &[&str]| app.run(app.cargo(profile).env("CACHEBREAKER", word)).told();
        assert_eq!(check(&["check", "--release"]), [warning(word, "the environment variable `CACHEBREAKER`")]);
        assert_eq!(check(&["check"]), [""; 0], "{word}");
    }
    app.set_options(".token(\"latest\")");
    assert_eq!(app.run(&mut app.cargo(["check", "--release"])).told(), [warning("latest", "`build.rs`")]);
    app.set_options(".token(\"main-7\")");
    assert_eq!(app.run(&mut app.cargo(["check", "--release"])).told(), [""; 0]);
}

#[test]
fn a_token_that_ends_like_the_digits_of_options_gives_a_warning_in_a_release_build() {
    let app = app_with("ends-like-options", "");
    let told = |token: &str| app.run(app.cargo(["check", "--release"]).env("CACHEBREAKER", token)).told();
    let warning = "warning: token `build-7~0badc0` from the environment variable `CACHEBREAKER` ends like the digits that `assets!` adds for \
                   its options, so other releases take it for `build-7`: let it end differently";
    assert_eq!(told("build-7~0badc0"), [warning]);
    for token in ["build-7~0badc", "build-7~0BADC0", "build-7-0badc0", "0badc0"] {
        assert_eq!(told(token), [""; 0], "{token}");
    }
}

#[test]
fn a_suffix_that_semver_takes_for_a_pre_release_gives_a_warning_in_a_release_build() {
    let app = app_with("suffix", "");
    let told = |text: &str, profile: &[&str]| app.run(app.cargo(profile).env("CACHEBREAKER", text)).told();
    for (token, version, suffix, instead) in [
        ("2026.11.2-1", "2026.11.2", "1", "2026.11.2.1"),
        ("1.4.0-hotfix1", "1.4.0", "hotfix1", "1.4.0.1"),
        ("v1.4.0-hotfix", "v1.4.0", "hotfix", "v1.4.0.1"),
        ("2026.11-p3.2", "2026.11", "p3.2", "2026.11.1"),
        ("2026.11-p3", "2026.11", "p3", "2026.11.3"),
    ] {
        assert_eq!(
            told(token, &["check", "--release"]),
            [format!(
                "warning: token `{token}` from the environment variable `CACHEBREAKER` counts as older than `{version}`, because \
                 semver takes `-{suffix}` for a pre-release: if it comes after `{version}`, give it a number, as in `{instead}`"
            )]
        );
    }
    for token in ["v1.4.0-rc.1", "1.4.0-Beta2", "1.4.0-SNAPSHOT", "v1.4.0-14-g2414721", "v1.4.0-dirty", "1.4.0", "b-1"]
    {
        assert_eq!(told(token, &["check", "--release"]), [""; 0], "{token}");
    }
    assert_eq!(told("2026.11.2-1", &["check"]), [""; 0]);
}

#[test]
fn a_release_with_the_token_of_the_last_one_and_other_contents_gives_a_warning() {
    let app = app_with("used-twice", ".token(Token::git())");
    app.write(".gitignore", "static/dist\n").write("static/dist/app.js", "1");
    let repository = Repository::new(&app.path(""));
    let head = repository.commit(1_700_000_000);
    let told = |profile: &[&str]| app.run(&mut app.cargo(profile)).told();
    let warning = |token: &str, difference: &str| {
        [format!(
            "warning: the last release build had the token `{token}` too, but {difference}: browsers that have cached its files \
             for a year do not see a change; give this release another token"
        )]
    };
    assert_eq!(told(&["check", "--release"]), [""; 0]);
    assert_eq!(told(&["check"]), [""; 0]);

    // Git ignores what a bundler has changed.
    app.write("static/dist/app.js", "2");
    assert_eq!(told(&["check"]), [""; 0]);
    assert_eq!(told(&["check", "--release"]), warning(&head[..12], "`dist/app.js` was different"));
    repository.commit(1_700_000_100);
    app.write("static/dist/app.js", "3");
    assert_eq!(told(&["check", "--release"]), [""; 0]);

    // Any source of tokens, and whatever makes a response another one.
    app.set_options(".token(\"v1\")");
    assert_eq!(told(&["check", "--release"]), [""; 0]);
    app.set_options(".token(\"v1\").headers(\"*.css\", [(\"x-robots-tag\", \"none\")])");
    assert_eq!(told(&["check", "--release"]), warning("v1", "`style.css` was different"));
    app.remove("static/dist");
    assert_eq!(told(&["check", "--release"]), warning("v1", "it had `dist/app.js`"));
    app.write("static/new.css", "");
    assert_eq!(told(&["check", "--release"]), warning("v1", "it had no `new.css`"));
}

#[test]
fn what_the_macro_decides_about_responses_changes_a_content_token() {
    let app = app_with("content-options", ".token(Token::content())");
    app.write(".gitignore", "src");
    Repository::new(&app.path("")).commit(1_700_000_000);
    let with = |options: &str| {
        app.write("src/main.rs", ASK.replace("\"static\"", &format!("\"static\"{options}")));
        token(&app, &[])
    };
    let plain = with("");
    let mut tokens = BTreeSet::from([plain.clone()]);
    for options in [
        ", cors = true",
        ", cache_max_age = 60",
        ", cross_origin_resource_policy = SameSite",
        ", timing_allow_origin = \"*\"",
        ", name = \"look/{breaker}\"",
        ", base = \"https://cdn.example.com\"",
    ] {
        let token = with(options);
        assert_eq!(split(&token).0, "1700000000000", "{options}");
        assert_eq!(split(&token).1[..12], split(&plain).1[..12], "the same contents");
        assert!(tokens.insert(token), "{options}");
    }
    // What no cache keeps changes nothing.
    for options in [", embed = true", ", rollout_window = 60", ", premature = NotFound", ", stale = NotFound"] {
        assert_eq!(with(options), plain, "{options}");
    }
    // Another base for one build is another token, and a text is a text, whatever it looks like.
    with("");
    assert!(tokens.insert(token(&app, &[("CACHEBREAKER_BASE_URL", "https://other.example")])));
    with(", cors = true");
    assert_eq!(token(&app, &[("CACHEBREAKER", &plain)]), plain);
}
