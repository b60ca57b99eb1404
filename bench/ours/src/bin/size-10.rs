//! Only to be weighed: a program with one view.

cachebreaker::assets!("trees/10");

fn main() {
    println!("{}", bench_ours::embedded_bytes(assets::service(), assets::iter()));
}
