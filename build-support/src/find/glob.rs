//! Globs over the paths of files in a folder.

use std::fmt;
use std::path::Path;

use cachebreaker_manifest::nearest::nearest;
use globset::{GlobBuilder, GlobMatcher};

use crate::error::{Error, shown};

/// A glob, and the call that it was given to.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    pub(crate) text: String,
    /// The call in `build.rs`: `.exclude`.
    call: &'static str,
    matcher: Result<GlobMatcher, globset::Error>,
}

impl Glob {
    /// `*` and `?` match no slash; `img/` is `img/**`. An invalid glob matches nothing.
    pub(crate) fn new(text: String, call: &'static str) -> Self {
        let whole = if text.ends_with('/') { format!("{text}**") } else { text.clone() };
        let glob = GlobBuilder::new(&whole).literal_separator(true).backslash_escape(true).build();
        Self { text, call, matcher: glob.map(|glob| glob.compile_matcher()) }
    }

    /// What is wrong with an invalid glob.
    pub(crate) fn error(&self) -> Option<Error> {
        let cause = self.matcher.as_ref().err()?.clone();
        Some(Error::BadGlob { call: self.call, glob: self.text.clone(), cause })
    }

    /// The call in `build.rs`.
    #[cfg(feature = "references")]
    pub(crate) const fn call(&self) -> &'static str {
        self.call
    }

    /// Whether the path of a file matches.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.matcher.as_ref().is_ok_and(|matcher| matcher.is_match(path))
    }

    /// Whether everything in the folder matches, whatever it is called.
    pub(crate) fn matches_all_in(&self, folder: &str) -> bool {
        (self.text.ends_with('/') || self.text.ends_with("/**")) && self.matches(&format!("{folder}/"))
    }

    /// Whether the folder is one of those in which all that matches is.
    pub(crate) fn is_below(&self, folder: &str) -> bool {
        self.text.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// What is wrong with one that matches no file, where it must.
    pub(crate) fn unmatched_error(&self, folder: &Path, paths: &[&str]) -> Error {
        Error::NoFixedFile {
            call: self.call,
            glob: self.text.clone(),
            folder: folder.to_owned(),
            nearest: nearest(&self.text, paths.iter().copied()).map(str::to_owned),
        }
    }

    /// What there is to say about one that matches no file.
    pub(crate) fn unmatched_warning(&self, folder: &Path) -> String {
        format!(
            "`{self}` matches no file in `{}`: a glob is for the whole path, as in `img/*.png`, `img/**` or `**/*.png`",
            shown(folder)
        )
    }
}

/// As `build.rs` has it: `.exclude("img/*.png")`.
impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", self.call, self.text)
    }
}

/// Those of the globs that match none of the paths. What is wrong with an invalid glob is an error already.
pub(crate) fn unmatched<'g>(globs: impl IntoIterator<Item = &'g Glob>, paths: &[&str]) -> Vec<&'g Glob> {
    let is_unmatched = |glob: &&Glob| glob.matcher.is_ok() && !paths.iter().any(|path| glob.matches(path));
    globs.into_iter().filter(is_unmatched).collect()
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
            let glob = Glob::new(glob.to_owned(), ".exclude");
            for path in others {
                assert!(!glob.matches(path), "{glob:?} {path}");
            }
            assert_eq!(unmatched([&glob], others).len(), 1);
            for path in matching {
                assert!(glob.matches(path), "{glob:?} {path}");
            }
            assert_eq!(unmatched([&glob], matching).len(), 0);
        }
    }

    #[test]
    fn a_folder_is_passed_over_only_where_all_in_it_matches() {
        let all = |glob: &str, folder| Glob::new(glob.to_owned(), ".exclude").matches_all_in(folder);
        assert!(all("node_modules/**", "node_modules") && all("node_modules/", "node_modules/a"));
        assert!(all("**/vendor/**", "a/vendor"));
        assert!(!all("img/*", "img") && !all("img/**", "a") && !all("**/*.css", "css"));
    }
}
