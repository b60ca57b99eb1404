//! Where files come from: one folder, or several that lie over one another.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use crate::Assets;
use crate::error::Error;
use crate::find::selection::Filter;
use crate::find::walk::{Walk, walk};

/// A folder of a view.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// As the user wrote it.
    pub(crate) named: PathBuf,
    conflict: Conflict,
    origin: Origin,
}

/// Who has put files into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    User,
    /// This build, because `build.rs` names them: the retry script. No glob leaves them out.
    Build,
}

/// What becomes of a file whose path a folder below has too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conflict {
    Refused,
    Wins,
}

impl Layer {
    pub(crate) fn base(named: PathBuf) -> Self {
        Self { named, conflict: Conflict::Refused, origin: Origin::User }
    }

    pub(crate) fn made(named: PathBuf) -> Self {
        Self { origin: Origin::Build, ..Self::base(named) }
    }
}

/// # Where files come from
impl Assets {
    /// Lays another folder over the ones before it: its files are of the same view. Two files at one path are an error.
    ///
    /// All options are for the files of all folders: a glob is for the path in whichever folder it is.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").overlay("../shared/icons").prepare();
    /// ```
    pub fn overlay(mut self, folder: impl Into<PathBuf>) -> Self {
        self.layers.push(Layer::base(folder.into()));
        self
    }

    /// The same, and where a folder before it has a file at the same path, the one of this folder is taken.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").overlay_winning("brands/acme").prepare();
    /// ```
    pub fn overlay_winning(mut self, folder: impl Into<PathBuf>) -> Self {
        self.layers.push(Layer { conflict: Conflict::Wins, ..Layer::base(folder.into()) });
        self
    }

    /// The name by which the macro knows the folder, where it is not the path: for one in `OUT_DIR`, whose path nobody can
    /// write down.
    ///
    /// ```no_run
    /// // build.rs, in its `main`
    /// # use cachebreaker_build::Assets;
    /// # fn bundle(_from: &str, _to: &std::path::Path) {}
    /// let dist = std::path::Path::new(&std::env::var_os("OUT_DIR").unwrap()).join("dist");
    /// bundle("web", &dist);
    /// Assets::new(dist).named("dist").watch("web").prepare(); // src/main.rs: assets!("dist")
    /// ```
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// The files of all layers. `folders` are their absolute paths.
pub(crate) fn walk_all(layers: &[Layer], folders: &[PathBuf], filter: &Filter) -> Walk {
    let mut all = Walk::default();
    let mut found = BTreeMap::new();
    for (layer, folder) in layers.iter().zip(folders) {
        let walk = match layer.origin {
            Origin::User => walk(folder, &layer.named, filter),
            Origin::Build => walk(folder, &layer.named, &Filter::everything()),
        };
        if layer.origin == Origin::Build {
            // A glob that is for them matches something.
            walk.found.iter().for_each(|file| _ = filter.file(&file.path));
        }
        all.errors.extend(walk.errors);
        all.warnings.extend(walk.warnings);
        all.hidden += walk.hidden;
        all.excluded += walk.excluded;
        for file in walk.found {
            // Sorted as paths are compared at run time, not folder by folder.
            match found.entry(file.path.clone()) {
                Entry::Vacant(place) => drop(place.insert(file)),
                Entry::Occupied(mut place) if layer.conflict == Conflict::Wins => drop(place.insert(file)),
                Entry::Occupied(place) if layer.origin == Origin::Build => {
                    all.errors.push(Error::ConflictWithRetryScript(place.get().shown.clone()));
                }
                Entry::Occupied(place) => {
                    all.errors.push(Error::Conflict { below: place.get().shown.clone(), above: file.shown });
                }
            }
        }
    }
    if found.is_empty()
        && all.errors.is_empty()
        && let Some(base) = layers.first()
    {
        let (folder, hidden, excluded) = (base.named.clone(), all.hidden, all.excluded);
        all.errors.push(Error::FolderEmpty { folder, hidden, excluded });
    }
    all.found = found.into_values().collect();
    all
}
