//! The pages of a view.

#[cfg(any(test, feature = "include_dir"))]
use cachebreaker_manifest::manifest;
use cachebreaker_manifest::page::PageUse;
#[cfg(any(test, feature = "include_dir"))]
use cachebreaker_manifest::table::Packed;
use cachebreaker_manifest::table::Table;

/// The pages of a view.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// What is sent for each, by its [place](cachebreaker_manifest::page::place).
    pub table: Table<'static>,
    /// What else is known of each, in the same order.
    pub pages: &'static [Page],
    /// The number of the page for navigations that match nothing else.
    pub otherwise: Option<usize>,
}

/// One page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The number of its file among the assets.
    pub file: u32,
    /// When it is sent.
    pub is_for: PageUse,
    /// Where in its bytes the URLs of assets begin.
    pub urls: &'static [u32],
    /// The references in the code of its file that lead to assets: where each begins, what is before it, how it is written, and the URL that is meant.
    pub code: &'static [(u32, &'static str, &'static str, &'static str)],
}

impl Pages {
    /// No pages.
    pub const NONE: Self = Self { table: Table::new("", &[], &[]), pages: &[], otherwise: None };
}

#[cfg(any(test, feature = "include_dir"))]
impl Pages {
    /// Those of a view that is made at run time: what they are made of lives as long as the process.
    pub(super) fn leak(pages: &[manifest::Page], files: &[u32], packed: Packed) -> Self {
        let text = |text: &String| &*text.clone().leak();
        let in_code = |it: &manifest::InCode| (it.at, text(&it.before), text(&it.written), text(&it.url));
        let page = |(page, file): (&manifest::Page, &u32)| Page {
            file: *file,
            is_for: page.is_for,
            urls: page.urls.clone().leak(),
            code: page.code.iter().map(in_code).collect::<Vec<_>>().leak(),
        };
        Self {
            table: Table::new(packed.text.leak(), packed.records.leak(), packed.slots.leak()),
            otherwise: pages.iter().position(|page| page.is_for != PageUse::Own),
            pages: pages.iter().zip(files).map(page).collect::<Vec<_>>().leak(),
        }
    }
}
