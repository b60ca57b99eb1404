use std::fs;
use std::io::Write as _;
use std::path::Path;

use bench_tree::{PROBE, Tree};

/// With ten times as many, one of the peers takes a quarter of an hour to build.
const FILES: usize = 1_000;

fn main() {
    let folder = Path::new("trees/1000");
    Tree { files: FILES, mean: 400 }.write(folder).expect("a folder to measure with");
    compress(&folder.join(PROBE));
    memory_serve::load_directory("trees/1000");
}

/// For those who want compressed files beside the file.
fn compress(file: &Path) {
    let bytes = fs::read(file).expect("the file");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&bytes).expect("memory");
    let mut br = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut br, &Default::default()).expect("memory");
    for (extension, bytes) in [("css.gz", gzip.finish().expect("memory")), ("css.br", br)] {
        let compressed = file.with_extension(extension);
        if !compressed.exists() {
            fs::write(compressed, bytes).expect("a file beside the file");
        }
    }
}
