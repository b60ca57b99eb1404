//! What is kept between builds in `target/cachebreaker`, and that no build depends on it.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tests::{App, target_folder};

/// An app whose cache is its own, and not that of all apps: its build script marks a directory of its own as cargo marks the
/// target directory. `before` is done before the folder is prepared, with the path of the cache in `cache`.
fn app_with_own_cache(name: &str, before: &str) -> App {
    let app = App::new(name);
    // What an earlier run of this test has left in the target directory.
    let builds = fs::read_dir(target_folder().join("fixtures/release/build")).into_iter().flatten().flatten();
    for build in builds.filter(|build| build.file_name().to_string_lossy().starts_with(&format!("{name}-"))) {
        let _ = fs::remove_dir_all(build.path().join("cachebreaker"));
        let _ = fs::remove_file(build.path().join("cachebreaker"));
    }
    let build = format!(
        r#"fn main() {{
            let own = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap()).parent().unwrap().to_owned();
            std::fs::write(own.join("CACHEDIR.TAG"), "").unwrap();
            let cache = own.join("cachebreaker");
            println!("cargo::rustc-env=CACHE={{}}", cache.display());
            {before}
            cachebreaker_build::assets("static");
            cachebreaker_build::assets("other");
        }}"#
    );
    let main = App::MAIN.replace("fn main() {", "fn main() {\n    println!(\"cache {}\", env!(\"CACHE\"));");
    app.write("build.rs", build).write("src/main.rs", main);
    app.write("other/text.txt", "this is text that compresses\n".repeat(50));
    app
}

/// The path of the cache, which the app prints first, and the names of the files in it.
fn cache(printed: &str) -> (PathBuf, Vec<String>) {
    let folder = PathBuf::from(printed.strip_prefix("cache ").unwrap().lines().next().unwrap());
    let entries = fs::read_dir(&folder).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    (folder, names)
}

#[test]
fn a_cache_that_cannot_be_written_is_one_warning_and_no_failed_build() {
    // Not even root can write into a file.
    let app = app_with_own_cache("unwritable-cache", r#"std::fs::write(&cache, "no folder").unwrap();"#);
    app.write("static/style.css", "body { margin: 0 }\n".repeat(50));
    app.write("static/script.js", "let a = 1;\n".repeat(50));
    let run = app.run(&mut app.cargo(["run", "--release"]));
    let (folder, _) = cache(run.stdout());
    assert_eq!(
        run.told(),
        [format!(
            "warning: cannot write to the cache `{}`: Not a directory (os error 20); this build is complete, but each build \
             will compress the same files again: make the folder writable, or remove it",
            folder.display()
        )]
    );
    assert!(run.stdout().contains("style.css text/css"), "{}", run.stdout());
}

#[test]
fn an_entry_that_cannot_be_read_or_replaced_is_made_again() {
    let app = app_with_own_cache("folder-in-cache", "");
    app.write("static/style.css", "body { margin: 0 }\n".repeat(50));
    let run = app.run(app.cargo(["run", "--release"]).env("CACHEBREAKER", "v1"));
    let (folder, names) = cache(run.stdout());
    let entry = names.iter().find(|name| name.contains("-br-11-")).unwrap();
    fs::remove_file(folder.join(entry)).unwrap();
    fs::create_dir_all(folder.join(entry).join("in")).unwrap();
    let again = app.run(app.cargo(["run", "--release"]).env("CACHEBREAKER", "v2"));
    assert_eq!(again.stdout().replace("v2", "v1"), run.stdout());
    let told = again.told();
    assert!(told.len() == 1 && told[0].contains("Is a directory"), "{told:?}");
}

#[test]
fn files_that_do_not_compress_are_one_entry_together_and_old_entries_are_removed() {
    let app = app_with_own_cache("pruned-cache", "");
    for number in 0..50 {
        app.write(format!("static/{number}.txt"), number.to_string());
    }
    let run = app.run(app.cargo(["run", "--release"]).env("CACHEBREAKER", "v1"));
    let (folder, names) = cache(run.stdout());
    // For each of two folders the digests; of `static` two lists; of `other` two encodings; and the time of the pruning.
    let ends = |end: &str| names.iter().filter(|name| name.ends_with(end)).count();
    assert_eq!((ends("-sha384"), ends("-incompressible"), names.len()), (2, 2, 7), "{names:?}");

    let set_age = |name: &str, days: u64| {
        let file = File::options().append(true).create(true).open(folder.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60)).unwrap();
    };
    names.iter().for_each(|name| set_age(name, 20));
    set_age("of-another-build", 31);
    set_age("of-a-build-of-last-week", 7);
    assert!(app.run(app.cargo(["run", "--release"]).env("CACHEBREAKER", "v2")).succeeded());
    let (_, left) = cache(run.stdout());
    assert!(!left.contains(&"of-another-build".to_owned()), "not used for 30 days");
    assert_eq!(left.len(), names.len() + 1, "and nothing else");
    let age =
        |name: &String| fs::metadata(folder.join(name)).unwrap().modified().unwrap().elapsed().unwrap_or_default();
    let used = names.iter().filter(|name| age(name).as_secs() < 24 * 60 * 60).count();
    assert_eq!(used, names.len(), "what this build used is recorded as used");
}

#[test]
fn with_a_target_the_cache_is_in_the_same_folder() {
    let app = App::new("cache-of-target");
    // For the other directory nothing is compiled but this.
    let dependencies = App::dependencies();
    let (_, of_build) = dependencies.split_once("\n\n").unwrap();
    app.write("Cargo.toml", app.manifest("2024", of_build)).write("src/main.rs", "fn main() {}");
    // What is kept outlives this test: its input is another one each time.
    let text = format!("/* {} */\n", app.path("").display()).repeat(50);
    app.write("static/style.css", &text);
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let host = String::from_utf8(rustc.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let run = app.run(&mut app.cargo(["check", "--release", "--target", host]));
    assert_eq!(run.stdout(), "");

    // A digest, then what is sent.
    let is_of_text = |entry: &[u8]| {
        let mut decoded = String::new();
        let encoded = entry.get(32..).unwrap_or_default();
        brotli::Decompressor::new(encoded, 4096).read_to_string(&mut decoded).is_ok() && decoded == text
    };
    let is_kept = |folder: &Path| {
        let mut entries = fs::read_dir(folder.join("cachebreaker")).into_iter().flatten().flatten();
        entries.any(|entry| fs::read(entry.path()).is_ok_and(|bytes| is_of_text(&bytes)))
    };
    let target = target_folder().join("fixtures");
    assert_eq!((is_kept(&target), is_kept(&target.join(host))), (true, false));
}
