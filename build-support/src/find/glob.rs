//! Globs over the paths of files in a folder.

use std::cell::Cell;

use cachebreaker_manifest::nearest::nearest;
use globset::{GlobBuilder, GlobMatcher};

use crate::error::Error;

/// A glob, and whether any file has matched it.
#[derive(Debug)]
pub(crate) struct Glob {
    text: String,
    /// The call in `build.rs` that it stands in: `.exclude`.
    call: &'static str,
    matcher: GlobMatcher,
    matched: Cell<bool>,
}

impl Glob {
    /// `*` and `?` match no slash; `img/` is `img/**`.
    pub(crate) fn new(text: &str, call: &'static str) -> Result<Self, Error> {
        let whole = if text.ends_with('/') { format!("{text}**") } else { text.to_owned() };
        let glob = GlobBuilder::new(&whole).literal_separator(true).backslash_escape(true).build();
        let glob =
            glob.map_err(|error| Error::BadGlob { call, glob: text.to_owned(), cause: error.kind().to_string() })?;
        Ok(Self { text: text.to_owned(), call, matcher: glob.compile_matcher(), matched: Cell::new(false) })
    }

    /// Several, of one call.
    pub(crate) fn all(texts: &[String], call: &'static str, errors: &mut Vec<Error>) -> Vec<Self> {
        texts.iter().filter_map(|text| Self::new(text, call).map_err(|error| errors.push(error)).ok()).collect()
    }

    /// Whether the path of a file matches.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let matches = self.matcher.is_match(path);
        self.matched.set(self.matched.get() || matches);
        matches
    }

    /// Whether everything in the folder matches, whatever it is called.
    pub(crate) fn matches_all_in(&self, folder: &str) -> bool {
        (self.text.ends_with('/') || self.text.ends_with("/**")) && self.matches(&format!("{folder}/"))
    }

    /// Whether the folder is one of those in which all that matches is.
    pub(crate) fn is_below(&self, folder: &str) -> bool {
        self.text.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// What is wrong with one that no file has matched, where it must.
    pub(crate) fn error<'a>(&self, folder: &str, among: impl Iterator<Item = &'a str>) -> Option<Error> {
        (!self.matched.get()).then(|| Error::NoFixedFile {
            call: self.call,
            glob: self.text.clone(),
            folder: folder.to_owned(),
            nearest: nearest(&self.text, among).map(str::to_owned),
        })
    }

    /// What there is to say about one that no file has matched.
    pub(crate) fn warning(&self, folder: &str) -> Option<String> {
        (!self.matched.get()).then(|| {
            format!(
                "`{}({:?})` matches no file in `{folder}`: a glob is for the whole path, as in `img/*.png`, `img/**` or \
                 `**/*.png`",
                self.call, self.text
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_for_the_whole_path_and_a_star_stays_in_its_folder() {
        for (glob, matching, others) in [
            ("*.css", &["a.css", ".css"][..], &["css/a.css", "a.css.map", "A.CSS"][..]),
            ("**/*.css", &["a.css", "css/a.css", "a/b/c.css"], &["a.css/b"]),
            ("img/**", &["img/a.png", "img/b/c.png"], &["img", "a/img/b.png", "imgs/a"]),
            ("img/", &["img/a.png", "img/b/c.png"], &["img", "a/img/b.png"]),
            ("img/*", &["img/a.png"], &["img/b/c.png"]),
            ("**/vendor/**", &["vendor/a", "a/vendor/b/c"], &["a/vendors/b"]),
            ("{a,b}?.[jt]s", &["a1.js", "b2.ts"], &["a.js", "c1.js", "a/.js"]),
            ("\\*.css", &["*.css"], &["a.css"]),
            ("é/*", &["é/名.txt"], &["e/a"]),
        ] {
            let glob = Glob::new(glob, ".exclude").unwrap();
            for path in others {
                assert!(!glob.matches(path), "{glob:?} {path}");
            }
            assert!(glob.warning("static").is_some());
            for path in matching {
                assert!(glob.matches(path), "{glob:?} {path}");
            }
            assert!(glob.warning("static").is_none());
        }
    }

    #[test]
    fn a_folder_is_passed_over_only_where_all_in_it_matches() {
        let all = |glob, folder| Glob::new(glob, ".exclude").unwrap().matches_all_in(folder);
        assert!(all("node_modules/**", "node_modules") && all("node_modules/", "node_modules/a"));
        assert!(all("**/vendor/**", "a/vendor"));
        assert!(!all("img/*", "img") && !all("img/**", "a") && !all("**/*.css", "css"));
    }
}
