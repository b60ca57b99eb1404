//! The fields of a request from any bytes.

use http::{HeaderMap, HeaderName, HeaderValue};
use tests_http::ask::get;
use tests_http::laws::hold;
use tests_http::view::EMBEDDED;

/// Stands for the entity tag of the file: a byte that no field can hold.
const ETAG: u8 = 0x01;

/// Asks for a file with that field, a line for each line of the bytes, and asserts all laws.
///
/// # Panics
///
/// When a law is broken.
pub fn hold_with(name: HeaderName, bytes: &[u8]) {
    for path in ["style.css", "empty.txt"] {
        let mut fields = HeaderMap::new();
        for line in bytes.split(|b| *b == b'\n') {
            let Ok(value) = HeaderValue::from_bytes(&with_etag(path, line)) else { return };
            fields.append(&name, value);
        }
        let target = EMBEDDED.url(path).parse().expect("an asset's URL is a target");
        let answer = hold(&EMBEDDED, &target, &fields);
        assert!([200, 206, 304, 416].contains(&answer.status), "{answer:?}");
    }
}

fn with_etag(path: &str, line: &[u8]) -> Vec<u8> {
    if !line.contains(&ETAG) {
        return line.to_vec();
    }
    let answer = get(&EMBEDDED, path, &[]);
    let etag = answer.expect("etag").as_bytes();
    line.iter().flat_map(|b| if *b == ETAG { etag.to_vec() } else { vec![*b] }).collect()
}
