//! Steps 2 and 8: pages that are loaded while the instances have two releases.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tests_browser::{PATIENCE, until};

use crate::drill::{Drill, Problems};
use crate::expected::{self, Outcome};
use crate::front;
use crate::instance::Seen;
use crate::load::Load;
use crate::releases::Build;
use crate::steps::page_problem;
use crate::visitor::Visitor;

/// For how long a front leaves out an instance that failed: `fail_timeout=2s` in `docs/deploy`, and a little more.
const LEFT_OUT: Duration = Duration::from_millis(2_500);
/// How many loads at least come after a kill.
const AFTER_A_KILL: usize = 5;

impl<V: Visitor> Drill<'_, V> {
    /// Step 2.
    pub(crate) fn load_during_the_rollout(&mut self, front: usize, builds: [&Build; 2]) -> Result<Problems, String> {
        self.forget_requests()?;
        let loads = self.run.loads().rollout;
        let tab = self.browser.open_apart()?;
        let mut problems = Vec::new();
        let mut asked = 0;
        for _ in 0..loads {
            let host = self.browser.host_of_nothing_cached(&tab, &mut self.hosts)?;
            let load = self.browser.load(&tab, &self.fronts[front].page(host, "/"))?;
            asked += load.assets().filter(|request| !request.is_cached).count();
            problems.extend(load.problems(&builds));
        }
        self.browser.close(tab)?;
        // An image of the page before may still be in the browser's memory.
        if asked < loads * 4 {
            problems.push(format!("6 assets are in each of {loads} pages, but {asked} were asked for"));
        }
        let mut refused = 0;
        for (number, build) in builds.into_iter().enumerate() {
            let seen = self.instances[number].take()?;
            let pages = seen.iter().filter(|seen| seen.is_page()).count();
            if pages < loads / 4 {
                problems
                    .push(format!("{loads} pages are for both instances; that of {} served {pages}", build.release));
            }
            let redirects = seen.iter().filter(|seen| seen.status == 301);
            problems.extend(redirects.map(|seen| format!("no redirect expected, {seen:?} of {}", build.release)));
            let refuses = seen.iter().filter(|seen| seen.status == 503).count();
            let outcome = [expected::V2_AT_V1, expected::V1_AT_V2][number].of(self.run.setup);
            if refuses > 0 && outcome != Outcome::Retry {
                problems
                    .push(format!("the instance of {} keeps the other's files, and refused {refuses}", build.release));
            }
            refused += refuses;
        }
        // A shared cache asks for each asset once, and all of them may come to the right instance by chance.
        if refused == 0 && self.fronts[front].kind != front::Kind::Cache {
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
            // Each worker of a front leaves out an instance that it could not reach, and the other one is killed next.
            thread::sleep(LEFT_OUT);
            self.wait_for_both()?;
        }
        Ok(problems)
    }

    /// Loads pages, with a second client that asks for nothing but pages, and kills an instance while both are at it.
    fn load_while_one_dies(&mut self, front: usize, builds: [&Build; 2], victim: usize) -> Result<Problems, String> {
        self.forget_requests()?;
        let wanted = self.run.loads().kill;
        let tab = self.browser.open_apart()?;
        let front = &self.fronts[front];
        let instance = &mut self.instances[victim];
        let (browser, hosts) = (&mut self.browser, &mut self.hosts);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let killer = scope.spawn(|| {
                // The browser has just got its page from there, and asks for its assets.
                let answered = until(|| instance.count(Seen::is_page) >= wanted / 6);
                instance.kill();
                answered.map(|()| Instant::now())
            });
            let second_client = scope.spawn(|| {
                let start = Instant::now();
                let mut problems = Vec::new();
                while !done.load(Ordering::Relaxed) && start.elapsed() < PATIENCE {
                    problems.extend(page_problem(front.port, "/?second"));
                }
                problems
            });
            let mut loads: Vec<Load> = Vec::new();
            let mut after = 0;
            let mut load_pages = || {
                // When the front sends the victim its pages is up to the front, and to what the second client asks for in between.
                while loads.len() < wanted || after < AFTER_A_KILL && loads.len() < 5 * wanted {
                    after += usize::from(killer.is_finished());
                    let host = browser.host_of_nothing_cached(&tab, hosts)?;
                    loads.push(browser.load(&tab, &front.page(host, "/"))?);
                }
                Ok::<_, String>(())
            };
            let result = load_pages().and_then(|()| browser.close(tab));
            done.store(true, Ordering::Relaxed);
            let killed = killer.join().map_err(|_| "the killer panicked")?;
            let mut problems = second_client.join().map_err(|_| "the second client panicked")?;
            result?;
            let killed = killed?;
            // What no front can save: the page of the release that nobody has any more, half loaded.
            let can_be_lost = [expected::V1_DIES, expected::V2_DIES][victim].of(self.run.setup) == Outcome::Lost;
            let is_lost = |load: &&Load| can_be_lost && load.began < killed && load.release() == builds[victim].release;
            problems.extend(loads.iter().filter(|load| !is_lost(load)).flat_map(|load| load.problems(&builds)));
            let before: Vec<_> = loads.iter().filter(is_lost).collect();
            // All but the last of them were there in whole before it.
            problems.extend(before.iter().rev().skip(1).flat_map(|load| load.problems(&builds)));
            if loads.iter().filter(|load| load.began >= killed).count() < AFTER_A_KILL {
                problems.push(format!("fewer than {AFTER_A_KILL} of {} loads came after the kill", loads.len()));
            }
            Ok(problems)
        })
    }
}
