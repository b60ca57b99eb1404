//! What the code that `assets!` makes is built on. Not for use by hand: it may change with any release.

pub use cachebreaker_macros::{asset, assets};
pub use cachebreaker_manifest::dictionary::Dictionaries;
pub use cachebreaker_manifest::fixed_url::FixedUrl;
pub use cachebreaker_manifest::imports::Imports;
pub use cachebreaker_manifest::kept::{Kept, Keys};
pub use cachebreaker_manifest::name::Name;
pub use cachebreaker_manifest::page::PageUse;
pub use cachebreaker_manifest::sha384::Digests;
pub use cachebreaker_manifest::table::Table;
pub use cachebreaker_manifest::token::{Supersedes, Token, TokenKind};
pub use cachebreaker_manifest::url_tokens::UrlTokens;

#[cfg(feature = "axum")]
pub use axum;

pub use crate::page::modules;
pub use crate::serve::at::at;
#[cfg(feature = "axum")]
pub use crate::serve::fixed::fixed_router;
#[cfg(feature = "axum")]
pub use crate::serve::router::{Served, router, site};
pub use crate::serve::served_view::ServedView;
pub use crate::view::kept::KeptReleases;
pub use crate::view::lookup::{Key, Lookup};
pub use crate::view::page_on_disk::{LeadPage, lead_page};
pub use crate::view::pages::{Page, Pages};
pub use crate::view::rules::{PrematureAnswer, ResourcePolicy, RolloutWindow, Rules, StaleAnswer};
pub use crate::view::{Contents, View};
