//! Decides about pages: at the URL of a page the page, at another spelling of it 301 there, and elsewhere the page for navigations that
//! match nothing, or 404.

use cachebreaker_manifest::page::{PageUse, other_places};

use super::answer::{Answer, Caching, Count, Decision, Development, Notice};
use super::represent::represent_page;
use super::{Decider, World, location};
use crate::view::prefix::Prefix;
use crate::view::{Contents, decode};

/// Where a request leads.
enum Place {
    /// To the page with that number.
    Page(usize),
    /// To another spelling of its URL.
    Moved(usize),
    Nowhere,
}

impl<'r, W: World> Decider<'_, 'r, W> {
    pub(super) fn decide_page(&self, at: Option<&'static Prefix>) -> Decision<'r> {
        let (place, pages) = (self.place(), &self.view.pages);
        if !self.is_read() {
            return match place {
                Place::Nowhere => self.no_page(),
                Place::Page(_) | Place::Moved(_) => self.other_method(),
            };
        }
        let is_for = |number: usize| pages.pages[number].is_for;
        match place {
            Place::Page(number) | Place::Moved(number) if is_for(number) == PageUse::NotFound => {
                self.page(number, Caching::NotFound, at)
            }
            Place::Page(number) => self.page(number, Caching::NoCache, at),
            Place::Moved(number) => {
                let url = pages.table.record(number).url();
                let location = location::of_page(url, self.segment_without_slash(), self.request).into();
                self.decision(Answer::Moved { notice: Notice::PageMoved, location }, Count::Found)
            }
            Place::Nowhere => match pages.otherwise.filter(|_| self.request.is_navigation() && !self.is_below_view()) {
                Some(number) if is_for(number) == PageUse::NotFound => self.page(number, Caching::NotFound, at),
                Some(number) => self.page(number, Caching::NoCacheOfNavigation, at),
                None => self.no_page(),
            },
        }
    }

    fn place(&self) -> Place {
        let Some(path) = self.request.path.strip_prefix('/').and_then(decode) else { return Place::Nowhere };
        let pages = &self.view.pages.table;
        match pages.find(&path) {
            // `/ui`, which is not `/ui/`: relative links would lead out of the prefix.
            Some(number) if self.segment_without_slash().is_some() => Place::Moved(number),
            Some(number) => Place::Page(number),
            None => other_places(&path).find_map(|place| pages.find(&place)).map_or(Place::Nowhere, Place::Moved),
        }
    }

    fn segment_without_slash(&self) -> Option<&'r str> {
        self.request.segment_without_slash(self.prefix(self.view.base))
    }

    /// Nothing below the view's prefix is a page.
    fn is_below_view(&self) -> bool {
        self.request.path.strip_prefix('/').is_some_and(|path| path.starts_with(self.view.name.prefix()))
    }

    fn page(&self, number: usize, caching: Caching, at: Option<&'static Prefix>) -> Decision<'r> {
        let answer = represent_page(self.view, (number, at), caching, self.request, self.world);
        let decision = match caching {
            Caching::NotFound => self.decision(answer, Count::Missing),
            _ => self.sent(answer),
        };
        self.with_nest(decision)
    }

    fn no_page(&self) -> Decision<'r> {
        let hint = match self.view.contents {
            Contents::Disk(roots) => self.hint(roots),
            _ => None,
        };
        self.decision(hint.map_or(Answer::Notice(Notice::NoSuchPage), Answer::Development), Count::Missing)
    }

    /// Why there may be nothing at this URL, in development.
    #[cold]
    fn hint(&self, roots: &[&'static str]) -> Option<Development<'r>> {
        if self.view.table.is_empty() {
            return Some(Development::NoFiles);
        }
        let path = self.request.path.strip_prefix('/').and_then(decode)?;
        if let Some(asset) = self.view.get(&path) {
            return Some(Development::NotFixed(asset.path()));
        }
        let mut files = match path.strip_suffix('/') {
            None if path.ends_with(".html") => vec![path.into_owned()],
            None if !path.is_empty() => vec![format!("{path}.html"), format!("{path}/index.html")],
            _ => vec![format!("{path}index.html")],
        };
        files.retain(|file| self.view.get(file).is_none());
        let is_there = |file: &String| roots.iter().any(|root| self.world.was_added(root, file).is_some());
        files.into_iter().find(is_there).map(Development::NewPage)
    }
}
