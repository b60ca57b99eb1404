//! From what `build.rs` says about headers to the content type and the headers of each file.

mod media_type;
pub(crate) mod valid;

use std::collections::BTreeMap;

use cachebreaker_manifest::content_type;

use crate::error::Error;
use crate::find::glob::Glob;

/// A header: its name and its value.
pub(crate) type Header = (String, String);

/// What `build.rs` says. The names of headers are in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headers {
    pub(crate) content_types: Vec<(Glob, String)>,
    pub(crate) headers: Vec<(Glob, Vec<Header>)>,
}

impl Headers {
    /// All that is wrong.
    pub(crate) fn errors(&self) -> Vec<Error> {
        let mut errors = Vec::new();
        for (glob, text) in &self.content_types {
            if !media_type::is_content_type(text) {
                errors.push(Error::BadContentType { glob: glob.text.clone(), text: text.clone() });
            }
            errors.extend(glob.error());
        }
        for (glob, headers) in &self.headers {
            for (at, (name, value)) in headers.iter().enumerate() {
                let is_repeated = headers[..at].iter().any(|(other, _)| other == name);
                if let Err(cause) = valid::check(name, value, is_repeated) {
                    errors.push(Error::BadHeader { glob: glob.text.clone(), name: name.clone(), cause });
                }
            }
            errors.extend(glob.error());
        }
        errors
    }

    /// The content type of a file: that of the last glob that matches, else that of its name.
    pub(crate) fn content_type(&self, path: &str) -> String {
        let last = self.content_types.iter().rev().find(|(glob, _)| glob.matches(path));
        last.map_or_else(|| content_type::of(path), |(_, content_type)| content_type.clone())
    }

    /// The headers of a file, sorted by name: of one name, that of the last glob that matches.
    pub(crate) fn headers(&self, path: &str) -> Vec<Header> {
        let matching = self.headers.iter().filter(|(glob, _)| glob.matches(path));
        let headers: BTreeMap<_, _> = matching.flat_map(|(_, headers)| headers.iter().cloned()).collect();
        headers.into_iter().collect()
    }

    /// All globs.
    pub(crate) fn globs(&self) -> impl Iterator<Item = &Glob> {
        self.content_types.iter().map(|(glob, _)| glob).chain(self.headers.iter().map(|(glob, _)| glob))
    }
}

/// Whether a response can have this content type and these headers. Those of a history were written by another build, or by anybody.
pub(crate) fn can_be_sent(content_type: &str, headers: &[(String, String)]) -> bool {
    let is_valid = |(name, value): &(String, String)| {
        !name.bytes().any(|byte| byte.is_ascii_uppercase()) && valid::check(name, value, false).is_ok()
    };
    media_type::is_content_type(content_type) && headers.iter().all(is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_last_wins() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let glob = |text: &str| Glob::new(text.to_owned(), ".headers");
        let rules = Headers {
            content_types: vec![(glob("**/*.md"), "text/x".to_owned()), (glob("docs/**"), "text/y".to_owned())],
            headers: vec![
                (glob("**"), vec![pair("x-a", "1"), pair("x-b", "1")]),
                (glob("docs/**"), vec![pair("x-a", "2")]),
            ],
        };
        assert!(rules.errors().is_empty());
        assert_eq!(rules.content_type("a.md"), "text/x");
        assert_eq!(rules.content_type("docs/a.md"), "text/y");
        assert_eq!(rules.content_type("a.css"), "text/css; charset=utf-8");
        assert_eq!(rules.headers("a.md"), [pair("x-a", "1"), pair("x-b", "1")]);
        assert_eq!(rules.headers("docs/a.md"), [pair("x-a", "2"), pair("x-b", "1")]);
    }
}
