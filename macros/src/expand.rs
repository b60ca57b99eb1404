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

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use cachebreaker_manifest::base::join;
use cachebreaker_manifest::encoding::encode_path;
use cachebreaker_manifest::fixed::Fixed;
use cachebreaker_manifest::imports;
use cachebreaker_manifest::manifest::{DIGESTS_NAME, Manifest, chunk_name};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::{Row, pack};
use cachebreaker_manifest::token::{Kind, Supersedes};
use cachebreaker_manifest::version;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

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
    let constants = constants(&root, manifest, arguments);

    let Arguments { krate, visibility, module, cache_max_age, rollout_window, premature, .. } = arguments;
    let (name, folder, key) = (&arguments.name, &arguments.folder, Literal::u64_unsuffixed(arguments.key));
    let version = version::of_view(&manifest.version, &manifest.token, name, elsewhere(arguments, manifest));
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
        #collisions
    }
}

/// The static view: three literals, however many assets there are.
fn view(arguments: &Arguments, manifest: &Manifest, directory: &str) -> syn::Result<TokenStream> {
    let error = |message: String| syn::Error::new(arguments.folder.span(), message);
    let name = Name::parse(&arguments.name).map_err(|cause| error(cause.to_string()))?;
    let elsewhere = elsewhere(arguments, manifest);
    // Said for one build, a base is meant for that build, whatever it is.
    let elsewhere_on_disk = manifest.base.is_some();
    let start = join(elsewhere, &name.join(&manifest.token, ""));
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
            content_type: u16::try_from(number).unwrap_or_default(),
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
        quote!(Digests::new(::core::include_bytes!(#file)))
    } else {
        quote!(Digests::NONE)
    };
    let imports = Literal::byte_string(&imports(manifest));

    let base = name.join(&manifest.token, "");
    let (prefix, suffix) = (name.prefix(), name.suffix());
    let token = &manifest.token;
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
    let chunks = (0..usize::from(manifest.chunks)).map(|chunk| format!("{directory}/{}", chunk_name(chunk)));
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
            static CHUNKS: &[&[u8]] = &[#(::core::include_bytes!(#chunks)),*];
            Contents::Embedded(CHUNKS)
        };
    }
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
