//! Prepares both folders, each with what it has served before.

use cachebreaker_build::Assets;

fn main() {
    Assets::new("static").history("history").prepare();
    Assets::new("web").history("history").import_map(true).prepare();
}
