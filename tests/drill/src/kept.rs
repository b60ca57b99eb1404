//! The steps that only a history makes possible.

use serde_json::{Value, json};

use crate::drill::{Drill, Fetched, Problems};
use crate::front;
use crate::releases::Build;
use crate::visitor::Visitor;

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

impl<V: Visitor> Drill<'_, V> {
    /// Has a page import the lazy module.
    pub(crate) fn open_lazily(&mut self, tab: &V::Tab) -> Result<Opened, String> {
        let opened = self.browser.evaluate(tab, "openLazily().then(release => [[release], modules, stamps])")?;
        let texts = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap_or_default() };
        Ok(Opened { module: texts(&opened[0]).concat(), ran: texts(&opened[1]), stamps: texts(&opened[2]) })
    }

    /// Step 9: a page that was left open gets everything of its own release, and shares its state with what it loads.
    pub(crate) fn go_on_with_own_files(&mut self, front: usize, tab: &V::Tab, own: &Build) -> Result<Problems, String> {
        self.forget_requests()?;
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
        let seen = self.seen()?;
        let other = seen.iter().filter(|seen| seen.status != 200);
        problems.extend(other.map(|seen| format!("nothing but 200 expected, {seen:?}")));
        let lazy = own.url("lazy.js");
        let asked = seen.iter().filter(|seen| seen.path == lazy).count();
        // By the import, and by the page.
        if self.fronts[front].kind != front::Kind::Cache && asked != 2 {
            problems.push(format!("two requests for {lazy} expected, {asked} came to the instances"));
        }
        Ok(problems)
    }

    /// Step 10: the same with a page that has digests: in its elements, and in its import map if it has one for all modules.
    pub(crate) fn go_on_with_integrity(&mut self, front: usize, tab: &V::Tab, own: &Build) -> Result<Problems, String> {
        let mut problems = Vec::new();
        let lazy = own.url("lazy.js");
        let digests = format!(
            "(() => {{
                const map = JSON.parse(document.querySelector('script[type=importmap]')?.textContent ?? '{{}}');
                const elements = document.querySelectorAll('link[rel=stylesheet], script[type=module]');
                return [[...elements].every(element => element.integrity), map.integrity?.['{lazy}'] !== undefined];
            }})()"
        );
        let (seen, expected) = (self.browser.evaluate(tab, &digests)?, json!([true, self.run.setup.has_import_map()]));
        if seen != expected {
            problems.push(format!("digests in the elements and of the lazy module: {expected} expected, {seen} seen"));
        }
        problems.extend(self.go_on_with_own_files(front, tab, own)?);
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
            let mut problems = self.return_to_the_same(front, again)?;
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
            let open = self.open_elsewhere(from, "/")?;
            self.deploy([from, to])?;
            for (front, problems) in problems.iter_mut().enumerate() {
                let tab = self.browser.open_apart()?;
                for _ in 0..self.run.loads().rollback {
                    let host = self.browser.host_of_nothing_cached(&tab, &mut self.hosts)?;
                    let page = self.fronts[front].page(host, "/");
                    problems.extend(self.browser.load(&tab, &page)?.problems(&[from, to]));
                }
                self.browser.close(tab)?;
            }
            self.deploy([to, to])?;
            for (front, problems) in problems.iter_mut().enumerate() {
                problems.extend(self.go_on_with_own_files(front, &open[front], from)?);
                problems.extend(self.return_to(front, to)?.problems(&[to]));
            }
        }
        for (front, problems) in problems.into_iter().enumerate() {
            self.note(11, front, problems);
        }
        Ok(())
    }
}
