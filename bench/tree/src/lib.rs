//! Folders of assets to measure with: the same bytes on every machine, and nothing of them in the repository.
//!
//! ```text
//! css/site.css            the asset that is asked for: 2 KiB of CSS
//! d000/f00001.css …       half of the files text (css, js, svg, html), half what does not compress (png, woff2)
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The path of the asset that every contender is asked for.
pub const PROBE: &str = "css/site.css";
/// How many bytes it has.
pub const PROBE_LEN: usize = 2048;

const EXTENSIONS: [&str; 8] = ["css", "png", "js", "png", "svg", "woff2", "html", "png"];

/// What a folder holds.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
    /// How many files.
    pub files: usize,
    /// How many bytes a file has, on average; none has less than half of it.
    pub mean: usize,
}

impl Tree {
    /// Writes the folder unless it is there; half a folder is never there.
    ///
    /// # Errors
    ///
    /// When something cannot be written.
    pub fn write(self, folder: &Path) -> io::Result<()> {
        if folder.exists() {
            return Ok(());
        }
        let mut unfinished = folder.as_os_str().to_owned();
        unfinished.push(format!(".{}.unfinished", std::process::id()));
        let unfinished = PathBuf::from(unfinished);
        for number in 0..self.files {
            let file = unfinished.join(path(number));
            if number % 100 < 2 {
                fs::create_dir_all(file.parent().unwrap_or(&unfinished))?;
            }
            fs::write(file, self.contents(number))?;
        }
        fs::rename(unfinished, folder)
    }

    /// The bytes of file `number`.
    #[must_use]
    pub fn contents(self, number: usize) -> Vec<u8> {
        let mut random = Random::new(number);
        if number == 0 {
            return text(&mut random, 0, PROBE_LEN);
        }
        let len = self.mean / 2 + random.below(self.mean);
        if is_text(number) { text(&mut random, number, len) } else { noise(&mut random, len) }
    }
}

/// The path of file `number`, with slashes.
#[must_use]
pub fn path(number: usize) -> String {
    if number == 0 {
        return PROBE.to_owned();
    }
    format!("d{:03}/f{number:05}.{}", number / 100, EXTENSIONS[number % EXTENSIONS.len()])
}

/// Whether file `number` is text.
#[must_use]
pub fn is_text(number: usize) -> bool {
    number.is_multiple_of(2)
}

/// Rules of a style sheet, over a vocabulary of a few hundred words: brotli makes a quarter of it.
fn text(random: &mut Random, number: usize, len: usize) -> Vec<u8> {
    let mut text = format!("/* {number} */\n");
    while text.len() < len {
        let (selector, property, value) = (word(random.below(200)), word(random.below(60)), random.below(1000));
        text.push_str(&format!(".{selector} {{ {property}: {value}px }}\n"));
    }
    text.truncate(len);
    text.into_bytes()
}

fn word(number: usize) -> String {
    let mut random = Random::new(number);
    (0..4 + number % 5).map(|_| char::from(b"etaoinshrdlu"[random.below(12)])).collect()
}

fn noise(random: &mut Random, len: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..len.div_ceil(8)).flat_map(|_| random.next().to_le_bytes()).collect();
    bytes.truncate(len);
    bytes
}

/// SplitMix64: no crate's next version can change what it gives.
struct Random(u64);

impl Random {
    fn new(seed: usize) -> Self {
        Self(seed as u64)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}
