//! Ours on three sizes of folder, and the two handlers that it is held to, which know their one answer.

pub mod fixed;
mod url_tokens;
mod weight;

use std::env;

use axum::Router;
use axum::routing::get;
use bench_measure::{Scenario, Waits, measure, server};
use bench_tree::PROBE;

pub use crate::weight::embedded_bytes;

cachebreaker::assets!(pub mod assets_10 = "trees/10");
cachebreaker::assets!(pub mod assets_1000 = "trees/1000");
cachebreaker::assets!(pub mod assets_10000 = "trees/10000");

/// What the programs of this crate do: `<contender> <scenario> <count>` measures, `<contender> <scenario> serve` serves.
///
/// # Panics
///
/// When the arguments are others.
pub fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [contender, scenario, "serve"] => serve(contender, scenario.parse().expect("a scenario")),
        [contender, scenario, count] => {
            run(contender, scenario.parse().expect("a scenario"), count.parse().expect("a count"));
        }
        _ => panic!("arguments: <contender> <scenario> (<count> | serve)"),
    }
}

fn run(contender: &str, scenario: Scenario, count: usize) {
    macro_rules! service {
        ($assets:ident) => {
            measure($assets::service(), $assets::get(PROBE).expect("it is there").url(), scenario, Waits::Never, count)
        };
    }
    match contender {
        "service-10" => service!(assets_10),
        "service-1000" => service!(assets_1000),
        "service-10000" => service!(assets_10000),
        "url-tokens" => measure(url_tokens::service(), url_tokens::url(), scenario, Waits::Never, count),
        "router" => {
            measure(ours(), assets_10000::get(PROBE).expect("it is there").url(), scenario, Waits::Never, count)
        }
        "hyper" => measure(fixed::Hyper(scenario), fixed::URL, scenario, Waits::Never, count),
        "axum" => measure(fixed::axum(scenario), fixed::URL, scenario, Waits::Never, count),
        _ => panic!("no contender is called `{contender}`"),
    }
}

fn serve(contender: &str, scenario: Scenario) {
    match contender {
        "router" => server::serve(ours(), assets_10000::get(PROBE).expect("it is there").url()),
        "axum" => server::serve(fixed::axum(scenario), fixed::URL),
        _ => panic!("no server is called `{contender}`"),
    }
}

/// An app with a page of its own, as a user would have it.
fn ours() -> Router {
    Router::new().route("/", get(|| async { "page" })).merge(assets_10000::router())
}
