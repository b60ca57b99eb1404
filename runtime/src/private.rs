//! What the code that `assets!` makes stands on. Not for use by hand: it may change with any release.

pub use cachebreaker_macros::{asset, assets};
pub use cachebreaker_manifest::fixed::Fixed;
pub use cachebreaker_manifest::imports::Imports;
pub use cachebreaker_manifest::integrity::Digests;
pub use cachebreaker_manifest::name::Name;
pub use cachebreaker_manifest::table::Table;
pub use cachebreaker_manifest::token::{Kind, Supersedes, Token};
pub use http::HeaderValue;

#[cfg(feature = "axum")]
pub use axum;

#[cfg(feature = "axum")]
pub use crate::serve::root::root_router;
#[cfg(feature = "axum")]
pub use crate::serve::router::{Deployed, router};

pub use crate::lookup::{Key, Lookup};
pub use crate::serve::deploy::{Deploy, Rules};
pub use crate::sharing::Sharing;
pub use crate::view::{Contents, View};

/// The routers of a view, where the feature `axum` is on.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "axum")]
macro_rules! __router {
    ($deploy:path) => {
        /// An axum router that answers every request for these assets, and for anything else below their prefix. It goes
        /// into an application with any state. Merge it outside of every `nest`: the URLs of assets do not know of one.
        pub fn router<State>() -> $crate::private::axum::Router<State>
        where
            State: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        {
            struct Here;
            impl $crate::private::Deployed for Here {
                fn deploy() -> &'static $crate::private::Deploy {
                    &$deploy
                }

                const MODULE: &'static str = ::core::module_path!();
            }
            $crate::private::router::<Here, State>()
        }

        /// An axum router with a route for each file that has a fixed place, `/favicon.ico`, and for nothing else. It goes
        /// into an application with any state.
        pub fn root_router<State>() -> $crate::private::axum::Router<State>
        where
            State: ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static,
        {
            $crate::private::root_router(&$deploy, ::core::module_path!())
        }
    };
}

/// The router of a view, where the feature `axum` is on.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "axum"))]
macro_rules! __router {
    ($deploy:path) => {};
}

/// `Cache-Control` of an asset under the current token (RFC 9111 §5.2.2, RFC 8246).
#[doc(hidden)]
#[macro_export]
macro_rules! __cache_control {
    ($seconds:literal) => {
        ::core::concat!("public, max-age=", $seconds, ", immutable")
    };
}
