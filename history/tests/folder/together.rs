//! Processes that write into one folder at the same time.

use std::fs;
use std::process::{Command, Stdio};

use cachebreaker_history::History;

use crate::made::{HOURS, Made, Tree, age, copy, history, tree};
use crate::process::{alone, begin, command, place};

#[test]
fn of_builds_that_write_one_folder_at_once_it_has_one_whole_release() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        let tasks = ["alone 60 1 2", "alone 60 3 4", "alone 60 5"];
        let children = tasks.map(|task| begin(task, folder.path()));
        for mut child in children {
            assert!(child.wait().unwrap().success(), "none of them fails");
        }
        let there = tree(&place(folder.path()));
        assert!((1..=5).any(|number| there == alone(number).tree()), "{:?}", there.keys());
        assert_eq!(fs::read_dir(folder.path().join("scratch")).unwrap().count(), 1, "nothing is left");
    }
}

/// Releases of a branch, with some contents that others have.
fn branch(name: &str, first: u8) -> Vec<Made> {
    let made = |it: u8| Made::new(u32::from(it) + 1, &format!("{name}.{it}"), [("a.js", it), ("b.js", first + it)]);
    (0..20).map(made).collect()
}

#[test]
fn two_processes_add_to_one_history_at_once_and_it_has_all() {
    let folder = tempfile::tempdir().unwrap();
    let branches = [branch("one", 100), branch("other", 150)];
    history(&folder.path().join("one"), &branches[0]);
    history(&folder.path().join("other"), &branches[1]);
    let expected: Tree = branches.iter().flatten().flat_map(Made::tree).collect();
    let target = folder.path().join("history");
    for _ in 0..10 {
        let children = ["merge one", "merge other"].map(|task| begin(task, folder.path()));
        // And a third, by copying. `cp` fails where a file appears between its look and its copy, and is run again.
        let from = folder.path().join("other/.");
        let copies =
            || Command::new("cp").arg("-r").args([&from, &target]).stderr(Stdio::null()).status().unwrap().success();
        fs::create_dir_all(&target).unwrap();
        assert!((0..50).any(|_| copies()));
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert!(tree(&target) == expected);
        fs::remove_dir_all(&target).unwrap();
    }
}

#[test]
fn a_history_that_is_pruned_while_releases_are_added_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    history(&folder.path().join("one"), &branch("one", 100));
    let target = folder.path().join("history");
    for _ in 0..10 {
        // All contents are there, and no release needs them.
        copy(&folder.path().join("one"), &target);
        fs::remove_dir_all(target.join("releases")).unwrap();
        age(&target, HOURS);
        let children = ["prune-often", "merge one"].map(|task| begin(task, folder.path()));
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let opened = History::open(&target).unwrap();
        assert!(opened.verify().is_empty(), "{:?}", opened.verify());
        assert!(command(None, "prune", folder.path()).status().unwrap().success());
        let releases = History::open(&target).unwrap();
        assert_eq!(releases.releases().len(), 2);
        assert!(releases.verify().is_empty());
        fs::remove_dir_all(&target).unwrap();
    }
}
