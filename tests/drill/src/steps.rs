//! The steps: each says what is not as it must be.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use crate::cache;
use crate::drill::{Drill, Fetched, Problems};
use crate::front;
use crate::instance::Seen;
use crate::load::{Hop, Load, Request, load, requests};
use crate::releases::Build;
use tests_browser::{Browser, PATIENCE, Tab, http, until};

/// How many pages are loaded through each front in step 2.
pub(crate) const LOADS: usize = 200;
/// How many in step 8, for each of the two instances that is killed.
pub(crate) const LOADS_WITH_A_KILL: usize = 30;

impl Drill<'_> {
    /// Step 1, and the second half of step 7: everything is in the browser already.
    pub(crate) fn load_from_the_browsers_cache(&mut self, front: usize, build: &Build) -> Result<Problems, String> {
        self.forget_requests()?;
        let load = self.load_in_the_profile(front, build)?;
        let mut problems = load.problems(&[build]);
        let asked = load.assets().filter(|request| !request.is_cached);
        problems.extend(asked.map(|request| format!("no request for an asset expected, {:?} seen", request.hops)));
        for instance in &mut self.instances {
            let seen = instance.take()?.into_iter().filter(|seen| !seen.is_page());
            problems.extend(seen.map(|seen| format!("the instance was asked for {}", seen.path)));
        }
        Ok(problems)
    }

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
            problems.push(format!("5 assets are in each of {LOADS} pages, but {asked} were asked for"));
        }
        let mut refused = 0;
        for (number, build) in builds.into_iter().enumerate() {
            let seen = self.instances[number].take()?;
            let pages = seen.iter().filter(|seen| seen.is_page()).count();
            if pages < LOADS / 4 {
                problems
                    .push(format!("{LOADS} pages are for both instances; that of {} served {pages}", build.release));
            }
            refused += seen.iter().filter(|seen| seen.status == 503).count();
        }
        if refused == 0 {
            problems.push("no request for an asset came to the instance of the other release".to_owned());
        }
        Ok(problems)
    }

    /// Step 3.
    pub(crate) fn look_into_the_cache(&mut self, builds: &[&Build]) -> Result<(), String> {
        let front = self.fronts.iter().position(|front| front.kind == front::Kind::Cache).ok_or("no cache")?;
        let mut problems = Vec::new();
        // What is in no release, or not in the token's own, as an address from elsewhere may be.
        for build in builds {
            for path in ["none.js", "gone.js", "new.js"].into_iter().filter(|path| !build.files.contains_key(*path)) {
                let path = format!("/static/{}/{path}", build.token);
                let status = http::get(self.fronts[front].port, &path).map_err(|error| error.to_string())?.status;
                if status == 200 {
                    problems.push(format!("{path} is in no release, but answered 200"));
                }
            }
        }
        let stored = cache::stored(&self.fronts[front].stored)?;
        for stored in &stored {
            let mut parts = stored.path.trim_start_matches("/static/").splitn(2, '/');
            let (token, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let file = builds.iter().find(|build| build.token == token).and_then(|build| build.files.get(path));
            if stored.status != 200 {
                problems.push(format!("{} is stored with status {}", stored.path, stored.status));
            } else if file.is_none_or(|file| *file != stored.body) {
                problems.push(format!("{} is stored with bytes of another release", stored.path));
            }
        }
        let wanted: usize = builds.iter().map(|build| build.of_page().count()).sum();
        if stored.len() < wanted {
            problems.push(format!("{wanted} assets are in the pages, {} are stored", stored.len()));
        }
        self.note(3, front, problems);
        Ok(())
    }

    /// Step 4.
    pub(crate) fn go_on_with_an_old_page(
        &mut self,
        front: usize,
        tab: &Tab,
        old: &Build,
        new: &Build,
    ) -> Result<Problems, String> {
        // A shared cache still has what a page of the old release has loaded through it.
        let has_old = self.fronts[front].kind == front::Kind::Cache;
        self.browser.forget(tab);
        let mut problems = Vec::new();
        let style = self.fetch(tab, old, "style.css")?;
        let expected = Fetched::of(if has_old { old } else { new }, "style.css");
        if style != expected {
            problems.push(format!("style.css: {expected:?} expected, {style:?} seen"));
        }
        let gone = self.fetch(tab, old, "gone.js")?;
        if has_old && gone != Fetched::of(old, "gone.js") || !has_old && gone.status != 404 {
            problems.push(format!("gone.js: {gone:?} seen"));
        }
        let lazy = self.browser.evaluate(tab, "openLazily()");
        if lazy.as_ref().ok().and_then(Value::as_str) != Some(new.assets_say()) {
            problems.push(format!("the lazy module of {} expected, {lazy:?} seen", new.release));
        }
        let moved = if has_old { 1 } else { 2 };
        let seen = requests(self.browser.events(tab));
        let statuses = |wanted| seen.iter().flat_map(|it| &it.hops).filter(|hop| wanted == hop.status).count();
        if statuses(301) != moved {
            problems.push(format!("{moved} redirects expected: {:?}", hops(&seen)));
        }
        if seen.iter().flat_map(|it| &it.hops).any(|hop| hop.status >= 500) {
            problems.push(format!("no 5xx expected: {:?}", hops(&seen)));
        }
        Ok(problems)
    }

    /// Step 6.
    pub(crate) fn go_on_with_a_newer_page(&mut self, open: &[Tab], old: &Build, new: &Build) -> Result<(), String> {
        if let Some(front) = self.fronts.iter().find(|front| front.kind == front::Kind::Cache) {
            // Else it would give the files of the newer release, as in step 4.
            cache::forget(&front.stored)?;
        }
        let mut problems = vec![Vec::new(); self.fronts.len()];
        let lazy = format!("/static/{}/lazy.js", new.token);
        // All fronts first: the window is of the instances, and it opens with the first request.
        for (front, tab) in open.iter().enumerate() {
            let early = self.fetch(tab, new, "lazy.js")?;
            if early.status != 503 {
                problems[front].push(format!("503 expected while the window is open, {early:?} seen"));
            }
            let answer = http::get(self.fronts[front].port, &lazy).map_err(|error| error.to_string())?;
            let fields = ["retry-after", "cache-control"].map(|name| answer.field(name).to_owned());
            if fields != ["3", "no-store"] {
                problems[front].push(format!("Retry-After 3 and no-store expected, {fields:?} seen"));
            }
            if let Ok(opened) = self.browser.evaluate(tab, "openLazily()") {
                problems[front].push(format!("an import that fails expected, the module of {opened} seen"));
            }
        }
        for (front, problems) in problems.iter_mut().enumerate() {
            self.forget_requests()?;
            let port = self.fronts[front].port;
            for _ in 0..50 {
                problems.extend(page_problem(port, "/"));
                let _ = http::get(port, &lazy);
                problems.extend(page_problem(port, "/"));
            }
            for instance in &mut self.instances {
                let pages = instance.take()?.iter().filter(|seen| seen.is_page()).count();
                if pages < 25 {
                    problems.push(format!("100 pages are for both instances, one served {pages}"));
                }
            }
        }
        let expected = Fetched::of(old, "lazy.js");
        for (front, tab) in open.iter().enumerate() {
            let mut late = self.fetch(tab, new, "lazy.js")?;
            let start = Instant::now();
            while late.status == 503 && start.elapsed() < PATIENCE {
                problems[front].extend(page_problem(self.fronts[front].port, "/"));
                late = self.fetch(tab, new, "lazy.js")?;
            }
            if late != expected {
                problems[front].push(format!("{expected:?} expected after the window, {late:?} seen"));
            }
        }
        for (front, problems) in problems.into_iter().enumerate() {
            self.note(6, front, problems);
        }
        Ok(())
    }

    /// Step 7.
    pub(crate) fn redeploy(&mut self, build: &Build, again: &Build) -> Result<(), String> {
        self.deploy([build, build])?;
        let mut problems = Vec::new();
        for front in 0..self.fronts.len() {
            let load = self.load_in_the_profile(front, build)?;
            problems.push(load.problems(&[build]));
        }
        for number in [0, 1] {
            self.restart(number, again)?;
        }
        self.wait_for_both()?;
        for (front, mut problems) in problems.into_iter().enumerate() {
            problems.extend(self.load_from_the_browsers_cache(front, again)?);
            self.note(7, front, problems);
        }
        Ok(())
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
            let is_lost = |load: &&Load| load.began < killed && load.release() == builds[victim].release;
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
fn load_as_a_new_visitor(browser: &mut Browser, tab: &Tab, port: u16) -> Result<Load, String> {
    browser.call(Some(tab), "Network.clearBrowserCache", json!({}))?;
    load(browser, tab, port)
}

fn hops(requests: &[Request]) -> Vec<&[Hop]> {
    requests.iter().map(|request| request.hops.as_slice()).collect()
}

/// What is wrong with a page through a front.
fn page_problem(port: u16, path: &str) -> Option<String> {
    match http::get(port, path) {
        Ok(answer) if answer.status == 200 => None,
        Ok(answer) => Some(format!("a page is answered {}", answer.status)),
        Err(error) => Some(format!("a page is not answered: {error}")),
    }
}
