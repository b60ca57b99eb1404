//! What each step showed.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use tests_browser::Engine;

use crate::setup::{LOADS, LOADS_IN_OTHERS, Run};
use crate::{expected, front};

/// The steps, in the order of the table.
pub(crate) const STEPS: [&str; 12] = [
    "Both instances have v1. A page is loaded twice with one browser profile: the second load asks for no asset.",
    "One instance becomes v2. Every page that is loaded has all assets of its own release, each with the first answer, and \
     nothing on the console. Both instances serve pages.",
    "After that the shared cache has stored nothing but 200s, and every body is of the release in its URL.",
    "Both have v2. A page of v1, left open, asks for an asset that changed, for one that is gone, and imports a module: \
     301 to v2, 404, v2's module, no 5xx; with a history 200 with v1's own bytes. A shared cache still has what a page of v1 loaded \
     through it, and gives that.",
    "Rollback to v1, with the browser profile that saw v2: everything loads, and no redirect is followed from the cache.",
    "A page of v2, left open, asks after the rollback: 503 while the window is open, 301 to v1 after it. All the while \
     every page is answered 200, by both instances.",
    "Forward to v3, then v3 again with no asset changed: no asset is asked for again. Without a history and with a content token, the second is another build.",
    "As step 2, and one instance is killed during it, then the other: no page fails that the front could save. With a \
     history, an instance of v2 saves the pages of v1.",
    "Both have v3. A page of v1, two releases old and left open, imports a module that changed twice, and asks for every file that \
     v1 had: 200, all of v1. The module shares the state that the page has, and every module has run once.",
    "The same with a page that has digests (`integrity`) in its elements, and for modules in its import map; it adds a stylesheet \
     with the digest that it knows.",
    "Rollback by a new build of v2 that has v3 in its history, then forward by a new build of v3 that has this v2: during \
     both, every page is whole, pages left open over them go on as in step 9, and URLs are right: a release that is built \
     again has the URLs that it had.",
    "A visitor returns after a deploy of v3 under a new token, with nothing changed: all URLs are as they were, and no asset is \
     asked for.",
];

/// What each step showed, by run and front.
pub(crate) struct Report {
    start: Instant,
    cells: Vec<Cell>,
    /// The engines, with their versions.
    engines: Vec<(Engine, String)>,
    /// Runs in which not all steps could be taken.
    stopped: usize,
}

struct Cell {
    run: Run,
    front: front::Kind,
    step: usize,
    problems: Vec<String>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), cells: Vec::new(), engines: Vec::new(), stopped: 0 }
    }

    /// Notes the version of an engine.
    pub(crate) fn note_version(&mut self, engine: Engine, version: String) {
        if self.engines.iter().all(|(known, _)| *known != engine) {
            self.engines.push((engine, version));
        }
    }

    /// Notes what was wrong in a step, and prints it.
    pub(crate) fn note(&mut self, run: Run, front: front::Kind, step: usize, problems: Vec<String>) {
        let verdict = if problems.is_empty() { "ok" } else { "FAILED" };
        println!(
            "{:6.1} {:23} {:11} step {step}: {verdict}",
            self.start.elapsed().as_secs_f32(),
            run.name(),
            front.name()
        );
        for problem in problems.iter().take(5) {
            println!("    {problem}");
        }
        if problems.len() > 5 {
            println!("    and {} more", problems.len() - 5);
        }
        self.cells.push(Cell { run, front, step, problems });
    }

    /// Notes that no further steps can be taken in a run, and why.
    pub(crate) fn stop(&mut self, run: Run, error: &str) {
        println!("{}: cannot go on: {error}", run.name());
        self.stopped += 1;
    }

    /// How many steps passed, and how many failed.
    pub(crate) fn totals(&self) -> (usize, usize) {
        let passed = self.cells.iter().filter(|cell| cell.problems.is_empty()).count();
        (passed, self.cells.len() - passed + self.stopped)
    }

    /// The whole page `docs/deploy/RESULTS.md`.
    pub(crate) fn page(&self) -> Result<String, String> {
        let version_of = |engine: Engine| {
            let (_, version) = self.engines.iter().find(|(known, _)| *known == engine)?;
            Some(format!("{} {version}", engine.name()))
        };
        let engines: Vec<_> = Engine::ALL.into_iter().filter_map(version_of).collect();
        let mut page = format!(
            "# The drill\n\nOne app in three releases, each really built with cargo for each kind of token. Two instances of it, behind {}, \
             {},\nand the same nginx as a shared cache, with the configurations in this folder. Pages in\n{}. \
             Written by `tests/drill/run --write`.\n\n`style.css`, `app.js` and the module `lazy.js` differ between the releases, \
             `logo.svg`, `seal.svg` and `stamp.js` do not, `gone.js` is only in v1 and `new.js`\nonly in v2. Both modules import \
             `stamp.js`, which has a state. The rollout window is 10 seconds.\n\nEvery kind of token is drilled without a history. With \
             one, all but labels are: each release is recorded before the next is built,\nby `cp -r` of what the build wrote. Only \
             release tokens take the shared cache then. With content and release tokens pages then load their\n\
             modules with an import map. Chromium takes all of it, Firefox and WebKit take timestamps without a\nhistory and release \
             tokens with one. What Chromium asks for and shows on its console comes from the browser itself, in the other\ntwo from the \
             page's Resource Timing and the logs of the instances.\n\n",
            version("nginx", "-v")?,
            version("haproxy", "-v")?,
            engines.join(", "),
        );
        for (number, step) in (1..).zip(STEPS) {
            let _ = writeln!(page, "{number}. {step}");
        }
        let (passed, failed) = self.totals();
        let _ = write!(
            page,
            "\nSteps 9 to 12 need a history. Step 2 loads {} pages through each front, step 8 at least {} for each instance that is killed, while a \
             second client asks\nfor pages without a pause, and step 11 {} in each direction; in Firefox and WebKit it is {}, {} and {}. Each \
             of these loads begins\nwith nothing in the browser's cache: it is empty, or has no files of that host.\n\n## What a history changes\n\n{}\n## \
             Results\n\n{}\n{passed} passed, {failed} failed.\n",
            LOADS.rollout,
            LOADS.kill,
            LOADS.rollback,
            LOADS_IN_OTHERS.rollout,
            LOADS_IN_OTHERS.kill,
            LOADS_IN_OTHERS.rollback,
            expected::table(),
            self.table()
        );
        Ok(page)
    }

    /// A row for each run and front, a column for each step.
    pub(crate) fn table(&self) -> String {
        let mut table = String::from("| token | history | browser | front |");
        (1..=STEPS.len()).for_each(|step| _ = write!(table, " {step} |"));
        table += "\n|---|---|---|---|";
        table += &"---|".repeat(STEPS.len());
        table.push('\n');
        for run in Run::all() {
            for front in run.fronts() {
                let history = if run.setup.has_history { "yes" } else { "no" };
                let (token, engine, front_name) = (run.setup.kind.name(), run.engine.name(), front.name());
                let _ = write!(table, "| {token} | {history} | {engine} | {front_name} |");
                for step in 1..=STEPS.len() {
                    let is_it = |cell: &&Cell| (cell.run, cell.front, cell.step) == (run, *front, step);
                    let verdict = match self.cells.iter().find(is_it) {
                        None => "–",
                        Some(cell) if cell.problems.is_empty() => "ok",
                        Some(_) => "**failed**",
                    };
                    let _ = write!(table, " {verdict} |");
                }
                table.push('\n');
            }
        }
        table
    }
}

/// The line in which a program tells its version.
fn version(program: &str, option: &str) -> Result<String, String> {
    let output = Command::new(program).arg(option).output().map_err(|error| format!("{program}: {error}"))?;
    let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let is_number = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.');
    let number = told.split([' ', '/', '-', '\n']).find(is_number).ok_or_else(|| format!("{program}: {told}"))?;
    Ok(format!("{program} {number}"))
}
