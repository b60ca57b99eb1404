//! The compressors alone, on the text of a folder: what a first build cannot do without.
//! Arguments: how many files, and how many bytes each has on average. Prints the seconds that one core takes.

use std::env;
use std::io::Write as _;
use std::time::Instant;

use bench_tree::{Tree, is_text};
use flate2::Compression;
use flate2::write::GzEncoder;

fn main() {
    let numbers: Vec<usize> = env::args().skip(1).map(|it| it.parse().expect("a number")).collect();
    let [files, mean] = numbers[..] else { panic!("arguments: <files> <mean>") };
    let tree = Tree { files, mean };
    let texts: Vec<_> = (0..files).filter(|number| is_text(*number)).map(|number| tree.contents(number)).collect();
    let start = Instant::now();
    for text in &texts {
        let lgwin = (10..22).find(|bits| text.len() <= (1 << bits) - 16).unwrap_or(22);
        let params =
            brotli::enc::BrotliEncoderParams { quality: 11, lgwin, size_hint: text.len(), ..Default::default() };
        brotli::BrotliCompress(&mut &text[..], &mut Vec::new(), &params).expect("memory");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text).and_then(|()| gzip.finish()).expect("memory");
    }
    println!("{:.2}", start.elapsed().as_secs_f64());
}
