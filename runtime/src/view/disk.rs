//! Contents from disk, in development: an edit shows at the next reload. The paths are those of the table; a request's
//! path is never joined to a folder.
//!
//! Only regular files are opened: a pipe would keep the thread waiting for somebody to write to it. Small files are read
//! whole, for a strong entity tag. Large ones are read piece by piece while they are sent, and only the part that is sent.

use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The most bytes that a file has which is read whole.
const SMALL: u64 = 1 << 20;

/// How old a change must be before a tag is made from its time. A later change within the resolution of the file system's
/// clock would leave the time as it is, and few are coarser than this.
const SETTLED: Duration = Duration::from_secs(2);

/// The file of an asset, opened.
#[derive(Debug)]
pub(crate) enum Opened {
    /// All bytes of a small file, with a strong entity tag.
    Small(Vec<u8>, String),
    /// A large file, with its length and its weak entity tag. It has none if it has just changed.
    Large(File, u64, Option<String>),
}

/// Opens the file of an asset: of several folders the first that has it.
pub(crate) fn open(roots: &[&str], path: &str) -> io::Result<Opened> {
    let (file, metadata) = first(roots, path)?;
    if metadata.len() <= SMALL {
        let mut bytes = Vec::new();
        (&file).take(SMALL + 1).read_to_end(&mut bytes)?;
        // It may have grown since.
        if bytes.len() as u64 <= SMALL {
            let tag = strong_tag(&bytes);
            return Ok(Opened::Small(bytes, tag));
        }
    }
    let metadata = file.metadata()?;
    let tag = weak_tag(&metadata, SystemTime::now());
    Ok(Opened::Large(file, metadata.len(), tag))
}

/// All bytes of an asset's file.
pub(crate) fn read(roots: &[&str], path: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    first(roots, path)?.0.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn first(roots: &[&str], path: &str) -> io::Result<(File, Metadata)> {
    let mut opened = Err(io::ErrorKind::NotFound.into());
    for root in roots {
        opened = open_regular(&Path::new(root).join(path));
        // What is there and cannot be read must not be replaced by a file that it lies over.
        let is_absent =
            |error: &io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
        if !opened.as_ref().is_err_and(is_absent) {
            break;
        }
    }
    opened
}

fn open_regular(path: &Path) -> io::Result<(File, Metadata)> {
    // Before it is opened, for to open a pipe is to wait.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

/// Whether the folder is not there.
pub(crate) fn is_gone(root: &str) -> bool {
    !Path::new(root).is_dir()
}

/// A strong entity tag for bytes that may change at any time. It lives as long as the process at the most, so the
/// standard library's hasher does.
pub(crate) fn strong_tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("\"{:016x}\"", hasher.finish())
}

/// A weak entity tag (RFC 9110 §8.8.1) for a file that is too large to be read for a tag. `None` if it has changed within
/// the last seconds, or in the future: the same time may then come to stand for other bytes.
fn weak_tag(metadata: &Metadata, now: SystemTime) -> Option<String> {
    let state = State::of(metadata)?;
    let is_settled = state.changed.iter().all(|changed| now.duration_since(*changed).is_ok_and(|age| age >= SETTLED));
    let mut hasher = DefaultHasher::new();
    std::hash::Hash::hash(&state, &mut hasher);
    is_settled.then(|| format!("W/\"{:016x}\"", hasher.finish()))
}

/// What another content of a file has another of.
#[derive(Hash)]
struct State {
    len: u64,
    /// When its bytes changed; where that is known, also when anything about it did: a copy may keep the time of its
    /// original.
    changed: Vec<SystemTime>,
    /// Which file of which disk it is.
    file: (u64, u64),
}

impl State {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let seconds = Duration::from_secs(metadata.ctime().try_into().ok()?);
        let changed = SystemTime::UNIX_EPOCH + seconds + Duration::from_nanos(metadata.ctime_nsec().try_into().ok()?);
        let file = (metadata.dev(), metadata.ino());
        Some(Self { len: metadata.len(), changed: vec![metadata.modified().ok()?, changed], file })
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Option<Self> {
        Some(Self { len: metadata.len(), changed: vec![metadata.modified().ok()?], file: (0, 0) })
    }
}

/// When a file changed that the table does not have: one that was added after the build, or that the build leaves out. Found by reading
/// directories and comparing names, segment by segment.
pub(crate) fn was_added(root: &str, path: &str) -> Option<SystemTime> {
    let mut here = PathBuf::from(root);
    for segment in path.split('/') {
        let entries = fs::read_dir(&here).into_iter().flatten().flatten();
        match entries.map(|entry| entry.path()).find(|entry| entry.file_name().is_some_and(|name| name == segment)) {
            Some(entry) if !segment.starts_with('.') => here = entry,
            _ => return None,
        }
    }
    let metadata = fs::metadata(here).ok().filter(Metadata::is_file)?;
    metadata.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_name_and_nothing_by_dots_or_slashes() {
        let root = env!("CARGO_MANIFEST_DIR");
        assert!(was_added(root, "src/view/disk.rs").is_some());
        for path in [
            "src",
            "src/none.rs",
            "",
            "/",
            "src/",
            "src//view/disk.rs",
            "../Cargo.toml",
            "src/../Cargo.toml",
            "./Cargo.toml",
        ] {
            assert!(was_added(root, path).is_none(), "{path}");
        }
    }

    #[test]
    fn other_bytes_have_another_tag() {
        assert_eq!(strong_tag(b"one"), strong_tag(b"one"));
        assert_ne!(strong_tag(b"one"), strong_tag(b"two"));
        assert!(strong_tag(b"").starts_with('"') && strong_tag(b"").ends_with('"'));
    }

    #[test]
    fn a_file_that_has_just_changed_or_changes_in_the_future_has_no_weak_tag() {
        let metadata = fs::metadata(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
        let changed = State::of(&metadata).unwrap().changed.into_iter().max().unwrap();
        for (now, is_tagged) in [
            (changed - Duration::from_secs(10), false),
            (changed, false),
            (changed + SETTLED - Duration::from_millis(1), false),
            (changed + SETTLED, true),
        ] {
            assert_eq!(weak_tag(&metadata, now).is_some(), is_tagged, "{:?}", now.duration_since(changed));
        }
        let tag = |after| weak_tag(&metadata, changed + Duration::from_secs(after)).unwrap();
        assert_eq!(tag(2), tag(1_000_000));
        assert!(tag(2).starts_with("W/\"") && tag(2).ends_with('"'));
    }

    #[test]
    fn only_regular_files_are_read() {
        for path in ["", "src", "none"] {
            assert!(read(&[env!("CARGO_MANIFEST_DIR")], path).is_err(), "{path}");
            assert!(open(&[env!("CARGO_MANIFEST_DIR")], path).is_err(), "{path}");
        }
        let roots = [env!("CARGO_MANIFEST_DIR"), concat!(env!("CARGO_MANIFEST_DIR"), "/src/view")];
        assert_eq!(read(&roots, "disk.rs").unwrap(), include_bytes!("disk.rs"));
    }
}
