//! Steps 2 and 8: pages that are loaded while the instances have two releases.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::json;
use tests_browser::{Browser, PATIENCE, Tab, until};

use crate::drill::{Drill, Problems};
use crate::expected::{self, Outcome};
use crate::instance::Seen;
use crate::load::{Load, load};
use crate::releases::Build;
use crate::steps::page_problem;

/// How many pages are loaded through each front in step 2.
pub(crate) const LOADS: usize = 200;
/// How many in step 8, for each of the two instances that is killed.
pub(crate) const LOADS_WITH_A_KILL: usize = 30;

impl Drill<'_> {
    /// Step 2.
    pub(crate) fn load_during_the_rollout(&mut self, front: usize, builds: [&Build; 2]) -> Result<Problems, String> {
        self.forget_requests()?;
        let tab = self.browser.tab(false)?;
        let mut problems = Vec::new();
        let mut asked = 0;
        for _ in 0..LOADS {
            let load = load_as_a_new_visitor(&mut self.browser, &tab, self.fronts[front].port)?;
            asked += load.assets().filter(|request| !request.is_cached).count();
            problems.extend(load.problems(&builds));
        }
        if asked < LOADS * 4 {
            problems.push(format!("6 assets are in each of {LOADS} pages, but {asked} were asked for"));
        }
        let mut refused = 0;
        for (number, build) in builds.into_iter().enumerate() {
            let seen = self.instances[number].take()?;
            let pages = seen.iter().filter(|seen| seen.is_page()).count();
            if pages < LOADS / 4 {
                problems
                    .push(format!("{LOADS} pages are for both instances; that of {} served {pages}", build.release));
            }
            let refuses = seen.iter().filter(|seen| seen.status == 503).count();
            let outcome = [expected::V2_AT_V1, expected::V1_AT_V2][number].of(self.setup);
            if refuses > 0 && outcome != Outcome::Retry {
                problems
                    .push(format!("the instance of {} keeps the other's files, and refused {refuses}", build.release));
            }
            refused += refuses;
        }
        if refused == 0 {
            problems.push("no request for an asset came to the instance of the other release".to_owned());
        }
        Ok(problems)
    }

    /// Step 8.
    pub(crate) fn load_while_instances_die(&mut self, front: usize, builds: [&Build; 2]) -> Result<Problems, String> {
        let mut problems = Vec::new();
        for victim in [1, 0] {
            problems.extend(self.load_while_one_dies(front, builds, victim)?);
            self.restart(victim, builds[victim])?;
            self.wait_for_both()?;
        }
        Ok(problems)
    }

    /// Loads pages, with a second client that asks for nothing but pages, and kills an instance while both are at it.
    fn load_while_one_dies(&mut self, front: usize, builds: [&Build; 2], victim: usize) -> Result<Problems, String> {
        self.forget_requests()?;
        let port = self.fronts[front].port;
        let tab = self.browser.tab(false)?;
        let instance = &mut self.instances[victim];
        let browser = &mut self.browser;
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let killer = scope.spawn(|| {
                // The browser has just got its page from there, and asks for its assets.
                let answered = until(|| instance.count(Seen::is_page) >= LOADS_WITH_A_KILL / 6);
                instance.kill();
                answered.map(|()| Instant::now())
            });
            let second_client = scope.spawn(|| {
                let start = Instant::now();
                let mut problems = Vec::new();
                while !done.load(Ordering::Relaxed) && start.elapsed() < PATIENCE {
                    problems.extend(page_problem(port, "/?second"));
                }
                problems
            });
            let mut loads = Vec::new();
            let result = (0..LOADS_WITH_A_KILL).try_for_each(|_| {
                loads.push(load_as_a_new_visitor(browser, &tab, port)?);
                Ok::<_, String>(())
            });
            done.store(true, Ordering::Relaxed);
            let killed = killer.join().map_err(|_| "the killer panicked")?;
            let mut problems = second_client.join().map_err(|_| "the second client panicked")?;
            result?;
            let killed = killed?;
            // What no front can save: the page of the release that nobody has any more, half loaded.
            let can_be_lost = [expected::V1_DIES, expected::V2_DIES][victim].of(self.setup) == Outcome::Lost;
            let is_lost = |load: &&Load| can_be_lost && load.began < killed && load.release() == builds[victim].release;
            problems.extend(loads.iter().filter(|load| !is_lost(load)).flat_map(|load| load.problems(&builds)));
            let before: Vec<_> = loads.iter().filter(is_lost).collect();
            // All but the last of them were there in whole before it.
            problems.extend(before.iter().rev().skip(1).flat_map(|load| load.problems(&builds)));
            if loads.iter().filter(|load| load.began >= killed).count() < 5 {
                problems.push(format!("fewer than 5 of {LOADS_WITH_A_KILL} loads came after the kill"));
            }
            Ok(problems)
        })
    }
}

/// Loads the page with an empty HTTP cache. An image of the page before may still be in the browser's memory.
pub(crate) fn load_as_a_new_visitor(browser: &mut Browser, tab: &Tab, port: u16) -> Result<Load, String> {
    browser.call(Some(tab), "Network.clearBrowserCache", json!({}))?;
    load(browser, tab, port, "/")
}
