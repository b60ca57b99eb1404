//! Prepares what esbuild has bundled. esbuild runs before cargo, not in here: see README.md.

use std::path::Path;

use cachebreaker_build::{Assets, References};

fn main() {
    if !Path::new("dist/app.js").exists() {
        println!("cargo::error=esbuild has not bundled `dist`: run `npm ci` and `npm run build`");
    }
    Assets::new("dist").check_references(References::new()).prepare();
}
