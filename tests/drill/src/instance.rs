//! A running instance of the app, and the requests that reached it.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::releases::Build;
use tests_browser::{Process, http, until};

/// A request that an instance has answered.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) path: String,
}

impl Seen {
    pub(crate) fn is_page(&self) -> bool {
        self.path == "/"
    }
}

/// A running instance.
pub(crate) struct Instance {
    pub(crate) build: Build,
    port: u16,
    process: Process,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Instance {
    /// Starts a build on a port, and waits until it listens.
    pub(crate) fn start(build: &Build, port: u16) -> Result<Self, String> {
        let binary = build.binary.to_string_lossy();
        let mut process =
            Process::start(&binary, |command| command.arg(format!("127.0.0.1:{port}")).stdout(Stdio::piped()))?;
        let output = process.child.stdout.take().ok_or("no standard output")?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some((status, path)) = line.split_once(' ')
                    && let Ok(status) = status.parse()
                {
                    let seen = Seen { status, path: path.to_owned() };
                    record.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
                }
            }
        });
        let mut instance = Self { build: build.clone(), port, process, seen };
        until(|| instance.process.check().is_err() || http::get(port, "/").is_ok())
            .map_err(|error| format!("{} does not listen: {error}", build.release))?;
        instance.process.check()?;
        instance.take()?;
        Ok(instance)
    }

    /// What it has answered since the last time that this was asked.
    pub(crate) fn take(&mut self) -> Result<Vec<Seen>, String> {
        // A request that is known to be the last: all that came before have been read when it has.
        http::get(self.port, "/last").map_err(|error| format!("{} does not answer: {error}", self.build.release))?;
        until(|| self.count(|seen| seen.path == "/last") > 0)?;
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        seen.retain(|seen| seen.path != "/last");
        Ok(seen)
    }

    /// How many answers of that sort there have been since the last [`take`](Self::take).
    pub(crate) fn count(&self, is_of_that_sort: impl Fn(&Seen) -> bool) -> usize {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|seen| is_of_that_sort(seen)).count()
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }
}
