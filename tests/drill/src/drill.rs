//! One run of the drill: its parts, and the order of its steps.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::front::Front;
use crate::instance::{Instance, Seen};
use crate::load::Load;
use crate::releases::Build;
use crate::report::Report;
use crate::setup::Run;
use crate::visitor::{Hosts, Visitor};
use tests_browser::front::{Certificate, free_port};
use tests_browser::{Browser, Engine, Session, http, until};

/// What is not as it must be; empty where all is well.
pub(crate) type Problems = Vec<String>;

/// Two instances, their fronts and a browser.
pub(crate) struct Drill<'a, V: Visitor> {
    pub(crate) run: Run,
    report: &'a Mutex<Report>,
    ports: [u16; 2],
    pub(crate) instances: [Instance; 2],
    pub(crate) fronts: Vec<Front>,
    pub(crate) browser: V,
    pub(crate) hosts: Hosts,
    /// The tab of a visitor who returns, by front. It is one tab, because WebKit under automation keeps what it has loaded in the memory
    /// of the tab alone.
    returning: HashMap<usize, V::Tab>,
}

/// Takes all steps of a run; `folder` is for what the servers and the browser write.
pub(crate) fn drill(run: Run, builds: &[Build], folder: &Path, report: &Mutex<Report>) -> Result<(), String> {
    let profile = folder.join("profile");
    match run.engine {
        Engine::Chromium => take_steps(run, builds, folder, report, Browser::start(&profile)?),
        engine => {
            let certificate = Certificate::make(folder)?;
            take_steps(run, builds, folder, report, Session::start(engine, &profile, &certificate)?)
        }
    }
}

fn take_steps<V: Visitor>(
    run: Run,
    builds: &[Build],
    folder: &Path,
    report: &Mutex<Report>,
    mut browser: V,
) -> Result<(), String> {
    report.lock().unwrap_or_else(PoisonError::into_inner).note_version(run.engine, browser.version()?);
    let [v1, v2, v3, others @ ..] = builds else { return Err("three releases are built".to_owned()) };
    let port = || free_port().map_err(|error| error.to_string());
    let ports = [port()?, port()?];
    let instances = [Instance::start(v1, ports[0])?, Instance::start(v1, ports[1])?];
    let fronts = run.fronts().iter().map(|kind| Front::start(*kind, ports, folder)).collect::<Result<_, _>>()?;
    let mut drill =
        Drill { run, report, ports, instances, fronts, browser, hosts: Hosts::default(), returning: HashMap::new() };

    let open_v1 = drill.open(v1, "/")?;
    // To stay open for longer.
    let longer = if run.setup.has_history {
        Some((drill.open_elsewhere(v1, "/")?, drill.open_elsewhere(v1, "/integrity")?))
    } else {
        None
    };
    drill.each_front(1, |drill, front| {
        let problems = drill.return_to(front, v1)?.problems(&[v1]);
        Ok([problems, drill.return_to_the_same(front, v1)?].concat())
    })?;
    drill.deploy([v1, v2])?;
    drill.each_front(2, |drill, front| drill.load_during_the_rollout(front, [v1, v2]))?;
    drill.each_front(8, |drill, front| drill.load_while_instances_die(front, [v1, v2]))?;
    drill.look_into_the_cache(&[v1, v2])?;
    drill.deploy([v2, v2])?;
    drill.each_front(4, |drill, front| drill.go_on_with_an_old_page(front, &open_v1[front], v1, v2))?;
    let open_v2 = drill.open(v2, "/")?;
    for front in 0..drill.fronts.len() {
        drill.return_to(front, v2)?;
    }
    drill.deploy([v1, v1])?;
    drill.each_front(5, |drill, front| Ok(drill.return_to(front, v1)?.problems(&[v1])))?;
    drill.go_on_with_a_newer_page(&open_v2, v1, v2)?;
    let (Some((own, with_integrity)), [again, back, forward]) = (longer, others) else {
        // A build that changes no asset; without one, the same again.
        return drill.redeploy(v3, others.first().unwrap_or(v3));
    };
    drill.redeploy(v3, v3)?;
    drill.each_front(9, |drill, front| drill.go_on_with_own_files(front, &own[front], v1))?;
    drill.each_front(10, |drill, front| drill.go_on_with_integrity(front, &with_integrity[front], v1))?;
    drill.return_after_a_deploy_of_nothing(v3, again)?;
    drill.roll_back_and_forward(again, back, forward)
}

impl<V: Visitor> Drill<'_, V> {
    fn each_front(
        &mut self,
        step: usize,
        mut run: impl FnMut(&mut Self, usize) -> Result<Problems, String>,
    ) -> Result<(), String> {
        for front in 0..self.fronts.len() {
            let problems = run(self, front)?;
            self.note(step, front, problems);
        }
        Ok(())
    }

    pub(crate) fn note(&mut self, step: usize, front: usize, problems: Problems) {
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.note(self.run, self.fronts[front].kind, step, problems);
    }

    /// Replaces the instances, and waits until every front sends pages to both.
    pub(crate) fn deploy(&mut self, builds: [&Build; 2]) -> Result<(), String> {
        for (number, build) in builds.into_iter().enumerate() {
            if self.instances[number].build.release != build.release {
                self.restart(number, build)?;
            }
        }
        self.wait_for_both()
    }

    pub(crate) fn restart(&mut self, number: usize, build: &Build) -> Result<(), String> {
        self.instances[number].kill();
        self.instances[number] = Instance::start(build, self.ports[number])?;
        Ok(())
    }

    pub(crate) fn wait_for_both(&mut self) -> Result<(), String> {
        for front in 0..self.fronts.len() {
            self.forget_requests()?;
            let (port, instances) = (self.fronts[front].port, &self.instances);
            // Several each, for nginx has several workers.
            until(|| {
                let answered = http::get(port, "/").is_ok_and(|answer| answer.status == 200);
                answered && instances.iter().all(|instance| instance.count(Seen::is_page) >= 5)
            })
            .map_err(|error| format!("{} sends pages to both instances {error}", self.fronts[front].kind.name()))?;
        }
        self.forget_requests()
    }

    pub(crate) fn forget_requests(&mut self) -> Result<(), String> {
        self.seen().map(drop)
    }

    /// What both instances have answered since this was asked last.
    pub(crate) fn seen(&mut self) -> Result<Vec<Seen>, String> {
        let [first, second] = &mut self.instances;
        Ok([first.take()?, second.take()?].concat())
    }

    /// Loads the page as a visitor who returns.
    pub(crate) fn return_to(&mut self, front: usize, build: &Build) -> Result<Load, String> {
        let tab = match self.returning.entry(front) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.browser.open()?),
        };
        let load = self.browser.load(tab, &self.fronts[front].page(Ipv4Addr::LOCALHOST, "/"))?;
        if load.release() == build.release { Ok(load) } else { Err(format!("{load:?} is not of {}", build.release)) }
    }

    /// Opens a page of a release through each front, to stay open.
    pub(crate) fn open(&mut self, build: &Build, path: &'static str) -> Result<Vec<V::Tab>, String> {
        self.open_at(|_| Ipv4Addr::LOCALHOST, build, path)
    }

    /// The same under a name of this machine for which the browser has nothing in its cache, whatever other pages load.
    pub(crate) fn open_elsewhere(&mut self, build: &Build, path: &'static str) -> Result<Vec<V::Tab>, String> {
        self.open_at(Hosts::next, build, path)
    }

    fn open_at(
        &mut self,
        host: impl Fn(&mut Hosts) -> Ipv4Addr,
        build: &Build,
        path: &'static str,
    ) -> Result<Vec<V::Tab>, String> {
        let mut tabs = Vec::new();
        for front in &self.fronts {
            let tab = self.browser.open()?;
            let load = self.browser.load(&tab, &front.page(host(&mut self.hosts), path))?;
            let problems = load.problems(&[build]);
            if !problems.is_empty() {
                return Err(format!("a page of {} does not load: {problems:?}", build.release));
            }
            tabs.push(tab);
        }
        Ok(tabs)
    }

    /// An asset of a release as a page gets it, past the browser's cache.
    pub(crate) fn fetch(&mut self, tab: &V::Tab, build: &Build, path: &str) -> Result<Fetched, String> {
        let script = format!(
            "fetch('{}', {{ cache: 'reload' }}).then(async answer => \
             [answer.status, new URL(answer.url).pathname, await answer.text()])",
            build.url(path)
        );
        let fetched = self.browser.evaluate(tab, &script)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Fetched {
            status: fetched[0].as_u64().unwrap_or_default(),
            path: text(&fetched[1]),
            text: text(&fetched[2]),
        })
    }
}

/// An answer to a page's `fetch`, after redirects.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) status: u64,
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Fetched {
    /// The asset of a release, under the release's own URL.
    pub(crate) fn of(build: &Build, path: &str) -> Self {
        let text = String::from_utf8_lossy(&build.files[path]).into_owned();
        Self { status: 200, path: build.url(path), text }
    }
}
