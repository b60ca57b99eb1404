//! Prepares what Vite has built. Vite runs before cargo, not in here: see README.md.

use std::path::Path;

use cachebreaker_build::Assets;

fn main() {
    if !Path::new("web/dist/index.html").exists() {
        println!("cargo::error=Vite has not built `web/dist`: run `npm ci` and `npm run build` in `web`");
    }
    Assets::new("web/dist")
        .view_option("name", "static/{breaker}")
        // A page of the last release that imports a module now gets 404, and reloads: see `web/src/main.js`.
        .view_option("stale", "NotFoundForModules")
        .fallback("index.html")
        .fixed_url("robots.txt")
        .prepare();
}
