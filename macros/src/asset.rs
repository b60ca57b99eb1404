//! `asset!("img/logo.png")`: from a path to the asset's number, which the manifest tells.

use std::env;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use cachebreaker_manifest::nearest::nearest;
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::{LitInt, LitStr, Token, bracketed};

use crate::load;

/// `[$crate] "static" 17` from the module, and what the user wrote.
pub(crate) struct Arguments {
    krate: TokenStream,
    folder: LitStr,
    /// The key of the view: see [`key`].
    key: LitInt,
    path: syn::Result<LitStr>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate;
        bracketed!(krate in input);
        let (krate, folder, key) = (krate.parse()?, input.parse()?, input.parse()?);
        let path = parse_path(input);
        // What is left was told to be wrong.
        input.parse::<TokenStream>()?;
        Ok(Self { krate, folder, key, path })
    }
}

fn parse_path(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let span = input.span();
    let expected = |_| {
        let message = "expected the path of a file in the folder, as in `asset!(\"img/logo.png\")`: it is looked up when this is \
                       compiled, so it stands here as a text; for other paths there is `find`";
        syn::Error::new(span, message)
    };
    let path: LitStr = input.parse().map_err(expected)?;
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() && path.suffix().is_empty() { Ok(path) } else { Err(expected(input.error(""))) }
}

/// Expands to the asset, or to what is wrong with its path.
pub(crate) fn expand(arguments: &Arguments) -> TokenStream {
    let Arguments { krate, folder, key, path } = arguments;
    // What is wrong with the folder is told by `assets!`. Any other asset will do, for this is never run.
    let Ok(manifest) = load::directory(&folder.value()).and_then(|directory| load::manifest(&directory)) else {
        return quote!(#krate::doc_example::STYLE_CSS);
    };
    let path = match path {
        Ok(path) => path,
        Err(error) => return error.to_compile_error(),
    };
    let wanted = path.value();
    match manifest.assets.binary_search_by(|asset| asset.path.as_str().cmp(&wanted)) {
        Ok(number) => {
            let number = Literal::usize_unsuffixed(number);
            let span = Span::mixed_site().located_at(path.span());
            quote_spanned!(span=> <#krate::private::Key<#key> as #krate::private::Lookup<_>>::VIEW.asset(#number))
        }
        Err(_) => {
            let paths = manifest.assets.iter().map(|asset| asset.path.as_str());
            let advice = match nearest(&wanted, paths) {
                Some(path) => format!(": did you mean `{}`?", escaped(path)),
                None => format!(" in `{}`: add the file, or correct the path", folder.value()),
            };
            let message = format!("there is no asset `{}`{advice}", escaped(&wanted));
            syn::Error::new(path.span(), message).to_compile_error()
        }
    }
}

/// A path as it stands in a text, with every accent that is a letter of its own told apart from one that is not.
fn escaped(path: &str) -> String {
    path.chars().flat_map(char::escape_debug).collect()
}

/// The key of a view, by which its `asset!` finds it: another one for each view that any crate of an application has, and
/// the same in every build. `arguments` are those of `assets!`, as text. Of two views with equal ones, in the application
/// and in its tests perhaps, each stands in a place of its own.
pub(crate) fn key(arguments: &str, folder: Span) -> u64 {
    let mut hasher = DefaultHasher::new();
    for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_CRATE_NAME", "CARGO_BIN_NAME"] {
        env::var(name).ok().hash(&mut hasher);
    }
    arguments.hash(&mut hasher);
    if proc_macro::is_available() {
        let place = folder.unwrap();
        (place.file(), place.line(), place.column()).hash(&mut hasher);
    }
    hasher.finish()
}
