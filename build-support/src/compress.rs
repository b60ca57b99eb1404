//! Encodings of contents, made once and kept between builds.
//!
//! ```text
//! target/cachebreaker/            beside cargo's own output, so `cargo clean` removes it
//!   <digest of the input>-br-11   digest of the output (32 bytes), then the output; no output: not worth keeping
//!   <digest of the input>-gzip-9
//!   <digest of the folder>-sha384 the same way: see `integrity.rs`
//! ```

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::parallel;

use crate::cargo;
use crate::contents::write_atomically;
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

    fn wanted(self) -> impl Iterator<Item = (Encoding, u32)> {
        [(Encoding::Brotli, self.brotli), (Encoding::Gzip, self.gzip)]
            .into_iter()
            .filter_map(|(encoding, level)| Some((encoding, level?)))
    }
}

/// Contents, and their digest.
pub(crate) struct Input<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) digest: Digest,
}

/// An encoding that is worth keeping.
#[derive(Clone)]
pub(crate) struct Encoded {
    pub(crate) encoding: Encoding,
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
}

/// Compresses every input with every encoding, on all cores, largest first and equal ones once; what was compressed before
/// comes from the cache. The results stand in the order of the inputs.
pub(crate) fn all(inputs: &[Input<'_>], levels: Levels, cache: &Path) -> Result<Vec<Vec<Encoded>>, Error> {
    let mut first = HashMap::new();
    for (index, input) in inputs.iter().enumerate() {
        first.entry(input.digest).or_insert(index);
    }
    let mut tasks: Vec<_> = first
        .values()
        .flat_map(|&index| levels.wanted().map(move |(encoding, level)| (index, encoding, level)))
        .collect();
    if tasks.is_empty() {
        return Ok(inputs.iter().map(|_| Vec::new()).collect());
    }
    fs::create_dir_all(cache).map_err(|cause| Error::write(cache, cause))?;
    tasks.sort_by_key(|(index, _, _)| std::cmp::Reverse(inputs[*index].bytes.len()));
    let done = parallel::map(&tasks, |(index, encoding, level)| {
        let input = &inputs[*index];
        let file = cache.join(format!("{}-{}-{level}", input.digest, encoding.name()));
        let start = Instant::now();
        let kept = match recall(&file) {
            Some(kept) => kept,
            None => {
                let bytes = compress(input.bytes, *encoding, *level).map_err(|cause| Error::write(&file, cause))?;
                let worthwhile = bytes.len() as u64 * 100 <= input.bytes.len() as u64 * 95;
                let bytes = if worthwhile { bytes } else { Vec::new() };
                keep(&file, &bytes)?
            }
        };
        Ok((*index, *encoding, kept, start.elapsed()))
    });
    let mut results: Vec<Vec<Encoded>> = inputs.iter().map(|_| Vec::new()).collect();
    let mut spent = Duration::ZERO;
    for task in done {
        let (index, encoding, (bytes, digest), time) = task?;
        spent += time;
        if !bytes.is_empty() {
            results[index].push(Encoded { encoding, bytes, digest });
        }
    }
    for encodings in &mut results {
        encodings.sort_by_key(|encoded| encoded.encoding);
    }
    advise("compression", spent);
    Ok(inputs.iter().map(|input| results[first[&input.digest]].clone()).collect())
}

/// Tells how to make the build faster, where it is slow for a reason that the user can remove.
pub(crate) fn advise(work: &str, spent: Duration) {
    if let Some(advice) = advice(work, spent, env!("CACHEBREAKER_OPT_LEVEL")) {
        cargo::warning(&advice);
    }
}

fn advice(work: &str, spent: Duration, opt_level: &str) -> Option<String> {
    (spent > Duration::from_secs(10) && opt_level == "0").then(|| {
        format!(
            "{work} took {} s of processor time, several times longer than with an optimised build script; add to the \
             workspace's `Cargo.toml`: `[profile.release.build-override]` and below it `opt-level = 3`",
            spent.as_secs()
        )
    })
}

/// A kept result; `None` where there is none, or where it was damaged.
pub(crate) fn recall(file: &Path) -> Option<(Vec<u8>, Digest)> {
    let mut bytes = fs::read(file).ok()?;
    let digest = Digest::from_bytes(*bytes.first_chunk()?);
    bytes.drain(..Digest::LEN);
    (Digest::of(&bytes) == digest).then_some((bytes, digest))
}

/// Keeps a result.
pub(crate) fn keep(file: &Path, bytes: &[u8]) -> Result<(Vec<u8>, Digest), Error> {
    let digest = Digest::of(bytes);
    write_atomically(file, &[digest.as_bytes(), bytes])?;
    Ok((bytes.to_vec(), digest))
}

fn compress(bytes: &[u8], encoding: Encoding, level: u32) -> io::Result<Vec<u8>> {
    match encoding {
        Encoding::Brotli => {
            // A window is allocated anew for each input, and by each client: none is larger than its input needs
            // (RFC 7932 §9.1).
            let lgwin = (10..22).find(|bits| bytes.len() <= (1 << bits) - 16).unwrap_or(22);
            let params = brotli::enc::BrotliEncoderParams {
                quality: i32::try_from(level).map_err(io::Error::other)?,
                lgwin,
                size_hint: bytes.len(),
                ..Default::default()
            };
            let mut output = Vec::new();
            brotli::BrotliCompress(&mut &bytes[..], &mut output, &params)?;
            Ok(output)
        }
        Encoding::Gzip => {
            // No name and no time in the header: the same bytes on every machine.
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
            encoder.write_all(bytes)?;
            encoder.finish()
        }
    }
}

/// Where results are kept: cargo's target directory; else where the output goes. Cargo marks the directory with a
/// `CACHEDIR.TAG` only if it creates it itself, which it does not where a cache is mounted or restored there; what it knows
/// about rustc it writes in any case.
pub(crate) fn cache_folder(output: &Path) -> PathBuf {
    let is_target =
        |folder: &&Path| ["CACHEDIR.TAG", ".rustc_info.json"].iter().any(|file| folder.join(file).is_file());
    let target = output.ancestors().find(is_target);
    target.unwrap_or(output).join("cachebreaker")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn inputs<'a>(bytes: &[&'a [u8]]) -> Vec<Input<'a>> {
        bytes.iter().map(|bytes| Input { bytes, digest: Digest::of(bytes) }).collect()
    }

    fn decompress(encoded: &Encoded) -> Vec<u8> {
        let mut output = Vec::new();
        match encoded.encoding {
            Encoding::Brotli => brotli::Decompressor::new(&encoded.bytes[..], 4096).read_to_end(&mut output).unwrap(),
            Encoding::Gzip => flate2::read::GzDecoder::new(&encoded.bytes[..]).read_to_end(&mut output).unwrap(),
        };
        output
    }

    #[test]
    fn each_encoding_decompresses_to_its_input() {
        let cache = tempfile::tempdir().unwrap();
        let text = "body { margin: 0 }\n".repeat(100);
        let results = all(&inputs(&[text.as_bytes(), b"x", b""]), Levels::BEST, cache.path()).unwrap();
        assert_eq!(results.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 0], "small ones are not worth it");
        for encoded in &results[0] {
            assert_eq!(decompress(encoded), text.as_bytes());
            assert_eq!(encoded.digest, Digest::of(&encoded.bytes));
        }
    }

    #[test]
    fn an_encoding_is_kept_only_if_it_is_5_percent_smaller() {
        let cache = tempfile::tempdir().unwrap();
        // Hex digits of digests carry four bits each: compressible to little more than half. Raw digests: not at all.
        let noise: Vec<u8> = (0..100_u32).flat_map(|n| *Digest::of(&n.to_le_bytes()).as_bytes()).collect();
        let mixed = [&noise[..], &vec![b'a'; noise.len() / 25]].concat();
        let results = all(&inputs(&[&noise, &mixed]), Levels::BEST, cache.path()).unwrap();
        assert!(results.iter().all(Vec::is_empty));
    }

    #[test]
    fn a_level_that_is_off_makes_no_encoding() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let gzip = Levels { brotli: None, gzip: Some(1) };
        let results = all(&inputs(&[text.as_bytes()]), gzip, cache.path()).unwrap();
        assert_eq!(results[0].iter().map(|it| it.encoding).collect::<Vec<_>>(), [Encoding::Gzip]);
        let results = all(&inputs(&[text.as_bytes()]), Levels::NONE, cache.path()).unwrap();
        assert!(results[0].is_empty());
    }

    #[test]
    fn what_was_compressed_before_is_not_compressed_again() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let run = || all(&inputs(&[text.as_bytes()]), Levels::BEST, cache.path()).unwrap().remove(0);
        run();
        // A sound entry with other bytes shows where the second result comes from.
        let entry = cache.path().join(format!("{}-br-11", Digest::of(text.as_bytes())));
        keep(&entry, b"kept").unwrap();
        assert_eq!(run()[0].bytes, b"kept");
    }

    #[test]
    fn equal_inputs_are_compressed_once_and_each_has_the_result() {
        let cache = tempfile::tempdir().unwrap();
        // Many pairs, so that two threads would often be at one entry of the cache at the same time.
        let texts: Vec<_> = (0..600).map(|n| format!("{:04}", n / 2).repeat(100)).collect();
        let bytes: Vec<_> = texts.iter().map(String::as_bytes).collect();
        let results = all(&inputs(&bytes), Levels { brotli: Some(1), gzip: None }, cache.path()).unwrap();
        for (bytes, encodings) in bytes.iter().zip(&results) {
            assert_eq!(encodings.iter().map(decompress).collect::<Vec<_>>(), [*bytes]);
        }
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 300);
    }

    #[test]
    fn results_are_kept_in_the_target_directory_whoever_created_it() {
        for mark in ["CACHEDIR.TAG", ".rustc_info.json"] {
            let target = tempfile::tempdir().unwrap();
            fs::write(target.path().join(mark), "").unwrap();
            let output = target.path().join("release/build/app-0123456789abcdef/out");
            assert_eq!(cache_folder(&output), target.path().join("cachebreaker"));
        }
    }

    #[test]
    fn a_damaged_or_half_written_entry_is_made_anew() {
        let cache = tempfile::tempdir().unwrap();
        let text = "a".repeat(1000);
        let run = || all(&inputs(&[text.as_bytes()]), Levels::BEST, cache.path()).unwrap().remove(0);
        let sound = run().remove(0).bytes;
        let entry = cache.path().join(format!("{}-br-11", Digest::of(text.as_bytes())));
        let written = fs::read(&entry).unwrap();
        let mut flipped = written.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for damage in [&flipped[..], &written[..written.len() - 1], &written[..10], &[]] {
            fs::write(&entry, damage).unwrap();
            assert_eq!(run()[0].bytes, sound);
            assert_eq!(fs::read(&entry).unwrap(), written);
        }
    }

    #[test]
    fn more_than_10_seconds_without_optimisation_give_the_two_lines_that_make_it_faster() {
        let second = Duration::from_secs(1);
        assert_eq!(
            advice("compression", second * 25, "0").unwrap(),
            "compression took 25 s of processor time, several times longer than with an optimised build script; add to the \
             workspace's `Cargo.toml`: `[profile.release.build-override]` and below it `opt-level = 3`"
        );
        assert_eq!(advice("compression", second * 10, "0"), None, "not long enough");
        for opt_level in ["1", "2", "3", "s", "z"] {
            assert_eq!(advice("hashing", second * 25, opt_level), None, "optimised as far as the user wants it");
        }
    }

    #[test]
    fn a_level_beyond_the_format_is_refused() {
        let message = |levels: Levels| levels.check().unwrap_err().to_string();
        assert_eq!(message(Levels { brotli: Some(12), gzip: None }), "brotli has no level 12: its levels are 0 to 11");
        assert_eq!(message(Levels { brotli: None, gzip: Some(10) }), "gzip has no level 10: its levels are 0 to 9");
        assert!(Levels::BEST.check().is_ok());
    }
}
