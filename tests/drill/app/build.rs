//! Prepares the folder `static`, with the kind of token that the drill wants, and with a history or without one.

use cachebreaker_build::{Assets, Token};

fn main() {
    let assets = Assets::new("static");
    let assets = match variable("TOKEN").as_str() {
        "content" => assets.token(Token::content()),
        "commit" => assets.token(Token::git()),
        _ => assets,
    };
    #[cfg(feature = "history")]
    let assets = assets.history(variable("HISTORY")).import_map(variable("IMPORT_MAP") == "yes");
    assets.prepare();
}

fn variable(name: &str) -> String {
    println!("cargo::rerun-if-env-changed={name}");
    std::env::var(name).unwrap_or_default()
}
