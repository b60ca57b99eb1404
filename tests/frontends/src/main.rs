//! The applications in `examples/frontends`, as their users meet them: built by their real tools, and visited in Chromium.
//!
//! `tests/frontends/run` installs what is missing, and checks all of them or those that are named.

mod app;
mod esbuild_askama;
mod front;
mod mdbook_site;
mod tailwind;
mod visitor;
mod vite_spa;

use std::process::ExitCode;
use std::time::Instant;

const EXAMPLES: [(&str, fn()); 4] = [
    ("vite-spa", vite_spa::check),
    ("esbuild-askama", esbuild_askama::check),
    ("tailwind", tailwind::check),
    ("mdbook-site", mdbook_site::check),
];

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let mut checked = 0;
    for (name, check) in EXAMPLES {
        if names.is_empty() || names.iter().any(|it| it == name) {
            let start = Instant::now();
            // One that fails panics.
            check();
            println!("{name}: ok, {} s", start.elapsed().as_secs());
            checked += 1;
        }
    }
    if checked == 0 {
        eprintln!("there is no such example; there are: {}", EXAMPLES.map(|(name, _)| name).join(", "));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
