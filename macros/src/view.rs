//! The static data of a view: a [`Layout`] becomes literals, and contents are included.

use std::fmt::Debug;

use cachebreaker_manifest::kept;
use cachebreaker_manifest::layout::Layout;
use cachebreaker_manifest::manifest::{DIGESTS_NAME, InCode, Manifest, chunk_name};
use cachebreaker_manifest::page::PageUse;
use cachebreaker_manifest::sha384;
use cachebreaker_manifest::table::{Place, Stored};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::load::Loaded;
use crate::options::Embed;

/// The runtime's `View`: a few literals, however many assets there are.
pub(crate) fn view(layout: &Layout<'_>, loaded: &Loaded, cors: bool) -> TokenStream {
    let Layout { manifest, prefix, base, base_on_disk, name, token, version, content_types, table, .. } = layout;
    let modified = manifest.modified;
    let (before, after) = (name.prefix(), name.suffix());
    let kind = variant(manifest.kind);
    let supersedes = match &manifest.supersedes {
        None => quote!(Supersedes::UNKNOWN),
        Some((packed, digits)) => {
            let packed = Literal::byte_string(packed);
            quote!(Supersedes::from_packed(#packed, #digits))
        }
    };
    let headers = layout.headers.iter().map(|headers| {
        let headers = headers.iter().map(|(name, value)| quote!((#name, #value)));
        quote!(&[#(#headers),*])
    });
    let fixed = layout.fixed.iter().map(|(number, fixed)| {
        let fixed = variant(fixed);
        quote!((#number, FixedUrl::#fixed))
    });
    let (text, records) = (&table.text, Literal::byte_string(&table.records));
    let (slots, imports) = (Literal::byte_string(&table.slots), Literal::byte_string(&layout.imports));
    let lazy_imports = Literal::byte_string(&layout.lazy_imports);
    let url_tokens = &layout.url_tokens;
    let (url_token_text, ends) = (&url_tokens.text, Literal::byte_string(&url_tokens.ends));
    let valid = Literal::byte_string(&url_tokens.valid);
    let import_map = manifest.import_map;
    let kept = kept(layout);
    let dictionaries = dictionaries(layout);
    let pages = pages(layout);
    let digests = digests(loaded);
    quote! {
        View {
            prefix: #prefix,
            base: #base,
            base_on_disk: #base_on_disk,
            name: Name::from_parts(#before, #after),
            token: Token::from_parts(#token, TokenKind::#kind),
            supersedes: #supersedes,
            version: #version,
            modified: #modified,
            content_types: &[#(#content_types),*],
            headers: &[#(#headers),*],
            fixed: &[#(#fixed),*],
            table: Table::new(#text, #records, #slots),
            digests: #digests,
            imports: Imports::new(#imports),
            lazy_imports: Imports::new(#lazy_imports),
            url_tokens: UrlTokens::new(#url_token_text, #ends, #valid),
            import_map: #import_map,
            kept: #kept,
            dictionaries: #dictionaries,
            cors: #cors,
            pages: #pages,
            contents: CONTENTS,
        }
    }
}

/// What the view serves of releases before it.
fn kept(layout: &Layout<'_>) -> TokenStream {
    let kept = &layout.kept;
    if kept.is_empty() {
        return quote!(KeptReleases::NONE);
    }
    let keys = |keys: &kept::PackedKeys| {
        let (text, ends) = (&keys.text, Literal::byte_string(&keys.ends));
        quote!(Keys::new(#text, #ends))
    };
    let (tokens, stale) = (keys(&kept.keys), keys(&kept.stale));
    let [numbers, leads, records] =
        [&kept.numbers, &kept.leads, &kept.table.records].map(|bytes| Literal::byte_string(bytes));
    let text = &kept.table.text;
    let releases = layout.manifest.kept.releases.iter().map(|release| {
        let (token, modified) = (&release.token.text, release.modified);
        quote!((#token, #modified))
    });
    quote! {
        KeptReleases {
            releases: &[#(#releases),*],
            table: Kept::new(#tokens, #numbers, #leads, Table::new(#text, #records, &[]), #stale),
        }
    }
}

/// The dictionaries and deltas of the view.
fn dictionaries(layout: &Layout<'_>) -> TokenStream {
    let dictionaries = &layout.dictionaries;
    if dictionaries.matches.is_empty() {
        return quote!(Dictionaries::NONE);
    }
    let text = &dictionaries.text;
    let [matches, deltas] = [&dictionaries.matches, &dictionaries.deltas].map(|bytes| Literal::byte_string(bytes));
    quote!(Dictionaries::new(#text, #matches, #deltas))
}

/// The pages of the view.
fn pages(layout: &Layout<'_>) -> TokenStream {
    if layout.page_files.is_empty() {
        return quote!(Pages::NONE);
    }
    let text = &layout.pages.text;
    let [records, slots] = [&layout.pages.records, &layout.pages.slots].map(|bytes| Literal::byte_string(bytes));
    let pages = layout.manifest.pages.iter().zip(&layout.page_files).map(|(page, file)| {
        let (is_for, urls) = (variant(page.is_for), &page.urls);
        let code = page.code.iter().map(|InCode { at, before, written, url }| quote!((#at, #before, #written, #url)));
        quote!(Page { file: #file, is_for: PageUse::#is_for, urls: &[#(#urls),*], code: &[#(#code),*] })
    });
    let otherwise = match layout.manifest.pages.iter().position(|page| page.is_for != PageUse::Own) {
        Some(number) => quote!(::core::option::Option::Some(#number)),
        None => quote!(::core::option::Option::None),
    };
    quote!(Pages { table: Table::new(#text, #records, #slots), pages: &[#(#pages),*], otherwise: #otherwise })
}

/// The name of an enum's variant: the runtime's enum is that of the manifest.
fn variant(variant: impl Debug) -> Ident {
    format_ident!("{}", format!("{variant:?}"))
}

/// The SHA-384 of each asset, which a release has.
fn digests(Loaded { manifest, directory }: &Loaded) -> TokenStream {
    if !manifest.digests {
        return quote!(Digests::NONE);
    }
    let bytes = included(&format!("{directory}/{DIGESTS_NAME}"), manifest.assets.len() * sha384::LEN);
    quote!(Digests::new(#bytes))
}

/// The constant `CONTENTS`. The user's crate decides where contents are: the profile of this one says nothing about it.
pub(crate) fn contents(embed: Embed, Loaded { manifest, directory }: &Loaded) -> TokenStream {
    let roots = &manifest.roots;
    let chunks = lengths(manifest)
        .into_iter()
        .enumerate()
        .map(|(chunk, len)| included(&format!("{directory}/{}", chunk_name(chunk)), len));
    let (on_disk, embedded) = match embed {
        Embed::Always => (quote!(#[cfg(any())]), quote!()),
        Embed::Never => (quote!(), quote!(#[cfg(any())])),
        Embed::InRelease => (quote!(#[cfg(debug_assertions)]), quote!(#[cfg(not(debug_assertions))])),
    };
    quote! {
        #on_disk
        const CONTENTS: Contents = Contents::Disk(&[#(#roots),*]);
        #on_disk
        const LEAD_PAGE: ::core::option::Option<LeadPage> = ::core::option::Option::Some(lead_page);
        #embedded
        const LEAD_PAGE: ::core::option::Option<LeadPage> = ::core::option::Option::None;
        #embedded
        const CONTENTS: Contents = {
            static CHUNKS: &[&[u8]] = &[#(#chunks),*];
            Contents::Embedded(CHUNKS)
        };
    }
}

/// How long each chunk is: a content ends where its place says, and nothing comes after the last.
fn lengths(manifest: &Manifest) -> Vec<usize> {
    let mut lengths = vec![0; usize::from(manifest.chunks)];
    for Stored { place: Place { chunk, offset, len }, .. } in manifest.stored() {
        // An empty content may be in a chunk that was never begun.
        if let Some(length) = lengths.get_mut(usize::from(*chunk)) {
            *length = (*length).max(*offset as usize + *len as usize);
        }
    }
    lengths
}

/// The bytes of a file that `build.rs` wrote. The compiler checks how many there are, because otherwise a request would panic.
fn included(file: &str, len: usize) -> TokenStream {
    let message = format!("`{file}` is not as `build.rs` wrote it: run `touch build.rs`, and build again");
    quote!({
        let bytes: &'static [u8] = ::core::include_bytes!(#file);
        ::core::assert!(bytes.len() == #len, "{}", #message);
        bytes
    })
}
