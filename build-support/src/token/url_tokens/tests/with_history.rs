//! The laws with a history.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::fleet::{Fleet, Instance, Step, Tokens, any_step, run};
use super::world::{PATHS, any_content, basis, closure, fit, follow, joins, relative, text};

/// One URL never has two contents, kept releases have their own, and what is not changed keeps its URL.
fn holds(fleet: &Fleet, tokens: Tokens, has_branches: bool) -> Result<(), TestCaseError> {
    let all: BTreeSet<_> = fleet
        .instances
        .iter()
        .flat_map(|Instance { built, .. }| {
            let own = built.urls.values().map(|url| url.split('/').nth(2).unwrap());
            own.chain([&*built.token]).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let mut bodies: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (at, instance) in fleet.instances.iter().enumerate() {
        let built = &instance.built;
        // No older instance answers a URL of a newer release in a way that is stored and lacks what its pages need.
        for newer in fleet.instances[at..].iter().filter(|newer| newer.cors && !newer.is_again) {
            for url in newer.built.urls.values() {
                let (is_stored, is_readable) = built.stores(url);
                prop_assert!(!is_stored || is_readable, "{url} at {}", built.token);
            }
        }
        for token in &all {
            for (path, name) in PATHS.iter().enumerate() {
                let url = format!("/static/{token}/{name}");
                let (status, location, body) = built.ask(&url);
                match status {
                    200 => {
                        let known = bodies.entry(url.clone()).or_insert_with(|| body.clone());
                        prop_assert_eq!(&*known, &body, "{}", url);
                    }
                    301 => prop_assert_eq!(&location, &built.urls[&path]),
                    404 => prop_assert!(!built.state.contains_key(&path), "{}", url),
                    503 => {}
                    other => prop_assert!(false, "{other}"),
                }
                // What is in the history came before.
                let is_known = instance.known.iter().any(|known| {
                    let known = &fleet.instances[*known].built;
                    known.token == *token || known.urls.values().any(|url| url.split('/').nth(2) == Some(token))
                });
                prop_assert!(!is_known || status != 503, "{url} of {}", built.token);
            }
        }
        // Its own files, and those of each release that it keeps, lead to what their release has: also by references, and under
        // the deploy's token.
        // A release that is recorded may have been built again since.
        let builds_of = |kept: usize| {
            let recorded = &fleet.instances[kept].built.recorded;
            let is_of_it = move |(at, other): &(usize, &Instance)| {
                *at == kept || *at > kept && other.is_again && other.built.recorded == *recorded
            };
            fleet.instances.iter().enumerate().take(at).filter(is_of_it).map(|(_, other)| other)
        };
        for Instance { built: release, import_map, .. } in
            [instance].into_iter().chain(instance.kept.iter().flat_map(|kept| builds_of(*kept)))
        {
            for path in release.state.keys() {
                let of_deploy = format!("/static/{}/{}", release.token, PATHS[*path]);
                let mut todo = vec![(*path, release.urls[path].clone()), (*path, of_deploy)];
                let mut known = BTreeSet::new();
                while let Some((at, url)) = todo.pop() {
                    if !known.insert((at, url.clone())) {
                        continue;
                    }
                    let (status, _, body) = built.ask(&url);
                    prop_assert_eq!(
                        (status, body),
                        (200, text(at, &release.state[&at]).into_bytes()),
                        "{} of {} at {}",
                        url,
                        release.token,
                        built.token
                    );
                    // With an import map, the map decides where imports lead.
                    let refers = release.state[&at].refers.iter().filter(|_| !*import_map);
                    for to in refers.filter(|to| release.state.contains_key(to)) {
                        todo.push((*to, follow(&url, &relative(PATHS[at], PATHS[*to]))));
                    }
                    if joins(PATHS[at]) && url == release.urls[&at] && !*import_map {
                        let printed = |to: &usize| follow(&url, &relative(PATHS[at], PATHS[*to])) == release.urls[to];
                        let mut there = release.state[&at].refers.iter().filter(|to| release.state.contains_key(to));
                        prop_assert!(there.all(printed), "{url}");
                    }
                }
            }
        }
        // What keeps its URL.
        let Some(before) = instance.previous.map(|at| &fleet.instances[at]) else { continue };
        let previous = &before.built;
        let import_map = before.import_map || instance.import_map;
        for path in built.state.keys() {
            let (reached, is_everything) = closure(&built.state, *path);
            let is_kept = previous.urls.get(path) == Some(&built.urls[path]);
            if is_everything && !import_map {
                prop_assert!(built.urls[path].contains(&built.token), "{}", built.urls[path]);
            } else if previous.state.contains_key(path) && !import_map {
                let is_same = basis(&previous.state, *path) == basis(&built.state, *path);
                // With other options every URL is another.
                let is_same = is_same && before.cors == instance.cors;
                prop_assert!(is_kept || !is_same, "{} was {}", built.urls[path], previous.urls[path]);
                // A release that is built again has its own token, which one after it may have taken over for what it still has.
                let is_own = built.urls[path].contains(&built.token);
                let is_as_before = |path: &usize| previous.state.get(path) == built.state.get(path);
                prop_assert!(!is_kept || is_own || reached.iter().all(is_as_before), "{}", built.urls[path]);
            }
            // What the release before answers to a page of this one, while both run. By the times of commits nobody knows which of two
            // branches came first.
            let is_ordered = match tokens {
                Tokens::Contents => !has_branches,
                _ => true,
            };
            if is_ordered && !instance.is_again {
                let (status, location, body) = previous.ask(&built.urls[path]);
                let (status, body) = match status {
                    301 => {
                        let (status, _, body) = previous.ask(&location);
                        (status, body)
                    }
                    _ => (status, body),
                };
                let is_own = || body == text(*path, &built.state[path]).into_bytes();
                // A release that was rolled back to knows the URLs of the releases after it as stale. It answers with their files
                // only if it keeps them.
                let others = before.known.iter().filter(|known| !before.kept.contains(known));
                let mut urls = others.filter_map(|known| fleet.instances[*known].built.urls.get(path));
                // The time of a token of contents says nothing about them, and neither do the digits of its options.
                let url_of = |url: &str| match tokens {
                    Tokens::Contents => {
                        let (digits, path) = url.split_once('-').unwrap().1.split_once('/').unwrap();
                        format!("{}/{path}", &digits[..12])
                    }
                    _ => url.to_owned(),
                };
                let is_known_as_stale = before.is_again && urls.any(|url| url_of(url) == url_of(&built.urls[path]));
                let is_right = status == 503 || status == 200 && is_own() || is_known_as_stale;
                prop_assert!(is_right, "{status} {}", built.urls[path]);
            }
        }
    }
    Ok(())
}

/// Lets random sequences happen with that kind of token.
fn hold(tokens: Tokens) {
    let first = prop::collection::btree_map(0..PATHS.len(), any_content(), 1..PATHS.len());
    let sequences = (first, prop::collection::vec(any_step(), 1..8), prop::bool::weighted(0.2));
    let mut runner =
        TestRunner::new(ProptestConfig { source_file: Some(file!()), ..ProptestConfig::with_cases(2_000) });
    let pruned = Cell::new(0);
    let result = runner.run(&sequences, |(first, steps, import_map)| {
        let first = first.into_iter().map(|(path, content)| (path, fit(path, content))).collect();
        let fleet = run(&first, &steps, tokens, import_map);
        pruned.set(pruned.get() + fleet.pruned);
        holds(&fleet, tokens, steps.iter().any(|(step, _)| matches!(step, Step::Branches(..))))
    });
    assert!(result.is_ok(), "{}\n{runner}", result.unwrap_err());
    assert!(pruned.get() > 100, "only {} contents were pruned", pruned.get());
}

/// A test for each kind of token, so that they run at once.
macro_rules! laws {
    ($($test:ident: $tokens:expr;)*) => {
        $(
            #[test]
            fn $test() {
                hold($tokens);
            }
        )*
    };
}

laws! {
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_times: Tokens::Times;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_releases: Tokens::Releases;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_commits: Tokens::Commits;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_labels: Tokens::Labels;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_of_contents: Tokens::Contents;
}
