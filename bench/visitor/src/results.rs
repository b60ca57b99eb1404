//! The section of `RESULTS.md`, which is its last one: the driver keeps it when it writes the others.

use std::fs;

use crate::program::bench;

/// The heading of the section.
const HEADING: &str = "## What a deploy costs a returning visitor";

/// Writes the section, in place of the one that is there.
pub(crate) fn write(tables: &str) {
    let file = bench().join("RESULTS.md");
    let text = fs::read_to_string(&file).expect("RESULTS.md");
    let before = text.split(HEADING).next().unwrap_or_default();
    let text = format!("{}\n\n{HEADING}\n\n{INTRODUCTION}\n\n{}\n", before.trim_end(), tables.trim_end());
    fs::write(file, text).expect("RESULTS.md");
}

const INTRODUCTION: &str = "\
Written by `bench/deploys`. Brotli bytes, mean of all deploys after the first. The visitor has everything of the release before, uses \
every asset, and downloads each URL that is new. Deploys are a day apart. The rows of cachebreaker are real builds in a git repository. \
These numbers repeat on every machine, but for the seconds of the last table.

\"One token for all\" is `Token::content()` without the feature `references`: all URLs change when anything does. The size of an import \
map is that of its text alone, compressed with quality 5, as a server compresses a page. A page has it each time, not only after a \
deploy.

Modules that import each other have one token, so a changed module takes all of them along, and the vendor chunk too. With an import map \
it takes none along. But Vite preloads what a chunk imports: its loader asks for these files under the token of the module that the loader \
is in, so they share that token. Let it preload stylesheets only: \
`build.modulePreload.resolveDependencies: (_, files) => files.filter(file => file.endsWith('.css'))`.";
