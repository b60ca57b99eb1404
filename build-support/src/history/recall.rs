//! Reads the history: which releases there were, under which tokens, and what the last of them served.

use std::path::Path;

use cachebreaker_history::{Head, History, Keep, Release, ReleaseName, ReleasedAsset};
use cachebreaker_manifest::manifest::Manifest;
use cachebreaker_manifest::token::{Token, TokenKind};
use chrono::DateTime;

use super::{HistoryOptions, released};
use crate::error::Error;
use crate::read::File;
use crate::report::Report;
use crate::token::DeployToken;

/// What there was before this release.
pub(crate) struct Past {
    pub(crate) history: History,
    /// The number under which this release is recorded.
    pub(crate) number: u32,
    /// This release, as an earlier build of it was recorded.
    pub(crate) recorded: Option<Release>,
    /// The release before this one.
    #[cfg_attr(not(feature = "references"), expect(dead_code))]
    pub(crate) previous: Option<Release>,
    /// The heads of the other releases, in the order in which they were built.
    pub(crate) others: Vec<Head>,
    /// Those of them that are to be kept.
    pub(crate) kept: Vec<(ReleaseName, Release)>,
}

impl Past {
    /// The release whose URL tokens this one takes over: itself, or the one before it.
    #[cfg(feature = "references")]
    pub(crate) fn last(&self) -> Option<&Release> {
        self.recorded.as_ref().or(self.previous.as_ref())
    }

    /// This release as it was recorded, if no other has come since. A build after others records it once more.
    pub(crate) fn recorded_last(&self) -> Option<&Release> {
        let is_last = self.history.releases().last().is_some_and(|last| last.number == self.number);
        self.recorded.as_ref().filter(|_| is_last)
    }

    /// Whether a release got this token only when its URL tokens were chosen, and it is the token of a release that was read as another one.
    /// Then the history must be read again: with the same contents and the same time they are one release.
    pub(crate) fn has_other(&self, token: &str) -> bool {
        self.others.iter().any(|head| head.token == token)
    }
}

/// The builds before this one on this machine.
#[derive(Clone, Copy)]
pub(crate) struct Before<'a> {
    /// The manifest of the last build with the same features and target.
    pub(crate) manifest: Option<&'a Manifest>,
    /// Where the last build of all has written its release.
    pub(crate) output: &'a Path,
}

/// Reads the history of a view, if it has one. `now` is in milliseconds. A token that is only the time of the build stays if nothing has
/// changed since a build before this one.
pub(crate) fn recall(
    (folder, now): (Option<&Path>, i64),
    options: &HistoryOptions,
    files: &[File],
    token: &mut DeployToken,
    before: Before<'_>,
) -> (Option<Past>, Report) {
    let mut report = Report::default();
    let past = folder.and_then(|folder| {
        let history = report.ok(History::open(folder).map_err(Error::File))?;
        report.warn(history.strays().map(|fault| fault.to_string()));
        let assets: Vec<_> = files.iter().map(released).collect();
        if token.is_of_build {
            keep_token(&history, &assets, token, before);
        }
        read(history, options, now, assets, token, &mut report)
    });
    (past, report)
}

/// Takes the token of a build before this one that served the same. That of the last build with the same features and target is used if it
/// is recorded; else that of the last build of all, so that two builds of one release with other features or targets are one.
fn keep_token(history: &History, assets: &[ReleasedAsset], token: &mut DeployToken, before: Before<'_>) {
    let now = Release { assets: assets.to_vec(), ..Release::default() };
    let serves_the_same = |history: &History, name: &ReleaseName| {
        history.read(name).is_ok_and(|release| release.head.kind == token.kind && now.difference(&release).is_none())
    };
    let last = before.manifest.filter(|last| last.kind == token.kind);
    let recorded = last.and_then(|last| {
        history.releases().iter().filter(|name| name.token == last.token).find(|name| serves_the_same(history, name))
    });
    let built = || {
        let output = History::open(before.output).ok()?;
        // If another release has been recorded since, this one comes after it.
        let is_next = |name: &&ReleaseName| history.releases().last().is_none_or(|last| last.number < name.number);
        let mut names = output.releases().iter().filter(is_next);
        names.find(|name| serves_the_same(&output, name)).map(|name| name.token.clone())
    };
    if let Some(kept) = recorded.map(|name| name.token.clone()).or_else(built) {
        token.text = kept;
    }
}

fn read(
    history: History,
    options: &HistoryOptions,
    now: i64,
    assets: Vec<ReleasedAsset>,
    token: &DeployToken,
    report: &mut Report,
) -> Option<Past> {
    let this = Release { head: Head { token: token.text.clone(), ..Head::default() }, assets };
    let (own, others): (Vec<_>, Vec<_>) = history.releases().iter().cloned().partition(|name| name.token == token.text);
    let mut faults = Vec::new();

    let mut recorded = None;
    for name in &own {
        // If it cannot be read, nobody knows whether it is this release.
        let release = report.ok(history.read(name).map_err(Error::File))?;
        if let Some(difference) = this.difference(&release) {
            report.errors.push(used_twice(&history, name, &release, difference));
            return None;
        }
        recorded = Some(release);
    }
    // A release that is built again after others comes after them, as in a rollback: pages that are open are its own then.
    let last = history.releases().last().map(|last| last.number);
    let own = own.last().filter(|own| Some(own.number) == last);
    let number = own.map_or_else(|| history.next_number(), |name| Ok(name.number));
    let number = report.ok(number.map_err(Error::File))?;

    let (mut heads, mut unreadable) = (Vec::new(), Vec::new());
    for name in others {
        match history.head(&name) {
            Ok(head) => heads.push((name, head)),
            Err(fault) => {
                faults.push(fault);
                unreadable.push(head_of(name));
            }
        }
    }
    let times: Vec<_> = heads.iter().map(|(name, head)| (&*name.token, head.time)).collect();
    let mut kept = Vec::new();
    for at in options.keep().kept(&times, now) {
        let name = &heads[at].0;
        match history.read(name) {
            Ok(release) => kept.push((name.clone(), release)),
            Err(fault) => faults.push(fault),
        }
    }
    let previous = heads.last().and_then(|(last, _)| {
        let is_kept = kept.iter().find(|(name, _)| name == last);
        is_kept.map(|(_, release)| release.clone()).or_else(|| match history.read(last) {
            Ok(release) => Some(release),
            Err(fault) => {
                // Known already if it should have been kept.
                if faults.iter().all(|known| known.path != fault.path) {
                    faults.push(fault);
                }
                None
            }
        })
    });
    let previous = previous.or_else(|| kept.last().map(|(_, release)| release.clone()));
    report.warn(faults.iter().map(|fault| format!("a release of the history is not used: {fault}")));
    for (name, _) in heads.iter().filter(|(_, head)| head.url_tokens.iter().any(|it| it.text == this.head.token)) {
        let read;
        let release = match kept.iter().find(|(kept, _)| kept == name) {
            Some((_, release)) => release,
            None => {
                read = report.ok(history.read(name).map_err(Error::File))?;
                &read
            }
        };
        if let Some(difference) = used_otherwise(&this, release) {
            report.errors.push(used_twice(&history, name, release, difference));
            return None;
        }
    }
    let others = heads.into_iter().map(|(_, head)| head).chain(unreadable).collect();
    Some(Past { history, number, recorded, previous, others, kept })
}

/// What the name of a release says about it.
fn head_of(name: ReleaseName) -> Head {
    let kind = Token::parse(&name.token).map(|token| token.kind()).unwrap_or_default();
    Head { token: name.token, kind, is_of_contents: kind == TokenKind::Content, ..Head::default() }
}

fn used_twice(history: &History, name: &ReleaseName, release: &Release, difference: String) -> Error {
    let (file, built) = (history.file(name), date(release.head.time));
    Error::TokenUsedTwice { file, built, difference }
}

/// How an asset differed that had this release's token in its URL in another release.
fn used_otherwise(this: &Release, other: &Release) -> Option<String> {
    let token = other.head.url_tokens.iter().position(|token| token.text == this.head.token)?;
    let had_it = |asset: &&ReleasedAsset| asset.url_tokens.iter().any(|it| *it as usize == token);
    let had_it = Release { assets: other.assets.iter().filter(had_it).cloned().collect(), ..Release::default() };
    let same_paths = this.assets.iter().filter(|asset| had_it.get(&asset.path).is_some()).cloned().collect();
    let same_paths = Release { assets: same_paths, ..Release::default() };
    let was_there = Release {
        assets: had_it.assets.iter().filter(|asset| this.get(&asset.path).is_some()).cloned().collect(),
        ..Release::default()
    };
    same_paths.difference(&was_there)
}

impl HistoryOptions {
    /// Which releases are kept: what `build.rs` says, or the default.
    fn keep(&self) -> Keep {
        if self.releases.is_none() && self.days.is_none() {
            return Keep::default();
        }
        Keep { releases: self.releases.unwrap_or_default(), days: self.days.unwrap_or_default() }
    }
}

/// A time in milliseconds as a day.
fn date(time: i64) -> String {
    DateTime::from_timestamp_millis(time).map_or_else(|| time.to_string(), |time| time.format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests;
