//! Any other engine: what a page has asked for is in the page's own Resource Timing.

use std::time::Instant;

use serde_json::Value;
use tests_browser::{Session, Window};

use crate::load::{Body, Load, MARKS, Request};
use crate::visitor::{Page, Visitor};

/// Every request of the page. WebKit does not say the status, and Firefox does not tell of an image that it has in memory. To ask for a
/// body would be seen: WebKit drops a script or a style from its memory when a page fetches it.
const REQUESTS: &str = "(() => {
    const entries = ['navigation', 'resource'].flatMap(type => performance.getEntriesByType(type));
    const requests = entries.filter(entry => entry.name.startsWith(location.origin)).map(entry => ({
        path: entry.name.slice(location.origin.length),
        status: entry.responseStatus || null,
        redirects: entry.redirectEnd > 0 ? 1 : 0,
        isCached: entry.transferSize == 0,
        length: entry.decodedBodySize || null,
    }));
    const isToldOf = path => requests.some(request => request.path == path);
    for (const image of document.images) {
        const path = image.currentSrc.slice(location.origin.length);
        if (image.naturalWidth > 0 && !isToldOf(path)) requests.push({ path, redirects: 0, isCached: true });
    }
    return requests;
})()";

impl Visitor for Session {
    type Tab = Window;

    fn version(&mut self) -> Result<String, String> {
        Ok(Self::version(self).to_owned())
    }

    fn open(&mut self) -> Result<Window, String> {
        Self::open(self)
    }

    fn close(&mut self, tab: Window) -> Result<(), String> {
        Self::close(self, &tab)
    }

    fn load(&mut self, tab: &Window, page: &Page) -> Result<Load, String> {
        let began = Instant::now();
        self.turn_to(tab)?;
        // WebKit comes back before the scripts have run.
        if let Err(error) = self.goto(&page.url()).and_then(|()| self.wait("document.readyState == 'complete'")) {
            return Ok(Load::failed(page, began, &error));
        }
        let marks = Self::evaluate(self, MARKS)?;
        let requests = Self::evaluate(self, REQUESTS)?;
        let requests = requests.as_array().into_iter().flatten().map(request).collect();
        Ok(Load { path: page.path, began, requests, errors: Vec::new(), marks })
    }

    fn evaluate(&mut self, tab: &Window, expression: &str) -> Result<Value, String> {
        self.turn_to(tab)?;
        Self::evaluate(self, expression)
    }
}

fn request(value: &Value) -> Request {
    Request {
        path: value["path"].as_str().unwrap_or_default().to_owned(),
        status: value["status"].as_u64(),
        redirects: value["redirects"].as_u64().unwrap_or_default(),
        is_cached: value["isCached"] == true,
        failure: None,
        body: value["length"].as_u64().map_or(Body::Unknown, Body::OfLength),
    }
}
