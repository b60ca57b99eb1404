//! Paths: every correct spelling of a file's path finds it, and nothing else finds anything.

use http::Uri;
use tests_http::ask::{Answer, Way, answer, ask, get, request};
use tests_http::fixture::FILES;
use tests_http::view::{DISK, EMBEDDED, EVERY_MODE};

#[test]
fn a_file_is_found_under_every_spelling_of_its_path() {
    for view in EVERY_MODE {
        for file in FILES {
            let all_upper: String = spell(file.path, |b| format!("%{b:02X}"));
            let all_lower: String = spell(file.path, |b| format!("%{b:02x}"));
            for path in
                [file.spelt.to_owned(), file.spelt.to_lowercase().replace("readme", "README"), all_upper, all_lower]
            {
                let answer = get(&view, &path, &[]);
                assert_eq!(answer.status, 200, "{path}: {answer:?}");
                assert!(answer.body == (file.content)(), "{path}");
            }
        }
        for path in ["%73tyle.css", "style%2Ecss", "style%2ecss", "img/lo%67o.svg", "%69mg/logo.svg"] {
            assert_eq!(get(&view, path, &[]).status, 200, "{path}");
        }
    }
}

/// Spells each byte of a path in some way, but its slashes.
fn spell(path: &str, byte: impl Fn(u8) -> String) -> String {
    path.bytes().map(|b| if b == b'/' { "/".to_owned() } else { byte(b) }).collect()
}

#[test]
fn what_a_url_may_hold_unescaped_is_found_unescaped() {
    for view in EVERY_MODE {
        let path = "semi;colon,comma=@:!$(*).txt";
        assert_eq!(get(&view, path, &[]).status, 200);
        assert_eq!(get(&view, "a%20b+c.txt", &[]).status, 200, "a plus sign is a plus sign");
        assert_eq!(get(&view, "a+b%2Bc.txt", &[]).status, 404, "and no space");
        assert_eq!(get(&view, "a%20b.txt", &[]).status, 404, "decoded once, not twice");
        assert_eq!(get(&view, "a%2520b.txt", &[]).status, 200);
        assert_eq!(get(&view, "a%252520b.txt", &[]).status, 404);
    }
}

/// What a scanner sends. All are below the current token.
const HOSTILE: [&str; 60] = [
    "/style.css",
    "//style.css",
    "style.css/",
    "style.css//",
    "img//logo.svg",
    "img/logo.svg/",
    "/",
    "//",
    "img",
    "img/",
    ".",
    "..",
    "./style.css",
    "../style.css",
    "img/../style.css",
    "img/./logo.svg",
    "../../Cargo.toml",
    "../../../../../../etc/passwd",
    "%2e/style.css",
    "%2e%2e/style.css",
    "img/%2e%2e/style.css",
    "img/%2E%2e/style.css",
    "img/.%2e/style.css",
    "img/..;/style.css",
    "img%2f..%2fstyle.css",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%252f..%252fetc%252fpasswd",
    "img%2Flogo.svg",
    "img%2flogo.svg",
    "%2Fstyle.css",
    "style.css%2F",
    "img\\logo.svg",
    "img%5Clogo.svg",
    "img%5clogo.svg",
    "..\\..\\etc\\passwd",
    "..%5C..%5Cetc%5Cpasswd",
    "img\\..\\style.css",
    "style.css%00",
    "style.css%00.png",
    "%00style.css",
    "%00",
    "style.css%0a",
    "style.css%0d%0aSet-Cookie:%20a=b",
    "style.css%20",
    "%20style.css",
    "style.css.",
    "style.css%2e",
    "style.css::$DATA",
    "STYLE.CSS",
    "Style.css",
    "%C1%B3tyle.css",
    "%E0%81%B3tyle.css",
    "%F0%80%81%B3tyle.css",
    "%C0%AF",
    "%C0%AE%C0%AE/style.css",
    "%FF",
    "style%u002ecss",
    "style%c",
    "%",
];

#[test]
fn no_other_path_finds_anything() {
    for view in EVERY_MODE {
        for path in HOSTILE {
            for way in [Way::Service, Way::Merge, Way::Nest] {
                let answer = way.ask(&view, request("GET", &view.url(path), &[]));
                is_plain_404(&answer, path);
            }
            // Nor under a stale token, where there is nothing to redirect to.
            is_plain_404(&ask(&view, "GET", &view.url_under("1718539201233", path), &[]), path);
        }
    }
}

fn is_plain_404(answer: &Answer, path: &str) {
    assert_eq!(answer.status, 404, "{path}: {answer:?}");
    assert_eq!(answer.field("location"), None);
    assert_eq!(answer.expect("cache-control"), "no-store");
    assert!(answer.text().starts_with("404: ") && answer.body.len() < 300, "{answer:?}");
}

#[test]
fn a_path_that_is_no_url_of_the_view_finds_nothing() {
    for view in EVERY_MODE {
        for target in [
            "/",
            "//",
            "/static",
            "/static/",
            "/static/1718539201234",
            "//static/1718539201234/style.css",
            "/static//1718539201234/style.css",
            "/STATIC/1718539201234/style.css",
            "/static/../static/1718539201234/style.css",
            "/static/1718539201234%2Fstyle.css",
            "/static%2F1718539201234/style.css",
            "/static\\1718539201234\\style.css",
            "/x/static/1718539201234/style.css",
            "/etc/passwd",
            "*",
            "http://127.0.0.1/static",
            "127.0.0.1:80",
        ] {
            is_plain_404(&ask(&view, "GET", target, &[]), target);
        }
    }
}

#[test]
fn an_absolute_target_is_answered_by_its_path() {
    for view in EVERY_MODE {
        let target = format!("http://site.example{}", view.url("style.css"));
        assert_eq!(ask(&view, "GET", &target, &[]).status, 200);
        let target = format!("http://site.example{}?q", view.url_under("1", "style.css"));
        assert_eq!(ask(&view, "GET", &target, &[]).expect("location"), format!("{}?q", view.url("style.css")));
    }
}

#[test]
fn a_path_of_64_kib_gets_404() {
    let len = (u16::MAX - 1) as usize;
    for view in EVERY_MODE {
        for piece in ["a", "/", "../", "%2e%2e/", "%00", "\\", "é", "%C3%A9", "a/"] {
            for start in [view.url(""), view.before.to_owned(), "/".to_owned()] {
                let mut target = start + &piece.repeat(len / piece.len());
                while target.len() > len {
                    target.pop();
                }
                let target: Uri = target.parse().expect("as long as `http` takes");
                let mut request = request("GET", "/", &[]);
                *request.uri_mut() = target;
                let answer = answer((view.service)(), request);
                is_plain_404(&answer, piece);
            }
        }
    }
}

#[test]
fn the_table_is_the_look_up_in_development_too() {
    // These files are on disk, beside and above the folder, and none is an asset of it.
    for path in ["../small/style.css", "../../../Cargo.toml", "%2e%2e/small/style.css"] {
        assert_eq!(get(&DISK, path, &[]).status, 404, "{path}");
        assert_eq!(get(&EMBEDDED, path, &[]).status, 404, "{path}");
    }
}
