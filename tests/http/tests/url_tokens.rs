//! Views whose assets have URL tokens: which tokens are current for which asset, and where the others lead.

use tests_http::ask::{Answer, Way, answer, ask, request};
use tests_http::fixture::{FILES, File};
use tests_http::laws::decoded;
use tests_http::url_tokens::{OF_CONTENTS, of_contents_fixed};
use tests_http::view::{View, YEAR};

const VIEW: View = OF_CONTENTS;

fn file(path: &str) -> File {
    FILES.into_iter().find(|file| file.path == path).expect("a fixture")
}

fn tokens(path: &str) -> &'static [&'static str] {
    (VIEW.url_tokens)(&file(path))
}

/// What is current for `img/logo.svg`: its own token, that of `style.css`, which depends on it, and the deploy's.
fn current() -> [&'static str; 3] {
    let [own, dependent] = *tokens("img/logo.svg") else { panic!("it has two") };
    assert_eq!(tokens("style.css"), [dependent]);
    [own, dependent, VIEW.token]
}

/// The answers of every way of serving, each with the way.
fn everywhere(method: &str, target: &str, fields: &[(&str, &str)]) -> impl Iterator<Item = (Way, Answer)> {
    Way::ALL.into_iter().map(move |way| (way, way.ask(&VIEW, request(method, target, fields))))
}

#[test]
fn an_asset_has_its_own_token_in_its_url_and_the_deploys_where_it_has_none() {
    for file in FILES {
        let asset = (VIEW.get)(file.path).expect("it is there");
        let own = (VIEW.url_tokens)(&file).first().unwrap_or(&VIEW.token);
        assert_eq!(asset.url(), format!("/static/{own}/{}", file.spelt));
        for (way, answer) in everywhere("GET", asset.url(), &[]) {
            assert_eq!((answer.status, answer.expect("cache-control")), (200, YEAR), "{way:?}: {answer:?}");
            assert!(answer.body == (file.content)());
        }
    }
}

#[test]
fn an_asset_is_the_same_under_its_own_token_that_of_what_depends_on_it_and_the_deploys() {
    let logo = file("img/logo.svg");
    let etag = ask(&VIEW, "GET", &VIEW.url(logo.spelt), &[]).expect("etag").to_owned();
    for (status, method, fields) in [
        (200, "GET", &[][..]),
        (200, "GET", &[("cachebreaker", "retry")]),
        (200, "GET", &[("accept-encoding", "br")]),
        (200, "GET", &[("accept-encoding", "gzip")]),
        (200, "HEAD", &[("accept-encoding", "gzip")]),
        (206, "GET", &[("range", "bytes=10-19")]),
        (304, "GET", &[("if-none-match", &*etag)]),
        (412, "GET", &[("if-match", "\"x\"")]),
        (416, "GET", &[("range", "bytes=999999-")]),
        (405, "POST", &[]),
        (204, "OPTIONS", &[]),
    ] {
        let expected = ask(&VIEW, method, &VIEW.url(logo.spelt), fields);
        for token in current() {
            for (way, answer) in everywhere(method, &VIEW.url_under(token, logo.spelt), fields) {
                assert_eq!(answer.status, status, "{way:?} {token}: {answer:?}");
                assert_eq!(answer.head(), expected.head(), "{way:?} {token}");
                assert!(answer.body == expected.body);
                if [200, 206, 304].contains(&status) {
                    assert_eq!((answer.expect("cache-control"), answer.expect("vary")), (YEAR, "accept-encoding"));
                }
                if (status, method) == (200, "GET") {
                    assert!(decoded(&answer) == (logo.content)());
                    let coding = fields.iter().find(|(name, _)| *name == "accept-encoding").map(|(_, value)| *value);
                    assert_eq!(answer.field("content-encoding"), coding);
                }
            }
        }
    }
}

#[test]
fn the_token_of_an_asset_that_does_not_depend_on_this_one_leads_to_its_own_url() {
    let [most, style, deploy] = current();
    for (token, path) in [(most, "style.css"), (style, "one.txt"), (most, "app.js"), (style, "app.js")] {
        let location = VIEW.url(path);
        for (way, answer) in everywhere("GET", &VIEW.url_under(token, path), &[]) {
            assert_eq!(answer.status, 301, "{way:?}: {answer:?}");
            assert_eq!(answer.expect("location"), format!("{}{location}", way.mount()));
            assert_eq!(answer.expect("cache-control"), "no-store");
        }
        // No other instance could have another file.
        let answer = ask(&VIEW, "GET", &VIEW.url_under(token, path), &[("cachebreaker", "retry")]);
        assert_eq!((answer.status, answer.expect("location")), (301, &*location));
        assert_eq!(ask(&VIEW, "GET", &VIEW.url_under(deploy, path), &[]).status, 200);
    }
}

#[test]
fn a_stale_token_leads_to_the_assets_own_url_with_the_query() {
    // Before the units of this deploy, between them, and after them; of the same time with other contents; of another kind.
    for token in [
        "1718539200000-00000000000c000000",
        "1718539202000-00000000000c000000",
        "1718539208999-00000000000c000000",
        "1718539201000-00000000000c000000",
        "v1.0.0",
    ] {
        for path in ["style.css", "img/logo.svg", "app.js", "one.txt"] {
            for (way, answer) in everywhere("GET", &format!("{}?q=1", VIEW.url_under(token, path)), &[]) {
                assert_eq!(answer.status, 301, "{way:?} {token}: {answer:?}");
                assert_eq!(answer.expect("location"), format!("{}{}?q=1", way.mount(), VIEW.url(path)));
                assert_eq!(answer.expect("cache-control"), "no-store");
            }
        }
    }
}

#[test]
fn a_later_token_gets_503_whatever_the_path() {
    for path in ["style.css", "img/logo.svg", "app.js", "none.css"] {
        let later = VIEW.url_under("1718539209001-00000000000c000000", path);
        for (way, answer) in everywhere("GET", &later, &[]) {
            assert_eq!(answer.status, 503, "{way:?}: {answer:?}");
            assert_eq!((answer.expect("retry-after"), answer.expect("cache-control")), ("3", "no-store"));
        }
    }
}

#[test]
fn a_path_that_is_missing_gets_404_under_each_current_token() {
    for token in current() {
        for path in ["none.css", "", "img", "style.css/x"] {
            for (way, answer) in everywhere("GET", &VIEW.url_under(token, path), &[]) {
                assert_eq!((answer.status, answer.expect("cache-control")), (404, "no-store"), "{way:?}: {answer:?}");
                let text = format!("404: this deploy, {}, has no such asset\n", VIEW.token);
                assert_eq!(answer.text(), text);
            }
        }
    }
}

#[test]
fn the_same_contents_with_other_options_are_not_to_be_stored() {
    let [own, ..] = current();
    let (contents, _) = own.split_at(own.len() - 6);
    let other = VIEW.url_under(&format!("{contents}ffffff"), "img/logo.svg");
    for (way, answer) in everywhere("GET", &other, &[]) {
        assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-store"), "{way:?}: {answer:?}");
        assert!(answer.body == (file("img/logo.svg").content)());
    }
    assert_eq!(ask(&VIEW, "GET", &other, &[("cachebreaker", "retry")]).status, 503);
}

#[test]
fn a_fixed_url_has_no_token_and_its_file_has_one_in_its_other_url() {
    let at = |target: &str| answer(of_contents_fixed(), request("GET", target, &[]));
    let answer = at("/one.txt");
    assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-cache"));
    assert!(answer.body == (file("one.txt").content)());
    assert_eq!(at("/style.css").status, 404);
    for token in [tokens("one.txt")[0], VIEW.token] {
        let answer = ask(&VIEW, "GET", &VIEW.url_under(token, "one.txt"), &[]);
        assert_eq!((answer.status, answer.expect("cache-control")), (200, YEAR));
    }
}
