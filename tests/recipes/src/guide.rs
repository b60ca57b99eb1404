//! What the guide says: the files in `docs/history.md`.

use std::fs;

use tests::crate_folder;

/// A file that the guide gives: its name stands in backticks at the beginning of the line before it.
///
/// # Panics
///
/// When the guide has no such file.
pub(crate) fn file(name: &str) -> String {
    let guide = fs::read_to_string(crate_folder("docs/history.md")).expect("the guide");
    let (mut before, mut lines) = ("", guide.lines());
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            // Lines that rustdoc hides are for rustdoc.
            let text = lines.by_ref().take_while(|line| *line != "```");
            let text: String =
                text.filter(|line| !line.starts_with("# use ")).map(|line| format!("{line}\n")).collect();
            if before.starts_with(&format!("`{name}`")) {
                return text;
            }
        }
        if !line.is_empty() {
            before = line;
        }
    }
    panic!("docs/history.md gives no file `{name}`")
}
