//! Prepares a folder with deltas from releases before this one.

use cachebreaker_build::Assets;

fn main() {
    Assets::new("static").history("history").deltas("**/*.{css,js}").prepare();
}
