//! What pruning leaves, and what it removes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use cachebreaker_history::{Fault, History, Keep, Problem};
use proptest::prelude::*;

use crate::made::{DAY, HOURS, Made, Tree, age, bytes, history, path_of, releases, set_age, tree};

/// What is in a history of these releases.
fn tree_of(releases: &[Made]) -> Tree {
    releases.iter().flat_map(Made::tree).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_kept_stays_and_what_no_release_needs_goes(
        made in releases("v1", 1, 0..8), keep in 0_usize..5, days in 0_u32..20, later in 0_i64..30, recent in 0_u8..12,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut history = history(folder.path(), &made);
        age(folder.path(), HOURS);
        let now = made.last().map_or(0, |last| last.time) + later * DAY;
        // One content was just written, for a release that is about to be added.
        let written = folder.path().join(path_of(recent));
        fs::create_dir_all(written.parent().unwrap()).unwrap();
        fs::write(&written, bytes(recent)).unwrap();

        let last = made.len().saturating_sub(keep);
        let is_kept = |(at, it): &(usize, &Made)| *at >= last || (days > 0 && (now - it.time) / DAY < i64::from(days))
            || (days > 0 && now - it.time == i64::from(days) * DAY);
        let kept: Vec<_> = made.iter().enumerate().filter(is_kept).map(|(_, it)| it.clone()).collect();
        let mut expected = tree_of(&kept);
        expected.insert(path_of(recent), bytes(recent));

        let before = tree(folder.path());
        let pruned = history.prune(&Keep { releases: keep, days }, now).unwrap();
        let after = tree(folder.path());
        prop_assert!(after == expected, "{:?}\n{:?}", after.keys(), expected.keys());
        let removed: BTreeMap<_, _> = before.iter().filter(|(path, _)| !after.contains_key(*path)).collect();
        let (releases, contents): (Vec<_>, Vec<_>) = removed.into_iter().partition(|(path, _)| path.starts_with("releases"));
        prop_assert_eq!(pruned.releases.len(), releases.len());
        prop_assert_eq!(pruned.contents, contents.len());
        prop_assert_eq!(pruned.bytes, contents.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>());
        prop_assert_eq!(history.releases().len(), kept.len());
        prop_assert!(history.verify().is_empty());

        let again = history.prune(&Keep { releases: keep, days }, now).unwrap();
        prop_assert_eq!((again.releases.len(), again.contents, again.bytes), (0, 0, 0));
        prop_assert!(tree(folder.path()) == after);
    }
}

const LAST: Keep = Keep { releases: 1, days: 0 };

#[test]
fn nothing_is_removed_where_a_release_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let made = [1, 2, 3].map(|number| Made::new(number, &format!("v1.{number}"), [("app.js", number as u8)]));
    let mut history = history(folder.path(), &made);
    age(folder.path(), HOURS);
    let file = folder.path().join(made[1].path());
    let text = fs::read_to_string(&file).unwrap();
    for damaged in [&text[..text.len() / 2], &text.replace("release 1\n", "release 2\n"), &text.replace("app", "api")] {
        fs::write(&file, damaged).unwrap();
        let before = tree(folder.path());
        let fault = history.prune(&LAST, 0).unwrap_err();
        assert_eq!(fault.path, file);
        assert!(tree(folder.path()) == before);
    }
    // Until somebody withdraws it.
    fs::remove_file(&file).unwrap();
    let mut history = History::open(folder.path()).unwrap();
    assert_eq!(history.prune(&LAST, 0).unwrap().contents, 2);
    assert_eq!(tree(folder.path()), made[2].tree());
}

#[test]
fn what_is_not_of_a_history_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let mut history = history(folder.path(), &[Made::new(1, "v1", [("app.js", 1)])]);
    let path = |name: &str| folder.path().join(name);
    let files = [
        "README",
        "contents/README",
        "contents/00/notes.txt",
        "contents/00/f0",
        "contents/00/notes.unfinished",
        "releases/.keep",
        "releases/.DS_Store",
        "releases/notes.txt",
    ];
    fs::create_dir_all(path("contents/00")).unwrap();
    files.iter().for_each(|file| fs::write(path(file), "mine").unwrap());
    // A link to where other things are.
    fs::write(outside.path().join("letter"), "mine").unwrap();
    std::os::unix::fs::symlink(outside.path(), path("contents/01")).unwrap();
    age(folder.path(), HOURS);
    set_age(&outside.path().join("letter"), HOURS);
    assert_eq!(history.prune(&Keep { releases: 0, days: 0 }, 0).unwrap().contents, 1);
    let left: BTreeSet<_> = tree(folder.path()).into_keys().collect();
    let expected = files.iter().copied().chain(["contents/01/letter"]).map(Into::into).collect();
    assert_eq!(left, expected);
}

#[test]
fn what_killed_processes_have_left_is_no_release_and_goes_in_an_hour() {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::new(1, "v1.0", [("app.js", 1)]);
    let mut history = history(folder.path(), std::slice::from_ref(&made));
    let left = |parent: &str, name: &str| folder.path().join(parent).join(name);
    let content = path_of(1).parent().unwrap().to_str().unwrap().to_owned();
    let old = [
        left("releases", ".000002~v1.1.0123456789abcdef.unfinished"),
        left(&content, ".0f.0123456789abcdef.unfinished"),
    ];
    let recent = [
        left("releases", ".000003~v1.1.0123456789abcdef.unfinished"),
        left(&content, ".1f.0123456789abcdef.unfinished"),
    ];
    for file in old.iter().chain(&recent) {
        fs::write(file, "half").unwrap();
    }
    old.iter().for_each(|file| set_age(file, HOURS));
    let opened = History::open(folder.path()).unwrap();
    assert_eq!((opened.releases().len(), opened.verify().len()), (1, 0));
    history.prune(&LAST, 0).unwrap();
    assert!(old.iter().all(|file| !file.exists()));
    assert!(recent.iter().all(|file| file.exists()), "they may be about to be finished");
    // A release may have such a token all the same.
    let strange = Made::new(2, "v1.unfinished", [("app.js", 1)]);
    strange.add_to(&mut history);
    set_age(&folder.path().join(strange.path()), HOURS);
    history.prune(&LAST, 0).unwrap();
    assert_eq!(History::open(folder.path()).unwrap().releases().len(), 1);
    assert!(folder.path().join(strange.path()).exists());
}

#[test]
fn what_was_pruned_by_half_is_a_history_and_is_pruned_again() {
    let folder = tempfile::tempdir().unwrap();
    let made = [1, 2, 3].map(|number| Made::new(number, &format!("v1.{number}"), [("app.js", number as u8), ("a", 9)]));
    let mut history = history(folder.path(), &made);
    // A folder cannot be removed as a file is.
    let occupied = folder.path().join(path_of(2));
    fs::remove_file(&occupied).unwrap();
    fs::create_dir(&occupied).unwrap();
    age(folder.path(), HOURS);
    let directory = fs::File::open(&occupied).unwrap();
    directory.set_modified(std::time::SystemTime::now() - HOURS).unwrap();
    let fault = history.prune(&LAST, 0).unwrap_err();
    assert!(matches!(fault.problem, Problem::Remove(_)));
    let message = fault.to_string();
    assert!(message.starts_with(&format!("cannot remove `{}`: ", occupied.display())), "{message}");
    assert!(message.ends_with("; make its folder writable"), "{message}");
    for history in [&history, &History::open(folder.path()).unwrap()] {
        assert_eq!(history.releases().len(), 1);
        assert!(history.verify().is_empty());
    }
    fs::remove_dir(&occupied).unwrap();
    history.prune(&LAST, 0).unwrap();
    assert_eq!(tree(folder.path()), made[2].tree());
}

#[test]
fn a_release_that_was_added_meanwhile_keeps_its_contents() {
    let folder = tempfile::tempdir().unwrap();
    let made = [1, 2].map(|number| Made::new(number, &format!("v1.{number}"), [("app.js", number as u8)]));
    let mut opened = history(folder.path(), &made);
    age(folder.path(), HOURS);
    // It has a content of the first, which is not written again.
    let third = Made::new(3, "v1.3", [("app.js", 1)]);
    history(folder.path(), std::slice::from_ref(&third));
    age(folder.path(), HOURS);
    opened.prune(&LAST, 0).unwrap();
    assert_eq!(tree(folder.path()), tree_of(&[made[1].clone(), third.clone()]));
    assert_eq!(opened.releases().len(), 2, "it is seen now");

    // And before its own file is there.
    let mut pruning = History::open(folder.path()).unwrap();
    fs::remove_file(folder.path().join(third.path())).unwrap();
    let mut adding = History::open(folder.path()).unwrap();
    let fourth = Made::new(4, "v1.4", [("app.js", 1), ("logo.png", 3)]);
    let bytes_of = |content: &_| {
        // That of `app.js` is there: it comes before this one, or after.
        pruning = History::open(folder.path()).unwrap();
        pruning.prune(&LAST, 0).unwrap();
        Ok::<_, Fault>(crate::made::bytes_of(content))
    };
    adding.add(4, &fourth.release(), bytes_of).unwrap();
    let faults = History::open(folder.path()).unwrap().verify();
    assert!(faults.is_empty(), "{faults:?}");
}
