//! Histories that are made of random releases, and what is in them by another way than the crate's.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use cachebreaker_history::{Content, Fault, Head, History, Release, ReleasedAsset};
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::manifest::UrlToken;
use proptest::prelude::*;

/// The files of a folder, by their paths in it.
pub(crate) type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// A release, by what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) number: u32,
    pub(crate) token: String,
    pub(crate) time: i64,
    /// By path: the number of its own bytes, and of those of its encoding.
    pub(crate) assets: BTreeMap<&'static str, (u8, Option<u8>)>,
}

/// The bytes of that number: some are many, and none is a part of another.
pub(crate) fn bytes(number: u8) -> Vec<u8> {
    format!("<{number}>").repeat(1 + usize::from(number % 5) * 700).into_bytes()
}

fn url_token(text: &str) -> UrlToken {
    UrlToken { text: text.to_owned(), ..UrlToken::default() }
}

/// Where those bytes are in a history.
pub(crate) fn path_of(number: u8) -> PathBuf {
    let hex = blake3::hash(&bytes(number)).to_hex().to_string();
    ["contents", &hex[..2], &hex[2..]].iter().collect()
}

impl Made {
    pub(crate) fn new(number: u32, token: &str, assets: impl IntoIterator<Item = (&'static str, u8)>) -> Self {
        let assets = assets.into_iter().map(|(path, bytes)| (path, (bytes, None))).collect();
        Self { number, token: token.to_owned(), time: i64::from(number) * 1000, assets }
    }

    pub(crate) fn path(&self) -> PathBuf {
        Path::new("releases").join(format!("{:06}~{}", self.number, self.token))
    }

    /// The numbers of all bytes that it names.
    pub(crate) fn numbers(&self) -> BTreeSet<u8> {
        self.assets.values().flat_map(|(own, encoded)| [Some(*own), *encoded]).flatten().collect()
    }

    pub(crate) fn release(&self) -> Release {
        let content = |number: u8| Content::of(&bytes(number));
        let asset = |(path, (own, encoded)): (&&str, &(u8, Option<u8>))| ReleasedAsset {
            path: (*path).to_owned(),
            content_type: "text/css; charset=utf-8".to_owned(),
            headers: vec![("x-version".to_owned(), "50 %".to_owned())],
            identity: content(*own),
            encodings: encoded.iter().map(|number| (Encoding::Brotli, content(*number))).collect(),
            url_tokens: vec![0],
        };
        let head =
            Head { token: self.token.clone(), time: self.time, url_tokens: vec![url_token("v0.1")], ..Head::default() };
        Release { head, assets: self.assets.iter().map(asset).collect() }
    }

    pub(crate) fn add_to(&self, history: &mut History) {
        history.add(self.number, &self.release(), |content| Ok::<_, Fault>(bytes_of(content))).unwrap();
    }

    /// What a history of this release alone has.
    pub(crate) fn tree(&self) -> Tree {
        let mut tree: Tree = self.numbers().into_iter().map(|number| (path_of(number), bytes(number))).collect();
        tree.insert(self.path(), self.release().to_string().into_bytes());
        tree
    }
}

/// The bytes of a content of a [`Made`].
pub(crate) fn bytes_of(content: &Content) -> Vec<u8> {
    static ALL: LazyLock<HashMap<Content, Vec<u8>>> =
        LazyLock::new(|| (0..=u8::MAX).map(bytes).map(|bytes| (Content::of(&bytes), bytes)).collect());
    ALL[content].clone()
}

/// The same for what can fail.
pub(crate) fn bytes_again(content: &Content) -> Result<Vec<u8>, Fault> {
    Ok(bytes_of(content))
}

/// A history with these releases.
pub(crate) fn history(folder: &Path, releases: &[Made]) -> History {
    let mut history = History::open(folder).unwrap();
    releases.iter().for_each(|release| release.add_to(&mut history));
    history
}

/// The files in a folder; none if there is no such folder.
pub(crate) fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                tree.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    tree
}

/// Copies what is in a folder into another, as the guide says.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    if from.exists() {
        assert!(Command::new("cp").arg("-r").args([from.join("."), to.to_owned()]).status().unwrap().success());
    }
}

/// Has all files of a folder look as if they were written so long ago.
pub(crate) fn age(folder: &Path, age: Duration) {
    let files = tree(folder).into_keys();
    files.for_each(|file| set_age(&folder.join(file), age));
}

pub(crate) fn set_age(file: &Path, age: Duration) {
    File::options().append(true).open(file).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

pub(crate) const HOURS: Duration = Duration::from_secs(2 * 60 * 60);

fn assets() -> impl Strategy<Value = BTreeMap<&'static str, (u8, Option<u8>)>> {
    let path = prop::sample::select(&["app.js", "css/a b.css", "css/style.css", "logo.png", "é/%.txt"][..]);
    prop::collection::btree_map(path, (0_u8..8, prop::option::of(8_u8..12)), 0..4)
}

/// Releases one after the other, with tokens that begin so.
pub(crate) fn releases(
    prefix: &'static str,
    first: u32,
    count: impl Into<prop::collection::SizeRange>,
) -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec((assets(), 0_i64..5), count).prop_map(move |releases| {
        let made = |(number, (assets, days)): (u32, (_, i64))| Made {
            number,
            token: format!("{prefix}.{number}"),
            time: (i64::from(number) * 5 + days) * DAY,
            assets,
        };
        (first..).zip(releases).map(made).collect()
    })
}

/// In milliseconds.
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1000;
