//! A view that answers: the static data, the rules that the user chose, and what is remembered between requests.

use http::HeaderValue;

use crate::fields::Fields;
use crate::rollout::{Rollout, RolloutWindow};
use crate::sharing::Sharing;
use crate::stats::{Counters, Stats};
use crate::view::{Contents, View};

/// What a premature token is answered with while the [rollout window](crate::RolloutWindow) is open.
///
/// Set by the option `premature` of [`assets!`](crate::assets!) or by the builder of a `StaticView`, and chosen by what the
/// front does that stands before the instances. None of the answers is to be stored.
///
/// ```
/// use cachebreaker::PrematureAnswer;
/// assert_eq!(PrematureAnswer::default(), PrematureAnswer::Retry);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrematureAnswer {
    /// 503 with `Retry-After: 3`, for a front that asks another instance.
    #[default]
    Retry,
    /// 404, for a front that counts 5xx against an instance, or caches them.
    NotFound,
    /// The current file, not to be stored; 404 where there is none. For a front that cannot ask another instance.
    Current,
}

/// What the user of a view chose.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// `Cache-Control` of an asset under the current token.
    pub cache_control: &'static str,
    /// How long a token counts as premature.
    pub rollout_window: RolloutWindow,
    /// What is answered to one that does.
    pub premature: PrematureAnswer,
    /// What pages of other origins may do.
    pub sharing: Sharing,
}

/// A view that answers; there is one a view.
#[derive(Debug)]
pub struct Deploy {
    pub(crate) view: &'static View,
    pub(crate) fields: Fields,
    pub(crate) rollout_window: RolloutWindow,
    pub(crate) premature: PrematureAnswer,
    pub(crate) rollout: Rollout,
    pub(crate) counters: Counters,
}

impl Deploy {
    /// A view with its rules. In development, where contents come from disk, `Cache-Control` is `no-cache`, and there is
    /// no `Last-Modified`.
    #[must_use]
    pub const fn new(view: &'static View, rules: Rules) -> Self {
        let is_on_disk = matches!(view.contents, Contents::Disk(_));
        let cache_control = if is_on_disk { "no-cache" } else { rules.cache_control };
        // See `View::modified`.
        let last_modified = if is_on_disk { None } else { Some(HeaderValue::from_static(view.last_modified)) };
        Self {
            view,
            fields: Fields::new(
                view.token.as_str(),
                view.content_types,
                view.headers,
                HeaderValue::from_static(cache_control),
                last_modified,
                rules.sharing,
            ),
            rollout_window: rules.rollout_window,
            premature: rules.premature,
            rollout: Rollout::new(),
            counters: Counters::new(),
        }
    }

    /// How often each answer was given.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.counters.read()
    }
}
