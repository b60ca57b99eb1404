//! Processes that are killed at a random moment while they write, and what is there then.

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use cachebreaker_history::History;

use crate::made::{HOURS, Made, Tree, age, copy, history, tree};
use crate::process::{alone, begin, command, place, write};

/// A moment before that one.
fn random(before: Duration) -> Duration {
    before.mul_f64(RandomState::new().hash_one(0) as f64 / u64::MAX as f64)
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// How long a task takes from its beginning to its end.
fn duration(task: &str, folder: &Path) -> Duration {
    let mut child = begin(task, folder);
    let began = Instant::now();
    assert!(child.wait().unwrap().success());
    began.elapsed()
}

/// What is in a folder but for what killed processes have left.
fn finished(folder: &Path) -> Tree {
    let is_left_over = |path: &Path| path.iter().any(|part| part.to_str().unwrap().ends_with(".unfinished"));
    tree(folder).into_iter().filter(|(path, _)| !is_left_over(path)).collect()
}

#[test]
fn a_build_that_is_killed_while_it_writes_its_release_leaves_the_one_before_or_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path());
    let (mut missing, mut cut_off) = (0, 0);
    for number in 0..100 {
        let child = begin("alone 1000000 1 2 3", folder.path());
        sleep(random(Duration::from_millis(12)));
        kill(child);
        let there = tree(&place);
        let is_one = [1, 2, 3].iter().any(|number| there == alone(*number).tree());
        assert!(is_one || there.is_empty(), "{:?}", there.keys());
        missing += u32::from(there.is_empty());
        cut_off += u32::from(fs::read_dir(folder.path().join("scratch")).is_ok_and(|it| it.count() > 1));

        // A copy of what is there has nothing half.
        assert_eq!(finished(&folder.path().join("scratch/app")), tree(&folder.path().join("scratch/app")));
        let number = 1 + number % 3;
        write(folder.path(), number).unwrap();
        assert!(tree(&place) == alone(number).tree());
        assert_eq!(History::open(&place).unwrap().verify().len(), 0);
    }
    assert!(cut_off > 33, "{cut_off} were killed while they wrote");
    assert!(missing < 33, "{missing}: the release before is gone only for as long as two renames take");
    // What they have left goes in an hour.
    age(&folder.path().join("scratch"), HOURS);
    for entry in fs::read_dir(folder.path().join("scratch")).unwrap() {
        let path = entry.unwrap().path();
        fs::File::open(&path).unwrap().set_modified(std::time::SystemTime::now() - HOURS).unwrap();
    }
    write(folder.path(), 4).unwrap();
    assert_eq!(fs::read_dir(folder.path().join("scratch")).unwrap().count(), 1);
    assert!(tree(&place) == alone(4).tree());
}

/// Thirty releases, of which each has one content of the one before it.
fn thirty() -> Vec<Made> {
    (0..30)
        .map(|it| {
            let contents = [("a.js", it), ("b.js", it + 1), ("c.js", it + 100)];
            Made::new(u32::from(it) + 1, &format!("v1.{it}"), contents)
        })
        .collect()
}

#[test]
fn a_process_that_is_killed_while_it_adds_leaves_whole_releases_and_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("source"), folder.path().join("history"));
    history(&source, &thirty());
    let duration = duration("merge source", folder.path());
    let mut partly = 0;
    for _ in 0..50 {
        fs::remove_dir_all(&target).unwrap();
        let child = begin("merge source", folder.path());
        sleep(random(duration));
        kill(child);
        let opened = History::open(&target).unwrap();
        let faults = opened.verify();
        assert!(faults.is_empty(), "{faults:?}");
        partly += u32::from((1..30).contains(&opened.releases().len()));
        assert!(command(None, "merge source", folder.path()).status().unwrap().success());
        assert!(finished(&target) == tree(&source));
    }
    assert!(partly > 10, "{partly} were killed while they wrote");
}

#[test]
fn a_process_that_is_killed_while_it_prunes_leaves_whole_releases_and_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("source"), folder.path().join("history"));
    let releases = thirty();
    history(&source, &releases);
    let begin_again = || {
        let _ = fs::remove_dir_all(&target);
        copy(&source, &target);
        age(&target, HOURS);
    };
    begin_again();
    let duration = duration("prune", folder.path());
    let expected: Tree = releases[28..].iter().flat_map(Made::tree).collect();
    assert!(tree(&target) == expected);
    let mut partly = 0;
    for _ in 0..50 {
        begin_again();
        let child = begin("prune", folder.path());
        sleep(random(duration));
        kill(child);
        let faults = History::open(&target).unwrap().verify();
        assert!(faults.is_empty(), "{faults:?}");
        let left = tree(&target).len();
        partly += u32::from(left > expected.len() && left < tree(&source).len());
        assert!(command(None, "prune", folder.path()).status().unwrap().success());
        assert!(tree(&target) == expected);
    }
    assert!(partly > 10, "{partly} were killed while they removed");
}
