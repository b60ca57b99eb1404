//! The URL tokens of a view: from units, what git knows about files, and the release before this one to a token for each closure that
//! is not everything.
//!
//! Where the deploy's token is made of the contents, a token is `<time>-<digest>`. The digest is over the paths and contents of the
//! closure; the macro adds one over its options. The time is that of the last change to a file of the closure: as the release
//! before has it, if that has the digest, else by git.
//!
//! Where it is of another kind, a closure that is as it was in the release before keeps the token of that release, and any other has
//! the deploy's.

mod explain;

use std::collections::{BTreeMap, HashMap};

use cachebreaker_history::{Release, ReleasedAsset};
use cachebreaker_manifest::manifest::{Manifest, UrlToken};
use cachebreaker_manifest::token::{DIGEST_LEN, MAX_LEN, OPTIONS_LEN};

use super::basis::Basis;
use super::changes::{Changed, Changes};
use super::{DeployToken, time_in, timestamp};
use crate::encode::compressible::compresses;
use crate::encode::compressor::Levels;
use crate::error::{one_line, shown};
use crate::history::recall::Past;
use crate::history::released;
use crate::read::File;
use crate::refer::edges::Edges;
use crate::refer::language;
use crate::report::Report;
use crate::units::{Closure, units};
use explain::explain;

/// The URL tokens of a view.
#[derive(Debug, Default)]
pub(crate) struct UrlTokens {
    pub(crate) tokens: Vec<UrlToken>,
    /// For each asset the numbers of the tokens that are valid for it: its own first. Empty where that is the deploy's.
    pub(crate) valid: Vec<Vec<u32>>,
    /// Why each asset has the token that it has, as text.
    pub(crate) explanation: Option<String>,
}

/// Chooses the URL tokens, and gives the deploy's token the latest of their times if its own is earlier. `last` is the manifest of
/// the last build.
pub(crate) fn choose(
    basis: &Basis<'_>,
    edges: &Edges,
    deploy: &mut DeployToken,
    last: Option<&Manifest>,
    past: Option<&Past>,
) -> (UrlTokens, Report) {
    let (changes, mut report) = Changes::of(basis, edges, deploy, past.is_some());
    report.warn(unknown(basis, edges));
    let tokens = last.map(|last| &last.url_tokens[..]).unwrap_or_default();
    let choice = Choice {
        files: basis.files,
        edges,
        changes: &changes,
        levels: &basis.plan.levels,
        time: basis.plan.time(),
        kept: tokens
            .iter()
            .filter_map(|token| token.text.split_once('-'))
            .map(|(time, digest)| (digest, time))
            .collect(),
        recorded: recorded_times(past.and_then(Past::last)),
        is_recorded: past.is_some_and(|past| past.recorded.is_some()),
    };
    (choice.choose(&mut deploy.text), report)
}

/// The times that a release gave to closures, by their digests.
fn recorded_times(release: Option<&Release>) -> HashMap<&str, &str> {
    let release = release.filter(|release| release.head.is_of_contents);
    let tokens = release.iter().flat_map(|release| &release.head.url_tokens);
    tokens.filter_map(|token| token.text.split_once('-')).map(|(time, digest)| (digest, time)).collect()
}

/// Chooses the URL tokens where the deploy's token is not made of the contents: those of the release before this one, if it has one.
pub(crate) fn take_over(
    basis: &Basis<'_>,
    edges: &Edges,
    deploy: &DeployToken,
    previous: Option<&Release>,
) -> (UrlTokens, Report) {
    let mut report = Report::default();
    report.warn(unknown(basis, edges));
    if !may_last(&deploy.text) {
        report.warn([format!(
            "token `{}` is too long for URLs that last: all files have new URLs in this release, and again in the next; give it at \
             most {LONGEST} characters",
            deploy.text
        )]);
        return (UrlTokens::default(), report);
    }
    (taken_over(basis.files, edges, &deploy.text, previous), report)
}

/// The most bytes of a token that can last: with the options that the macro adds, it must not be too long for a token.
const LONGEST: usize = MAX_LEN - 1 - OPTIONS_LEN;

/// Whether later releases can take the token over.
fn may_last(token: &str) -> bool {
    token.len() <= LONGEST
}

/// The tokens of the closures, some of which may be the deploy's.
fn taken_over(files: &[File], edges: &Edges, deploy: &str, previous: Option<&Release>) -> UrlTokens {
    let units = units(&edges.nodes);
    let mut members = vec![Vec::new(); units.closures.len()];
    (0_u32..).zip(&units.group_of).for_each(|(asset, group)| members[*group as usize].push(asset));
    let mut tokens: Vec<&str> = Vec::with_capacity(units.closures.len());
    for (group, closure) in units.closures.iter().enumerate() {
        let token = match closure {
            Closure::Of(assets) => {
                // What it depends on has been decided before.
                let others = assets.iter().map(|asset| units.group_of[*asset as usize] as usize);
                let is_old = others.filter(|other| *other != group).all(|other| tokens[other] != deploy);
                let last = previous.filter(|_| is_old);
                last.and_then(|previous| token_in(previous, files, &members[group], assets)).unwrap_or(deploy)
            }
            Closure::Everything(_) | Closure::TooMany => deploy,
        };
        tokens.push(token);
    }
    let mut chosen = UrlTokens { valid: vec![Vec::new(); files.len()], ..UrlTokens::default() };
    let mut number_of = HashMap::new();
    for token in &tokens {
        number_of.entry(*token).or_insert_with(|| {
            chosen.tokens.push(UrlToken { text: (*token).to_owned(), options: String::new() });
            chosen.tokens.len() as u32 - 1
        });
    }
    for (valid, group) in chosen.valid.iter_mut().zip(&units.group_of) {
        if matches!(units.closures[*group as usize], Closure::Of(_)) {
            valid.push(number_of[tokens[*group as usize]]);
        }
    }
    for (token, closure) in tokens.iter().zip(&units.closures) {
        let Closure::Of(assets) = closure else { continue };
        for asset in assets {
            let valid = &mut chosen.valid[*asset as usize];
            let number = number_of[token];
            if !valid.contains(&number) {
                valid.push(number);
            }
        }
    }
    chosen.explanation = Some(explain::taken_over(files, &units, edges, (&tokens, deploy), previous));
    chosen
}

/// The token that all of these assets had in their URLs in that release, if everything in their closure is the same as it was there, under
/// the same token.
fn token_in<'r>(release: &'r Release, files: &[File], members: &[u32], closure: &[u32]) -> Option<&'r str> {
    let asset = |asset: u32| release.get(&files[asset as usize].found.path);
    let own = |of: &ReleasedAsset| {
        let number = of.url_tokens.first();
        number.map_or(&*release.head.token, |number| &*release.head.url_tokens[*number as usize].text)
    };
    let token = own(asset(*members.first()?)?);
    let is_as_it_was = |number: &u32| {
        let now = released(&files[*number as usize]);
        asset(*number).is_some_and(|before| {
            let is_valid = |number: &u32| release.head.url_tokens[*number as usize].text == token;
            before.serves_the_same_as(&now) && (token == release.head.token || before.url_tokens.iter().any(is_valid))
        })
    };
    let have_it = members.iter().all(|member| asset(*member).is_some_and(|before| own(before) == token));
    (may_last(token) && !release.head.is_of_contents && have_it && closure.iter().all(is_as_it_was)).then_some(token)
}

/// What there is to say about stylesheets, scripts and pages that may refer to anything.
fn unknown(basis: &Basis<'_>, edges: &Edges) -> Vec<String> {
    let files = basis.files.iter().zip(&edges.nodes).filter(|(file, _)| language(file).is_some());
    let unknown = files.filter_map(|(file, node)| Some((file, node.unknown.as_ref()?)));
    let warn = |(file, reason): (&File, &String)| {
        let path = one_line(&file.found.path);
        format!(
            "`{}` may refer to anything ({reason}): it has a new URL with every change of any asset, and so has what it shares a token \
             with; say what it refers to, as in `.refers({path:?}, [\"chunks/**\"])`, or `[\"\"; 0]` for nothing",
            shown(&file.found.shown)
        )
    };
    unknown.map(warn).collect()
}

/// What URL tokens are chosen from.
struct Choice<'a> {
    files: &'a [File],
    edges: &'a Edges,
    changes: &'a Changes,
    levels: &'a Levels,
    /// The time of the build, in milliseconds.
    time: i64,
    /// The times that the last build gave to closures, by their digests.
    kept: HashMap<&'a str, &'a str>,
    /// The times that the release before this one gave to closures, by their digests.
    recorded: HashMap<&'a str, &'a str>,
    /// Whether that release is this one. Then a token that is not recorded must not be used, whatever this build knows about references:
    /// the next release could not keep it.
    is_recorded: bool,
}

impl Choice<'_> {
    fn choose(&self, deploy: &mut String) -> UrlTokens {
        let units = units(&self.edges.nodes);
        let time_of_deploy = time_in(deploy);
        let mut chosen = UrlTokens { valid: vec![Vec::new(); self.files.len()], ..UrlTokens::default() };
        let (mut latest, mut changed) = (time_of_deploy, Vec::new());
        let mut number_of = BTreeMap::new();
        for (group, closure) in (0_u32..).zip(&units.closures) {
            let Closure::Of(assets) = closure else { continue };
            let digest = self.digest_of_contents(assets);
            // What it depends on has been decided before.
            let mut others = assets.iter().map(|asset| units.group_of[*asset as usize]).filter(|other| *other != group);
            if self.is_recorded
                && !(self.recorded.contains_key(&*digest) && others.all(|other| number_of.contains_key(&other)))
            {
                continue;
            }
            let last_change = self.changes.last_of(assets);
            let time_in = |times: &HashMap<&str, &str>| times.get(&*digest).and_then(|time| time.parse().ok());
            let time = time_in(&self.recorded).unwrap_or_else(|| match last_change.1 {
                Changed::Commit { seconds } => seconds * 1000,
                Changed::WithDeploy => time_of_deploy,
                Changed::InBuild => time_in(&self.kept).unwrap_or(self.time),
            });
            latest = latest.max(time);
            number_of.insert(group, chosen.tokens.len() as u32);
            let text = format!("{}-{digest}", timestamp(time));
            chosen.tokens.push(UrlToken { text, options: self.digest_of_options(assets) });
            changed.push(last_change);
        }
        if latest > time_of_deploy
            && let Some((_, digest)) = deploy.split_once('-')
        {
            *deploy = format!("{}-{digest}", timestamp(latest));
        }
        for (valid, group) in chosen.valid.iter_mut().zip(&units.group_of) {
            valid.extend(number_of.get(group));
        }
        for (group, number) in &number_of {
            let Closure::Of(assets) = &units.closures[*group as usize] else { continue };
            for asset in assets.iter().filter(|asset| units.group_of[**asset as usize] != *group) {
                // What is reached from a group that has a token has one itself.
                chosen.valid[*asset as usize].push(*number);
            }
        }
        let tokens = (&*chosen.tokens, &*chosen.valid);
        chosen.explanation = Some(explain(self.files, &units, self.edges, tokens, &changed, deploy));
        chosen
    }

    fn digest_of_contents(&self, assets: &[u32]) -> String {
        let mut hasher = blake3::Hasher::new();
        for asset in assets {
            let file = &self.files[*asset as usize];
            hasher.update(&(file.found.path.len() as u64).to_le_bytes());
            hasher.update(file.found.path.as_bytes());
            hasher.update(file.digest.as_bytes());
        }
        hasher.finalize().to_hex()[..DIGEST_LEN].to_owned()
    }

    /// A digest of what `build.rs` decides about the responses with these assets, in hex.
    fn digest_of_options(&self, assets: &[u32]) -> String {
        let files = || assets.iter().map(|asset| &self.files[*asset as usize]);
        let mut text = String::new();
        if files().any(|file| compresses(&file.content_type)) {
            self.levels.iter().for_each(|(encoding, level)| text += &format!("{}={level} ", encoding.name()));
        }
        for file in files() {
            text += &format!("\n{}", file.content_type);
            file.headers.iter().for_each(|(name, value)| text += &format!("\n{name}: {value}"));
        }
        blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
    }
}

#[cfg(test)]
mod tests;
