//! Deltas of real builds: which there are, and what clients get that have a dictionary.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tests::{App, FOREVER, Release, Response};

/// What Chromium accepts when it has a dictionary.
const CODINGS: (&str, &str) = ("accept-encoding", "gzip, deflate, br, zstd, dcb, dcz");
const VARY: &str = "accept-encoding, available-dictionary";

fn hash(dictionary: &str) -> String {
    format!(":{}:", STANDARD.encode(Sha256::digest(dictionary)))
}

/// A stylesheet that does not compress well, with one line that changes.
fn style(changes: &str) -> String {
    let rules = (0..200_u32).map(|n| format!(".a{} {{ top: {}px }}\n", n * n % 7_919, n * 7_919 % 10_007));
    format!("{}.changes {{ content: '{changes}' }}\n", rules.collect::<String>())
}

/// The body, decoded as a client does it that has this dictionary.
fn decoded(response: &Response, dictionary: &str) -> String {
    let mut text = String::new();
    match response.headers.get("content-encoding").map(String::as_str) {
        Some("dcb") => {
            let (head, stream) = response.body.split_at(36);
            assert_eq!(head, [&b"\xffDCB"[..], &Sha256::digest(dictionary)].concat());
            let dictionary = dictionary.as_bytes().to_vec().into();
            brotli::Decompressor::new_with_custom_dict(stream, 4096, dictionary).read_to_string(&mut text).unwrap();
        }
        Some("br") => drop(brotli::Decompressor::new(&*response.body, 4096).read_to_string(&mut text).unwrap()),
        coding => {
            assert_eq!(coding, None);
            text = String::from_utf8(response.body.clone()).unwrap();
        }
    }
    assert_eq!(response.headers["content-length"], response.body.len().to_string());
    text
}

/// Whether it says that it may be kept as a dictionary, and for what.
fn pattern(response: &Response) -> Option<&str> {
    let pattern = response.headers.get("use-as-dictionary").map(String::as_str);
    // One never comes without the other.
    let vary = response.headers.get("vary").map(String::as_str);
    assert_eq!(pattern.is_some(), vary == Some(VARY), "{response:?}");
    pattern
}

#[test]
fn a_client_with_an_earlier_content_gets_the_difference_and_every_other_what_it_gets_without_deltas() {
    let app = App::that_answers("deltas", ".history(\"history\").deltas(\"**/*.css\")");
    app.write("static/style.css", style("none")).write("static/app.js", "go()").write("static/img/a b.css", style("0"));
    let first = Release::recorded(&app, "v1.0.0");
    let plain = first.response(&app, first.url("style.css"), &[CODINGS]);
    assert_eq!(pattern(&plain), Some("match=\"/static/*/style.css\""));
    assert_eq!(first.warnings, [""; 0]);
    app.write("static/style.css", style("one")).write("static/img/a b.css", style("1"));
    let second = Release::recorded(&app, "v1.1.0");
    app.write("static/style.css", style("two"));
    let third = Release::recorded(&app, "v1.2.0");
    assert!(third.warnings.iter().any(|it| it.starts_with("warning: 3 deltas add ")), "{:?}", third.warnings);

    let url = third.url("style.css");
    let ask = |headers: &[(&str, &str)]| third.response(&app, url, headers);
    let plain = ask(&[("accept-encoding", "br")]);
    assert_eq!((plain.status, &*plain.headers["content-encoding"]), (200, "br"));
    assert_eq!(decoded(&plain, ""), style("two"));
    let mut tags = vec![plain.headers["etag"].clone()];
    for earlier in [style("none"), style("one")] {
        let delta = ask(&[CODINGS, ("available-dictionary", &hash(&earlier))]);
        assert_eq!((delta.status, &*delta.headers["content-encoding"]), (200, "dcb"));
        assert_eq!(decoded(&delta, &earlier), style("two"));
        assert!(delta.body.len() < 120, "{} bytes", delta.body.len());
        assert_eq!(
            (pattern(&delta), &*delta.headers["cache-control"]),
            (Some("match=\"/static/*/style.css\""), FOREVER)
        );
        assert!(!delta.headers.contains_key("accept-ranges"));
        tags.push(delta.headers["etag"].clone());
        // It is another representation than any other.
        let (etag, hash) = (&*delta.headers["etag"], hash(&earlier));
        let again = ask(&[CODINGS, ("available-dictionary", &hash), ("if-none-match", etag)]);
        assert_eq!((again.status, &*again.headers["etag"]), (304, etag));
        assert!(pattern(&again).is_some());
        let of_plain = ask(&[CODINGS, ("available-dictionary", &hash), ("if-none-match", &tags[0])]);
        assert_eq!((of_plain.status, &of_plain.headers["etag"]), (200, &delta.headers["etag"]));
        // A part is of what there is without the dictionary.
        let part = ask(&[CODINGS, ("available-dictionary", &hash), ("range", "bytes=0-9")]);
        assert_eq!((part.status, &*part.headers["content-encoding"]), (206, "br"));
        assert_eq!(part.body, plain.body[..10]);
        assert!(pattern(&part).is_some());
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3);

    // As if there were no dictionary.
    let (known, unknown, own) = (hash(&style("one")), hash("unknown"), hash(&style("two")));
    let long = format!("{known}{}", "A".repeat(5000));
    for headers in [
        &[CODINGS][..],
        &[CODINGS, ("available-dictionary", &unknown)],
        &[CODINGS, ("available-dictionary", &own)],
        &[CODINGS, ("available-dictionary", &known[1..])],
        &[CODINGS, ("available-dictionary", known.trim_matches(':'))],
        &[CODINGS, ("available-dictionary", "")],
        &[CODINGS, ("available-dictionary", &long)],
        &[CODINGS, ("available-dictionary", &known), ("available-dictionary", &known)],
        &[CODINGS, ("available-dictionary", &known), ("available-dictionary", &unknown)],
        &[("accept-encoding", "br"), ("available-dictionary", &known)],
        &[("accept-encoding", "br, dcb;q=0"), ("available-dictionary", &known)],
        &[("accept-encoding", "br, dcz"), ("available-dictionary", &known)],
        &[("accept-encoding", "*"), ("available-dictionary", &known)],
    ] {
        let response = ask(headers);
        assert_eq!((response.status, &*response.headers["content-encoding"]), (200, "br"), "{headers:?}");
        assert_eq!((&response.body, pattern(&response)), (&plain.body, pattern(&plain)), "{headers:?}");
    }
    let identity = ask(&[("available-dictionary", &known)]);
    assert_eq!((decoded(&identity, ""), pattern(&identity)), (style("two"), pattern(&plain)));
    let weighted = ask(&[("accept-encoding", "DCB;q=0.001"), ("available-dictionary", &known)]);
    assert_eq!(decoded(&weighted, &style("one")), style("two"));
    let refused = ask(&[CODINGS, ("if-match", "\"other\"")]);
    assert_eq!((refused.status, &*refused.headers["vary"]), (412, VARY));

    // What it keeps of releases before is a dictionary for those after it.
    let kept = third.response(&app, second.url("style.css"), &[CODINGS]);
    assert_eq!((decoded(&kept, ""), pattern(&kept)), (style("one"), pattern(&plain)));
    // The path as the client spells it, with what has a meaning in a pattern escaped.
    for (spelt, expected) in
        [("img/a%20b.css", "img/a%20b.css"), ("img/%61%20b.css", "img/%61%20b.css"), ("img/a%20(b%29.css", "")]
    {
        let response = third.response(&app, &format!("/static/{}/{spelt}", third.token), &[CODINGS]);
        let expected = (!expected.is_empty()).then(|| format!("match=\"/static/*/{expected}\""));
        assert_eq!(response.headers.get("use-as-dictionary"), expected.as_ref());
    }
    // Others are no dictionaries.
    assert_eq!(pattern(&third.response(&app, third.url("app.js"), &[CODINGS])), None);
    let moved = third.response(&app, "/static/v0.9.0/style.css", &[CODINGS]);
    assert_eq!((moved.status, pattern(&moved)), (301, None));
}

#[test]
fn what_a_delta_would_not_help_or_cannot_reach_has_none_and_the_build_says_so_once() {
    let app = App::that_answers("deltas-none", ".history(\"history\").deltas(\"**\").deltas(\"*.none\")");
    let noise = |seed: u32| {
        let bytes = (0..20_000_u32).flat_map(|n| Sha256::digest((u64::from(seed) << 32 | u64::from(n)).to_le_bytes()));
        bytes.collect::<Vec<u8>>()
    };
    let large = |end: u8| [vec![0; 9 << 20], vec![end]].concat();
    app.write("static/noise.bin", &noise(1)[..5_000])
        .write("static/large.bin", large(1))
        .write("static/other.bin", large(1));
    app.write("static/same.css", style(""));
    let _ = Release::recorded(&app, "v1.0.0");
    app.write("static/noise.bin", &noise(2)[..5_000])
        .write("static/large.bin", large(2))
        .write("static/other.bin", large(2));
    let second = Release::recorded(&app, "v1.1.0");
    let told: Vec<_> = second.warnings.iter().filter(|it| it.contains("delta")).collect();
    assert_eq!(
        told,
        [
            "warning: `.deltas(\"*.none\")` matches no file in `static`: a glob is for the whole path, as in `img/*.png`, `img/**` or `**/*.png`",
            "warning: there is no delta of `static/large.bin` and 1 more: a file and its earlier content may have 16 MiB together; leave large files out of the glob of `.deltas`",
        ]
    );
    app.set_options(".deltas(\"*.css\")");
    let run = app.run(&mut app.cargo(["check", "--message-format=short"]));
    assert!(
        run.told().iter().any(|it| it.starts_with("error: `.deltas(…)` does nothing without a history")),
        "{:?}",
        run.told()
    );
}
