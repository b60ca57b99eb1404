//! The folders of a view, and how their files lie over one another.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use super::selection::Selection;
use super::walk::{Found, Walk, walk};
use crate::error::Error;

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

/// Walks all layers, of which there is at least one. `script` is the retry script, where the view has it.
pub(crate) fn walk_all(layers: &[Layer], script: Option<&Found>, selection: &Selection) -> Walk {
    let mut all = Walk::default();
    // Sorted as paths are compared at run time, not folder by folder.
    let mut found = BTreeMap::new();
    for layer in layers {
        let walk = walk(&layer.folder, &layer.named, selection);
        all.errors.extend(walk.errors);
        all.warnings.extend(walk.warnings);
        all.faulty.extend(walk.faulty);
        all.excluded.extend(walk.excluded);
        all.hidden += walk.hidden;
        for file in walk.found {
            match found.entry(file.path.clone()) {
                Entry::Vacant(place) => drop(place.insert(file)),
                Entry::Occupied(mut place) if layer.wins => drop(place.insert(file)),
                Entry::Occupied(place) => {
                    all.errors.push(Error::Conflict { below: place.get().shown.clone(), above: file.shown });
                }
            }
        }
    }
    match script.map(|script| (script, found.entry(script.path.clone()))) {
        None => {}
        Some((script, Entry::Vacant(place))) => drop(place.insert(script.clone())),
        Some((_, Entry::Occupied(place))) => {
            all.errors.push(Error::ConflictWithRetryScript(place.get().shown.clone()));
        }
    }
    if found.is_empty() && all.errors.is_empty() {
        let (folder, hidden, excluded) = (layers[0].named.clone(), all.hidden, all.excluded.len());
        all.errors.push(Error::FolderEmpty { folder, hidden, excluded });
    }
    all.found = found.into_values().collect();
    all
}
