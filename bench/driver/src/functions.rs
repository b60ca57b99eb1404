//! Whole requests by themselves, without a server, timed by divan.

use std::process::Command;

use crate::program::{bench, run};

/// The section of the report.
pub(crate) fn report() -> String {
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--quiet", "--package", "bench-ours", "--bench", "hot"]).current_dir(bench());
    let text = run(&mut cargo);
    let lines: Vec<_> = text.lines().filter(|line| line.contains(['│', '─'])).map(str::trim_end).collect();
    assert!(!lines.is_empty(), "divan prints a table:\n{text}");
    format!(
        "## A request by itself\n\nWithout a server, among 10,000 assets.\n\n```text\n{}\n```\n\n",
        lines.join("\n")
    )
}
