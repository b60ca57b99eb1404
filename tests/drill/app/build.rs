//! Prepares the folder `static`, with the kind of token that the drill wants.

use cachebreaker_build::{Assets, Token};

fn main() {
    println!("cargo::rerun-if-env-changed=TOKEN");
    let assets = Assets::new("static");
    match std::env::var("TOKEN").as_deref() {
        Ok("content") => assets.token(Token::content()),
        Ok("commit") => assets.token(Token::git()),
        _ => assets,
    }
    .prepare();
}
