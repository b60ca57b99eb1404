//! Where files come from: folders in `OUT_DIR`, outside of the crate, and several that lie over one another.

use std::fs;

use tests::App;

/// The lines that a check of the app gives.
fn told(app: &App) -> Vec<String> {
    app.run(&mut app.cargo(["check", "--message-format=short"])).told()
}

fn run(app: &App, arguments: &[&str]) -> String {
    app.run(app.cargo(arguments).env("CACHEBREAKER", "v1")).stdout().to_owned()
}

#[test]
fn what_a_bundler_has_put_into_out_dir_is_served_and_built_again_with_its_sources() {
    let app = App::new("out-dir");
    let build = r#"
use std::path::Path;

fn main() {
    let out_dir = std::env::var_os("OUT_DIR").unwrap();
    let dist = Path::new(&out_dir).join("dist");
    bundle(Path::new("web"), &dist);
    cachebreaker_build::Assets::new(dist).named("dist").watch("web").prepare();
}

/// A bundler: it puts all files into one, and removes what it wrote before.
fn bundle(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir(to).unwrap();
    let mut files: Vec<_> = std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let all: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    std::fs::write(to.join("app.js"), all).unwrap();
}
"#;
    app.write("build.rs", build).write("web/a.js", "a;").write("web/b.js", "b;");
    app.write("src/main.rs", App::MAIN.replace("\"static\"", "\"dist\""));
    for profile in [&["run"][..], &["run", "--release"]] {
        app.write("web/b.js", "b;");
        assert_eq!(run(&app, profile), "token v1\n/dist/v1/app.js text/javascript; charset=utf-8 \"a;b;\"\n");
        app.write("web/b.js", "changed;");
        assert_eq!(run(&app, profile), "token v1\n/dist/v1/app.js text/javascript; charset=utf-8 \"a;changed;\"\n");
    }
    // Without a name the macro could not be told which folder it is.
    app.write("build.rs", build.replace(".named(\"dist\")", ""));
    let told = told(&app);
    assert!(
        told[0].starts_with("error: folder `/")
            && told[0].ends_with(
                "/out/dist` is in `OUT_DIR`, whose path the macro cannot be given: name it, as in `.named(\"dist\")`"
            ),
        "{told:?}"
    );
    app.write("build.rs", build);
    run(&app, &["run", "--release"]);

    // What the build script writes does not make cargo run it again.
    let again = app.run(app.cargo(["run", "--release"]).env("CACHEBREAKER", "v1"));
    assert!(!again.stderr().contains("Compiling"), "{}", again.stderr());
}

#[test]
fn a_folder_is_named_by_its_absolute_path_however_long_it_is() {
    let app = App::new("absolute");
    let deep = ["a folder of some length"; 15].join("/");
    app.write(format!("{deep}/style.css"), "body {}");
    let folder = app.path(deep).to_str().unwrap().to_owned();
    app.write("build.rs", format!("fn main() {{ cachebreaker_build::assets({folder:?}); }}"));
    app.write("src/main.rs", App::MAIN.replace("\"static\"", &format!("{folder:?}, name = \"static/{{breaker}}\"")));
    for profile in [&["run"][..], &["run", "--release"]] {
        assert_eq!(run(&app, profile), "token v1\n/static/v1/style.css text/css; charset=utf-8 \"body {}\"\n");
    }
}

#[test]
fn folders_that_lie_over_one_another_are_one_view() {
    let app = App::new("overlays");
    app.write("static/style.css", "plain").write("static/img/logo.svg", "plain");
    app.write("shared/icons/a.svg", "icon").write("brand/style.css", "brand").write("brand/.hidden", "hidden");
    app.write("brand/raw.psd", "raw");
    let build = r#"fn main() {
        cachebreaker_build::Assets::new("static").overlay("shared").overlay_winning("brand").exclude("*.psd").prepare();
    }"#;
    app.write("build.rs", build);
    let expected = |style: &str| {
        format!(
            "token v1\n/static/v1/icons/a.svg image/svg+xml \"icon\"\n/static/v1/img/logo.svg image/svg+xml \"plain\"\n\
             /static/v1/style.css text/css; charset=utf-8 \"{style}\"\n"
        )
    };
    assert_eq!(run(&app, &["run", "--release"]), expected("brand"));
    assert_eq!(run(&app, &["run"]), expected("brand"));
    // In development each file comes from its own folder, without a build.
    app.write("brand/style.css", "edited");
    let edited = app.run(&mut app.program("debug"));
    assert_eq!(edited.stdout(), expected("edited"));
    // Each folder is watched.
    app.write("shared/new.css", "new").remove("brand/style.css");
    let printed = run(&app, &["run"]);
    assert!(
        printed.contains("/static/v1/new.css") && printed.contains("style.css text/css; charset=utf-8 \"plain\""),
        "{printed}"
    );
}

#[test]
fn two_files_at_one_path_are_an_error_that_names_both() {
    let app = App::new("conflict");
    app.write("static/style.css", "a").write("static/img/a.svg", "a").write("static/b.css", "b");
    app.write("theme/style.css", "b").write("theme/img/a.svg", "b").write("theme/c.css", "c");
    app.write(
        "build.rs",
        "fn main() { cachebreaker_build::Assets::new(\"static\").overlay(\"theme\").overlay(\"none\").prepare(); }",
    );
    let conflict = |path: &str| {
        format!(
            "error: `static/{path}` and `theme/{path}` would have one URL: rename or remove one, or lay the folder that is to win \
             over the other with `.overlay_winning(…)`"
        )
    };
    assert_eq!(
        told(&app),
        [
            "error: folder `none` does not exist: create it, or name a folder that is there, relative to `Cargo.toml`"
                .to_owned(),
            conflict("img/a.svg"),
            conflict("style.css"),
        ]
    );
    // One that is left out is in nobody's way.
    app.write(
        "build.rs",
        "fn main() { cachebreaker_build::Assets::new(\"static\").overlay(\"theme\").exclude(\"img/\").exclude(\"style.css\").prepare(); }",
    );
    assert_eq!(told(&app), [""; 0]);
    // An empty folder adds nothing.
    fs::create_dir(app.path("none")).unwrap();
    app.write(
        "build.rs",
        "fn main() { cachebreaker_build::Assets::new(\"none\").overlay(\"theme\").named(\"static\").prepare(); }",
    );
    assert_eq!(told(&app), [""; 0]);
}

#[test]
fn the_token_of_contents_has_the_time_of_the_last_change_to_any_of_the_folders() {
    let app = App::new("overlay-commits");
    app.write("static/a.css", "a").write(".gitignore", "/target\nCargo.lock\n");
    let repository = tests::Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    app.write("theme/b.css", "b");
    repository.commit(1_700_000_500);
    app.write("README.md", "");
    repository.commit(1_700_000_900);
    app.write(
        "build.rs",
        "fn main() { cachebreaker_build::Assets::new(\"static\").overlay(\"theme\").token(cachebreaker_build::Token::content()).prepare(); }",
    );
    let printed = app.run(&mut app.cargo(["run"]));
    assert!(printed.stdout().starts_with("token 1700000500000-"), "{}", printed.stdout());
}

#[test]
fn the_retry_script_is_an_asset_and_is_not_written_into_the_folder() {
    let app = App::new("retry-script");
    let build = "fn main() { cachebreaker_build::Assets::new(\"static\").retry_script(\"js/retry.js\").token(\"v1\").prepare(); }";
    app.write("build.rs", build).write("static/a.css", "a");
    app.write(
        "src/main.rs",
        "cachebreaker::assets!(\"static\");\nfn main() {\n    \
         assert_eq!(*assets::js::RETRY_JS.bytes(), *cachebreaker::RETRY_SCRIPT.as_bytes());\n    \
         print!(\"{} {}\", assets::A_CSS, assets::js::RETRY_JS);\n}\n",
    );
    for profile in [&["run"][..], &["run", "--release"]] {
        let run = app.run(&mut app.cargo(profile));
        assert_eq!(run.stdout(), "/static/v1/a.css /static/v1/js/retry.js");
        let again = app.run(&mut app.cargo(profile));
        assert!(!again.stderr().contains("Compiling"), "{}", again.stderr());
    }
    assert_eq!(fs::read_dir(app.path("static")).unwrap().count(), 1);
    app.write("build.rs", build.replace(".token", ".include(\"*.css\").exclude(\"js/*\").token"));
    let run = app.run(&mut app.cargo(["run"]));
    assert_eq!((run.stdout(), run.told()), ("/static/v1/a.css /static/v1/js/retry.js", vec![]));
    app.write("build.rs", build);
    app.write("static/js/retry.js", "another");
    let told = told(&app);
    assert_eq!(
        told,
        ["error: `static/js/retry.js` and the retry script would have one URL: rename or remove the file, or give \
             `.retry_script(…)` another path"]
    );
}

/// Whether cargo had nothing to do, and what the build says.
fn build_again(app: &App) -> (bool, Vec<String>) {
    let run = app.run(&mut app.cargo(["check"]));
    (!run.stderr().contains("Checking") && !run.stderr().contains("Compiling"), run.told())
}

#[test]
fn what_a_bundler_keeps_for_itself_beside_its_sources_does_not_make_cargo_build_again() {
    let app = App::new("watch-web");
    // As Vite does in every build: the sources into `OUT_DIR`, and temporary files into `node_modules`.
    let build = r#"
fn main() {
    let dist = std::path::Path::new(&std::env::var_os("OUT_DIR").unwrap()).join("dist");
    std::fs::create_dir_all(&dist).unwrap();
    std::fs::create_dir_all("web/node_modules/.vite-temp").unwrap();
    let nanoseconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    std::fs::write("web/node_modules/.vite-temp/config.mjs", nanoseconds.to_string()).unwrap();
    std::fs::copy("web/src/app.ts", dist.join("app.js")).unwrap();
    cachebreaker_build::Assets::new(dist).named("dist").watch("web").prepare();
}
"#;
    app.write("build.rs", build).write("web/src/app.ts", "1;").write("web/node_modules/x/index.js", "");
    app.write("src/main.rs", App::MAIN.replace("\"static\"", "\"dist\""));
    assert_eq!(build_again(&app), (false, vec![]));
    assert_eq!(build_again(&app), (true, vec![]));
    app.write("web/src/app.ts", "2;");
    assert_eq!(build_again(&app), (false, vec![]), "a source has changed");
    assert_eq!(build_again(&app), (true, vec![]));
    app.write("web/src/added.ts", "");
    assert_eq!(build_again(&app), (false, vec![]), "a source was added");
}

#[test]
fn a_build_that_writes_into_what_cargo_watches_gets_a_warning_that_names_the_file_and_the_way_out() {
    let app = App::new("watch-loop");
    let build = |path: &str, calls: &str| {
        format!(
            "fn main() {{ std::thread::sleep(std::time::Duration::from_millis(100)); \
             std::fs::write({path:?}, \"generated\").unwrap(); \
             cachebreaker_build::Assets::new(\"static\"){calls}.prepare(); }}\n"
        )
    };
    app.write("static/style.css", "").write("web/app.ts", "");
    let because =
        "was written while `build.rs` ran: if the build writes it, cargo runs `build.rs` again in every build";
    for (path, calls, way_out) in [
        ("static/gen.js", "", "let the build write to `OUT_DIR`, and lay that over the folder with `.overlay(…)`"),
        ("web/gen.ts", ".watch(\"web\")", "watch the sources alone, and let the build write to `OUT_DIR`"),
    ] {
        app.write("build.rs", build(path, calls));
        let warning = vec![format!("warning: `{path}` {because}; {way_out}")];
        for _ in 0..2 {
            assert_eq!(build_again(&app), (false, if cfg!(target_os = "linux") { warning.clone() } else { vec![] }));
        }
        app.remove(path);
    }
}
