//! A release that the product builds in memory: its URLs, and what it answers.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::path::Path;

use cachebreaker::AssetService;
use cachebreaker::private::{Name, Rules, ServedView, View};
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::layout::{self, layout};
use cachebreaker_manifest::manifest::Entry;
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::token::{Supersedes, Token, TokenKind};
use cachebreaker_manifest::version;

use super::super::*;
use super::world::{PATHS, State, text};
use crate::encode::compress::Encodings;
use crate::error::Error;
use crate::history::HistoryOptions;
use crate::history::keep::keep;
use crate::history::recall::{Before, Past, recall};
use crate::history::record::record;
use crate::refer::References;
use crate::refer::edges::edges;
use crate::token::COMMIT_DIGITS;

/// What a release is built from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) state: &'a State,
    /// When each path was last changed, as git would say, in seconds.
    pub(super) changed: &'a BTreeMap<usize, i64>,
    /// The time, in seconds.
    pub(super) now: i64,
    /// The deploy's token, where it is not made of the contents.
    pub(super) token: Option<&'a str>,
    /// Where that is a commit, those before it.
    pub(super) commits: &'a [String],
    pub(super) import_map: bool,
    /// An option of `assets!`.
    pub(super) cors: bool,
}

/// The history that a release is built with.
pub(super) struct With<'a> {
    pub(super) history: &'a Path,
    pub(super) options: HistoryOptions,
    /// Where the release is written to.
    pub(super) output: &'a Path,
}

/// A release.
pub(super) struct Built {
    pub(super) state: State,
    /// The deploy's token, as it is in URLs.
    pub(super) token: String,
    /// The same, as a history has it.
    pub(super) recorded: String,
    pub(super) urls: BTreeMap<usize, String>,
    service: AssetService,
}

impl Built {
    /// Builds a release, or fails with messages. The second list is of warnings.
    pub(super) fn build(source: &Source<'_>, with: Option<&With<'_>>) -> (Result<Self, Vec<String>>, Vec<String>) {
        let Source { state, changed, now, import_map, cors, .. } = *source;
        let mut paths: Vec<_> = state.keys().copied().collect();
        paths.sort_unstable_by_key(|path| PATHS[*path]);
        let mut files: Vec<_> = paths.iter().map(|path| File::of(PATHS[*path], &text(*path, &state[path]))).collect();
        let references = References::of_all(&files);
        let edges = edges(&files, &references, &[], import_map, |_| false);
        let mut token = source.deploy_token(&files);
        let recall = |token: &mut DeployToken| {
            let past = with.map(|with| {
                let before = Before { manifest: None, output: with.output };
                recall((Some(with.history), now * 1000), &with.options, &files, token, before)
            });
            past.unwrap_or_default()
        };
        let (mut past, mut report) = recall(&mut token);
        if !report.errors.is_empty() {
            return (Err(report.errors.iter().map(Error::to_string).collect()), Vec::new());
        }
        let choose = |token: &mut DeployToken, past: Option<&Past>| {
            let previous = past.and_then(Past::last);
            match source.token {
                Some(text) if past.is_some() => taken_over(&files, &edges, text, previous),
                Some(_) => UrlTokens::default(),
                None => {
                    let time_of =
                        |path: &str| PATHS.iter().position(|it| *it == path).and_then(|it| changed.get(&it)).copied();
                    let of = files.iter().zip(&edges.missing).map(|(file, missing)| {
                        let missing = missing.iter().filter_map(|path| time_of(path));
                        Changed::Commit { seconds: missing.chain(time_of(&file.found.path)).max().unwrap() }
                    });
                    let changes = Changes { of: of.collect() };
                    let levels = Levels::new();
                    let choice = Choice {
                        files: &files,
                        edges: &edges,
                        changes: &changes,
                        levels: &levels,
                        time: 0,
                        kept: HashMap::new(),
                        recorded: recorded_times(previous),
                        is_recorded: past.is_some_and(|past| past.recorded.is_some()),
                    };
                    choice.choose(&mut token.text)
                }
            }
        };
        let mut chosen = choose(&mut token, past.as_ref());
        if past.as_ref().is_some_and(|past| past.has_other(&token.text)) {
            (past, report) = recall(&mut token);
            chosen = choose(&mut token, past.as_ref());
        }
        files.iter_mut().zip(&chosen.valid).for_each(|(file, valid)| file.url_tokens.clone_from(valid));
        let mut contents: Vec<&'static [u8]> = Vec::new();
        let mut stored = HashMap::new();
        let mut store = |digest: Digest, bytes: &[u8]| -> Result<Stored, Infallible> {
            let place = *stored.entry(digest).or_insert_with(|| {
                contents.push(bytes.to_vec().leak());
                Place { chunk: contents.len() as u16 - 1, offset: 0, len: bytes.len() as u32 }
            });
            Ok(Stored { digest: digest.to_string(), place })
        };
        let entries = files.iter().map(|file| Entry {
            path: file.found.path.clone(),
            content_type: file.content_type.clone(),
            identity: store(file.digest, &file.bytes).unwrap(),
            url_tokens: file.url_tokens.clone(),
            ..Entry::default()
        });
        let mut manifest = Manifest {
            token: token.text.clone(),
            kind: token.kind,
            is_of_contents: token.is_of_contents,
            supersedes: token.supersedes.clone(),
            version: "0".repeat(32),
            modified: now as u64,
            assets: entries.collect(),
            ..Manifest::default()
        };
        if let (Some(past), Some(With { output, .. })) = (&past, with) {
            let kept =
                report.add(keep(past, &token, &files, &Encodings::default(), with.and_then(|it| it.options.size)));
            kept.put(&mut manifest, store).unwrap();
            let folders = (output.parent().unwrap(), *output);
            record(folders, now * 1000, past, (&token, &chosen.tokens), &files, &Encodings::default()).unwrap();
        }
        manifest.url_tokens = chosen.tokens;
        let all = if cors { &["cors"][..] } else { &[""] };
        let options = layout::Options { all, differ: cors };
        let layout = layout(&manifest, Name::parse("static/{breaker}").unwrap(), "", options).unwrap();
        let view = View::leak(layout, Vec::new(), contents);
        let urls = paths.iter().map(|path| (*path, view.get(PATHS[*path]).unwrap().url().to_owned())).collect();
        let served = Box::leak(Box::new(ServedView::new(view, Rules { cors, ..Rules::DEFAULT })));
        let built = Self {
            state: state.clone(),
            token: view.token.as_str().to_owned(),
            recorded: token.text,
            urls,
            service: AssetService::new(served),
        };
        (Ok(built), report.warnings.concat())
    }

    /// What it answers: the status, the `Location`, and the body.
    pub(super) fn ask(&self, url: &str) -> (u16, String, Vec<u8>) {
        let response = self.service.answer(&http::Request::get(url).body(()).unwrap());
        let status = response.status().as_u16();
        let location = response.headers().get("location").map_or("", |it| it.to_str().unwrap()).to_owned();
        (status, location, response.into_body().into_bytes().unwrap().to_vec())
    }

    /// Whether it answers in a way that is stored for long, and lets other origins read it.
    pub(super) fn stores(&self, url: &str) -> (bool, bool) {
        let response = self.service.answer(&http::Request::get(url).body(()).unwrap());
        let is_immutable =
            response.headers().get("cache-control").is_some_and(|it| it.to_str().unwrap().contains("immutable"));
        (is_immutable, response.headers().contains_key("access-control-allow-origin"))
    }
}

impl Source<'_> {
    fn deploy_token(&self, files: &[File]) -> DeployToken {
        let (text, kind) = match self.token {
            Some(token) => (token.to_owned(), Token::parse(token).unwrap().kind()),
            None => {
                let contents = files.iter().map(|file| (&*file.found.path, &*file.content_type, file.digest));
                let digest = version::of_contents(contents);
                let time = self.changed.values().max().unwrap() * 1000;
                (format!("{}-{}", timestamp(time), &digest[..DIGEST_LEN]), TokenKind::Content)
            }
        };
        DeployToken {
            text,
            kind,
            is_of_contents: self.token.is_none(),
            is_of_build: false,
            is_of_commit: true,
            is_cut_off: false,
            supersedes: (kind == TokenKind::Commit).then(|| {
                let commits = self.commits.iter().map(String::as_str);
                Supersedes::pack(commits, COMMIT_DIGITS).unwrap()
            }),
        }
    }
}
