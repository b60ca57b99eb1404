//! What the files refer to: from their contents to references, which are kept by digest, and to the assets that they lead to.
//!
//! ```text
//! contents --find--> references --resolve--> targets --edges--> what each asset refers to, and what modules import
//!          kept by digest        each build
//! ```

pub(crate) mod edges;
pub(crate) mod kept;
pub(crate) mod leaves;
pub(crate) mod lines;
pub(crate) mod resolve;

use std::collections::HashMap;
use std::path::Path;
use std::thread;

use cachebreaker_references::{Found, Language, ReferenceKind};

use crate::cache::Cache;
use crate::each_once::each_once;
use crate::error::shown;
use crate::read::File;
use kept::Kept;

/// A parser that is not optimised, as in a build script, needs more stack than threads have by default.
const STACK: usize = 16 << 20;

/// The language of a file.
pub(crate) fn language(file: &File) -> Option<Language> {
    // A web manifest often has the name, and not the content type.
    let is_manifest = file.found.path.rsplit('/').next() == Some("manifest.json");
    Language::of(&file.content_type)
        .or_else(|| (is_manifest && file.content_type == "application/json").then_some(Language::WebManifest))
}

/// Whether a script that a page refers to so runs in the page, with its import map.
pub(crate) fn runs_in_page(kind: ReferenceKind) -> bool {
    kind.is_specifier() || kind == ReferenceKind::Resource
}

/// What [`Kept`] has a file under.
fn key(file: &File) -> Option<(String, Language)> {
    Some((file.digest.to_string(), language(file)?))
}

/// What the files of a folder refer to.
pub(crate) struct References(Kept);

impl References {
    /// What that file refers to; `None` if it is of no language that has references.
    pub(crate) fn of(&self, file: &File) -> Option<&Found> {
        self.0.get(&key(file)?)
    }

    /// Finds what each file refers to. Contents that an earlier build has seen are not parsed again. `folder` is an absolute
    /// path.
    pub(crate) fn find(files: &[File], folder: &Path, cache: &Cache) -> Self {
        let name = kept::file_name(folder);
        let mut kept = kept::recall(&name, cache);
        let mut current: HashMap<_, _> = files.iter().filter_map(|file| Some((key(file)?, file))).collect();
        let before = kept.len();
        kept.retain(|key, _| current.remove(key).is_some());

        let found = each_once(current, |file| file.bytes.len(), |(_, language), file| find(file, *language));
        let is_changed = !found.is_empty() || kept.len() < before;
        kept.extend(found);
        if is_changed {
            kept::keep(&name, &kept, cache);
        }
        Self(kept)
    }
}

#[cfg(test)]
impl References {
    /// What each file refers to, without a cache.
    pub(crate) fn of_all(files: &[File]) -> Self {
        let found = |file: &File| {
            Some((key(file)?, cachebreaker_references::find(str::from_utf8(&file.bytes).ok()?, language(file)?)))
        };
        Self(files.iter().filter_map(found).collect())
    }
}

/// What a file refers to. The thread that finds it has the name of the file: should its stack be too small after all, the
/// system's message says which file it was.
fn find(file: &File, language: Language) -> Found {
    // In a file that is not UTF-8, a byte may be a character, and columns are near enough.
    let text = String::from_utf8_lossy(&file.bytes);
    let find = || cachebreaker_references::find(&text, language);
    let unread = || Found::parse("unread memory\n").unwrap_or_default();
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(shown(&file.found.shown).replace('\0', "")).stack_size(STACK);
        thread.spawn_scoped(scope, find).ok().and_then(|thread| thread.join().ok()).unwrap_or_else(unread)
    })
}
