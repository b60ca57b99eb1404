//! Counters by outcome.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::decide::answer::Count;

/// How often a view has given each answer since the process began. `assets::stats()` returns it, to be put into any
/// metrics system.
///
/// Each view has counters of its own. They only grow, and begin at zero with the process.
///
/// ```
/// # use doc_assets::assets;
/// for path in ["/static/1718539201234/style.css", "/static/1718539201233/style.css", "/static/1/none.css"] {
///     assets::service().answer(&http::Request::get(path).body(()).unwrap());
/// }
/// let stats = assets::stats();
/// assert_eq!((stats.found, stats.stale, stats.missing, stats.premature), (1, 1, 1, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// An asset was found, and the request's headers were obeyed: 200, 206, 412, 416.
    pub found: u64,
    /// An asset was found that the client has already: 304.
    pub not_modified: u64,
    /// A file of a kept release was found: 200, 206, 304, 412, 416. `assets::kept_releases()` has the number for each release.
    pub kept: u64,
    /// A stale token was redirected to the current one: 301, or 503 or 404 to a reverse proxy that asks other instances first.
    /// Or it was not, because the view is set so: 404.
    pub stale: u64,
    /// A premature token was answered as the view is set to: 503, 404, or the current file. A few for each page during a
    /// rollout are right; some when none is under way mean an instance of another deploy.
    pub premature: u64,
    /// No asset was found: 404.
    pub missing: u64,
    /// The method was neither `GET` nor `HEAD`: 204 to `OPTIONS`, else 405.
    pub other_method: u64,
}

#[derive(Debug)]
pub(crate) struct Counters([AtomicU64; 7]);

impl Counters {
    pub(crate) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; 7])
    }

    pub(crate) fn add(&self, count: Count) {
        self.0[count.place()].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Stats {
        let read = |count: Count| self.0[count.place()].load(Ordering::Relaxed);
        Stats {
            found: read(Count::Found),
            not_modified: read(Count::NotModified),
            kept: read(Count::Kept(0)),
            stale: read(Count::Stale),
            premature: read(Count::Premature),
            missing: read(Count::Missing),
            other_method: read(Count::OtherMethod),
        }
    }
}
