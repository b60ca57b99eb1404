//! Chromium, which says what it asks for, what comes back, and what it shows on its console.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tests_browser::{Browser, Tab};

use crate::load::{Body, Load, MARKS, Request};
use crate::visitor::{Hosts, Page, Visitor};

impl Visitor for Browser {
    type Tab = Tab;

    fn version(&mut self) -> Result<String, String> {
        let version = self.call(None, "Browser.getVersion", json!({}))?;
        let product = version["product"].as_str().unwrap_or_default();
        Ok(product.rsplit('/').next().unwrap_or_default().to_owned())
    }

    fn open(&mut self) -> Result<Tab, String> {
        self.tab(true)
    }

    fn open_apart(&mut self) -> Result<Tab, String> {
        self.tab(false)
    }

    fn host_of_nothing_cached(&mut self, tab: &Tab, _: &mut Hosts) -> Result<Ipv4Addr, String> {
        // A new process for each new host would take its time.
        self.call(Some(tab), "Network.clearBrowserCache", json!({}))?;
        Ok(Ipv4Addr::LOCALHOST)
    }

    fn close(&mut self, tab: Tab) -> Result<(), String> {
        self.call(Some(&tab), "Page.close", json!({})).map(drop)
    }

    fn load(&mut self, tab: &Tab, page: &Page) -> Result<Load, String> {
        let began = Instant::now();
        self.forget(tab);
        let navigated = self.call(Some(tab), "Page.navigate", json!({ "url": page.url() }))?;
        if let Some(error) = navigated["errorText"].as_str() {
            return Ok(Load::failed(page, began, error));
        }
        self.wait(tab, |events| {
            let has = |method: &str| events.iter().filter(|event| event["method"] == method).count();
            let ids = |method: &str| -> BTreeSet<&str> {
                let of_method = events.iter().filter(|event| event["method"] == method);
                of_method.filter_map(|event| event["params"]["requestId"].as_str()).collect()
            };
            let ended = &ids("Network.loadingFinished") | &ids("Network.loadingFailed");
            has("Page.loadEventFired") > 0 && ids("Network.requestWillBeSent").is_subset(&ended)
        })?;
        let marks = self.evaluate(tab, MARKS)?;
        let mut requests = requests(self.events(tab));
        let bodies = requests
            .iter()
            .map(|(id, _)| self.send(Some(tab), "Network.getResponseBody", json!({ "requestId": id })))
            .collect::<Result<Vec<_>, _>>()?;
        for ((_, request), id) in requests.iter_mut().zip(bodies) {
            if let Ok(content) = self.result(id) {
                let text = content["body"].as_str().unwrap_or_default();
                request.body = Body::Whole(if content["base64Encoded"] == true {
                    STANDARD.decode(text).map_err(|error| error.to_string())?
                } else {
                    text.as_bytes().to_vec()
                });
            }
        }
        let requests = requests.into_iter().map(|(_, request)| request).collect();
        Ok(Load { path: page.path, began, requests, errors: errors(self.events(tab)), marks })
    }

    fn evaluate(&mut self, tab: &Tab, expression: &str) -> Result<Value, String> {
        self.evaluate(tab, expression)
    }
}

/// The requests among a tab's events, each with its number.
fn requests(events: &[Value]) -> Vec<(String, Request)> {
    let mut requests: Vec<(String, Request)> = Vec::new();
    for event in events {
        let parameters = &event["params"];
        let (Some(method), Some(id)) = (event["method"].as_str(), parameters["requestId"].as_str()) else { continue };
        let known = requests.iter_mut().find(|(known, _)| known == id).map(|(_, request)| request);
        match (method, known) {
            ("Network.requestWillBeSent", None) => {
                let url = parameters["request"]["url"].as_str().filter(|url| url.starts_with("http"));
                requests.extend(url.map(|url| (id.to_owned(), Request::new(path(url)))));
            }
            ("Network.requestWillBeSent", Some(request)) => request.redirects += 1,
            ("Network.responseReceived", Some(request)) => {
                request.status = parameters["response"]["status"].as_u64();
                request.is_cached |= parameters["response"]["fromDiskCache"] == true;
            }
            ("Network.requestServedFromCache", Some(request)) => request.is_cached = true,
            ("Network.loadingFailed", Some(request)) => {
                request.failure = parameters["errorText"].as_str().map(str::to_owned);
            }
            _ => {}
        }
    }
    requests
}

fn path(url: &str) -> String {
    format!("/{}", url.splitn(4, '/').nth(3).unwrap_or_default())
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
