//! What it was measured on.

use std::process::Command;
use std::{fs, thread};

use crate::program::run;

/// The machine and the compiler, without anything that names them.
pub(crate) fn report() -> String {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| "unknown".to_owned(), |kilobytes| format!("{:.0} GB", kilobytes / 1e6));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let rustc = run(Command::new("rustc").arg("--version"));
    format!("{processor}, {cores} cores, {memory} memory, {}; load average at the start: {load}", rustc.trim())
}
