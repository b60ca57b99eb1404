//! What a build does where its history is damaged or read-only, where its disk is full, and where it is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use cachebreaker_history::{History, Release as Recorded};
use tests::{App, Release, ok, target_folder};

/// Where a build writes its release for the view `static`.
fn output(app: &App) -> PathBuf {
    app.released().join("static")
}

/// Releases that builds are writing, and those that killed builds have left.
fn unfinished(app: &App) -> BTreeSet<OsString> {
    let releases = app.released();
    let names = fs::read_dir(releases.parent().unwrap()).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.filter(|name| name.as_encoded_bytes().ends_with(b".unfinished")).collect()
}

/// Everything in a folder: when it was written, and the bytes of files.
fn state(folder: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    let mut state = BTreeMap::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(path) = todo.pop() {
        let bytes = if path.is_dir() {
            todo.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            Vec::new()
        } else {
            fs::read(&path).unwrap()
        };
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        state.insert(path.strip_prefix(folder).unwrap().to_owned(), (written, bytes));
    }
    state
}

/// The files in a folder and their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_file =
        |(path, (_, bytes)): (PathBuf, (SystemTime, Vec<u8>))| folder.join(&path).is_file().then_some((path, bytes));
    state(folder).into_iter().filter_map(is_file).collect()
}

/// The same command after a script, which sees file systems of its own and ends with `exec "$@"`. `$0` is the folder.
fn in_file_systems_of_its_own(command: &Command, script: &str, folder: &Path) -> Command {
    let mut outer = Command::new("unshare");
    outer.args(["--map-root-user", "--mount", "sh", "-ec", script]).arg(folder);
    inside(outer, command)
}

/// A command that runs another one, its last arguments, in the folder and the environment of that one.
fn inside(mut outer: Command, command: &Command) -> Command {
    outer.arg(command.get_program()).args(command.get_args());
    outer.current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}

fn can_mount() -> bool {
    let mount = "mount -t tmpfs none \"$0\"";
    let run =
        Command::new("unshare").args(["--map-root-user", "--mount", "sh", "-c", mount]).arg(target_folder()).status();
    let can_mount = run.is_ok_and(|status| status.success());
    if !can_mount {
        eprintln!("skipped in part: no file system can be mounted here");
    }
    can_mount
}

const HISTORY: &str = ".history(\"history\")";

#[test]
fn a_build_never_writes_to_the_history_that_it_reads() {
    let name = "history-read-only";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1");
    let first = Release::recorded(&app, "v1.0.0");
    app.write("static/style.css", "2");
    let _ = Release::recorded(&app, "v1.1.0");
    fs::write(app.path("history/static/releases/000003~v0.9.0"), "cachebreaker-rel").unwrap();
    let before = state(&app.path("history"));
    app.write("static/style.css", "3");
    let third = Release::build_with(&app, "v1.2.0", &[("CACHEBREAKER", "v1.2.0")]);
    assert!(state(&app.path("history")) == before);
    assert_eq!(third.ask(&app, first.url("style.css")), ok("1"));
    if can_mount() {
        let script = "mount --bind \"$0\" \"$0\"; mount -o remount,bind,ro \"$0\"; if touch \"$0/x\" 2>&1; then exit 1; fi; exec \"$@\"";
        app.write("static/style.css", "4");
        let mut cargo = app.cargo(["build", "--release"]);
        cargo.env("CACHEBREAKER", "v1.3.0");
        let run = app.run(&mut in_file_systems_of_its_own(&cargo, script, &app.path("history")));
        assert!(run.succeeded(), "{}", run.stderr());
        assert!(state(&app.path("history")) == before);
        assert!(output(&app).join("releases/000004~v1.3.0").exists());
    }
}

#[test]
fn one_release_has_the_same_bytes_wherever_it_is_built() {
    let built = ["history-here", "history-there"].map(|name| {
        let app = App::that_answers(name, HISTORY);
        app.write("static/style.css", "a { background: url(bg.png) } ".repeat(50)).write("static/bg.png", "1");
        app.write("static/é x.txt", "text ".repeat(100))
            .write("static/app.js", "import './lib.js'")
            .write("static/lib.js", "1");
        for (token, time) in [("v1.0.0", "1767600000"), ("v1.1.0", "1767700000")] {
            app.write("static/lib.js", token);
            let built = Release::build_with(&app, token, &[("CACHEBREAKER", token), ("SOURCE_DATE_EPOCH", time)]);
            assert_eq!(built.token, token);
            app.record("history");
        }
        (files(&output(&app)), files(&app.path("history")))
    });
    assert!(built[0] == built[1]);
    let text = &built[0].0[Path::new("releases/000002~v1.1.0")];
    let recorded = Recorded::parse(str::from_utf8(text).unwrap()).unwrap();
    assert_eq!((recorded.head.time, recorded.to_string().as_bytes()), (1_767_700_000_000, &**text));
    assert_eq!(recorded.assets.len(), 5);
}

#[test]
fn what_cannot_be_read_is_named_and_a_release_with_the_same_token_stops_the_build() {
    let name = "history-unreadable";
    let app = App::that_answers(name, HISTORY);
    let versions = ["v1.0.0", "v1.1.0", "v1.2.0"];
    let releases = versions.map(|version| {
        app.write("static/style.css", version);
        Release::recorded(&app, version)
    });
    let history = app.path("history/static");
    let file = |number: usize| history.join(format!("releases/{:06}~{}", number + 1, versions[number]));
    let content = |number: usize| {
        let hex = blake3::hash(versions[number].as_bytes()).to_hex().to_string();
        history.join("contents").join(&hex[..2]).join(&hex[2..])
    };
    let right = files(&history);
    // A folder in place of a file: root may read whatever the permissions are.
    fs::remove_file(content(0)).unwrap();
    fs::create_dir(content(0)).unwrap();
    // A time that no header can show, in a release that is whole otherwise.
    let text = fs::read_to_string(file(1)).unwrap();
    let time = text.lines().nth(2).unwrap();
    let lines = text[..text.rfind("end ").unwrap()].replace(time, "time 253402300800000");
    fs::write(file(1), format!("{lines}end {}\n", &blake3::hash(lines.as_bytes()).to_hex()[..32])).unwrap();
    // The release that is built again, half copied.
    let text = fs::read(file(2)).unwrap();
    fs::write(file(2), &text[..text.len() / 2]).unwrap();
    // Nobody knows whether it had the same contents under this token.
    let run = app.run(app.cargo(["build", "--release"]).env("CACHEBREAKER", "v1.2.0"));
    let expected = format!(
        "error: `{}` is cut off; restore it from another copy of the history, or remove the release",
        file(2).display()
    );
    assert_eq!(run.told(), [expected]);
    fs::remove_file(file(2)).unwrap();
    let again = Release::build_with(&app, "again", &[("CACHEBREAKER", "v1.2.0")]);
    let told = again.warnings.join("\n");
    for part in [
        &*format!(
            "the release `v1.0.0` of the history is not kept: cannot read `{}`: it is not a file; make it",
            content(0).display()
        ),
        &format!(
            "a release of the history is not used: line 3 of `{}` cannot be read; restore it from another copy of the history, or",
            file(1).display()
        ),
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    for release in &releases[..2] {
        assert_eq!(again.ask(&app, release.url("style.css")).0, 301);
    }
    assert_eq!(again.ask(&app, again.url("style.css")), ok("v1.2.0"));
    app.record("history");
    let mut repaired = files(&history);
    let path = Path::new("releases/000003~v1.2.0");
    let recorded = Recorded::parse(str::from_utf8(&repaired.remove(path).unwrap()).unwrap()).unwrap();
    let before = Recorded::parse(str::from_utf8(&right[path]).unwrap()).unwrap();
    assert_eq!((recorded.assets, recorded.head.token), (before.assets, before.head.token));

    // A file in place of the folder.
    fs::remove_dir_all(&history).unwrap();
    fs::write(&history, "").unwrap();
    let run = app.run(app.cargo(["build", "--release"]).env("CACHEBREAKER", "v1.3.0"));
    let expected = format!(
        "error: cannot read `{}/releases`: Not a directory (os error 20); make it readable, restore it from another copy of the \
         history, or remove the release",
        history.display()
    );
    assert_eq!(run.told(), [expected]);
}

/// Bytes that cannot be compressed.
fn noise(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes
}

#[test]
fn where_the_disk_is_full_the_build_says_so_and_with_room_it_is_right() {
    let name = "history-full";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "1");
    let _ = Release::recorded(&app, "v1.0.0");
    if !can_mount() {
        return;
    }
    let before = files(&output(&app));
    app.write("static/photo.jpg", noise(300_000));
    // The first build has no room. What is there then is shown, and the second has room.
    let script = format!(
        "mount -t tmpfs -o size=100k none \"$0\"; cp -r {before} \"$0/{name}\"
         if \"$@\"; then exit 3; fi
         cp -r \"$0/.\" {shown}; mount -o remount,size=10m \"$0\"; \"$@\"; cp -r \"$0/{name}/.\" {after}",
        before = app.path("before").display(),
        shown = app.path("shown").display(),
        after = app.path("after").display(),
    );
    app.record("before");
    fs::create_dir_all(app.path("shown")).unwrap();
    fs::create_dir_all(app.path("after")).unwrap();
    let mut cargo = app.cargo(["build", "--release"]);
    cargo.env("CACHEBREAKER", "v1.1.0");
    let run = app.run(&mut in_file_systems_of_its_own(&cargo, &script, app.released().parent().unwrap()));
    assert!(run.succeeded(), "{}", run.stderr());
    let told = run.told();
    let errors: Vec<_> = told.iter().filter(|line| line.starts_with("error: ")).collect();
    let [error] = &errors[..] else { panic!("one error: {told:?}") };
    assert!(error.starts_with(&format!("error: cannot write `{}/contents/", output(&app).display())), "{error}");
    let end = "`: No space left on device (os error 28); make its folder writable, or make room for it";
    assert!(error.ends_with(end), "{error}");
    let shown = files(&app.path("shown"));
    let before: BTreeMap<_, _> =
        before.into_iter().map(|(path, bytes)| (Path::new(name).join("static").join(path), bytes)).collect();
    assert!(shown == before, "{:?}", shown.keys());
    let after = History::open(&app.path("after/static")).unwrap();
    assert_eq!((after.releases().len(), after.verify().len()), (1, 0));
    let recorded = after.read(&after.releases()[0]).unwrap();
    assert_eq!((&*recorded.head.token, recorded.assets.len()), ("v1.1.0", 2));
}

#[test]
fn a_build_that_is_killed_is_built_again_and_is_right() {
    let name = "history-killed";
    let app = App::that_answers(name, HISTORY);
    app.write("static/style.css", "0");
    let first = Release::recorded(&app, "v1.0.0");
    let mut length = Duration::from_secs(2);
    for number in 1..=8_u32 {
        let token = format!("v1.{number}.0");
        for file in 0..50 {
            app.write(format!("static/{file}.css"), format!("/* {number} */ {}", "a { color: red } ".repeat(file)));
        }
        let left = unfinished(&app);
        let mut cargo = app.cargo(["build", "--release"]);
        let mut child = cargo.env("CACHEBREAKER", &token).stderr(Stdio::null()).process_group(0).spawn().unwrap();
        if number % 2 == 0 {
            // As soon as it writes its release.
            while child.try_wait().unwrap().is_none() && unfinished(&app).is_subset(&left) {}
        } else {
            sleep(length.mul_f64(f64::from(number) / 9.0));
        }
        // With the build script.
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        child.wait().unwrap();
        let began = Instant::now();
        let built = built_again(&app, &token);
        length = length.max(began.elapsed());
        assert_eq!(built.ask(&app, built.url("9.css")).0, 200);
        assert_eq!(built.ask(&app, first.url("style.css")), ok("0"));
    }
    // The system kills the build script while it writes this file.
    app.write("static/large.bin", vec![0; 8 << 20]);
    let left = unfinished(&app);
    let mut limit = Command::new("sh");
    limit.args(["-c", "ulimit -f 4096; exec \"$@\"", "sh"]);
    let run = app.run(&mut inside(limit, app.cargo(["build", "--release"]).env("CACHEBREAKER", "v1.9.0")));
    assert!(run.stderr().contains("(signal: 25"), "SIGXFSZ: {}", run.stderr());
    assert!(!unfinished(&app).is_subset(&left), "it was killed while it wrote");
    let built = built_again(&app, "v1.9.0");
    assert_eq!(built.ask(&app, built.url("large.bin")).0, 200);
    let history = History::open(&app.path("history/static")).unwrap();
    assert_eq!((history.releases().len(), history.verify().len()), (10, 0));
    assert_eq!(files(&app.path("history")).keys().filter(|path| !path.starts_with("static")).count(), 0);
}

/// What a killed build has left is recorded as it is, which harms nothing, and the release is built again.
fn built_again(app: &App, token: &str) -> Release {
    let there = History::open(&output(app)).unwrap();
    assert!(there.releases().len() <= 1);
    assert!(there.verify().is_empty(), "{:?}", there.verify());
    if output(app).exists() {
        app.record("history");
    }
    let built = Release::recorded(app, token);
    let told: Vec<_> = built.warnings.iter().filter(|it| !it.contains(" to the binary")).collect();
    assert!(told.is_empty(), "{told:?}");
    built
}
