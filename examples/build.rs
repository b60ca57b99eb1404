//! Prepares the folder `static`, which all examples share.

fn main() {
    cachebreaker_build::assets("static");
}
