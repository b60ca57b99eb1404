//! Contents, packed into chunks that the compiler embeds: a few files of some megabytes are what rustc is fastest with.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use cachebreaker_history::atomic::{remove_left_over, write_if_changed};
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::manifest::chunk_name;
use cachebreaker_manifest::table::{Place, Stored};

use crate::error::Error;

/// A chunk is closed when it has this many bytes; a content is never split.
const CHUNK: usize = 4 << 20;

/// Chunks in the making. Each is written as soon as it is full.
pub(crate) struct Contents {
    folder: PathBuf,
    chunk: Vec<u8>,
    written: u16,
    places: HashMap<Digest, Place>,
}

impl Contents {
    /// Chunks in that folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), chunk: Vec::new(), written: 0, places: HashMap::new() }
    }

    /// Adds bytes; equal bytes are kept once.
    pub(crate) fn add(&mut self, bytes: &[u8], digest: Digest) -> Result<Stored, Error> {
        let place = match self.places.get(&digest) {
            Some(place) => *place,
            None => {
                let place = self.append(bytes)?;
                self.places.insert(digest, place);
                place
            }
        };
        Ok(Stored { digest: digest.to_string(), place })
    }

    fn append(&mut self, bytes: &[u8]) -> Result<Place, Error> {
        if !self.chunk.is_empty() && self.chunk.len() + bytes.len() > CHUNK {
            self.write()?;
        }
        let fits =
            |len: usize| u32::try_from(len).map_err(|_| Error::TooLong { path: self.folder.clone(), len: len as u64 });
        let place = Place { chunk: self.written, offset: fits(self.chunk.len())?, len: fits(bytes.len())? };
        self.chunk.extend_from_slice(bytes);
        Ok(place)
    }

    fn write(&mut self) -> Result<(), Error> {
        write_if_changed(&self.folder.join(chunk_name(self.written.into())), &self.chunk)?;
        self.chunk.clear();
        self.written = self.written.checked_add(1).ok_or_else(|| Error::TooManyChunks(self.folder.clone()))?;
        Ok(())
    }

    /// Writes what is left, removes what an earlier build left beyond it, and tells how many chunks there are.
    pub(crate) fn finish(mut self) -> Result<u16, Error> {
        if !self.chunk.is_empty() {
            self.write()?;
        }
        for beyond in usize::from(self.written).. {
            if fs::remove_file(self.folder.join(chunk_name(beyond))).is_err() {
                break;
            }
        }
        remove_left_over(&self.folder);
        Ok(self.written)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::{Duration, SystemTime};

    use super::*;

    fn add(contents: &mut Contents, bytes: &[u8]) -> Place {
        contents.add(bytes, Digest::of(bytes)).unwrap().place
    }

    fn read(folder: &Path, place: Place) -> Vec<u8> {
        let chunk = fs::read(folder.join(chunk_name(place.chunk.into()))).unwrap();
        chunk[place.offset as usize..][..place.len as usize].to_vec()
    }

    #[test]
    fn contents_are_found_where_they_were_put_and_equal_ones_are_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut contents = Contents::new(folder.path());
        let large = vec![7; CHUNK + 1];
        let bytes: [&[u8]; 5] = [b"one", b"", &large, b"two", b"one"];
        let places = bytes.map(|bytes| add(&mut contents, bytes));
        assert_eq!(contents.finish().unwrap(), 3);
        for (bytes, place) in bytes.iter().zip(places) {
            assert_eq!(read(folder.path(), place), *bytes);
        }
        assert_eq!(places[0], places[4]);
    }

    #[test]
    fn chunks_of_an_earlier_build_do_not_stay() {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [vec![1; CHUNK], vec![2; 10]] {
            let mut contents = Contents::new(folder.path());
            add(&mut contents, b"first");
            add(&mut contents, &bytes);
            contents.finish().unwrap();
        }
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["chunk-0"]);
    }

    #[test]
    fn what_a_killed_build_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let of_age = |name: &str, seconds| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
        };
        of_age(".chunk-1.0123456789abcdef.unfinished", 3700);
        of_age(".manifest.0123456789abcdef.unfinished", 60);
        of_age("manifest", 3700);
        Contents::new(folder.path()).finish().unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort_unstable();
        assert_eq!(names, [".manifest.0123456789abcdef.unfinished", "manifest"]);
    }
}
