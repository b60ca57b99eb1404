//! A static view's name, `static/{breaker}`: how URLs are joined by it and split by it.

use std::fmt;

/// The literal in a view's name that the token replaces.
pub const BREAKER: &str = "{breaker}";

/// A view's name, parsed: the text before the token and the text after it.
///
/// ```
/// use cachebreaker_manifest::name::Name;
/// let name = Name::parse("static/v-{breaker}").unwrap();
/// assert_eq!(name.join("17", "img/a b.png"), "/static/v-17/img/a%20b.png");
/// assert_eq!(name.split("/static/v-17/img/a%20b.png"), Some(("17", "img/a%20b.png")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    prefix: &'a str,
    suffix: &'a str,
}

impl<'a> Name<'a> {
    /// Parses a name. Slashes at its ends have no meaning and are dropped.
    ///
    /// # Errors
    ///
    /// [`NameError`] when the name has not exactly one `{breaker}`, has an empty segment, `.` or `..`, or a character
    /// outside `A-Z a-z 0-9 - . _ ~`.
    pub fn parse(text: &'a str) -> Result<Self, NameError> {
        let text = text.trim_matches('/');
        let error = |problem: String| Err(NameError(format!("name `{text}` {problem}")));
        let Some((prefix, suffix)) = text.split_once(BREAKER) else {
            return error(format!("has no `{BREAKER}`: say where the token stands, as in `static/{BREAKER}`"));
        };
        if suffix.contains(BREAKER) {
            return error(format!("has `{BREAKER}` twice: the token stands in one place"));
        }
        let is_allowed = |c: &char| c.is_ascii_alphanumeric() || "-._~/".contains(*c);
        if let Some(found) = prefix.chars().chain(suffix.chars()).find(|c| !is_allowed(c)) {
            let found = found.escape_debug();
            return error(format!("contains `{found}`: use `A-Z a-z 0-9 - . _ ~`, slashes and `{BREAKER}`"));
        }
        if let Some(problem) = check_segments(text) {
            return error(problem);
        }
        Ok(Self { prefix, suffix })
    }

    /// A name from its two halves, for tables that [`Name::parse`] has checked before.
    #[must_use]
    pub const fn from_parts(prefix: &'a str, suffix: &'a str) -> Self {
        Self { prefix, suffix }
    }

    /// The part before the token, without the leading slash: `static/v-`.
    #[must_use]
    pub const fn prefix(&self) -> &'a str {
        self.prefix
    }

    /// The part after the token, without the slash before the asset's path: often empty.
    #[must_use]
    pub const fn suffix(&self) -> &'a str {
        self.suffix
    }

    /// The URL of an asset: this name with its token, and the path percent-encoded.
    #[must_use]
    pub fn join(&self, token: &str, path: &str) -> String {
        format!("/{}{token}{}/{}", self.prefix, self.suffix, crate::percent::encode_path(path))
    }

    /// The token and the asset's path, as they are spelt in a request's path; `None` where the path has not this
    /// name's form. The token may be outside the grammar.
    #[must_use]
    pub fn split<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let rest = path.strip_prefix('/')?.strip_prefix(self.prefix)?;
        if self.suffix.is_empty() {
            // Byte by byte: a token is too short for a search of its own.
            let slash = rest.bytes().position(|b| b == b'/')?;
            return Some((&rest[..slash], &rest[slash + 1..]));
        }
        // The first part of the suffix shares the token's segment, and a token has no slash.
        let segment_end = rest.find('/').unwrap_or(rest.len());
        let in_segment = self.suffix.split('/').next().unwrap_or_default();
        let token = rest[..segment_end].strip_suffix(in_segment)?;
        let path = rest[token.len()..].strip_prefix(self.suffix)?.strip_prefix('/')?;
        Some((token, path))
    }

    /// The same where the token has so many bytes and its segment has nothing else; the token may have a slash in it.
    #[must_use]
    pub fn split_at<'p>(&self, path: &'p str, len: usize) -> Option<(&'p str, &'p str)> {
        let rest = path.strip_prefix('/')?.strip_prefix(self.prefix)?;
        if !self.suffix.is_empty() || rest.as_bytes().get(len) != Some(&b'/') {
            return None;
        }
        Some((rest.get(..len)?, rest.get(len + 1..)?))
    }

    /// Whether one URL could be meant for views of either name, because a token can be any text: the prefix of one is the
    /// start of the prefix of the other.
    ///
    /// ```
    /// use cachebreaker_manifest::name::Name;
    /// let name = |text| Name::parse(text).unwrap();
    /// assert!(name("static/{breaker}").overlaps(&name("static/v-{breaker}")));
    /// assert!(!name("static/a-{breaker}").overlaps(&name("static/b-{breaker}")));
    /// ```
    #[must_use]
    pub fn overlaps(&self, other: &Name<'_>) -> bool {
        self.prefix.starts_with(other.prefix) || other.prefix.starts_with(self.prefix)
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{BREAKER}{}", self.prefix, self.suffix)
    }
}

/// What is wrong with the segments of a path: one is empty, `.` or `..`.
pub(crate) fn check_segments(path: &str) -> Option<String> {
    let segment = path.split('/').find(|segment| ["", ".", ".."].contains(segment))?;
    let segment = if segment.is_empty() { "an empty segment" } else { &format!("the segment `{segment}`") };
    Some(format!("has {segment}: each part between slashes needs a name of its own"))
}

/// Why a text is no name of a view. The message is one line and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError(String);

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NameError {}

/// The default name of a view: its folder, a slash and `{breaker}`.
#[must_use]
pub fn default_name(folder: &str) -> String {
    format!("{}/{BREAKER}", folder.trim_start_matches("./").trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(name: &str) -> String {
        Name::parse(name).unwrap_err().to_string()
    }

    #[test]
    fn a_name_that_is_wrong_says_how_to_write_it() {
        assert_eq!(
            message("static"),
            "name `static` has no `{breaker}`: say where the token stands, as in `static/{breaker}`"
        );
        assert_eq!(
            message("{breaker}/{breaker}"),
            "name `{breaker}/{breaker}` has `{breaker}` twice: the token stands in one place"
        );
        assert_eq!(
            message("a b/{breaker}"),
            "name `a b/{breaker}` contains ` `: use `A-Z a-z 0-9 - . _ ~`, slashes and `{breaker}`"
        );
        assert_eq!(
            message("a//{breaker}"),
            "name `a//{breaker}` has an empty segment: each part between slashes needs a name of its own"
        );
        assert_eq!(
            message("../{breaker}"),
            "name `../{breaker}` has the segment `..`: each part between slashes needs a name of its own"
        );
        assert!(message("{braker}").contains("has no `{breaker}`"));
    }

    #[test]
    fn paths_that_have_not_the_form_of_the_name_are_not_split() {
        let name = Name::parse("/static/{breaker}/").unwrap();
        for path in ["", "/", "/static", "/static/", "/static/17", "/other/17/a", "//static/17/a", "static/17/a"] {
            assert_eq!(name.split(path), None, "{path}");
        }
        assert_eq!(name.split("/static/17/"), Some(("17", "")));
        assert_eq!(name.split("/static//a"), Some(("", "a")));
    }

    #[test]
    fn a_suffix_in_the_segment_of_the_token_and_beyond_is_split_off() {
        let name = Name::parse("a/x-{breaker}.d/files").unwrap();
        assert_eq!(name.split("/a/x-1.0.d/files/b/c"), Some(("1.0", "b/c")));
        for path in ["/a/x-1.0/files/b", "/a/x-1.d/b", "/a/x-1.d/files", "/a/x-1.dd", "/a/x-"] {
            assert_eq!(name.split(path), None, "{path}");
        }
    }

    proptest! {
        #[test]
        fn splitting_is_the_inverse_of_joining(
            prefix in "([a-z]{1,5}/){0,2}[a-z-]{0,3}", suffix in "(-[a-z]{1,3})?(/[a-z]{1,4}){0,2}",
            token in "[A-Za-z0-9._~-]{1,20}", path in "[^/]{1,10}(/[^/]{1,10}){0,3}",
        ) {
            let text = format!("{prefix}{BREAKER}{suffix}");
            let name = Name::parse(&text).unwrap();
            let url = name.join(&token, &path);
            let (split_token, split_path) = name.split(&url).unwrap();
            prop_assert_eq!(split_token, token);
            prop_assert_eq!(crate::percent::decode_path(split_path).unwrap(), path);
            prop_assert_eq!(name.to_string(), text);
        }

        #[test]
        fn no_path_makes_splitting_panic(path in ".*") {
            let _ = Name::parse("é/{breaker}").is_err();
            let _ = Name::from_parts("static/v-", "-x/y").split(&path);
        }
    }
}
