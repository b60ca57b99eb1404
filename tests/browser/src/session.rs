//! A browser of any engine over WebDriver: open a tab, go to a page, evaluate, reload. What a page asks for is seen by the server.

use std::path::Path;

use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::engine::Driver;
use crate::front::Certificate;
use crate::{Engine, until};

/// A running browser, with one tab at first.
pub struct Session {
    /// The engine.
    pub engine: Engine,
    client: Client,
    runtime: Runtime,
    _driver: Driver,
}

/// A tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window(WindowHandle);

impl Session {
    /// Starts a browser with a profile in that folder, which accepts a certificate.
    ///
    /// # Errors
    ///
    /// When its driver or itself cannot be started, as where one is not installed.
    pub fn start(engine: Engine, folder: &Path, certificate: &Certificate) -> Result<Self, String> {
        let driver = engine.drive(folder, certificate)?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let Value::Object(capabilities) = driver.capabilities.clone() else {
            unreachable!("capabilities are an object")
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connect = builder.capabilities(capabilities);
        let client = runtime
            .block_on(connect.connect(&format!("http://127.0.0.1:{}", driver.port)))
            .map_err(|error| format!("{engine:?}: {error}"))?;
        Ok(Self { engine, client, runtime, _driver: driver })
    }

    /// The browser's version, as its driver names it; empty where it does not.
    #[must_use]
    pub fn version(&self) -> &str {
        let version = self.client.capabilities().and_then(|capabilities| capabilities.get("browserVersion"));
        version.and_then(Value::as_str).unwrap_or_default()
    }

    /// The tab that everything is about.
    ///
    /// # Errors
    ///
    /// When the browser has ended, as with everything here.
    pub fn window(&self) -> Result<Window, String> {
        self.run(self.client.window()).map(Window)
    }

    /// Opens a tab; everything is about it from now on.
    ///
    /// # Errors
    ///
    /// When the browser has ended.
    pub fn open(&self) -> Result<Window, String> {
        let opened = self.run(self.client.new_window(true))?;
        let window = Window(opened.handle);
        self.turn_to(&window)?;
        Ok(window)
    }

    /// Closes a tab; everything is about another one from now on.
    ///
    /// # Errors
    ///
    /// When it is closed already, or no other is open.
    pub fn close(&self, window: &Window) -> Result<(), String> {
        self.turn_to(window)?;
        self.run(self.client.close_window())?;
        let others = self.run(self.client.windows())?;
        let other = others.into_iter().next().ok_or("no other tab is open")?;
        self.turn_to(&Window(other))
    }

    /// Makes everything about another tab.
    ///
    /// # Errors
    ///
    /// When it is closed.
    pub fn turn_to(&self, window: &Window) -> Result<(), String> {
        self.run(self.client.switch_to_window(window.0.clone()))
    }

    /// Goes to a page, and waits until it is loaded.
    ///
    /// # Errors
    ///
    /// When it does not load.
    pub fn goto(&self, url: &str) -> Result<(), String> {
        self.run(self.client.goto(url))
    }

    /// Reloads the page, and waits until it is loaded. Not by WebDriver's command: Firefox takes that for a reload without its cache.
    ///
    /// # Errors
    ///
    /// When it does not load.
    pub fn reload(&self) -> Result<(), String> {
        self.evaluate("void setTimeout(() => (self.isBeforeReload = true, location.reload()))")?;
        self.wait("!self.isBeforeReload && document.readyState == 'complete'")
    }

    /// Evaluates an expression in the page, and awaits it. Only the page itself can import.
    ///
    /// # Errors
    ///
    /// What it throws.
    pub fn evaluate(&self, expression: &str) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[0]; (async () => ({expression}))().then(value => done([value ?? null]), error => done(String(error)))"
        );
        match self.run(self.client.execute_async(&script, Vec::new()))? {
            Value::Array(value) => Ok(value.into_iter().next().unwrap_or_default()),
            error => Err(error.as_str().unwrap_or_default().to_owned()),
        }
    }

    /// Waits until an expression is true in the page, which may be reloaded meanwhile.
    ///
    /// # Errors
    ///
    /// When it does not come true.
    pub fn wait(&self, expression: &str) -> Result<(), String> {
        let mut last = Ok(Value::Null);
        let waited = until(|| {
            last = self.evaluate(expression);
            last == Ok(Value::Bool(true))
        });
        waited.map_err(|error| format!("{expression}: {error}: {last:?}"))
    }

    fn run<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> Result<T, String> {
        self.runtime.block_on(command).map_err(|error| format!("{:?}: {error}", self.engine))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.run(self.client.clone().close());
    }
}
