//! A page that was loaded in the browser: every request that it made, and what came back.

use std::collections::BTreeSet;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::releases::Build;
use tests_browser::{Browser, Tab};

/// A page that was loaded.
#[derive(Debug)]
pub(crate) struct Load {
    page: String,
    pub(crate) began: Instant,
    pub(crate) requests: Vec<Request>,
    /// What the console has shown, and what could not be loaded.
    errors: Vec<String>,
    /// The page's own marks, its scripts', its style's.
    marks: Value,
}

/// A request of a page, with its redirects.
#[derive(Debug)]
pub(crate) struct Request {
    id: String,
    pub(crate) hops: Vec<Hop>,
    /// From the browser's own memory or disk; nothing has left the browser.
    pub(crate) is_cached: bool,
    failure: Option<String>,
    body: Vec<u8>,
}

/// An answer on the way to the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) path: String,
    pub(crate) status: u64,
}

/// Opens a page in a tab, waits for everything that the page loads, and reads it.
pub(crate) fn load(browser: &mut Browser, tab: &Tab, port: u16, page: &str) -> Result<Load, String> {
    let began = Instant::now();
    let page = page.to_owned();
    browser.forget(tab);
    let url = format!("http://127.0.0.1:{port}{page}");
    let navigated = browser.call(Some(tab), "Page.navigate", json!({ "url": url }))?;
    if let Some(error) = navigated["errorText"].as_str() {
        return Ok(Load { page, began, requests: Vec::new(), errors: vec![error.to_owned()], marks: Value::Null });
    }
    browser.wait(tab, |events| {
        let has = |method: &str| events.iter().filter(|event| event["method"] == method).count();
        let ids = |method: &str| -> BTreeSet<&str> {
            let of_method = events.iter().filter(|event| event["method"] == method);
            of_method.filter_map(|event| event["params"]["requestId"].as_str()).collect()
        };
        let ended = &ids("Network.loadingFinished") | &ids("Network.loadingFailed");
        has("Page.loadEventFired") > 0 && ids("Network.requestWillBeSent").is_subset(&ended)
    })?;
    let marks = "({ ...document.documentElement.dataset, \
         style: getComputedStyle(document.documentElement).getPropertyValue('--release').slice(1, -1), \
         logo: document.images[0]?.naturalWidth, modules: window.modules?.join(' ') })";
    let marks = browser.evaluate(tab, marks)?;
    let mut requests = requests(browser.events(tab));
    let bodies = requests
        .iter()
        .map(|request| browser.send(Some(tab), "Network.getResponseBody", json!({ "requestId": request.id })))
        .collect::<Result<Vec<_>, _>>()?;
    for (request, id) in requests.iter_mut().zip(bodies) {
        if let Ok(content) = browser.result(id) {
            let text = content["body"].as_str().unwrap_or_default();
            request.body = if content["base64Encoded"] == true {
                STANDARD.decode(text).map_err(|error| error.to_string())?
            } else {
                text.as_bytes().to_vec()
            };
        }
    }
    Ok(Load { page, began, requests, errors: errors(browser.events(tab)), marks })
}

/// The requests among a tab's events.
pub(crate) fn requests(events: &[Value]) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    for event in events {
        let parameters = &event["params"];
        let (Some(method), Some(id)) = (event["method"].as_str(), parameters["requestId"].as_str()) else { continue };
        if method == "Network.requestWillBeSent" && !requests.iter().any(|request| request.id == id) {
            if parameters["request"]["url"].as_str().is_some_and(|url| url.starts_with("http")) {
                let id = id.to_owned();
                requests.push(Request { id, hops: Vec::new(), is_cached: false, failure: None, body: Vec::new() });
            }
            continue;
        }
        let Some(request) = requests.iter_mut().find(|request| request.id == id) else { continue };
        match method {
            "Network.requestWillBeSent" => request.hops.push(hop(&parameters["redirectResponse"])),
            "Network.responseReceived" => {
                request.hops.push(hop(&parameters["response"]));
                request.is_cached |= parameters["response"]["fromDiskCache"] == true;
            }
            "Network.requestServedFromCache" => request.is_cached = true,
            "Network.loadingFailed" => request.failure = parameters["errorText"].as_str().map(str::to_owned),
            _ => {}
        }
    }
    requests
}

fn hop(response: &Value) -> Hop {
    let url = response["url"].as_str().unwrap_or_default();
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    Hop { path: format!("/{path}"), status: response["status"].as_u64().unwrap_or_default() }
}

/// What the console shows as an error among a tab's events.
fn errors(events: &[Value]) -> Vec<String> {
    let of_event = |event: &Value| {
        let parameters = &event["params"];
        match event["method"].as_str()? {
            "Log.entryAdded" if parameters["entry"]["level"] == "error" => {
                Some(format!("{} {}", parameters["entry"]["text"], parameters["entry"]["url"]))
            }
            "Runtime.exceptionThrown" => Some(parameters["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" if parameters["type"] == "error" => Some(parameters["args"].to_string()),
            _ => None,
        }
    };
    events.iter().filter_map(of_event).collect()
}

impl Load {
    /// The release that the page says it is.
    pub(crate) fn release(&self) -> &str {
        self.marks["page"].as_str().unwrap_or("none")
    }

    /// The requests for assets.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| request.hops.iter().any(|hop| hop.path.starts_with("/static/")))
    }

    /// What is not as it must be: a page of one of the builds, with exactly that build's assets, each asked for under the
    /// build's own URL and answered at once with the build's own bytes, and nothing on the console.
    pub(crate) fn problems(&self, builds: &[&Build]) -> Vec<String> {
        let Some(build) = builds.iter().find(|build| build.release == self.release()) else {
            return vec![format!("the page is of {}, {:?}", self.release(), self.errors)];
        };
        let mut problems: Vec<_> = self.errors.iter().map(|error| format!("console: {error}")).collect();
        let mut wanted = BTreeSet::from([self.page.clone()]);
        for (url, bytes) in build.of_page() {
            match self.requests.iter().find(|request| request.hops.first().is_some_and(|hop| hop.path == url)) {
                Some(request) if request.failure.is_none() && request.body != bytes => {
                    problems.push(format!("{url} has bytes that are not of {}", build.release));
                }
                _ => {}
            }
            wanted.insert(url);
        }
        let mut asked = BTreeSet::new();
        for request in &self.requests {
            if let Some(failure) = &request.failure {
                problems.push(format!("{:?} failed: {failure}", request.hops));
            } else if request.hops.len() != 1 || request.hops[0].status != 200 {
                problems.push(format!("one answer of 200 expected, {:?} seen", request.hops));
            }
            asked.extend(request.hops.first().map(|hop| hop.path.clone()));
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
