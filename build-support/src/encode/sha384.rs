//! Digests for subresource integrity, made once and kept between builds.
//!
//! SHA-384 in a build script that is not optimised is slow, some megabytes a second. So it is made for releases only, where
//! compression takes longer still. All of a folder are kept in one file, for there may be thousands: 32 bytes of the
//! input's BLAKE3 digest, 48 bytes of its SHA-384, and so on.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::integrity::{LEN, digest};
use cachebreaker_manifest::parallel;

use crate::cache::Cache;
use crate::encode::compress::Input;

/// The digest of each input, and the processor time that it took, on all cores; equal inputs are hashed once. `folder` is where
/// the inputs are.
pub(crate) fn all(inputs: &[Input<'_>], folder: &Path, cache: &Cache) -> Vec<([u8; LEN], Duration)> {
    let name = format!("{}-sha384", Digest::of(folder.as_os_str().as_encoded_bytes()));
    let kept = cache.recall(&name).map(|(bytes, _)| bytes).unwrap_or_default();
    let pair = |pair: &[u8]| Some((Digest::from_bytes(*pair.first_chunk()?), *pair.last_chunk()?));
    let mut known: HashMap<Digest, [u8; LEN]> = kept.chunks_exact(Digest::LEN + LEN).filter_map(pair).collect();

    let new: HashMap<_, _> =
        inputs.iter().filter(|input| !known.contains_key(&input.digest)).map(|input| (input.digest, input)).collect();
    let mut new: Vec<_> = new.into_values().collect();
    new.sort_by_key(|input| std::cmp::Reverse(input.bytes.len()));
    let made = parallel::map(&new, |input| {
        let start = Instant::now();
        (digest(input.bytes), start.elapsed())
    });
    let mut spent: HashMap<_, _> = new.iter().zip(&made).map(|(input, (_, time))| (input.digest, *time)).collect();
    known.extend(new.iter().map(|input| input.digest).zip(made.into_iter().map(|(made, _)| made)));

    let mut pairs = Vec::with_capacity(inputs.len() * (Digest::LEN + LEN));
    for input in inputs {
        pairs.extend_from_slice(input.digest.as_bytes());
        pairs.extend_from_slice(&known[&input.digest]);
    }
    if pairs != kept {
        cache.keep(&name, &pairs);
    }
    inputs.iter().map(|input| (known[&input.digest], spent.remove(&input.digest).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const TEXTS: [&[u8]; 4] = [b"abc", b"", b"abc", b"abd"];

    fn run(cache: &Path) -> Vec<[u8; LEN]> {
        let inputs = TEXTS.map(|bytes| Input { bytes, digest: Digest::of(bytes) });
        let made = all(&inputs, Path::new("static"), &Cache::new(cache.to_owned()));
        made.into_iter().map(|(digest, _)| digest).collect()
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
