//! Where assets are that are not at the root of the page's own site: the text before the path of each URL.

use std::fmt;
use std::net::Ipv6Addr;

use crate::message::one_line;
use crate::name::check_segments;

/// A base: scheme, host and, where need be, a port and a path, as in `https://cdn.example.com/site`; or a path on the page's own site, as
/// in `/ui`.
///
/// ```
/// use cachebreaker_manifest::base::Base;
/// let base = Base::parse("https://cdn.example.com/site/").unwrap();
/// assert_eq!(base.as_str(), "https://cdn.example.com/site");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base<'a>(&'a str);

impl<'a> Base<'a> {
    /// Parses a base. Slashes at its end have no meaning and are dropped.
    ///
    /// # Errors
    ///
    /// [`BaseError`] if it begins with neither `https://` nor `http://` nor one slash, has no host, a wrong port, a character that would need
    /// escaping, or an empty segment, `.` or `..` in its path.
    pub fn parse(text: &'a str) -> Result<Self, BaseError> {
        let error = |problem: String| Err(BaseError(format!("base `{}` {problem}", text.escape_debug())));
        let allowed_in_path = |c: &char| c.is_ascii_alphanumeric() || "-._~/".contains(*c);
        if let Some(path) = text.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            let path = path.trim_end_matches('/');
            let found = path.chars().find(|c| !allowed_in_path(c)).map(not_allowed_in_path);
            return found.or_else(|| check_segments(path)).map_or(Ok(Self(text.trim_end_matches('/'))), error);
        }
        let Some(rest) = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme)) else {
            return error(
                "has no scheme: begin with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a path on \
                 the same site, as in `/ui`"
                    .to_owned(),
            );
        };
        let rest = rest.trim_end_matches('/');
        let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
        let allowed_in_host = |c: &char| c.is_ascii_alphanumeric() || "-.:[]".contains(*c);
        let found = (host.chars().find(|c| !allowed_in_host(c)))
            .or_else(|| path.unwrap_or_default().chars().find(|c| !allowed_in_path(c)));
        let problem = match found {
            Some(found) => Some(not_allowed(found)),
            None => check_host(host).or_else(|| check_segments(path?)),
        };
        problem.map_or(Ok(Self(text.trim_end_matches('/'))), error)
    }

    /// The base without a slash at its end.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Whether it is an origin (RFC 6454 §7): nothing but scheme, host and port.
    fn is_origin(&self) -> bool {
        !has_path(self.0)
    }
}

/// What is wrong with a host and its port (RFC 3986 §3.2.2 and §3.2.3).
fn check_host(host: &str) -> Option<String> {
    // An IPv6 address has colons too, and is in brackets.
    let end = if host.starts_with('[') { host.find(']').map(|bracket| bracket + 1) } else { host.find(':') };
    let (name, port) = host.split_at(end.unwrap_or(host.len()));
    let is_address = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    let in_brackets = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if name.is_empty() {
        Some("has no host: name it, as in `https://cdn.example.com`".to_owned())
    } else if let Some(bracket) = name.chars().find(|c| "[]".contains(*c))
        && !in_brackets.is_some_and(is_address)
    {
        Some(not_allowed(bracket))
    } else if !port.is_empty() && port.strip_prefix(':').is_none_or(|port| port.parse::<u16>().is_err()) {
        Some(format!("has `{port}` behind its host: a port is a colon and a number up to 65535"))
    } else {
        None
    }
}

fn not_allowed(found: char) -> String {
    let found = found.escape_debug();
    format!("contains `{found}`: write scheme, host and, if need be, a path of `A-Z a-z 0-9 - . _ ~` and slashes")
}

fn not_allowed_in_path(found: char) -> String {
    format!("contains `{}`: write a path of `A-Z a-z 0-9 - . _ ~` and slashes", found.escape_debug())
}

/// The URL of a path that begins with a slash, on any base: as many slashes as the base has at its end, there is one between
/// the two.
#[must_use]
pub fn join(base: &str, path: &str) -> String {
    [base.trim_end_matches('/'), path].concat()
}

/// Whether a base has a path: anything after its host, or no host.
#[must_use]
pub fn has_path(base: &str) -> bool {
    base.starts_with('/') || base.matches('/').count() > 2
}

/// Whether a base names a host, so that assets have another origin than the pages.
#[must_use]
pub fn has_host(base: &str) -> bool {
    base.contains("://")
}

/// The path of a base, without a slash at its end: `/site` of `https://cdn.example.com/site`.
#[must_use]
pub fn path(base: &str) -> &str {
    let after_scheme = base.find("://").map_or(0, |at| at + 3);
    base[after_scheme..].find('/').map_or("", |at| &base[after_scheme + at..])
}

/// Why a text is no base or no origin. The message is one line and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseError(String);

impl fmt::Display for BaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BaseError {}

/// Checks a value of `Timing-Allow-Origin` (Resource Timing §4.5): `*`, or origins with commas between them.
///
/// # Errors
///
/// [`BaseError`] has the first text that is not an origin.
pub fn check_origins(text: &str) -> Result<(), BaseError> {
    let is_origin = |origin: &str| !origin.ends_with('/') && Base::parse(origin).is_ok_and(|base| base.is_origin());
    match text.split(',').map(str::trim).find(|origin| !is_origin(origin)) {
        Some(other) if text != "*" => Err(BaseError(format!(
            "`{}` is not an origin: give `*` or origins with commas between them, as in `https://example.com`",
            one_line(other)
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NO_SCHEME: &str = "has no scheme: begin with `https://` or `http://`, as in `https://cdn.example.com`, or with one slash for a \
                             path on the same site, as in `/ui`";

    #[test]
    fn a_base_may_be_a_path() {
        for (text, expected) in [("/ui", "/ui"), ("/a/b-c.d/", "/a/b-c.d")] {
            let base = Base::parse(text).unwrap();
            assert_eq!((base.as_str(), base.is_origin()), (expected, false));
            assert_eq!(join(base.as_str(), "/static/17/a.css"), format!("{expected}/static/17/a.css"));
        }
    }

    #[test]
    fn a_base_that_is_wrong_says_how_to_write_it() {
        for (base, expected) in [
            ("cdn.example.com", NO_SCHEME),
            ("//cdn.example.com", NO_SCHEME),
            ("", NO_SCHEME),
            ("https://", "has no host: name it, as in `https://cdn.example.com`"),
            ("https:///a", "has no host: name it, as in `https://cdn.example.com`"),
            ("https://:80", "has no host: name it, as in `https://cdn.example.com`"),
            ("https://a:99999", "has `:99999` behind its host: a port is a colon and a number up to 65535"),
            ("https://a:b/c", "has `:b` behind its host: a port is a colon and a number up to 65535"),
            ("https://a:", "has `:` behind its host: a port is a colon and a number up to 65535"),
            ("https://[::1]8", "has `8` behind its host: a port is a colon and a number up to 65535"),
            (
                "https://[::1/a",
                "contains `[`: write scheme, host and, if need be, a path of `A-Z a-z 0-9 - . _ ~` and slashes",
            ),
            (
                "https://a]",
                "contains `]`: write scheme, host and, if need be, a path of `A-Z a-z 0-9 - . _ ~` and slashes",
            ),
            (
                "https://cdn.example.com?v=1",
                "contains `?`: write scheme, host and, if need be, a path of `A-Z a-z 0-9 - . _ ~` and slashes",
            ),
            (
                "https://me@cdn.example.com",
                "contains `@`: write scheme, host and, if need be, a path of `A-Z a-z 0-9 - . _ ~` and slashes",
            ),
            (
                "https://cdn.example.com/a\"b",
                "contains `\\\"`: write scheme, host and, if need be, a path of `A-Z a-z 0-9 - . _ ~` and slashes",
            ),
            ("/", "has an empty segment: each part between slashes needs a name of its own"),
            ("/a//b", "has an empty segment: each part between slashes needs a name of its own"),
            ("/../b", "has the segment `..`: each part between slashes needs a name of its own"),
            ("/a b", "contains ` `: write a path of `A-Z a-z 0-9 - . _ ~` and slashes"),
            ("/\\evil", "contains `\\\\`: write a path of `A-Z a-z 0-9 - . _ ~` and slashes"),
            ("https://a/b//c", "has an empty segment: each part between slashes needs a name of its own"),
            ("https://a/../c", "has the segment `..`: each part between slashes needs a name of its own"),
        ] {
            let expected = format!("base `{}` {expected}", base.escape_debug());
            assert_eq!(Base::parse(base).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn origins_have_no_path() {
        for text in ["*", "https://a.example", "http://[::1]:8080", "https://a.example, https://b.example:444"] {
            assert_eq!(check_origins(text), Ok(()));
        }
        for (text, other) in [
            ("", ""),
            ("a.example", "a.example"),
            ("https://a.example/", "https://a.example/"),
            ("https://a.example, https://b.example/x", "https://b.example/x"),
            ("*, https://a.example", "*"),
            ("null", "null"),
        ] {
            assert_eq!(
                check_origins(text).unwrap_err().to_string(),
                format!(
                    "`{other}` is not an origin: give `*` or origins with commas between them, as in \
                     `https://example.com`"
                )
            );
        }
    }

    proptest! {
        #[test]
        fn joining_gives_no_double_slash_and_loses_no_segment(
            origin in "https?://[a-z]{1,5}(\\.[a-z]{1,5}){0,2}(:[0-9]{1,4})?", folders in "(/[a-z0-9._~-]*[a-z]){0,3}",
            end in "/{0,3}", path in "(/[A-Za-z0-9%._~-]{1,9}){1,4}",
        ) {
            let text = format!("{origin}{folders}{end}");
            let base = Base::parse(&text).unwrap();
            for url in [join(base.as_str(), &path), join(&text, &path)] {
                let (scheme, rest) = url.split_once("://").unwrap();
                prop_assert!(!rest.contains("//"), "{}", url);
                let segments: Vec<_> = rest.split('/').collect();
                let expected = format!("{origin}{folders}{path}");
                let expected: Vec<_> = expected.split('/').skip(2).collect();
                prop_assert_eq!(segments, expected);
                prop_assert!(origin.starts_with(scheme));
            }
            prop_assert_eq!(base.is_origin(), folders.is_empty());
            prop_assert_eq!(Base::parse(base.as_str()).unwrap(), base);
        }

        #[test]
        fn no_text_makes_reading_panic_and_what_is_read_needs_no_escaping(text in "(https://)?[ -~é]{0,12}") {
            if let Ok(base) = Base::parse(&text) {
                prop_assert!(!base.as_str().contains(['"', '\'', '<', '>', '&', ' ', '\\', ',', ';', '?', '#', '@']));
            }
        }
    }
}
