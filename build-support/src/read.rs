//! From the files that were found to their contents, read whole, and what `build.rs` says about them.

use std::fs::{self, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::fixed_url::FixedUrl;
use cachebreaker_manifest::parallel;

use crate::error::Error;
use crate::find::selection::Selection;
use crate::find::walk::FoundFile;
use crate::headers::{Header, Headers};
use crate::report::Report;
use crate::work::timed;

/// A file that was read.
pub(crate) struct File {
    pub(crate) found: FoundFile,
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
    /// How long it took to read.
    pub(crate) time: Duration,
    pub(crate) content_type: String,
    pub(crate) headers: Vec<Header>,
    /// What it is at a fixed URL, where it has one.
    pub(crate) fixed: Option<FixedUrl>,
    /// For a script, the scripts that it imports before it runs, where references are looked for.
    pub(crate) imports: Vec<String>,
    /// The other assets that it imports, where pages have an import map.
    pub(crate) lazy_imports: Vec<String>,
    /// The URL tokens that are valid for it beside the deploy's, by their numbers: its own first.
    pub(crate) url_tokens: Vec<u32>,
}

impl File {
    /// Its bytes, by their digest.
    pub(crate) fn content(&self) -> (Digest, &[u8]) {
        (self.digest, &self.bytes)
    }
}

#[cfg(test)]
impl File {
    /// A file with this text.
    pub(crate) fn of(path: &str, text: &str) -> Self {
        let found =
            FoundFile { file: PathBuf::from(path), shown: PathBuf::from(path), path: path.to_owned(), made: None };
        Self {
            found,
            bytes: text.as_bytes().to_vec(),
            digest: Digest::of(text.as_bytes()),
            time: Duration::ZERO,
            content_type: cachebreaker_manifest::content_type::of(path),
            headers: Vec::new(),
            fixed: None,
            imports: Vec::new(),
            lazy_imports: Vec::new(),
            url_tokens: Vec::new(),
        }
    }
}

/// Reads the files, on all cores. Those that cannot be read, or not be served, are errors.
pub(crate) fn read(
    found: Vec<FoundFile>,
    selection: &Selection,
    headers: &Headers,
    limit: Option<u64>,
) -> (Vec<File>, Report) {
    let read = |found: &FoundFile| {
        let bytes = match found.made {
            Some(text) => text.into(),
            None => read_file(&found.file, &found.shown, limit)?,
        };
        Ok((Digest::of(&bytes), bytes))
    };
    let mut report = Report::default();
    let contents = parallel::map(&found, |found| timed(|| read(found)));
    let files = found.into_iter().zip(contents).filter_map(|(found, (contents, time))| {
        let (digest, bytes) = report.ok(contents)?;
        let (content_type, headers) = (headers.content_type(&found.path), headers.headers(&found.path));
        let fixed = selection.fixed(&found.path);
        Some(File {
            found,
            bytes,
            digest,
            time,
            content_type,
            headers,
            fixed,
            imports: Vec::new(),
            lazy_imports: Vec::new(),
            url_tokens: Vec::new(),
        })
    });
    (files.collect(), report)
}

/// Reads one file. `shown` is its path as messages show it, and `limit` the user's own for its length.
///
/// It is looked at before it is opened: a file that is too long costs no memory, and one that may never end no time.
fn read_file(file: &Path, shown: &Path, limit: Option<u64>) -> Result<Vec<u8>, Error> {
    let (path, fail) = (shown.to_owned(), |cause| Error::Read { path: shown.to_owned(), cause });
    let metadata = fs::metadata(file).map_err(fail)?;
    // The walk saw a file, but it may have been replaced.
    if !metadata.is_file() {
        return Err(Error::NotAFile(path));
    }
    check_len(metadata.len(), shown, limit)?;
    if let Some(target) = unmeasured(file, &metadata) {
        return Err(Error::Unmeasured { path, target });
    }
    let open = fs::File::open(file).map_err(fail)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(metadata.len() as usize).map_err(|cause| fail(cause.into()))?;
    // It may grow meanwhile.
    let most = limit.unwrap_or(u64::MAX).min(LONGEST);
    (&open).take(most + 1).read_to_end(&mut bytes).map_err(fail)?;
    check_len(bytes.len() as u64, shown, limit)?;
    Ok(bytes)
}

/// The length of an asset fits into 32 bits.
const LONGEST: u64 = u32::MAX as u64;

fn check_len(len: u64, shown: &Path, limit: Option<u64>) -> Result<(), Error> {
    let path = shown.to_owned();
    match limit {
        Some(limit) if len > limit => Err(Error::TooLarge { path, len, limit }),
        _ if len > LONGEST => Err(Error::TooLong { path, len }),
        _ => Ok(()),
    }
}

/// Where it really is, if it is a file that the system makes up when it is read: one without a length in `/proc` or `/sys`. To
/// read it may wait for ever, as for `/proc/kmsg`, and gives other bytes each time.
fn unmeasured(file: &Path, metadata: &Metadata) -> Option<PathBuf> {
    let target = (cfg!(unix) && metadata.len() == 0).then(|| file.canonicalize().ok()).flatten()?;
    ["/proc", "/sys"].iter().any(|folder| target.starts_with(folder)).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_length_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        for len in [0, 1, 8191, 8192, 100_000] {
            let bytes: Vec<_> = (0..len).map(|n| n as u8).collect();
            fs::write(&file, &bytes).unwrap();
            assert_eq!(read_file(&file, Path::new("file"), Some(100_000)).unwrap(), bytes);
        }
        let message = read_file(&file, Path::new("file"), Some(99_999)).unwrap_err().to_string();
        assert!(message.starts_with("`file` has 100000 bytes, and the limit is 99999: "), "{message}");
    }

    #[test]
    fn an_asset_of_4_gib_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        // Nothing is on disk but its length. To read it would take that much memory.
        fs::File::create(&file).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(
            read_file(&file, Path::new("file"), None).unwrap_err().to_string(),
            "`file` has 1099511627776 bytes: an asset has less than 4 GiB; serve it from disk instead"
        );
        let error = check_len(1 << 32, Path::new("file"), None).unwrap_err();
        assert!(matches!(error, Error::TooLong { len: 0x1_0000_0000, .. }));
        assert!(check_len((1 << 32) - 1, Path::new("file"), None).is_ok());
    }

    #[test]
    fn what_was_replaced_by_no_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read_file(folder.path(), Path::new("file"), None), Err(Error::NotAFile(_))));
    }
}
