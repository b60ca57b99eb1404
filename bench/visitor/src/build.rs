//! A release: cachebreaker's own build of a folder goes in, and the URL and the length of each asset come out.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use cachebreaker_build::{Assets, Token};
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::layout::{self, layout};
use cachebreaker_manifest::manifest::{FILE_NAME, Manifest, OUT_FOLDER, directory_name};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::Table;

use crate::program::{self, empty_folder, run};

/// What `build.rs` says about a folder, beside `Token::content()`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options<'a> {
    pub(crate) import_map: bool,
    /// The arguments of `.refers`.
    pub(crate) refers: Option<(&'a str, &'a str)>,
}

/// One asset of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asset {
    pub(crate) url: String,
    /// The digest of its own bytes.
    pub(crate) digest: String,
    /// The bytes that a browser downloads for it: those of its brotli encoding, or its own where it has none.
    pub(crate) len: u64,
    /// The paths of the modules that it imports, while it runs too.
    pub(crate) imports: Vec<String>,
}

/// The assets of a release, by path.
pub(crate) type Release = BTreeMap<String, Asset>;

/// Builds a folder.
pub(crate) fn build(folder: &Path, options: Options<'_>) -> Release {
    let tree = folder.strip_prefix(program::folder("")).expect("a folder of a history");
    let out = empty_folder(&format!("out/{}", tree.display()));
    let package = folder.parent().expect("the folder is in a package");
    let name = folder.file_name().and_then(|name| name.to_str()).expect("the folder has a name");
    let mut program = Command::new(env::current_exe().expect("this program"));
    program.args(["prepare", name]).current_dir(package);
    if options.import_map {
        program.arg("--import-map");
    }
    if let Some((from, to)) = options.refers {
        program.args([from, to]);
    }
    let text = run(program.env("OUT_DIR", &out).env("PROFILE", "release").env("CARGO_MANIFEST_DIR", package));
    for line in text.lines().filter(|line| line.contains("error=") || line.contains("warning=")) {
        eprintln!("{line}");
    }
    let prepared = out.join(OUT_FOLDER).join(directory_name(name));
    let manifest = Manifest::parse(&fs::read_to_string(prepared.join(FILE_NAME)).expect("a manifest"));
    let manifest = manifest.expect("a manifest that this program wrote");
    let layout = layout(&manifest, Name::parse("static/{breaker}").expect("a name"), "", layout::Options::default())
        .expect("assets that fit");
    let table = Table::new(&layout.table.text, &layout.table.records, &layout.table.slots);
    let assets = (0..).zip(&manifest.assets).map(|(number, entry)| {
        let brotli = entry.encodings.iter().find(|(encoding, _)| *encoding == Encoding::Brotli);
        let stored = brotli.map_or(&entry.identity, |(_, stored)| stored);
        let asset = Asset {
            url: table.record(number).url().to_owned(),
            digest: entry.identity.digest.clone(),
            len: u64::from(stored.place.len),
            imports: entry.imports.iter().chain(&entry.lazy_imports).cloned().collect(),
        };
        (entry.path.clone(), asset)
    });
    assets.collect()
}

/// Prepares a folder as a `build.rs` does, with the options that follow the name of the folder.
pub(crate) fn prepare(folder: &str, mut options: &[&str]) {
    let mut assets = Assets::new(folder).token(Token::content());
    if let ["--import-map", rest @ ..] = options {
        (assets, options) = (assets.import_map(true), rest);
    }
    if let [from, to] = *options {
        assets = assets.refers(from, [to]);
    }
    assets.prepare();
}
