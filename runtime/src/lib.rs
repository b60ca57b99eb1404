#![doc = include_str!("docs/crate.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod asset;
mod decide;
mod disk;
#[cfg(test)]
mod fixture;
mod integrity;
mod lookup;
mod page;
mod request;
mod respond;
mod retry;
mod rules;
#[cfg(feature = "serde")]
mod serialize;
mod serve;
mod sharing;
#[cfg(feature = "include_dir")]
mod static_view;
mod unknown;
mod view;

pub use asset::Asset;
pub use decide::rollout::RolloutWindow;
pub use integrity::Integrity;
pub use page::{ImportMap, Preload, Preloads, Tag, importmap};
pub use respond::body::Body;
pub use retry::RETRY_SCRIPT;
pub use serve::deploy::PrematureAnswer;
pub use serve::root::RootService;
pub use serve::service::AssetService;
pub use serve::stats::Stats;
pub use sharing::ResourcePolicy;
#[cfg(feature = "include_dir")]
pub use static_view::{StaticView, StaticViewBuilder, ViewError};
pub use unknown::UnknownAsset;

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
#[doc = include_str!("../../docs/integrity.md")]
struct GuideToIntegrity;

#[cfg(doctest)]
#[doc = include_str!("../../docs/preload.md")]
struct GuideToPreloads;

#[cfg(all(doctest, feature = "include_dir"))]
#[doc = include_str!("../../docs/cdn.md")]
struct GuideToCdns;
