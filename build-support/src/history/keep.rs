//! What this release serves of those before it: which releases, which of their assets, and the contents that it does not have.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cachebreaker_history::{Content, Fault, Head, History, Release, ReleaseName, ReleasedAsset};
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::manifest::{self, KeptAsset, KeptRelease, Lead, Manifest, PastToken, UrlToken};
use cachebreaker_manifest::table::Stored;
use cachebreaker_manifest::token::{Relation, Supersedes, Token, relation};

use super::recall::Past;
use super::released;
use crate::encode::compress::Encodings;
use crate::error::one_line;
use crate::headers::can_be_sent;
use crate::read::File;
use crate::report::Report;
use crate::token::{DeployToken, time_in};

/// What this release serves of those before it.
#[derive(Default)]
pub(crate) struct Kept {
    /// The tokens of the releases, in the order in which they were built, with the times of their builds in milliseconds.
    pub(crate) releases: Vec<(PastToken, i64)>,
    /// The other tokens in URLs of these releases.
    pub(crate) url_tokens: Vec<PastToken>,
    /// For each asset of this release the tokens that lead to it.
    pub(crate) of_current: Vec<Vec<Lead>>,
    /// The assets that this release does not have, and the tokens that lead to each.
    pub(crate) assets: Vec<(ReleasedAsset, Vec<Lead>)>,
    /// The contents that this release does not have.
    pub(crate) contents: HashMap<Digest, Vec<u8>>,
    /// Tokens of earlier releases that do not look stale next to this release's token.
    pub(crate) stale: Vec<PastToken>,
}

/// Decides what is kept. A release is left out if one of its contents cannot be read. If all together add more than `limit` bytes, the
/// oldest are left out.
pub(crate) fn keep(
    past: &Past,
    token: &DeployToken,
    files: &[File],
    encodings: &Encodings,
    limit: Option<u64>,
) -> (Kept, Report) {
    let mut report = Report::default();
    let current = Current::of(files, encodings);
    let mut fitting = unique(&past.kept, &past.history, &mut report);
    fitting.retain(|(name, release)| {
        let wrong = release.assets.iter().find(|asset| !can_be_sent(&asset.content_type, &asset.headers));
        report.warn(wrong.map(|asset| {
            let (token, path) = (&name.token, one_line(&asset.path));
            format!(
                "the release `{token}` of the history is not kept: no response can have the content type and headers of `{path}`; \
                 remove `{}`",
                one_line(&past.history.file(name).to_string_lossy())
            )
        }));
        wrong.is_none()
    });
    if let Some(limit) = limit {
        report.warn(drop_oldest(&mut fitting, &current, limit));
    }
    let mut contents = HashMap::new();
    let mut releases = Vec::new();
    for (name, release) in fitting {
        match read(&past.history, release, &current, &mut contents) {
            Ok(()) => releases.push(release),
            Err(fault) => report.warn([not_kept(name, &fault)]),
        }
    }
    let needed = added(&releases, &current);
    contents.retain(|digest, _| needed.contains_key(digest));
    report.warn(summary(releases.len(), needed.values().fold(0, |all: u64, len| all.saturating_add(*len))));
    let mut kept = Kept { contents, stale: stale(past, token), ..Kept::default() };
    report.warn(kept.compose(&releases, &current));
    (kept, report)
}

fn not_kept(name: &ReleaseName, fault: &Fault) -> String {
    format!("the release `{}` of the history is not kept: {fault}", name.token)
}

/// What this release serves.
struct Current<'a> {
    assets: HashMap<&'a str, (usize, ReleasedAsset)>,
    contents: HashSet<Digest>,
}

impl<'a> Current<'a> {
    fn of(files: &'a [File], encodings: &Encodings) -> Self {
        let mut current = Self { assets: HashMap::new(), contents: HashSet::new() };
        for (number, file) in files.iter().enumerate() {
            let mut asset = released(file);
            let encoded = encodings.of_type(file.digest, &file.content_type);
            asset.encodings =
                encoded.map(|(encoding, it)| (encoding, Content::of_digest(it.digest, &it.bytes))).collect();
            current.contents.extend(asset.contents().map(|content| content.digest));
            current.assets.insert(&file.found.path, (number, asset));
        }
        current
    }

    /// The asset of this release that serves the same, and has at least the same encodings.
    fn same(&self, asset: &ReleasedAsset) -> Option<usize> {
        let (number, own) = self.assets.get(&*asset.path)?;
        let has = |encoding: &(Encoding, Content)| own.encodings.contains(encoding);
        (own.serves_the_same_as(asset) && asset.encodings.iter().all(has)).then_some(*number)
    }
}

/// The releases with each token once. If two have the same token and served the same, the later one stays; otherwise both go, because a URL
/// does not say which of them it is of.
fn unique<'a>(
    kept: &'a [(ReleaseName, Release)],
    history: &History,
    report: &mut Report,
) -> Vec<(&'a ReleaseName, &'a Release)> {
    let mut releases: Vec<(&ReleaseName, &Release)> = Vec::new();
    let mut ambiguous = BTreeSet::new();
    for (name, release) in kept {
        if let Some(at) = releases.iter().position(|(known, _)| known.token == name.token) {
            let (known, before) = releases.remove(at);
            if let Some(difference) = release.difference(before) {
                ambiguous.insert(&name.token);
                let problem = cachebreaker_history::Problem::TokenUsedTwice { other: history.file(known), difference };
                report.warn([not_kept(name, &Fault { path: history.file(name), problem })]);
            }
        }
        releases.push((name, release));
    }
    releases.retain(|(name, _)| !ambiguous.contains(&name.token));
    releases
}

/// Reads the contents of a release that this one does not have.
fn read(
    history: &History,
    release: &Release,
    current: &Current<'_>,
    contents: &mut HashMap<Digest, Vec<u8>>,
) -> Result<(), Fault> {
    for content in release.contents().filter(|content| !current.contents.contains(&content.digest)) {
        if let Entry::Vacant(place) = contents.entry(content.digest) {
            place.insert(history.content(content)?);
        }
    }
    Ok(())
}

/// The contents that releases add to this one, and their lengths.
fn added(releases: &[&Release], current: &Current<'_>) -> HashMap<Digest, u64> {
    let contents = releases.iter().flat_map(|release| release.contents());
    let added = contents.filter(|content| !current.contents.contains(&content.digest));
    added.map(|content| (content.digest, content.len)).collect()
}

/// Leaves out the oldest releases until the others add no more than `limit` bytes. Returns a warning that names them.
fn drop_oldest(releases: &mut Vec<(&ReleaseName, &Release)>, current: &Current<'_>, limit: u64) -> Option<String> {
    // From the newest on: how much they add up to each.
    let (mut known, mut all, mut first) = (HashSet::new(), 0_u64, releases.len());
    for (at, (_, release)) in releases.iter().enumerate().rev() {
        let new = release.contents().filter(|it| !current.contents.contains(&it.digest) && known.insert(it.digest));
        all = new.fold(all, |all, content| all.saturating_add(content.len));
        if all <= limit {
            first = at;
        }
    }
    if first == 0 {
        return None;
    }
    let dropped: Vec<_> = releases.drain(..first).map(|(name, _)| format!("`{}`", name.token)).collect();
    Some(format!(
        "the {} {} of the history {} not kept: all releases together would add {} to the binary, but `.keep_size` allows only {}",
        if first == 1 { "release" } else { "releases" },
        dropped.join(", "),
        if first == 1 { "is" } else { "are" },
        shown_size(all),
        shown_size(limit),
    ))
}

/// What kept releases cost.
fn summary(releases: usize, added: u64) -> Option<String> {
    let added = shown_size(added);
    match releases {
        0 => None,
        1 => Some(format!("1 kept release adds {added} to the binary")),
        _ => Some(format!("{releases} kept releases add {added} to the binary")),
    }
}

/// A number of bytes, rounded up.
pub(crate) fn shown_size(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => {
            let tenths = bytes.div_ceil(100_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// The tokens of other releases that are stale but do not look it.
fn stale(past: &Past, own: &DeployToken) -> Vec<PastToken> {
    let ours = Token::from_parts(&own.text, own.kind);
    let supersedes = own.supersedes.as_ref();
    let supersedes =
        supersedes.map_or(Supersedes::UNKNOWN, |(packed, digits)| Supersedes::from_packed(packed, *digits));
    let of_head = |head: &Head| {
        let tokens = [&head.token].into_iter().chain(head.url_tokens.iter().map(|it| &it.text));
        tokens.map(|text| past_token(head, text, "")).collect::<Vec<_>>()
    };
    let looks_otherwise = |token: &PastToken| {
        match Token::parse(&token.text).map(|token| relation(&ours, &supersedes, &token)) {
            // The same contents: with other options of `assets!` it is another token, of a later time.
            Ok(Relation::Current) => token.is_of_contents && time_in(&token.text) > time_in(&own.text),
            Ok(Relation::Premature | Relation::Tied) => true,
            Ok(Relation::Stale | Relation::SameContents) | Err(_) => false,
        }
    };
    let tokens: BTreeSet<_> = past.others.iter().flat_map(of_head).filter(looks_otherwise).collect();
    tokens.into_iter().collect()
}

fn past_token(head: &Head, text: &str, options: &str) -> PastToken {
    PastToken { text: text.to_owned(), is_of_contents: head.is_of_contents, options: options.to_owned() }
}

/// What a token of a kept release leads to.
#[derive(Clone, Copy)]
enum Target<'a> {
    Current(usize),
    Kept(&'a ReleasedAsset),
}

impl Kept {
    /// Puts it into the manifest of this release, which has its own assets already. `add` stores a content. Contents that this release has are
    /// stored already, and are passed without their bytes.
    pub(crate) fn put<E>(
        &self,
        manifest: &mut Manifest,
        mut add: impl FnMut(Digest, &[u8]) -> Result<Stored, E>,
    ) -> Result<(), E> {
        for (asset, tokens) in manifest.assets.iter_mut().zip(&self.of_current) {
            asset.kept.clone_from(tokens);
        }
        let seconds = |time: i64| u64::try_from(time / 1000).unwrap_or_default();
        let releases = self.releases.iter().cloned();
        let mut kept = manifest::Kept {
            releases: releases.map(|(token, time)| KeptRelease { token, modified: seconds(time) }).collect(),
            url_tokens: self.url_tokens.clone(),
            stale: self.stale.clone(),
            assets: Vec::new(),
        };
        for (asset, leads) in &self.assets {
            let mut add = |content: &Content| {
                let bytes = self.contents.get(&content.digest);
                add(content.digest, bytes.map_or(&[], |bytes| bytes))
            };
            let identity = add(&asset.identity)?;
            let encodings = asset.encodings.iter().map(|(encoding, content)| Ok((*encoding, add(content)?)));
            kept.assets.push(KeptAsset {
                path: asset.path.clone(),
                content_type: asset.content_type.clone(),
                identity,
                encodings: encodings.collect::<Result<_, E>>()?,
                headers: asset.headers.clone(),
                is_dictionary: false,
                leads: leads.clone(),
            });
        }
        manifest.kept = kept;
        Ok(())
    }

    /// Numbers the tokens, and finds what each leads to. Returns warnings about URLs that differed between releases.
    fn compose(&mut self, releases: &[&Release], current: &Current<'_>) -> Vec<String> {
        let mut numbers: HashMap<(&str, &str), u32> = HashMap::new();
        for Release { head, .. } in releases {
            numbers.insert((&head.token, ""), self.releases.len() as u32);
            self.releases.push((past_token(head, &head.token, ""), head.time));
        }
        let (mut targets, mut ambiguous) = (BTreeMap::new(), BTreeSet::new());
        for (number, release) in (0_u32..).zip(releases) {
            let of_urls: Vec<_> = release
                .head
                .url_tokens
                .iter()
                .map(|UrlToken { text, options }| {
                    let next = (releases.len() + self.url_tokens.len()) as u32;
                    let token = *numbers.entry((text, options)).or_insert(next);
                    if token == next {
                        self.url_tokens.push(past_token(&release.head, text, options));
                    }
                    token
                })
                .collect();
            for asset in &release.assets {
                let target = current.same(asset).map_or(Target::Kept(asset), Target::Current);
                let of_urls = asset.url_tokens.iter().map(|it| of_urls[*it as usize]);
                for token in [number].into_iter().chain(of_urls) {
                    // Where only a header or an encoding has changed, the later release counts.
                    let before = targets.insert((token, &*asset.path), (target, asset.identity, number));
                    if before.is_some_and(|(_, identity, _)| identity != asset.identity) {
                        ambiguous.insert((token, &*asset.path));
                    }
                }
            }
        }
        targets.retain(|url, _| !ambiguous.contains(url));
        self.of_current = vec![Vec::new(); current.assets.len()];
        let mut kept: BTreeMap<_, (&ReleasedAsset, Vec<Lead>)> = BTreeMap::new();
        for ((token, _), (target, _, release)) in targets {
            let lead = Lead { token, release };
            match target {
                Target::Current(asset) => self.of_current[asset].push(lead),
                Target::Kept(asset) => {
                    let key = (&asset.path, &asset.content_type, &asset.headers, asset.identity, &asset.encodings);
                    kept.entry(key).or_insert((asset, Vec::new())).1.push(lead);
                }
            }
        }
        self.assets = kept.into_values().map(|(asset, leads)| (asset.clone(), leads)).collect();
        let name = |token: u32| match (token as usize).checked_sub(self.releases.len()) {
            Some(at) => &self.url_tokens[at].text,
            None => &self.releases[token as usize].0.text,
        };
        let warn = |(token, path): (u32, &str)| {
            format!(
                "in the history, `{}` differs between two releases with the URL token `{}`: neither file is kept; give each release its own token",
                one_line(path),
                name(token),
            )
        };
        ambiguous.into_iter().map(warn).collect()
    }
}

#[cfg(test)]
pub(super) mod tests;
