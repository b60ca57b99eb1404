//! What `build.rs` may say about the fields of answers: content types, and fields of its own (RFC 9110 §5).

use std::collections::BTreeMap;

use cachebreaker_manifest::content_type;

use crate::error::Error;
use crate::find::glob::Glob;

/// Fields that the rules own, and why they are not to be set.
const OWNED: [(&[&str], &str); 7] = [
    (&["content-type"], "`.content_type(glob, …)` sets it"),
    (&["x-content-type-options"], "every answer has it"),
    (&["etag", "last-modified"], "it is made from the contents"),
    (
        &["cache-control", "expires", "pragma", "age", "cdn-cache-control", "surrogate-control"],
        "what may be kept, and for how long, follows from the token; `cache_max_age` of `assets!` sets the time",
    ),
    (
        &["content-length", "content-encoding", "content-range", "accept-ranges", "content-location", "vary"],
        "it follows from what a request may ask for",
    ),
    (
        &["location", "retry-after", "allow", "set-cookie", "set-cookie2"],
        "answers with an asset are the same for everybody",
    ),
    (
        &[
            "connection",
            "date",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
        ],
        "the server that sends the answer writes it",
    ),
];

/// A field, its name in lower case.
pub(crate) type Field = (String, String);

/// What `build.rs` says about the fields of some files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    pub(crate) content_types: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, Vec<Field>)>,
}

/// The same, checked.
pub(crate) struct Fields {
    content_types: Vec<(Glob, String)>,
    headers: Vec<(Glob, Vec<Field>)>,
}

impl Choices {
    /// Checks everything.
    pub(crate) fn check(&self, errors: &mut Vec<Error>) -> Fields {
        let mut fields = Fields { content_types: Vec::new(), headers: Vec::new() };
        for (glob, content_type) in &self.content_types {
            if !is_content_type(content_type) {
                errors.push(Error::BadContentType { glob: glob.clone(), text: content_type.clone() });
            }
            match Glob::new(glob, ".content_type") {
                Ok(glob) => fields.content_types.push((glob, content_type.clone())),
                Err(error) => errors.push(error),
            }
        }
        for (glob, headers) in &self.headers {
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
            for (at, (name, value)) in headers.iter().enumerate() {
                let twice = headers[..at].iter().any(|(other, _)| other == name);
                if let Some(problem) = problem(name, value, twice) {
                    errors.push(Error::BadHeader { glob: glob.clone(), name: name.clone(), problem });
                }
            }
            match Glob::new(glob, ".headers") {
                Ok(glob) => fields.headers.push((glob, headers)),
                Err(error) => errors.push(error),
            }
        }
        fields
    }
}

impl Fields {
    /// The content type of a file: the last that was said, else that of its name.
    pub(crate) fn content_type(&self, path: &str) -> String {
        let said = self.content_types.iter().filter(|(glob, _)| glob.matches(path)).last();
        said.map_or_else(|| content_type::of(path), |(_, content_type)| content_type.clone())
    }

    /// The fields of a file's own, sorted by name: of one name the last that was said.
    pub(crate) fn headers(&self, path: &str) -> Vec<Field> {
        let said = self.headers.iter().filter(|(glob, _)| glob.matches(path));
        let fields: BTreeMap<_, _> = said.flat_map(|(_, fields)| fields.iter().cloned()).collect();
        fields.into_iter().collect()
    }

    /// Globs that no file has matched.
    pub(crate) fn warnings<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = String> + 'a {
        let globs = self.content_types.iter().map(|(glob, _)| glob).chain(self.headers.iter().map(|(glob, _)| glob));
        globs.filter_map(move |glob| glob.warning(folder))
    }
}

/// What is wrong with a field, and what to do.
fn problem(name: &str, value: &str, twice: bool) -> Option<String> {
    if name.is_empty() || !name.bytes().all(is_token_byte) {
        return Some("its name is none: a name is of `A-Z a-z 0-9 ! # $ % & ' * + - . ^ _ | ~`".to_owned());
    }
    if let Some((_, reason)) = OWNED.iter().find(|(names, _)| names.contains(&name)) {
        return Some(format!("it is not yours to set: {reason}; remove it"));
    }
    if twice {
        return Some("it stands there twice: put its values into one, with a comma between them".to_owned());
    }
    if let Some(found) = value.chars().find(|c| !matches!(c, ' '..='~' | '\t')) {
        let found = found.escape_debug();
        return Some(format!("its value contains `{found}`: a value is of visible ASCII characters, spaces and tabs"));
    }
    (value.trim() != value).then(|| "its value begins or ends with a space: remove it".to_owned())
}

/// RFC 9110 §5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `media-type` of RFC 9110 §8.3.1: `text/html; charset=utf-8`.
fn is_content_type(text: &str) -> bool {
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token_byte);
    let (name, mut parameters) = text.split_once(';').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let name = if parameters.is_some() { name.trim_end_matches([' ', '\t']) } else { name };
    let Some((family, kind)) = name.split_once('/') else { return false };
    if !is_token(family) || !is_token(kind) {
        return false;
    }
    while let Some(rest) = parameters {
        let Some((name, value)) = rest.trim_start_matches([' ', '\t']).split_once('=') else { return false };
        let end = match value.strip_prefix('"') {
            Some(quoted) => match quoted_len(quoted) {
                Some(len) => len + 1,
                None => return false,
            },
            None => value.bytes().take_while(|byte| is_token_byte(*byte)).count(),
        };
        if !is_token(name) || end == 0 {
            return false;
        }
        let after = value[end..].trim_start_matches([' ', '\t']);
        parameters = match after.strip_prefix(';') {
            Some(rest) => Some(rest),
            None if value[end..].is_empty() => None,
            None => return false,
        };
    }
    true
}

/// How long a `quoted-string` is, the first quote not counted (RFC 9110 §5.6.4).
fn quoted_len(quoted: &str) -> Option<usize> {
    let mut bytes = quoted.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(at + 1),
            b'\\' => drop(bytes.next().filter(|(_, byte)| matches!(byte, b' '..=b'~' | b'\t'))?),
            b' '..=b'~' | b'\t' => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_is_a_media_type_with_its_parameters() {
        for text in [
            "text/x",
            "text/html; charset=utf-8",
            "text/html;charset=utf-8",
            "application/vnd.api+json",
            "multipart/x; boundary=\"a b;\\\"c\"; x=y",
            "image/svg+xml ;a=b ; c=d",
        ] {
            assert!(is_content_type(text), "{text}");
        }
        for text in [
            "",
            "text",
            "text/",
            "/x",
            "text/x/y",
            "text/x;",
            "text/x; charset",
            "text/x; charset=",
            "te xt/x",
            "text/x\n",
            " text/x",
            "text/x ",
            "text/é",
            "text/x; a=\"b",
            "text/x; a=\"b\"c",
            "text/x; a=b c",
            "text/x,text/y",
            "text/x; a=b ",
            "text/x; a=\"\\\"",
        ] {
            assert!(!is_content_type(text), "{text:?}");
        }
    }

    #[test]
    fn a_field_that_the_rules_own_is_refused_with_the_reason() {
        for (name, reason) in [
            ("etag", "it is made from the contents"),
            ("content-type", "`.content_type(glob, …)` sets it"),
            ("content-length", "it follows from what a request may ask for"),
            (
                "cache-control",
                "what may be kept, and for how long, follows from the token; `cache_max_age` of `assets!` sets the time",
            ),
            ("set-cookie", "answers with an asset are the same for everybody"),
            ("transfer-encoding", "the server that sends the answer writes it"),
            ("x-content-type-options", "every answer has it"),
        ] {
            let expected = format!("it is not yours to set: {reason}; remove it");
            assert_eq!(problem(name, "x", false), Some(expected));
        }
        for name in [
            "last-modified",
            "vary",
            "content-encoding",
            "content-range",
            "accept-ranges",
            "location",
            "date",
            "connection",
        ] {
            assert!(problem(name, "x", false).is_some_and(|problem| problem.contains("not yours")), "{name}");
        }
    }

    #[test]
    fn a_field_that_is_none_is_refused() {
        let message = |name, value, twice| problem(name, value, twice).unwrap_or_default();
        for name in ["", "a b", "a:", "é", "a\n", "a/b"] {
            assert!(message(name, "x", false).starts_with("its name is none"), "{name:?}");
        }
        assert!(message("x-a", "a\r\nb", false).starts_with("its value contains `\\r`"));
        assert!(message("x-a", "é", false).starts_with("its value contains `é`"));
        assert!(message("x-a", " a", false).starts_with("its value begins or ends with a space"));
        assert!(message("x-a", "a", true).starts_with("it stands there twice"));
        for value in ["", "require-corp", "a, b; c=\"d\"", "a\tb", "~!"] {
            assert_eq!(problem("x-a", value, false), None, "{value:?}");
        }
    }

    #[test]
    fn what_is_said_last_wins() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let choices = Choices {
            content_types: vec![pair("**/*.md", "text/x"), pair("docs/**", "text/y")],
            headers: vec![
                ("**".to_owned(), vec![pair("X-A", "1"), pair("x-b", "1")]),
                ("docs/**".to_owned(), vec![pair("x-a", "2")]),
            ],
        };
        let mut errors = Vec::new();
        let fields = choices.check(&mut errors);
        assert!(errors.is_empty());
        assert_eq!(fields.content_type("a.md"), "text/x");
        assert_eq!(fields.content_type("docs/a.md"), "text/y");
        assert_eq!(fields.content_type("a.css"), "text/css; charset=utf-8");
        assert_eq!(fields.headers("a.md"), [pair("x-a", "1"), pair("x-b", "1")]);
        assert_eq!(fields.headers("docs/a.md"), [pair("x-a", "2"), pair("x-b", "1")]);
    }
}
