//! The module that `assets!` makes.
//!
//! ```text
//! pub mod assets {
//!     mod __cachebreaker { static VIEW, static DEPLOY }   everything that the runtime needs
//!     pub fn get, url, find, iter, token, stats, service, router, pub const VERSION
//!     macro_rules! asset                                  expands to another macro, which knows all paths
//!     pub const STYLE_CSS: Asset = asset(0);              a few tokens an asset
//!     pub mod img { … }
//! }
//! ```

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use cachebreaker_manifest::base::join;
use cachebreaker_manifest::encoding::encode_path;
use cachebreaker_manifest::fixed::Fixed;
use cachebreaker_manifest::imports;
use cachebreaker_manifest::integrity;
use cachebreaker_manifest::manifest::{DIGESTS_NAME, FILE_NAME, Manifest, PREPARED_ENV, chunk_name};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::{Place, Row, pack};
use cachebreaker_manifest::token::{Kind, Supersedes};
use cachebreaker_manifest::version;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::collisions;
use crate::load::Loaded;
use crate::names::Module;
use crate::parse::{Arguments, Embed};

/// Expands to the module, or to what is wrong with the assets.
pub(crate) fn expand(arguments: &Arguments, loaded: &Loaded) -> TokenStream {
    let Loaded { manifest, directory } = loaded;
    let root = Module::of(&manifest.assets);
    let view = match view(arguments, manifest, directory) {
        Ok(view) => view,
        Err(error) => return error.to_compile_error(),
    };
    let contents = contents(arguments, manifest, directory);
    let collisions = collisions::warnings(arguments, &root, manifest);
    let on_disk_in_release = on_disk_in_release(arguments, manifest);
    let tracked = tracked(directory);
    // Two modules of one name give E0428, and so does this: its name says what to do.
    let hint = arguments.has_default_module.then(|| {
        quote! {
            #[allow(dead_code, non_camel_case_types)]
            type write_mod_other_eq_before_the_folder_of_another_view = ();
        }
    });
    let constants = constants(&root, manifest, arguments);

    let Arguments { krate, visibility, module, cache_max_age, rollout_window, premature, .. } = arguments;
    let (name, folder, key) = (&arguments.name, &arguments.folder, Literal::u64_unsuffixed(arguments.key));
    let version =
        version::of_view(&manifest.version, &token(arguments, manifest), name, elsewhere(arguments, manifest));
    let sharing = sharing(arguments);
    let title = format!("The static files of `{}`, served at `/{name}/…`.", arguments.folder.value());
    quote! {
        #[doc = #title]
        ///
        /// Each has a constant of type [`Asset`](Self::get); see `cachebreaker::assets!`.
        #[allow(dead_code, unused_imports, unused_macros, unreachable_pub, non_upper_case_globals, non_snake_case, clippy::all, clippy::pedantic)]
        #visibility mod #module {
            use #krate::Asset as __Asset;
            use self::__cachebreaker::asset as __asset;

            mod __cachebreaker {
                use #krate::private::{
                    Contents, Deploy, Digests, Fixed, Imports, Key, Kind, Lookup, Name, Rules, Sharing, Supersedes, Table, Token,
                    View,
                };
                #tracked
                #contents
                pub(super) static VIEW: View = #view;
                pub(super) static DEPLOY: Deploy = Deploy::new(
                    &VIEW,
                    Rules {
                        cache_control: #krate::__cache_control!(#cache_max_age),
                        rollout_window: #krate::RolloutWindow::#rollout_window,
                        premature: #krate::PrematureAnswer::#premature,
                        sharing: #sharing,
                    },
                );
                pub struct Module;
                impl Lookup<Module> for Key<#key> {
                    const VIEW: &'static View = &VIEW;
                }
                pub(super) const fn asset(index: u32) -> super::__Asset {
                    super::__Asset::new(&VIEW, index)
                }
            }

            macro_rules! __cachebreaker_asset {
                ($($path:tt)*) => { #krate::private::asset! { [#krate] #folder #key $($path)* } };
            }
            // Under another name, for a folder may be called `asset`. More than the crate cannot see it: a macro that
            // another macro made has no path outside.
            pub(crate) use __cachebreaker_asset as asset;

            /// The asset with that path in the folder, as its author wrote it: `"img/logo.png"`.
            #[must_use]
            pub fn get(path: &str) -> ::core::option::Option<__Asset> {
                __cachebreaker::VIEW.get(path)
            }

            /// The URL of the asset with that path.
            #[must_use]
            pub fn url(path: &str) -> ::core::option::Option<&'static str> {
                get(path).map(|asset| asset.url())
            }

            /// The asset with that path.
            ///
            /// # Errors
            ///
            /// Where there is none. The message names the nearest one.
            pub fn find(path: &str) -> ::core::result::Result<__Asset, #krate::UnknownAsset> {
                __cachebreaker::VIEW.find(path)
            }

            /// All assets, sorted by path.
            pub fn iter() -> impl ::core::iter::ExactSizeIterator<Item = __Asset>
                   + ::core::iter::DoubleEndedIterator + ::core::clone::Clone {
                __cachebreaker::VIEW.iter()
            }

            /// This deploy's token.
            #[must_use]
            pub const fn token() -> &'static str {
                __cachebreaker::VIEW.token.as_str()
            }

            /// Changes whenever a page would that names these assets: a digest over the paths, types and contents of all of
            /// them, the token, and the view's name and base. 32 hex digits, for the `ETag` of such pages.
            pub const VERSION: &str = #version;

            /// How often each answer has been given since the process began.
            #[must_use]
            pub fn stats() -> #krate::Stats {
                __cachebreaker::DEPLOY.stats()
            }

            /// The service that answers every request for these assets, over the types of the `http` crate.
            #[must_use]
            pub const fn service() -> #krate::AssetService {
                #krate::AssetService::new(&__cachebreaker::DEPLOY)
            }

            /// The service that answers requests for the files that have fixed places.
            #[must_use]
            pub const fn root_service() -> #krate::RootService {
                #krate::RootService::new(&__cachebreaker::DEPLOY)
            }

            #krate::__router!(__cachebreaker::DEPLOY);

            #constants
        }
        #hint
        #collisions
        #on_disk_in_release
    }
}

/// What the compiler must know that this expansion depends on, beside what it embeds: then cargo and caches of compilers such
/// as sccache do not take an older expansion for this one. Nothing of it comes into the binary.
fn tracked(directory: &str) -> Option<TokenStream> {
    // Where there is no manifest, there is an error.
    (!directory.is_empty()).then(|| {
        let manifest = format!("{directory}/{FILE_NAME}");
        quote! {
            const _: &[u8] = ::core::include_bytes!(#manifest);
            const _: ::core::option::Option<&str> = ::core::option_env!(#PREPARED_ENV);
        }
    })
}

/// A warning where a release reads its assets from disk because its profile has `debug-assertions`. Only the user's crate
/// knows about those, and only the manifest about the release.
fn on_disk_in_release(arguments: &Arguments, manifest: &Manifest) -> Option<TokenStream> {
    (manifest.digests && arguments.embed == Embed::InRelease).then(|| {
        let span = arguments.folder.span();
        let note = "this release reads its assets from disk, because its profile has `debug-assertions = true`: write \
                    `embed = true` in `assets!`, or turn them off";
        quote_spanned! {span=>
            #[cfg(debug_assertions)]
            const _: () = {
                #[deprecated(note = #note)]
                const ASSETS_ON_DISK: () = ();
                ASSETS_ON_DISK
            };
        }
    })
}

/// The view's token: the build's, and where that one was made of the contents, with what this macro decides about responses.
fn token<'a>(arguments: &Arguments, manifest: &'a Manifest) -> Cow<'a, str> {
    if !manifest.is_of_contents {
        return Cow::Borrowed(&manifest.token);
    }
    let Arguments { name, cache_max_age, cors, resource_policy, timing_allow_origin, .. } = arguments;
    let (cache_max_age, cors) = (cache_max_age.to_string(), cors.to_string());
    let policy = resource_policy.as_ref().map(ToString::to_string).unwrap_or_default();
    let timing = timing_allow_origin.as_deref().unwrap_or_default();
    let options = [name, elsewhere(arguments, manifest), &cache_max_age, &cors, &policy, timing];
    Cow::Owned(version::token_of_view(&manifest.token, &options))
}

/// The static view: three literals, however many assets there are.
fn view(arguments: &Arguments, manifest: &Manifest, directory: &str) -> syn::Result<TokenStream> {
    let error = |message: String| syn::Error::new(arguments.folder.span(), message);
    let name = Name::parse(&arguments.name).map_err(|cause| error(cause.to_string()))?;
    let elsewhere = elsewhere(arguments, manifest);
    // Said for one build, a base is meant for that build, whatever it is.
    let elsewhere_on_disk = manifest.base.is_some();
    let token = &*token(arguments, manifest);
    let start = join(elsewhere, &name.join(token, ""));
    // Few types, many assets. What has fields of its own has an entry of its own among the types.
    let mut types: Vec<(&str, &[(String, String)])> = Vec::new();
    let mut rows = Vec::with_capacity(manifest.assets.len());
    for asset in &manifest.assets {
        let own = (asset.content_type.as_str(), &asset.headers[..]);
        let number = types.iter().position(|known| *known == own).unwrap_or_else(|| {
            types.push(own);
            types.len() - 1
        });
        rows.push(Row {
            path: &asset.path,
            url: [start.as_str(), &encode_path(&asset.path)].concat(),
            content_type: u16::try_from(number).map_err(|_| {
                error(
                    "the assets have more than 65,536 different content types and sets of headers: use fewer \
                     `.content_type(…)` and `.headers(…)` in `build.rs`"
                        .to_owned(),
                )
            })?,
            identity: &asset.identity,
            encodings: &asset.encodings,
        });
    }
    let packed = pack(&rows)
        .map_err(|path| error(format!("the URL of `{path}` is longer than 65,535 bytes: shorten its name")))?;
    let (text, records, slots) =
        (packed.text, Literal::byte_string(&packed.records), Literal::byte_string(&packed.slots));

    let digests = if manifest.digests {
        let file = format!("{directory}/{DIGESTS_NAME}");
        let bytes = embedded(&file, manifest.assets.len() * integrity::LEN);
        quote!(Digests::new(#bytes))
    } else {
        quote!(Digests::NONE)
    };
    let imports = Literal::byte_string(&imports(manifest));

    let base = name.join(token, "");
    let (prefix, suffix) = (name.prefix(), name.suffix());
    let kind = kind(manifest.kind);
    let supersedes = match &manifest.supersedes {
        None => quote!(Supersedes::UNKNOWN),
        Some((packed, digits)) => {
            debug_assert!(*digits <= Supersedes::MAX_DIGITS);
            let packed = Literal::byte_string(packed);
            quote!(Supersedes::from_packed(#packed, #digits))
        }
    };
    let content_types = types.iter().map(|(content_type, _)| content_type);
    let headers = if types.iter().all(|(_, headers)| headers.is_empty()) {
        quote!(&[])
    } else {
        let headers = types.iter().map(|(_, headers)| {
            let fields = headers.iter().map(|(name, value)| quote!((#name, #value)));
            quote!(&[#(#fields),*])
        });
        quote!(&[#(#headers),*])
    };
    let fixed = manifest.assets.iter().zip(0_u32..).filter_map(|(asset, number)| {
        let fixed = match asset.fixed? {
            Fixed::File => quote!(File),
            Fixed::Worker => quote!(Worker),
        };
        Some(quote!((#number, Fixed::#fixed)))
    });
    let modified = manifest.modified;
    let last_modified = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(modified));
    Ok(quote! {
        View {
            base: #base,
            elsewhere: #elsewhere,
            elsewhere_on_disk: #elsewhere_on_disk,
            name: Name::from_parts(#prefix, #suffix),
            token: Token::from_parts(#token, Kind::#kind),
            supersedes: #supersedes,
            modified: #modified,
            last_modified: #last_modified,
            content_types: &[#(#content_types),*],
            headers: #headers,
            fixed: &[#(#fixed),*],
            table: Table::new(#text, #records, #slots),
            digests: #digests,
            imports: Imports::new(#imports),
            contents: CONTENTS,
        }
    })
}

/// Which modules import which. The assets are sorted by path.
fn imports(manifest: &Manifest) -> Vec<u8> {
    let number = |path: &String| {
        let found = manifest.assets.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
        u32::try_from(found).ok()
    };
    imports::pack(manifest.assets.iter().map(|asset| asset.imports.iter().filter_map(number)))
}

/// The base of all URLs: what the environment of the build says, else the macro; empty for none.
fn elsewhere<'a>(arguments: &'a Arguments, manifest: &'a Manifest) -> &'a str {
    manifest.base.as_ref().unwrap_or(&arguments.base)
}

/// What pages of other origins may do.
fn sharing(arguments: &Arguments) -> TokenStream {
    let Arguments { krate, cors, resource_policy, timing_allow_origin, .. } = arguments;
    let option = |value: Option<TokenStream>| match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let policy = option(resource_policy.as_ref().map(|policy| quote!(#krate::ResourcePolicy::#policy)));
    let timing = option(timing_allow_origin.as_ref().map(|origins| quote!(#origins)));
    quote!(Sharing { cors: #cors, resource_policy: #policy, timing_allow_origin: #timing })
}

fn kind(kind: Kind) -> proc_macro2::Ident {
    match kind {
        Kind::Timestamp => format_ident!("Timestamp"),
        Kind::Content => format_ident!("Content"),
        Kind::Release => format_ident!("Release"),
        Kind::Commit => format_ident!("Commit"),
        Kind::Label => format_ident!("Label"),
    }
}

/// Where contents are. Decided in the user's crate: this one's own profile says nothing about it.
fn contents(arguments: &Arguments, manifest: &Manifest, directory: &str) -> TokenStream {
    let roots = &manifest.roots;
    let chunks = lengths(manifest)
        .into_iter()
        .enumerate()
        .map(|(chunk, len)| embedded(&format!("{directory}/{}", chunk_name(chunk)), len));
    let (on_disk, embedded) = match arguments.embed {
        Embed::Always => (quote!(#[cfg(any())]), quote!()),
        Embed::Never => (quote!(), quote!(#[cfg(any())])),
        Embed::InRelease => (quote!(#[cfg(debug_assertions)]), quote!(#[cfg(not(debug_assertions))])),
    };
    quote! {
        #on_disk
        const CONTENTS: Contents = Contents::Disk(&[#(#roots),*]);
        #embedded
        const CONTENTS: Contents = {
            static CHUNKS: &[&[u8]] = &[#(#chunks),*];
            Contents::Embedded(CHUNKS)
        };
    }
}

/// How long each chunk is: a content ends where its place says, and nothing is behind the last.
fn lengths(manifest: &Manifest) -> Vec<usize> {
    let mut lengths = vec![0; usize::from(manifest.chunks)];
    for asset in &manifest.assets {
        for stored in std::iter::once(&asset.identity).chain(asset.encodings.iter().map(|(_, stored)| stored)) {
            let Place { chunk, offset, len } = stored.place;
            // An empty content may be said to be in a chunk that was never begun.
            if let Some(length) = lengths.get_mut(usize::from(chunk)) {
                *length = (*length).max(offset as usize + len as usize);
            }
        }
    }
    lengths
}

/// The bytes of a file that `build.rs` wrote, checked by the compiler to be as many as it wrote: a request would panic later.
fn embedded(file: &str, len: usize) -> TokenStream {
    let message = format!("`{file}` is not as `build.rs` wrote it: run `touch build.rs`, and build again");
    quote!({
        let bytes: &'static [u8] = ::core::include_bytes!(#file);
        ::core::assert!(bytes.len() == #len, "{}", #message);
        bytes
    })
}

/// The constants and modules. Written as text and parsed by the compiler in one go: a macro is compiled without
/// optimisation, and to hand over each token by itself takes many times longer.
fn constants(root: &Module, manifest: &Manifest, arguments: &Arguments) -> TokenStream {
    let mut source = String::new();
    write_module(&mut source, root, manifest);
    parse(&source).unwrap_or_else(|error| {
        syn::Error::new(arguments.folder.span(), format!("the assets have names that do not compile: {error}"))
            .to_compile_error()
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
        if path.bytes().fold(true, |all, b| all & matches!(b, b' '..=b'~')) {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cachebreaker_manifest::manifest::Entry;
    use cachebreaker_manifest::table::{Place, Stored};
    use proc_macro2::TokenTree;

    use super::*;

    /// As rust-analyzer counts: a leaf each, and two for the brackets of a group.
    fn tokens(stream: TokenStream) -> usize {
        stream
            .into_iter()
            .map(|tree| match tree {
                TokenTree::Group(group) => 2 + tokens(group.stream()),
                _ => 1,
            })
            .sum()
    }

    fn expansion(assets: usize) -> TokenStream {
        let stored = Stored { digest: "A".repeat(43), place: Place { chunk: 0, offset: 0, len: 5_000 } };
        let mut loaded = Loaded::nothing();
        let manifest = Arc::make_mut(&mut loaded.manifest);
        manifest.assets = (0..assets)
            .map(|number| Entry {
                path: format!("folder{:03}/file{number:05}.css", number / 10),
                content_type: "text/css; charset=utf-8".to_owned(),
                identity: stored.clone(),
                encodings: vec![],
                imports: Vec::new(),
                headers: Vec::new(),
                fixed: None,
            })
            .collect();
        expand(&syn::parse_str(r#"[::cachebreaker] "static""#).unwrap(), &loaded)
    }

    /// rust-analyzer expands nothing beyond 2,097,152 tokens, and ten thousand assets must be far below it. Modules weigh
    /// most with few files in each, as here.
    #[test]
    fn an_asset_is_at_most_sixty_tokens() {
        let each = (tokens(expansion(1_000)) - tokens(expansion(0))) / 1_000;
        assert!(each <= 60, "{each} tokens");
    }
}
