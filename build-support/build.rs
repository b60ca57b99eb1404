//! Records how this crate is optimised: cargo tells a build script, and nobody else.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=CACHEBREAKER_OPT_LEVEL={}", std::env::var("OPT_LEVEL").unwrap_or_default());
}
