//! Any bytes as `If-None-Match`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| tests_fuzz::hold_with(http::header::IF_NONE_MATCH, bytes));
