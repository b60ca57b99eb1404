//! Encodings of contents, made once and kept between builds.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::parallel;

use crate::cache::Cache;
use crate::encode::encoder::Encoder;
use crate::error::Error;

/// At which level each encoding is made; `None` for one that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Levels {
    pub(crate) brotli: Option<u32>,
    pub(crate) gzip: Option<u32>,
}

impl Levels {
    /// The smallest output that each format gives.
    pub(crate) const BEST: Self = Self { brotli: Some(11), gzip: Some(9) };
    /// Nothing is compressed.
    pub(crate) const NONE: Self = Self { brotli: None, gzip: None };

    pub(crate) fn check(self) -> Result<(), Error> {
        let beyond = |level: Option<u32>, highest| level.filter(|level| *level > highest);
        if let Some(level) = beyond(self.brotli, 11) {
            return Err(Error::BadLevel { encoding: "brotli", level, highest: 11 });
        }
        if let Some(level) = beyond(self.gzip, 9) {
            return Err(Error::BadLevel { encoding: "gzip", level, highest: 9 });
        }
        Ok(())
    }

    /// In the order of [`Encoding`].
    fn encoders(self) -> Vec<Encoder> {
        let wanted = [(Encoding::Brotli, self.brotli), (Encoding::Gzip, self.gzip)];
        wanted.into_iter().filter_map(|(encoding, level)| Some(Encoder::new(encoding, level?))).collect()
    }
}

/// Contents, and their digest.
pub(crate) struct Input<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) digest: Digest,
}

/// An encoding that is worth keeping.
pub(crate) struct Encoded {
    pub(crate) encoding: Encoding,
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
}

/// What became of an input.
#[derive(Clone)]
pub(crate) struct Compressed {
    /// Equal inputs share them.
    pub(crate) encodings: Rc<[Encoded]>,
    /// The processor time that it took; none for an input that is equal to one before.
    pub(crate) spent: Duration,
}

/// Compresses every input with every encoding, on all cores, largest first and equal ones once; what was compressed before
/// comes from the cache. The results are in the order of the inputs. `folder` is where the inputs are.
pub(crate) fn all(inputs: &[Input<'_>], levels: Levels, folder: &Path, cache: &Cache) -> Vec<Compressed> {
    let mut first = HashMap::new();
    for (index, input) in inputs.iter().enumerate() {
        first.entry(input.digest).or_insert(index);
    }
    let encoders = if inputs.is_empty() { Vec::new() } else { levels.encoders() };
    let mut lists: Vec<_> = encoders.iter().map(|encoder| Incompressible::recall(folder, encoder, cache)).collect();
    let mut tasks = Vec::with_capacity(first.len() * encoders.len());
    for (number, list) in lists.iter().enumerate() {
        tasks.extend(first.iter().filter(|(digest, _)| !list.contains(digest)).map(|(_, index)| (*index, number)));
    }
    // Of one input the encodings in their order.
    tasks.sort_by_key(|(index, number)| (std::cmp::Reverse(inputs[*index].bytes.len()), *index, *number));
    let done = parallel::map(&tasks, |(index, number)| {
        let start = Instant::now();
        (encode(&inputs[*index], &encoders[*number], cache), start.elapsed())
    });

    let mut results: HashMap<usize, (Vec<Encoded>, Duration)> = HashMap::new();
    for ((index, number), (encoded, time)) in tasks.into_iter().zip(done) {
        let (encodings, spent) = results.entry(index).or_default();
        *spent += time;
        match encoded {
            Some(encoded) => encodings.push(encoded),
            None => lists[number].add(inputs[index].digest),
        }
    }
    lists.iter().for_each(|list| list.keep(&first, cache));
    let mut shared = HashMap::with_capacity(first.len());
    let share = |(index, input): (usize, &Input<'_>)| {
        let again = |encodings: &Rc<[Encoded]>| Compressed { encodings: Rc::clone(encodings), spent: Duration::ZERO };
        shared.get(&input.digest).map(again).unwrap_or_else(|| {
            let (encodings, spent) = results.remove(&index).unwrap_or_default();
            let encodings: Rc<[Encoded]> = encodings.into();
            shared.insert(input.digest, Rc::clone(&encodings));
            Compressed { encodings, spent }
        })
    };
    inputs.iter().enumerate().map(share).collect()
}

/// One encoding of one input, if it is worth it.
fn encode(input: &Input<'_>, encoder: &Encoder, cache: &Cache) -> Option<Encoded> {
    let (name, encoding) = (format!("{}-{}", input.digest, encoder.name()), encoder.encoding);
    if let Some((bytes, digest)) = cache.recall(&name) {
        return Some(Encoded { encoding, bytes, digest });
    }
    let bytes = encoder.encode(input.bytes)?;
    let digest = cache.keep(&name, &bytes);
    Some(Encoded { encoding, bytes, digest })
}

/// The inputs that an encoder makes too little smaller: one file for all of a folder, for there may be a hundred thousand.
struct Incompressible {
    name: String,
    digests: HashSet<Digest>,
    is_new: bool,
}

impl Incompressible {
    /// So many of earlier builds are kept beside those of this one: another build may take other files of the same folder.
    const OTHERS: usize = 10_000;

    fn recall(folder: &Path, encoder: &Encoder, cache: &Cache) -> Self {
        let folder = Digest::of(folder.as_os_str().as_encoded_bytes());
        let name = format!("{folder}-{}-incompressible", encoder.name());
        Self { digests: Self::read(&name, cache), name, is_new: false }
    }

    fn read(name: &str, cache: &Cache) -> HashSet<Digest> {
        let (bytes, _) = cache.recall(name).unwrap_or_else(|| (Vec::new(), Digest::of(&[])));
        bytes.as_chunks().0.iter().map(|digest| Digest::from_bytes(*digest)).collect()
    }

    fn contains(&self, digest: &Digest) -> bool {
        self.digests.contains(digest)
    }

    fn add(&mut self, digest: Digest) {
        self.digests.insert(digest);
        self.is_new = true;
    }

    /// Keeps the list, if it has a new one, with those that another build has kept meanwhile. What two builds keep at the very
    /// same time costs one of them time, and nothing else.
    fn keep(&self, current: &HashMap<Digest, usize>, cache: &Cache) {
        if !self.is_new {
            return;
        }
        let others = Self::read(&self.name, cache);
        let (mut kept, others): (Vec<_>, Vec<_>) =
            self.digests.union(&others).copied().partition(|digest| current.contains_key(digest));
        kept.extend(others.into_iter().take(Self::OTHERS));
        kept.sort_unstable_by_key(|digest| *digest.as_bytes());
        cache.keep(&self.name, &kept.iter().flat_map(|digest| *digest.as_bytes()).collect::<Vec<_>>());
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;

    use super::*;

    fn run(bytes: &[&[u8]], levels: Levels, cache: &Path) -> Vec<Compressed> {
        let inputs: Vec<_> = bytes.iter().map(|bytes| Input { bytes, digest: Digest::of(bytes) }).collect();
        all(&inputs, levels, Path::new("static"), &Cache::new(cache.to_owned()))
    }

    fn decompress(encoded: &Encoded) -> Vec<u8> {
        let mut output = Vec::new();
        match encoded.encoding {
            Encoding::Brotli => brotli::Decompressor::new(&encoded.bytes[..], 4096).read_to_end(&mut output).unwrap(),
            Encoding::Gzip => flate2::read::GzDecoder::new(&encoded.bytes[..]).read_to_end(&mut output).unwrap(),
        };
        output
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
        let results = run(&[text.as_bytes(), b"x", b""], Levels::BEST, cache.path());
        let encodings = |it: &Compressed| it.encodings.iter().map(|it| it.encoding).collect::<Vec<_>>();
        assert_eq!(
            results.iter().map(encodings).collect::<Vec<_>>(),
            [&Encoding::ALL[..], &[], &[]],
            "small ones are not"
        );
        for encoded in &*results[0].encodings {
            assert_eq!(decompress(encoded), text.as_bytes());
            assert_eq!(encoded.digest, Digest::of(&encoded.bytes));
        }
    }

    #[test]
    fn an_encoding_is_kept_only_if_it_is_5_percent_smaller() {
        let cache = tempfile::tempdir().unwrap();
        let noise = noise(0);
        let mixed = [&noise[..], &vec![b'a'; noise.len() / 25]].concat();
        let results = run(&[&noise, &mixed], Levels::BEST, cache.path());
        assert!(results.iter().all(|it| it.encodings.is_empty()));
    }

    #[test]
    fn a_level_that_is_off_makes_no_encoding() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let gzip = Levels { brotli: None, gzip: Some(1) };
        let results = run(&[text.as_bytes()], gzip, cache.path());
        assert_eq!(results[0].encodings.iter().map(|it| it.encoding).collect::<Vec<_>>(), [Encoding::Gzip]);
        assert!(run(&[text.as_bytes()], Levels::NONE, cache.path())[0].encodings.is_empty());
    }

    #[test]
    fn what_was_compressed_before_is_not_compressed_again() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let run = || run(&[text.as_bytes()], Levels::BEST, cache.path()).remove(0).encodings;
        run();
        // A sound entry with other bytes shows where the second result comes from.
        Cache::new(cache.path().to_owned()).keep(&name_of(cache.path(), text.as_bytes()), b"kept");
        assert_eq!(run()[0].bytes, b"kept");
    }

    #[test]
    fn equal_inputs_are_compressed_once_and_share_the_result() {
        let cache = tempfile::tempdir().unwrap();
        // Many pairs, so that two threads would often be at one entry of the cache at the same time.
        let texts: Vec<_> = (0..600).map(|n| format!("{:04}", n / 2).repeat(100)).collect();
        let bytes: Vec<_> = texts.iter().map(String::as_bytes).collect();
        let results = run(&bytes, Levels { brotli: Some(1), gzip: None }, cache.path());
        for (bytes, it) in bytes.iter().zip(&results) {
            assert_eq!(it.encodings.iter().map(decompress).collect::<Vec<_>>(), [*bytes]);
        }
        assert_eq!(names(cache.path()).len(), 300);
        for pair in results.chunks(2) {
            assert!(Rc::ptr_eq(&pair[0].encodings, &pair[1].encodings), "not twice in memory");
            assert_eq!(pair[1].spent, Duration::ZERO);
        }
    }

    #[test]
    fn a_damaged_or_half_written_entry_is_made_again() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let run = || run(&[text.as_bytes()], Levels::BEST, cache.path()).remove(0).encodings[0].bytes.clone();
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
        run(&bytes, Levels::BEST, cache.path());
        let lists = names(cache.path());
        assert!(lists.len() == 2 && lists.iter().all(|name| name.ends_with("-incompressible")), "{lists:?}");

        // A list with a text that does compress shows that what is on it is not tried again.
        let text = "a".repeat(1000);
        for list in &lists {
            Cache::new(cache.path().to_owned()).keep(list, Digest::of(text.as_bytes()).as_bytes());
        }
        assert!(run(&[text.as_bytes()], Levels::BEST, cache.path())[0].encodings.is_empty());
        let other = Levels { brotli: Some(10), gzip: Some(8) };
        assert_eq!(run(&[text.as_bytes()], other, cache.path())[0].encodings.len(), 2, "another level may do better");
    }

    #[test]
    fn a_list_keeps_what_other_builds_add_and_does_not_grow_for_ever() {
        let cache = tempfile::tempdir().unwrap();
        let levels = Levels { brotli: None, gzip: Some(1) };
        let (one, two) = (noise(1), noise(2));
        let kept = |cache: &Path| {
            let list = names(cache).pop().unwrap();
            let (bytes, _) = Cache::new(cache.to_owned()).recall(&list).unwrap();
            let digests = bytes.chunks_exact(Digest::LEN).map(<[u8]>::to_vec).collect::<Vec<_>>();
            (list, digests)
        };
        run(&[&one], levels, cache.path());
        run(&[&two], levels, cache.path());
        let (list, digests) = kept(cache.path());
        assert_eq!(digests.len(), 2, "that of the other build too");

        let many: Vec<u8> = (0..20_000_u32).flat_map(|n| *Digest::of(&n.to_le_bytes()).as_bytes()).collect();
        Cache::new(cache.path().to_owned()).keep(&list, &many);
        run(&[&one], levels, cache.path());
        let (_, digests) = kept(cache.path());
        assert_eq!(digests.len(), Incompressible::OTHERS + 1);
        assert!(digests.contains(&Digest::of(&one).as_bytes().to_vec()));
    }

    #[test]
    fn a_level_beyond_the_format_is_refused() {
        let message = |levels: Levels| levels.check().unwrap_err().to_string();
        assert_eq!(message(Levels { brotli: Some(12), gzip: None }), "brotli has no level 12: its levels are 0 to 11");
        assert_eq!(message(Levels { brotli: None, gzip: Some(10) }), "gzip has no level 10: its levels are 0 to 9");
        assert!(Levels::BEST.check().is_ok());
    }
}
