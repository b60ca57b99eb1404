//! `asset!("img/logo.png")`: from a path to the asset's number, which the manifest tells.

use cachebreaker_manifest::nearest::nearest;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::{LitInt, LitStr, Token, bracketed};

use crate::load;

/// `[$crate] "static" 17` from the module, and what the user wrote.
pub(crate) struct Arguments {
    krate: TokenStream,
    folder: LitStr,
    /// The view's [key](crate::key::key).
    key: LitInt,
    path: syn::Result<LitStr>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate;
        bracketed!(krate in input);
        let (krate, folder, key) = (krate.parse()?, input.parse()?, input.parse()?);
        let path = parse_path(input);
        // `path` has the error about anything that is left.
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
    let asset = |span, number| {
        let number = Literal::usize_unsuffixed(number);
        quote_spanned!(span=> <#krate::private::Key<#key> as #krate::private::Lookup<_>>::VIEW.asset(#number))
    };
    // `assets!` says what is wrong with the folder, and makes a view of one asset.
    let Ok(manifest) = load::directory(&folder.value()).and_then(|directory| load::manifest(&directory)) else {
        return asset(Span::mixed_site(), 0);
    };
    let path = match path {
        Ok(path) => path,
        Err(error) => return error.to_compile_error(),
    };
    let wanted = path.value();
    match manifest.assets.binary_search_by(|asset| asset.path.as_str().cmp(&wanted)) {
        Ok(number) => asset(Span::mixed_site().located_at(path.span()), number),
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

/// Escapes a path for a message, so that combining characters are visible.
fn escaped(path: &str) -> String {
    path.chars().flat_map(char::escape_debug).collect()
}
