//! Releases that run somewhere, and the history that they are recorded in, which the test itself keeps: it copies files, and knows
//! nothing of what is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cachebreaker_history::{History, Keep};
use proptest::prelude::*;
use tempfile::TempDir;

use super::built::{Built, Source, With};
use super::folders::{age, copy, folder, tree};
use super::note_changes;
use super::world::{Edit, State, any_edit, edited, text};
use crate::history::HistoryOptions;

/// What happens between two releases.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A release is built; it may not be recorded.
    Release { edit: Edit, is_recorded: bool },
    /// An earlier release is built again, as for a rollback; perhaps by a build that knows other references, as with another version of
    /// a parser. (Here it is one that lets the import map decide.)
    Again { at: usize, knows_others: bool },
    /// A release is removed from the history.
    Withdraw(usize),
    /// Releases that are not to be kept are removed from the history, and the contents that no other needs.
    Prune { releases: usize, days: u32 },
    /// Two branches are built from one history, and both are recorded.
    Branches(Edit, Edit),
    /// From now on releases have another option of `assets!`, or not any more.
    Options,
}

/// Which tokens the releases have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tokens {
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

/// A step, and what the releases in it keep.
pub(super) fn any_step() -> impl Strategy<Value = (Step, HistoryOptions)> {
    let step = prop_oneof![
        6 => (any_edit(), prop::bool::weighted(0.9))
            .prop_map(|(edit, is_recorded)| Step::Release { edit, is_recorded }),
        1 => (any::<usize>(), prop::bool::weighted(0.2))
            .prop_map(|(at, knows_others)| Step::Again { at, knows_others }),
        1 => any::<usize>().prop_map(Step::Withdraw),
        1 => (0_usize..4, 0_u32..3).prop_map(|(releases, days)| Step::Prune { releases, days }),
        1 => (any_edit(), any_edit()).prop_map(|(one, other)| Step::Branches(one, other)),
        1 => Just(Step::Options),
    ];
    let size = prop::option::weighted(0.2, 0_u64..150);
    let options = (0_usize..4, 0_u32..3, size).prop_map(|(releases, days, size)| HistoryOptions {
        folder: None,
        releases: Some(releases),
        days: Some(days),
        size,
        ..HistoryOptions::default()
    });
    (step, options)
}

/// How long a step takes, in seconds: two or three are a day.
const STEP: i64 = 40_000;

/// A release that runs somewhere, with what the oracle knows about it.
pub(super) struct Instance {
    pub(super) built: Built,
    changed: BTreeMap<usize, i64>,
    number: usize,
    /// Its number in the history: after all that were there when it was built, or that of an earlier build of it if no other came after
    /// that.
    place: u32,
    /// The numbers of the commits before its own.
    line: Vec<usize>,
    /// When it was built, in seconds.
    time: i64,
    pub(super) cors: bool,
    pub(super) import_map: bool,
    /// The releases that it must keep.
    pub(super) kept: Vec<usize>,
    /// The releases that were in its history.
    pub(super) known: Vec<usize>,
    /// The release before it, which its URLs may be taken over from.
    pub(super) previous: Option<usize>,
    pub(super) is_again: bool,
}

impl Instance {
    /// What is in its files.
    fn texts(&self) -> BTreeSet<Vec<u8>> {
        self.built.state.iter().map(|(path, content)| text(*path, content).into_bytes()).collect()
    }
}

/// What there is: everything that was ever built, and a history.
pub(super) struct Fleet {
    tokens: Tokens,
    folder: TempDir,
    pub(super) instances: Vec<Instance>,
    /// The releases in the history, as the oracle knows them: by the order in which they were built, and by token.
    recorded: BTreeMap<(u32, String), usize>,
    now: i64,
    numbers: usize,
    /// The numbers of the commits on the branch that is built.
    line: Vec<usize>,
    cors: bool,
    import_map: bool,
    /// How many contents were pruned.
    pub(super) pruned: usize,
}

impl Fleet {
    fn history(&self) -> PathBuf {
        self.folder.path().join("history")
    }

    /// The releases in the history, each once: one that was recorded twice counts where it is last.
    fn known(&self) -> Vec<usize> {
        let mut known: Vec<usize> = Vec::new();
        for at in self.recorded.values() {
            known.retain(|other| self.instances[*other].built.recorded != self.instances[*at].built.recorded);
            known.push(*at);
        }
        known
    }

    /// Those that are among the last ones or young.
    fn kept(&self, known: &[usize], releases: usize, days: u32) -> Vec<usize> {
        let is_young = |at: usize| self.now - self.instances[at].time <= i64::from(days) * 24 * 60 * 60;
        let is_kept = |(place, at): &(usize, &usize)| place + releases >= known.len() || days > 0 && is_young(**at);
        known.iter().enumerate().filter(is_kept).map(|(_, at)| *at).collect()
    }

    /// Leaves out the oldest ones that add too many bytes to a release with these files.
    fn limit(&self, mut kept: Vec<usize>, mut texts: BTreeSet<Vec<u8>>, limit: u64) -> Vec<usize> {
        let mut all = 0;
        let first = kept.iter().rposition(|at| {
            let new = self.instances[*at].texts().into_iter().filter(|text| texts.insert(text.clone()));
            all += new.map(|text| text.len() as u64).sum::<u64>();
            all > limit
        });
        kept.split_off(first.map_or(0, |first| first + 1))
    }

    /// Builds a release, and returns its number among the instances. It is written to `output`.
    fn build(
        &mut self,
        (state, changed): (&State, &BTreeMap<usize, i64>),
        again: Option<usize>,
        options: &HistoryOptions,
        output: &str,
    ) -> usize {
        let again = again.map(|at| &self.instances[at]);
        let (is_again, number) = (again.is_some(), again.map_or(self.numbers, |it| it.number));
        let line = again.map_or(&self.line, |it| &it.line).clone();
        let cors = again.map_or(self.cors, |it| it.cors);
        let token = self.tokens.token(number);
        let commits: Vec<_> = line.iter().filter_map(|number| self.tokens.token(*number)).collect();
        let (now, import_map) = (self.now, self.import_map);
        let source = Source { state, changed, now, token: token.as_deref(), commits: &commits, import_map, cors };
        let (history, output) = (self.history(), self.folder.path().join(output));
        let before = tree(&history);
        let with = With { history: &history, options: options.clone(), output: &output };
        let (built, warnings) = Built::build(&source, Some(&with));
        assert!(tree(&history) == before, "a build never writes to the history");
        let warnings: Vec<_> = warnings.iter().filter(|it| !it.contains("may refer to anything")).collect();
        assert!(warnings.iter().all(|it| it.contains(" to the binary")), "{warnings:?}");
        let built = built.unwrap();
        let (own, known): (Vec<_>, Vec<_>) =
            self.known().into_iter().partition(|at| self.instances[*at].built.recorded == built.recorded);
        let previous = own.last().or(known.last()).copied();
        let changed = changed.clone();
        self.numbers += usize::from(!is_again);
        let kept = self.kept(&known, options.releases.unwrap(), options.days.unwrap());
        let last = self.recorded.keys().map(|(number, _)| *number).max().unwrap_or_default();
        let place = last + u32::from(!self.recorded.contains_key(&(last, built.recorded.clone())));
        let mut instance = Instance {
            built,
            changed,
            number,
            place,
            line,
            time: now,
            cors,
            import_map,
            kept,
            known,
            previous,
            is_again,
        };
        if let Some(limit) = options.size {
            instance.kept = self.limit(instance.kept.clone(), instance.texts(), limit);
        }
        self.instances.push(instance);
        self.instances.len() - 1
    }

    /// Records what was written there, in this history.
    fn record(&mut self, instance: usize, output: &str, history: &Path) {
        copy(&self.folder.path().join(output), history);
        let token = self.instances[instance].built.recorded.clone();
        let names = fs::read_dir(history.join("releases")).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let of_token = names.iter().filter_map(|name| name.split_once('~')).filter(|(_, it)| *it == token);
        let number: u32 = of_token.map(|(number, _)| number.parse().unwrap()).max().unwrap();
        assert_eq!(number, self.instances[instance].place);
        self.recorded.entry((number, token)).or_insert(instance);
    }
}

/// Lets all of it happen.
pub(super) fn run(first: &State, steps: &[(Step, HistoryOptions)], tokens: Tokens, import_map: bool) -> Fleet {
    let mut fleet = Fleet {
        tokens,
        folder: folder(),
        instances: Vec::new(),
        recorded: BTreeMap::new(),
        now: 1_700_000_000,
        numbers: 1,
        line: Vec::new(),
        cors: false,
        import_map,
        pruned: 0,
    };
    let history = fleet.history();
    let mut state = first.clone();
    let mut changed: BTreeMap<_, _> = state.keys().map(|path| (*path, fleet.now)).collect();
    let mut earlier = vec![state.clone()];
    let options = HistoryOptions { releases: Some(1), days: Some(0), ..HistoryOptions::default() };
    let first = fleet.build((&state, &changed), None, &options, "output");
    fleet.line.push(fleet.instances[first].number);
    fleet.record(first, "output", &history);
    for (step, options) in steps {
        fleet.now += STEP;
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
                let built = fleet.build((&state, &changed), None, options, "output");
                fleet.line.push(fleet.instances[built].number);
                if *is_recorded {
                    fleet.record(built, "output", &history);
                }
            }
            Step::Again { at, knows_others } => {
                let at = at % fleet.instances.len();
                let (state, changed) = (fleet.instances[at].built.state.clone(), fleet.instances[at].changed.clone());
                let import_map = fleet.import_map;
                fleet.import_map ^= knows_others;
                let built = fleet.build((&state, &changed), Some(at), options, "output");
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
            Step::Prune { releases, days } => {
                age(&history.join("contents"));
                let keep = Keep { releases: *releases, days: *days };
                let pruned = History::open(&history).unwrap().prune(&keep, fleet.now * 1000).unwrap();
                let kept = fleet.kept(&fleet.known(), *releases, *days);
                let kept: BTreeSet<_> = kept.iter().map(|at| fleet.instances[*at].built.recorded.clone()).collect();
                let before = fleet.recorded.len();
                fleet.recorded.retain(|(_, token), _| kept.contains(token));
                assert_eq!(pruned.releases.len(), before - fleet.recorded.len());
                let needed: BTreeSet<_> = fleet.recorded.values().flat_map(|at| fleet.instances[*at].texts()).collect();
                let contents: BTreeSet<_> = tree(&history.join("contents")).into_values().collect();
                assert!(contents == needed, "the contents of releases stay, and no others");
                fleet.pruned += pruned.contents;
            }
            Step::Branches(one, other) => {
                let branches = [one, other].map(|edit| commit(edit, &state, &changed));
                let reversed = fleet.folder.path().join("reversed");
                let _ = fs::remove_dir_all(&reversed);
                copy(&history, &reversed);
                let built: Vec<_> = branches
                    .iter()
                    .zip(["one", "other"])
                    .map(|((state, changed), output)| fleet.build((state, changed), None, options, output))
                    .collect();
                ["other", "one"].iter().for_each(|output| copy(&fleet.folder.path().join(output), &reversed));
                fleet.record(built[0], "one", &history);
                fleet.record(built[1], "other", &history);
                assert!(tree(&history) == tree(&reversed), "histories are merged in either order");
                fleet.line.push(fleet.instances[built[1]].number);
                (state, changed) = branches[1].clone();
                earlier.push(state.clone());
            }
        }
    }
    fleet
}
