//! The table of a tree.

use std::fmt::Write as _;

use crate::visitor::Visitor;

/// Rows, with what each costs beside the last one.
pub(crate) fn table(rows: &[(&str, Visitor)]) -> String {
    let (_, names) = rows.last().expect("a row");
    let mut text =
        String::from("| | bytes a deploy | beside hashed names | requests a deploy |\n| --- | --- | --- | --- |\n");
    for (title, visitor) in rows {
        let ratio = visitor.bytes() / names.bytes();
        let _ = writeln!(
            text,
            "| {title} | {} | {ratio:.2} | {:.1} |",
            thousands(visitor.bytes().round() as u64),
            visitor.requests()
        );
    }
    eprintln!("{text}");
    text + "\n"
}

/// `51058` as `51,058`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
