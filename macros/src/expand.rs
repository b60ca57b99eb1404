//! The module that `assets!` makes.
//!
//! ```text
//! pub mod assets {
//!     mod __cachebreaker { static VIEW, static SERVED }   everything that the runtime needs
//!     macro_rules! asset                                  expands to another macro, which knows all paths
//!     cachebreaker::__view_api! { … }                     the functions, which the runtime has
//!     pub const STYLE_CSS: Asset = asset(0);              a few tokens an asset
//!     pub mod img { … }
//! }
//! ```

use cachebreaker_manifest::base::has_host;
use cachebreaker_manifest::layout::{self, Layout, layout};
use cachebreaker_manifest::manifest::{FILE_NAME, Manifest, PREPARED_ENV};
use cachebreaker_manifest::name::Name;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use crate::collisions;
use crate::constants::constants;
use crate::load::Loaded;
use crate::names::Module;
use crate::options::Embed;
use crate::parse::Arguments;
use crate::view::{contents, view};

/// Expands to the module, or to what is wrong with the assets.
pub(crate) fn expand(arguments: &Arguments, loaded: &Loaded) -> TokenStream {
    let Arguments { krate, visibility, module, folder, key, options, .. } = arguments;
    let layout = match plan(arguments, &loaded.manifest) {
        Ok(layout) => layout,
        Err(error) => return error.to_compile_error(),
    };
    let root = Module::of(loaded.named());
    let view = view(&layout, loaded, has_cors(arguments));
    let contents = contents(options.embed, loaded);
    let rules = options.rules.iter().map(|(option, (_, value))| {
        let option = format_ident!("{option}");
        quote!(#option: #value,)
    });
    let tracked = tracked(&loaded.directory);
    let constants = constants(&root, &loaded.manifest, folder.span());
    let collisions = collisions::warnings(arguments, &root, &loaded.manifest);
    let on_disk_in_release = on_disk_in_release(arguments, &loaded.manifest);
    // Two modules of one name give E0428, and so does this: its name says what to do.
    let hint = arguments.has_default_module.then(|| {
        quote! {
            #[allow(dead_code, non_camel_case_types)]
            type write_mod_other_eq_before_the_folder_of_another_view = ();
        }
    });
    let title = format!("The static files of `{}`, served at `/{}/…`.", folder.value(), layout.name);
    let key = Literal::u64_unsuffixed(*key);
    quote! {
        #[doc = #title]
        ///
        /// Each has a constant of type [`Asset`](Self::get); see `cachebreaker::assets!`.
        #[allow(dead_code, unused_imports, unused_macros, unreachable_pub, non_upper_case_globals, non_snake_case, clippy::all, clippy::pedantic)]
        #visibility mod #module {
            use #krate::Asset as __Asset;
            use self::__cachebreaker::asset as __asset;

            mod __cachebreaker {
                use #krate::private::*;
                #tracked
                #contents
                pub(super) static VIEW: View = #view;
                pub(super) static SERVED: ServedView = ServedView::new(&VIEW, Rules { #(#rules)* ..Rules::DEFAULT }).with_pages(LEAD_PAGE);
                pub struct Module;
                impl Lookup<Module> for Key<#key> {
                    const VIEW: &'static View = &VIEW;
                }
                pub(super) const fn asset(index: u32) -> super::__Asset {
                    VIEW.asset(index)
                }
            }

            macro_rules! __cachebreaker_asset {
                ($($path:tt)*) => { #krate::private::asset! { [#krate] #folder #key $($path)* } };
            }
            // Under another name, for a folder may be called `asset`. More than the crate cannot see it: a macro that
            // another macro made has no path outside.
            pub(crate) use __cachebreaker_asset as asset;

            #krate::__view_api! { mod __cachebreaker::VIEW, &__cachebreaker::SERVED }

            #constants
        }
        #hint
        #collisions
        #on_disk_in_release
    }
}

/// Lays out the view: this decides everything about it that is not a matter of Rust.
fn plan<'a>(arguments: &'a Arguments, manifest: &'a Manifest) -> syn::Result<Layout<'a>> {
    let error = |message: String| syn::Error::new(arguments.folder.span(), message);
    let name = Name::parse(&arguments.options.name).map_err(|cause| error(cause.to_string()))?;
    let (of_responses, differ) = arguments.options.of_responses();
    let layout = layout(manifest, name, &arguments.options.base, layout::Options { all: &of_responses, differ })
        .map_err(|cause| error(cause.to_string()))?;
    if !manifest.pages.is_empty() && layout.version != manifest.pages_version && arguments.options.embed != Embed::Never
    {
        return Err(error(arguments.moved_options(&manifest.options)));
    }
    if !layout.dictionaries.matches.is_empty() && has_host(layout.base) && !has_cors(arguments) {
        return Err(error(format!(
            "`.deltas` in `build.rs` needs `cors = true` with the base `{}`: from another origin, browsers use deltas only if pages may read \
             the responses",
            layout.base
        )));
    }
    if manifest.page_integrity && arguments.options.embed == Embed::Never {
        let message = "with `embed = false`, pages are read from disk at each request, and have no digests then: remove it, or \
                       `.page_integrity(true)` in `build.rs`";
        return Err(error(message.to_owned()));
    }
    Ok(layout)
}

fn has_cors(arguments: &Arguments) -> bool {
    arguments.options.text("cors") == "true"
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
    (manifest.digests && arguments.options.embed == Embed::InRelease).then(|| {
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
        let mut loaded = Loaded { directory: "out".to_owned(), ..Loaded::nothing() };
        let manifest = Arc::make_mut(&mut loaded.manifest);
        manifest.assets = (0..assets)
            .map(|number| Entry {
                path: format!("folder{:03}/file{number:05}.css", number / 10),
                content_type: "text/css; charset=utf-8".to_owned(),
                identity: stored.clone(),
                ..Entry::default()
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
