//! Names that more than one asset would take.

use cachebreaker_manifest::manifest::Manifest;
use proc_macro2::TokenStream;
use quote::quote_spanned;

use crate::names::Module;
use crate::parse::Arguments;

/// How many names that more than one asset would take are told, and how many assets of one: what does not fit on a screen is
/// not read.
const NAMES_TOLD: usize = 20;
const FILES_TOLD: usize = 5;

/// A warning for each name that more than one asset would take, in the order of files. Stable macros cannot warn, but the
/// compiler warns about the use of something deprecated.
pub(crate) fn warnings(arguments: &Arguments, root: &Module, manifest: &Manifest) -> TokenStream {
    let span = arguments.folder.span();
    let module = &arguments.module;
    let mut collisions = root.collisions();
    collisions.sort_by_key(|(_, numbers)| numbers[0]);
    let more = collisions.len().saturating_sub(NAMES_TOLD);
    let notes = collisions.into_iter().take(NAMES_TOLD).map(|(name, numbers)| {
        let path = |number: &usize| format!("`{}`", manifest.assets[*number].path);
        let first = &manifest.assets[numbers[0]].path;
        let (files, so) = match &numbers[..] {
            [one, other] => (format!("{} and {}", path(one), path(other)), "neither has one"),
            all => {
                let mut files: Vec<_> = all.iter().take(FILES_TOLD).map(path).collect();
                files.extend(
                    all.get(FILES_TOLD..)
                        .filter(|more| !more.is_empty())
                        .map(|more| format!("and {} more", more.len())),
                );
                (files.join(", "), "none has one")
            }
        };
        format!(
            "{files} would take the constant `{module}::{name}`, so {so}: rename them, or reach them as in \
             `{module}::asset!({first:?})`"
        )
    });
    let rest =
        (more > 0).then(|| format!("and {more} more constants of `{module}` would be taken by more than one file"));
    notes
        .chain(rest)
        .map(|note| {
            quote_spanned! {span=>
                const _: () = {
                    #[deprecated(note = #note)]
                    const NAME_TAKEN_TWICE: () = ();
                    NAME_TAKEN_TWICE
                };
            }
        })
        .collect()
}
