//! The first tree: a single-page application, built by Vite with fixed names and with its hashed names.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::build::{Options, Release, build};
use crate::history::{History, write_file};
use crate::made::Application;
use crate::map::{compressed, import_map};
use crate::npm;
use crate::program::run;
use crate::table::{table, thousands};
use crate::visitor::{Visitor, own_url};

// What they depend on is pinned where it makes the output.
const VITE_7: &[&str] = &["vite@7.3.8", "rollup@4.68.8", "esbuild@0.28.2"];
const VITE_8: &[&str] = &["vite@8.3.8", "rolldown@1.2.19", "lightningcss@1.33.0"];
const REACT: [&str; 3] = ["react@19.3.1", "react-dom@19.3.1", "scheduler@0.28.0"];
const DEPLOYS: usize = 20;
/// The stylesheets that Vite's loader asks for, relative to the module that it is in.
const OF_PAGES: &str = "{home,orders,order,customers,reports,search,settings,profile}.css";

/// A way to build the application.
struct Way {
    name: &'static str,
    title: &'static str,
    vite: &'static [&'static str],
    chunks: &'static str,
    /// What `build.rs` says about references, if it has to.
    refers: Option<(&'static str, &'static str)>,
}

const WAYS: [Way; 3] = [
    Way {
        name: "application-each",
        title: "### A single-page application, each module a chunk",
        vite: VITE_7,
        chunks: "each",
        refers: None,
    },
    Way {
        name: "application-few",
        title: "### The same application, in the chunks that Vite chooses",
        vite: VITE_7,
        chunks: "few",
        refers: None,
    },
    Way {
        name: "application-vite8",
        title: "### The same application, built by Vite 8",
        vite: VITE_8,
        chunks: "few",
        refers: Some(("main.js", OF_PAGES)),
    },
];

/// The tables of all ways, or of the one with this name.
pub(crate) fn report(only: Option<&str>) -> String {
    WAYS.iter().filter(|way| only.is_none_or(|name| name == way.name)).map(Way::report).collect()
}

impl Way {
    fn report(&self) -> String {
        let project = npm::install(&[self.vite, &REACT].concat());
        let mut history = History::new(self.name);
        let mut application = Application::new();
        let [mut plain, mut said, mut listed, mut mapped, mut hashed, mut chunkmap] =
            [const { Vec::<Release>::new() }; 6];
        let mut size_of_chunkmap = 0;
        for deploy in 0..=DEPLOYS {
            eprintln!("{} {deploy}", self.name);
            if deploy > 0 {
                application.change(deploy);
            }
            vite(&application, &project, &history.folder, self.chunks);
            history.commit();
            let folder = |name| history.folder.join(name);
            let (refers, import_map) = (self.refers, true);
            plain.push(build(&folder("fixed"), Options::default()));
            if refers.is_some() {
                said.push(build(&folder("fixed"), Options { refers, import_map: false }));
            }
            listed.push(build(&folder("fixed"), Options { refers, import_map }));
            mapped.push(build(&folder("mapped"), Options { refers, import_map }));
            hashed.push(build(&folder("hashed"), Options::default()));
            let map = folder("chunkmap").join("importmap.json");
            if let Ok(text) = fs::read_to_string(&map) {
                // The page has it.
                fs::remove_file(map).expect("a file");
                size_of_chunkmap = compressed(&text);
                chunkmap.push(build(&folder("chunkmap"), Options::default()));
            }
        }
        let by_path = |releases: &[Release]| Visitor::of(releases, |_, path| path.to_owned());
        let mut rows = vec![
            ("default token", Visitor::of_everything(&plain)),
            ("`Token::content()`, one token for all", Visitor::of_one_token(&plain)),
            ("`Token::content()`", Visitor::of(&plain, own_url)),
        ];
        if !said.is_empty() {
            rows.push(("`Token::content()`, `.refers`", Visitor::of(&said, own_url)));
        }
        rows.push(("`Token::content()`, `.import_map(true)`", Visitor::of(&listed, own_url)));
        rows.push((
            "`Token::content()`, `.import_map(true)`, and Vite preloads stylesheets only",
            Visitor::of(&mapped, own_url),
        ));
        if !chunkmap.is_empty() {
            rows.push(("Vite's hashed names, `build.chunkImportMap`", by_path(&chunkmap)));
        }
        rows.push(("Vite's hashed names", by_path(&hashed)));
        let (entries, bytes) = import_map(&mapped[DEPLOYS], "main.js");
        let all: u64 = plain[0].values().map(|asset| asset.len).sum();
        let mut text = format!(
            "{}\n\n`{}`. {} assets, {} bytes, of which the vendor chunk ({}) has {}. {DEPLOYS} deploys: three of five change a line of \
             one module, one of two, and one a rule of the stylesheet. The import map has {entries} entries; it adds {} bytes to each \
             page.",
            self.title,
            self.vite[0],
            plain[0].len(),
            thousands(all),
            REACT[..2].join(", "),
            thousands(plain[0]["vendor.js"].len),
            thousands(bytes as u64)
        );
        if !chunkmap.is_empty() {
            let _ = write!(text, " Vite's own adds {}.", thousands(size_of_chunkmap as u64));
        }
        if let Some((from, _)) = self.refers {
            let _ = write!(
                text,
                " `.refers` says that `{from}` loads the stylesheets of the pages; the rows with an import map have it too."
            );
        }
        format!("{text}\n\n{}", table(&rows))
    }
}

/// Writes the sources, and builds them.
fn vite(application: &Application, project: &Path, out: &Path, chunks: &str) {
    let sources = project.join("src");
    if sources.exists() {
        fs::remove_dir_all(&sources).expect("a folder");
    }
    for (path, text) in application.sources() {
        write_file(&sources.join(path), text);
    }
    write_file(&project.join("vite.mjs"), include_str!("vite.mjs"));
    run(Command::new("node").arg("vite.mjs").arg(out).arg(chunks).env("NODE_ENV", "production").current_dir(project));
}
