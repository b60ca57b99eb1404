//! Adding to a history: contents first, and then the release that names them.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::time::SystemTime;

use super::History;
use crate::atomic::write_atomically;
use crate::{Content, Fault, Problem, Release, ReleaseName};

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

impl History {
    /// Adds a release under this number: its contents first, then its own file. What is already there stays as it is, unless it is damaged.
    /// If two releases have one name and serve the same, the history has the one that was built first, whichever is added first.
    ///
    /// Files are not flushed to the disk. A release that was added just before a power failure may be gone, damaged or without contents;
    /// [`verify`](Self::verify) names what is damaged or missing, and adding the release again repairs it.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, `bytes_of` fails, or the history has the token with other contents. The release is then not in the
    /// history, unless another process has added one with its name and other contents at the same time: then either may be there.
    pub fn add<E: From<Fault>>(
        &mut self,
        number: u32,
        release: &Release,
        bytes_of: impl FnMut(&Content) -> Result<Vec<u8>, E>,
    ) -> Result<Added, E> {
        let name = ReleaseName { number, token: release.head.token.clone() };
        let file = self.file(&name);
        self.add_from(&file, name, release, bytes_of)
    }

    /// Adds every release of another history, as [`add`](Self::add) does, each whole or not at all.
    ///
    /// # Errors
    ///
    /// For the first release that cannot be read or written, or whose token this history has with other contents. The releases before it
    /// are added.
    pub fn merge(&mut self, other: &Self) -> Result<Added, Fault> {
        let mut all = Added::default();
        for name in &other.releases {
            let release = other.read(name)?;
            let bytes_of = |content: &Content| other.content(content);
            let added = self.add_from(&other.file(name), name.clone(), &release, bytes_of)?;
            all.releases += added.releases;
            all.contents += added.contents;
            all.bytes += added.bytes;
        }
        Ok(all)
    }

    /// Adds a release, which messages name as that file.
    fn add_from<E: From<Fault>>(
        &mut self,
        from: &Path,
        name: ReleaseName,
        release: &Release,
        mut bytes_of: impl FnMut(&Content) -> Result<Vec<u8>, E>,
    ) -> Result<Added, E> {
        self.check_token(from, release)?;
        let mut added = Added::default();
        let (file, text) = (self.file(&name), release.to_string());
        let there = self.read_whole(&name)?.map(|there| (there.head.time, there.to_string()));
        let is_first = there.as_ref().is_none_or(|(time, there)| (release.head.time, &text) < (*time, there));
        let contents: BTreeSet<_> = release.contents().collect();
        let mut add_contents = |is_there: &dyn Fn(&Content) -> bool| {
            for content in contents.iter().filter(|content| !is_there(content)) {
                let (file, bytes) = (self.folder.join(content.path()), bytes_of(content)?);
                if Content::of(&bytes) != **content {
                    return Err(E::from(Fault::new(&file, Problem::Damaged)));
                }
                write(&file, &bytes)?;
                added.contents += 1;
                added.bytes += content.len;
            }
            Ok(())
        };
        add_contents(&|content| {
            let is_there = self.content(content).is_ok();
            if is_there && there.is_none() {
                touch(&self.folder.join(content.path()));
            }
            is_there
        })?;
        if is_first {
            write(&file, text.as_bytes())?;
            // Another process may have added one with the token and other contents since this history was opened.
            let now = Self::open(&self.folder)?;
            if let Err(fault) = now.check_token(from, release) {
                return Err(fault.into());
            }
        }
        // From now on, a prune that runs at the same time sees the release. Before, it may have removed contents that no release needed.
        add_contents(&|content| self.folder.join(content.path()).exists())?;
        if let Err(place) = self.releases.binary_search(&name) {
            self.releases.insert(place, name);
            added.releases += 1;
        }
        Ok(added)
    }

    /// Reads a release, if it is there and whole.
    fn read_whole(&self, name: &ReleaseName) -> Result<Option<Release>, Fault> {
        match self.read_if_there(name) {
            Err(fault) if fault.is_damage() => Ok(None),
            read => read,
        }
    }

    /// Fails if a release of this history has the token of that release for other contents.
    fn check_token(&self, file: &Path, release: &Release) -> Result<(), Fault> {
        for name in self.releases.iter().filter(|name| name.token == release.head.token) {
            if let Some(difference) = self.read_whole(name)?.and_then(|ours| release.difference(&ours)) {
                let problem = Problem::TokenUsedTwice { other: self.file(name), difference };
                return Err(Fault::new(file, problem));
            }
        }
        Ok(())
    }
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Fault> {
    write_atomically(file, &[bytes]).map_err(|cause| Fault::new(file, Problem::Write(cause)))
}

/// Makes a content look as if it had just been written, so that a prune that runs at the same time leaves it.
fn touch(file: &Path) {
    // The file may belong to another user. Then it stays as long as some release names it.
    let _ = File::options().append(true).open(file).and_then(|file| file.set_modified(SystemTime::now()));
}
