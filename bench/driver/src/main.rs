//! Runs the measurements and writes the tables. `bench/run` and `bench/smoke` call it.

mod bounds;
mod building;
mod count;
mod crates;
mod functions;
mod loopback;
mod machine;
mod program;
mod serving;
mod table;

use std::fs;

use crate::building::Patience;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["smoke"] => bounds::check(),
        ["serving"] => print!("{}", serving::report()),
        ["loopback"] => print!("{}", loopback::report()),
        ["functions"] => print!("{}", functions::report()),
        ["building"] => print!("{}", building::report(Patience::Little)),
        ["building", "small"] => print!("{}", building::small()),
        ["building", "short"] => print!("{}", building::short()),
        ["building", "slow"] => print!("{}", building::slow()),
        ["building", "checked"] => print!("{}", building::checked()),
        ["building", "large"] => print!("{}", building::large()),
        ["building", "first"] => print!("{}", building::first()),
        ["all"] => all(Patience::Little),
        ["--patient"] => all(Patience::Much),
        _ => panic!(
            "arguments: smoke | serving | functions | loopback | building [small | short | slow | checked | large | first] | all | --patient"
        ),
    }
}

/// Writes `RESULTS.md`.
fn all(patience: Patience) {
    let machine = machine::report();
    let file = program::bench().join("RESULTS.md");
    // `bench/deploys` writes this section.
    let text = fs::read_to_string(&file).unwrap_or_default();
    let deploys = text.find("## What a deploy costs").map_or("", |start| &text[start..]);
    let sections =
        [serving::report(), functions::report(), loopback::report(), building::report(patience), deploys.to_owned()];
    let results = format!(
        "# What it costs\n\nWritten by `bench/run`, on {machine}.\n\nInstructions, allocations and bytes repeat; times depend on \
         the machine and on what else it does, so only those of one table are to be compared.\n\n{}",
        sections.concat()
    );
    fs::write(file, results.trim_end().to_owned() + "\n").expect("RESULTS.md");
}
