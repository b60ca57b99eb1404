//! A page that was loaded in the browser: every request that it made, and what came back.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use crate::releases::Build;
use crate::visitor::Page;

/// What a page says of itself: its own mark, its scripts', its style's.
pub(crate) const MARKS: &str = "({ ...document.documentElement.dataset, \
     style: getComputedStyle(document.documentElement).getPropertyValue('--release').slice(1, -1), \
     logo: document.images[0]?.naturalWidth, modules: window.modules?.join(' ') })";

/// A page that was loaded.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) path: &'static str,
    pub(crate) began: Instant,
    pub(crate) requests: Vec<Request>,
    /// What the console has shown, and what could not be loaded. Only Chromium says.
    pub(crate) errors: Vec<String>,
    /// Its [`MARKS`].
    pub(crate) marks: Value,
}

/// A request of a page.
#[derive(Debug)]
pub(crate) struct Request {
    /// Of the URL that was asked for first.
    pub(crate) path: String,
    /// The last one, where the browser says it.
    pub(crate) status: Option<u64>,
    pub(crate) redirects: u64,
    /// From the browser's own memory or disk; nothing has left the browser.
    pub(crate) is_cached: bool,
    pub(crate) failure: Option<String>,
    pub(crate) body: Body,
}

/// What a browser tells about the body of a response.
#[derive(Debug)]
pub(crate) enum Body {
    Unknown,
    OfLength(u64),
    Whole(Vec<u8>),
}

impl Body {
    /// Whether it may be these bytes.
    fn may_be(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Unknown => true,
            Self::OfLength(length) => *length == bytes.len() as u64,
            Self::Whole(body) => body == bytes,
        }
    }
}

impl Request {
    pub(crate) fn new(path: String) -> Self {
        Self { path, status: None, redirects: 0, is_cached: false, failure: None, body: Body::Unknown }
    }

    /// For a message, without its body.
    pub(crate) fn shown(&self) -> String {
        let status = self.status.map_or_else(|| "answered".to_owned(), |status| status.to_string());
        format!("{} {status} after {} redirects", self.path, self.redirects)
    }
}

impl Load {
    /// A page that did not load at all.
    pub(crate) fn failed(page: &Page, began: Instant, error: &str) -> Self {
        Self { path: page.path, began, requests: Vec::new(), errors: vec![error.to_owned()], marks: Value::Null }
    }

    /// The release that the page says it is.
    pub(crate) fn release(&self) -> &str {
        self.marks["page"].as_str().unwrap_or("none")
    }

    /// The requests for assets.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| request.path.starts_with("/static/"))
    }

    /// What is not as it must be: a page of one of the builds, with exactly that build's assets, each asked for under the
    /// build's own URL and answered at once with the build's own bytes, and nothing on the console.
    pub(crate) fn problems(&self, builds: &[&Build]) -> Vec<String> {
        let Some(build) = builds.iter().find(|build| build.release == self.release()) else {
            return vec![format!("the page is of {}, {:?}", self.release(), self.errors)];
        };
        let mut problems: Vec<_> = self.errors.iter().map(|error| format!("console: {error}")).collect();
        let mut wanted = BTreeSet::from([self.path.to_owned()]);
        for (url, bytes) in build.of_page() {
            match self.requests.iter().find(|request| request.path == url) {
                Some(request) if request.failure.is_none() && !request.body.may_be(bytes) => {
                    problems.push(format!("{url} has bytes that are not of {}", build.release));
                }
                _ => {}
            }
            wanted.insert(url);
        }
        let mut asked = BTreeSet::new();
        for request in &self.requests {
            if let Some(failure) = &request.failure {
                problems.push(format!("{} failed: {failure}", request.shown()));
            } else if request.redirects > 0 || request.status.is_some_and(|status| status != 200) {
                problems.push(format!("200 at once expected, {} seen", request.shown()));
            }
            asked.insert(request.path.clone());
        }
        if asked != wanted {
            problems.push(format!("{wanted:?} expected, {asked:?} asked for"));
        }
        let marks = marks(build);
        if self.marks != marks {
            problems.push(format!("the page with everything loaded says {marks}, this one {}", self.marks));
        }
        problems.iter_mut().for_each(|problem| problem.insert_str(0, &format!("page of {}: ", build.release)));
        problems
    }
}

/// What a page of a build says when its style and all its scripts have worked.
fn marks(build: &Build) -> Value {
    let says = build.assets_say();
    let mut marks = json!({ "page": build.release, "app": says, "style": says, "logo": 64, "modules": "stamp app" });
    for script in ["gone", "new"] {
        if build.files.contains_key(&format!("{script}.js")) {
            marks[script] = json!(says);
        }
    }
    marks
}
