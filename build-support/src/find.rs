//! From folders to the files that will be assets.

pub(crate) mod glob;
pub(crate) mod retry_script;
pub(crate) mod selection;
pub(crate) mod walk;
pub(crate) mod watch;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use glob::{Glob, unmatched};
use selection::Selection;
use walk::{FoundFile, Walk, walk};

use crate::error::{Error, shown};
use crate::report::Report;

/// A folder of a view.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// As the user wrote it.
    pub(crate) named: PathBuf,
    /// Its absolute path.
    pub(crate) folder: PathBuf,
    /// Whether its files win over those of the folders before it. Otherwise two files at one path are an error.
    pub(crate) wins: bool,
}

/// Finds the files of all layers, sorted by path, and warns of globs that match none of them. `script` is the retry script,
/// where the view has it, and `globs` are those of other options. With `may_be_nothing` it is no error if there are no files.
pub(crate) fn find<'g>(
    layers: &[Layer],
    script: Option<&FoundFile>,
    selection: &Selection,
    may_be_nothing: bool,
    globs: impl Iterator<Item = &'g Glob>,
) -> (Vec<FoundFile>, Report) {
    let mut all = Walk::default();
    // Sorted as paths are compared at run time, not folder by folder.
    let mut found = BTreeMap::new();
    for layer in layers {
        walk(&layer.folder, &layer.named, selection, &mut all);
        for file in all.found.drain(..) {
            match found.entry(file.path.clone()) {
                Entry::Vacant(place) => drop(place.insert(file)),
                Entry::Occupied(mut place) if layer.wins => drop(place.insert(file)),
                Entry::Occupied(place) => {
                    all.errors.push(Error::Conflict { below: place.get().shown.clone(), above: file.shown });
                }
            }
        }
    }
    if let Some(script) = script
        && let Some(file) = found.insert(script.path.clone(), script.clone())
    {
        all.errors.push(Error::ConflictWithRetryScript(file.shown));
    }
    let folder = &layers[0].named;
    let is_nothing = found.is_empty()
        && all.errors.iter().all(|error| matches!(error, Error::FolderMissing { .. }))
        && all.hidden + all.excluded.len() == 0;
    if is_nothing && may_be_nothing {
        let folder = shown(folder);
        let warning = format!(
            "folder `{folder}` has no files yet, so its view is empty: run the program that makes them, and build again"
        );
        return (Vec::new(), Report { warnings: vec![vec![warning]], ..Report::default() });
    }
    if found.is_empty() && all.errors.is_empty() {
        let (folder, hidden, excluded) = (folder.clone(), all.hidden, all.excluded.len());
        all.errors.push(Error::FolderEmpty { folder, hidden, excluded });
    }
    let mut report = Report { warnings: vec![all.warnings], errors: all.errors, ..Report::default() };

    let paths: Vec<_> = found.keys().map(String::as_str).collect();
    if !paths.is_empty() {
        let selected: Vec<_> = paths.iter().copied().chain(all.faulty.iter().map(String::as_str)).collect();
        let unmatched = unmatched(selection.fixed_globs(), &selected);
        report.errors.extend(unmatched.iter().map(|glob| glob.unmatched_error(folder, &paths)));
    }
    // What is wrong may be why a glob matches nothing.
    if report.errors.is_empty() {
        let excluded: Vec<_> = all.excluded.iter().map(String::as_str).collect();
        let unmatched = [selection.unmatched(&paths, &excluded), unmatched(globs, &paths)].concat();
        report.warn(unmatched.iter().map(|glob| glob.unmatched_warning(folder)));
    }
    (found.into_values().collect(), report)
}
