#![doc = include_str!("docs/crate.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod decide;
#[cfg(test)]
mod fixture;
mod page;
mod request;
mod respond;
mod serve;
mod view;

pub use page::retry_script::RETRY_SCRIPT;
pub use page::{ImportMap, Modules, Preload, Preloads, RetryTag, Tag, importmap};
pub use respond::body::Body;
pub use serve::at::At;
pub use serve::fixed::FixedService;
pub use serve::page::PageService;
pub use serve::service::AssetService;
#[cfg(feature = "include_dir")]
pub use serve::static_view::{StaticView, StaticViewBuilder, ViewError};
pub use serve::stats::Stats;
pub use view::asset::Asset;
pub use view::integrity::Integrity;
pub use view::kept::KeptRelease;
pub use view::rules::{PrematureAnswer, ResourcePolicy, RolloutWindow, StaleAnswer};
pub use view::unknown::UnknownAsset;

#[doc(hidden)]
pub mod private;

#[doc = include_str!("docs/assets.md")]
#[macro_export]
macro_rules! assets {
    ($($input:tt)*) => {
        $crate::private::assets! { [$crate] $($input)* }
    };
}

#[cfg(all(doctest, feature = "axum", feature = "include_dir"))]
#[doc = include_str!("../../docs/include-dir.md")]
struct GuideToIncludeDir;

#[cfg(doctest)]
#[doc = include_str!("../../docs/import-map.md")]
struct GuideToImportMaps;

#[cfg(doctest)]
#[doc = include_str!("../../docs/history.md")]
struct GuideToHistory;

#[cfg(doctest)]
#[doc = include_str!("../../docs/integrity.md")]
struct GuideToIntegrity;

#[cfg(doctest)]
#[doc = include_str!("../../docs/preload.md")]
struct GuideToPreloads;

#[cfg(all(doctest, feature = "include_dir"))]
#[doc = include_str!("../../docs/cdn.md")]
struct GuideToCdns;
