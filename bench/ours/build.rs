use std::path::Path;

use bench_tree::Tree;

fn main() {
    for files in [10, 1_000, 10_000] {
        let folder = format!("trees/{files}");
        // Small files: what a request costs does not depend on the others' length, and the compressors' time does.
        Tree { files, mean: 400 }.write(Path::new(&folder)).expect("a folder to measure with");
        cachebreaker_build::Assets::new(folder).token("1718539201234").prepare();
    }
}
