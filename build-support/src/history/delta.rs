//! Deltas: files compressed with what earlier releases had in their place as the dictionary (RFC 9842). They are made once and kept between
//! builds.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read as _};
use std::time::Duration;

use brotli::enc::{BrotliEncoderParams, StandardAlloc};
use brotli::{IoReaderWrapper, IoWriterWrapper};
use cachebreaker_manifest::dictionary::hash;
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;

use super::keep::{Kept, shown_size};
use crate::cache::Cache;
use crate::each_once::each_once;
use crate::encode::compress::{Encoded, Encodings};
use crate::encode::compressor::window_bits;
use crate::encode::encoder::identity;
use crate::error::one_line;
use crate::find::glob::Glob;
use crate::read::File;
use crate::report::Report;
use crate::work::timed;

/// How many bytes a dictionary and what is compressed with it have together at most: the window that a client has for `dcb`
/// (RFC 9842 §4, RFC 7932 §9.1).
const WINDOW: usize = (1 << 24) - 16;

/// What is before the hash of the dictionary (RFC 9842 §4).
const MAGIC: [u8; 4] = [0xff, b'D', b'C', b'B'];

/// A delta is kept if it has less than so many percent of what a client without the dictionary gets.
const WORTH: u64 = 80;

/// The deltas of a release, and which files are dictionaries for later releases.
#[derive(Default)]
pub(crate) struct Deltas {
    globs: Vec<Glob>,
    /// By the contents of the dictionary and of the file.
    made: HashMap<(Digest, Digest), (Option<Encoded>, Duration)>,
    /// For each file, by its number, the dictionaries for which there may be a delta.
    dictionaries: BTreeMap<usize, Vec<Digest>>,
    /// The SHA-256 of each.
    hashes: HashMap<Digest, [u8; 32]>,
}

impl Deltas {
    /// Whether browsers may keep the file at that path as a dictionary.
    pub(crate) fn is_dictionary(&self, path: &str) -> bool {
        self.globs.iter().any(|glob| glob.matches(path))
    }

    /// The deltas of a file, with the SHA-256 of the dictionary of each.
    pub(crate) fn of(&self, number: usize, file: &File) -> impl Iterator<Item = ([u8; 32], &Encoded)> {
        let dictionaries = self.dictionaries.get(&number).into_iter().flatten();
        dictionaries.filter_map(move |old| Some((self.hashes[old], self.made.get(&(*old, file.digest))?.0.as_ref()?)))
    }

    /// The processor time that each file took.
    pub(crate) fn times(&self) -> impl Iterator<Item = (Digest, Duration)> {
        self.made.iter().map(|((_, new), (_, time))| (*new, *time))
    }
}

/// Makes the deltas of files that match the globs, from each other content that a kept release has at their paths. What was made before
/// comes from the cache.
pub(crate) fn deltas(
    globs: &[Glob],
    files: &[File],
    encodings: &Encodings,
    kept: &Kept,
    cache: &Cache,
) -> (Deltas, Report) {
    let mut report = Report::default();
    let mut deltas = Deltas { globs: globs.to_vec(), ..Deltas::default() };
    let own: HashMap<_, _> = files.iter().map(|file| (file.digest, &*file.bytes)).collect();
    let (mut tasks, mut too_large) = (HashMap::new(), Vec::new());
    for (asset, _) in &kept.assets {
        let old = asset.identity.digest;
        let number = files.binary_search_by(|file| file.found.path.cmp(&asset.path));
        let Some(number) = number.ok().filter(|_| deltas.is_dictionary(&asset.path)) else { continue };
        let (file, bytes) =
            (&files[number], kept.contents.get(&old).map(Vec::as_slice).or_else(|| own.get(&old).copied()));
        let Some(bytes) = bytes.filter(|_| old != file.digest) else { continue };
        let of_file = deltas.dictionaries.entry(number).or_default();
        if of_file.contains(&old) {
            continue;
        }
        if bytes.len() + file.bytes.len() > WINDOW {
            too_large.push(&*file.found.shown);
            continue;
        }
        of_file.push(old);
        let plain =
            encodings.of_type(file.digest, &file.content_type).find(|(encoding, _)| *encoding == Encoding::Brotli);
        let plain = plain.map_or(file.bytes.len(), |(_, brotli)| brotli.bytes.len());
        tasks.insert((old, file.digest), (bytes, &*file.bytes, plain));
    }
    deltas.hashes = tasks.iter().map(|((old, _), (bytes, ..))| (*old, hash(bytes))).collect();
    let settings = settings();
    deltas.made = each_once(
        tasks,
        |(old, new, _)| old.len() + new.len(),
        |(old, new), (dictionary, bytes, plain)| {
            let name = format!("{old}-{new}-dcb-{settings}");
            timed(|| delta(&name, dictionary, &deltas.hashes[old], bytes, *plain, cache))
        },
    );
    too_large.dedup();
    report.warn(too_large.split_first().map(|(first, others)| {
        let others = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
        format!(
            "there is no delta of `{}`{others}: a file and its earlier content may have 16 MiB together; leave large files out of the glob \
             of `.deltas`",
            one_line(&first.to_string_lossy())
        )
    }));
    let made: Vec<_> = deltas.made.values().filter_map(|(made, _)| made.as_ref()).collect();
    let len = made.iter().map(|made| made.bytes.len() as u64).sum();
    report.warn((!made.is_empty()).then(|| match made.len() {
        1 => format!("1 delta adds {} to the binary", shown_size(len)),
        many => format!("{many} deltas add {} to the binary", shown_size(len)),
    }));
    (deltas, report)
}

/// One delta, if it is worth it. In the cache, one that is not has no bytes.
fn delta(name: &str, dictionary: &[u8], hash: &[u8; 32], bytes: &[u8], plain: usize, cache: &Cache) -> Option<Encoded> {
    let (bytes, digest) = cache.recall(name).unwrap_or_else(|| {
        let made = [&MAGIC[..], hash, &compress(dictionary, bytes)].concat();
        // Brotli has no checksum, and a client that decodes other bytes notices nothing.
        let is_right = decompress(dictionary, &made[MAGIC.len() + hash.len()..]).is_ok_and(|decoded| decoded == bytes);
        let made = if is_right { made } else { Vec::new() };
        let digest = cache.keep(name, &made);
        (made, digest)
    });
    let is_worth_it = !bytes.is_empty() && (bytes.len() as u64) * 100 < plain as u64 * WORTH;
    is_worth_it.then_some(Encoded { bytes, digest })
}

/// What identifies the compressor: another version of it may make other bytes of the same input.
fn settings() -> String {
    let sample = |factor: u32| (0..200_u32).map(|n| format!("{n} {}\n", n * factor)).collect::<String>();
    let made = compress(sample(3).as_bytes(), sample(5).as_bytes());
    identity(env!("CARGO_PKG_VERSION"), &made)
}

/// Brotli at its highest quality: 0 and 1 would not use the dictionary.
fn compress(dictionary: &[u8], bytes: &[u8]) -> Vec<u8> {
    // The window reaches from the end of what is compressed to the beginning of the dictionary.
    let lgwin = window_bits(dictionary.len() + bytes.len(), 24);
    let params = BrotliEncoderParams { quality: 11, lgwin, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    let mut output = Vec::new();
    brotli::enc::BrotliCompressCustomIoCustomDict(
        &mut IoReaderWrapper(&mut &*bytes),
        &mut IoWriterWrapper(&mut output),
        &mut vec![0; 1 << 16],
        &mut vec![0; 1 << 16],
        &params,
        StandardAlloc::default(),
        &mut |_, _, _, _| (),
        dictionary,
        io::Error::from(io::ErrorKind::UnexpectedEof),
    )
    .expect("memory takes all that is written");
    output
}

fn decompress(dictionary: &[u8], compressed: &[u8]) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    brotli::Decompressor::new_with_custom_dict(compressed, 1 << 16, dictionary.to_vec().into())
        .read_to_end(&mut output)?;
    Ok(output)
}

#[cfg(test)]
mod tests;
