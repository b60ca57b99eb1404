//! The macros `assets!` and `asset!` of [cachebreaker](https://docs.rs/cachebreaker), which documents it.
//!
//! The macro's arguments and the manifest that the build script wrote go in, one module comes out. One mistake gives one
//! message, under the user's own token.
//!
//! | step | files |
//! |---|---|
//! | parse the arguments | `parse`, `options`, `key` |
//! | load the manifest | `load` |
//! | name the assets | `names`, `collisions` |
//! | expand | `expand`, and for its parts `view` and `constants` |
//!
//! `asset!` is in `asset`. Neither macro decides anything about responses: the options become fields of the runtime's `Rules`,
//! and the functions of the module are the runtime's.

mod asset;
mod collisions;
mod constants;
mod expand;
mod key;
mod load;
mod names;
mod options;
mod parse;
mod view;

use std::sync::Arc;

use proc_macro::TokenStream;
use syn::parse_macro_input;

use crate::load::Loaded;
use crate::options::Embed;

/// See `cachebreaker::assets!`, whose module has it: `[$crate] "static" 17 "img/logo.png"`.
#[proc_macro]
pub fn asset(input: TokenStream) -> TokenStream {
    asset::expand(&parse_macro_input!(input as asset::Arguments)).into()
}

/// See `cachebreaker::assets!`, which passes its own path on in brackets: `[$crate] "static"`.
#[proc_macro]
pub fn assets(input: TokenStream) -> TokenStream {
    let mut arguments = parse_macro_input!(input as parse::Arguments);
    // The module comes in any case, so that code that uses it does not fail too.
    let mut loaded = load::load(&arguments.folder).unwrap_or_else(|error| {
        arguments.mistake(error);
        Loaded::nothing()
    });
    arguments.complete(&loaded.manifest.options);
    let manifest = &loaded.manifest;
    let has_others = !manifest.url_tokens.is_empty() || !manifest.kept.releases.is_empty();
    if arguments.options.embed == Embed::Never && has_others {
        Arc::make_mut(&mut loaded.manifest).keep_one_token();
    }
    let module = expand::expand(&arguments, &loaded);
    let mistakes = arguments.mistakes.as_ref().map(syn::Error::to_compile_error);
    TokenStream::from_iter([mistakes.map(TokenStream::from).unwrap_or_default(), TokenStream::from(module)])
}
