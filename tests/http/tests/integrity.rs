//! Digests for pages: of an asset's content, and of a whole view.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cachebreaker::{Integrity, StaticView};
use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha384};
use tests_http::fixture::{FILES, TOKEN};
use tests_http::view::{DISK, EMBEDDED, RUNTIME, at_root, disk, embedded, for_an_hour, premature_current};

static DIR: Dir<'static> = include_dir!("$OUT_DIR/static");

/// What `openssl dgst -sha384 -binary | base64` would say.
fn sha_384(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

#[test]
fn integrity_is_the_sha_384_of_the_content_without_its_encoding() {
    let view = StaticView::builder("static/{breaker}", &DIR).token(TOKEN).integrity(true).build().unwrap();
    for file in FILES {
        let expected = sha_384(&(file.content)());
        for asset in [(EMBEDDED.get)(file.path), view.get(file.path)] {
            let integrity = asset.expect("an asset").integrity();
            assert_eq!(integrity.as_str(), expected, "{}", file.path);
            assert!(!integrity.is_empty());
        }
    }
}

#[test]
fn integrity_is_empty_where_contents_may_change_and_where_nobody_asked_for_it() {
    for view in [DISK, RUNTIME] {
        for file in FILES {
            let integrity = (view.get)(file.path).expect("an asset").integrity();
            assert!(integrity.is_empty());
            assert_eq!(integrity.to_string(), "");
        }
    }
}

#[test]
fn integrity_is_known_when_the_program_is_compiled() {
    const INTEGRITY: Integrity = embedded::STYLE_CSS.integrity();
    const LEN: usize = INTEGRITY.as_str().len();
    assert_eq!(LEN, "sha384-".len() + 64);
}

#[test]
fn views_have_one_version_only_if_all_their_urls_and_contents_are_equal() {
    let view = |name, token: &str| StaticView::builder(name, &DIR).token(token).build().unwrap().version();
    let of_run_time = view("static/{breaker}", TOKEN);
    let different = [
        embedded::VERSION,
        for_an_hour::VERSION,
        at_root::VERSION,
        view("static/{breaker}", "v1"),
        view("files/{breaker}", TOKEN),
    ];
    assert_eq!(different.iter().collect::<BTreeSet<_>>().len(), different.len(), "{different:?}");
    // What decides how a view answers is no part of its pages.
    assert_eq!(for_an_hour::VERSION, premature_current::VERSION);
    assert_eq!([disk::VERSION, of_run_time], [embedded::VERSION; 2]);
}
