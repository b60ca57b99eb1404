//! Deploys that never break, shown with real parts: an app that is really built with cargo in three releases, two
//! instances of it, nginx and HAProxy with the configurations of `docs/deploy`, and Chromium, Firefox and WebKit.
//!
//! `tests/drill/run` installs what is missing and runs it, for all kinds of token, with a history and without one, or what is
//! named (`release release-history-firefox`). With `--write` it also writes `docs/deploy/RESULTS.md` if no step has failed.

mod build;
mod cache;
mod check;
mod devtools;
mod drill;
mod expected;
mod front;
mod instance;
mod kept;
mod load;
mod releases;
mod report;
mod rollout;
mod setup;
mod steps;
mod visitor;
mod webdriver;

use std::fs;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crate::report::Report;
use crate::setup::{Run, Setup};

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the drill could not be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the drill; how many steps failed.
fn run() -> Result<usize, String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, names): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.starts_with("--"));
    let is_wanted = |run: &Run| names.is_empty() || names.contains(&&run.name());
    let runs: Vec<_> = Run::all().into_iter().filter(is_wanted).collect();
    // Several engines take the builds of one setup.
    let is_in_use = |setup: &Setup| runs.iter().any(|run| run.setup == *setup);
    let setups: Vec<_> = Setup::all().into_iter().filter(is_in_use).collect();
    // What the last run left there, its logs too, is of no more use.
    let work = tests::target_folder().join("drill");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let start = Instant::now();
    let builds = build::build_all(&setups, &work)?;
    println!("built in {} s", start.elapsed().as_secs());

    let start = Instant::now();
    let report = Mutex::new(Report::new());
    let waiting = Mutex::new(runs.into_iter());
    // Two at a time, for each waits for some seconds now and then.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                while let Some(run) = next() {
                    let builds =
                        setups.iter().position(|setup| *setup == run.setup).map_or(&[][..], |setup| &builds[setup]);
                    if let Err(error) = drill::drill(run, builds, &work.join(run.name()), &report) {
                        report.lock().unwrap_or_else(PoisonError::into_inner).stop(run, &error);
                    }
                }
            });
        }
    });
    let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("run in {} s\n\n{}", start.elapsed().as_secs(), report.table());
    let (passed, failed) = report.totals();
    // Only what all have passed is worth keeping.
    if failed == 0 && names.is_empty() && options.iter().any(|option| *option == "--write") {
        let file = tests::crate_folder("docs/deploy/RESULTS.md");
        fs::write(&file, report.page()?).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed)
}
