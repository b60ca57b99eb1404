//! The table in `docs/browsers.md`: what is in it, and whether it is so.

use tests_browser::Engine;

const GUIDE: &str = include_str!("../../../../docs/browsers.md");

/// A row: what is asked, the answer of each engine, and the test that shows it.
pub struct Row {
    pub question: &'static str,
    answers: [&'static str; 3],
    pub test: &'static str,
}

/// The tests in the table of what all engines do.
pub fn common() -> impl Iterator<Item = &'static str> {
    let lines = GUIDE.lines().filter(|line| line.starts_with("| ") && line.matches('|').count() == 3);
    lines.filter_map(|line| Some(line.strip_suffix("` |")?.rsplit_once('`')?.1))
}

pub fn rows() -> impl Iterator<Item = Row> {
    let lines =
        GUIDE.lines().filter(|line| line.starts_with("| ") && line.matches('|').count() == 6 && line.ends_with("` |"));
    lines.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [question, chromium, firefox, webkit, test] = cells[..] else { panic!("five cells expected: {line}") };
        Row { question, answers: [chromium, firefox, webkit], test: test.trim_matches('`') }
    })
}

/// Fails where an engine does something else than the table says.
pub fn compare(engine: Engine, question: &str, seen: &str) {
    let row =
        rows().find(|row| row.question == question).unwrap_or_else(|| panic!("docs/browsers.md lacks: {question}"));
    let number = Engine::ALL.iter().position(|it| *it == engine).unwrap();
    assert_eq!(
        seen, row.answers[number],
        "{engine:?}: {question} (if the browser has changed, change docs/browsers.md)"
    );
}

/// A cell of the table.
pub const fn answer(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
