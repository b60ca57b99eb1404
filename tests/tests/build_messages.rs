//! What the build says about folders, files, tokens and levels, word for word: one line for one mistake.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use tests::{App, target_folder};

/// The lines that a check of the app gives.
fn told(app: &App) -> Vec<String> {
    app.run(&mut app.cargo(["check", "--message-format=short"])).told()
}

#[test]
fn a_folder_that_cannot_be_prepared_is_told_with_what_to_do() {
    let app = App::new("wrong-folders");

    assert_eq!(
        told(&app),
        ["error: folder `static` does not exist: create it, or name a folder that is there, relative to `Cargo.toml`"]
    );

    app.write("statik/style.css", "");
    assert_eq!(told(&app), ["error: folder `static` does not exist: did you mean `statik`?"]);
    app.remove("statik");

    app.write("static", "not a folder");
    assert_eq!(told(&app), ["error: `static` is a file: name the folder that it is in"]);
    app.remove("static");

    symlink("nowhere", app.path("static")).unwrap();
    assert_eq!(
        told(&app),
        ["error: link `static` leads to `nowhere`, which does not exist: correct the link or remove it"]
    );
    app.remove("static");

    fs::create_dir_all(app.path("static/css")).unwrap();
    assert_eq!(told(&app), ["error: folder `static` has no files: put at least one asset into it"]);

    app.write("static/.gitkeep", "").write("static/.git/config", "");
    assert_eq!(
        told(&app),
        [
            "error: folder `static` has no files but 2 hidden: put an asset into it, or take hidden files with `.hidden(true)`"
        ]
    );
}

#[test]
fn a_file_that_cannot_be_served_is_named() {
    let app = App::new("wrong-files");
    app.write("static/style.css", "body {}");

    app.write(OsStr::from_bytes(b"static/caf\xe9.css"), "");
    assert_eq!(told(&app), ["error: the name of `static/caf\u{fffd}.css` is not UTF-8, so it has no URL: rename it"]);
    app.remove(OsStr::from_bytes(b"static/caf\xe9.css"));

    // What is in the folder has the folder's fault, which is told once.
    app.write(OsStr::from_bytes(b"static/caf\xe9/a.css"), "").write(OsStr::from_bytes(b"static/caf\xe9/b.css"), "");
    assert_eq!(told(&app), ["error: the name of `static/caf\u{fffd}` is not UTF-8, so it has no URL: rename it"]);
    app.remove(OsStr::from_bytes(b"static/caf\xe9"));

    app.write("static/img\\logo.svg", "");
    assert_eq!(
        told(&app),
        [r"error: the name of `static/img\logo.svg` contains a backslash, which browsers turn into a slash: rename it"]
    );
    app.remove("static/img\\logo.svg");

    symlink("nowhere.css", app.path("static/dangling.css")).unwrap();
    assert_eq!(
        told(&app),
        [
            "error: link `static/dangling.css` leads to `nowhere.css`, which does not exist: correct the link or remove it"
        ]
    );
    app.remove("static/dangling.css");

    assert!(Command::new("mkfifo").arg(app.path("static/pipe")).status().unwrap().success());
    assert_eq!(told(&app), ["error: `static/pipe` is neither a file nor a folder: remove it from the assets"]);
    app.remove("static/pipe");

    // A name cannot forge a line of its own.
    symlink("nowhere", app.path("static/a\ncargo::warning=b")).unwrap();
    assert_eq!(
        told(&app),
        [
            r"error: link `static/a\ncargo::warning=b` leads to `nowhere`, which does not exist: correct the link or remove it"
        ]
    );
    app.remove("static/a\ncargo::warning=b");

    // A circle of links: nobody can read it, not even root.
    symlink("itself", app.path("static/itself")).unwrap();
    assert_eq!(
        told(&app),
        [
            "error: cannot read `static/itself`: Too many levels of symbolic links (os error 40); make it readable or remove it",
        ]
    );
    app.remove("static/itself");

    assert_eq!(told(&app), [""; 0]);
}

#[test]
fn all_that_is_wrong_is_told_in_one_build() {
    let app = App::new("several-faults");
    let build = "use cachebreaker_build::{Assets, assets};\n\
                 fn main() { assets(\"static\"); assets(\"theme\"); Assets::new(\"css\").gzip(10).prepare(); }\n";
    app.write("build.rs", build)
        .write("static/img\\logo.svg", "")
        .write("static/a/b\\.css", "")
        .write("static/a-b\\.css", "");
    symlink("nowhere.css", app.path("static/dangling.css")).unwrap();
    assert_eq!(
        told(&app),
        [
            r"error: the name of `static/a-b\.css` contains a backslash, which browsers turn into a slash: rename it",
            r"error: the name of `static/a/b\.css` contains a backslash, which browsers turn into a slash: rename it",
            "error: link `static/dangling.css` leads to `nowhere.css`, which does not exist: correct the link or remove it",
            r"error: the name of `static/img\logo.svg` contains a backslash, which browsers turn into a slash: rename it",
            "error: folder `theme` does not exist: create it, or name a folder that is there, relative to `Cargo.toml`",
            "error: gzip has no level 10: its levels are 0 to 9",
            "error: folder `css` does not exist: create it, or name a folder that is there, relative to `Cargo.toml`",
        ]
    );

    // Options, files and the token of one folder.
    let build = "fn main() { cachebreaker_build::Assets::new(\"static\").gzip(10).token(\"a b\").prepare(); }";
    app.write("build.rs", build).remove("static/a").remove("static/a-b\\.css").remove("static/dangling.css");
    assert_eq!(
        told(&app),
        [
            "error: gzip has no level 10: its levels are 0 to 9",
            r"error: the name of `static/img\logo.svg` contains a backslash, which browsers turn into a slash: rename it",
            "error: `a b` from `build.rs` is no token: it contains ` `; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ]
    );
}

#[test]
fn of_very_many_faults_the_first_twenty_are_told_and_how_many_more_there_are() {
    let app = App::new("many-faults");
    for number in 0..200 {
        app.write(format!("static/{:02}/{number:03}\\.css", number / 20), "");
    }
    let told = told(&app);
    assert_eq!(told.len(), 21, "{told:#?}");
    for (number, line) in told[..20].iter().enumerate() {
        assert!(
            line.starts_with(&format!("error: the name of `static/00/{number:03}\\.css` contains a backslash")),
            "{line}"
        );
    }
    assert_eq!(told[20], "error: and 180 more in `static`: correct these first");
}

#[test]
fn links_that_lead_in_a_circle_give_a_warning_and_all_else_is_served() {
    let app = App::new("circle");
    app.write("static/css/style.css", "body {}").write("static/a.txt", "a");
    symlink("..", app.path("static/css/back")).unwrap();
    let run = || app.run(app.cargo(["run"]).env("CACHEBREAKER", "1"));
    let first = run();
    assert_eq!(
        first.stdout(),
        "token 1\n\
         /static/1/a.txt text/plain; charset=utf-8 \"a\"\n\
         /static/1/css/style.css text/css; charset=utf-8 \"body {}\"\n"
    );
    let mut told = first.told();
    // Cargo follows the links of what it watches, and says in its own words that it stops at this one.
    told.retain(|line| !line.starts_with("warning: File system loop found: "));
    assert_eq!(
        told,
        [
            "warning: link `static/css/back` leads back to `static`, a folder that it is in, and was not followed: remove it"
        ]
    );
    app.write("static/css/new.css", "new");
    assert!(run().stdout().contains("/static/1/css/new.css"), "changes are noticed all the same");
}

#[test]
fn names_that_collide_give_a_warning_and_both_files_are_served() {
    let app = App::new("collision");
    app.write("static/a-b.css", "hyphen").write("static/a_b.css", "underscore").write("static/c.css", "c");
    app.write("static/x/1.js", "").write("static/X/1.js", "").write("static/x/_1.js", "");
    let main = "cachebreaker::assets!(\"static\");\nfn main() { println!(\"{:?} {:?} {:?}\", assets::get(\"a-b.css\"), Some(assets::asset!(\"a_b.css\")), assets::C_CSS); }\n";
    app.write("src/main.rs", main);
    let run = app.run(app.cargo(["run", "--message-format=short"]).env("CACHEBREAKER", "1"));
    assert_eq!(
        run.stdout(),
        "Some(Asset(\"/static/1/a-b.css\")) Some(Asset(\"/static/1/a_b.css\")) Asset(\"/static/1/c.css\")\n"
    );
    assert_eq!(
        run.told(),
        [
            "src/main.rs:1:23: warning: use of deprecated constant `_::NAME_TAKEN_TWICE`: `X/1.js`, `x/1.js`, `x/_1.js` would take the constant `assets::x::_1_JS`, so none has one: rename them, or reach them as in `assets::asset!(\"X/1.js\")`",
            "src/main.rs:1:23: warning: use of deprecated constant `_::NAME_TAKEN_TWICE`: `a-b.css` and `a_b.css` would take the constant `assets::A_B_CSS`, so neither has one: rename them, or reach them as in `assets::asset!(\"a-b.css\")`",
        ]
    );
}

#[test]
fn of_very_many_names_that_collide_the_first_are_told_and_how_many_more_there_are() {
    let app = App::new("many-collisions");
    for number in 0..200 {
        app.write(format!("static/{number:03}-a.css"), "").write(format!("static/{number:03}_a.css"), "");
    }
    for sign in ["+", "-", "=", "@", "_", "~"] {
        app.write(format!("static/000/{sign}.js"), "");
    }
    let told = told(&app);
    assert_eq!(told.len(), 21, "{told:#?}");
    let note = |line: &str| line.split_once("`_::NAME_TAKEN_TWICE`: ").unwrap().1.to_owned();
    assert!(
        note(&told[0]).starts_with("`000-a.css` and `000_a.css` would take the constant `assets::_000_A_CSS`"),
        "{}",
        told[0]
    );
    assert!(
        note(&told[1]).starts_with(
            "`000/+.js`, `000/-.js`, `000/=.js`, `000/@.js`, `000/_.js`, and 1 more would take the constant `assets::_000::__JS`"
        ),
        "{}",
        told[1]
    );
    assert!(note(&told[2]).starts_with("`001-a.css` and `001_a.css`"), "{}", told[2]);
    assert_eq!(note(&told[20]), "and 181 more constants of `assets` would be taken by more than one file");
}

#[test]
fn a_text_that_is_no_token_fails_the_build() {
    let app = App::new("wrong-tokens");
    app.write("static/style.css", "body {}").write("theme/dark.css", "");
    // One mistake, told once, though it spoils two folders.
    app.write(
        "build.rs",
        "fn main() { cachebreaker_build::assets(\"static\"); cachebreaker_build::assets(\"theme\"); }",
    );
    let told = |name: &str, value: &OsStr| app.run(app.cargo(["check"]).env(name, value)).told();
    for (value, expected) in [
        (
            "",
            "error: the token from the environment variable `CACHEBREAKER` is empty: give it a text, or leave it unset; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (
            "a b",
            "error: `a b` from the environment variable `CACHEBREAKER` is no token: it contains ` `; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (
            "feature/x",
            "error: `feature/x` from the environment variable `CACHEBREAKER` is no token: it contains `/`; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (
            "v1\n",
            "error: `v1\\n` from the environment variable `CACHEBREAKER` is no token: it contains `\\n`; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (
            "..",
            "error: `..` from the environment variable `CACHEBREAKER` is no token: `.` and `..` mean folders in a URL; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
    ] {
        assert_eq!(told("CACHEBREAKER", value.as_ref()), [expected]);
    }
    let long = "7".repeat(129);
    assert_eq!(
        told("CACHEBREAKER", long.as_ref()),
        [format!(
            "error: `{long}` from the environment variable `CACHEBREAKER` is no token: it has 129 bytes; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`"
        )]
    );
    assert_eq!(
        told("CACHEBREAKER", OsStr::from_bytes(b"\xe9")),
        ["error: the environment variable `CACHEBREAKER` is not UTF-8: unset it, or give it a text that is"]
    );
    for value in ["", "yesterday", "-1", "1718539201.5", "253402300800"] {
        assert_eq!(
            told("SOURCE_DATE_EPOCH", value.as_ref()),
            [format!(
                "error: `SOURCE_DATE_EPOCH` is `{value}`: it must be whole seconds since 1970-01-01, as in `1718539201`"
            )]
        );
    }
}

#[test]
fn what_build_rs_sets_wrongly_is_told() {
    let app = App::new("wrong-options");
    app.write("static/style.css", "body {}");
    for (options, expected) in [
        (
            ".token(\"\")",
            "error: the token from `build.rs` is empty: give it a text, or leave it unset; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (
            ".token(\"a/b\")",
            "error: `a/b` from `build.rs` is no token: it contains `/`; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (
            ".token_env(\"RELEASE\")",
            "error: the token from the environment variable `RELEASE` is empty: give it a text, or leave it unset; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`",
        ),
        (
            ".token(\"9fceb02\").supersedes([\"1a2b3c4\", \"1a2b\"])",
            "error: `1a2b` from `.supersedes(…)` in `build.rs` is no commit as long as the token: give hashes with at least as many hex digits",
        ),
        (
            ".prepare(); cachebreaker_build::Assets::new(\"./static/\")",
            "error: folder `./static/` is prepared twice in `build.rs`: remove one call",
        ),
        (
            ".watch(\"nowhere\")",
            "warning: `nowhere` is watched, but does not exist, so cargo runs `build.rs` in every build: correct the path of `.watch(…)`",
        ),
        (".brotli(12)", "error: brotli has no level 12: its levels are 0 to 11"),
        (".gzip(10)", "error: gzip has no level 10: its levels are 0 to 9"),
    ] {
        app.write(
            "build.rs",
            format!("fn main() {{ cachebreaker_build::Assets::new(\"static\"){options}.prepare(); }}"),
        );
        let run = app.run(app.cargo(["check"]).env("RELEASE", ""));
        assert_eq!(run.told(), [expected], "{options}");
    }
}

#[test]
fn another_version_of_cachebreaker_build_is_refused() {
    let app = App::new("other-version");
    let version = env!("CARGO_PKG_VERSION");
    // What that version would have written.
    let build = format!("fn main() {{
    cachebreaker_build::assets(\"static\");
    let manifest = std::path::Path::new(&std::env::var_os(\"OUT_DIR\").unwrap()).join(\"cachebreaker/static/manifest\");
    let text = std::fs::read_to_string(&manifest).unwrap().replacen(\"cachebreaker {version}\\n\", \"cachebreaker 0.0.9\\n\", 1);
    std::fs::write(&manifest, text).unwrap();
}}");
    app.write("static/style.css", "body {}").write("build.rs", build);
    assert_eq!(
        told(&app),
        [format!(
            "src/main.rs:1:23: error: `cachebreaker-build` is 0.0.9 and `cachebreaker` is {version}: give both the same version in `Cargo.toml`"
        )]
    );
}

#[test]
fn outside_a_build_script_nothing_can_be_prepared() {
    let app = App::new("no-out-dir");
    app.remove("build.rs").write("src/main.rs", App::BUILD);
    let dependencies = App::dependencies().replace("[build-dependencies]", "");
    app.write("Cargo.toml", app.manifest("2024", &dependencies));
    let run = app.run(&mut app.cargo(["run"]));
    assert_eq!(
        run.stdout(),
        "cargo::error=`OUT_DIR` is not set: call cachebreaker_build from `build.rs`, where cargo sets it\n"
    );
}

#[test]
fn a_file_that_is_too_long_or_may_never_end_is_refused_unread() {
    let app = App::new("endless-files");
    app.write("static/style.css", "body {}");

    // Nothing is on disk but its length. To read it would take that much memory.
    app.write("static/video.mp4", "");
    File::options().append(true).open(app.path("static/video.mp4")).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(
        told(&app),
        ["error: `static/video.mp4` has 1099511627776 bytes: an asset has less than 4 GiB; serve it from disk instead"]
    );
    app.remove("static/video.mp4");

    // The kernel's log: to read it waits for its next line.
    symlink("/proc/kmsg", app.path("static/log.txt")).unwrap();
    assert_eq!(
        told(&app),
        [
            "error: `static/log.txt` is the system's own `/proc/kmsg`, which has no length and may never end: copy what is in \
             it into a file, or remove it from the assets"
        ]
    );
    app.remove("static/log.txt");

    // What a link leads to is looked at, not the link.
    assert!(Command::new("mkfifo").arg(app.path("pipe")).status().unwrap().success());
    symlink("../pipe", app.path("static/pipe")).unwrap();
    symlink("/dev/zero", app.path("static/zero")).unwrap();
    assert_eq!(
        told(&app),
        [
            "error: `static/pipe` is neither a file nor a folder: remove it from the assets",
            "error: `static/zero` is neither a file nor a folder: remove it from the assets",
        ]
    );
}

#[test]
fn a_damaged_manifest_is_not_taken_for_one_of_another_version() {
    let app = App::new("damaged-manifest");
    app.write("static/style.css", "body {}");
    assert_eq!(told(&app), [""; 0]);
    let build = fs::read_dir(target_folder().join("fixtures/debug/build")).unwrap();
    let of_app = build.map(|entry| entry.unwrap().path().join("out/cachebreaker/static/manifest"));
    let is_of_app = |path: &PathBuf| path.to_string_lossy().contains("/damaged-manifest-") && path.is_file();
    of_app.filter(is_of_app).for_each(|manifest| fs::write(manifest, "").unwrap());
    app.write("src/main.rs", App::MAIN.replace("token {}", "the token {}"));
    assert_eq!(
        told(&app)[0],
        "src/main.rs:1:23: error: the manifest in `OUT_DIR` is damaged: run `cargo clean` and build again"
    );
}
