//! What a request costs: instructions by callgrind, allocations by a counting allocator.

use std::path::Path;
use std::process::Command;

use crate::program::run;

/// What one request costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) instructions: u64,
    pub(crate) allocations: f64,
}

/// Which instructions of a program are a request's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those below `bench_measure::exchange`.
    Exchange,
    /// All, on all its threads.
    Process,
}

/// Requests of the shorter and of the longer run. The difference has nothing of the start in it.
const RUNS: [u64; 2] = [100, 600];

/// Measures a contender of a program in a scenario.
pub(crate) fn cost(program: &Path, contender: &str, scenario: &str, scope: Scope) -> Cost {
    let [fewer, more] = RUNS.map(|requests| instructions(program, contender, scenario, scope, requests));
    let mut counting = program.as_os_str().to_owned();
    counting.push("-allocations");
    let text = run(Command::new(counting).args([contender, scenario, "1000"]));
    let allocations = number_after(&text, "allocations ").expect("a program says how much it has allocated");
    Cost { instructions: (more - fewer) / (RUNS[1] - RUNS[0]), allocations }
}

fn instructions(program: &Path, contender: &str, scenario: &str, scope: Scope, requests: u64) -> u64 {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    if scope == Scope::Exchange {
        valgrind.arg("--toggle-collect=bench_measure::exchange*");
    }
    let text = run(valgrind.arg(program).args([contender, scenario, &requests.to_string()]));
    number_after(&text, "Collected : ").expect("callgrind says what it has collected") as u64
}

fn number_after(text: &str, label: &str) -> Option<f64> {
    text.split_once(label)?.1.split_whitespace().next()?.parse().ok()
}
