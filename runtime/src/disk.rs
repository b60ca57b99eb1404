//! Contents from disk, in development: an edit shows at the next reload. The paths are those of the table; a request's
//! path is never joined to a folder.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

/// The file of an asset: of several folders the first that has it.
pub(crate) fn read(roots: &[&str], path: &str) -> io::Result<Vec<u8>> {
    let mut read = Err(io::ErrorKind::NotFound.into());
    for root in roots {
        read = fs::read(Path::new(root).join(path));
        if read.is_ok() {
            break;
        }
    }
    read
}

/// A strong entity tag for bytes that may change at any time. It lives as long as the process at the most, so the
/// standard library's hasher does.
pub(crate) fn etag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether the folder has a file that the table has not: one that was added after the build. Found by reading
/// directories and comparing names, segment by segment.
pub(crate) fn was_added(root: &str, path: &str) -> bool {
    let mut here = PathBuf::from(root);
    for segment in path.split('/') {
        let entries = fs::read_dir(&here).into_iter().flatten().flatten();
        match entries.map(|entry| entry.path()).find(|entry| entry.file_name().is_some_and(|name| name == segment)) {
            Some(entry) if !segment.starts_with('.') => here = entry,
            _ => return false,
        }
    }
    here.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_name_and_nothing_by_dots_or_slashes() {
        let root = env!("CARGO_MANIFEST_DIR");
        assert!(was_added(root, "src/disk.rs"));
        for path in [
            "src",
            "src/none.rs",
            "",
            "/",
            "src/",
            "src//disk.rs",
            "../Cargo.toml",
            "src/../Cargo.toml",
            "./Cargo.toml",
        ] {
            assert!(!was_added(root, path), "{path}");
        }
    }

    #[test]
    fn other_bytes_have_another_tag() {
        assert_eq!(etag(b"one"), etag(b"one"));
        assert_ne!(etag(b"one"), etag(b"two"));
        assert!(etag(b"").starts_with('"') && etag(b"").ends_with('"'));
    }
}
