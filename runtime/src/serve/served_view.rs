//! A view that answers: the static data, the rules that the user chose, and what is remembered between requests.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Once, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use http::Response;

use super::event;
use super::stats::{Counters, Stats};
use crate::decide::answer::{Count, Decision, Remark};
use crate::decide::rollout::Rollout;
use crate::decide::{World, decide, decide_fixed, decide_page};
use crate::request::Request;
use crate::respond::body::Body;
use crate::respond::headers::HeaderSets;
use crate::respond::respond;
use crate::view::View;
use crate::view::disk::{self, Opened};
use crate::view::kept::KeptRelease;
use crate::view::page_on_disk::LeadPage;
use crate::view::pages::Page;
use crate::view::prefix::Prefix;
use crate::view::rules::Rules;

/// A view that answers; there is one a view.
#[derive(Debug)]
pub struct ServedView {
    pub(crate) view: &'static View,
    headers: HeaderSets,
    rules: Rules,
    /// How pages are read from disk. Only programs that do so have a parser of HTML in them.
    lead_page: Option<LeadPage>,
    rollout: Rollout,
    counters: Counters,
    /// How many requests each kept release has had.
    of_kept: OnceLock<Box<[AtomicU64]>>,
    /// Whether the time of the build has come, which is always so unless a clock is wrong.
    is_dated: AtomicBool,
    /// Said once: the folder that contents come from is not there.
    told_that_folder_is_gone: Once,
    /// Said once: a request came through a nest, which the view's URLs do not know of.
    told_that_view_is_nested: Once,
}

impl ServedView {
    /// A view with its rules. In development, where contents come from disk, `Cache-Control` is `no-cache`, and there is
    /// no `Last-Modified`.
    #[must_use]
    pub const fn new(view: &'static View, rules: Rules) -> Self {
        Self {
            view,
            headers: HeaderSets::new(view, rules),
            rules,
            lead_page: None,
            rollout: Rollout::new(),
            counters: Counters::new(),
            of_kept: OnceLock::new(),
            is_dated: AtomicBool::new(false),
            told_that_folder_is_gone: Once::new(),
            told_that_view_is_nested: Once::new(),
        }
    }

    /// The same, with what leads the references of pages to assets, where contents are on disk.
    #[must_use]
    pub const fn with_pages(mut self, lead_page: Option<LeadPage>) -> Self {
        self.lead_page = lead_page;
        self
    }

    /// Answers a request for one of the view's URLs.
    pub(super) fn answer(&self, request: &Request<'_>) -> Response<Body> {
        self.respond(decide(self.view, &self.rules, request, self))
    }

    /// Answers a request for a fixed URL.
    pub(super) fn answer_fixed(&self, request: &Request<'_>) -> Response<Body> {
        self.respond(decide_fixed(self.view, &self.rules, request, self))
    }

    /// Answers a request that nothing else answers, with the pages of the view, which may be at a prefix.
    pub(super) fn answer_page(&self, request: &Request<'_>, at: Option<&'static Prefix>) -> Response<Body> {
        self.respond(decide_page(self.view, &self.rules, request, at, self))
    }

    /// Notes what is to be noted, and responds.
    #[inline]
    fn respond(&self, decision: Decision<'_>) -> Response<Body> {
        let Decision { answer, sends_body, count, event, remark } = decision;
        self.counters.add(count);
        if let Count::Kept(release) = count {
            self.count_kept(release);
        }
        if let Some(event) = event {
            event::record(self.view, event);
        }
        if let Some(remark) = remark {
            self.remark(remark);
        }
        respond(&self.headers, answer, sends_body)
    }

    #[cold]
    fn count_kept(&self, release: u32) {
        let counters = || self.view.kept.releases.iter().map(|_| AtomicU64::new(0)).collect();
        self.of_kept.get_or_init(counters)[release as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Says on stderr, each once, that a request came through a nest, so that pages print URLs that do not lead there; and that
    /// the folder that contents come from is not there: on another machine than that of the build, for example.
    #[cold]
    fn remark(&self, remark: Remark<'_>) {
        let name = self.view.name;
        match remark {
            Remark::Nested(mount) => self.told_that_view_is_nested.call_once(|| {
                eprintln!(
                    "cachebreaker: the view `{name}` is nested below `{}`, but its URLs begin with `/{}`: give it the name \
                     `{}/{name}` and merge its router outside of the nest, or take its router from `at(\"{0}\")` and print \
                     URLs by `url_on(\"{0}\")`",
                    mount.escape_debug(),
                    name.prefix(),
                    mount.escape_debug().to_string().trim_start_matches('/'),
                );
            }),
            Remark::FolderGone(root) => self.told_that_folder_is_gone.call_once(|| {
                eprintln!(
                    "cachebreaker: this program reads its assets from disk at `{root}`, which does not exist: wait if a bundler is \
                     writing it; for another machine, build with `--release`, or give `embed = true` to `assets!`"
                );
            }),
        }
    }

    fn has_come_by(&self, seconds: u64, now: SystemTime) -> bool {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.as_secs());
        self.is_dated.fetch_or(self.view.modified <= now, Ordering::Relaxed);
        seconds <= now
    }

    /// How often each answer was given.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.counters.read()
    }

    /// The kept releases, in the order in which they were built.
    pub fn kept_releases(&self) -> impl ExactSizeIterator<Item = KeptRelease> + use<> {
        let counters = self.of_kept.get().map_or(&[][..], |counters| counters);
        let requests: Vec<_> = counters.iter().map(|counter| counter.load(Ordering::Relaxed)).collect();
        let release = move |(at, (token, modified)): (usize, &(&'static str, u64))| KeptRelease {
            token,
            modified: *modified,
            requests: requests.get(at).copied().unwrap_or_default(),
        };
        self.view.kept.releases.iter().enumerate().map(release)
    }
}

impl World for ServedView {
    /// Once the time of the build has come, the clock is not read again for it. A kept release may have been built later.
    fn has_come(&self, seconds: u64) -> bool {
        (seconds <= self.view.modified && self.is_dated.load(Ordering::Relaxed))
            || self.has_come_by(seconds, SystemTime::now())
    }

    fn age(&self, token: &str) -> Duration {
        self.rollout.age(token, Instant::now(), self.rules.rollout_window)
    }

    fn open(&self, roots: &[&str], path: &str) -> io::Result<Opened> {
        disk::open(roots, path)
    }

    fn page(&self, roots: &[&str], view: &'static View, page: Page, at: &str) -> io::Result<(Vec<u8>, String)> {
        let mut bytes = disk::read(roots, view.asset(page.file).path())?;
        if let (Some(lead), Ok(text)) = (self.lead_page, str::from_utf8(&bytes)) {
            bytes = lead(view, page, at, text).into_bytes();
        }
        let etag = disk::strong_tag(&bytes);
        Ok((bytes, etag))
    }

    fn was_added(&self, root: &str, path: &str) -> Option<SystemTime> {
        disk::was_added(root, path)
    }

    fn is_gone(&self, root: &str) -> bool {
        disk::is_gone(root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::VIEW;

    #[test]
    fn a_date_is_known_from_the_moment_on_that_has_come() {
        let served = ServedView::new(&VIEW, Rules::DEFAULT);
        let built = VIEW.modified;
        let at = |time, now| served.has_come_by(time, SystemTime::UNIX_EPOCH + Duration::from_secs(now));
        assert_eq!([at(built, 0), at(built, built - 1), at(built - 1, built - 1)], [false, false, true]);
        assert!(!served.is_dated.load(Ordering::Relaxed));
        assert_eq!([at(built, built), at(built, built + 1), at(built + 2, built + 1)], [true, true, false]);
        assert!(served.is_dated.load(Ordering::Relaxed));
        assert!(!served.has_come(u64::MAX));
    }
}
