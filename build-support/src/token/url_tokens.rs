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
use crate::read::File;
use crate::refer::edges::Edges;
use crate::report::Report;
use crate::units::{Closure, units};

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
    let units = units(&edges.nodes);
    let (changes, report) = Changes::of(basis, edges, deploy.is_cut_off);
    let time_of_deploy = time_in(&deploy.text);
    let mut chosen = UrlTokens { valid: vec![Vec::new(); basis.files.len()], ..UrlTokens::default() };
    let mut latest = time_of_deploy;
    let mut number_of = HashMap::new();
    let kept: HashMap<&str, &str> = last
        .iter()
        .flat_map(|last| &last.url_tokens)
        .filter_map(|it| it.text.split_once('-'))
        .map(|(time, digest)| (digest, time))
        .collect();
    let mut changed = Vec::new();
    for (group, closure) in (0_u32..).zip(&units.closures) {
        let Closure::Of(assets) = closure else { continue };
        let digest = digest_of_contents(assets, basis.files);
        let last_change = changes.last_of(assets);
        let time = match last_change.1 {
            Changed::Commit { seconds, .. } => seconds * 1000,
            Changed::WithDeploy => time_of_deploy,
            // A build of the same contents in the same place has told their time already.
            Changed::InBuild => {
                kept.get(&*digest).and_then(|time| time.parse().ok()).unwrap_or_else(|| basis.plan.time())
            }
        };
        latest = latest.max(time);
        number_of.insert(group, chosen.tokens.len() as u32);
        chosen.tokens.push(UrlToken {
            text: format!("{}-{digest}", timestamp(time)),
            options: digest_of_options(assets, basis),
        });
        changed.push(last_change);
    }
    if latest > time_of_deploy
        && let Some((_, digest)) = deploy.text.split_once('-')
    {
        deploy.text = format!("{}-{digest}", timestamp(latest));
    }
    for (asset, group) in units.group_of.iter().enumerate() {
        chosen.valid[asset].extend(number_of.get(group));
    }
    for (group, number) in &number_of.iter().collect::<BTreeMap<_, _>>() {
        let Closure::Of(assets) = &units.closures[**group as usize] else { continue };
        for asset in assets.iter().filter(|asset| units.group_of[**asset as usize] != **group) {
            // What is reached from a group that has a token has one itself.
            chosen.valid[*asset as usize].push(**number);
        }
    }
    chosen.explanation = Some(explain::explain(basis.files, &units, edges, &chosen, &changed, &deploy.text));
    (chosen, report)
}

/// The time of a token of contents, in milliseconds.
fn time_in(token: &str) -> i64 {
    token.split_once('-').and_then(|(time, _)| time.parse().ok()).unwrap_or_default()
}

fn digest_of_contents(assets: &[u32], files: &[File]) -> String {
    let mut hasher = blake3::Hasher::new();
    for asset in assets {
        let file = &files[*asset as usize];
        hasher.update(&(file.found.path.len() as u64).to_le_bytes());
        hasher.update(file.found.path.as_bytes());
        hasher.update(file.digest.as_bytes());
    }
    hasher.finalize().to_hex()[..DIGEST_LEN].to_owned()
}

/// A digest of what `build.rs` decides about the responses with these assets, in hex.
fn digest_of_options(assets: &[u32], basis: &Basis<'_>) -> String {
    let files = || assets.iter().map(|asset| &basis.files[*asset as usize]);
    let mut text = String::new();
    if files().any(|file| compresses(&file.content_type)) {
        let levels = &basis.plan.levels;
        levels.iter().for_each(|(encoding, level)| text += &format!("{}={level} ", encoding.name()));
    }
    for file in files() {
        text += &format!("\n{}", file.content_type);
        file.headers.iter().for_each(|(name, value)| text += &format!("\n{name}: {value}"));
    }
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests;
