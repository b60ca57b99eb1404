//! From files and their encodings to what the macro reads.
//!
//! ```text
//! OUT_DIR/cachebreaker/
//!   static/                      a folder that is prepared, by its `directory_name`
//!     manifest                   the list of all assets; it is written last
//!     chunk-0, chunk-1, …        the contents and their encodings, which the macro embeds
//!     digests                    SHA-384 of each asset, in a release
//!     url-tokens.txt             why each asset has the token in its URL, where it may have another than the deploy's
//!     retry/retry%2Ejs/retry.js  the retry script, where it is asked for: read in development
//!   web%2Fdist/                  another one
//!     …
//! ```
//!
//! A file appears whole, and is written only where its bytes change, so that the user's crate is compiled only then.

mod contents;
mod last;

use std::fs;
use std::path::Path;

use cachebreaker_history::atomic::write_if_changed;
use cachebreaker_manifest::dictionary::Delta;
use cachebreaker_manifest::manifest::{DIGESTS_NAME, Entry, FILE_NAME, Manifest, Page};

use crate::encode::compress::Encodings;
use crate::encode::sha384::Sha384;
use crate::error::Error;
use crate::history::delta::Deltas;
use crate::history::keep::Kept;
use crate::pages::Pages;
use crate::read::File;
use contents::Contents;
use last::{keep_time, token_used_twice};

/// The manifest that the last build wrote into the output of a view; `None` if there is none that can be read.
pub(crate) fn last(output: &Path) -> Option<Manifest> {
    fs::read_to_string(output.join(FILE_NAME)).ok().and_then(|text| Manifest::parse(&text).ok())
}

/// The file that says why each asset has its URL token.
const EXPLANATION: &str = "url-tokens.txt";

/// Writes why each asset has its URL token, or removes what an earlier build wrote.
pub(crate) fn explain(output: &Path, text: Option<&str>) -> Result<(), Error> {
    let file = output.join(EXPLANATION);
    match text {
        Some(text) => Ok(write_if_changed(&file, text.as_bytes())?),
        None => {
            // There may be none.
            let _ = fs::remove_file(file);
            Ok(())
        }
    }
}

/// What is written beside the manifest.
pub(crate) struct Served<'a> {
    pub(crate) files: &'a [File],
    pub(crate) encodings: &'a Encodings,
    pub(crate) sha384: &'a Sha384,
    pub(crate) kept: Option<&'a Kept>,
    pub(crate) deltas: &'a Deltas,
    pub(crate) pages: &'a Pages,
    pub(crate) page_encodings: &'a Encodings,
}

/// Writes the files into the output of their view, last the manifest, which has everything but the assets. `last` is the manifest
/// of the last build; if the time of this one is only that of the build, and nothing else has changed, that of the last build stays.
/// Returns a warning where this build does not go with the last one.
pub(crate) fn write(
    output: &Path,
    Served { files, encodings, sha384, kept, deltas, pages, page_encodings }: Served<'_>,
    mut manifest: Manifest,
    last: Option<&Manifest>,
    is_own_time: bool,
) -> Result<Option<String>, Error> {
    let mut contents = Contents::new(output);
    for (number, file) in files.iter().enumerate() {
        if let Some(text) = file.found.made {
            write_if_changed(&file.found.file, text.as_bytes())?;
        }
        let identity = contents.add(&file.bytes, file.digest)?;
        let encodings = encodings.of_type(file.digest, &file.content_type);
        let encodings = encodings.map(|(encoding, it)| Ok((encoding, contents.add(&it.bytes, it.digest)?)));
        let encodings = encodings.collect::<Result<_, Error>>()?;
        let of_file = deltas
            .of(number, file)
            .map(|(dictionary, it)| Ok(Delta { dictionary, stored: contents.add(&it.bytes, it.digest)? }));
        let of_file = of_file.collect::<Result<_, Error>>()?;
        manifest.assets.push(Entry {
            path: file.found.path.clone(),
            content_type: file.content_type.clone(),
            identity,
            encodings,
            imports: file.imports.clone(),
            lazy_imports: file.lazy_imports.clone(),
            url_tokens: file.url_tokens.clone(),
            headers: file.headers.clone(),
            fixed: file.fixed,
            is_dictionary: deltas.is_dictionary(&file.found.path),
            deltas: of_file,
            kept: Vec::new(),
        });
    }
    if let Some(kept) = kept {
        kept.put(&mut manifest, |digest, bytes| contents.add(bytes, digest))?;
        for asset in &mut manifest.kept.assets {
            asset.is_dictionary = deltas.is_dictionary(&asset.path);
        }
    }
    for page in &pages.made {
        let identity = contents.add(&page.bytes, page.digest)?;
        let encodings =
            page_encodings.of(page.digest).map(|(encoding, it)| Ok((encoding, contents.add(&it.bytes, it.digest)?)));
        manifest.pages.push(Page {
            file: files[page.file].found.path.clone(),
            is_for: page.is_for,
            identity,
            encodings: encodings.collect::<Result<_, Error>>()?,
            urls: page.urls.clone(),
            code: page.code.clone(),
        });
    }
    manifest.pages_version.clone_from(&pages.version);
    manifest.chunks = contents.finish()?;
    if manifest.digests {
        let digests: Vec<_> = files.iter().flat_map(|file| sha384[&file.digest].0).collect();
        write_if_changed(&output.join(DIGESTS_NAME), &digests)?;
    }
    let file = output.join(FILE_NAME);
    let warning = last.and_then(|last| token_used_twice(&manifest, last));
    if let Some(last) = last.filter(|_| is_own_time) {
        keep_time(&mut manifest, last);
    }
    // When all that it names is there.
    write_if_changed(&file, manifest.to_string().as_bytes())?;
    Ok(warning)
}
