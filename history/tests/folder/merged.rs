//! Histories of two branches, merged by copying and by the crate, in either order.

use std::fs;
use std::path::Path;

use cachebreaker_history::{Added, Fault, History, Problem};
use proptest::prelude::*;

use crate::made::{DAY, Made, Tree, bytes_again, copy, history, releases, tree};

/// What two branches have in common, and what each has added. Both may have built one release; then with other times.
fn branches() -> impl Strategy<Value = (Vec<Made>, Vec<Made>, Vec<Made>)> {
    releases("v1", 1, 0..4).prop_flat_map(|before| {
        let next = before.len() as u32 + 1;
        let both = (prop::option::of(releases("both", next, 1)), 0..DAY);
        (Just(before), releases("a", next, 0..4), releases("b", next, 0..4), both).prop_map(
            |(before, mut a, mut b, (both, later))| {
                if let Some(both) = both {
                    a.extend(both.clone());
                    b.extend(both.into_iter().map(|it| Made { time: it.time + later, ..it }));
                }
                (before, a, b)
            },
        )
    })
}

/// What is in all of them: of two of one name the earlier.
fn union(releases: &[Made]) -> Tree {
    let mut tree = Tree::new();
    let mut sorted: Vec<_> = releases.iter().collect();
    sorted.sort_by_key(|release| -release.time);
    sorted.into_iter().for_each(|release| tree.extend(release.tree()));
    tree
}

fn merged(folder: &Path, from: [&Path; 2]) -> History {
    let mut history = History::open(folder).unwrap();
    for other in from {
        history.merge(&History::open(other).unwrap()).unwrap();
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn two_branches_merge_in_either_order_to_the_same_history((before, a, b) in branches()) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let all = [&before[..], &a, &b].concat();
        history(&path("a"), &[&before[..], &a].concat());
        history(&path("b"), &[&before[..], &b].concat());
        let expected = union(&all);
        let mut one = merged(&path("ab"), [&path("a"), &path("b")]);
        let other = merged(&path("ba"), [&path("b"), &path("a")]);
        prop_assert!(tree(&path("ab")) == expected);
        prop_assert!(tree(&path("ba")) == expected);
        prop_assert_eq!(one.releases(), other.releases());
        prop_assert!(one.verify().is_empty(), "{:?}", one.verify());

        // In the order in which they were built, and what comes next comes after all of them.
        let mut names: Vec<_> = all.iter().map(|it| (it.number, it.token.clone())).collect();
        names.sort();
        names.dedup();
        let found: Vec<_> = one.releases().iter().map(|it| (it.number, it.token.clone())).collect();
        prop_assert_eq!(&found, &names);
        let reopened = History::open(&path("ab")).unwrap();
        prop_assert_eq!(reopened.releases(), one.releases());
        prop_assert_eq!(one.next_number().unwrap(), names.last().map_or(1, |last| last.0 + 1));

        // What is there is not added.
        prop_assert_eq!(one.merge(&other).unwrap(), Added::default());
        prop_assert_eq!(one.merge(&History::open(&path("a")).unwrap()).unwrap(), Added::default());
        prop_assert!(tree(&path("ab")) == expected);
    }

    #[test]
    fn histories_are_merged_by_copying((before, a, mut b) in branches(), cut in any::<prop::sample::Index>()) {
        // Whoever wants equal files builds them for one time.
        for release in &mut b {
            a.iter().filter(|it| it.token == release.token).for_each(|it| release.time = it.time);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        history(&path("a"), &[&before[..], &a].concat());
        history(&path("b"), &[&before[..], &b].concat());
        for (to, from) in [("ab", ["a", "b"]), ("ba", ["b", "a"])] {
            from.iter().for_each(|from| copy(&path(from), &path(to)));
        }
        let expected = union(&[&before[..], &a, &b].concat());
        prop_assert!(tree(&path("ab")) == expected);
        prop_assert!(tree(&path("ba")) == expected);
        prop_assert!(merged(&path("merged"), [&path("a"), &path("ab")]).verify().is_empty());
        prop_assert!(tree(&path("merged")) == expected);

        // A copy that was interrupted in the middle of a file is repeated.
        let files: Vec<_> = expected.keys().collect();
        if !files.is_empty() {
            let at = cut.index(files.len());
            let cut = path("ab").join(files[at]);
            let bytes = fs::read(&cut).unwrap();
            fs::write(cut, &bytes[..bytes.len() / 2]).unwrap();
            let missing = if at % 2 == 0 { &files[at + 1..] } else { &files[..at] };
            missing.iter().for_each(|file| fs::remove_file(path("ab").join(file)).unwrap());
            let is_whole = |fault: &Fault| !matches!(fault.problem, Problem::CutOff | Problem::Missing | Problem::Damaged);
            prop_assert!(!History::open(&path("ab")).unwrap().verify().iter().any(is_whole));
            copy(&path("ba"), &path("ab"));
            prop_assert!(tree(&path("ab")) == expected);
        }
    }
}

#[test]
fn a_token_of_both_branches_for_other_contents_is_not_merged() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let before = Made::new(1, "v1.0", [("app.js", 1)]);
    let mut ours = history(&path("a"), &[before.clone(), Made::new(2, "v1.1", [("app.js", 2), ("logo.png", 3)])]);
    // Under the same number, and under another.
    for number in [2, 3] {
        let other = path(&format!("b{number}"));
        let theirs = history(&other, &[before.clone(), Made::new(number, "v1.1", [("app.js", 4)])]);
        let state = tree(&path("a"));
        let message = ours.merge(&theirs).unwrap_err().to_string();
        assert_eq!(
            message,
            format!(
                "`{}/releases/00000{number}~v1.1` has the same token as `{}/releases/000002~v1.1`, in which `app.js` was \
                 different: a token may be used only once; remove one of the two files",
                other.display(),
                path("a").display()
            )
        );
        let theirs = Made::new(number, "v1.1", [("app.js", 4)]).release();
        let added = ours.add(number, &theirs, bytes_again);
        assert!(matches!(added.unwrap_err().problem, Problem::TokenUsedTwice { .. }));
        assert!(tree(&path("a")) == state, "it is as it was");
    }
    // A copy does not ask.
    copy(&path("b3"), &path("a"));
    let [fault] = &History::open(&path("a")).unwrap().verify()[..] else { panic!("one fault") };
    let message = fault.to_string();
    assert!(
        message.contains("000003~v1.1` has the same token as `") && message.contains("in which `app.js`"),
        "{message}"
    );
}

#[test]
fn what_is_damaged_in_a_history_is_repaired_by_what_another_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let releases = [Made::new(1, "v1.0", [("app.js", 1)]), Made::new(2, "v1.1", [("app.js", 2)])];
    history(&path("a"), &releases);
    let theirs = history(&path("b"), &releases);
    for (file, bytes) in tree(&path("a")) {
        for damaged in [&bytes[..bytes.len() / 2], b"other", b""] {
            fs::write(path("a").join(&file), damaged).unwrap();
            let mut ours = History::open(&path("a")).unwrap();
            assert_eq!(ours.verify().len(), 1);
            ours.merge(&theirs).unwrap();
            assert!(tree(&path("a")) == tree(&path("b")));
        }
    }
}

#[test]
fn a_release_whose_contents_cannot_be_had_is_not_added() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let releases = [Made::new(1, "v1.0", [("app.js", 1)]), Made::new(2, "v1.1", [("app.js", 2), ("logo.png", 1)])];
    let theirs = history(&path("b"), &releases);
    fs::remove_file(path("b").join(crate::made::path_of(2))).unwrap();
    let mut ours = History::open(&path("a")).unwrap();
    assert!(matches!(ours.merge(&theirs).unwrap_err().problem, Problem::Missing));
    assert_eq!(ours.releases(), &theirs.releases()[..1], "that before it is added");
    assert!(ours.verify().is_empty());

    // Nor with other bytes than it names.
    let wrong = |_: &_| Ok::<_, Fault>(b"wrong".to_vec());
    let message = ours.add(2, &releases[1].release(), wrong).unwrap_err().to_string();
    assert!(
        message.ends_with("` is damaged; restore it from another copy of the history, or remove the release"),
        "{message}"
    );
    assert_eq!(tree(&path("a")), releases[0].tree());
}
