//! What makes cargo run the build script again, and what makes it do so in every build.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use crate::error::shown;
use crate::report::Report;

/// What cargo watches for the paths of `.watch(…)`, with warnings about those that do not exist, and about those that the
/// build itself writes to.
pub(crate) fn watch(paths: &[PathBuf]) -> Report {
    let mut report = Report::default();
    for path in paths {
        let missing = (!path.exists()).then(|| {
            format!(
                "`{}` is watched, but does not exist, so cargo runs `build.rs` in every build: correct the path of `.watch(…)`",
                shown(path)
            )
        });
        let Watched { told, entries } = Watched::of(path);
        let written = written_since(began(), &entries);
        let written =
            written.map(|path| in_every_build(path, "watch the sources alone, and let the build write to `OUT_DIR`"));
        report.watched.extend(told);
        report.warn(missing.into_iter().chain(written));
    }
    report
}

/// What cargo watches for a folder of assets, with a warning if the build itself writes to it. `named` is the folder as the
/// user wrote it.
pub(crate) fn watch_assets(folder: &Path, named: &Path) -> Report {
    let entries = WalkDir::new(folder).follow_links(true).into_iter().flatten();
    let entries: Vec<_> = entries.map(walkdir::DirEntry::into_path).collect();
    let mut report = Report { watched: vec![folder.to_owned()], ..Report::default() };
    report.warn(written_since(began(), &entries).map(|path| {
        let path = named.join(path.strip_prefix(folder).unwrap_or(path));
        in_every_build(&path, "let the build write to `OUT_DIR`, and lay that over the folder with `.overlay(…)`")
    }));
    report
}

fn in_every_build(path: &Path, way_out: &str) -> String {
    format!(
        "`{}` was written while `build.rs` ran: if the build writes it, cargo runs `build.rs` again in every build; {way_out}",
        shown(path)
    )
}

/// What a path stands for when it is watched.
struct Watched {
    /// What cargo is asked to watch. It watches a folder with everything below it.
    told: Vec<PathBuf>,
    /// Every file and folder that is watched thereby.
    entries: Vec<PathBuf>,
}

impl Watched {
    fn of(path: &Path) -> Self {
        // Folders that cannot be watched as a whole, for something below them is left out.
        let mut parted = BTreeSet::new();
        let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| {
            let is_left_out = entry.depth() > 0 && entry.file_type().is_dir() && is_left_out(entry.file_name());
            if is_left_out {
                parted.extend(entry.path().ancestors().skip(1).take(entry.depth()).map(Path::to_owned));
            }
            !is_left_out
        });
        let entries: Vec<_> = walk.flatten().map(walkdir::DirEntry::into_path).collect();
        let is_told = |entry: &&PathBuf| {
            let has_whole_parent = entry.parent().is_some_and(|parent| !parted.contains(parent));
            !parted.contains(*entry) && (*entry == path || !has_whole_parent)
        };
        let mut told: Vec<_> = entries.iter().filter(is_told).cloned().collect();
        if entries.is_empty() {
            told.push(path.to_owned());
        }
        Self { told, entries }
    }
}

fn is_left_out(name: &OsStr) -> bool {
    name == "node_modules" || name == "dist" || name.as_encoded_bytes().starts_with(b".")
}

/// A file or a folder that was written since then.
fn written_since(began: Option<SystemTime>, paths: &[PathBuf]) -> Option<&PathBuf> {
    let began = began?;
    let is_newer = |path: &&PathBuf| fs::metadata(path).and_then(|it| it.modified()).is_ok_and(|time| time > began);
    // A file says more than the folder that it is in.
    let newer: Vec<_> = paths.iter().filter(is_newer).collect();
    newer.iter().find(|path| path.is_file()).or(newer.first()).copied()
}

/// When this process began, where the system tells: cargo compares the times of files with it.
///
/// From Linux's `/proc` (proc_pid_stat(5), proc_uptime(5)). Elsewhere there is no way without a dependency, and then nothing is
/// warned of.
fn began() -> Option<SystemTime> {
    const TICKS_A_SECOND: f64 = 100.0; // USER_HZ, on every architecture that Rust has a standard library for
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program is in parentheses, and may have any character in it. The time is the 22nd value.
    let ticks: f64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    let uptime: f64 = fs::read_to_string("/proc/uptime").ok()?.split_whitespace().next()?.parse().ok()?;
    let age = Duration::try_from_secs_f64(uptime - ticks / TICKS_A_SECOND).ok()?;
    // Both values are rounded to a hundredth of a second, so this may be too early; later is no false alarm.
    SystemTime::now().checked_sub(age)?.checked_add(Duration::from_millis(20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_watched_as_a_whole_unless_something_in_it_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let told = || {
            let told = Watched::of(folder.path()).told;
            let relative = |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned();
            told.iter().map(relative).collect::<Vec<_>>()
        };
        let make = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        make("index.html");
        make(".env");
        make("src/a/b.js");
        make("src/c.js");
        make("lib/d.js");
        assert_eq!(told(), [""]);
        make("node_modules/.vite-temp/x");
        assert_eq!(told(), [".env", "index.html", "lib", "src"]);
        make("src/.cache/y");
        assert_eq!(told(), [".env", "index.html", "lib", "src/a", "src/c.js"]);
        make("lib/dist/e.js");
        assert_eq!(told(), [".env", "index.html", "lib/d.js", "src/a", "src/c.js"]);

        // What the user names is watched, whatever it is called.
        let hidden = folder.path().join("src/.cache");
        assert_eq!(Watched::of(&hidden).told, [hidden]);
        let missing = folder.path().join("missing");
        assert_eq!(Watched::of(&missing).told, [missing]);
    }

    #[test]
    fn what_is_written_after_the_process_began_is_found_and_the_rest_is_not() {
        std::thread::sleep(Duration::from_millis(50));
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&old, "").unwrap();
        fs::write(&new, "").unwrap();
        let before = SystemTime::now() - Duration::from_secs(3600);
        fs::File::options().write(true).open(&old).unwrap().set_modified(before).unwrap();
        let began = if cfg!(target_os = "linux") { began() } else { Some(before + Duration::from_secs(1)) };
        assert!(began.is_some_and(|began| began < SystemTime::now()));
        let paths = [old, new];
        assert_eq!(written_since(began, &paths), Some(&paths[1]));
        assert_eq!(written_since(began, &paths[..1]), None);
        assert_eq!(written_since(None, &paths), None);
    }
}
