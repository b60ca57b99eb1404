//! The files of a directory that `include_dir!` has embedded: found, and stored where they are in the binary.

use std::collections::BTreeMap;
use std::iter;

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::layout::LayoutError;
use cachebreaker_manifest::manifest::{Entry, Manifest};
use cachebreaker_manifest::{content_type, parallel, table, version};
use include_dir::Dir;

use super::error::ViewError;

/// A file that is an asset, and the files that are encodings of it.
pub(super) struct File {
    path: String,
    pub(super) identity: &'static [u8],
    encoded: Vec<(Encoding, &'static [u8])>,
}

/// The files that are assets, sorted by path: at least one.
pub(super) fn find(dir: &'static Dir<'static>, hidden: bool, precompressed: bool) -> Result<Vec<File>, ViewError> {
    let all = all(dir, hidden).map_err(ViewError::of)?;
    if all.is_empty() {
        return Err(ViewError::of(LayoutError::NoFiles("the directory".to_owned())));
    }
    let encodings = if precompressed { &Encoding::ALL[..] } else { &[] };
    let is_encoding = |path: &str| {
        encodings
            .iter()
            .any(|encoding| path.strip_suffix(encoding.extension()).is_some_and(|path| all.contains_key(path)))
    };
    let files = all.iter().filter(|(path, _)| !is_encoding(path)).map(|(path, identity)| {
        let encoded = |encoding: &Encoding| Some((*encoding, *all.get(&format!("{path}{}", encoding.extension()))?));
        File { path: path.clone(), identity, encoded: encodings.iter().filter_map(encoded).collect() }
    });
    Ok(files.collect())
}

/// Every file of a directory and below it, by its path with slashes.
fn all(dir: &'static Dir<'static>, hidden: bool) -> Result<BTreeMap<String, &'static [u8]>, LayoutError> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![dir];
    while let Some(dir) = dirs.pop() {
        dirs.extend(dir.dirs());
        for file in dir.files() {
            let path = || file.path().to_string_lossy().into_owned();
            let parts: Option<Vec<_>> = file.path().iter().map(|part| part.to_str()).collect();
            let parts = parts.ok_or_else(|| LayoutError::NotUtf8(path()))?;
            if parts.iter().any(|part| part.contains('\\')) {
                return Err(LayoutError::Backslash(path()));
            }
            if hidden || !parts.iter().any(|part| part.starts_with('.')) {
                files.insert(parts.join("/"), file.contents());
            }
        }
    }
    Ok(files)
}

/// Makes assets of files. Each content is a chunk, where it is in the binary; nothing is copied.
pub(super) fn store(files: &[File]) -> Result<(Manifest, Vec<&'static [u8]>), ViewError> {
    let contents: Vec<_> = files
        .iter()
        .flat_map(|file| iter::once(file.identity).chain(file.encoded.iter().map(|(_, bytes)| *bytes)))
        .collect();
    if contents.len() > usize::from(u16::MAX) + 1 {
        return Err(ViewError::of(format_args!(
            "the directory has {} files: a view at run time has at most 65,536; use `assets!`",
            contents.len()
        )));
    }
    let digests = parallel::map(&contents, |bytes| Digest::of(bytes));
    let mut chunks = (0..=u16::MAX).zip(&digests);
    let mut assets = Vec::with_capacity(files.len());
    let mut identities = Vec::with_capacity(files.len());
    for file in files {
        let mut store = |bytes: &[u8]| {
            let (chunk, digest) = chunks.next().unwrap_or_else(|| unreachable!("each content has a digest"));
            let too_large = |_| LayoutError::TooLarge(file.path.clone(), bytes.len() as u64);
            let len = u32::try_from(bytes.len()).map_err(too_large).map_err(ViewError::of)?;
            let place = table::Place { chunk, offset: 0, len };
            Ok::<_, ViewError>((table::Stored { digest: digest.to_string(), place }, *digest))
        };
        let (identity, digest) = store(file.identity)?;
        let encodings = file.encoded.iter().map(|(encoding, bytes)| Ok((*encoding, store(bytes)?.0)));
        let encodings = encodings.collect::<Result<_, _>>()?;
        let content_type = content_type::of(&file.path);
        assets.push(Entry { path: file.path.clone(), content_type, identity, encodings, ..Entry::default() });
        identities.push(digest);
    }
    let version = version::of_contents(
        assets.iter().zip(identities).map(|(asset, digest)| (&*asset.path, &*asset.content_type, digest)),
    );
    Ok((Manifest { assets, version, ..Manifest::default() }, contents))
}
