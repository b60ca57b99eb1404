//! The laws with a history, which the test itself keeps: it copies files, and knows nothing of what is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cachebreaker_history::{History, Keep};
use proptest::prelude::*;
use tempfile::TempDir;

use super::built::{Built, Source, With};
use super::note_changes;
use super::world::{
    Edit, PATHS, State, any_content, any_edit, basis, closure, edited, fit, follow, joins, relative, text,
};
use crate::history::HistoryOptions;

/// What happens between two releases.
#[derive(Clone, Debug)]
enum Step {
    /// A release is built; it may not be recorded.
    Release { edit: Edit, is_recorded: bool },
    /// An earlier release is built again, as for a rollback; perhaps by a build that knows other references, as with another version of
    /// a parser. (Here it is one that lets the import map decide.)
    Again { at: usize, knows_others: bool },
    /// A release is removed from the history.
    Withdraw(usize),
    /// All but so many releases are removed from the history, and the contents that no other needs.
    Prune(usize),
    /// Two branches are built from one history, and both are recorded.
    Branches(Edit, Edit),
    /// From now on releases have another option of `assets!`, or not any more.
    Options,
}

/// Which tokens the releases have.
#[derive(Clone, Copy, Debug)]
enum Tokens {
    Times,
    Releases,
    Commits,
    Labels,
    Contents,
}

impl Tokens {
    /// The token of the release with that number; nothing if it is made of the contents.
    fn token(self, number: usize) -> Option<String> {
        match self {
            Self::Times => Some(format!("{:012}", 1_700_000_000_000_usize + number * 100_000)),
            Self::Releases => Some(format!("v1.{number}.0")),
            Self::Commits => Some(format!("{:07x}abcde", number * 0x123_4567 % 0xfff_ffff)),
            Self::Labels => Some(format!("build-{number}")),
            Self::Contents => None,
        }
    }
}

fn any_step() -> impl Strategy<Value = (Step, usize)> {
    let step = prop_oneof![
        6 => (any_edit(), prop::bool::weighted(0.9))
            .prop_map(|(edit, is_recorded)| Step::Release { edit, is_recorded }),
        1 => (any::<usize>(), prop::bool::weighted(0.2))
            .prop_map(|(at, knows_others)| Step::Again { at, knows_others }),
        1 => any::<usize>().prop_map(Step::Withdraw),
        1 => (1_usize..4).prop_map(Step::Prune),
        1 => (any_edit(), any_edit()).prop_map(|(one, other)| Step::Branches(one, other)),
        1 => Just(Step::Options),
    ];
    (step, 0_usize..4)
}

/// A release that runs somewhere, with what the oracle knows about it.
struct Instance {
    built: Built,
    changed: BTreeMap<usize, i64>,
    number: usize,
    cors: bool,
    import_map: bool,
    /// The releases that it must keep.
    kept: Vec<usize>,
    /// The releases that were in its history.
    known: Vec<usize>,
    /// The release before it, which its URLs may be taken over from.
    previous: Option<usize>,
    is_again: bool,
}

/// What there is: everything that was ever built, and a history.
struct Fleet {
    tokens: Tokens,
    folder: TempDir,
    instances: Vec<Instance>,
    /// The releases in the history, as the oracle knows them: by the order in which they were built, and by token.
    recorded: BTreeMap<(u32, String), usize>,
    now: i64,
    numbers: usize,
    cors: bool,
    import_map: bool,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Every file in a folder, with its bytes.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(tree(&entry.path()).into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

impl Fleet {
    fn history(&self) -> std::path::PathBuf {
        self.folder.path().join("history")
    }

    /// Builds a release, and returns its number among the instances. It is written to `output`.
    fn build(
        &mut self,
        (state, changed): (&State, &BTreeMap<usize, i64>),
        again: Option<usize>,
        keep: usize,
        output: &str,
    ) -> Option<usize> {
        let number = again.map_or(self.numbers, |at| self.instances[at].number);
        let token = self.tokens.token(number);
        let cors = again.map_or(self.cors, |at| self.instances[at].cors);
        let import_map = self.import_map;
        let source = Source { state, changed, now: self.now, token: token.as_deref(), import_map, cors };
        let options = HistoryOptions { releases: Some(keep), ..HistoryOptions::default() };
        let (history, output) = (self.history(), self.folder.path().join(output));
        let before = tree(&history);
        let (built, warnings) = Built::build(&source, Some(&With { history: &history, options, output: &output }));
        assert!(tree(&history) == before, "a build never writes to the history");
        let warnings: Vec<_> = warnings.iter().filter(|it| !it.contains("may refer to anything")).collect();
        assert!(warnings.iter().all(|it| it.contains(" to the binary")), "{warnings:?}");
        let built = built.unwrap();
        let others = self.recorded.iter().filter(|((_, token), _)| *token != built.recorded).map(|(_, at)| *at);
        // One that was recorded twice counts where it is last.
        let mut known: Vec<usize> = Vec::new();
        for at in others {
            known.retain(|other| self.instances[*other].built.recorded != self.instances[at].built.recorded);
            known.push(at);
        }
        let own = self.recorded.iter().rfind(|((_, token), _)| *token == built.recorded).map(|(_, at)| *at);
        let kept = known[known.len().saturating_sub(keep)..].to_vec();
        let previous = own.or(known.last().copied());
        let changed = changed.clone();
        self.numbers += usize::from(again.is_none());
        let is_again = again.is_some();
        self.instances.push(Instance { built, changed, number, cors, import_map, kept, known, previous, is_again });
        Some(self.instances.len() - 1)
    }

    /// Records what was written there, in this history.
    fn record(&mut self, instance: usize, output: &str, history: &Path) {
        copy(&self.folder.path().join(output), history);
        let token = self.instances[instance].built.recorded.clone();
        let names = fs::read_dir(history.join("releases")).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let of_token = names.iter().filter_map(|name| name.split_once('~')).filter(|(_, it)| *it == token);
        let number: u32 = of_token.map(|(number, _)| number.parse().unwrap()).max().unwrap();
        let last = self.recorded.keys().map(|(number, _)| *number).max();
        // A release that is built again is recorded again if others came after it.
        let is_new = !self.recorded.contains_key(&(number, token.clone()));
        let is_known = self.recorded.keys().any(|(_, known)| *known == token);
        assert!(!is_new || !is_known || last.is_some_and(|last| number == last + 1), "recorded once");
        self.recorded.entry((number, token)).or_insert(instance);
    }
}

/// A new folder: in memory where the system has a file system there, which is several times as fast.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// Lets all of it happen.
fn run(first: &State, steps: &[(Step, usize)], tokens: Tokens, import_map: bool) -> Fleet {
    let mut fleet = Fleet {
        tokens,
        folder: folder(),
        instances: Vec::new(),
        recorded: BTreeMap::new(),
        now: 1_700_000_000,
        numbers: 1,
        cors: false,
        import_map,
    };
    let history = fleet.history();
    let mut state = first.clone();
    let mut changed: BTreeMap<_, _> = state.keys().map(|path| (*path, fleet.now)).collect();
    let mut earlier = vec![state.clone()];
    let first = fleet.build((&state, &changed), None, 1, "output").unwrap();
    fleet.record(first, "output", &history);
    for (step, keep) in steps {
        fleet.now += 100;
        let commit = |edit: &Edit, state: &State, changed: &BTreeMap<usize, i64>| {
            let (mut next, mut changed) = (edited(state, edit, &earlier), changed.clone());
            if next.is_empty() {
                next.clone_from(state);
            }
            note_changes(&mut changed, state, &next, fleet.now);
            (next, changed)
        };
        match step {
            Step::Release { edit, is_recorded } => {
                (state, changed) = commit(edit, &state, &changed);
                earlier.push(state.clone());
                let built = fleet.build((&state, &changed), None, *keep, "output").unwrap();
                if *is_recorded {
                    fleet.record(built, "output", &history);
                }
            }
            Step::Again { at, knows_others } => {
                let at = at % fleet.instances.len();
                let (state, changed) = (fleet.instances[at].built.state.clone(), fleet.instances[at].changed.clone());
                let import_map = fleet.import_map;
                fleet.import_map ^= knows_others;
                let built = fleet.build((&state, &changed), Some(at), *keep, "output").unwrap();
                fleet.import_map = import_map;
                fleet.record(built, "output", &history);
            }
            Step::Options => fleet.cors = !fleet.cors,
            Step::Withdraw(at) => {
                let Some(at) = at.checked_rem(fleet.recorded.len()) else { continue };
                let name = fleet.recorded.keys().nth(at).unwrap().clone();
                fs::remove_file(history.join(format!("releases/{:06}~{}", name.0, name.1))).unwrap();
                fleet.recorded.remove(&name);
            }
            Step::Prune(releases) => {
                let keep = Keep { releases: *releases, days: 0 };
                let pruned = History::open(&history).unwrap().prune(&keep, fleet.now * 1000).unwrap();
                let mut last: Vec<String> = Vec::new();
                for (_, token) in fleet.recorded.keys().rev() {
                    if !last.contains(token) && last.len() < *releases {
                        last.push(token.clone());
                    }
                }
                let before = fleet.recorded.len();
                fleet.recorded.retain(|(_, token), _| last.contains(token));
                assert_eq!(pruned.releases.len(), before - fleet.recorded.len());
            }
            Step::Branches(one, other) => {
                let branches = [one, other].map(|edit| commit(edit, &state, &changed));
                let reversed = fleet.folder.path().join("reversed");
                let _ = fs::remove_dir_all(&reversed);
                copy(&history, &reversed);
                let built: Vec<_> = branches
                    .iter()
                    .zip(["one", "other"])
                    .map(|((state, changed), output)| fleet.build((state, changed), None, *keep, output).unwrap())
                    .collect();
                ["other", "one"].iter().for_each(|output| copy(&fleet.folder.path().join(output), &reversed));
                fleet.record(built[0], "one", &history);
                fleet.record(built[1], "other", &history);
                assert!(tree(&history) == tree(&reversed), "histories are merged in either order");
                (state, changed) = branches[1].clone();
                earlier.push(state.clone());
            }
        }
    }
    fleet
}

/// One URL never has two contents, kept releases have their own, and what is not changed keeps its URL.
fn holds(first: &State, steps: &[(Step, usize)], tokens: Tokens, import_map: bool) -> Result<(), TestCaseError> {
    let fleet = run(first, steps, tokens, import_map);
    let has_branches = steps.iter().any(|(step, _)| matches!(step, Step::Branches(..)));
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
                Tokens::Commits => false,
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
                let is_known_as_stale = before.is_again && urls.any(|url| *url == built.urls[path]);
                let is_right = status == 503 || status == 200 && is_own() || is_known_as_stale;
                prop_assert!(is_right, "{status} {}", built.urls[path]);
            }
        }
    }
    Ok(())
}

/// A test for each kind of token, so that they run at once.
macro_rules! laws {
    ($($test:ident: $tokens:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(2_000))]
            $(
                #[test]
                fn $test(
                    first in prop::collection::btree_map(0..PATHS.len(), any_content(), 1..PATHS.len()),
                    steps in prop::collection::vec(any_step(), 1..8),
                    import_map in prop::bool::weighted(0.2),
                ) {
                    let first = first.into_iter().map(|(path, content)| (path, fit(path, content))).collect();
                    holds(&first, &steps, $tokens, import_map)?;
                }
            )*
        }
    };
}

laws! {
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_times: Tokens::Times;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_releases: Tokens::Releases;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_commits: Tokens::Commits;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_labels: Tokens::Labels;
    one_url_never_has_two_contents_and_kept_releases_have_their_own_where_tokens_are_of_contents: Tokens::Contents;
}
