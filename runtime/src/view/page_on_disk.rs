//! Pages on disk. In the binary, the URLs of assets are in pages already. On disk pages are as their author wrote them, so [`lead_page`]
//! leads their references to assets at each request.

use std::borrow::Cow;
use std::ops::Range;

use cachebreaker_manifest::page::{Link, context, ends, lead, place};
use cachebreaker_manifest::percent::encode_path;
use cachebreaker_references::{ReferenceKind, markup};

use crate::view::asset::Asset;
use crate::view::disk;
use crate::view::pages::Page;
use crate::view::{Contents, View};

/// The text of a page on disk, with the URLs of assets in it.
pub type LeadPage = fn(&'static View, Page, &str, &str) -> String;

/// Leads the references of a page to assets, as the build does it, for a page that may have been edited since. `at` is the prefix that the
/// view is [at](crate::At), or nothing. References in code are known from the build, and found again behind what they were behind.
#[must_use]
pub fn lead_page(view: &'static View, page: Page, at: &str, text: &str) -> String {
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
    lead(text, place, found.base(), links, |path, is_navigation| view.url_in_page(at, path, is_navigation)).text
}

/// The references in the code of a page: where the build found them, if the page has not been edited; else wherever they are in code behind
/// what they were behind.
fn in_code(page: Page, text: &str, code: &[Range<usize>]) -> Vec<Link<'static>> {
    let link = |at: usize, written: &str, url| Link {
        range: at..at + written.len(),
        is_alone: true,
        url,
        is_navigation: false,
    };
    let is_there = |(at, before, written, _): &(u32, &str, &str, &str)| {
        text.get(*at as usize..).is_some_and(|from| from.starts_with(written))
            && context(&text[..*at as usize]) == *before
    };
    if page.code.iter().all(is_there) {
        return page.code.iter().map(|(at, _, written, url)| link(*at as usize, written, url)).collect();
    }
    let mut links = Vec::new();
    for code in code {
        for (_, before, written, url) in page.code {
            let places = text[code.clone()].match_indices(written).map(|(at, _)| code.start + at);
            let places =
                places.filter(|at| ends(&text[at + written.len()..code.end]) && context(&text[..*at]) == *before);
            links.extend(places.map(|at| link(at, written, url)));
        }
    }
    // A file may be named more than once.
    links.sort_by_key(|link| link.range.start);
    links.dedup_by_key(|link| link.range.start);
    links
}

impl View {
    fn is_page(&self, asset: Asset) -> bool {
        self.pages.pages.iter().any(|page| page.file == asset.index())
    }

    /// The URL that takes the place of a reference in a page to that path on the site. A visitor goes from page to page, and to a file
    /// with a fixed URL, by the URL that the author wrote.
    fn url_in_page(&'static self, at: &str, path: &str, is_navigation: bool) -> Option<Cow<'static, str>> {
        match self.get(path) {
            Some(asset) if self.pages.table.find(path).is_some() || self.is_page(asset) => None,
            Some(asset) if is_navigation && self.fixed_at(asset).is_some() => None,
            Some(asset) if self.base_in_pages().is_empty() => Some([at, asset.url()].concat().into()),
            Some(asset) => Some(asset.url().into()),
            // A bundler may have added it since the build.
            None => {
                let Contents::Disk(roots) = self.contents else { return None };
                let is_page = is_navigation && path.ends_with(".html");
                let is_folder = || {
                    let is_above = |asset: Asset| asset.path().starts_with(path);
                    path.ends_with('/') && !is_navigation && self.iter().any(is_above)
                };
                let is_added = || {
                    let added = roots.iter().find_map(|root| disk::was_added(root, path));
                    added.and_then(|changed| self.like(path, changed)).is_some()
                };
                (!is_page && (is_folder() || is_added())).then(|| [at, self.prefix, &encode_path(path)].concat().into())
            }
        }
    }
}
