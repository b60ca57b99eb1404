//! What was extracted, kept between builds: a file with the same contents is not parsed again.
//!
//! ```text
//! target/cachebreaker/references-<digest of the folder's path>
//!   digest of the rest (32 bytes), then lines, percent-encoded where they are free text:
//!     cachebreaker 0.1.0 1                            the versions that wrote it
//!     file <digest of the contents> <language> [base] every file, then what it refers to
//!     unread nesting                                  why it is not known what it refers to
//!     import 3 21 ./lib.js                            kind, line, column, as written; and the URL, if it is another text
//! ```

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::percent::{decode_path, encode_path};

use super::extract::{self, Extracted, Kind, Language, Reference, Unread};
use crate::cache::Cache;

/// What is in a file of this digest and language.
pub(super) type Kept = HashMap<(String, Language), Extracted>;

/// The name of the file for the folder at that absolute path.
pub(super) fn file_name(folder: &Path) -> String {
    format!("references-{}", Digest::of(folder.as_os_str().as_encoded_bytes()))
}

/// What an earlier build kept under that name; nothing where there is none, where another version wrote it, or where it was
/// damaged.
pub(super) fn recall(name: &str, cache: &Cache) -> Kept {
    let kept = cache.recall(name).and_then(|(bytes, _)| read(str::from_utf8(&bytes).ok()?));
    kept.unwrap_or_default()
}

/// Keeps what was extracted, in place of what was kept before.
pub(super) fn keep(name: &str, kept: &Kept, cache: &Cache) {
    let mut text = head();
    // Another build may have the memory.
    for ((digest, language), extracted) in kept.iter().filter(|(_, it)| it.unread != Some(Unread::Memory)) {
        let _ = write!(text, "file {digest} {}", language.name());
        if let Some(base) = &extracted.base {
            let _ = write!(text, " {}", encode_path(base));
        }
        text.push('\n');
        if let Some(unread) = extracted.unread {
            let _ = writeln!(text, "unread {}", unread.name());
        }
        for Reference { kind, line, column, written, url } in &extracted.references {
            let _ = write!(text, "{} {line} {column} {}", kind.name(), encode_path(written));
            if url != written {
                let _ = write!(text, " {}", encode_path(url));
            }
            text.push('\n');
        }
    }
    cache.keep(name, text.as_bytes());
}

fn head() -> String {
    format!("cachebreaker {} {}\n", cachebreaker_manifest::VERSION, extract::VERSION)
}

fn read(text: &str) -> Option<Kept> {
    let mut kept = Kept::new();
    let mut current = None;
    let decode = |field| decode_path(field).map(Cow::into_owned);
    for line in text.strip_prefix(&head())?.lines() {
        let mut fields = line.split(' ');
        let word = fields.next()?;
        if word == "file" {
            kept.extend(current.take());
            let key = (fields.next()?.to_owned(), Language::from_name(fields.next()?)?);
            let base = fields.next().map(decode).map_or(Some(None), |base| base.map(Some))?;
            current = Some((key, Extracted { unread: None, base, references: Vec::new() }));
        } else if word == "unread" {
            current.as_mut()?.1.unread = Some(Unread::from_name(fields.next()?)?);
        } else {
            let (line, column) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
            let written = decode(fields.next()?)?;
            let url = fields.next().map_or_else(|| Some(written.clone()), decode)?;
            let reference = Reference { kind: Kind::from_name(word)?, line, column, written, url };
            current.as_mut()?.1.references.push(reference);
        }
    }
    kept.extend(current);
    Some(kept)
}
