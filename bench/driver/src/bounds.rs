//! The bounds that hold on every machine: instructions, allocations and bytes repeat, times do not.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::count::{Scope, cost};
use crate::program::{build, run};

/// Contender, scenario, and how many instructions and allocations a request takes at most.
const REQUESTS: [(&str, &str, u64, f64); 21] = [
    ("service-10000", "plain", 3_500, 3.0),
    ("service-10000", "browser", 3_500, 3.0),
    ("service-10000", "304", 3_500, 2.0),
    ("service-10000", "301", 3_000, 4.0),
    ("service-10000", "404", 3_000, 4.0),
    ("service-10000", "503", 3_000, 4.0),
    ("service-1000", "plain", 3_500, 3.0),
    ("service-1000", "404", 3_000, 4.0),
    ("service-10", "plain", 3_500, 3.0),
    ("service-10", "browser", 3_500, 3.0),
    ("service-10", "304", 3_500, 2.0),
    ("service-10", "301", 3_000, 4.0),
    ("service-10", "404", 3_000, 4.0),
    ("service-10", "503", 3_000, 4.0),
    // 10,000 assets with 500 tokens in their URLs.
    ("url-tokens", "plain", 3_500, 2.0),
    ("url-tokens", "browser", 3_500, 2.0),
    // axum captures the path of a wildcard route, whoever reads it: 1,090 instructions and 3 allocations.
    ("router", "plain", 8_200, 12.0),
    ("router", "browser", 8_200, 12.0),
    ("axum", "plain", u64::MAX, f64::MAX),
    ("axum", "browser", u64::MAX, f64::MAX),
    ("hyper", "plain", u64::MAX, f64::MAX),
];

/// What is asked on folders of several sizes.
const GROWING: [&str; 6] = ["plain", "browser", "304", "301", "404", "503"];

/// What the router may cost, beside a bare axum route with a wildcard and the same response.
const BESIDE_AXUM: f64 = 1.03;

/// By how much the cost may differ between folders of 10 and of 10,000 assets.
const GROWTH: f64 = 1.05;

/// How many bytes a program may grow by for each asset, beyond the asset's own.
const BYTES_AN_ASSET: f64 = 200.0;

/// Measures, prints each result beside its bound, and fails where one is beyond it.
pub(crate) fn check() {
    let programs = build("bench-ours");
    let mut broken = 0;
    let mut verdict = |holds: bool| {
        broken += usize::from(!holds);
        if holds { "ok" } else { "BEYOND ITS BOUND" }
    };
    let mut costs = Vec::new();
    for (contender, scenario, instructions, allocations) in REQUESTS {
        let cost = cost(&programs.join("ours"), contender, scenario, Scope::Exchange);
        let is_bound = instructions < u64::MAX;
        let bound = if is_bound { format!(" (at most {instructions}, {allocations})") } else { String::new() };
        let verdict = verdict(cost.instructions <= instructions && cost.allocations <= allocations);
        println!(
            "{contender:13} {scenario:7} {:5} instructions, {} allocations{bound}: {verdict}",
            cost.instructions, cost.allocations
        );
        costs.push((contender, scenario, cost.instructions));
    }
    let of = |wanted: &'static str, scenario: &'static str| {
        let of_both = move |(contender, of, _): &&(&str, &str, u64)| contender.starts_with(wanted) && *of == scenario;
        costs.iter().filter(of_both).map(|(_, _, instructions)| *instructions as f64)
    };
    for scenario in GROWING {
        let costs = || of("service", scenario);
        let growth = costs().fold(0.0, f64::max) / costs().fold(f64::MAX, f64::min);
        println!(
            "{scenario}: costs at 10, 1000 and 10000 assets differ by a factor of {growth:.3} (at most {GROWTH}): {}",
            verdict(growth <= GROWTH)
        );
    }
    for scenario in ["plain", "browser"] {
        let [router, axum] = ["router", "axum"].map(|contender| of(contender, scenario).sum::<f64>());
        let verdict = verdict(router / axum <= BESIDE_AXUM);
        println!(
            "{scenario}: the router takes {:.3} of a bare axum route with the same answer (at most {BESIDE_AXUM}): {verdict}",
            router / axum
        );
    }
    let overhead = overhead(&programs);
    println!(
        "program: {overhead:.1} bytes an asset beyond its contents (at most {BYTES_AN_ASSET}): {}",
        verdict(overhead <= BYTES_AN_ASSET)
    );
    if broken > 0 {
        eprintln!("{broken} bounds are broken");
        std::process::exit(1);
    }
}

/// By how many bytes a program grows for each asset, beyond its contents.
fn overhead(programs: &Path) -> f64 {
    let [few, many] = [10, 10_000].map(|assets| {
        let program = programs.join(format!("size-{assets}"));
        let embedded: f64 = run(&mut Command::new(&program)).trim().parse().expect("a number of bytes");
        let len = fs::metadata(program).expect("a program").len() as f64;
        len - embedded
    });
    (many - few) / 9_990.0
}
