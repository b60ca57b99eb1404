//! The laws of URLs that last, over random sequences of releases. The product decides about each URL and answers each request; the
//! oracle knows what the test itself wrote into the files.

mod built;
mod fleet;
mod folders;
mod with_history;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use built::{Built, Source};
use world::{Edit, PATHS, State, any_content, any_edit, basis, closure, edited, fit, follow, joins, relative, text};

/// Runs the commits of a sequence, and builds a release of each.
fn releases(first: &State, edits: &[Edit], import_map: bool) -> Vec<Built> {
    let (mut now, mut state) = (1_700_000_000, first.clone());
    let mut changed: BTreeMap<_, _> = state.keys().map(|path| (*path, now)).collect();
    let mut earlier = vec![state.clone()];
    let build = |state: &State, changed: &BTreeMap<usize, i64>, now| {
        Built::build(&Source { state, changed, now, token: None, commits: &[], import_map, cors: false }, None)
            .0
            .unwrap()
    };
    let mut releases = vec![build(&state, &changed, now)];
    for edit in edits {
        let next = edited(&state, edit, &earlier);
        if next.is_empty() {
            continue;
        }
        if next != state {
            now += 100;
            note_changes(&mut changed, &state, &next, now);
            state = next;
        }
        earlier.push(state.clone());
        releases.push(build(&state, &changed, now));
    }
    releases
}

/// Notes the time at which the paths changed that differ.
fn note_changes(changed: &mut BTreeMap<usize, i64>, before: &State, after: &State, now: i64) {
    let all: BTreeSet<_> = before.keys().chain(after.keys()).copied().collect();
    changed.extend(all.into_iter().filter(|path| before.get(path) != after.get(path)).map(|path| (path, now)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn over_any_sequence_of_releases_one_url_never_has_two_contents(
        first in prop::collection::btree_map(0..PATHS.len(), any_content(), 1..PATHS.len()),
        edits in prop::collection::vec(any_edit(), 1..4),
        import_map in prop::bool::weighted(0.2),
    ) {
        let first = first.into_iter().map(|(path, content)| (path, fit(path, content))).collect();
        let releases = releases(&first, &edits, import_map);
        let tokens: BTreeSet<_> = releases.iter().flat_map(|release| {
            let own = release.urls.values().map(|url| url.split('/').nth(2).unwrap());
            own.chain([&*release.token]).map(str::to_owned).collect::<Vec<_>>()
        }).collect();
        let mut bodies: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (number, release) in releases.iter().enumerate() {
            // Every URL with any token of any release, at this release.
            for token in &tokens {
                for (path, name) in PATHS.iter().enumerate() {
                    let url = format!("/static/{token}/{name}");
                    let (status, location, body) = release.ask(&url);
                    match status {
                        200 => {
                            let content = release.state.get(&path).map(|content| text(path, content).into_bytes());
                            prop_assert_eq!(Some(&body), content.as_ref(), "{}", url);
                            let known = bodies.entry(url.clone()).or_insert_with(|| body.clone());
                            prop_assert_eq!(&*known, &body, "{}", url);
                        }
                        301 => prop_assert_eq!(&location, &release.urls[&path]),
                        404 => prop_assert!(!release.state.contains_key(&path)),
                        503 => {}
                        other => prop_assert!(false, "{other}"),
                    }
                }
            }
            // Every reference leads to the release's own bytes; those of stylesheets and scripts to the URL that is printed.
            // With an import map, the map decides where imports lead: `runtime/src/page/tests.rs` follows it.
            for (path, content) in release.state.iter().filter(|_| !import_map) {
                let mut todo = vec![(*path, release.urls[path].clone(), joins(PATHS[*path]))];
                let mut known = BTreeSet::new();
                let (_, is_everything) = closure(&release.state, *path);
                while let Some((at, url, is_printed)) = todo.pop() {
                    if !known.insert((at, url.clone())) {
                        continue;
                    }
                    let (status, _, body) = release.ask(&url);
                    prop_assert_eq!((status, body), (200, text(at, &release.state[&at]).into_bytes()), "{}", url);
                    if is_printed && joins(PATHS[*path]) {
                        prop_assert_eq!(&url, &release.urls[&at]);
                    }
                    for to in release.state[&at].refers.iter().filter(|to| release.state.contains_key(to)) {
                        // What an image names is loaded under the image's token.
                        let is_printed = is_printed && joins(PATHS[at]);
                        todo.push((*to, follow(&url, &relative(PATHS[at], PATHS[*to])), is_printed));
                    }
                }
                if is_everything {
                    prop_assert!(release.urls[path].contains(&release.token), "{content:?}");
                }
            }
            // What keeps its URL, and what each release answers to the pages of the one before and after it.
            let Some(before) = number.checked_sub(1).map(|before| &releases[before]) else { continue };
            for path in before.state.keys().filter(|path| release.state.contains_key(path)) {
                let is_kept = before.urls[path] == release.urls[path];
                if !import_map {
                    prop_assert_eq!(is_kept, basis(&before.state, *path) == basis(&release.state, *path), "{}", PATHS[*path]);
                }
                if !is_kept {
                    let (status, location, _) = release.ask(&before.urls[path]);
                    // A closure may have been the same before the last release.
                    prop_assert!(status == 200 || (status, &location) == (301, &release.urls[path]), "{status}");
                    // Where an asset has left a unit and is as old as before, nothing tells the older release that the token is
                    // new; but then the file is the same in both.
                    let (mut status, location, mut body) = before.ask(&release.urls[path]);
                    if status == 301 {
                        (status, _, body) = before.ask(&location);
                    }
                    let is_own = || body == text(*path, &release.state[path]).into_bytes();
                    prop_assert!(status == 503 || status == 200 && is_own(), "{status} {}", release.urls[path]);
                }
            }
        }
    }
}
