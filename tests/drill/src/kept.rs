//! The steps that only a history makes possible.

use serde_json::{Value, json};
use tests_browser::Tab;

use crate::drill::{Drill, Fetched, Problems};
use crate::load::requests;
use crate::releases::Build;
use crate::rollout::load_as_a_new_visitor;
use crate::steps::hops;

/// How many pages are loaded through each front in each half of step 11.
pub(crate) const LOADS_OF_A_ROLLBACK: usize = 20;

/// What a page has after it has imported the lazy module.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// The release that the module says it is of.
    module: String,
    /// Every module that has run, in order.
    ran: Vec<String>,
    /// What the page's own instance of `stamp.js` knows about.
    stamps: Vec<String>,
}

impl Opened {
    /// What is right for a page of a release that gets the lazy module of a release, with one instance of `stamp.js` or with two.
    pub(crate) fn of(page: &Build, module: &Build, has_one_instance: bool) -> Self {
        let ran: &[&str] =
            if has_one_instance { &["stamp", "app", "lazy"] } else { &["stamp", "app", "stamp", "lazy"] };
        let mut stamps = vec![format!("app {}", page.assets_say())];
        stamps.extend(has_one_instance.then(|| format!("lazy {}", module.assets_say())));
        Self { module: module.assets_say().to_owned(), ran: ran.iter().map(|&name| name.to_owned()).collect(), stamps }
    }
}

impl Drill<'_> {
    /// Has a page import the lazy module.
    pub(crate) fn open_lazily(&mut self, tab: &Tab) -> Result<Opened, String> {
        let opened = self.browser.evaluate(tab, "openLazily().then(release => [[release], modules, stamps])")?;
        let texts = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap_or_default() };
        Ok(Opened { module: texts(&opened[0]).concat(), ran: texts(&opened[1]), stamps: texts(&opened[2]) })
    }

    /// Step 9: a page that was left open gets everything of its own release, and shares its state with what it loads.
    pub(crate) fn go_on_with_own_files(&mut self, tab: &Tab, own: &Build) -> Result<Problems, String> {
        // Another page may have left something in the browser, and the answers of the instances are of interest.
        self.browser.call(Some(tab), "Network.setCacheDisabled", json!({ "cacheDisabled": true }))?;
        self.browser.forget(tab);
        let mut problems = Vec::new();
        let (opened, expected) = (self.open_lazily(tab), Opened::of(own, own, true));
        if opened.as_ref() != Ok(&expected) {
            problems.push(format!("{expected:?} expected of the lazy module, {opened:?} seen"));
        }
        for path in own.files.keys() {
            let (file, expected) = (self.fetch(tab, own, path)?, Fetched::of(own, path));
            if file != expected {
                problems.push(format!("{path}: {expected:?} expected, {file:?} seen"));
            }
        }
        let seen = requests(self.browser.events(tab));
        if seen.iter().any(|request| request.hops.iter().any(|hop| hop.status != 200)) {
            problems.push(format!("nothing but 200 expected: {:?}", hops(&seen)));
        }
        Ok(problems)
    }

    /// Step 10: the same with a page that has digests: in its elements, and in its import map if it has one for all modules.
    pub(crate) fn go_on_with_integrity(&mut self, tab: &Tab, own: &Build) -> Result<Problems, String> {
        let mut problems = Vec::new();
        let lazy = own.url("lazy.js");
        let digests = format!(
            "(() => {{
                const map = JSON.parse(document.querySelector('script[type=importmap]')?.textContent ?? '{{}}');
                const elements = document.querySelectorAll('link[rel=stylesheet], script[type=module]');
                return [[...elements].every(element => element.integrity), map.integrity?.['{lazy}'] !== undefined];
            }})()"
        );
        let (seen, expected) = (self.browser.evaluate(tab, &digests)?, json!([true, self.setup.has_import_map()]));
        if seen != expected {
            problems.push(format!("digests in the elements and of the lazy module: {expected} expected, {seen} seen"));
        }
        problems.extend(self.go_on_with_own_files(tab, own)?);
        // An element that a script adds later.
        let style = "(() => {
            const before = document.querySelector('link[rel=stylesheet]');
            const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', crossOrigin: '' });
            Object.assign(link, { integrity: before.integrity, href: before.href + '?later' });
            document.head.append(link);
            return new Promise(resolve => ['load', 'error'].forEach(name => link.addEventListener(name, () => resolve(name))));
        })()";
        let loaded = self.browser.evaluate(tab, style)?;
        if loaded != "load" {
            problems.push(format!("the style with its digest: load expected, {loaded} seen"));
        }
        Ok(problems)
    }

    /// Step 12: the build that is deployed has a token of its own, and changes nothing.
    pub(crate) fn return_after_a_deploy_of_nothing(&mut self, build: &Build, again: &Build) -> Result<(), String> {
        self.deploy([again, again])?;
        for front in 0..self.fronts.len() {
            let mut problems = self.load_from_the_browsers_cache(front, again)?;
            if build.urls != again.urls {
                problems.push(format!("{:?} were the URLs, and are {:?}", build.urls, again.urls));
            }
            self.note(12, front, problems);
        }
        Ok(())
    }

    /// Step 11: an older release is built again and deployed, and then the newer one.
    pub(crate) fn roll_back_and_forward(&mut self, new: &Build, back: &Build, forward: &Build) -> Result<(), String> {
        let mut problems = vec![Vec::new(); self.fronts.len()];
        for (from, to) in [(new, back), (back, forward)] {
            let open = self.open(from, "/")?;
            self.deploy([from, to])?;
            for (front, problems) in problems.iter_mut().enumerate() {
                let tab = self.browser.tab(false)?;
                for _ in 0..LOADS_OF_A_ROLLBACK {
                    let load = load_as_a_new_visitor(&mut self.browser, &tab, self.fronts[front].port)?;
                    problems.extend(load.problems(&[from, to]));
                }
            }
            self.deploy([to, to])?;
            for (front, problems) in problems.iter_mut().enumerate() {
                problems.extend(self.go_on_with_own_files(&open[front], from)?);
                problems.extend(self.load_in_the_profile(front, to)?.problems(&[to]));
            }
        }
        for (front, problems) in problems.into_iter().enumerate() {
            self.note(11, front, problems);
        }
        Ok(())
    }
}
