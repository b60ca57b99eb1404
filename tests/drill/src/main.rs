//! Deploys that never break, shown with real parts: an app that is really built with cargo in three releases, two
//! instances of it, nginx and HAProxy with the configurations of `docs/deploy`, and Chromium.
//!
//! `tests/drill/run` installs what is missing and runs it, for all kinds of token, with a history and without one, or for those
//! that are named (`release release-history`). With `--write` it also writes `docs/deploy/RESULTS.md`, where no step has failed.

mod build;
mod cache;
mod check;
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

use std::fs;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crate::report::Report;

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
    let setups = setup::Setup::all().into_iter().filter(|setup| names.is_empty() || names.contains(&&setup.name()));
    let setups: Vec<_> = setups.collect();
    // What the last run left there, its logs too, is of no more use.
    let work = tests::target_folder().join("drill");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let start = Instant::now();
    let builds = build::build_all(&setups, &work)?;
    println!("built in {} s", start.elapsed().as_secs());

    let start = Instant::now();
    let report = Mutex::new(Report::new());
    let waiting = Mutex::new(setups.into_iter().zip(&builds));
    // Two at a time, for each waits for some seconds now and then.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
                while let Some((setup, builds)) = next() {
                    if let Err(error) = drill::run(setup, builds, &work.join(setup.name()), &report) {
                        report.lock().unwrap_or_else(PoisonError::into_inner).stop(setup, &error);
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
