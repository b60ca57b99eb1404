//! The constants of a module, and the modules of its folders.

use std::fmt::Write as _;

use cachebreaker_manifest::manifest::Manifest;
use proc_macro2::{Span, TokenStream};

use crate::names::Module;

/// The constants and modules. Written as text and parsed by the compiler in one go: a macro is compiled without
/// optimisation, and to hand over each token by itself takes many times longer.
pub(crate) fn constants(root: &Module, manifest: &Manifest, folder: Span) -> TokenStream {
    let mut source = String::new();
    write_module(&mut source, root, manifest);
    parse(&source).unwrap_or_else(|error| {
        syn::Error::new(folder, format!("the assets have names that do not compile: {error}")).to_compile_error()
    })
}

/// Parses source by the compiler itself, where there is one: proc-macro2 would parse it with its own parser before.
fn parse(source: &str) -> Result<TokenStream, String> {
    if proc_macro::is_available() {
        source.parse::<proc_macro::TokenStream>().map(TokenStream::from).map_err(|error| error.to_string())
    } else {
        source.parse().map_err(|error: proc_macro2::LexError| error.to_string())
    }
}

fn write_module(source: &mut String, module: &Module, manifest: &Manifest) {
    for (name, number) in module.constants() {
        let asset = &manifest.assets[number];
        let (path, content_type, len) = (&asset.path, &asset.content_type, asset.identity.place.len);
        // A comment costs the compiler less than an attribute, but cannot hold every character.
        if path.bytes().all(|b| matches!(b, b' '..=b'~')) {
            let _ = writeln!(source, "///`{path}`: {content_type}, {len} bytes.");
        } else {
            let _ = writeln!(source, "#[doc = {:?}]", format!("`{path}`: {content_type}, {len} bytes."));
        }
        let _ = writeln!(source, "pub const {name}: __Asset = __asset({number});");
    }
    for (name, inner) in module.modules() {
        let _ =
            writeln!(source, "#[doc = \"The files in a folder.\"] pub mod {name} {{ use super::{{__Asset, __asset}};");
        write_module(source, inner, manifest);
        source.push_str("}\n");
    }
}
