//! Any bytes as `Range`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| tests_fuzz::hold_with(http::header::RANGE, bytes));
