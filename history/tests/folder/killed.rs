//! Processes that are killed at a random moment while they write, and what is there then.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};
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

/// How long a task takes at least, from its beginning to its end. Each time, its folder is prepared first.
fn duration(task: &str, folder: &Path, prepare: &dyn Fn()) -> Duration {
    let run = || {
        prepare();
        let mut child = begin(task, folder);
        let began = Instant::now();
        assert!(child.wait().unwrap().success());
        began.elapsed()
    };
    run().min(run()).min(run())
}

/// Begins a task and kills it at a random moment of that duration.
fn kill_while(task: &str, folder: &Path, duration: Duration) {
    let child = begin(task, folder);
    sleep(random(duration));
    kill(child);
}

/// What is in a folder but for what killed processes have left.
fn finished(folder: &Path) -> Tree {
    let is_left_over = |path: &Path| path.iter().any(|part| part.to_str().unwrap().ends_with(".unfinished"));
    tree(folder).into_iter().filter(|(path, _)| !is_left_over(path)).collect()
}

/// The releases that builds were writing when they were killed, and those that they were replacing.
fn unfinished(folder: &Path) -> BTreeMap<PathBuf, Tree> {
    let entries = fs::read_dir(folder.join("scratch")).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.filter(|path| !path.ends_with("app")).map(|path| (path.clone(), tree(&path))).collect()
}

#[test]
fn a_build_that_is_killed_while_it_writes_its_release_leaves_the_one_before_or_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path());
    let is_one = |there: &Tree| [1, 2, 3].iter().any(|number| *there == alone(*number).tree());
    let (mut missing, mut cut_off, mut known) = (0, 0, BTreeSet::new());
    for number in 0..100 {
        // It writes again and again, so it is killed at any moment of a write.
        kill_while("alone 1000000 1 2 3", folder.path(), Duration::from_millis(12));
        let there = tree(&place);
        let mut unfinished = unfinished(folder.path());
        unfinished.retain(|path, _| known.insert(path.clone()));
        if there.is_empty() {
            missing += 1;
            // The first one of all may not be there yet.
            assert!(number == 0 || unfinished.values().any(is_one), "the one before is whole, under another name");
        } else {
            assert!(is_one(&there), "{:?}", there.keys());
        }
        cut_off += u32::from(!unfinished.is_empty());

        // A copy of what is there has nothing half.
        assert_eq!(finished(&folder.path().join("scratch/app")), tree(&folder.path().join("scratch/app")));
        let number = 1 + number % 3;
        write(folder.path(), number).unwrap();
        assert!(tree(&place) == alone(number).tree());
        assert_eq!(History::open(&place).unwrap().verify().len(), 0);
    }
    assert!(cut_off > 20, "{cut_off} were killed while they wrote");
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
pub(crate) fn thirty() -> Vec<Made> {
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
    let [before, source, target] = ["before", "source", "history"].map(|name| folder.path().join(name));
    history(&before, &thirty()[..10]);
    history(&source, &thirty());
    let (before, expected) = (tree(&before), tree(&source));
    let begin_again = || {
        let _ = fs::remove_dir_all(&target);
        copy(&folder.path().join("before"), &target);
    };
    for task in ["merge source", "add"] {
        let duration = duration(task, folder.path(), &begin_again);
        assert!(tree(&target) == expected);
        let mut partly = 0;
        for _ in 0..50 {
            begin_again();
            kill_while(task, folder.path(), duration);
            let faults = History::open(&target).unwrap().verify();
            assert!(faults.is_empty(), "{faults:?}");
            let there = finished(&target);
            assert!(before.iter().all(|(file, bytes)| there.get(file) == Some(bytes)), "what was there is as it was");
            assert!(there.iter().all(|(file, bytes)| expected.get(file) == Some(bytes)), "nothing half is there");
            partly += u32::from(there != expected && tree(&target) != before);
            assert!(command(None, task, folder.path()).status().unwrap().success());
            assert!(finished(&target) == expected);
        }
        assert!(partly > 10, "{task}: {partly} were killed while they wrote");
    }
}

#[test]
fn a_process_that_is_killed_while_it_prunes_leaves_whole_releases_and_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("source"), folder.path().join("history"));
    let releases = thirty();
    history(&source, &releases);
    let before = tree(&source);
    let begin_again = || {
        let _ = fs::remove_dir_all(&target);
        copy(&source, &target);
        age(&target, HOURS);
    };
    let duration = duration("prune", folder.path(), &begin_again);
    let expected: Tree = releases[28..].iter().flat_map(Made::tree).collect();
    assert!(tree(&target) == expected);
    let mut partly = 0;
    for _ in 0..50 {
        begin_again();
        kill_while("prune", folder.path(), duration);
        let faults = History::open(&target).unwrap().verify();
        assert!(faults.is_empty(), "{faults:?}");
        let there = tree(&target);
        assert!(expected.iter().all(|(file, bytes)| there.get(file) == Some(bytes)), "what is kept is as it was");
        assert!(there.iter().all(|(file, bytes)| before.get(file) == Some(bytes)), "nothing half is there");
        partly += u32::from(there != expected && there != before);
        assert!(command(None, "prune", folder.path()).status().unwrap().success());
        assert!(tree(&target) == expected);
    }
    assert!(partly > 10, "{partly} were killed while they removed");
}
