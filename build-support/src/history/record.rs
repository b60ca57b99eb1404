//! Records this release: writes it as a history of one, for the user to add to the history.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use cachebreaker_history::{Content, Head, Release, write_alone};
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::manifest::UrlToken;

use super::recall::Past;
use super::released;
use crate::encode::compress::{Encoded, Encodings};
use crate::error::Error;
use crate::read::File;
use crate::token::DeployToken;

/// The encodings that a history has: what every client understands, and what most of them ask for.
pub(crate) const RECORDED: [Encoding; 1] = [Encoding::Brotli];

/// Writes this release into the second folder, by way of the first. Its time is in milliseconds since the epoch.
pub(crate) fn record(
    folders: (&Path, &Path),
    time: i64,
    past: &Past,
    (token, url_tokens): (&DeployToken, &[UrlToken]),
    files: &[File],
    encodings: &Encodings,
) -> Result<(), Error> {
    let release = release(time, (token, url_tokens), files, encodings);
    let mut bytes: HashMap<Digest, &[u8]> = files.iter().map(File::content).collect();
    for file in files {
        bytes.extend(
            encodings.of_type(file.digest, &file.content_type).map(|(_, encoded)| (encoded.digest, &*encoded.bytes)),
        );
    }
    let bytes_of = |content: &Content| match bytes.get(&content.digest) {
        Some(bytes) => Ok(Cow::Borrowed(*bytes)),
        None => past.history.content(content).map(Cow::Owned).map_err(Error::from),
    };
    // A release is recorded once: another build of it may have another time, and another compressor.
    if let Some(recorded) = past.recorded_last()
        && write_alone(folders, past.number, recorded, bytes_of).is_ok()
    {
        return Ok(());
    }
    write_alone(folders, past.number, &release, bytes_of)
}

/// This release.
fn release(
    time: i64,
    (token, url_tokens): (&DeployToken, &[UrlToken]),
    files: &[File],
    encodings: &Encodings,
) -> Release {
    // The deploy's token leads to all assets, and need not be said.
    let mut head = Head {
        token: token.text.clone(),
        kind: token.kind,
        is_of_contents: token.is_of_contents,
        time,
        url_tokens: Vec::new(),
    };
    let mut numbers = Vec::new();
    for it in url_tokens {
        let is_own = it.text == token.text;
        numbers.push((!is_own).then_some(head.url_tokens.len() as u32));
        head.url_tokens.extend((!is_own).then(|| it.clone()));
    }
    let mut assets: Vec<_> = files
        .iter()
        .map(|file| {
            let mut asset = released(file);
            let recorded =
                encodings.of_type(file.digest, &file.content_type).filter(|(encoding, _)| RECORDED.contains(encoding));
            let content = |it: &Encoded| Content::of_digest(it.digest, &it.bytes);
            asset.encodings = recorded.map(|(encoding, it)| (encoding, content(it))).collect();
            asset.url_tokens = file.url_tokens.iter().filter_map(|it| numbers[*it as usize]).collect();
            asset
        })
        .collect();
    assets.sort_by(|a, b| a.path.cmp(&b.path));
    Release { head, assets }
}
