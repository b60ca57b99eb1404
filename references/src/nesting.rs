//! How much stack the parser needs for a text of JavaScript, found without parsing: the parser calls itself for what is
//! nested, has no limit, and ends the process where its stack is too small. The walk over what it parsed needs no more.
//!
//! ```text
//! text --> the most bytes of stack that its parser may need, or nothing for what is nested too deeply
//! ```
//!
//! It is an upper bound. It matches brackets. Outside of brackets it counts as nested what can be nested, up to the comma or
//! semicolon that surely ends it: `a => b => c`, `if (a) if (b)`, `a ? b : c ? d : e`, `! ! a`, `else if`.

use crate::lexer::{end_of_line, end_of_regex, end_of_string, end_of_word, is_word};

/// Brackets in brackets. V8, which has a megabyte of stack, gives up at 2,000 or fewer of most kinds, and the time that the
/// parser takes for some kinds grows with the square of their number.
const DEEPEST: usize = 2000;

/// The most stack that there is. Memory is taken only for what of it is used.
const LARGEST: usize = 512 << 20;

/// What a bracket takes at most, with all that the parser calls before it comes to the next one; twice what was measured
/// without optimisation.
const BRACKET: usize = 6 << 10;

/// What a word or an operator takes at most that nests without brackets.
const WORD: usize = 2 << 10;

/// Some levels of brackets and what nests in each.
#[derive(Default)]
struct Scan {
    levels: Vec<Level>,
    /// What the levels around the current one take, and the most that was taken so far.
    around: usize,
    most: usize,
    level: Level,
}

/// What is between two brackets, or in none.
#[derive(Clone, Copy, Default)]
struct Level {
    kind: Bracket,
    /// What statements take, up to the semicolon that ends all of them: `if (a) for (;;) b;`.
    statements: usize,
    /// What expressions take, up to the next comma or semicolon: `a => b = c`.
    expressions: usize,
    /// How many `?` have not had their `:`.
    conditions: usize,
}

/// What a bracket begins, as far as it matters to what is in it and behind it.
#[derive(Clone, Copy, Default, PartialEq)]
enum Bracket {
    /// What is behind it is a statement: `{` of a block, and `(` of `if`, `for`, `while` or `with`.
    #[default]
    Block,
    /// `{` of an object, in which a colon nests nothing.
    Object,
    /// `${` in a template.
    Template,
    Other,
}

/// What came before, as far as it tells what a slash and a brace mean.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// A value: a slash divides it.
    Value,
    /// An operator, `(`, `[`, a comma, a colon in an object: a value follows.
    Operator,
    /// A full stop, or the `#` of a private name: a name follows, though it may look like a keyword.
    Member,
    /// `if`, `for`, `while`, `with`.
    Condition,
    /// Anything else: a slash begins a regular expression, a brace a block.
    Statement,
}

impl Scan {
    fn nests(&mut self, statement: bool) {
        if statement {
            self.level.statements += WORD;
        } else {
            self.level.expressions += WORD;
        }
        self.most = self.most.max(self.around + self.level.statements + self.level.expressions);
    }

    fn open(&mut self, kind: Bracket) {
        self.around += self.level.statements + self.level.expressions + BRACKET;
        self.most = self.most.max(self.around);
        self.levels.push(self.level);
        self.level = Level { kind, ..Level::default() };
    }

    fn close(&mut self) -> Bracket {
        let closed = self.level.kind;
        // What closes no bracket is an error, where the parser stops.
        if let Some(level) = self.levels.pop() {
            self.level = level;
            self.around -= level.statements + level.expressions + BRACKET;
        }
        closed
    }
}

/// The most bytes of stack that the parser may need for a program; `None` where that is too much.
pub(crate) fn stack(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut scan = Scan::default();
    let mut before = Before::Statement;
    // Whether a semicolon has ended the statement, unless `else` or `while` follows.
    let mut has_ended = false;
    // A slash before here divides, for what begins with it would not end in its line.
    let mut no_regex = 0;
    let mut at = if text.starts_with("#!") { end_of_line(bytes, 0) } else { 0 };
    // A plain loop: without optimisation it is several times faster than an iterator, and this reads every byte.
    while at < bytes.len() {
        if scan.levels.len() > DEEPEST || scan.most > LARGEST {
            return None;
        }
        let byte = bytes[at];
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if byte == b'/' && next == b'/' {
            at = end_of_line(bytes, at);
            continue;
        }
        if byte == b'/' && next == b'*' {
            at = text[at + 2..].find("*/").map_or(bytes.len(), |end| at + 2 + end + 2);
            continue;
        }
        let start = at;
        at += 1;
        if is_word(byte) {
            at = end_of_word(bytes, start);
            let word = &bytes[start..at];
            if has_ended && !matches!(word, b"else" | b"while") {
                scan.level.statements = 0;
            }
            has_ended = false;
            before = if before == Before::Member { Before::Value } else { self::word(word, &mut scan) };
            continue;
        }
        if has_ended {
            scan.level.statements = 0;
            has_ended = false;
        }
        before = match byte {
            b'"' | b'\'' => {
                at = end_of_string(bytes, at, byte);
                Before::Value
            }
            b'`' => template(bytes, &mut at, &mut scan),
            b'/' if before != Before::Value && before != Before::Condition && at > no_regex => {
                let (end, is_regex) = end_of_regex(bytes, at);
                *(if is_regex { &mut at } else { &mut no_regex }) = end;
                if is_regex { Before::Value } else { Before::Operator }
            }
            b'{' => {
                let is_object = before == Before::Operator;
                scan.open(if is_object { Bracket::Object } else { Bracket::Block });
                Before::Statement
            }
            b'(' => {
                scan.open(if before == Before::Condition { Bracket::Block } else { Bracket::Other });
                Before::Operator
            }
            b'[' => {
                scan.open(Bracket::Other);
                Before::Operator
            }
            b')' | b']' | b'}' => match scan.close() {
                Bracket::Template if byte == b'}' => template(bytes, &mut at, &mut scan),
                Bracket::Block => Before::Statement,
                _ => Before::Value,
            },
            b';' => {
                scan.level.expressions = 0;
                scan.level.conditions = 0;
                has_ended = true;
                Before::Statement
            }
            b',' => {
                scan.level.expressions = 0;
                Before::Operator
            }
            b':' => colon(&mut scan),
            // `a ?? b` and `a?.b` nest nothing; `a?.5:b` does.
            b'?' if next == b'?' => {
                at += 1;
                Before::Operator
            }
            b'?' if next == b'.' && !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => Before::Value,
            b'?' => {
                scan.nests(false);
                scan.level.conditions += 1;
                Before::Operator
            }
            // `a++ / b`
            b'+' | b'-' if next == byte => {
                at += 1;
                scan.nests(false);
                before
            }
            b'=' if next == b'>' => {
                at += 1;
                scan.nests(false);
                Before::Statement
            }
            b'.' if next == b'.' => {
                at += 1 + usize::from(bytes.get(at + 1) == Some(&b'.'));
                Before::Operator
            }
            b'.' => Before::Member,
            // `#a in b`
            b'#' => {
                scan.nests(false);
                Before::Member
            }
            b'=' | b'+' | b'-' | b'!' | b'~' | b'*' | b'@' => {
                scan.nests(false);
                Before::Operator
            }
            _ => Before::Operator,
        };
    }
    (scan.levels.len() <= DEEPEST && scan.most <= LARGEST).then_some(scan.most)
}

fn word(word: &[u8], scan: &mut Scan) -> Before {
    match word {
        b"if" | b"for" | b"while" | b"with" => {
            scan.nests(true);
            Before::Condition
        }
        b"else" | b"do" => {
            scan.nests(true);
            Before::Statement
        }
        b"new" | b"class" | b"extends" | b"typeof" | b"void" | b"delete" | b"await" | b"yield" | b"async" => {
            scan.nests(false);
            Before::Statement
        }
        b"return" | b"throw" | b"case" | b"in" | b"of" | b"instanceof" => Before::Statement,
        // `export default { … }`
        b"default" => Before::Operator,
        _ => Before::Value,
    }
}

fn colon(scan: &mut Scan) -> Before {
    if scan.level.conditions > 0 {
        scan.level.conditions -= 1;
    } else if scan.level.kind != Bracket::Object {
        // A label.
        scan.nests(true);
        return Before::Statement;
    }
    Before::Operator
}

/// Reads a template from inside of it, to its end or to the next `${`.
fn template(bytes: &[u8], at: &mut usize, scan: &mut Scan) -> Before {
    while *at < bytes.len() {
        match bytes[*at] {
            b'`' => {
                *at += 1;
                return Before::Value;
            }
            b'$' if bytes.get(*at + 1) == Some(&b'{') => {
                *at += 2;
                scan.open(Bracket::Template);
                return Before::Operator;
            }
            b'\\' => *at += 2,
            _ => *at += 1,
        }
    }
    Before::Value
}

#[cfg(test)]
mod tests {
    use crate::{Language, Unread, find};

    #[test]
    fn what_is_nested_deeply_is_parsed_or_unread() {
        let deep = |(open, inside, close): (&str, &str, &str), times: usize| {
            let text = format!("import './x.js'; x = {}{inside}{}", open.repeat(times), close.repeat(times));
            let found = find(&text, Language::JavaScript);
            (found.references().len(), found.unread())
        };
        let brackets = [
            ("[", "", "]"),
            ("(", "a", ")"),
            ("{a:", "1", "}"),
            ("f(", "", ")"),
            ("`${", "a", "}`"),
            ("class { static {", "", "}}"),
            ("function(){ return ", "1", "}"),
            // No bracket is closed by what is in a string, a comment or a regular expression.
            ("[']',", "", "]"),
            ("[\"\\\"]\",", "", "]"),
            ("[`]`,", "", "]"),
            ("[/*]*/", "", "]"),
            ("[//]\n", "", "]"),
            ("[/]/,", "", "]"),
            ("[/[/\\]]/,", "", "]"),
            ("[a++/1,", "", "]"),
            ("[1./2,", "", "]"),
            ("[a.if(b)/1,", "", "]"),
        ];
        for form in brackets {
            assert_eq!(deep(form, 1_000), (1, None), "{form:?}");
            assert_eq!(deep(form, 1_000_000), (0, Some(Unread::Nesting)), "{form:?}");
        }
        let others = [
            ("a => ", "1", ""),
            ("a = ", "1", ""),
            ("a ? b : ", "c", ""),
            ("a ? ", "b", ": c"),
            ("a?.1:", "b", ""),
            ("a?.1?", "b", ":c:d"),
            ("!", "a", ""),
            ("await ", "a", ""),
            ("class a extends ", "b", "{}"),
            ("1; for (;;) ", "a", ""),
            ("1; for (;;) ", "a", ""),
            ("1; if (a) ", "a", ""),
            ("1; if (a) b; else ", "a", ""),
            ("1; if (a) { b, c } else ", "a", ""),
            ("1; while (a) ", "a", ""),
            ("1; do ", "a", "; while (b)"),
            ("1; a: ", "a", ""),
        ];
        for (open, inside, close) in others {
            let (before, open) = open.strip_prefix("1; ").map_or(("", open), |open| ("1; ", open));
            let deep = |times| {
                let text =
                    format!("import './x.js'; x = {before}{}{inside}{}", open.repeat(times), close.repeat(times));
                let found = find(&text, Language::JavaScript);
                (found.references().len(), found.unread())
            };
            assert_eq!(deep(20_000), (1, None), "{open}");
            assert_eq!(deep(1_000_000), (0, Some(Unread::Nesting)), "{open}");
        }
        // The parser nests this too, though it is no JavaScript.
        let no_javascript = format!("import 'x'; {}", "#a in ".repeat(200_000));
        assert_eq!(find(&no_javascript, Language::JavaScript).unread(), Some(Unread::Syntax));
    }

    #[test]
    fn much_that_is_not_nested_needs_no_more_stack_than_a_little() {
        for part in [
            "a = b; ",
            "if (a) b; ",
            "if (a) { b }\nelse { c } d(); ",
            "a ? b : c, ",
            "(a => b), ",
            "a || b && c + d, ",
            "a?.b ?? c < d, ",
            "f(function () { return [1] / 2 }); ",
            "{ a: 1 }; ",
            "a = { b: !0, c: { d: -1 } }; ",
        ] {
            assert!(super::stack(&part.repeat(300_000)).unwrap() < 100_000, "{part}");
        }
        let object = format!("export default {{ {} }}", "a: 1, b: { c: 2 }, ".repeat(300_000));
        assert!(super::stack(&object).unwrap() < 100_000);
    }
}
