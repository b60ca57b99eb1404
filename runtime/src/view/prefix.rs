//! A prefix that only the running program knows, and the pages of a view with that prefix in their URLs.

use std::sync::OnceLock;

use cachebreaker_manifest::base::Base;

use crate::view::View;

/// What is before the paths of a view's URLs, as a client sees them: `/ui`. It lives as long as the process.
#[derive(Debug)]
pub(crate) struct Prefix {
    /// It begins with a slash and does not end with one; empty for none.
    pub(crate) text: String,
    /// Each page, made when it is first asked for.
    pages: Box<[OnceLock<PageAt>]>,
}

/// A page with a prefix in its URLs.
#[derive(Debug)]
pub(crate) struct PageAt {
    pub(crate) bytes: Vec<u8>,
    /// Its length in decimal digits.
    pub(crate) length: String,
    /// Its strong entity tag, with quotes.
    pub(crate) etag: String,
}

impl Prefix {
    /// Reads a prefix; what is wrong with it.
    pub(crate) fn new(view: &View, text: &str) -> Result<Self, String> {
        let path = text.trim_end_matches('/');
        let base = if path.is_empty() { Ok("") } else { Base::parse(path).map(|base| base.as_str()) };
        let text = base.map_err(|error| error.to_string())?;
        if !text.is_empty() && !text.starts_with('/') {
            return Err(format!("prefix `{text}` has a host: give the path alone, as in `/ui`"));
        }
        Ok(Self { text: text.to_owned(), pages: view.pages.pages.iter().map(|_| OnceLock::new()).collect() })
    }

    /// A page whose contents are embedded.
    pub(crate) fn page(&self, view: &View, number: usize) -> Option<&PageAt> {
        let identity = view.pages.table.record(number).identity();
        let bytes = view.embedded(identity.place())?;
        let make = || {
            // The URLs of another site do not depend on the prefix.
            let urls = if view.base.is_empty() { view.pages.pages[number].urls } else { &[] };
            let mut page = Vec::with_capacity(bytes.len() + urls.len() * self.text.len());
            let mut copied = 0;
            for at in urls.iter().map(|at| *at as usize) {
                page.extend_from_slice(&bytes[copied..at]);
                page.extend_from_slice(self.text.as_bytes());
                copied = at;
            }
            page.extend_from_slice(&bytes[copied..]);
            // The bytes follow from those without the prefix, and from the prefix, which has no character that a tag may not have.
            let etag = format!("{}-{}\"", identity.etag().trim_end_matches('"'), self.text);
            PageAt { length: page.len().to_string(), bytes: page, etag }
        };
        Some(self.pages[number].get_or_init(make))
    }
}
