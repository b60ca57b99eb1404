//! Prepares both folders, each with a token for each of its units.

use cachebreaker_build::{Assets, Token};

fn main() {
    Assets::new("static").token(Token::content()).prepare();
    Assets::new("web")
        .token(Token::content())
        .import_map(true)
        .view_option("cors", "true")
        .page("page.html")
        .prepare();
}
