//! What is kept of a real folder that other builds have recorded, and what a build says about the rest.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::super::recall::{Before, recall};
use super::*;
use crate::error::Error;
use crate::history::HistoryOptions;

/// A file of a release: its path, its text, and the tokens other than the deploy's in its URL.
pub(in crate::history) type Asset<'a> = (&'a str, &'a str, &'a [&'a str]);

/// A time long after these releases, in milliseconds.
const NOW: i64 = 100 * 24 * 60 * 60 * 1000;

/// A history in a real folder.
pub(in crate::history) struct Recorded(TempDir);

impl Recorded {
    pub(in crate::history) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(in crate::history) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Adds what a build would have written, without the checks that only `cachebreaker history add` makes.
    pub(in crate::history) fn add(&self, number: u32, token: &str, assets: &[Asset<'_>]) {
        self.add_changed(number, token, assets, |_| ());
    }

    /// The same, with something else about the assets.
    fn add_changed(&self, number: u32, token: &str, assets: &[Asset<'_>], change: impl Fn(&mut ReleasedAsset)) {
        let (files, mut head) = (files(assets), Head { token: token.to_owned(), ..Head::default() });
        head.kind = Token::parse(token).unwrap().kind();
        let all: BTreeSet<_> = assets.iter().flat_map(|(.., tokens)| *tokens).collect();
        head.url_tokens =
            all.iter().map(|text| UrlToken { text: (**text).to_owned(), options: String::new() }).collect();
        let number_of = |token: &&str| all.iter().position(|it| *it == token).unwrap() as u32;
        let mut released: Vec<_> = files.iter().map(released).collect();
        for (asset, (.., tokens)) in released.iter_mut().zip(assets) {
            asset.url_tokens = tokens.iter().map(number_of).collect();
            change(asset);
        }
        let release = Release { head, assets: released };
        let write = |path: &str, bytes: &[u8]| {
            let file = self.folder().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        };
        for file in &files {
            write(&Content::of_digest(file.digest, &file.bytes).path().to_string_lossy(), &file.bytes);
        }
        write(&format!("releases/{number:06}~{token}"), release.to_string().as_bytes());
    }

    /// The token of a build with this history that would have this time for its token. The last build has written its release to `output`.
    pub(in crate::history) fn token_of_build(&self, time: &str, output: &Self, assets: &[Asset<'_>]) -> String {
        let mut token = DeployToken { is_of_build: true, ..deploy_token(time) };
        let before = Before { manifest: None, output: output.folder() };
        let options = HistoryOptions::default();
        let (_, report) = recall((Some(self.folder()), NOW), &options, &files(assets), &mut token, before);
        assert!(report.errors.is_empty());
        token.text
    }

    /// A build with this history: what it keeps and what it says, or its error.
    pub(in crate::history) fn build(
        &self,
        token: &str,
        assets: &[Asset<'_>],
    ) -> Result<(Manifest, Vec<String>), String> {
        let files = files(assets);
        let mut token = deploy_token(token);
        let before = Before { manifest: None, output: &self.folder().join("output") };
        let options = HistoryOptions::default();
        let (past, report) = recall((Some(self.folder()), NOW), &options, &files, &mut token, before);
        let here = format!("{}/", self.folder().display());
        if let [error] = &*report.errors {
            return Err(error.to_string().replace(&here, ""));
        }
        let (kept, said) = keep(&past.unwrap(), &token, &files, &Encodings::default(), None);
        let mut manifest = Manifest::default();
        let stored =
            |digest: Digest, _: &[u8]| Ok::<_, Error>(Stored { digest: digest.to_string(), ..Stored::default() });
        kept.put(&mut manifest, stored).unwrap();
        let warnings = report.warnings.into_iter().chain(said.warnings).flatten();
        Ok((manifest, warnings.map(|warning| warning.replace(&here, "")).collect()))
    }
}

fn deploy_token(text: &str) -> DeployToken {
    DeployToken {
        text: text.to_owned(),
        kind: Token::parse(text).unwrap().kind(),
        is_of_contents: false,
        is_of_build: false,
        is_of_commit: false,
        is_cut_off: false,
        supersedes: None,
    }
}

/// The files, sorted by their paths.
fn files(assets: &[Asset<'_>]) -> Vec<File> {
    assert!(assets.is_sorted(), "as a build has them");
    assets.iter().map(|(path, text, _)| File::of(path, text)).collect()
}

/// The kept files: the path and the tokens that lead to it.
fn kept(manifest: &Manifest) -> Vec<(&str, Vec<&str>)> {
    let kept = &manifest.kept;
    let name = |lead: &Lead| match (lead.token as usize).checked_sub(kept.releases.len()) {
        Some(at) => &*kept.url_tokens[at].text,
        None => &*kept.releases[lead.token as usize].token.text,
    };
    kept.assets.iter().map(|asset| (&*asset.path, asset.leads.iter().map(name).collect())).collect()
}

fn tokens(manifest: &Manifest) -> Vec<&str> {
    manifest.kept.releases.iter().map(|release| &*release.token.text).collect()
}

#[test]
fn of_two_releases_with_one_token_the_later_is_kept_if_they_served_the_same_else_neither() {
    let history = Recorded::new();
    history.add(1, "v1", &[("a.txt", "1", &[])]);
    history.add(2, "v2", &[("a.txt", "2", &[])]);
    history.add(3, "v1", &[("a.txt", "1", &[])]);
    let (manifest, warnings) = history.build("v3", &[("a.txt", "3", &[])]).unwrap();
    assert_eq!(tokens(&manifest), ["v2", "v1"]);
    assert_eq!(warnings, ["2 kept releases add 2 bytes to the binary"]);

    history.add(4, "v1", &[("a.txt", "other", &[])]);
    let (manifest, warnings) = history.build("v3", &[("a.txt", "3", &[])]).unwrap();
    assert_eq!((tokens(&manifest), kept(&manifest)), (vec!["v2"], vec![("a.txt", vec!["v2"])]));
    let expected = [
        "the release `v1` of the history is not kept: `releases/000004~v1` has the same token as `releases/000003~v1`, in which `a.txt` \
         was different: a token may be used only once; remove one of the two files",
        "1 kept release adds 1 byte to the binary",
    ];
    assert_eq!(warnings, expected);

    // Another one does not bring it back, whichever of them it is like.
    for (number, text) in [(5, "other"), (6, "1")] {
        history.add(number, "v1", &[("a.txt", text, &[])]);
        let (manifest, _) = history.build("v3", &[("a.txt", "3", &[])]).unwrap();
        assert_eq!(tokens(&manifest), ["v2"]);
    }
}

#[test]
fn a_file_that_differs_between_two_releases_under_one_url_token_is_not_kept_under_it() {
    let history = Recorded::new();
    history.add(1, "v2", &[("a.txt", "1", &["v1"]), ("b.txt", "1", &["v1"])]);
    history.add(2, "v3", &[("a.txt", "2", &["v1"]), ("b.txt", "1", &["v1"])]);
    let (manifest, warnings) = history.build("v4", &[("a.txt", "4", &[])]).unwrap();
    let expected = [
        "2 kept releases add 2 bytes to the binary",
        "in the history, `a.txt` differs between two releases with the URL token `v1`: neither file is kept; give each release its own \
         token",
    ];
    assert_eq!(warnings, expected);
    // Under the tokens of their own releases they are what they were.
    let expected =
        [("a.txt", vec!["v2"]), ("a.txt", vec!["v3"]), ("b.txt", vec!["v2", "v3", "v1"])].map(|(path, tokens)| {
            let mut tokens = tokens;
            tokens.sort_unstable();
            (path, tokens)
        });
    let mut kept = kept(&manifest);
    kept.iter_mut().for_each(|(_, tokens)| tokens.sort_unstable());
    kept.sort();
    assert_eq!(kept, expected.map(|(path, tokens)| (path, tokens)));
}

#[test]
fn a_release_that_lacks_a_content_or_that_no_response_can_have_is_not_kept() {
    let history = Recorded::new();
    history.add(1, "v1", &[("a.txt", "1", &[])]);
    history.add_changed(2, "v2", &[("a.txt", "2", &[])], |asset| asset.content_type = "text/plain\r\nx: y".to_owned());
    let wrong_header = |asset: &mut ReleasedAsset| asset.headers = vec![("content-length".to_owned(), "7".to_owned())];
    history.add_changed(3, "v3", &[("a.txt", "3", &[])], wrong_header);
    history.add(4, "v4", &[("a.txt", "4", &[])]);
    let missing = Content::of(b"1").path();
    fs::remove_file(history.folder().join(&missing)).unwrap();
    let (manifest, warnings) = history.build("v5", &[("a.txt", "5", &[])]).unwrap();
    assert_eq!((tokens(&manifest), kept(&manifest)), (vec!["v4"], vec![("a.txt", vec!["v4"])]));
    let no_response = |token: &str, number: u32| {
        format!(
            "the release `{token}` of the history is not kept: no response can have the content type and headers of `a.txt`; \
             remove `releases/00000{number}~{token}`"
        )
    };
    let missing = format!(
        "the release `v1` of the history is not kept: `{}` is missing; restore it from another copy of the history, or remove the release",
        missing.display()
    );
    let expected =
        [no_response("v2", 2), no_response("v3", 3), missing, "1 kept release adds 1 byte to the binary".to_owned()];
    assert_eq!(warnings, expected);
}
