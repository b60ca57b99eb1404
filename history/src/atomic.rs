//! Writing files whole or not at all, and removing what killed processes left behind.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::{Fault, Problem};

/// Writes a file whole or not at all, and only if its bytes differ.
///
/// # Errors
///
/// [`Problem::Write`] if it cannot be written.
pub fn write_if_changed(file: &Path, bytes: &[u8]) -> Result<(), Fault> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    write_atomically(file, &[bytes]).map_err(|cause| Fault::new(file, Problem::Write(cause)))
}

/// Writes a file whole or not at all: under another name first, then renamed. Creates its folder if there is none.
///
/// If it fails, but another process has written the same bytes in the meantime, that is a success.
///
/// # Errors
///
/// If the file cannot be written. Then nothing is left of it.
pub fn write_atomically(file: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let unfinished = file.with_file_name(unfinished_name(file));
    let create = || {
        for _ in 1..ATTEMPTS {
            match File::create_new(&unfinished) {
                Err(cause) if cause.kind() == ErrorKind::NotFound => {
                    fs::create_dir_all(file.parent().unwrap_or(file))?;
                }
                created => return created,
            }
        }
        File::create_new(&unfinished)
    };
    let write = || {
        let mut output = create()?;
        parts.iter().try_for_each(|part| output.write_all(part))?;
        drop(output);
        fs::rename(&unfinished, file)
    };
    write().or_else(|cause| {
        let _ = fs::remove_file(&unfinished);
        if fs::read(file).is_ok_and(|there| there == parts.concat()) { Ok(()) } else { Err(cause) }
    })
}

/// How many times we create a folder that another process removes while it is empty.
const ATTEMPTS: usize = 100;

const UNFINISHED: &str = ".unfinished";

/// The name that a file or folder has while it is written: no release has one that begins with a dot.
///
/// It is random. A process id is unique only on its machine, and containers that share a folder number their processes alike.
pub(crate) fn unfinished_name(path: &Path) -> PathBuf {
    let random = RandomState::new().build_hasher().finish();
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{random:016x}{UNFINISHED}"));
    name.into()
}

/// Whether a file was left by a build that was killed while it wrote it: no build writes for more than an hour.
#[must_use]
pub fn is_left_over(name: &OsStr, age: Duration) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") && name.ends_with(UNFINISHED.as_bytes()) && age > Duration::from_secs(60 * 60)
}

/// Removes what killed builds have left in a folder.
pub fn remove_left_over(folder: &Path) {
    let now = SystemTime::now();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|it| it.modified()).ok().and_then(|it| now.duration_since(it).ok());
        if is_left_over(&entry.file_name(), age.unwrap_or_default()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_the_same_bytes_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        write_if_changed(&file, b"one").unwrap();
        let modified = || fs::metadata(&file).unwrap().modified().unwrap();
        let before = modified();
        write_if_changed(&file, b"one").unwrap();
        assert_eq!(modified(), before);
        write_if_changed(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let occupied = folder.path().join("occupied");
        fs::create_dir(&occupied).unwrap();
        let message = write_if_changed(&occupied, b"one").unwrap_err().to_string();
        assert!(message.starts_with("cannot write `"), "{message}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_created_where_there_is_none_unless_a_file_is_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        write_if_changed(&folder.path().join("a/b/file"), b"one").unwrap();
        let message = write_if_changed(&folder.path().join("a/b/file/c"), b"two").unwrap_err().to_string();
        assert!(message.starts_with("cannot write `") && message.contains("c`: "), "{message}");
    }

    #[test]
    fn processes_with_one_number_write_one_file_at_the_same_time() {
        // Threads have the same process id, as processes in two containers do.
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::thread::scope(|scope| {
            for byte in 0..4 {
                let file = &file;
                scope.spawn(move || (0..200).for_each(|_| write_atomically(file, &[&[byte; 9], &[byte; 9]]).unwrap()));
            }
        });
        let written = fs::read(&file).unwrap();
        assert_eq!(written, [written[0]; 18], "whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
