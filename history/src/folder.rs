//! The folder of a history: from names to releases and contents, and back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::atomic::{is_left_over, write_atomically};
use crate::{Content, Fault, Head, Keep, Problem, Release, ReleaseName};

/// The folders in a history.
pub(crate) const RELEASES: &str = "releases";
pub(crate) const CONTENTS: &str = "contents";

/// A history: a folder, and the names of the releases in it.
///
/// Nothing here changes a release. Every method that reads checks what it reads.
#[derive(Debug)]
pub struct History {
    folder: PathBuf,
    releases: Vec<ReleaseName>,
    strays: Vec<PathBuf>,
}

/// What [`History::add`] and [`History::merge`] have added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Releases that the history did not have.
    pub releases: usize,
    /// Contents that it did not have.
    pub contents: usize,
    /// The bytes of these contents.
    pub bytes: u64,
}

/// What [`History::prune`] has removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The releases.
    pub releases: Vec<ReleaseName>,
    /// The number of contents that no release has any more.
    pub contents: usize,
    /// The bytes of these contents.
    pub bytes: u64,
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
                None if is_left_over(&name, Duration::MAX) || name.as_encoded_bytes().starts_with(b".") => {}
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
    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.releases.last().map_or(1, |last| last.number.saturating_add(1))
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
        self.read_by(name, |text| {
            let release = Release::parse(text)?;
            check_name(name, &release.head)?;
            Ok(release)
        })
    }

    /// Reads the head of a release. This does not check the rest.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn head(&self, name: &ReleaseName) -> Result<Head, Fault> {
        self.read_by(name, |text| {
            let head = Head::parse(text)?;
            check_name(name, &head)?;
            Ok(head)
        })
    }

    fn read_by<T>(&self, name: &ReleaseName, parse: impl Fn(&str) -> Result<T, Problem>) -> Result<T, Fault> {
        let file = self.file(name);
        let text = read_file(&file).map_err(|cause| Fault::new(&file, Problem::Read(cause)))?;
        let text = String::from_utf8(text).map_err(|_| Fault::new(&file, Problem::Changed))?;
        parse(&text).map_err(|problem| Fault::new(&file, problem))
    }

    /// Reads a content, and compares it with its digest.
    ///
    /// # Errors
    ///
    /// If it is missing, cannot be read, or has other bytes.
    pub fn content(&self, content: &Content) -> Result<Vec<u8>, Fault> {
        let file = self.folder.join(content.path());
        let fault = |problem| Fault::new(&file, problem);
        let bytes = match read_file(&file) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Err(fault(Problem::Missing)),
            Err(cause) => return Err(fault(Problem::Read(cause))),
        };
        if Content::of(&bytes) == *content { Ok(bytes) } else { Err(fault(Problem::Damaged)) }
    }

    /// Adds a release under this number: its contents first, and then its own file. What is there already stays as it is.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or a content cannot be had. Then the release is not in the history.
    pub fn add<E: From<Fault>>(
        &mut self,
        number: u32,
        release: &Release,
        mut bytes_of: impl FnMut(&Content) -> Result<Vec<u8>, E>,
    ) -> Result<Added, E> {
        let mut added = Added::default();
        for content in release.contents().collect::<BTreeSet<_>>() {
            if self.content(content).is_err() {
                self.write(&content.path(), &bytes_of(content)?)?;
                added.contents += 1;
                added.bytes += content.len;
            }
        }
        let name = ReleaseName { number, token: release.head.token.clone() };
        let text = release.to_string();
        let file = Path::new(RELEASES).join(name.to_string());
        if !fs::read(self.folder.join(&file)).is_ok_and(|there| there == text.as_bytes()) {
            self.write(&file, text.as_bytes())?;
        }
        if let Err(place) = self.releases.binary_search(&name) {
            self.releases.insert(place, name);
            added.releases += 1;
        }
        Ok(added)
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> Result<(), Fault> {
        let file = self.folder.join(file);
        write_atomically(&file, &[bytes]).map_err(|cause| Fault::new(&file, Problem::Write(cause)))
    }

    /// Adds every release of another history, each whole or not at all.
    ///
    /// # Errors
    ///
    /// The first that cannot be read or written, or that has a token of this history for other contents. Those before it are
    /// added.
    pub fn merge(&mut self, other: &Self) -> Result<Added, Fault> {
        let mut all = Added::default();
        for name in &other.releases {
            let release = other.read(name)?;
            self.check_token(&other.file(name), &release)?;
            let added = self.add(name.number, &release, |content| other.content(content))?;
            all.releases += added.releases;
            all.contents += added.contents;
            all.bytes += added.bytes;
        }
        Ok(all)
    }

    /// Fails if a release of this history has the token of that release for other contents.
    fn check_token(&self, file: &Path, release: &Release) -> Result<(), Fault> {
        for name in self.releases.iter().filter(|name| name.token == release.head.token) {
            if let Some(difference) = self.read(name).ok().and_then(|ours| release.difference(&ours)) {
                let problem = Problem::TokenUsedTwice { other: self.file(name), difference };
                return Err(Fault::new(file, problem));
            }
        }
        Ok(())
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

    /// Removes the releases that are not kept at this time, in milliseconds since the epoch, and then the contents that no
    /// release has any more. Contents that were written within the last hour stay: a release that names them may be about
    /// to be added.
    ///
    /// # Errors
    ///
    /// If a release cannot be read: then nothing is removed, for what it names is unknown. Or if a file cannot be removed.
    pub fn prune(&mut self, keep: &Keep, now: i64) -> Result<Pruned, Fault> {
        let releases = self.releases.iter().map(|name| self.read(name)).collect::<Result<Vec<_>, _>>()?;
        let times: Vec<_> = releases.iter().map(|release| release.head.time).collect();
        let kept = keep.kept(&times, now);
        let mut pruned = Pruned::default();
        for (place, name) in self.releases.iter().enumerate() {
            if !kept.contains(&place) {
                remove(&self.file(name))?;
                pruned.releases.push(name.clone());
            }
        }
        self.releases.retain(|name| !pruned.releases.contains(name));
        let named: BTreeSet<_> = kept.iter().flat_map(|place| releases[*place].contents()).map(Content::path).collect();
        self.sweep(&named, &mut pruned)?;
        Ok(pruned)
    }

    /// Removes the contents that are not among these.
    fn sweep(&self, named: &BTreeSet<PathBuf>, pruned: &mut Pruned) -> Result<(), Fault> {
        let now = SystemTime::now();
        for folder in list(&self.folder.join(CONTENTS))? {
            for file in list(&folder)? {
                let path = file.strip_prefix(&self.folder).unwrap_or(&file);
                let Ok(metadata) = fs::metadata(&file) else { continue };
                let age = metadata.modified().ok().and_then(|it| now.duration_since(it).ok()).unwrap_or_default();
                if !named.contains(path) && age > RECENT {
                    remove(&file)?;
                    pruned.contents += 1;
                    pruned.bytes += metadata.len();
                }
            }
            // It may not be empty.
            let _ = fs::remove_dir(&folder);
        }
        Ok(())
    }
}

/// How long after it was written a content may be without a release.
const RECENT: Duration = Duration::from_secs(60 * 60);

fn check_name(name: &ReleaseName, head: &Head) -> Result<(), Problem> {
    if name.token == head.token { Ok(()) } else { Err(Problem::Renamed(head.token.clone())) }
}

/// Reads a file that is one: to open a pipe is to wait.
fn read_file(file: &Path) -> std::io::Result<Vec<u8>> {
    if !fs::metadata(file)?.is_file() {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(file)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn remove(file: &Path) -> Result<(), Fault> {
    match fs::remove_file(file) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(Fault::new(file, Problem::Remove(cause))),
        _ => Ok(()),
    }
}

/// What is in a folder, sorted; nothing if there is no such folder.
fn list(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fail = |cause| Fault::new(folder, Problem::Read(cause));
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // A file among the folders is somebody else's.
        Err(cause) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&cause.kind()) => return Ok(Vec::new()),
        Err(cause) => return Err(fail(cause)),
    };
    let mut paths = entries.map(|entry| Ok(entry.map_err(fail)?.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort_unstable();
    Ok(paths)
}
