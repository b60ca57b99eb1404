//! Prepares the folder that it is given and checks its references, as a `build.rs` does.

use cachebreaker_build::{Assets, References};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    Assets::new(folder).check_references(References::new()).prepare();
}
