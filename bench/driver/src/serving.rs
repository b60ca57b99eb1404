//! What a request costs, in process, beside what a user would pick instead.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::count::{Cost, Scope, cost};
use crate::program::build;
use crate::table::{Table, ratio, thousands};

const SCENARIOS: [(&str, &str); 4] =
    [("plain", "200, no `Accept-Encoding`"), ("browser", "200, a browser's"), ("304", "304"), ("404", "404")];

/// Contender, its program, how its requests are told apart, and what it is.
const CONTENDERS: [(&str, &str, Scope, &str); 8] = [
    ("hyper", "ours", Scope::Exchange, "bare hyper service, fixed answer: the limit"),
    ("service-10000", "ours", Scope::Exchange, "**cachebreaker**, `assets::service()`"),
    ("axum", "ours", Scope::Exchange, "bare axum route, fixed answer"),
    ("router", "ours", Scope::Exchange, "**cachebreaker**, `assets::router()` merged into an axum app"),
    ("static-serve", "peers", Scope::Exchange, "static-serve 0.6, merged"),
    ("memory-serve", "peers", Scope::Exchange, "memory-serve 2, merged"),
    ("serve-dir", "peers", Scope::Process, "tower-http `ServeDir` 0.7, nested"),
    ("axum-embed", "peers", Scope::Exchange, "axum-embed 0.1, nested"),
];

/// The section of the report.
pub(crate) fn report() -> String {
    let programs = build("bench-ours").join("ours");
    build("bench-peers");
    let program = |name: &str| -> PathBuf { programs.with_file_name(name) };
    let show = |cost: Cost| format!("{}, {:.0}", thousands(cost.instructions as f64), cost.allocations);

    let mut head = vec!["instructions, allocations"];
    head.extend(SCENARIOS.map(|(_, title)| title));
    head.push("200 beside bare axum");
    let mut table = Table::new(&head);
    let base = cost(&program("ours"), "axum", "plain", Scope::Exchange).instructions as f64;
    for (contender, name, scope, title) in CONTENDERS {
        let costs = SCENARIOS.map(|(scenario, _)| cost_of(&program(name), contender, scenario, scope));
        let mut row = vec![title.to_owned()];
        row.extend(costs.map(show));
        row.push(ratio(costs[0].instructions as f64, base));
        table.row(row);
    }

    let mut sizes = Table::new(&["assets", SCENARIOS[0].1, SCENARIOS[1].1, "304", "404", "301", "503"]);
    for assets in ["10", "1000", "10000"] {
        let costs = ["plain", "browser", "304", "404", "301", "503"]
            .map(|it| cost(&program("ours"), &format!("service-{assets}"), it, Scope::Exchange))
            .map(|cost| format!("{}, {:.0}", cost.instructions, cost.allocations));
        sizes.row([assets.to_owned()].into_iter().chain(costs).collect());
    }

    let mut text = String::from(
        "## Serving, in process\n\nInstructions (callgrind) and heap allocations of one request for a 2 KiB style sheet: the \
         call, the body to its end, the response dropped. The difference of two runs, so that nothing of the start is in it. \
         These numbers repeat. The bare handlers send the same fields as ours. Ours is asked among 10,000 files, the peers among \
         1,000, for one of them takes a quarter of an hour to build with more. `ServeDir` reads files on threads of its own: all \
         instructions of its process count, less those of a service that does nothing.\n\n",
    );
    let _ =
        writeln!(text, "{}\n`assets::service()` on folders of three sizes:\n\n{}", table.markdown(), sizes.markdown());
    text
}

fn cost_of(program: &std::path::Path, contender: &str, scenario: &str, scope: Scope) -> Cost {
    let whole = cost(program, contender, scenario, scope);
    if scope == Scope::Exchange {
        return whole;
    }
    let nothing = cost(program, "nothing", scenario, scope);
    Cost {
        instructions: whole.instructions - nothing.instructions,
        allocations: whole.allocations - nothing.allocations,
    }
}
