//! Under the system's allocator as it is, for callgrind and `wrk`.

fn main() {
    bench_ours::main();
}
