//! Any bytes as a release of a history, as they are and with the last line that belongs to them.

#![no_main]

use cachebreaker_history::{Head, Release};
use libfuzzer_sys::fuzz_target;

/// What is read is written as it was, and its head alone is read alike.
fn hold(text: &str) {
    let head = Head::parse(text);
    if let Ok(release) = Release::parse(text) {
        assert_eq!(release.to_string(), text);
        assert_eq!(head.expect("the head of a release that is read"), release.head);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    hold(text);
    // Without the digest, every change would be found by it.
    for first in ["", "cachebreaker-release 1\n", "cachebreaker-release 1\ntoken release v1.0\ntime 0\n"] {
        let lines = [first, text, "\n"].concat();
        let end = &blake3::hash(lines.as_bytes()).to_hex()[..32];
        hold(&format!("{lines}end {end}\n"));
    }
});
