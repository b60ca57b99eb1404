//! Encodings of contents, made once and kept between builds.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;

use super::compressible::compresses;
use super::compressor::Levels;
use super::encoder::Encoder;
use super::incompressible::Incompressible;
use crate::cache::Cache;
use crate::each_once::each_once;
use crate::work::timed;

/// An encoding that is worth keeping.
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
}

/// The encodings of contents, found by the digest of the contents.
#[derive(Default)]
pub(crate) struct Encodings(HashMap<(Digest, Encoding), (Option<Encoded>, Duration)>);

impl Encodings {
    /// Those of one content, in the order of preference.
    pub(crate) fn of(&self, digest: Digest) -> impl Iterator<Item = (Encoding, &Encoded)> {
        Encoding::ALL.into_iter().filter_map(move |it| Some((it, self.0.get(&(digest, it))?.0.as_ref()?)))
    }

    /// Those of a file of this type. Files of other types have none, even if another file has the same bytes.
    pub(crate) fn of_type(&self, digest: Digest, content_type: &str) -> impl Iterator<Item = (Encoding, &Encoded)> {
        let has_any = compresses(content_type);
        self.of(digest).filter(move |_| has_any)
    }

    /// The processor time that the contents took, once for each encoding.
    pub(crate) fn times(&self) -> impl Iterator<Item = (Digest, Duration)> {
        self.0.iter().map(|((digest, _), (_, time))| (*digest, *time))
    }
}

/// Compresses all contents with every encoding; what was compressed before comes from the cache. `folder` is where the
/// contents are from.
pub(crate) fn compress(contents: &HashMap<Digest, &[u8]>, levels: &Levels, folder: &Path, cache: &Cache) -> Encodings {
    if contents.is_empty() {
        return Encodings::default();
    }
    let encoders = levels.iter().map(|(encoding, level)| {
        let encoder = Encoder::new(*encoding, *level);
        let list = Incompressible::recall(folder, &encoder, cache);
        (encoder, list)
    });
    let encoders: Vec<_> = encoders.collect();
    let tasks = encoders.iter().flat_map(|(encoder, list)| {
        let tried = contents.iter().filter(|(digest, _)| !list.contains(digest));
        tried.map(move |(digest, bytes)| ((*digest, encoder.encoding), (encoder, *bytes)))
    });
    let made = each_once(
        tasks,
        |(_, bytes)| bytes.len(),
        |(digest, _), (encoder, bytes)| timed(|| encode(*digest, bytes, encoder, cache)),
    );
    for (encoder, list) in encoders {
        let failed = made.iter().filter(|((_, encoding), (it, _))| *encoding == encoder.encoding && it.is_none());
        list.keep(&failed.map(|((digest, _), _)| *digest).collect::<Vec<_>>(), contents, cache);
    }
    Encodings(made)
}

/// One encoding of one content, if it is worth it.
fn encode(digest: Digest, bytes: &[u8], encoder: &Encoder, cache: &Cache) -> Option<Encoded> {
    let name = format!("{digest}-{}", encoder.name);
    if let Some((bytes, digest)) = cache.recall(&name) {
        return Some(Encoded { bytes, digest });
    }
    let bytes = encoder.encode(bytes)?;
    let digest = cache.keep(&name, &bytes);
    Some(Encoded { bytes, digest })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;

    use super::*;
    use crate::encode::compressor::best_levels;

    fn run(bytes: &[&[u8]], levels: Levels, cache: &Path) -> Encodings {
        let contents = bytes.iter().map(|bytes| (Digest::of(bytes), *bytes)).collect();
        compress(&contents, &levels, Path::new("static"), &Cache::new(cache.to_owned()))
    }

    /// Which encodings a content has.
    fn names_of(encodings: &Encodings, bytes: &[u8]) -> Vec<Encoding> {
        encodings.of(Digest::of(bytes)).map(|(encoding, _)| encoding).collect()
    }

    /// The bytes of its first encoding.
    fn first(encodings: &Encodings, bytes: &[u8]) -> Vec<u8> {
        encodings.of(Digest::of(bytes)).next().unwrap().1.bytes.clone()
    }

    fn decompress(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
        let mut output = Vec::new();
        match encoding {
            Encoding::Brotli => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut output).unwrap(),
            Encoding::Gzip => flate2::read::GzDecoder::new(bytes).read_to_end(&mut output).unwrap(),
        };
        output
    }

    fn only_gzip(level: u32) -> Levels {
        Levels::from([(Encoding::Gzip, level)])
    }

    /// Bytes that do not compress, others for each number.
    fn noise(number: u32) -> Vec<u8> {
        (0..100_u32).flat_map(|n| *Digest::of(&[number, n].map(u32::to_le_bytes).concat()).as_bytes()).collect()
    }

    fn names(cache: &Path) -> Vec<String> {
        let entries = fs::read_dir(cache).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }

    fn name_of(cache: &Path, input: &[u8]) -> String {
        let is_its = |name: &String| name.starts_with(&format!("{}-br-11-", Digest::of(input)));
        names(cache).into_iter().find(is_its).unwrap()
    }

    #[test]
    fn each_encoding_decompresses_to_its_input() {
        let cache = tempfile::tempdir().unwrap();
        let text = "body { margin: 0 }\n".repeat(100);
        let results = run(&[text.as_bytes(), b"x", b""], best_levels(), cache.path());
        assert_eq!(names_of(&results, text.as_bytes()), Encoding::ALL);
        assert!([b"x", &b""[..]].iter().all(|small| names_of(&results, small).is_empty()), "small ones are not");
        for (encoding, encoded) in results.of(Digest::of(text.as_bytes())) {
            assert_eq!(decompress(encoding, &encoded.bytes), text.as_bytes());
            assert_eq!(encoded.digest, Digest::of(&encoded.bytes));
        }
    }

    #[test]
    fn an_encoding_is_kept_only_if_it_is_5_percent_smaller() {
        let cache = tempfile::tempdir().unwrap();
        let noise = noise(0);
        let mixed = [&noise[..], &vec![b'a'; noise.len() / 25]].concat();
        let results = run(&[&noise, &mixed], best_levels(), cache.path());
        assert!([&noise, &mixed].iter().all(|bytes| names_of(&results, bytes).is_empty()));
    }

    #[test]
    fn a_level_that_is_off_makes_no_encoding() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let encodings = |levels| names_of(&run(&[text.as_bytes()], levels, cache.path()), text.as_bytes());
        assert_eq!(encodings(only_gzip(1)), [Encoding::Gzip]);
        assert!(encodings(Levels::new()).is_empty());
    }

    #[test]
    fn what_was_compressed_before_is_not_compressed_again() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let run = || first(&run(&[text.as_bytes()], best_levels(), cache.path()), text.as_bytes());
        run();
        // A sound entry with other bytes shows where the second result comes from.
        Cache::new(cache.path().to_owned()).keep(&name_of(cache.path(), text.as_bytes()), b"kept");
        assert_eq!(run(), b"kept");
    }

    #[test]
    fn equal_inputs_are_compressed_once_and_share_the_result() {
        let cache = tempfile::tempdir().unwrap();
        // Many pairs, so that two threads would often be at one entry of the cache at the same time.
        let texts: Vec<_> = (0..600).map(|n| format!("{:04}", n / 2).repeat(100)).collect();
        let bytes: Vec<_> = texts.iter().map(String::as_bytes).collect();
        let results = run(&bytes, Levels::from([(Encoding::Brotli, 1)]), cache.path());
        for bytes in &bytes {
            assert_eq!(decompress(Encoding::Brotli, &first(&results, bytes)), *bytes);
        }
        assert_eq!(names(cache.path()).len(), 300);
        assert_eq!(results.times().count(), 300);
    }

    #[test]
    fn a_damaged_or_half_written_entry_is_made_again() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let run = || first(&run(&[text.as_bytes()], best_levels(), cache.path()), text.as_bytes());
        let sound = run();
        let entry = cache.path().join(name_of(cache.path(), text.as_bytes()));
        let written = fs::read(&entry).unwrap();
        let mut flipped = written.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for damage in [&flipped[..], &written[..written.len() - 1], &written[..10], &[]] {
            fs::write(&entry, damage).unwrap();
            assert_eq!(run(), sound);
            assert_eq!(fs::read(&entry).unwrap(), written);
        }
    }

    #[test]
    fn what_does_not_compress_is_kept_in_one_list_for_each_encoding() {
        let cache = tempfile::tempdir().unwrap();
        let inputs: Vec<_> = (0..50).map(noise).collect();
        let bytes: Vec<_> = inputs.iter().map(Vec::as_slice).collect();
        run(&bytes, best_levels(), cache.path());
        let lists = names(cache.path());
        assert!(lists.len() == 2 && lists.iter().all(|name| name.ends_with("-incompressible")), "{lists:?}");

        // A list with a text that does compress shows that what is on it is not tried again.
        let text = "a".repeat(1000);
        for list in &lists {
            Cache::new(cache.path().to_owned()).keep(list, Digest::of(text.as_bytes()).as_bytes());
        }
        let encodings = |levels| names_of(&run(&[text.as_bytes()], levels, cache.path()), text.as_bytes());
        assert!(encodings(best_levels()).is_empty());
        let other = Levels::from([(Encoding::Brotli, 10), (Encoding::Gzip, 8)]);
        assert_eq!(encodings(other).len(), 2, "another level may do better");
    }

    #[test]
    fn a_list_keeps_what_other_builds_add_and_does_not_grow_for_ever() {
        let cache = tempfile::tempdir().unwrap();
        let (one, two) = (noise(1), noise(2));
        let kept = |cache: &Path| {
            let list = names(cache).pop().unwrap();
            let (bytes, _) = Cache::new(cache.to_owned()).recall(&list).unwrap();
            let digests = bytes.chunks_exact(Digest::LEN).map(<[u8]>::to_vec).collect::<Vec<_>>();
            (list, digests)
        };
        run(&[&one], only_gzip(1), cache.path());
        run(&[&two], only_gzip(1), cache.path());
        let (list, digests) = kept(cache.path());
        assert_eq!(digests.len(), 2, "that of the other build too");

        let many: Vec<u8> = (0..20_000_u32).flat_map(|n| *Digest::of(&n.to_le_bytes()).as_bytes()).collect();
        Cache::new(cache.path().to_owned()).keep(&list, &many);
        run(&[&one], only_gzip(1), cache.path());
        let (_, digests) = kept(cache.path());
        assert_eq!(digests.len(), Incompressible::OTHERS + 1);
        assert!(digests.contains(&Digest::of(&one).as_bytes().to_vec()));
    }
}
