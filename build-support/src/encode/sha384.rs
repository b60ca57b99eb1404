//! Digests for subresource integrity, made once and kept between builds.
//!
//! SHA-384 in a build script that is not optimised is slow, some megabytes a second. So it is made for releases only, where
//! compression takes longer still. All of a folder are kept in one file, for there may be thousands: 32 bytes of the
//! input's BLAKE3 digest, 48 bytes of its SHA-384, and so on.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::sha384::{LEN, digest};

use crate::cache::Cache;
use crate::each_once::each_once;
use crate::work::timed;

/// SHA-384 of contents, found by their BLAKE3 digest, and the processor time that it took.
pub(crate) type Sha384 = HashMap<Digest, ([u8; LEN], Duration)>;

/// Hashes all contents that were not hashed before. `folder` is where the contents are from.
pub(crate) fn sha384(contents: &HashMap<Digest, &[u8]>, folder: &Path, cache: &Cache) -> Sha384 {
    let name = format!("{}-sha384", Digest::of(folder.as_os_str().as_encoded_bytes()));
    let kept = cache.recall(&name).map(|(bytes, _)| bytes).unwrap_or_default();
    let pair = |pair: &[u8]| Some((Digest::from_bytes(*pair.first_chunk()?), (*pair.last_chunk()?, Duration::ZERO)));
    let mut known: Sha384 = kept.chunks_exact(Digest::LEN + LEN).filter_map(pair).collect();
    let before = known.len();
    known.retain(|digest, _| contents.contains_key(digest));

    let new = contents.iter().filter(|(digest, _)| !known.contains_key(digest));
    let made =
        each_once(new.map(|(key, bytes)| (*key, *bytes)), |bytes| bytes.len(), |_, bytes| timed(|| digest(bytes)));
    let is_changed = !made.is_empty() || known.len() < before;
    known.extend(made);
    if is_changed {
        let pairs = known.iter().flat_map(|(digest, (sha384, _))| digest.as_bytes().iter().chain(sha384));
        cache.keep(&name, &pairs.copied().collect::<Vec<_>>());
    }
    known
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const TEXTS: [&[u8]; 4] = [b"abc", b"", b"abc", b"abd"];

    fn run(cache: &Path) -> Vec<[u8; LEN]> {
        let contents = TEXTS.map(|bytes| (Digest::of(bytes), bytes)).into();
        let made = sha384(&contents, Path::new("static"), &Cache::new(cache.to_owned()));
        TEXTS.map(|bytes| made[&Digest::of(bytes)].0).into()
    }

    #[test]
    fn each_input_has_its_own_digest() {
        let cache = tempfile::tempdir().unwrap();
        assert_eq!(run(cache.path()), TEXTS.map(digest));
        assert_eq!(run(cache.path()), TEXTS.map(digest));
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_hashed_before_is_not_hashed_again_and_a_damaged_file_is_made_again() {
        let cache = tempfile::tempdir().unwrap();
        run(cache.path());
        let name = fs::read_dir(cache.path()).unwrap().next().unwrap().unwrap().file_name().into_string().unwrap();
        let keep = |bytes: &[u8]| Cache::new(cache.path().to_owned()).keep(&name, bytes);
        // A sound file with another digest shows where the result comes from.
        keep(&[&Digest::of(b"abc").as_bytes()[..], &[7; LEN]].concat());
        assert_eq!(run(cache.path()), [[7; LEN], digest(b""), [7; LEN], digest(b"abd")]);
        for damage in [&b""[..], b"damaged", &[0; 112]] {
            fs::write(cache.path().join(&name), damage).unwrap();
            assert_eq!(run(cache.path()), TEXTS.map(digest));
        }
        keep(b"too short");
        assert_eq!(run(cache.path()), TEXTS.map(digest));
    }
}
