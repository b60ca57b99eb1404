//! Results that are kept between builds.
//!
//! ```text
//! target/cachebreaker/                      in cargo's target directory, so `cargo clean` removes it
//!   <input>-br-11-<encoder>                 an encoding, see `encode/compress.rs`
//!   <input>-gzip-9-<encoder>
//!   <folder>-br-11-<encoder>-incompressible the inputs for which there is none
//!   <folder>-sha384                         see `encode/sha384.rs`
//!   references-<folder>                     see `refer/kept.rs`
//!   pruned                                  empty; its time is that of the last pruning
//!   releases/<package>/<view>/              the last release, as a history: see `history/record.rs`
//! ```
//!
//! `<input>` and `<folder>` are digests, of the contents and of the path. Each file but `pruned` begins with the digest of what
//! follows (32 bytes), so a damaged one is noticed. The time of a file is that of its last use, to the day.
//!
//! Many builds may share the folder, in containers too. A file appears whole, under a name that says what is in it, and any
//! file may be missing: then the work is done again. So nothing is locked, and nothing here can fail a build.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use cachebreaker_history::atomic::{is_left_over, write_atomically};
use cachebreaker_manifest::digest::Digest;

use crate::error::shown;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A file that was not used for so long is removed.
const UNUSED: Duration = DAY.saturating_mul(30);

/// Files of the cache take no more bytes than this on disk; beyond it those go that were not used for longest. What was used
/// within [`IN_USE`] stays, however much it is: the next build needs it.
const SIZE: u64 = 1 << 30;

/// Longer than the day to which a use is recorded.
const IN_USE: Duration = DAY.saturating_mul(2);

/// How often the cache is looked through: there may be a hundred thousand files in it.
const INTERVAL: Duration = DAY;

/// The file whose time is that of the last pruning.
const STAMP: &str = "pruned";

/// The folder of releases.
const RELEASES: &str = "releases";

/// What a file takes on disk is a multiple of this, on most systems.
const BLOCK: u64 = 4096;

/// The folder that results are kept in. It need not exist.
pub(crate) struct Cache {
    folder: PathBuf,
    /// Why the first of the files that could not be kept was not.
    failure: OnceLock<io::Error>,
}

impl Cache {
    /// The cache in that folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, failure: OnceLock::new() }
    }

    /// The cache for output that goes there.
    pub(crate) fn of(output: &Path) -> Self {
        Self::new(folder(output, env::var_os("TARGET").as_deref()))
    }

    /// The folder of all releases, and the one into which a release of a view is written, for the user to record it.
    pub(crate) fn releases(&self, package: &str, view: &str) -> (PathBuf, PathBuf) {
        let all = self.folder.join(RELEASES);
        let folder = all.join(package).join(view);
        (all, folder)
    }

    /// What is kept under that name, and its digest; `None` where there is nothing, or where it was damaged.
    pub(crate) fn recall(&self, name: &str) -> Option<(Vec<u8>, Digest)> {
        let path = self.folder.join(name);
        // To open a pipe is to wait.
        let mut file = fs::metadata(&path).is_ok_and(|it| it.is_file()).then(|| File::open(&path).ok())??;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        let digest = Digest::from_bytes(*bytes.first_chunk()?);
        bytes.drain(..Digest::LEN);
        if Digest::of(&bytes) != digest {
            return None;
        }
        let now = SystemTime::now();
        if file.metadata().is_ok_and(|it| age(&it, now) > DAY) {
            // The cache may belong to another user, or be read-only. Then its owner does not see this use.
            let _ = File::options().append(true).open(&path).and_then(|file| file.set_modified(now));
        }
        Some((bytes, digest))
    }

    /// Keeps bytes under that name; returns their digest. Where they cannot be kept, a [warning](Self::warning) says so.
    pub(crate) fn keep(&self, name: &str, bytes: &[u8]) -> Digest {
        let digest = Digest::of(bytes);
        let file = self.folder.join(name);
        if let Err(cause) = write_atomically(&file, &[digest.as_bytes(), bytes]) {
            let _ = self.failure.set(cause);
        }
        digest
    }

    /// What there is to say if anything could not be kept.
    pub(crate) fn warning(&self) -> Option<String> {
        let cause = self.failure.get()?;
        Some(format!(
            "cannot write to the cache `{}`: {cause}; this build is complete, but each build will compress the same files \
             again: make the folder writable, or remove it",
            shown(&self.folder)
        ))
    }

    /// Removes what was not used for long, and what is beyond the size; at most once a day.
    pub(crate) fn prune(&self) {
        self.prune_at(SystemTime::now(), SIZE);
    }

    fn prune_at(&self, now: SystemTime, size: u64) {
        let stamp = self.folder.join(STAMP);
        // A time to come is a clock's mistake.
        if fs::metadata(&stamp).is_ok_and(|it| it.modified().is_ok_and(|it| it <= now) && age(&it, now) < INTERVAL) {
            return;
        }
        // First, so that no other build begins the same. Where nothing can be written, nothing can be removed.
        if File::create(&stamp).and_then(|file| file.set_modified(now)).is_err() {
            return;
        }
        for file in superfluous(self.files(now), size) {
            // Another build may have removed it.
            let _ = fs::remove_file(self.folder.join(file));
        }
    }

    fn files(&self, now: SystemTime) -> Vec<Kept> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let kept = |entry: fs::DirEntry| {
            let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            let name = Some(entry.file_name()).filter(|name| name != STAMP)?;
            Some(Kept { name, age: age(&metadata, now), size: metadata.len().next_multiple_of(BLOCK) })
        };
        entries.filter_map(kept).collect()
    }
}

/// A file of the cache.
#[derive(Clone, Debug)]
struct Kept {
    name: std::ffi::OsString,
    age: Duration,
    size: u64,
}

/// The names of the files that go.
fn superfluous(mut files: Vec<Kept>, size: u64) -> impl Iterator<Item = std::ffi::OsString> {
    files.sort_unstable_by(|a, b| (a.age, &a.name).cmp(&(b.age, &b.name)));
    let mut total = 0;
    files
        .into_iter()
        .filter(move |file| {
            total += file.size;
            is_left_over(&file.name, file.age) || file.age > UNUSED || (total > size && file.age > IN_USE)
        })
        .map(|file| file.name)
}

fn age(metadata: &fs::Metadata, now: SystemTime) -> Duration {
    metadata.modified().ok().and_then(|modified| now.duration_since(modified).ok()).unwrap_or_default()
}

/// Where results are kept: in cargo's target directory, whatever is built for; else where the output goes. Cargo marks the
/// directory with a `CACHEDIR.TAG` only if it creates it itself, which it does not where a cache is mounted or restored there;
/// what it knows about rustc it writes in any case.
fn folder(output: &Path, target: Option<&OsStr>) -> PathBuf {
    let is_marked = |folder: &Path| ["CACHEDIR.TAG", ".rustc_info.json"].iter().any(|file| folder.join(file).is_file());
    let marked = output.ancestors().find(|folder| is_marked(folder)).unwrap_or(output);
    // With `--target`, cargo builds in a directory of that name in the target directory, and marks both.
    let is_of_target = target.is_some() && marked.file_name() == target;
    let above = marked.parent().filter(|above| is_of_target && is_marked(above));
    above.unwrap_or(marked).join("cachebreaker")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    struct Fixture {
        folder: tempfile::TempDir,
        cache: Cache,
        now: SystemTime,
    }

    impl Fixture {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let cache = Cache::new(folder.path().join("cachebreaker"));
            Self { folder, cache, now: SystemTime::now() }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.cache.folder.join(name)
        }

        /// An entry of that many bytes, last used so long ago.
        fn entry(&self, name: &str, len: usize, age: Duration) {
            self.cache.keep(name, &vec![0; len]);
            let file = File::options().append(true).open(self.path(name)).unwrap();
            file.set_modified(self.now - age).unwrap();
        }

        fn left(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.cache.folder).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.retain(|name| name != STAMP);
            names.sort_unstable();
            names
        }
    }

    #[test]
    fn what_was_not_used_for_30_days_is_removed() {
        let it = Fixture::new();
        it.entry("a", 1, UNUSED + MINUTE);
        it.entry("b", 1, UNUSED - MINUTE);
        it.entry("c", 1, Duration::ZERO);
        it.cache.prune_at(it.now, SIZE);
        assert_eq!(it.left(), ["b", "c"]);
    }

    #[test]
    fn beyond_the_size_what_was_not_used_for_longest_is_removed_but_nothing_of_the_last_two_days() {
        let it = Fixture::new();
        // Each takes three blocks with its digest.
        for (name, age) in [("a", DAY * 9), ("b", DAY * 8), ("c", DAY * 7), ("d", DAY), ("e", Duration::ZERO)] {
            it.entry(name, 2 * BLOCK as usize, age);
        }
        it.cache.prune_at(it.now, 3 * 4 * BLOCK);
        assert_eq!(it.left(), ["b", "c", "d", "e"]);
        it.cache.prune_at(it.now + DAY + MINUTE, BLOCK);
        assert_eq!(it.left(), ["e"], "a day later `d` is two days old");
    }

    #[test]
    fn the_cache_is_looked_through_once_a_day() {
        let it = Fixture::new();
        it.entry("a", 1, UNUSED * 2);
        it.cache.prune_at(it.now, SIZE);
        assert!(it.left().is_empty());
        it.entry("a", 1, UNUSED * 2);
        it.cache.prune_at(it.now + DAY - MINUTE, SIZE);
        assert_eq!(it.left(), ["a"]);
        it.cache.prune_at(it.now + DAY + MINUTE, SIZE);
        assert!(it.left().is_empty());

        // A clock that was ahead once does not stop it.
        it.entry("a", 1, UNUSED * 2);
        it.cache.prune_at(it.now - DAY, SIZE);
        assert!(it.left().is_empty());
    }

    #[test]
    fn what_killed_builds_left_is_removed_after_an_hour_and_folders_stay() {
        let it = Fixture::new();
        it.entry(".a.0123456789abcdef.unfinished", 1, MINUTE * 61);
        it.entry(".b.0123456789abcdef.unfinished", 1, MINUTE * 59);
        fs::create_dir(it.path("folder")).unwrap();
        it.cache.prune_at(it.now, SIZE);
        assert_eq!(it.left(), [".b.0123456789abcdef.unfinished", "folder"]);
    }

    #[test]
    fn a_use_is_recorded_to_the_day_so_that_what_is_used_stays() {
        let it = Fixture::new();
        let last_used = |name| it.now.duration_since(fs::metadata(it.path(name)).unwrap().modified().unwrap());
        it.entry("a", 1, DAY - MINUTE);
        it.entry("b", 1, UNUSED * 2);
        for name in ["a", "b"] {
            assert_eq!(it.cache.recall(name).unwrap().0, [0]);
        }
        assert_eq!(last_used("a").unwrap(), DAY - MINUTE, "not written at each build");
        assert!(last_used("b").is_err() || last_used("b").unwrap() < MINUTE);
        it.cache.prune_at(it.now, BLOCK);
        assert_eq!(it.left(), ["a", "b"]);
    }

    #[test]
    fn a_cache_that_cannot_be_written_or_read_loses_nothing_but_time() {
        let it = Fixture::new();
        fs::write(&it.cache.folder, "no folder").unwrap();
        assert_eq!(it.cache.keep("a", b"bytes"), Digest::of(b"bytes"));
        assert_eq!(it.cache.recall("a"), None);
        it.cache.prune();
        assert_eq!(fs::read(&it.cache.folder).unwrap(), b"no folder");

        fs::remove_file(&it.cache.folder).unwrap();
        fs::create_dir_all(it.path("a")).unwrap();
        assert_eq!(it.cache.keep("a", b"bytes"), Digest::of(b"bytes"));
        assert_eq!(it.cache.recall("a"), None);
        assert_eq!(it.left(), ["a"], "nothing unfinished");
    }

    #[test]
    fn results_are_kept_in_the_target_directory_whoever_created_it_and_whatever_is_built_for() {
        for mark in ["CACHEDIR.TAG", ".rustc_info.json"] {
            let it = Fixture::new();
            let target = it.folder.path();
            fs::write(target.join(mark), "").unwrap();
            let output = target.join("release/build/app-0123456789abcdef/out");
            assert_eq!(folder(&output, Some(OsStr::new("mips-unknown"))), target.join("cachebreaker"));

            let of_target = target.join("mips-unknown");
            fs::create_dir(&of_target).unwrap();
            fs::write(of_target.join("CACHEDIR.TAG"), "").unwrap();
            let output = of_target.join("release/build/app-0123456789abcdef/out");
            assert_eq!(folder(&output, Some(OsStr::new("mips-unknown"))), target.join("cachebreaker"));
            assert_eq!(
                folder(&output, Some(OsStr::new("arm"))),
                of_target.join("cachebreaker"),
                "a directory of its own"
            );
            fs::remove_file(target.join(mark)).unwrap();
            assert_eq!(folder(&output, Some(OsStr::new("mips-unknown"))), of_target.join("cachebreaker"));
        }
    }
}
