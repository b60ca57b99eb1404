//! Programs that a test starts, and their end.

use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything that is waited for may take.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A program that is ended when this is dropped, and by the kernel if the test itself is ended.
pub struct Process {
    /// The program itself, for its pipes.
    pub child: Child,
    name: String,
}

impl Process {
    /// Starts a program; `configure` sets its arguments and pipes.
    pub fn start(program: &str, configure: impl FnOnce(&mut Command) -> &mut Command) -> Result<Self, String> {
        // Not SIGKILL: a server that is ended so leaves its workers behind.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--", program]);
        let child = configure(&mut command).spawn().map_err(|error| format!("{program}: {error}"))?;
        Ok(Self { child, name: program.to_owned() })
    }

    /// Fails when the program has ended.
    pub fn check(&mut self) -> Result<(), String> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            ended => Err(format!("{} has ended: {ended:?}", self.name)),
        }
    }

    /// Ends it without warning, as a crash would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its number may be another program's by now.
        if self.check().is_err() {
            return;
        }
        let _ = Command::new("sh").args(["-c", &format!("kill {}", self.child.id())]).output();
        if until(|| self.child.try_wait().is_ok_and(|status| status.is_some())).is_err() {
            self.kill();
        }
    }
}

/// Waits for a condition.
pub fn until(mut condition: impl FnMut() -> bool) -> Result<(), String> {
    let start = Instant::now();
    while !condition() {
        if start.elapsed() > PATIENCE {
            return Err(format!("not within {} s", PATIENCE.as_secs()));
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
