//! Chromium without a window, over the DevTools protocol on a pair of pipes: one JSON message, then a zero byte.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use crate::process::{PATIENCE, Process};

/// A running browser with a profile of its own.
pub struct Browser {
    _process: Process,
    commands: ChildStdin,
    messages: Receiver<Value>,
    last: u64,
    events: HashMap<String, Vec<Value>>,
}

/// A tab, by its session in the protocol.
#[derive(Clone, Debug)]
pub struct Tab(String);

/// Without a window, and with nothing but this machine. The pipe ends the browser with what has started it.
pub(crate) const ARGUMENTS: [&str; 14] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    // Nothing but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.*",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--remote-debugging-pipe",
];

impl Browser {
    /// Starts a browser with a fresh profile in that folder.
    pub fn start(profile: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(profile).map_err(|error| error.to_string())?;
        let log = File::create(profile.join("log")).map_err(|error| error.to_string())?;
        // The protocol's pipes are file descriptors 3 and 4.
        let mut process = Process::start("sh", |command| {
            command
                .args(["-c", "exec chromium \"$@\" 3<&0 4>&1 </dev/null >&2", "chromium"])
                .args(ARGUMENTS)
                .arg(format!("--user-data-dir={}", profile.display()))
                .arg("about:blank")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(log)
        })?;
        let commands = process.child.stdin.take().ok_or("no standard input")?;
        let output = process.child.stdout.take().ok_or("no standard output")?;
        let (sender, messages) = channel();
        thread::spawn(move || {
            for message in BufReader::new(output).split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { return };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self { _process: process, commands, messages, last: 0, events: HashMap::new() };
        browser.call(None, "Browser.getVersion", json!({}))?;
        Ok(browser)
    }

    /// A new tab: in the profile, or in a context of its own that shares nothing with any other tab.
    pub fn tab(&mut self, in_profile: bool) -> Result<Tab, String> {
        let mut target = json!({ "url": "about:blank" });
        if !in_profile {
            let context = self.call(None, "Target.createBrowserContext", json!({}))?;
            target["browserContextId"] = context["browserContextId"].clone();
        }
        let target = self.call(None, "Target.createTarget", target)?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call(None, "Target.attachToTarget", attach)?;
        let tab = Tab(session["sessionId"].as_str().unwrap_or_default().to_owned());
        for domain in ["Page", "Network", "Runtime", "Log"] {
            self.call(Some(&tab), &format!("{domain}.enable"), json!({}))?;
        }
        Ok(tab)
    }

    /// Calls a method and waits for its result.
    pub fn call(&mut self, tab: Option<&Tab>, method: &str, parameters: Value) -> Result<Value, String> {
        let id = self.send(tab, method, parameters)?;
        self.result(id).map_err(|error| format!("{method}: {error}"))
    }

    /// Calls a method; its result is waited for later.
    pub fn send(&mut self, tab: Option<&Tab>, method: &str, parameters: Value) -> Result<u64, String> {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(Tab(session)) = tab {
            message["sessionId"] = json!(session);
        }
        self.commands.write_all(format!("{message}\0").as_bytes()).map_err(|error| error.to_string())?;
        Ok(self.last)
    }

    /// Waits for the result of a call. The results of several calls come in the order in which they were sent.
    pub fn result(&mut self, id: u64) -> Result<Value, String> {
        let start = Instant::now();
        loop {
            let mut message = self.receive(start)?;
            if message["id"] == id {
                return match message["error"]["message"].as_str() {
                    Some(error) => Err(error.to_owned()),
                    None => Ok(message["result"].take()),
                };
            }
        }
    }

    /// What has happened in a tab since [`forget`](Self::forget), in order.
    pub fn events(&self, tab: &Tab) -> &[Value] {
        self.events.get(&tab.0).map_or(&[], Vec::as_slice)
    }

    /// Forgets what has happened in a tab.
    pub fn forget(&mut self, tab: &Tab) {
        self.events.remove(&tab.0);
    }

    /// Waits until a condition about what has happened in a tab holds.
    pub fn wait(&mut self, tab: &Tab, condition: impl Fn(&[Value]) -> bool) -> Result<(), String> {
        let start = Instant::now();
        while !condition(self.events(tab)) {
            self.receive(start)?;
        }
        Ok(())
    }

    /// Evaluates an expression in a tab's page, and awaits it.
    pub fn evaluate(&mut self, tab: &Tab, expression: &str) -> Result<Value, String> {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call(Some(tab), "Runtime.evaluate", parameters)?;
        match answer["exceptionDetails"]["exception"]["description"].as_str() {
            Some(exception) => Err(exception.to_owned()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// The next message; an event is also kept with its tab.
    fn receive(&mut self, start: Instant) -> Result<Value, String> {
        let message =
            self.messages.recv_timeout(PATIENCE.saturating_sub(start.elapsed())).map_err(|error| match error {
                RecvTimeoutError::Timeout => format!("no answer from the browser in {} s", PATIENCE.as_secs()),
                RecvTimeoutError::Disconnected => "the browser has ended".to_owned(),
            })?;
        if message["method"].is_string()
            && let Some(session) = message["sessionId"].as_str()
        {
            self.events.entry(session.to_owned()).or_default().push(message.clone());
        }
        Ok(message)
    }
}
