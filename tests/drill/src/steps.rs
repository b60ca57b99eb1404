//! The steps: each says what is not as it must be.

use std::collections::BTreeSet;
use std::time::Instant;

use tests_browser::{PATIENCE, http};

use crate::drill::{Drill, Fetched, Problems};
use crate::expected::Outcome::{Missing, OneInstance, Own, Redirect};
use crate::kept::Opened;
use crate::releases::Build;
use crate::visitor::Visitor;
use crate::{cache, expected, front};

impl<V: Visitor> Drill<'_, V> {
    /// Step 1, and the second half of step 7: everything is in the browser already.
    pub(crate) fn return_to_the_same(&mut self, front: usize, build: &Build) -> Result<Problems, String> {
        self.forget_requests()?;
        let load = self.return_to(front, build)?;
        let mut problems = load.problems(&[build]);
        let asked = load.assets().filter(|request| !request.is_cached);
        problems.extend(asked.map(|request| format!("no request for an asset expected, {} seen", request.shown())));
        let seen = self.seen()?.into_iter().filter(|seen| !seen.is_page());
        problems.extend(seen.map(|seen| format!("the instance was asked for {}", seen.path)));
        Ok(problems)
    }

    /// Step 3.
    pub(crate) fn look_into_the_cache(&mut self, builds: &[&Build]) -> Result<(), String> {
        let Some(front) = self.fronts.iter().position(|front| front.kind == front::Kind::Cache) else { return Ok(()) };
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
            let file = builds.iter().find_map(|build| build.at(&stored.path));
            if stored.status != 200 {
                problems.push(format!("{} is stored with status {}", stored.path, stored.status));
            } else if file != Some(&*stored.body) {
                problems.push(format!("{} is stored with bytes of another release", stored.path));
            }
        }
        let wanted: BTreeSet<_> = builds.iter().flat_map(|build| build.of_page().map(|(url, _)| url)).collect();
        if stored.len() < wanted.len() {
            let wanted = wanted.len();
            problems.push(format!("{wanted} assets are in the pages, {} are stored", stored.len()));
        }
        self.note(3, front, problems);
        Ok(())
    }

    /// Step 4.
    pub(crate) fn go_on_with_an_old_page(
        &mut self,
        front: usize,
        tab: &V::Tab,
        old: &Build,
        new: &Build,
    ) -> Result<Problems, String> {
        // A shared cache still has what a page of the old release has loaded through it.
        let has_old = self.fronts[front].kind == front::Kind::Cache;
        let [changed, gone] =
            [expected::CHANGED, expected::GONE].map(|row| if has_old { Own } else { row.of(self.run.setup) });
        let (module, state) = (expected::MODULE.of(self.run.setup), expected::STATE.of(self.run.setup));
        let mut problems = Vec::new();
        let style = self.fetch(tab, old, "style.css")?;
        let expected = Fetched::of(if changed == Own { old } else { new }, "style.css");
        if style != expected {
            problems.push(format!("style.css: {expected:?} expected, {style:?} seen"));
        }
        let file = self.fetch(tab, old, "gone.js")?;
        if gone == Own && file != Fetched::of(old, "gone.js") || gone == Missing && file.status != 404 {
            problems.push(format!("gone.js: {file:?} seen"));
        }
        let opened = self.open_lazily(tab);
        let loaded = if module == Own { old } else { new };
        let expected = Opened::of(old, loaded, state == OneInstance);
        if opened.as_ref() != Ok(&expected) {
            problems.push(format!("{expected:?} expected of the lazy module, {opened:?} seen"));
        }
        for (path, outcome) in [("style.css", changed), ("lazy.js", module)] {
            if outcome == Redirect {
                let answer = http::get(self.fronts[front].port, &old.url(path)).map_err(|error| error.to_string())?;
                let seen = (answer.status, answer.field("location"));
                if seen != (301, &*new.url(path)) {
                    problems.push(format!("{path}: a redirect to {} expected, {seen:?} seen", new.url(path)));
                }
            }
        }
        Ok(problems)
    }

    /// Step 6.
    pub(crate) fn go_on_with_a_newer_page(&mut self, open: &[V::Tab], old: &Build, new: &Build) -> Result<(), String> {
        if let Some(front) = self.fronts.iter().find(|front| front.kind == front::Kind::Cache) {
            // Else it would give the files of the newer release, as in step 4.
            cache::forget(&front.stored)?;
        }
        let mut problems = vec![Vec::new(); self.fronts.len()];
        let lazy = new.url("lazy.js");
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
            let load = self.return_to(front, build)?;
            problems.push(load.problems(&[build]));
        }
        for number in [0, 1] {
            self.restart(number, again)?;
        }
        self.wait_for_both()?;
        for (front, mut problems) in problems.into_iter().enumerate() {
            problems.extend(self.return_to_the_same(front, again)?);
            self.note(7, front, problems);
        }
        Ok(())
    }
}

/// What is wrong with a page through a front.
pub(crate) fn page_problem(port: u16, path: &str) -> Option<String> {
    match http::get(port, path) {
        Ok(answer) if answer.status == 200 => None,
        Ok(answer) => Some(format!("a page is answered {}", answer.status)),
        Err(error) => Some(format!("a page is not answered: {error}")),
    }
}
