//! Why each asset has the token that is in its URL, as a text to read: for each its URL token, its unit, and what holds it back.
//!
//! ```text
//! css/style.css
//!   URL token     1718539201000-9f86d081884c
//!   unit          css/style.css, fonts/inter.woff2
//!   changes with  img/sprite.svg
//!   last change   2024-06-16 12:00:01 UTC, css/style.css
//! ```

use std::collections::HashMap;
use std::fmt::Write as _;

use cachebreaker_history::Release;
use chrono::DateTime;

use crate::error::one_line;
use crate::history::released;
use crate::read::File;
use crate::refer::edges::Edges;
use crate::token::changes::Changed;
use crate::units::{Closure, Units};
use cachebreaker_manifest::manifest::UrlToken;

/// So many names are in a line.
const NAMES: usize = 20;

/// The text, sorted by path. `changed` has for each token the asset that changed last, and when.
pub(super) fn explain(
    files: &[File],
    units: &Units,
    edges: &Edges,
    (tokens, valid): (&[UrlToken], &[Vec<u32>]),
    changed: &[(u32, Changed)],
    deploy: &str,
) -> String {
    let write_own = |lines: &mut String, asset: usize| {
        let own = valid[asset].first().map(|own| (&*tokens[*own as usize].text, changed[*own as usize]));
        let token = own.map_or(deploy, |(token, _)| token);
        let _ = writeln!(lines, "  URL token     {token}{}", if own.is_none() { ", the deploy's" } else { "" });
        own.map_or_else(String::new, |(_, (last, changed))| {
            format!("  last change   {}, `{}`\n", when(changed), one_line(&files[last as usize].found.path))
        })
    };
    let head = "The token in the URL of each asset, its unit (the assets that share the token), and what else it changes with. The \
                macro adds six digits for its options to each token.\n";
    each_unit(head, files, units, edges, write_own)
}

/// Writes what there is to say about each asset. `write_own` writes the line about the token of an asset, and returns what comes after
/// the lines about its unit.
fn each_unit(
    head: &str,
    files: &[File],
    units: &Units,
    edges: &Edges,
    write_own: impl Fn(&mut String, usize) -> String,
) -> String {
    let mut members = vec![Vec::new(); files.len()];
    (0_u32..).zip(&units.unit_of).for_each(|(asset, unit)| members[*unit as usize].push(asset));
    // Units may be large, and what there is to say about one is the same for all of it.
    let mut of_units = HashMap::new();
    let mut text = head.to_owned();
    for (asset, file) in files.iter().enumerate() {
        let unit = units.unit_of[asset];
        let of_unit = of_units.entry(unit).or_insert_with(|| {
            let closure = &units.closures[units.group_of[asset] as usize];
            let is_other = |other: &&u32| units.unit_of[**other as usize] != unit;
            let (mut lines, members) = (String::new(), &members[unit as usize]);
            let end = write_own(&mut lines, asset);
            let _ = writeln!(lines, "  unit          {}", names(files, members.iter(), members.len()));
            match closure {
                Closure::Of(all) if all.len() > members.len() => {
                    let others = names(files, all.iter().filter(is_other), all.len() - members.len());
                    let _ = writeln!(lines, "  changes with  {others}");
                }
                Closure::Of(_) => {}
                Closure::Everything(root) => {
                    let path = one_line(&files[*root as usize].found.path);
                    let reason = edges.nodes[*root as usize].unknown.as_deref().unwrap_or_default();
                    let _ = writeln!(
                        lines,
                        "  changes with  everything: what `{path}` refers to is not known, for {reason}"
                    );
                }
                Closure::TooMany => {
                    let _ = writeln!(lines, "  changes with  everything: it leads to too many others");
                }
            }
            lines += &end;
            lines
        });
        let _ = write!(text, "\n{}\n{of_unit}", one_line(&file.found.path));
    }
    text
}

/// The same where tokens are taken over from the release before: `tokens` has that of each group.
pub(super) fn taken_over(
    files: &[File],
    units: &Units,
    edges: &Edges,
    (tokens, deploy): (&[&str], &str),
    previous: Option<&Release>,
) -> String {
    let why = |group: u32| -> String {
        let Closure::Of(assets) = &units.closures[group as usize] else { return String::new() };
        let Some(previous) = previous else {
            return "  changed       there is no release before this one\n".to_owned();
        };
        let is_new = |asset: &&u32| {
            let now = released(&files[**asset as usize]);
            previous.get(&now.path).is_none_or(|before| !before.serves_the_same_as(&now))
        };
        let count = assets.iter().filter(is_new).count();
        match count {
            0 => "  changed       what it refers to, or its unit\n".to_owned(),
            _ => format!("  changed       {}\n", names(files, assets.iter().filter(is_new), count)),
        }
    };
    let write_own = |lines: &mut String, asset: usize| {
        let group = units.group_of[asset];
        let token = tokens[group as usize];
        let _ = writeln!(lines, "  URL token     {token}{}", if token == deploy { ", the deploy's" } else { "" });
        if token == deploy { why(group) } else { String::new() }
    };
    let head = "The token in the URL of each asset, its unit (the assets that share the token), and what else it changes with. If \
                the macro's options are not the default, it adds six digits for them to each token but the deploy's.\n";
    each_unit(head, files, units, edges, write_own)
}

fn when(changed: Changed) -> String {
    match changed {
        Changed::Commit { seconds } => match DateTime::from_timestamp(seconds, 0) {
            Some(time) => time.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            None => seconds.to_string(),
        },
        Changed::WithDeploy => "with the deploy, for git does not have it as a file of the folder".to_owned(),
        Changed::InBuild => "in this build, for git does not have it as it is".to_owned(),
    }
}

/// The paths of so many assets, with commas between them; of very many only the first.
fn names<'a>(files: &[File], assets: impl Iterator<Item = &'a u32>, number: usize) -> String {
    let mut names: Vec<_> = assets.take(NAMES).map(|asset| one_line(&files[*asset as usize].found.path)).collect();
    names.extend((number > NAMES).then(|| format!("and {} more", number - NAMES)));
    names.join(", ")
}
