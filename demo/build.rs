//! Prepares the folder `static`: every file in it gets a URL with this build's token.

fn main() {
    cachebreaker_build::assets("static");
}
