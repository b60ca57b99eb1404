//! What each step showed.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use crate::{front, releases, steps};

/// The steps, in the order of the table.
pub(crate) const STEPS: [&str; 8] = [
    "Both instances have v1. A page is loaded twice with one browser profile: the second load asks for no asset.",
    "One instance becomes v2. Every page that is loaded has all assets of its own release, each with the first answer, and \
     nothing on the console. Both instances serve pages.",
    "After that the shared cache has stored nothing but 200s, and every body is of the release in its URL.",
    "Both have v2. A page of v1, left open, asks for an asset that changed, for one that is gone, and imports a module: \
     301 to v2, 404, v2's module, no 5xx. A shared cache still has v1's own files and gives them.",
    "Rollback to v1, with the browser profile that saw v2: everything loads, and no redirect is followed from the cache.",
    "A page of v2, left open, asks after the rollback: 503 while the window is open, 301 to v1 after it. All the while \
     every page is answered 200, by both instances.",
    "Forward to v3, then v3 again with no asset changed: no asset is asked for again.",
    "As step 2, and one instance is killed in the midst of it, then the other: no page fails that the front could save.",
];

/// What each step showed, by kind of token and front.
pub(crate) struct Report {
    start: Instant,
    cells: Vec<Cell>,
    /// Kinds of token with which not all steps could be taken.
    stopped: usize,
}

struct Cell {
    kind: releases::Kind,
    front: front::Kind,
    step: usize,
    problems: Vec<String>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), cells: Vec::new(), stopped: 0 }
    }

    /// Notes what was wrong in a step, and prints it.
    pub(crate) fn note(&mut self, kind: releases::Kind, front: front::Kind, step: usize, problems: Vec<String>) {
        let verdict = if problems.is_empty() { "ok" } else { "FAILED" };
        println!(
            "{:6.1} {:9} {:11} step {step}: {verdict}",
            self.start.elapsed().as_secs_f32(),
            kind.name(),
            front.name()
        );
        for problem in problems.iter().take(5) {
            println!("    {problem}");
        }
        if problems.len() > 5 {
            println!("    and {} more", problems.len() - 5);
        }
        self.cells.push(Cell { kind, front, step, problems });
    }

    /// Notes that no further steps can be taken with a kind of token, and why.
    pub(crate) fn stop(&mut self, kind: releases::Kind, error: &str) {
        println!("{}: cannot go on: {error}", kind.name());
        self.stopped += 1;
    }

    /// How many steps passed, and how many failed.
    pub(crate) fn totals(&self) -> (usize, usize) {
        let passed = self.cells.iter().filter(|cell| cell.problems.is_empty()).count();
        (passed, self.cells.len() - passed + self.stopped)
    }

    /// The whole page `docs/deploy/RESULTS.md`.
    pub(crate) fn page(&self) -> Result<String, String> {
        let mut page = format!(
            "# The drill\n\nOne app in three releases, each really built with cargo for each kind of token. Two instances of it, behind {}, \
             {},\nand the same nginx as a shared cache, with the configurations in this folder. Pages in {}.\nWritten by \
             `tests/drill/run --write`.\n\n`style.css`, `app.js` and the module `lazy.js` differ between the releases, \
             `logo.svg` and `stamp.js` do not, `gone.js` is only in v1 and `new.js` only in v2. The rollout window is 10 seconds.\n\n",
            version("nginx", "-v")?,
            version("haproxy", "-v")?,
            version("chromium", "--version")?,
        );
        for (number, step) in (1..).zip(STEPS) {
            let _ = writeln!(page, "{number}. {step}");
        }
        let (passed, failed) = self.totals();
        let _ = write!(
            page,
            "\nStep 2 loads {} pages through each front, step 8 {} for each instance that is killed, while a second client asks \
             for pages without a pause. Each of these loads begins with an empty HTTP cache.\n\n{}\n{passed} passed, {failed} \
             failed.\n",
            steps::LOADS,
            steps::LOADS_WITH_A_KILL,
            self.table()
        );
        Ok(page)
    }

    /// A row a kind and front, a column a step.
    pub(crate) fn table(&self) -> String {
        let mut table = String::from(
            "| token | front | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |\n|---|---|---|---|---|---|---|---|---|---|\n",
        );
        for kind in releases::Kind::ALL {
            for front in front::Kind::ALL {
                let _ = write!(table, "| {} | {} |", kind.name(), front.name());
                for step in 1..=STEPS.len() {
                    let mut cells =
                        self.cells.iter().filter(|cell| (cell.kind, cell.front, cell.step) == (kind, front, step));
                    let verdict = match cells.next() {
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
