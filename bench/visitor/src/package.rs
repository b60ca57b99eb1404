//! The third tree: a package of many small modules, in its consecutive versions, as it is.

use std::fs;

use crate::build::{Options, Release, build};
use crate::hashes::named;
use crate::history::{History, copy};
use crate::map::import_map;
use crate::npm::package;
use crate::table::{table, thousands};
use crate::visitor::{Visitor, own_url};

const NAME: &str = "lodash-es";
const VERSIONS: [&str; 8] = ["4.17.10", "4.17.11", "4.17.12", "4.17.13", "4.17.14", "4.17.15", "4.17.20", "4.17.21"];

pub(crate) fn report() -> String {
    let mut history = History::new("package");
    let folder = history.folder.join("static");
    let [mut plain, mut mapped, mut hashed] = [const { Vec::<Release>::new() }; 3];
    for version in VERSIONS {
        eprintln!("{NAME} {version}");
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("a folder");
        }
        copy(&package(NAME, version), &folder, ".js");
        history.commit();
        let release = build(&folder, Options::default());
        hashed.push(named(&release, &folder));
        plain.push(release);
        mapped.push(build(&folder, Options { import_map: true, ..Options::default() }));
    }
    let (entries, bytes) = import_map(&mapped[VERSIONS.len() - 1], "lodash.js");
    let all: u64 = plain[0].values().map(|asset| asset.len).sum();
    let rows = [
        ("default token", Visitor::of_everything(&plain)),
        ("`Token::content()`, one token for all", Visitor::of_one_token(&plain)),
        ("`Token::content()`", Visitor::of(&plain, own_url)),
        ("`Token::content()` and `.import_map(true)`", Visitor::of(&mapped, own_url)),
        ("hashed names, references rewritten", Visitor::of(&hashed, own_url)),
    ];
    format!(
        "### A package of many small modules\n\n`{NAME}` as it is, {} modules, {} bytes, in its versions {}. The import map has {} \
         entries; it adds {} bytes to each page. The hashed names are a model, as above.\n\n{}",
        plain[0].len(),
        thousands(all),
        VERSIONS.join(", "),
        thousands(entries as u64),
        thousands(bytes as u64),
        table(&rows)
    )
}
