//! Finds and reads the manifest of a folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use std::{env, fs};

use cachebreaker_manifest::manifest::{Entry, FILE_NAME, Manifest, OUT_FOLDER, PREPARED_ENV, directory_name};
use cachebreaker_manifest::nearest::nearest;
use cachebreaker_manifest::percent::decode_path;
use cachebreaker_manifest::table::{Stored, TAG_LEN};
use syn::LitStr;

/// A manifest, and the directory that it and the chunks of contents are in; empty if there is none.
pub(crate) struct Loaded {
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) directory: String,
}

impl Loaded {
    /// What takes the place of a manifest that cannot be loaded, so that nothing fails but the view itself. Its one asset is
    /// what every `asset!` becomes then.
    pub(crate) fn nothing() -> Self {
        let identity = Stored { digest: "0".repeat(TAG_LEN), ..Stored::default() };
        let assets = vec![Entry { identity, ..Entry::default() }];
        let manifest = Manifest { token: "none".to_owned(), assets, ..Manifest::default() };
        Self { manifest: Arc::new(manifest), directory: String::new() }
    }

    /// The assets that have constants.
    pub(crate) fn named(&self) -> &[Entry] {
        if self.directory.is_empty() { &[] } else { &self.manifest.assets }
    }
}

/// Loads the manifest that the build script wrote for the folder, or says under the folder's name what is missing.
pub(crate) fn load(folder: &LitStr) -> syn::Result<Loaded> {
    let error = |message: String| syn::Error::new(folder.span(), message);
    let directory = directory(&folder.value()).map_err(error)?;
    let manifest = manifest(&directory).map_err(error)?;
    let directory =
        directory.to_str().ok_or_else(|| error("`OUT_DIR` is not UTF-8: build in another directory".to_owned()))?;
    Ok(Loaded { manifest, directory: directory.to_owned() })
}

/// The directory of a folder that this crate's build script has prepared.
pub(crate) fn directory(name: &str) -> Result<PathBuf, String> {
    let Ok(out_dir) = env::var("OUT_DIR") else {
        return Err(format!(
            "folder `{name}` is not prepared, for this crate has no `build.rs`: add one with \
             `fn main() {{ cachebreaker_build::assets(\"{name}\"); }}`, and `cachebreaker-build` to `[build-dependencies]`"
        ));
    };
    let prepared = env::var(PREPARED_ENV).unwrap_or_default();
    let prepared: Vec<_> = prepared.split_whitespace().collect();
    let directory = directory_name(name);
    if prepared.contains(&directory.as_str()) {
        Ok(Path::new(&out_dir).join(OUT_FOLDER).join(directory))
    } else {
        Err(not_prepared(name, &prepared))
    }
}

/// The manifest in a directory.
///
/// An application may have thousands of `asset!`, and each is expanded by itself, so a manifest is read once a process. It is
/// read again when another has been written: the process may be an editor's, which outlives many builds.
pub(crate) fn manifest(directory: &Path) -> Result<Arc<Manifest>, String> {
    type Read = ((u64, Option<SystemTime>), Arc<Manifest>);
    static KEPT: Mutex<Option<HashMap<PathBuf, Read>>> = Mutex::new(None);
    let file = directory.join(FILE_NAME);
    let unreadable = |cause| format!("cannot read `{}`: {cause}; run `cargo clean` and build again", file.display());
    let metadata = fs::metadata(&file).map_err(unreadable)?;
    let written = (metadata.len(), metadata.modified().ok());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if let Some((known, manifest)) = kept.get(&file)
        && *known == written
    {
        return Ok(Arc::clone(manifest));
    }
    let text = fs::read_to_string(&file).map_err(unreadable)?;
    let manifest = Arc::new(Manifest::parse(&text).map_err(|cause| cause.to_string())?);
    kept.insert(file, (written, Arc::clone(&manifest)));
    Ok(manifest)
}

fn not_prepared(name: &str, prepared: &[&str]) -> String {
    let names: Vec<_> = prepared.iter().filter_map(|directory| decode_path(directory)).collect();
    let others = if names.is_empty() {
        String::new()
    } else {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        format!(" (`build.rs` prepares {})", names.join(", "))
    };
    let meant = nearest(name, names.iter().map(|name| &**name));
    let meant = meant.map(|meant| format!("did you mean `{meant}`? If not, ")).unwrap_or_default();
    format!(
        "folder `{name}` is not prepared{others}: {meant}call `cachebreaker_build::assets(\"{name}\")` in `build.rs`, or if it \
         is there already, `touch build.rs`, because cargo has not run it again"
    )
}
