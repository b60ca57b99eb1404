//! Pages: HTML files at URLs of their own, without a token. Their references into the view are replaced by the URLs of the assets.

use std::borrow::Cow;
use std::ops::Range;

use crate::percent::{decode_path, encode_path};

/// When a page is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageUse {
    /// At its own URL.
    #[default]
    Own,
    /// At its own URL, and for navigations that match nothing else.
    Fallback,
    /// With 404, for navigations that match nothing else.
    NotFound,
}

impl Led {
    /// Where a byte of the page as it was is now. It is not one that was replaced.
    #[must_use]
    pub fn moved(&self, at: usize) -> usize {
        let before = self.replaced.iter().rev().find(|(range, _)| range.end <= at);
        before.map_or(at, |(range, end)| end + at - range.end)
    }

    /// Inserts texts, in their order. The result is the page, and where in it the URLs of assets begin.
    #[must_use]
    pub fn with(&self, inserted: &[Insert]) -> (String, Vec<u32>) {
        let (mut text, mut urls, mut copied) = (String::with_capacity(self.text.len()), self.urls.clone(), 0);
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        for insert in inserted {
            let at = self.moved(insert.at);
            text.push_str(&self.text[copied..at]);
            urls.extend(insert.urls.iter().map(|url| place(text.len() + url)));
            text.push_str(&insert.text);
            copied = at;
            let behind = self.urls.iter().zip(&mut urls).filter(|(before, _)| **before as usize >= at);
            behind.for_each(|(_, url)| *url += place(insert.text.len()));
        }
        text.push_str(&self.text[copied..]);
        urls.sort_unstable();
        (text, urls)
    }
}

/// A text that is inserted into a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insert {
    /// Before which byte of the page as it was. That byte was not replaced.
    pub at: usize,
    /// The text.
    pub text: String,
    /// Where in the text the URLs of assets begin.
    pub urls: Vec<usize>,
}

impl PageUse {
    /// Its name in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Fallback => "fallback",
            Self::NotFound => "not-found",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Own, Self::Fallback, Self::NotFound].into_iter().find(|it| it.name() == name)
    }
}

/// The URL of the page in that file, without the slash in front and not encoded.
///
/// ```
/// use cachebreaker_manifest::page::place;
///
/// assert_eq!(place("index.html"), "");
/// assert_eq!(place("docs/index.html"), "docs/");
/// assert_eq!(place("about.html"), "about");
/// ```
#[must_use]
pub fn place(file: &str) -> &str {
    match file.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        // `.html` is no page without a name, but a name.
        _ => file.strip_suffix(".html").filter(|name| !name.is_empty() && !name.ends_with('/')).unwrap_or(file),
    }
}

/// The places of pages that a path may be another spelling of, in the order in which they count: with the name of the file, or with a
/// slash too many or too few. The path has no slash in front and is decoded.
///
/// ```
/// use cachebreaker_manifest::page::other_places;
///
/// assert!(other_places("docs").eq(["docs/"]));
/// assert!(other_places("docs/index.html").eq(["docs/", "docs"]));
/// assert!(other_places("about.html").eq(["about", "about/"]));
/// ```
pub fn other_places(path: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let own = match path.strip_suffix("index") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => place(path),
    };
    let other = match own.strip_suffix('/') {
        Some(without) => Cow::Borrowed(without),
        None => format!("{own}/").into(),
    };
    let own = Some(Cow::Borrowed(own)).filter(|own| *own != path);
    // `//` is not the root.
    let other = Some(other).filter(|other| *other != path && !["", "/"].contains(&&**other));
    own.into_iter().chain(other)
}

/// Where a URL in a page leads: the path on the site, without the slash in front and decoded, and the query and fragment behind it.
/// `None` if it leads to another site, or nowhere but to the page itself. The page is at `place`, and may have a base.
///
/// ```
/// use cachebreaker_manifest::page::target;
///
/// let target = |url| target("docs/", None, url);
/// assert_eq!(target("../img/a%20b.png?v=1"), Some(("img/a b.png".to_owned(), "?v=1".to_owned())));
/// assert_eq!(target("/style.css"), Some(("style.css".to_owned(), String::new())));
/// assert_eq!(target("https://example.com/"), None);
/// ```
#[must_use]
pub fn target(place: &str, base: Option<&str>, url: &str) -> Option<(String, String)> {
    let from = format!("/{}", encode_path(place));
    let base = base.map(clean);
    let from = match base.as_deref().map(split) {
        None | Some(("", _)) => from,
        Some((path, _)) => join(&from, path)?,
    };
    let url = clean(url);
    let (path, rest) = split(&url);
    if path.is_empty() {
        return None;
    }
    let path = join(&from, path)?;
    let path = path.strip_prefix('/')?;
    // A slash that is spelt is no separator, and no name has one in it.
    if path.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(b"%2f")) {
        return None;
    }
    Some((decode_path(path)?.into_owned(), rest.to_owned()))
}

/// A URL without what browsers drop: space around it, line breaks and tabs in it. A backslash is a slash in its path.
#[must_use]
pub fn clean(url: &str) -> String {
    let mut is_path = true;
    let kept = url.trim_matches(|c: char| c <= ' ').chars().filter(|c| !['\t', '\n', '\r'].contains(c));
    kept.map(|c| {
        is_path &= !['?', '#'].contains(&c);
        if c == '\\' && is_path { '/' } else { c }
    })
    .collect()
}

/// A URL's path, and what is behind it.
fn split(url: &str) -> (&str, &str) {
    url.split_at(url.find(['?', '#']).unwrap_or(url.len()))
}

/// Resolves a path against that of a page (URL Standard, section 4.4); `None` if it has a scheme or a host.
fn join(from: &str, path: &str) -> Option<String> {
    let has_scheme = path.split_once(':').is_some_and(|(scheme, _)| {
        let mut letters = scheme.chars();
        letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    if path.starts_with("//") || has_scheme {
        return None;
    }
    let from = if path.starts_with('/') { "" } else { from.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut parts: Vec<_> = from.split('/').skip(1).collect();
    let mut ends_in_dots = false;
    for part in path.strip_prefix('/').unwrap_or(path).split('/') {
        let dots = part.replace("%2e", ".").replace("%2E", ".");
        ends_in_dots = [".", ".."].contains(&&*dots);
        match &*dots {
            "." => {}
            // Above its root a site has nothing.
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    if ends_in_dots {
        parts.push("");
    }
    Some(format!("/{}", parts.join("/")))
}

/// A reference in a page.
#[derive(Clone, Debug)]
pub struct Link<'a> {
    /// The bytes where it is written.
    pub range: Range<usize>,
    /// Whether nothing but the URL is written there.
    pub is_alone: bool,
    /// The URL that is meant.
    pub url: &'a str,
    /// Whether it leads a visitor to another page. Otherwise the browser loads it.
    pub is_navigation: bool,
}

/// A page whose references lead to assets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Led {
    /// The page.
    pub text: String,
    /// Where in it the URLs of assets begin.
    pub urls: Vec<u32>,
    /// For each of them, the bytes of the page as it was whose place it has taken, and the end of what is there now.
    pub replaced: Vec<(Range<usize>, usize)>,
    /// The bytes of the page as it was that should lead to an asset, and could not be replaced.
    pub left: Vec<Range<usize>>,
}

/// Leads the references of a page to assets: `url_of` has the URL of the asset at a path on the site, if that takes the place of such a
/// reference. The links are in the order of the text. All other text stays as it is, and so do queries and fragments.
///
/// ```
/// use cachebreaker_manifest::page::{Link, lead};
///
/// let page = "<img src=logo.png#a>";
/// let link = Link { range: 9..19, is_alone: true, url: "logo.png#a", is_navigation: false };
/// let led = lead(page, "", None, [link], |path, _| (path == "logo.png").then(|| "/static/17/logo.png".into()));
/// assert_eq!(led.text, "<img src=/static/17/logo.png#a>");
/// assert_eq!(led.urls, [9]);
/// ```
pub fn lead<'l, 'u>(
    text: &str,
    place: &str,
    base: Option<&str>,
    links: impl IntoIterator<Item = Link<'l>>,
    mut url_of: impl FnMut(&str, bool) -> Option<Cow<'u, str>>,
) -> Led {
    let (mut led, mut copied) = (Led::default(), 0);
    for Link { range, is_alone, url, is_navigation } in links {
        let Some((path, rest)) = target(place, base, url) else { continue };
        let Some(url) = url_of(&path, is_navigation) else { continue };
        let written = text.get(range.clone()).unwrap_or_default();
        let rest = spell(&rest, written).filter(|_| is_alone && range.start >= copied);
        let (Some(rest), Ok(start)) = (rest, u32::try_from(led.text.len() + range.start.saturating_sub(copied))) else {
            led.left.push(range);
            continue;
        };
        led.text.push_str(&text[copied..range.start]);
        led.urls.push(start);
        led.text.push_str(&url);
        led.text.push_str(&rest);
        copied = range.end;
        led.replaced.push((range, led.text.len()));
    }
    led.text.push_str(&text[copied..]);
    led
}

/// What says that a reference in code is one, from the code before it: the last word, and what is between that and the quotes around the
/// reference. So it is known in code that was edited.
///
/// ```
/// use cachebreaker_manifest::page::context;
///
/// assert_eq!(context("import a from '"), "from");
/// assert_eq!(context("go(import( \""), "import(");
/// assert_eq!(context("{ \"lib\": \""), "lib:");
/// ```
#[must_use]
pub fn context(before: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || "_$-".contains(c);
    // A quote may be a character reference: `&quot;`.
    let quote = before.strip_suffix(';').and_then(|text| text.rsplit_once('&'));
    let before = quote.filter(|(_, name)| is_quote(name)).map_or(before, |(before, _)| before);
    let word = before.trim_end_matches(|c| !is_word(c)).trim_end_matches(is_word).len();
    before[word..].chars().filter(|c| !c.is_whitespace() && !"\"'`".contains(*c)).collect()
}

/// Whether a reference in code can end before this text.
#[must_use]
pub fn ends(behind: &str) -> bool {
    let entity = behind.strip_prefix('&').and_then(|text| text.split_once(';'));
    let is_end = |c: char| c.is_whitespace() || "\"'`();,=".contains(c);
    behind.chars().next().is_none_or(is_end) || entity.is_some_and(|(name, _)| is_quote(name))
}

/// Whether it is the name of a character reference that is a quote.
fn is_quote(name: &str) -> bool {
    ["quot", "#34", "#x22", "apos", "#39", "#x27"].contains(&name)
}

/// The query and fragment of a URL, as they are written in the language around it.
fn spell<'r>(rest: &'r str, written: &str) -> Option<Cow<'r, str>> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/?#=%:@,;+".contains(c);
    if rest.chars().all(is_plain) || written.ends_with(rest) {
        return Some(rest.into());
    }
    let escaped = rest.replace('&', "&amp;");
    written.ends_with(&escaped).then_some(escaped.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_file_has_one_place() {
        for (file, expected) in [
            ("index.html", ""),
            ("docs/index.html", "docs/"),
            ("about.html", "about"),
            ("docs/a.b.html", "docs/a.b"),
            ("myindex.html", "myindex"),
            ("page.htm", "page.htm"),
            (".html", ".html"),
            ("docs/.html", "docs/.html"),
            ("a", "a"),
        ] {
            assert_eq!(place(file), expected);
        }
    }

    #[test]
    fn a_path_is_another_spelling_of_the_page_at_a_place() {
        for (path, expected) in [
            ("index.html", &[""][..]),
            ("index", &[""]),
            ("docs", &["docs/"]),
            ("docs/", &["docs"]),
            ("docs/index", &["docs/", "docs"]),
            ("docs/index.html", &["docs/", "docs"]),
            ("docs.html", &["docs", "docs/"]),
            (".html", &[".html/"]),
            ("docs/.html", &["docs/.html/"]),
            ("", &[]),
            ("/", &[]),
            ("//", &[]),
        ] {
            assert_eq!(other_places(path).collect::<Vec<_>>(), expected, "{path}");
        }
    }

    #[test]
    fn a_url_leads_where_a_browser_takes_it() {
        for (place, base, url, expected) in [
            ("", None, "a.css", Some(("a.css", ""))),
            ("", None, "./a.css#b", Some(("a.css", "#b"))),
            ("", None, "../../a.css", Some(("a.css", ""))),
            ("docs/", None, "a.css", Some(("docs/a.css", ""))),
            ("docs/about", None, "a.css?b#c", Some(("docs/a.css", "?b#c"))),
            ("docs/about", None, "../a.css", Some(("a.css", ""))),
            ("docs/about", None, "/a.css", Some(("a.css", ""))),
            ("docs/about", None, ".", Some(("docs/", ""))),
            ("docs/about", None, "..", Some(("", ""))),
            ("a b/", None, " é%20.css\n", Some(("a b/é .css", ""))),
            ("", None, "a\\b.css?\\", Some(("a/b.css", "?\\"))),
            ("docs/", Some("/"), "a.css", Some(("a.css", ""))),
            ("docs/", Some("../x/y"), "a.css", Some(("x/a.css", ""))),
            ("docs/", Some("?x"), "a.css", Some(("docs/a.css", ""))),
            ("docs/", Some("https://example.com/"), "a.css", None),
            ("docs/", Some("unknown:"), "a.css", None),
            ("docs/", Some("https://example.com/"), "/a.css", None),
            ("", None, "//example.com/a.css", None),
            ("", None, "\\\\example.com/a.css", None),
            ("", None, "data:,a", None),
            ("", None, "#a", None),
            ("", None, "?a", None),
            ("", None, "a%2Fb", None),
            ("", None, "a%ff", None),
        ] {
            let expected = expected.map(|(path, rest)| (path.to_owned(), rest.to_owned()));
            assert_eq!(target(place, base, url), expected, "{place} {base:?} {url}");
        }
    }

    fn link(range: Range<usize>, url: &str) -> Link<'_> {
        Link { range, is_alone: true, url, is_navigation: false }
    }

    #[test]
    fn what_cannot_be_replaced_is_left_and_named() {
        let lead = |text: &str, links: Vec<Link<'_>>| lead(text, "", None, links, |_, _| Some("/u".into()));
        let among_others = Link { is_alone: false, ..link(0..1, "a") };
        let led = lead("a b", vec![among_others]);
        assert_eq!((&*led.text, &led.urls[..], led.left.first()), ("a b", &[][..], Some(&(0..1))));
        let overlapping = lead("ab c", vec![link(0..2, "ab"), link(1..2, "b"), link(3..4, "c")]);
        assert_eq!(
            (&*overlapping.text, &overlapping.urls[..], overlapping.left.first()),
            ("/u /u", &[0, 3][..], Some(&(1..2)))
        );
        for (text, url, expected) in [
            ("a?b=1#c", "a?b=1#c", Some("/u?b=1#c")),
            ("a?b&amp;c", "a?b&c", Some("/u?b&amp;c")),
            ("a?b&c", "a?b&c", Some("/u?b&c")),
            ("a?'b", "a?'b", Some("/u?'b")),
            ("a?&#98;&c", "a?b&c", None),
        ] {
            let led = lead(text, vec![link(0..text.len(), url)]);
            assert_eq!((&*led.text, led.left.len()), expected.map_or((text, 1), |text| (text, 0)));
        }
    }

    #[test]
    fn what_is_inserted_moves_the_urls_behind_it() {
        let text = "<a href='x'><a href='y'>";
        let led =
            lead(text, "", None, [link(9..10, "x"), link(21..22, "y")], |path, _| Some(format!("/u/{path}").into()));
        assert_eq!(led.urls, [9, 24]);
        let insert = |at, text: &str, urls: &[usize]| Insert { at, text: text.to_owned(), urls: urls.to_vec() };
        let inserted = [insert(0, "<p>", &[]), insert(11, " b", &[]), insert(12, "</u/z>", &[1]), insert(24, "!", &[])];
        let (text, urls) = led.with(&inserted);
        assert_eq!(text, "<p><a href='/u/x' b></u/z><a href='/u/y'>!");
        assert_eq!(urls, [12, 21, 35]);
    }

    proptest! {
        /// The URL Standard's own algorithm, from another crate.
        #[test]
        fn a_url_leads_where_the_url_standard_says(
            place in "([a-z ]{1,3}/){0,3}[a-z]{0,2}", base in prop::option::of("(/|\\.\\./|[a-z]/|x|\\?)?([a-z]{1,2}/?){0,2}"),
            url in "(/|\\./|\\.\\./|\\.\\.|[a-z.]{1,3}/|[a-z]|%20|%2e|\\\\|é|\\?|#| |//|:){0,6}",
        ) {
            let site = url::Url::parse("https://site.example/").unwrap();
            let page = site.join(&format!("/{}", encode_path(&place))).unwrap();
            let from = base.as_deref().map_or(Ok(page.clone()), |base| page.join(base)).unwrap();
            let resolved = from.join(&url);
            match target(&place, base.as_deref(), &url) {
                Some((path, rest)) => {
                    let resolved = resolved.unwrap();
                    prop_assert_eq!(resolved.host(), site.host());
                    prop_assert_eq!(resolved.scheme(), "https");
                    let decoded = decode_path(&resolved.path()[1..]).unwrap().into_owned();
                    prop_assert_eq!(decoded, path);
                    let suffix = |url: &url::Url| url.as_str()[url.as_str().find(['?', '#']).unwrap_or(url.as_str().len())..].to_owned();
                    prop_assert_eq!(suffix(&resolved), suffix(&site.join(&format!("/{rest}")).unwrap()));
                }
                None => {
                    // To another site, or only to the page itself.
                    let elsewhere = resolved.as_ref().map_or(true, |it| it.host() != site.host() || it.scheme() != "https");
                    let cleaned = url.trim_matches(|c: char| c <= ' ');
                    prop_assert!(elsewhere || cleaned.is_empty() || cleaned.starts_with(['?', '#']), "{:?}", resolved);
                }
            }
        }

        #[test]
        fn putting_the_references_back_gives_the_page(
            parts in prop::collection::vec(("[ -~é]{0,5}", "[a-z]{1,3}(\\?[a-z]{1,2})?"), 0..6), end in "[ -~]{0,5}",
        ) {
            let (mut text, mut ranges) = (String::new(), Vec::new());
            for (before, url) in &parts {
                text += before;
                ranges.push(text.len()..text.len() + url.len());
                text += url;
            }
            text += &end;
            let links = ranges.iter().zip(&parts).map(|(range, (_, url))| link(range.clone(), url));
            let led = lead(&text, "", None, links, |path, _| Some(format!("/static/17/{path}").into()));
            prop_assert_eq!((led.urls.len(), led.left.len()), (parts.len(), 0));
            let mut undone = led.text;
            for at in led.urls.iter().rev() {
                let at = *at as usize;
                prop_assert!(undone[at..].starts_with("/static/17/"));
                undone.replace_range(at..at + "/static/17/".len(), "");
            }
            prop_assert_eq!(undone, text);
        }
    }
}
