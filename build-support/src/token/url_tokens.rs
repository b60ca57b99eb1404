//! The URL tokens of a view whose deploy's token is made of the contents: from units and what git knows about files to a token for
//! each closure that is not everything.
//!
//! A token is `<time>-<digest>`. The digest is over the paths and contents of the closure; the macro adds one over its options. The
//! time is that of the last change to a file of the closure.

mod explain;

use std::collections::{BTreeMap, HashMap};

use cachebreaker_manifest::manifest::{Manifest, UrlToken};
use cachebreaker_manifest::token::DIGEST_LEN;

use super::basis::Basis;
use super::changes::{Changed, Changes};
use super::{DeployToken, timestamp};
use crate::encode::compressible::compresses;
use crate::encode::compressor::Levels;
use crate::error::{one_line, shown};
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
) -> (UrlTokens, Report) {
    let (changes, mut report) = Changes::of(basis, edges, deploy);
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
    };
    (choice.choose(&mut deploy.text), report)
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
            let last_change = self.changes.last_of(assets);
            let time = match last_change.1 {
                Changed::Commit { seconds } => seconds * 1000,
                Changed::WithDeploy => time_of_deploy,
                Changed::InBuild => {
                    let kept = self.kept.get(&*digest).and_then(|time| time.parse().ok());
                    kept.unwrap_or(self.time)
                }
            };
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

/// The time of a token of contents, in milliseconds.
fn time_in(token: &str) -> i64 {
    token.split_once('-').and_then(|(time, _)| time.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
