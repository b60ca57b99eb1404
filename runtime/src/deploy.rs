//! A view that answers: the static data, the rules that the user chose, and what is remembered between requests.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use crate::fields::Fields;
use crate::rollout::Rollout;
use crate::rules::Rules;
use crate::stats::{Counters, Stats};
use crate::view::View;

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

/// A view that answers; there is one a view.
#[derive(Debug)]
pub struct Deploy {
    pub(crate) view: &'static View,
    pub(crate) fields: Fields,
    pub(crate) rules: Rules,
    pub(crate) rollout: Rollout,
    pub(crate) counters: Counters,
    /// Whether the time of the build has come, which is always so unless a clock is wrong.
    is_dated: AtomicBool,
    /// Said once: the folder that contents come from is not there.
    told_that_folder_is_gone: Once,
    /// Said once: a request came through a nest, which the view's URLs do not know of.
    told_that_view_is_nested: Once,
}

impl Deploy {
    /// A view with its rules. In development, where contents come from disk, `Cache-Control` is `no-cache`, and there is
    /// no `Last-Modified`.
    #[must_use]
    pub const fn new(view: &'static View, rules: Rules) -> Self {
        Self {
            view,
            fields: Fields::new(view, rules),
            rules,
            rollout: Rollout::new(),
            counters: Counters::new(),
            is_dated: AtomicBool::new(false),
            told_that_folder_is_gone: Once::new(),
            told_that_view_is_nested: Once::new(),
        }
    }

    /// When the assets were last modified, in seconds since the epoch, if that is known and not in the future: no
    /// `Last-Modified` may be later than the `Date` beside it (RFC 9110 §8.8.2.1). A builder's clock may be ahead, or
    /// `SOURCE_DATE_EPOCH` anything. The clock is not asked again once the time has come.
    pub(crate) fn modified(&self) -> Option<u64> {
        let modified = self.view.modified()?;
        if self.is_dated.load(Ordering::Relaxed) {
            Some(modified)
        } else {
            self.modified_at(modified, SystemTime::now())
        }
    }

    #[cold]
    fn modified_at(&self, modified: u64, now: SystemTime) -> Option<u64> {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let has_come = modified <= now;
        self.is_dated.fetch_or(has_come, Ordering::Relaxed);
        has_come.then_some(modified)
    }

    /// Says on stderr, once, that a request came through a nest: pages print URLs that do not lead there.
    pub(crate) fn tell_that_view_is_nested(&self, mount: &str) {
        self.told_that_view_is_nested.call_once(|| {
            let (mount, name) = (mount.escape_debug().to_string(), self.view.name);
            eprintln!(
                "cachebreaker: the view `{name}` is nested below `{mount}`, but its URLs begin with `/{}`: give it the name \
                 `{}/{name}` and merge its router outside of the nest, or print URLs by `url_on`",
                name.prefix(),
                mount.trim_start_matches('/'),
            );
        });
    }

    /// Says on stderr, once, that the folder that contents come from is not there: on another machine than that of the build,
    /// for example.
    pub(crate) fn tell_that_folder_is_gone(&self, root: &str) {
        self.told_that_folder_is_gone.call_once(|| {
            eprintln!(
                "cachebreaker: this program reads its assets from disk at `{root}`, which does not exist: build it with \
                 `--release`, or give `embed = true` to `assets!`"
            );
        });
    }

    /// How often each answer was given.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.counters.read()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fixture::VIEW;

    #[test]
    fn a_date_is_known_from_the_moment_on_that_has_come() {
        let deploy = Deploy::new(&VIEW, Rules::DEFAULT);
        let at = |seconds| deploy.modified_at(1000, SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!([at(0), at(999)], [None, None]);
        assert!(!deploy.is_dated.load(Ordering::Relaxed));
        assert_eq!([at(1000), at(1001)], [Some(1000), Some(1000)]);
        assert!(deploy.is_dated.load(Ordering::Relaxed));
        assert_eq!(deploy.modified(), Some(VIEW.modified));
    }
}
