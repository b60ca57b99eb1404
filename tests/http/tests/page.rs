//! What pages are written with: elements, values of `Link`, import maps.

use std::sync::LazyLock;

use cachebreaker::{Asset, StaticView, Tag, importmap};
use http::HeaderValue;
use include_dir::{Dir, DirEntry, File};
use proptest::prelude::*;
use tests_http::view::{DISK, EMBEDDED};

static DIR: Dir<'static> = Dir::new(
    "",
    &[
        DirEntry::File(File::new("app.js", b"app")),
        DirEntry::File(File::new("app.mjs", b"app")),
        DirEntry::File(File::new("data.json", b"{}")),
        DirEntry::File(File::new("font.otf", b"")),
        DirEntry::File(File::new("font.ttf", b"")),
        DirEntry::File(File::new("font.woff", b"")),
        DirEntry::File(File::new("font.woff2", b"")),
        DirEntry::File(File::new("logo.svg", b"")),
        DirEntry::File(File::new("photo.avif", b"")),
        DirEntry::File(File::new("site.webmanifest", b"")),
        DirEntry::File(File::new("style.css", b"body {}")),
        DirEntry::File(File::new("subtitles.vtt", b"")),
        DirEntry::File(File::new("work.wasm", b"")),
    ],
);

fn build(integrity: bool) -> StaticView {
    StaticView::builder("s/{breaker}", &DIR).token("v1").integrity(integrity).build().expect("a view")
}

fn asset(path: &str) -> Asset {
    static VIEW: LazyLock<StaticView> = LazyLock::new(|| build(true));
    VIEW.get(path).expect("an asset")
}

/// `printf app | openssl dgst -sha384 -binary | base64`
const APP: &str = "sha384-eHhHA5yRWyrA39S98cz2A2QMX97dgcouvSCGeivEhVGH4n/L3CzYW4PPvcsd5jL3";

#[test]
fn a_link_is_what_a_page_does_with_a_file_of_its_type() {
    for (path, expected) in [
        ("style.css", r#"<link rel="stylesheet" href="/s/v1/style.css">"#),
        ("logo.svg", r#"<link rel="icon" href="/s/v1/logo.svg" type="image/svg+xml">"#),
        ("site.webmanifest", r#"<link rel="manifest" href="/s/v1/site.webmanifest">"#),
        ("app.mjs", r#"<link rel="modulepreload" href="/s/v1/app.mjs">"#),
        ("font.woff2", r#"<link rel="preload" href="/s/v1/font.woff2" as="font" type="font/woff2" crossorigin>"#),
    ] {
        assert_eq!(asset(path).link_tag().to_string(), expected);
    }
}

#[test]
fn a_preload_asks_as_the_page_will() {
    for (path, expected) in [
        ("app.js", r#"as=script; type="text/javascript""#),
        ("style.css", r#"as=style; type="text/css""#),
        ("logo.svg", r#"as=image; type="image/svg+xml""#),
        ("photo.avif", r#"as=image; type="image/avif""#),
        ("subtitles.vtt", r#"as=track; type="text/vtt""#),
        ("font.otf", r#"as=font; type="font/otf"; crossorigin"#),
        ("font.ttf", r#"as=font; type="font/ttf"; crossorigin"#),
        ("font.woff", r#"as=font; type="font/woff"; crossorigin"#),
        ("font.woff2", r#"as=font; type="font/woff2"; crossorigin"#),
        ("data.json", r#"as=fetch; type="application/json"; crossorigin"#),
        ("work.wasm", r#"as=fetch; type="application/wasm"; crossorigin"#),
    ] {
        assert_eq!(asset(path).preload().to_string(), format!("</s/v1/{path}>; rel=preload; {expected}"));
    }
    assert_eq!(asset("app.mjs").preload().to_string(), "</s/v1/app.mjs>; rel=modulepreload");
}

#[test]
fn a_script_is_classic_unless_it_is_a_module_by_its_name_or_is_asked_for_as_one() {
    for (tag, expected) in [
        (asset("app.js").script_tag(), r#"<script src="/s/v1/app.js"></script>"#),
        (asset("app.mjs").script_tag(), r#"<script type="module" src="/s/v1/app.mjs"></script>"#),
        (asset("app.js").module_tag(), r#"<script type="module" src="/s/v1/app.js"></script>"#),
    ] {
        assert_eq!(tag.to_string(), expected);
    }
}

#[test]
fn what_is_asked_for_with_integrity_has_the_digest_and_is_asked_for_by_cors_wherever_it_is_named() {
    let app = asset("app.js");
    let html = format!(r#" crossorigin integrity="{APP}""#);
    let field = format!(r#"; crossorigin; integrity="{APP}""#);
    assert_eq!(app.script_tag().integrity().to_string(), format!(r#"<script src="/s/v1/app.js"{html}></script>"#));
    assert!(app.module_tag().integrity().to_string().contains(&html));
    assert!(app.preload().integrity().to_string().ends_with(&field));
    assert!(app.preload().integrity().tag().to_string().contains(&html));
    assert!(app.modulepreload().integrity().to_string().ends_with(&field));
    let map = importmap([("app", app)]).integrity().to_string();
    assert!(map.ends_with(&format!(r#","integrity":{{"/s/v1/app.js":"{APP}"}}}}</script>"#)), "{map}");
}

#[test]
fn where_there_is_no_digest_asking_for_it_changes_nothing() {
    let without = build(false).get("app.js").expect("an asset");
    for asset in [without, (DISK.get)("app.js").expect("an asset")] {
        assert_eq!(asset.script_tag().integrity().to_string(), asset.script_tag().to_string());
        assert_eq!(asset.preload().integrity().to_string(), asset.preload().to_string());
        let map = importmap([("app", asset)]);
        assert_eq!(map.clone().integrity().to_string(), map.to_string());
    }
}

#[test]
fn what_the_author_chose_stands_in_place_of_what_would_be_said() {
    let tag = asset("style.css").link_tag().integrity().attribute("crossorigin", "use-credentials");
    assert_eq!(tag.to_string().matches("crossorigin").count(), 1);
    assert!(tag.to_string().contains(r#" crossorigin="use-credentials""#));
    let icon = asset("logo.svg").link_tag().attribute("rel", "mask-icon");
    assert!(!icon.to_string().contains(r#"rel="icon""#));
}

#[test]
fn a_name_that_would_end_the_tag_is_refused() {
    for name in ["", "a b", "a=b", "a>", "a\"", "é"] {
        let panic = std::panic::catch_unwind(|| asset("app.js").script_tag().attribute(name, "x").to_string());
        let message = *panic.unwrap_err().downcast::<String>().unwrap();
        assert_eq!(message, format!("`{}` is no name of an attribute", name.escape_debug()));
    }
}

#[test]
fn an_import_map_has_each_name_once_and_names_no_url_by_itself() {
    let (one, other) = (asset("app.js"), asset("app.mjs"));
    assert_eq!(
        importmap([("z", one), ("a", one), ("z", other)]).to_string(),
        r#"<script type="importmap">{"imports":{"a":"/s/v1/app.js","z":"/s/v1/app.mjs"}}</script>"#
    );
    let none: [(&str, Asset); 0] = [];
    assert_eq!(importmap(none).to_string(), r#"<script type="importmap">{"imports":{}}</script>"#);
}

proptest! {
    #[test]
    fn no_value_breaks_out_of_an_element(value in ".{0,20}") {
        let app = asset("app.js");
        let whole = |tag: Tag<'_>| {
            let html = tag.to_string();
            let inner = html.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap();
            let inner = inner.strip_suffix("></script").unwrap_or(inner);
            assert!(!inner.contains(['<', '>']) && inner.matches('"').count().is_multiple_of(2), "{html}");
        };
        whole(app.script_tag().nonce(&value).attribute("data-x", &value));
        whole(app.script_tag().on(&value));
        whole(app.preload().nonce(&value).on(&value).tag());
    }

    #[test]
    fn no_value_breaks_out_of_a_field(value in ".{0,20}", base in "[ -~é\n]{0,20}") {
        let app = asset("app.js");
        let plain = HeaderValue::from(app.preload().nonce("x"));
        prop_assert_eq!(plain.to_str().unwrap(), app.preload().nonce("x").to_string());
        for field in [
            HeaderValue::from(app.preload().nonce(&value).on(&base)),
            HeaderValue::from(app.modulepreload().nonce(&value).on(&base)),
        ] {
            prop_assert!(!field.is_empty());
            let text = String::from_utf8(field.as_bytes().to_vec()).unwrap();
            let (url, _) = text.strip_prefix('<').and_then(|rest| rest.split_once('>')).unwrap();
            prop_assert!(url.ends_with("/s/v1/app.js"), "{}", text);
        }
    }

    #[test]
    fn an_import_map_is_json_that_no_name_breaks_out_of(name in "(</script>|<!--|[\"\\\\<a\n])*", nonce in ".{0,9}") {
        let html = importmap([(name.as_str(), asset("app.js"))]).nonce(&nonce).to_string();
        let (head, rest) = html.split_once("\">{").unwrap();
        prop_assert!(head.starts_with("<script type=\"importmap\" nonce=\"") && !head.contains('>'));
        let json = format!("{{{}", rest.strip_suffix("</script>").unwrap());
        prop_assert!(!json.contains(['<', '>']));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(json["imports"][&name].as_str(), Some("/s/v1/app.js"));
    }
}

#[test]
fn urls_of_a_view_elsewhere_and_of_a_base_at_run_time_stand_in_all_of_them() {
    let view = StaticView::builder("s/{breaker}", &DIR).token("v1").base("https://cdn.example.com").build().unwrap();
    let app = view.get("app.js").unwrap();
    for (app, base) in
        [(app, None), (asset("app.js"), Some("https://cdn.example.com")), (app, Some("https://cdn.example.com/"))]
    {
        let on = |tag: Tag<'static>| base.map_or_else(|| tag.to_string(), |base| tag.clone().on(base).to_string());
        assert_eq!(on(app.script_tag()), r#"<script src="https://cdn.example.com/s/v1/app.js"></script>"#);
        let preload = base.map_or_else(|| app.preload(), |base| app.preload().on(base)).to_string();
        assert!(preload.starts_with("<https://cdn.example.com/s/v1/app.js>; "), "{preload}");
        let map = base.map_or_else(|| importmap([("a", app)]), |base| importmap([("a", app)]).on(base)).to_string();
        assert!(map.contains(r#""a":"https://cdn.example.com/s/v1/app.js""#), "{map}");
    }
    assert!((EMBEDDED.get)("style.css").unwrap().link_tag().to_string().contains("href=\"/static/"));
}
