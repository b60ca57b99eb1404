//! The table in `docs/http.md`: every rule, and what this project, `ServeDir` and nginx do. All three are asked.
//!
//! This fails when the document says anything that was not measured. `tests/http/run --write` writes it anew.

mod rows;
mod servers;

use std::fmt::Write as _;
use std::fs;

use rows::{Cell, OWN, ROWS};
use servers::{Folder, NGINX, Nginx, Server};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/http.md");
const BEGIN: &str = "<!-- What follows is measured: `tests/http/run --write` writes it. -->";
const END: &str = "<!-- What was measured ends here. -->";

/// Where nginx is not installed, its column stays as it is.
const NOT_MEASURED: &str = "not measured";

fn show(cell: &Cell) -> String {
    let mark = match cell.is_right {
        Some(true) => "✓ ",
        Some(false) => "✗ ",
        None => "",
    };
    format!("{mark}{}", cell.shown.replace('|', "\\|"))
}

fn measure() -> String {
    let folder = Folder::new();
    let (view, serve_dir, nginx) = (Server::view(), Server::serve_dir(&folder), Nginx::start(&folder));
    let version = nginx.as_ref().map_or(NOT_MEASURED, |nginx| &nginx.version);
    let mut table = format!(
        "{BEGIN}\n\nMeasured with `ServeDir` of tower-http 0.7 (`.precompressed_br().precompressed_gzip()`) and {version}:\n\n\
         ```nginx\n{NGINX}\n```\n"
    );
    let mut topic = "";
    for row in ROWS {
        if row.topic != topic {
            topic = row.topic;
            write!(
                table,
                "\n## {topic}\n\n| rule | RFC | cachebreaker | `ServeDir` | nginx | test |\n|---|---|---|---|---|---|\n"
            )
            .expect("a string can be written to");
        }
        let ours = (row.measure)(&view);
        assert_ne!(ours.is_right, Some(false), "{}: {}", row.rule, ours.shown);
        let theirs = show(&(row.measure)(&serve_dir));
        let nginx = nginx.as_ref().map_or(NOT_MEASURED.to_owned(), |nginx| show(&(row.measure)(&nginx.server)));
        writeln!(table, "| {} | {} | {} | {theirs} | {nginx} | `{}` |", row.rule, row.section, show(&ours), row.test)
            .expect("a string can be written to");
    }
    table.push_str("\n## Tokens and routes\n\n| rule, of this project alone | test |\n|---|---|\n");
    for (rule, test) in OWN {
        writeln!(table, "| {rule} | `{test}` |").expect("a string can be written to");
    }
    writeln!(table, "\n{END}").expect("a string can be written to");
    table
}

/// A line without the cell or the version of nginx.
fn without_nginx(line: &str) -> String {
    if line.starts_with("Measured with") {
        return String::new();
    }
    let cells: Vec<_> = line.split(" | ").collect();
    cells.iter().enumerate().filter(|(index, _)| *index != 4).map(|(_, cell)| *cell).collect::<Vec<_>>().join(" | ")
}

#[test]
fn the_document_says_what_was_measured() {
    let measured = measure();
    let document = fs::read_to_string(DOCUMENT).expect("docs/http.md can be read");
    let (before, rest) = document.split_once(BEGIN).expect("docs/http.md has a place for the table");
    let (written, after) = rest.split_once(END).expect("docs/http.md says where the table ends");
    let is_whole = !measured.contains(NOT_MEASURED);
    if std::env::var_os("CACHEBREAKER_WRITE_DOCS").is_some() {
        assert!(is_whole, "nginx is not installed: install it and write the table again");
        fs::write(DOCUMENT, format!("{before}{}{}", measured.trim_end(), after)).expect("docs/http.md can be written");
        return;
    }
    if !is_whole {
        eprintln!("nginx is not installed, so its column is not checked: `tests/http/run` installs it");
    }
    let written = format!("{BEGIN}{written}{END}\n");
    // Other versions may well do the same.
    let comparable = |line: &str| match line {
        _ if !is_whole => without_nginx(line),
        _ if line.starts_with("Measured with") => String::new(),
        _ => line.to_owned(),
    };
    for (measured, written) in measured.lines().zip(written.lines()) {
        assert_eq!(comparable(measured), comparable(written), "write the table anew with `tests/http/run --write`");
    }
    assert_eq!(measured.lines().count(), written.lines().count());
}

#[test]
fn every_rule_names_a_test_that_there_is() {
    for test in ROWS.iter().map(|row| row.test).chain(OWN.iter().map(|(_, test)| *test)) {
        let (module, name) = test.split_once("::").expect("a module and a test");
        let file = format!("{}/tests/{module}.rs", env!("CARGO_MANIFEST_DIR"));
        let source = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let is_there = |line: &str| line.trim_start().starts_with(&format!("fn {name}("));
        assert!(source.lines().any(is_there), "there is no test `{test}`");
    }
}
