//! The functions of a view, written once: for the module that `assets!` makes, and for `StaticView`.
//!
//! Exported macros are in the root of their crate, where users see them; so there are only these two, and they are hidden.

/// The functions of a view. In brackets are the parameters before those of the function, `&self` or nothing; then follow the
/// `&'static View` and the `&'static ServedView`. With `mod`, what only a module has comes too.
#[doc(hidden)]
#[macro_export]
macro_rules! __view_api {
    (mod $view:expr, $served:expr) => {
        $crate::__view_api! { [] $view, $served }

        /// Changes whenever a page would that names these assets: a digest over the paths, types and contents of all of
        /// them, the token, and the view's name and base. 32 hex digits, for the `ETag` of such pages.
        pub const VERSION: &str = $view.version;

        /// The service that answers requests for the files that have fixed URLs.
        #[must_use]
        pub const fn fixed_service() -> $crate::FixedService {
            $crate::FixedService::new($served)
        }

        /// The service that answers requests for the pages of this view, and navigations that match nothing else; see
        /// [`PageService`]($crate::PageService).
        #[must_use]
        pub const fn fallback() -> $crate::PageService {
            $crate::PageService::new($served)
        }

        /// The view at a prefix that only the running program knows, `/ui`; see [`At`]($crate::At). An empty prefix means that there is no prefix.
        ///
        /// # Panics
        ///
        /// If the prefix is no path that begins with a slash.
        #[must_use]
        pub fn at(prefix: &str) -> $crate::At {
            $crate::private::at($served, prefix, ::core::module_path!())
        }

        $crate::__view_routers! { mod $served }
    };
    ([$($receiver:tt)*] $view:expr, $served:expr) => {
        /// The asset with that path in the folder, as its author wrote it: `"img/logo.png"`.
        #[must_use]
        pub fn get($($receiver)* path: &str) -> ::core::option::Option<$crate::Asset> {
            $view.get(path)
        }

        /// The URL of the asset with that path.
        #[must_use]
        pub fn url($($receiver)* path: &str) -> ::core::option::Option<&'static str> {
            $view.get(path).map(|asset| asset.url())
        }

        /// The asset with that path.
        ///
        /// # Errors
        ///
        /// If there is none. The message names the nearest one.
        pub fn find($($receiver)* path: &str) -> ::core::result::Result<$crate::Asset, $crate::UnknownAsset> {
            $view.find(path)
        }

        /// All assets, sorted by path.
        pub fn iter($($receiver)*) -> impl ::core::iter::ExactSizeIterator<Item = $crate::Asset>
               + ::core::iter::DoubleEndedIterator + ::core::clone::Clone + use<> {
            $view.iter()
        }

        /// This deploy's token.
        #[must_use]
        pub const fn token($($receiver)*) -> &'static str {
            $view.token.as_str()
        }

        /// These modules for a page: a `<script type="module">` for each, and before them the import map that they need. With
        /// `.import_map(true)` in `build.rs`, write them into a page by this function; see [`Modules`]($crate::Modules).
        ///
        /// They may come from an array, a `Vec`, a slice or an iterator, by value or by reference.
        pub fn modules<'a>(
            $($receiver)* modules: impl ::core::iter::IntoIterator<Item = impl ::core::borrow::Borrow<$crate::Asset>>,
        ) -> $crate::Modules<'a> {
            $crate::private::modules(modules)
        }

        /// The element with the script by which a page gets over assets of this view that failed to load. It goes before every
        /// other script and stylesheet.
        pub const fn retry_tag($($receiver)*) -> $crate::RetryTag<'static> {
            $view.retry_tag()
        }

        /// How often each answer has been given since the process began.
        #[must_use]
        pub fn stats($($receiver)*) -> $crate::Stats {
            $served.stats()
        }

        /// The earlier releases whose files are still served, oldest first. Without a history there are none; see
        /// [`KeptRelease`]($crate::KeptRelease).
        #[must_use]
        pub fn kept_releases($($receiver)*) -> impl ExactSizeIterator<Item = $crate::KeptRelease> {
            $served.kept_releases()
        }

        /// The service that answers every request for these assets, over the types of the `http` crate.
        #[must_use]
        pub const fn service($($receiver)*) -> $crate::AssetService {
            $crate::AssetService::new($served)
        }
    };
}

/// The routers of a view. With `mod` they are those of a module; otherwise the block makes the router.
#[cfg(feature = "axum")]
#[doc(hidden)]
#[macro_export]
macro_rules! __view_routers {
    (mod $served:expr) => {
        struct __Here;

        impl $crate::private::Served for __Here {
            const MODULE: &'static str = ::core::module_path!();

            fn served() -> &'static $crate::private::ServedView {
                $served
            }
        }

        $crate::__view_routers! { [] { $crate::private::router::<__Here, State>() } }

        /// An axum router that answers for the whole view: its assets, the files with fixed URLs, and the pages. If there are pages, its
        /// fallback is [`fallback`], so merge it into a router that has no fallback of its own.
        pub fn site<State>() -> $crate::private::axum::Router<State>
        where
            State: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        {
            $crate::private::site::<__Here, State>()
        }

        /// An axum router with a route for each file that has a fixed URL, `/favicon.ico`, and for nothing else. It goes
        /// into an application with any state.
        pub fn fixed_router<State>() -> $crate::private::axum::Router<State>
        where
            State: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        {
            $crate::private::fixed_router($served, ::core::module_path!())
        }
    };
    ([$($receiver:tt)*] $router:block) => {
        /// An axum router that answers every request for these assets, and for anything else below their prefix. It goes
        /// into an application with any state. Merge it outside of every `nest`: the URLs of assets do not know of one.
        pub fn router<State>($($receiver)*) -> $crate::private::axum::Router<State>
        where
            State: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        $router
    };
}

/// Without the feature `axum` a view has no routers.
#[cfg(not(feature = "axum"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __view_routers {
    ($($router:tt)*) => {};
}
