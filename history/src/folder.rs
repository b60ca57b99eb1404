//! The folder of a history: from its files to names, releases and contents, each of them checked.

mod add;
mod prune;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::{Content, Fault, Head, Problem, Release, ReleaseName};

pub use add::Added;
pub use prune::Pruned;

/// The folders in a history.
pub(crate) const RELEASES: &str = "releases";
pub(crate) const CONTENTS: &str = "contents";

/// A history: a folder, and the names of the releases in it.
///
/// No file is changed in place. Every method that reads checks what it reads, but for [`head`](Self::head), which reads a part.
#[derive(Debug)]
pub struct History {
    folder: PathBuf,
    releases: Vec<ReleaseName>,
    strays: Vec<PathBuf>,
}

impl History {
    /// Opens a history. A folder that does not exist, or is empty, has no releases.
    ///
    /// # Errors
    ///
    /// If the folder cannot be listed.
    pub fn open(folder: &Path) -> Result<Self, Fault> {
        let mut history = Self { folder: folder.to_owned(), releases: Vec::new(), strays: Vec::new() };
        let names = folder.join(RELEASES);
        let fail = |cause| Fault::new(&names, Problem::Read(cause));
        let entries = match fs::read_dir(&names) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(history),
            Err(cause) => return Err(fail(cause)),
        };
        for entry in entries {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name();
            match name.to_str().and_then(ReleaseName::parse) {
                Some(name) => history.releases.push(name),
                // What a killed process has left, and what systems put into every folder.
                None if is_hidden(&name) => {}
                None => history.strays.push(entry.path()),
            }
        }
        history.releases.sort_unstable();
        history.strays.sort_unstable();
        Ok(history)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The releases, in the order in which they were built.
    #[must_use]
    pub fn releases(&self) -> &[ReleaseName] {
        &self.releases
    }

    /// Files among the releases that are not releases.
    pub fn strays(&self) -> impl Iterator<Item = Fault> {
        self.strays.iter().map(|path| Fault::new(path, Problem::Stray))
    }

    /// The number of the next release.
    ///
    /// # Errors
    ///
    /// If the last release has the last number that there is.
    pub fn next_number(&self) -> Result<u32, Fault> {
        let Some(last) = self.releases.last() else { return Ok(1) };
        last.number.checked_add(1).ok_or_else(|| Fault::new(&self.file(last), Problem::LastNumber))
    }

    /// The file of a release.
    #[must_use]
    pub fn file(&self, name: &ReleaseName) -> PathBuf {
        self.folder.join(RELEASES).join(name.to_string())
    }

    /// Reads a release, without its contents.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is not as it was written.
    pub fn read(&self, name: &ReleaseName) -> Result<Release, Fault> {
        let file = self.file(name);
        let text = open_release(&file).and_then(|opened| read_to_end(opened, MOST));
        let text = text.map_err(|cause| Fault::new(&file, Problem::Read(cause)))?;
        let text = String::from_utf8(text).map_err(|_| Fault::new(&file, Problem::Changed))?;
        let release = Release::parse(&text).and_then(|release| check_name(name, &release.head).map(|()| release));
        release.map_err(|problem| Fault::new(&file, problem))
    }

    /// The same, or nothing if it is not there: another process may have removed it.
    fn read_if_there(&self, name: &ReleaseName) -> Result<Option<Release>, Fault> {
        match self.read(name) {
            Ok(release) => Ok(Some(release)),
            Err(fault) if fault.is_missing() => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Reads the head of a release. This does not check the rest.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn head(&self, name: &ReleaseName) -> Result<Head, Fault> {
        let file = self.file(name);
        let text = read_head(&file).map_err(|cause| Fault::new(&file, Problem::Read(cause)))?;
        let text = String::from_utf8(text).map_err(|_| Fault::new(&file, Problem::Changed))?;
        let head = Head::parse(&text).and_then(|head| check_name(name, &head).map(|()| head));
        head.map_err(|problem| Fault::new(&file, problem))
    }

    /// Reads a content, and compares it with its digest.
    ///
    /// # Errors
    ///
    /// If it is missing, cannot be read, or has other bytes.
    pub fn content(&self, content: &Content) -> Result<Vec<u8>, Fault> {
        let file = self.folder.join(content.path());
        let fault = |problem| Fault::new(&file, problem);
        // One byte more shows that there are too many.
        match open_file(&file).and_then(|opened| read_to_end(opened, content.len.saturating_add(1))) {
            Ok(bytes) if Content::of(&bytes) == *content => Ok(bytes),
            Ok(_) => Err(fault(Problem::Damaged)),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Err(fault(Problem::Missing)),
            Err(cause) => Err(fault(Problem::Read(cause))),
        }
    }

    /// Everything that is wrong: reads every release and every content.
    #[must_use]
    pub fn verify(&self) -> Vec<Fault> {
        let mut faults: Vec<_> = self.strays().collect();
        let mut contents = BTreeSet::new();
        let mut by_token: BTreeMap<&str, Vec<(PathBuf, Release)>> = BTreeMap::new();
        for name in &self.releases {
            match self.read(name) {
                Ok(release) => {
                    contents.extend(release.contents().copied());
                    by_token.entry(&name.token).or_default().push((self.file(name), release));
                }
                Err(fault) => faults.push(fault),
            }
        }
        for releases in by_token.values() {
            for pair in releases.windows(2) {
                if let Some(difference) = pair[1].1.difference(&pair[0].1) {
                    let problem = Problem::TokenUsedTwice { other: pair[0].0.clone(), difference };
                    faults.push(Fault::new(&pair[1].0, problem));
                }
            }
        }
        faults.extend(contents.iter().filter_map(|content| self.content(content).err()));
        faults
    }
}

fn check_name(name: &ReleaseName, head: &Head) -> Result<(), Problem> {
    if name.token == head.token { Ok(()) } else { Err(Problem::Renamed(head.token.clone())) }
}

/// Whether a file in the folder of releases is hidden: no release is.
fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Reads at most `most` bytes of a file.
fn read_to_end(file: fs::File, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads the lines of a release to the first one that is not of its head. The rest is much longer.
fn read_head(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut reader = BufReader::new(open_release(file)?);
    let mut bytes = Vec::new();
    loop {
        let start = bytes.len();
        let is_at_end = reader.read_until(b'\n', &mut bytes)? == 0;
        if is_at_end || bytes[start..].starts_with(b"asset ") {
            return Ok(bytes);
        }
    }
}

/// The most bytes that the file of a release may have: those of millions of assets. A larger one may not fit into memory.
const MOST: u64 = 1 << 30;

/// Opens the file of a release.
fn open_release(file: &Path) -> std::io::Result<fs::File> {
    let opened = open_file(file)?;
    if opened.metadata()?.len() > MOST {
        return Err(std::io::Error::new(ErrorKind::InvalidData, "it is too large"));
    }
    Ok(opened)
}

/// Opens a regular file. Nothing else is opened: opening a pipe would block.
fn open_file(file: &Path) -> std::io::Result<fs::File> {
    if !fs::metadata(file)?.is_file() {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    fs::File::open(file)
}
