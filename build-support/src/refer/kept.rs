//! What was found, kept between builds: a file with the same contents is not parsed again.
//!
//! ```text
//! target/cachebreaker/references-<digest of the folder's path>
//!   digest of the rest (32 bytes), then lines:
//!     cachebreaker 0.1.0 1            the versions that wrote it
//!                                     an empty line before each file
//!     <digest> <content type>         of the contents, and of their language
//!     import 8 16 "./lib.js"          what was found in it, as `Found` prints
//! ```

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_references::{Found, Language, Unread, VERSION};

use crate::cache::Cache;

/// What is in a file of this digest and language.
pub(crate) type Kept = HashMap<(String, Language), Found>;

/// The name of the file for the folder at that absolute path.
pub(crate) fn file_name(folder: &Path) -> String {
    format!("references-{}", Digest::of(folder.as_os_str().as_encoded_bytes()))
}

/// What an earlier build kept under that name; nothing where it kept nothing, where another version wrote it, or where it is
/// damaged.
pub(crate) fn recall(name: &str, cache: &Cache) -> Kept {
    let kept = cache.recall(name).and_then(|(bytes, _)| read(str::from_utf8(&bytes).ok()?));
    kept.unwrap_or_default()
}

/// Keeps what was found, in place of what was kept before.
pub(crate) fn keep(name: &str, kept: &Kept, cache: &Cache) {
    let mut text = head() + "\n";
    // Another build may have the memory.
    for ((digest, language), found) in kept.iter().filter(|(_, it)| it.unread() != Some(Unread::Memory)) {
        let _ = write!(text, "\n{digest} {}\n{found}", language.content_type());
    }
    cache.keep(name, text.as_bytes());
}

fn head() -> String {
    format!("cachebreaker {} {VERSION}", cachebreaker_manifest::VERSION)
}

fn read(text: &str) -> Option<Kept> {
    let mut files = text.split("\n\n");
    if files.next()?.trim_end() != head() {
        return None;
    }
    files
        .map(|file| {
            let (key, found) = file.split_once('\n').unwrap_or((file, ""));
            let (digest, content_type) = key.split_once(' ')?;
            Some(((digest.to_owned(), Language::of(content_type)?), Found::parse(found)?))
        })
        .collect()
}
