//! How long a preparation took. Cargo shows nothing of a build script that runs, so afterwards a long one says what it did.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use cachebreaker_manifest::digest::Digest;

use crate::error::shown;

/// A preparation that took longer is worth a line.
const LONG: Duration = Duration::from_secs(10);

/// Steps and files that took longer are named.
const NAMED: Duration = Duration::from_secs(1);

/// So many files are named.
const FILES: usize = 3;

/// Does something; its result, and how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// The work on one folder, step by step.
pub(crate) struct Work {
    lap: Instant,
    steps: Vec<(&'static str, Duration)>,
    /// The processor time that each content took, by its digest.
    times: HashMap<Digest, Duration>,
}

impl Work {
    /// Work that begins now.
    pub(crate) fn begin() -> Self {
        Self { lap: Instant::now(), steps: Vec::new(), times: HashMap::new() }
    }

    /// What was done since the last step, and the processor time that it took for single contents.
    pub(crate) fn did(&mut self, step: &'static str, times: impl IntoIterator<Item = (Digest, Duration)>) {
        let now = Instant::now();
        self.steps.push((step, now - self.lap));
        self.lap = now;
        times.into_iter().for_each(|(digest, time)| *self.times.entry(digest).or_default() += time);
    }

    /// A line about it, if it took long: what it was, and how it becomes shorter where the build script, and so this crate, is
    /// not optimised. The files are given by path, length and digest.
    pub(crate) fn told<'a>(
        mut self,
        folder: &Path,
        is_release: bool,
        opt_level: &str,
        files: impl Iterator<Item = (&'a Path, usize, Digest)>,
    ) -> Option<String> {
        let total: Duration = self.steps.iter().map(|(_, time)| time).sum();
        if total <= LONG {
            return None;
        }
        let mut steps = self.steps.clone();
        steps.retain(|(_, time)| *time >= NAMED);
        steps.sort_by_key(|(_, time)| Reverse(*time));
        let steps: Vec<_> = steps.iter().map(|(step, time)| format!("{step} {} s", time.as_secs())).collect();

        // Of equal files the first is named.
        let times = files.map(|(path, len, digest)| (self.times.remove(&digest).unwrap_or_default(), path, len));
        let mut files: Vec<_> = times.filter(|(time, ..)| *time >= NAMED).collect();
        files.sort_by_key(|(time, ..)| Reverse(*time));
        let files = files.iter().take(FILES).map(|(time, path, len)| {
            format!("`{}` ({}, {} s of processor time)", shown(path), megabytes(*len), time.as_secs())
        });
        let files: Vec<_> = files.collect();

        let mut text = format!(
            "the last run of `build.rs` took {} s for `{}`: {}",
            total.as_secs(),
            shown(folder),
            steps.join(", ")
        );
        if !files.is_empty() {
            text += &format!("; longest {}", files.join(", "));
        }
        let profile = if is_release { "release" } else { "dev" };
        if opt_level == "0" {
            text += &format!(
                "; an optimised build script is several times faster: add to the workspace's `Cargo.toml` \
                 `[profile.{profile}.build-override]` and below it `opt-level = 3`"
            );
        } else if is_release {
            text += "; files that do not change are not compressed again";
        }
        Some(text)
    }
}

fn megabytes(len: usize) -> String {
    format!("{}.{} MB", len / 1_000_000, len / 100_000 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(steps: &[(&'static str, u64)], files_times: &[u64], is_release: bool, opt_level: &str) -> Option<String> {
        let seconds = |seconds: &u64| Duration::from_secs(*seconds);
        let steps = steps.iter().map(|(step, time)| (*step, seconds(time))).collect();
        let paths = ["static/a.bin", "static/b.js", "static/c\n.css", "static/d.css", "static/e.css"];
        let files =
            || paths.iter().zip(0_usize..).map(|(path, n)| (Path::new(path), 40_960_000 >> n, Digest::of(&[n as u8])));
        let times = files().zip(files_times).map(|((.., digest), time)| (digest, seconds(time))).collect();
        let work = Work { lap: Instant::now(), steps, times };
        work.told(Path::new("static"), is_release, opt_level, files())
    }

    #[test]
    fn a_preparation_of_more_than_10_seconds_tells_what_took_long_and_how_it_becomes_shorter() {
        let steps = [("reading and hashing", 0), ("hashing for `integrity`", 4), ("compressing", 25)];
        assert_eq!(
            told(&steps, &[0, 40, 3, 2, 9], true, "0").unwrap(),
            "the last run of `build.rs` took 29 s for `static`: compressing 25 s, hashing for `integrity` 4 s; longest `static/b.js` (20.4 MB, 40 s \
             of processor time), `static/e.css` (2.5 MB, 9 s of processor time), `static/c\\n.css` (10.2 MB, 3 s of processor \
             time); an optimised build script is several times faster: add to the workspace's `Cargo.toml` \
             `[profile.release.build-override]` and below it `opt-level = 3`"
        );
        assert_eq!(
            told(&[("reading and hashing", 11)], &[], false, "0").unwrap(),
            "the last run of `build.rs` took 11 s for `static`: reading and hashing 11 s; an optimised build script is several times faster: add to the \
             workspace's `Cargo.toml` `[profile.dev.build-override]` and below it `opt-level = 3`"
        );
        assert_eq!(
            told(&[("reading and hashing", 5), ("compressing", 5)], &[5, 5], true, "0"),
            None,
            "not long enough"
        );
    }

    #[test]
    fn an_optimised_build_script_is_not_advised_to_be_optimised() {
        for opt_level in ["1", "2", "3", "s", "z"] {
            assert_eq!(
                told(&[("compressing", 25)], &[], true, opt_level).unwrap(),
                "the last run of `build.rs` took 25 s for `static`: compressing 25 s; files that do not change are not compressed again"
            );
            assert_eq!(
                told(&[("reading and hashing", 25)], &[], false, opt_level).unwrap(),
                "the last run of `build.rs` took 25 s for `static`: reading and hashing 25 s"
            );
        }
    }
}
