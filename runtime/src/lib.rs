#![doc = include_str!("docs/crate.md")]

mod api;
mod asset;
mod body;
mod deploy;
mod disk;
mod event;
mod fields;
#[cfg(test)]
mod fixture;
mod integrity;
mod lookup;
mod negotiate;
mod notice;
mod page;
mod precondition;
mod range;
mod resolve;
mod respond;
mod retry;
mod rollout;
mod root;
#[cfg(feature = "axum")]
mod router;
mod rules;
#[cfg(feature = "serde")]
mod serialize;
mod service;
mod sharing;
#[cfg(feature = "include_dir")]
mod static_view;
mod stats;
#[cfg(feature = "axum")]
mod twice;
mod unknown;
mod view;

pub use asset::Asset;
pub use body::Body;
pub use deploy::PrematureAnswer;
pub use integrity::Integrity;
pub use page::{ImportMap, Preload, Preloads, Tag, importmap};
pub use retry::RETRY_SCRIPT;
pub use rollout::RolloutWindow;
pub use root::RootService;
pub use service::AssetService;
pub use sharing::ResourcePolicy;
#[cfg(feature = "include_dir")]
pub use static_view::{StaticView, StaticViewBuilder, ViewError};
pub use stats::Stats;
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
