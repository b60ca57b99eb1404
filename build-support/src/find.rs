//! From folders to the files that will be assets.

pub(crate) mod glob;
pub(crate) mod layers;
pub(crate) mod retry_script;
pub(crate) mod selection;
pub(crate) mod walk;
pub(crate) mod watch;

use glob::{Glob, unmatched};
use layers::{Layer, walk_all};
use selection::Selection;
use walk::Found;

use crate::report::Report;

/// Finds the files of all layers, sorted by path, and warns of globs that match none of them. `globs` are those of other
/// options. `script` is the retry script, where the view has it.
pub(crate) fn find<'g>(
    layers: &[Layer],
    script: Option<&Found>,
    selection: &Selection,
    globs: impl Iterator<Item = &'g Glob>,
) -> (Vec<Found>, Report) {
    let walk = walk_all(layers, script, selection);
    let folder = &layers[0].named;
    let mut report = Report { warnings: vec![walk.warnings], errors: walk.errors, ..Report::default() };
    let found: Vec<_> = walk.found.iter().map(|found| &*found.path).collect();
    if !found.is_empty() {
        let selected: Vec<_> = found.iter().copied().chain(walk.faulty.iter().map(String::as_str)).collect();
        let unmatched = unmatched(selection.fixed_globs(), &selected);
        report.errors.extend(unmatched.iter().map(|glob| glob.unmatched_error(folder, &found)));
    }
    // What is wrong may be why a glob matches nothing.
    if report.errors.is_empty() {
        let excluded: Vec<_> = walk.excluded.iter().map(String::as_str).collect();
        let unmatched = [selection.unmatched(&found, &excluded), unmatched(globs, &found)].concat();
        report.warn(unmatched.iter().map(|glob| glob.unmatched_warning(folder)));
    }
    (walk.found, report)
}
