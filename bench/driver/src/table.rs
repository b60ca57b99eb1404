//! Markdown.

/// A table in the making: the first row is its head.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|&cell| cell.to_owned()).collect()])
    }

    /// Adds a row; each cell is shown beside the program's progress too.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        eprintln!("{}", cells.join("  "));
        self.0.push(cells);
    }

    pub(crate) fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = line(&vec!["---".to_owned(); self.0[0].len()]);
        let [head, rows @ ..] = &self.0[..] else { return String::new() };
        [line(head), rule].into_iter().chain(rows.iter().map(|row| line(row))).collect()
    }
}

/// `3168` as `3.2 k`.
pub(crate) fn thousands(number: f64) -> String {
    format!("{:.1} k", number / 1000.0)
}

/// How many times as much as the first.
pub(crate) fn ratio(number: f64, base: f64) -> String {
    format!("{:.2}", number / base)
}

/// The value in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
