//! A content, as a release names it.

use std::fmt;
use std::path::{Path, PathBuf};

use cachebreaker_manifest::digest::Digest;

/// Some bytes, by their digest and their length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Content {
    /// Their digest.
    pub digest: Digest,
    /// How many there are.
    pub len: u64,
}

impl Content {
    /// These bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { digest: Digest::of(bytes), len: bytes.len() as u64 }
    }

    /// These bytes, whose digest is known.
    #[must_use]
    pub fn of_digest(digest: Digest, bytes: &[u8]) -> Self {
        Self { digest, len: bytes.len() as u64 }
    }

    /// Where they are in a history, relative to its folder.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        let hex = self.digest.to_hex();
        let (first, rest) = hex.split_at(2);
        [super::folder::CONTENTS, first, rest].iter().collect()
    }

    /// Whether a content can be there, relative to the folder of a history.
    pub(crate) fn is_path(path: &Path) -> bool {
        let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
        let digest = match parts.as_deref() {
            Some([super::folder::CONTENTS, first, rest]) if first.len() == 2 => {
                Digest::from_hex(&[*first, rest].concat())
            }
            _ => None,
        };
        digest.is_some()
    }

    /// Reads what [`Display`](fmt::Display) writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (digest, len) = text.split_once(':')?;
        Some(Self { digest: Digest::from_hex(digest)?, len: len.parse().ok()? })
    }
}

/// Writes the digest in hex, a colon and the length.
impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.digest.to_hex(), self.len)
    }
}
