//! Prepares the pages, and the stylesheet that Tailwind has written. Tailwind runs before cargo, not in here: see README.md.

use std::path::Path;

use cachebreaker_build::Assets;

fn main() {
    if !Path::new("generated/site.css").exists() {
        println!("cargo::error=Tailwind has not written `generated/site.css`: run `npm ci` and `npm run build`");
    }
    Assets::new("static")
        .overlay("generated")
        .view_option("name", "assets/{breaker}")
        .pages("*.html")
        .not_found("404.html")
        .prepare();
}
