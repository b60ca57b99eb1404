//! The pages of a view. In the binary, the URLs of assets are in them already. On disk they are as their author wrote them, so
//! [`lead_page`] leads their references to assets at each request.

use std::borrow::Cow;
use std::ops::Range;

#[cfg(any(test, feature = "include_dir"))]
use cachebreaker_manifest::manifest;
use cachebreaker_manifest::page::{Link, PageUse, lead, place};
use cachebreaker_manifest::percent::encode_path;
#[cfg(any(test, feature = "include_dir"))]
use cachebreaker_manifest::table::Packed;
use cachebreaker_manifest::table::Table;
use cachebreaker_references::{ReferenceKind, markup};

use crate::view::disk;
use crate::view::{Contents, View};

/// The pages of a view.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// What is sent for each, by its [place].
    pub table: Table<'static>,
    /// What else is known of each, in the same order.
    pub pages: &'static [Page],
    /// [`lead_page`], where contents are on disk: so only these programs have a parser of HTML in them.
    pub lead: Option<LeadPage>,
}

/// One page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The number of its file among the assets.
    pub file: u32,
    /// When it is sent.
    pub is_for: PageUse,
    /// The references in the code of its file that lead to assets: where each begins, how it is written, and the URL that is meant.
    pub code: &'static [(u32, &'static str, &'static str)],
}

/// The text of a page on disk, with the URLs of assets in it.
pub type LeadPage = fn(&'static View, Page, &str) -> String;

impl Pages {
    /// There are none.
    pub const NONE: Self = Self { table: Table::new("", &[], &[]), pages: &[], lead: None };

    /// The page at that place.
    pub(crate) fn at(&self, place: &str) -> Option<usize> {
        if self.pages.is_empty() { None } else { self.table.find(place) }
    }

    /// The page for navigations that match nothing else.
    pub(crate) fn otherwise(&self) -> Option<usize> {
        self.pages.iter().position(|page| page.is_for != PageUse::Own)
    }
}

/// Leads the references of a page to assets, as the build does it, for a page that may have been edited since. References in code are
/// known from the build, and found again where they are in quotes or brackets.
#[must_use]
pub fn lead_page(view: &'static View, page: Page, text: &str) -> String {
    let found = markup(text);
    let in_markup = found.references().iter().filter(|it| it.kind() != ReferenceKind::Base).map(|it| Link {
        range: it.range(),
        is_alone: it.is_alone(),
        url: it.url(),
        is_navigation: it.kind() == ReferenceKind::Page,
    });
    let in_code = in_code(page, text, found.code());
    let mut links: Vec<_> = in_markup.chain(in_code).collect();
    links.sort_by_key(|link| link.range.start);
    let place = place(view.asset(page.file).path());
    lead(text, place, found.base(), links, |path, is_navigation| view.url_in_page(path, is_navigation)).text
}

/// The references in the code of a page: where the build found them, if the page has not been edited; else wherever they are in quotes,
/// brackets or spaces.
fn in_code(page: Page, text: &str, code: &[Range<usize>]) -> Vec<Link<'static>> {
    let link = |at: usize, written: &str, url| Link {
        range: at..at + written.len(),
        is_alone: true,
        url,
        is_navigation: false,
    };
    let is_there =
        |(at, written, _): &(u32, &str, &str)| text.get(*at as usize..).is_some_and(|from| from.starts_with(written));
    if page.code.iter().all(is_there) {
        return page.code.iter().map(|(at, written, url)| link(*at as usize, written, url)).collect();
    }
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "\"'`();,=".contains(c));
    let mut links = Vec::new();
    for code in code {
        for (_, written, url) in page.code {
            let places = text[code.clone()].match_indices(written).map(|(at, _)| code.start + at);
            let places = places
                .filter(|at| ends(text[..*at].chars().next_back()) && ends(text[at + written.len()..].chars().next()));
            links.extend(places.map(|at| link(at, written, url)));
        }
    }
    // A file may be named more than once.
    links.sort_by_key(|link| link.range.start);
    links.dedup_by_key(|link| link.range.start);
    links
}

impl View {
    /// The URL that takes the place of a reference in a page to that path on the site. A visitor goes from page to page, and to a file
    /// with a fixed URL, by the URL that the author wrote.
    fn url_in_page(&'static self, path: &str, is_navigation: bool) -> Option<Cow<'static, str>> {
        match self.get(path) {
            Some(asset) if self.pages.pages.iter().any(|page| page.file == asset.index()) => None,
            Some(asset) if is_navigation && self.fixed_at(asset).is_some() => None,
            Some(asset) => Some(asset.url().into()),
            // A bundler may have added it since the build.
            None => {
                let Contents::Disk(roots) = self.contents else { return None };
                let is_added = roots.iter().any(|root| disk::was_added(root, path));
                let is_page = is_navigation && path.ends_with(".html");
                (is_added && !is_page).then(|| [self.prefix, &encode_path(path)].concat().into())
            }
        }
    }
}

#[cfg(any(test, feature = "include_dir"))]
impl Pages {
    /// Those of a view that is made at run time: what they are made of lives as long as the process.
    pub(super) fn leak(pages: &[manifest::Page], files: &[u32], packed: Packed) -> Self {
        let text = |text: &String| &*text.clone().leak();
        let in_code = |it: &manifest::InCode| (it.at, text(&it.written), text(&it.url));
        let page = |(page, file): (&manifest::Page, &u32)| Page {
            file: *file,
            is_for: page.is_for,
            code: page.code.iter().map(in_code).collect::<Vec<_>>().leak(),
        };
        Self {
            table: Table::new(packed.text.leak(), packed.records.leak(), packed.slots.leak()),
            pages: pages.iter().zip(files).map(page).collect::<Vec<_>>().leak(),
            lead: None,
        }
    }
}
