//! The law of deltas: whatever a request says, its client gets what it can decode, and decodes the current content.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cachebreaker::AssetService;
use cachebreaker::private::{Rules, ServedView, View};
use cachebreaker_manifest::dictionary::Delta;
use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{Entry, Manifest};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::token::TokenKind;
use http::{HeaderMap, Request};
use proptest::prelude::*;
use sha2::Digest as _;

use super::super::released;
use super::*;
use crate::encode::compress::compress as encode;
use crate::encode::compressor::best_levels;

const PATH: &str = "a+b/c.css";

fn kept(contents: &[String]) -> Kept {
    let olds: Vec<_> = contents.iter().map(|text| File::of(PATH, text)).collect();
    Kept {
        assets: olds.iter().map(|file| (released(file), Vec::new())).collect(),
        contents: olds.into_iter().map(|file| (file.digest, file.bytes)).collect(),
        ..Kept::default()
    }
}

/// The deltas of one file, and its encodings.
fn made(olds: &[String], new: &str, cache: &Cache) -> (File, Encodings, Deltas, Report) {
    let file = File::of(PATH, new);
    let encodings = encode(&HashMap::from([file.content()]), &best_levels(), Path::new("static"), cache);
    let globs = [Glob::new("**/*.css".to_owned(), ".deltas")];
    let (deltas, report) = deltas(&globs, std::slice::from_ref(&file), &encodings, &kept(olds), cache);
    (file, encodings, deltas, report)
}

/// A view with one file, whose earlier contents are known.
fn view(olds: &[String], new: &str) -> AssetService {
    let cache = tempfile::tempdir().unwrap();
    let (file, encodings, deltas, _) = made(olds, new, &Cache::new(cache.path().to_owned()));
    let mut chunks: Vec<&'static [u8]> = Vec::new();
    let mut store = |bytes: &[u8], digest: Digest| {
        chunks.push(bytes.to_vec().leak());
        let place = Place { chunk: chunks.len() as u16 - 1, offset: 0, len: bytes.len() as u32 };
        Stored { digest: digest.to_string(), place }
    };
    let asset = Entry {
        path: PATH.to_owned(),
        content_type: file.content_type.clone(),
        identity: store(&file.bytes, file.digest),
        encodings: encodings.of(file.digest).map(|(encoding, it)| (encoding, store(&it.bytes, it.digest))).collect(),
        is_dictionary: deltas.is_dictionary(PATH),
        deltas: deltas
            .of(0, &file)
            .map(|(dictionary, it)| Delta { dictionary, stored: store(&it.bytes, it.digest) })
            .collect(),
        ..Entry::default()
    };
    let manifest =
        Manifest { token: "17".to_owned(), kind: TokenKind::Timestamp, assets: vec![asset], ..Manifest::default() };
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", Options::default()).unwrap();
    let view = View::leak(layout, Vec::new(), chunks);
    AssetService::new(Box::leak(Box::new(ServedView::new(view, Rules::DEFAULT))))
}

/// The value of `Available-Dictionary` of a client that has this content.
fn value(content: &str) -> String {
    format!(":{}:", STANDARD.encode(sha2::Sha256::digest(content)))
}

/// What a client makes of a response that has these dictionaries, if it can make anything of it.
fn decoded(headers: &HeaderMap, body: &[u8], dictionaries: &[&String]) -> Option<Vec<u8>> {
    let mut output = Vec::new();
    match headers.get("content-encoding").map(|it| it.to_str().unwrap()) {
        None => output = body.to_vec(),
        Some("gzip") => drop(flate2::read::GzDecoder::new(body).read_to_end(&mut output).ok()?),
        Some("br") => drop(brotli::Decompressor::new(body, 4096).read_to_end(&mut output).ok()?),
        Some("dcb") => {
            let hash = body.strip_prefix(b"\xffDCB")?.get(..32)?;
            let dictionary = dictionaries.iter().find(|it| sha2::Sha256::digest(it)[..] == *hash)?;
            let dictionary = dictionary.as_bytes().to_vec().into();
            brotli::Decompressor::new_with_custom_dict(&body[36..], 4096, dictionary).read_to_end(&mut output).ok()?;
        }
        Some(_) => return None,
    }
    Some(output)
}

/// A content, and others that were made of it by changes.
fn contents() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(&["margin: 0; ", "color: red; ", "} a { ", "é", "x", "0123456789", "\n"][..]);
    let text = prop::collection::vec(word, 0..120).prop_map(|words| words.concat());
    let change = (any::<prop::sample::Index>(), "[a-z]{0,30}");
    (text, prop::collection::vec(prop::collection::vec(change, 0..4), 1..5)).prop_map(|(text, versions)| {
        let mut contents = vec![text];
        for changes in versions {
            let mut next = contents.last().unwrap().clone();
            for (at, inserted) in changes {
                let mut at = at.index(next.len() + 1);
                at -= (0..4).find(|back| next.is_char_boundary(at - back)).unwrap();
                next.insert_str(at, &inserted);
            }
            contents.push(next);
        }
        contents
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_a_client_decodes_is_the_content_whatever_it_asks_and_has(
        contents in contents(),
        requests in prop::collection::vec(
            (
                prop::option::of("((dcb|br|gzip|dcz|\\*|identity|DCB)(;q=(0|1|0\\.5))?, ?){0,4}(dcb|br)?"),
                prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize), 0..3),
                prop::option::of(prop::sample::select(&["bytes=0-9", "bytes=-1", "x"][..])),
            ),
            1..20,
        ),
    ) {
        let (new, olds) = contents.split_last().unwrap();
        let service = view(olds, new);
        for (codings, offered, range) in requests {
            let mut request = Request::get("/static/17/a%2Bb/c.css");
            if let Some(codings) = &codings {
                request = request.header("accept-encoding", codings);
            }
            for (which, how) in &offered {
                let value = value(&contents[which.index(contents.len())]);
                request = request.header("available-dictionary", match how {
                    0 => value.trim_matches(':').to_owned(),
                    1 => value[..20].to_owned(),
                    2 => value.to_lowercase(),
                    _ => value,
                });
            }
            if let Some(range) = range {
                request = request.header("range", range);
            }
            let mut request = request.body(()).unwrap();
            let (head, body) = service.answer(&request).into_parts();
            *request.method_mut() = http::Method::HEAD;
            let of_head = service.answer(&request);
            // There are no parts for `HEAD`.
            prop_assert!(range.is_some() || of_head.headers() == &head.headers, "{:?}", of_head);
            prop_assert!(of_head.into_body().into_bytes().unwrap().is_empty());
            let body = body.into_bytes().unwrap();
            prop_assert_eq!(&head.headers["vary"], "accept-encoding, available-dictionary");
            if head.status != 416 {
                prop_assert_eq!(&head.headers["use-as-dictionary"], "match=\"/static/*/a%2Bb/c.css\"");
            }
            let is_delta = head.headers.get("content-encoding").is_some_and(|it| it == "dcb");
            if head.status == 200 {
                // A client has what it has offered, and offers one.
                let has: Vec<_> = offered.iter().map(|(which, _)| &contents[which.index(contents.len())]).collect();
                let decoded = decoded(&head.headers, &body, &has);
                prop_assert_eq!(decoded.as_deref(), Some(new.as_bytes()));
                let names = codings.as_deref().unwrap_or_default().to_lowercase();
                prop_assert!(!is_delta || offered.len() == 1 && names.contains("dcb"));
            } else {
                prop_assert!(!is_delta && range.is_some());
            }
            // Where it helps, it is sent.
            let plain = service.answer(&Request::get("/static/17/a%2Bb/c.css").header("accept-encoding", "br").body(()).unwrap());
            if let (Some("dcb"), [(which, 7)], None) = (codings.as_deref(), &offered[..], range) {
                let old = &contents[which.index(contents.len())];
                let delta = compress(old.as_bytes(), new.as_bytes()).len() + 36;
                let len: usize = plain.headers()["content-length"].to_str().unwrap().parse().unwrap();
                prop_assert_eq!(is_delta, old != new && delta * 100 < len * 80);
            }
        }
    }
}

#[test]
fn a_delta_is_made_once_and_a_wrong_one_in_the_cache_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path().to_owned());
    let text = |end: &str| format!("{}{end}", (0..300).map(|n| format!("a{n} {{ top: {n}px }}\n")).collect::<String>());
    let made = || {
        let (file, _, deltas, report) = made(&[text("1"), text("2"), text("1")], &text("3"), &cache);
        let mut deltas: Vec<_> = deltas.of(0, &file).map(|(hash, it)| (hash, it.bytes.clone())).collect();
        deltas.sort();
        (deltas, report.warnings)
    };
    let (first, warnings) = made();
    assert_eq!(first.len(), 2);
    let len: usize = first.iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(warnings.concat(), [format!("2 deltas add {len} bytes to the binary")]);
    let names: Mutex<Vec<_>> = Mutex::default();
    for entry in fs::read_dir(folder.path()).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if name.contains("-dcb-") {
            names.lock().unwrap().push(name);
        }
    }
    let names = names.into_inner().unwrap();
    assert_eq!(names.len(), 2);
    // A sound entry with other bytes shows where the second result comes from.
    for name in &names {
        cache.keep(name, b"kept");
    }
    assert!(made().0.iter().all(|(_, bytes)| bytes == b"kept"));
    names.iter().for_each(|name| fs::write(folder.path().join(name), b"damaged").unwrap());
    assert_eq!(made().0, first);
}

#[test]
fn a_delta_that_is_not_much_smaller_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(folder.path().to_owned());
    let text = |seed: u32| {
        (0..400_u32).map(|n| format!("{:x}", n.wrapping_mul(seed).wrapping_mul(2_654_435_761))).collect::<String>()
    };
    let (file, _, deltas, report) = made(&[text(3)], &text(5), &cache);
    assert_eq!((deltas.of(0, &file).count(), report.warnings.concat().len()), (0, 0));
    assert!(deltas.is_dictionary(PATH), "for the next release");
}
