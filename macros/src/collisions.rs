//! Names that more than one asset would take.

use cachebreaker_manifest::manifest::Manifest;
use proc_macro2::TokenStream;
use quote::quote_spanned;

use crate::names::Module;
use crate::parse::Arguments;

/// How many such names are reported, and how many assets of each: people do not read more than a screen.
const NAMES_SHOWN: usize = 20;
const FILES_SHOWN: usize = 5;

/// A warning for each name that more than one asset would take, in the order of files. Stable macros cannot warn, but the
/// compiler warns about the use of something deprecated.
pub(crate) fn warnings(arguments: &Arguments, root: &Module, manifest: &Manifest) -> TokenStream {
    let span = arguments.folder.span();
    let module = &arguments.module;
    let mut collisions = root.collisions();
    collisions.sort_by_key(|(_, numbers)| numbers[0]);
    let more = collisions.len().saturating_sub(NAMES_SHOWN);
    let notes = collisions.into_iter().take(NAMES_SHOWN).map(|(name, numbers)| {
        let path = |number: &usize| format!("`{}`", manifest.assets[*number].path);
        let first = &manifest.assets[numbers[0]].path;
        let (files, so) = match &numbers[..] {
            [one, other] => (format!("{} and {}", path(one), path(other)), "neither has one"),
            all => {
                let mut files: Vec<_> = all.iter().take(FILES_SHOWN).map(path).collect();
                files.extend(
                    all.get(FILES_SHOWN..)
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
