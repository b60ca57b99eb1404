//! What every public type is.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;

use cachebreaker::{
    Asset, AssetService, Body, FixedService, ImportMap, Integrity, Modules, Preload, Preloads, PrematureAnswer,
    ResourcePolicy, RetryTag, RolloutWindow, StaleAnswer, Stats, Tag, UnknownAsset,
};

fn is_shared<T: Debug + Send + Sync + Unpin + 'static>() {}
fn is_printed<T: Display>() {}
fn is_chosen<T: Copy + Eq>() {}
fn is_an_error<T: Error + Clone + Eq + Send + Sync + 'static>() {}

#[test]
fn public_types_go_to_other_threads_and_can_be_printed_for_developers() {
    is_shared::<Asset>();
    is_shared::<AssetService>();
    is_shared::<FixedService>();
    is_shared::<Body>();
    is_shared::<Integrity>();
    is_shared::<Stats>();
    is_shared::<Tag<'static>>();
    is_shared::<Preload<'static>>();
    is_shared::<Preloads<'static>>();
    is_shared::<ImportMap<'static>>();
    is_shared::<Modules<'static>>();
    is_shared::<RetryTag<'static>>();
    is_shared::<UnknownAsset>();
    is_shared::<PrematureAnswer>();
    is_shared::<ResourcePolicy>();
    is_shared::<RolloutWindow>();
    is_shared::<StaleAnswer>();
    #[cfg(feature = "include_dir")]
    {
        is_shared::<cachebreaker::StaticView>();
        is_shared::<cachebreaker::StaticViewBuilder>();
        is_shared::<cachebreaker::ViewError>();
    }
}

#[test]
fn what_is_written_into_pages_is_printed_and_what_is_chosen_can_be_compared() {
    is_printed::<Asset>();
    is_printed::<Integrity>();
    is_printed::<Tag<'static>>();
    is_printed::<Preload<'static>>();
    is_printed::<ImportMap<'static>>();
    is_printed::<Modules<'static>>();
    is_printed::<RetryTag<'static>>();
    is_chosen::<Asset>();
    is_chosen::<Stats>();
    is_chosen::<PrematureAnswer>();
    is_chosen::<ResourcePolicy>();
    is_chosen::<RolloutWindow>();
    is_chosen::<StaleAnswer>();
    fn is_a_key<T: Hash + Eq>() {}
    is_a_key::<Asset>();
}

#[test]
fn errors_are_errors() {
    is_an_error::<UnknownAsset>();
    #[cfg(feature = "include_dir")]
    is_an_error::<cachebreaker::ViewError>();
}
