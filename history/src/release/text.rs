//! A release as text: [`Display`](fmt::Display) writes it, [`Release::parse`] reads it. This is the whole description of format 1.
//!
//! ```text
//! cachebreaker-release 1
//! token release v1.9.0
//! time 1718539201234
//! url-token v1.7.0
//! url-token v1.8.0
//! asset css/style.css text/css%3B%20charset%3Dutf-8 86d081…:2048 br=b94d27…:611
//! header cross-origin-resource-policy same-site
//! url-tokens 1 0
//! end 9f86d081884c7d659a2feaa0c55ad015
//! ```
//!
//! The text is UTF-8 without a byte order mark. A line is a word and its values, with one space between them and a line feed at
//! its end. The lines come in this order:
//!
//! | line | how often | values |
//! |---|---|---|
//! | `cachebreaker-release` | once | the number of the format |
//! | `token` | once | the kind: `timestamp`, `content`, `release`, `commit` or `label`; the deploy's token, without the digits of the options of `assets!`; `of-contents` if the build made it from the contents |
//! | `time` | once | when it was built, in milliseconds since the epoch, before the year 10000: no `Last-Modified` can show a later one |
//! | `url-token` | any number | a token other than the deploy's that is in URLs, without the digits of options; for one of contents, the digest of the options in `build.rs` that it has digits of, 16 lower-case hex digits. The first has the number 0 |
//! | `asset` | any number, sorted by the bytes of the path, each path once | the path in the folder; the content type; its own bytes; then each encoding that the history has, as `br=` and its bytes, in the order of the build |
//! | `header` | any number after its `asset` | a name in lower case, and a value |
//! | `url-tokens` | at most once after the `asset` and its headers, and only if there is a number | numbers of the tokens other than the deploy's that were valid for it, the one in its own URL first |
//! | `end` | once | 32 lower-case hex digits: the first half of the BLAKE3 digest of all lines before this one, with their line feeds |
//!
//! - Bytes are given by their BLAKE3 digest, 64 lower-case hex digits, a colon and their number: see [`Content`].
//! - Paths, content types, and names and values of headers are percent-encoded: every byte but `A-Z a-z 0-9 - . _ ~ /`. So they
//!   have no space and no line break.
//! - Numbers are decimal, without a sign and without zeros before them.
//!
//! A release has exactly one text. A text that says the same in another way (a line twice, a digit encoded) is refused. So equal releases
//! are equal files, and copying one over the other changes nothing.
//!
//! Every later version of this crate reads this format, and the test of `first.txt` makes sure of it. A change that this version could not
//! read, such as a new word, raises [`FORMAT`] by one; older versions then refuse the file with a message that says so.

use std::fmt::{self, Write as _};

use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::manifest::UrlToken;
use cachebreaker_manifest::percent::{decode_path, encode_path};
use cachebreaker_manifest::token::{Token, TokenKind};

use super::{Head, Release, ReleasedAsset};
use crate::{Content, Problem};

/// The format in which releases are written.
pub const FORMAT: u32 = 1;

const MAGIC: &str = "cachebreaker-release ";
const OF_CONTENTS: &str = "of-contents";
/// How many digits of the digest are in the last line.
const END_LEN: usize = 32;
/// How many digits the digest of options has.
const OPTIONS_LEN: usize = 16;
/// In milliseconds since the epoch.
const YEAR_10000: i64 = 253_402_300_800_000;

impl Release {
    /// Reads a release.
    ///
    /// # Errors
    ///
    /// A [`Problem`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        check_format(text)?;
        check_end(text)?;
        let mut release = Self::default();
        for (number, line) in (1..).zip(text.lines()).skip(1) {
            release.read_line(line).ok_or(Problem::Line(number))?;
        }
        match first_difference(text, &release.to_string()) {
            None => Ok(release),
            Some(number) => Err(Problem::Line(number)),
        }
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        let (word, values) = line.split_once(' ')?;
        let mut values = values.split(' ');
        match word {
            "asset" => {
                let asset = ReleasedAsset {
                    path: text(values.next()?)?,
                    content_type: text(values.next()?)?,
                    headers: Vec::new(),
                    identity: Content::parse(values.next()?)?,
                    encodings: values.map(encoding).collect::<Option<_>>()?,
                    url_tokens: Vec::new(),
                };
                // Sorted, and each once: they are looked up.
                let is_next = self.assets.last().is_none_or(|last| last.path < asset.path);
                is_next.then(|| self.assets.push(asset))?;
            }
            "header" => {
                let header = (text(values.next()?)?, text(values.next()?)?);
                self.assets.last_mut()?.headers.push(header);
            }
            "url-tokens" => {
                let numbers = values.map(|number| number.parse().ok()).collect::<Option<Vec<u32>>>()?;
                let is_known = |number: &u32| (*number as usize) < self.head.url_tokens.len();
                self.assets.last_mut()?.url_tokens = Some(numbers).filter(|numbers| numbers.iter().all(is_known))?;
            }
            "end" => {}
            _ => self.head.read_line(word, &mut values)?,
        }
        Some(())
    }
}

impl Head {
    /// Reads the head of a release; does not check that the release is whole.
    ///
    /// # Errors
    ///
    /// A [`Problem`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        check_format(text)?;
        let mut head = Self::default();
        for (number, line) in (1..).zip(text.lines()).skip(1) {
            let (word, values) = line.split_once(' ').unwrap_or((line, ""));
            if ["asset", "end"].contains(&word) {
                // Every other line may be absent.
                return if head.token.is_empty() { Err(Problem::Line(number)) } else { Ok(head) };
            }
            head.read_line(word, &mut values.split(' ')).ok_or(Problem::Line(number))?;
        }
        Err(Problem::CutOff)
    }

    fn read_line<'t>(&mut self, word: &str, values: &mut impl Iterator<Item = &'t str>) -> Option<()> {
        match word {
            "token" => {
                self.kind = TokenKind::from_name(values.next()?)?;
                self.token = token(values.next()?)?;
                self.is_of_contents = match values.next() {
                    None => false,
                    Some(OF_CONTENTS) => true,
                    Some(_) => return None,
                };
            }
            "time" => {
                let time = values.next()?.parse().ok();
                self.time = time.filter(|time| (0..YEAR_10000).contains(time))?;
            }
            "url-token" => {
                let text = token(values.next()?)?;
                let options = values.next().unwrap_or_default().to_owned();
                let is_digest =
                    options.len() == OPTIONS_LEN && options.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
                self.url_tokens.push(Some(UrlToken { text, options }).filter(|it| it.options.is_empty() || is_digest)?);
            }
            _ => return None,
        }
        Some(())
    }
}

/// What is wrong with the first line, if anything is.
fn check_format(text: &str) -> Result<(), Problem> {
    let (first, _) = text.split_once('\n').ok_or(Problem::CutOff)?;
    match first.strip_prefix(MAGIC).ok_or(Problem::Stray)?.parse() {
        Ok(1..=FORMAT) => Ok(()),
        Ok(format) => Err(Problem::Format(format)),
        // For example, a tool has changed the line endings.
        Err(_) => Err(Problem::Changed),
    }
}

/// What is wrong with the last line, if anything is: whether the release is as it was written.
fn check_end(text: &str) -> Result<(), Problem> {
    let lines = text.strip_suffix('\n').ok_or(Problem::CutOff)?;
    let start = lines.rfind('\n').map_or(0, |at| at + 1);
    let end = lines[start..].strip_prefix("end ").ok_or(Problem::CutOff)?;
    if end == end_of(&text[..start]) { Ok(()) } else { Err(Problem::Changed) }
}

/// The number of the first line that two texts do not share; `None` if they are equal.
fn first_difference(text: &str, other: &str) -> Option<usize> {
    let lines = text.split('\n').zip(other.split('\n')).take_while(|(line, other)| line == other);
    (text != other).then(|| lines.count() + 1)
}

/// What the last line has after these lines.
fn end_of(text: &str) -> String {
    let mut hex = Digest::of(text.as_bytes()).to_hex();
    hex.truncate(END_LEN);
    hex
}

fn text(field: &str) -> Option<String> {
    Some(decode_path(field)?.into_owned())
}

fn token(field: &str) -> Option<String> {
    Some(Token::parse(field).ok()?.as_str().to_owned())
}

fn encoding(field: &str) -> Option<(Encoding, Content)> {
    let (name, content) = field.split_once('=')?;
    Some((Encoding::from_name(name)?, Content::parse(content)?))
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = String::new();
        self.write_lines(&mut lines)?;
        let end = end_of(&lines);
        lines.push_str("end ");
        f.write_str(&lines)?;
        writeln!(f, "{end}")
    }
}

impl Release {
    fn write_lines(&self, lines: &mut String) -> fmt::Result {
        let Head { token, kind, is_of_contents, time, url_tokens } = &self.head;
        writeln!(lines, "{MAGIC}{FORMAT}")?;
        let of_contents = if *is_of_contents { [" ", OF_CONTENTS].concat() } else { String::new() };
        writeln!(lines, "token {} {token}{of_contents}", kind.name())?;
        writeln!(lines, "time {time}")?;
        for UrlToken { text, options } in url_tokens {
            let space = if options.is_empty() { "" } else { " " };
            writeln!(lines, "url-token {text}{space}{options}")?;
        }
        for asset in &self.assets {
            let (path, content_type) = (encode_path(&asset.path), encode_path(&asset.content_type));
            write!(lines, "asset {path} {content_type} {}", asset.identity)?;
            for (encoding, content) in &asset.encodings {
                write!(lines, " {}={content}", encoding.name())?;
            }
            lines.push('\n');
            for (name, value) in &asset.headers {
                writeln!(lines, "header {} {}", encode_path(name), encode_path(value))?;
            }
            if !asset.url_tokens.is_empty() {
                lines.push_str("url-tokens");
                asset.url_tokens.iter().try_for_each(|number| write!(lines, " {number}"))?;
                lines.push('\n');
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_content() -> impl Strategy<Value = Content> {
        (prop::array::uniform32(any::<u8>()), any::<u64>())
            .prop_map(|(bytes, len)| Content { digest: Digest::from_bytes(bytes), len })
    }

    fn any_token() -> impl Strategy<Value = String> {
        "[A-Za-z0-9._~-]{1,40}".prop_filter("a token", |text| Token::parse(text).is_ok())
    }

    fn any_asset() -> impl Strategy<Value = ReleasedAsset> {
        let headers = prop::collection::vec((".*", ".*"), 0..3);
        let encodings = prop::collection::vec((prop::sample::select(&Encoding::ALL[..]), any_content()), 0..3);
        (".*", headers, any_content(), encodings, prop::collection::vec(0_u32..3, 0..3)).prop_map(
            |(content_type, headers, identity, encodings, url_tokens)| ReleasedAsset {
                path: String::new(),
                content_type,
                headers,
                identity,
                encodings,
                url_tokens,
            },
        )
    }

    fn any_release() -> impl Strategy<Value = Release> {
        let head = (
            any_token(),
            prop::sample::select(&TokenKind::ALL[..]),
            any::<bool>(),
            0..YEAR_10000,
            prop::collection::vec((any_token(), "([0-9a-f]{16})?"), 3),
        );
        let assets = prop::collection::btree_map(".*", any_asset(), 0..5);
        let url_token = |(text, options)| UrlToken { text, options };
        (head, assets).prop_map(move |((token, kind, is_of_contents, time, url_tokens), assets)| Release {
            head: Head {
                token,
                kind,
                is_of_contents,
                time,
                url_tokens: url_tokens.into_iter().map(url_token).collect(),
            },
            assets: assets.into_iter().map(|(path, asset)| ReleasedAsset { path, ..asset }).collect(),
        })
    }

    proptest! {
        #[test]
        fn reading_is_the_inverse_of_writing(release in any_release()) {
            let text = release.to_string();
            prop_assert_eq!(&Release::parse(&text).unwrap(), &release);
            prop_assert_eq!(Head::parse(&text).unwrap(), release.head);
        }

        #[test]
        fn what_was_cut_off_or_changed_is_never_read(
            release in any_release(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let text = release.to_string();
            let at = at.index(text.len());
            if let Some(cut) = text.get(..at) {
                prop_assert!(Release::parse(cut).is_err());
            }
            let mut bytes = text.into_bytes();
            let before = std::mem::replace(&mut bytes[at], byte);
            if let Ok(changed) = String::from_utf8(bytes) {
                prop_assert_eq!(Release::parse(&changed).is_ok(), byte == before);
            }
        }

        #[test]
        fn what_was_half_copied_is_never_read(release in any_release()) {
            let text = release.to_string();
            for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                prop_assert!(matches!(Release::parse(&text[..at]), Err(Problem::CutOff)), "{}", &text[..at]);
            }
        }

        #[test]
        fn what_is_read_is_written_as_it_was(
            release in any_release(), at in any::<prop::sample::Index>(), word in "[a-z0-9 %+=:\r\n-]{0,4}", len in 0_usize..4,
        ) {
            // What somebody has changed, with a digest that is right.
            let mut text = release.to_string();
            let start = at.index(text.len());
            text.replace_range(start..text.len().min(start + len), &word);
            let lines = text.rfind("end ").map_or(&*text, |end| &text[..end]);
            let text = format!("{lines}end {}\n", end_of(lines));
            if let Ok(release) = Release::parse(&text) {
                prop_assert_eq!(release.to_string(), text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "(cachebreaker-release 1\n)?([a-z-]{0,10} .*\n){0,5}") {
            let _ = (Release::parse(&text), Head::parse(&text));
        }
    }

    /// A release as it was written when the format was made: later versions read it.
    const FIRST: &str = include_str!("first.txt");

    #[test]
    fn a_release_of_the_first_format_is_read() {
        let release = Release::parse(FIRST).unwrap();
        assert_eq!((&*release.head.token, release.head.time), ("v1.9.0", 1_718_539_201_234));
        let style = release.get("css/style.css").unwrap();
        assert_eq!(style.content_type, "text/css; charset=utf-8");
        assert_eq!(style.encodings.len(), 1);
        let url_tokens: Vec<_> =
            style.url_tokens.iter().map(|it| &*release.head.url_tokens[*it as usize].text).collect();
        assert_eq!(url_tokens, ["v1.8.0", "v1.7.0"]);
        assert_eq!(release.to_string(), FIRST);
    }

    /// Lines with the last line that belongs to them.
    fn with_end(lines: &str) -> String {
        format!("{lines}end {}\n", end_of(lines))
    }

    fn problem(text: &str) -> String {
        format!("{:?}", Release::parse(text).unwrap_err())
    }

    #[test]
    fn a_release_has_one_text() {
        let lines = &FIRST[..FIRST.find("end ").unwrap()];
        assert_eq!(with_end(lines), FIRST);
        for (line, from, to) in [
            (1, "release 1\n", "release 01\n"),
            (1, "release 1\n", "release +1\n"),
            (2, "token release v1.9.0\n", ""),
            (2, "v1.9.0\n", "v1.9.0 of-contents and more\n"),
            (3, "token release v1.9.0\n", "token release v1.9.0\ntoken release v1.9.0\n"),
            (3, "time 1718539201234\n", ""),
            (3, "time 1718539201234", "time 1718539201234 5"),
            (3, "time 17", "time 017"),
            (3, "time 17", "time +17"),
            (3, "time 17", "time -17"),
            (3, "time 1718539201234", "time 253402300800000"),
            (3, "time 1718539201234", "time 9223372036854775808"),
            (3, "1234\n", "1234\r\n"),
            (4, "\nurl-token v1.7.0", "\n\nurl-token v1.7.0"),
            (4, "url-token v1.7.0", "url-token v1/7"),
            (4, "url-token v1.7.0", "url-token v1.7.0 v1.7.1"),
            (4, "url-token v1.7.0", "url-token v1.7.0 9F86d081884c7d65"),
            (4, "url-token v1.7.0", "url-token v1.7.0 9f86d081884c7d65 9f86d081884c7d65"),
            (6, "asset css/style.css", "asset css/style%2Ecss"),
            (6, "asset css/style.css", "asset css/%ff"),
            (6, "asset css/style.css", "asset  css/style.css"),
            (6, ":18 ", ":018 "),
            (6, ":18 ", ":18446744073709551616 "),
            (6, "1b563033", "1B563033"),
            (6, " br=", " bro="),
            (7, "header cross", "header  cross"),
            (7, "same-site", "same-site 1"),
            (7, "same-site", "same site"),
            (8, "url-tokens 1 0", "url-tokens 1 2"),
            (8, "url-tokens 1 0", "url-tokens 1 4294967296"),
            (8, "url-tokens 1 0", "url-tokens"),
            (9, "url-tokens 1 0", "url-tokens 1 0\nurl-tokens 1 0"),
            (8, "url-tokens 1 0", "end 00"),
            (9, "asset img", "asset a/img"),
            (9, "asset img/a%20b.png", "asset css/style.css"),
        ] {
            assert_eq!(lines.matches(from).count(), 1, "{from}");
            assert_eq!(problem(&with_end(&lines.replacen(from, to, 1))), format!("Line({line})"), "{from} -> {to}");
        }
    }

    #[test]
    fn what_a_tool_has_converted_is_changed() {
        assert_eq!(problem(&FIRST.replace('\n', "\r\n")), "Changed");
        assert_eq!(problem(&format!("{FIRST}\n")), "CutOff");
        assert_eq!(problem(&format!("{FIRST}{FIRST}")), "Changed");
        assert_eq!(problem(&format!("\u{feff}{FIRST}")), "Stray");
        assert_eq!(problem(&FIRST.replace("v1.9.0", "v1.9\0")), "Changed");
    }

    #[test]
    fn the_last_time_that_a_date_can_show_is_read() {
        let lines = "cachebreaker-release 1\ntoken release v1.0\ntime 253402300799999\n";
        assert_eq!(Release::parse(&with_end(lines)).unwrap().head.time, YEAR_10000 - 1);
        assert!(matches!(Head::parse("cachebreaker-release 1\ntime 253402300800000\nend"), Err(Problem::Line(2))));
    }

    #[test]
    fn each_problem_is_distinguished() {
        for (text, expected) in [
            ("", "CutOff"),
            ("cachebreaker-release 1", "CutOff"),
            ("cachebreaker-release 1\n", "CutOff"),
            ("cachebreaker-release 2\n", "Format(2)"),
            ("cachebreaker-release 0\n", "Format(0)"),
            ("# notes\n", "Stray"),
            ("cachebreaker-release 1\ntoken release v1\nend 00\n", "Changed"),
        ] {
            assert_eq!(problem(text), expected, "{text}");
        }
        for (line, text) in [
            (2, "cachebreaker-release 1\n"),
            (2, "cachebreaker-release 1\ntoken sorcery v1\n"),
            (2, "cachebreaker-release 1\nword\n"),
            (3, "cachebreaker-release 1\ntoken release v1.0\nurl-tokens 0\n"),
        ] {
            assert_eq!(problem(&with_end(text)), format!("Line({line})"), "{text}");
        }
    }
}
