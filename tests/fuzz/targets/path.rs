//! Any bytes as the target of a request, and as the path below the view's prefix and below a current and a stale token.

#![no_main]

use http::{HeaderMap, Uri};
use libfuzzer_sys::fuzz_target;
use tests_http::laws::hold;
use tests_http::view::EVERY_MODE;

fuzz_target!(|bytes: &[u8]| {
    for view in EVERY_MODE {
        for before in ["", view.before, &view.url(""), &view.url_under("1", "")] {
            if let Ok(target) = Uri::try_from([before.as_bytes(), bytes].concat()) {
                hold(&view, &target, &HeaderMap::new());
            }
        }
    }
});
