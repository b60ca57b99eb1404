//! The macros `assets!` and `asset!` of [cachebreaker](https://docs.rs/cachebreaker), which documents it.
//!
//! Parse, load, name, expand: a file each, and `asset!` has one of its own. Input is the macro's arguments and the manifest that the build script wrote;
//! output is one module. One mistake gives one message, under the user's own token.

mod asset;
mod collisions;
mod expand;
mod load;
mod names;
mod parse;

use proc_macro::TokenStream;
use syn::parse_macro_input;

use crate::load::Loaded;

/// See `cachebreaker::assets!`, whose module has it: `[$crate] "static" 17 "img/logo.png"`.
#[proc_macro]
pub fn asset(input: TokenStream) -> TokenStream {
    asset::expand(&parse_macro_input!(input as asset::Arguments)).into()
}

/// See `cachebreaker::assets!`, which passes its own path on in brackets: `[$crate] "static"`.
#[proc_macro]
pub fn assets(input: TokenStream) -> TokenStream {
    let mut arguments = parse_macro_input!(input as parse::Arguments);
    // What is wrong is told beside the module, so that what uses the module does not fail too.
    let loaded = load::load(&arguments).unwrap_or_else(|error| {
        arguments.mistake(error);
        Loaded::nothing()
    });
    let module = expand::expand(&arguments, &loaded);
    let mistakes = arguments.mistakes.as_ref().map(syn::Error::to_compile_error);
    TokenStream::from_iter([mistakes.map(TokenStream::from).unwrap_or_default(), TokenStream::from(module)])
}
