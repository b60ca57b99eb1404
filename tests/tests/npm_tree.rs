//! A real tree: two npm packages with more than 2,000 files, prepared, compressed, embedded, and served byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::{App, target_folder};

const PACKAGES: [(&str, &str); 2] = [("bootstrap", "5.3.9"), ("@fortawesome/fontawesome-free", "7.3.1")];

/// Gets each asset in each encoding, writes the bodies into a folder, and prints a line a body: the asset's number, what
/// was accepted, the encoding and the content type of the answer, and the asset's path.
const MAIN: &str = r#"
use http_body_util::BodyExt as _;
use std::{future::Future as _, pin::pin, task::{Context, Poll, Waker}};
use tower_service::Service as _;
cachebreaker::assets!("static");
fn main() {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    for (number, asset) in assets::iter().enumerate() {
        for accepted in ["identity", "br", "gzip"] {
            let request = http::Request::get(asset.url()).header("accept-encoding", accepted).body(()).unwrap();
            let response = assets::service().call(request).into_inner().unwrap();
            assert_eq!(response.status(), 200, "{asset}");
            let field = |name: &str| response.headers().get(name).map_or("", |field| field.to_str().unwrap()).to_owned();
            let (encoding, content_type, length) = (field("content-encoding"), field("content-type"), field("content-length"));
            let Poll::Ready(body) = pin!(response.into_body().collect()).poll(&mut Context::from_waker(Waker::noop())) else {
                panic!("a body that waits")
            };
            let body = body.unwrap().to_bytes();
            assert_eq!(length, body.len().to_string(), "{asset}");
            std::fs::write(folder.join(format!("{number}-{accepted}")), body).unwrap();
            println!("{number}|{accepted}|{encoding}|{content_type}|{}", asset.path());
        }
    }
}
"#;

/// The packages' folder, fetched once and kept.
fn node_modules() -> PathBuf {
    let folder = target_folder().join("npm");
    let is_there = |(name, version): &(&str, &str)| {
        fs::read_to_string(folder.join("node_modules").join(name).join("package.json"))
            .is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
    };
    if !PACKAGES.iter().all(is_there) {
        fs::create_dir_all(&folder).unwrap();
        let status = Command::new("npm")
            .args(["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
            .arg(&folder)
            .args(PACKAGES.map(|(name, version)| format!("{name}@{version}")))
            .status()
            .expect("npm, which `tests/run` installs");
        assert!(status.success(), "npm install failed");
    }
    folder.join("node_modules")
}

/// The files that are not hidden, by their paths.
fn files(folder: &Path, path: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if name.starts_with('.') {
            continue;
        } else if entry.path().is_dir() {
            files(&entry.path(), &path, found);
        } else {
            found.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

fn decompress(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    match encoding {
        "" => output.extend(bytes),
        "br" => drop(brotli::Decompressor::new(bytes, 1 << 16).read_to_end(&mut output).unwrap()),
        "gzip" => drop(flate2::read::GzDecoder::new(bytes).read_to_end(&mut output).unwrap()),
        other => panic!("{other}"),
    }
    output
}

#[test]
fn every_file_of_a_real_tree_is_served_byte_for_byte_in_every_encoding() {
    let app = App::new("npm-tree");
    let dependencies = App::dependencies()
        .replace("[build-dep", "http = \"1\"\nhttp-body-util = \"0.1\"\ntower-service = \"0.3\"\n\n[build-dep");
    app.write("Cargo.toml", app.manifest("2024", &dependencies)).write("src/main.rs", MAIN);
    symlink(node_modules(), app.path("static")).unwrap();
    let bodies = app.path("bodies");
    fs::create_dir(&bodies).unwrap();

    let run = app.run(app.cargo(["run", "--release", "--"]).arg(&bodies));
    let mut expected = BTreeMap::new();
    files(&app.path("static"), "", &mut expected);
    assert!(expected.len() > 2000, "{}", expected.len());

    let mut seen = 0;
    let mut types = BTreeSet::new();
    for line in run.stdout().lines() {
        let [number, accepted, encoding, content_type, path] = line.splitn(5, '|').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        assert!(encoding.is_empty() || encoding == accepted, "{line}");
        let body = fs::read(bodies.join(format!("{number}-{accepted}"))).unwrap();
        assert!(decompress(encoding, &body) == expected[path], "{line}: other bytes than the file's");
        types.insert((content_type, encoding));
        seen += 1;
    }
    assert_eq!(seen, expected.len() * 3);
    let compressed = [
        "application/json",
        "application/octet-stream",
        "image/svg+xml",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
        "text/markdown; charset=utf-8",
        "text/plain; charset=utf-8",
        "text/x-scss; charset=utf-8",
        "text/x-yaml; charset=utf-8",
    ];
    let as_it_is = ["font/woff2", "video/mp2t"].map(|content_type| (content_type, ""));
    let expected_types: BTreeSet<_> = compressed
        .iter()
        .flat_map(|content_type| ["", "br", "gzip"].map(|encoding| (*content_type, encoding)))
        .chain(as_it_is)
        .collect();
    assert_eq!(types, expected_types);
}
