//! Somebody with a browser, who opens a tab for each test. The browser of an engine is started once for all tests.

use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::Value;
use tests_browser::front::Certificate;
use tests_browser::{Engine, Session};

use crate::table;

type Browser = Result<Mutex<Session>, String>;

static FOLDER: LazyLock<&Path> = LazyLock::new(|| {
    let folder = Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/engines"));
    let _ = std::fs::remove_dir_all(folder);
    folder
});
static CERTIFICATE: LazyLock<Certificate> = LazyLock::new(|| Certificate::make(&FOLDER.join("certificate")).unwrap());
static CHROMIUM: LazyLock<Browser> = LazyLock::new(|| start(Engine::Chromium));
static FIREFOX: LazyLock<Browser> = LazyLock::new(|| start(Engine::Firefox));
static WEBKIT: LazyLock<Browser> = LazyLock::new(|| start(Engine::WebKit));

/// Starts a browser. What a thread has started ends with it, so that thread stays.
fn start(engine: Engine) -> Browser {
    let (sender, started) = channel();
    thread::spawn(move || {
        let folder = FOLDER.join(format!("{engine:?}"));
        let _ = sender.send(Session::start(engine, &folder, &CERTIFICATE));
        loop {
            thread::park();
        }
    });
    started.recv().map_err(|error| error.to_string())?.map(Mutex::new)
}

/// A visitor.
pub struct Visitor(MutexGuard<'static, Session>);

impl Visitor {
    /// Waits for the browser of an engine, and opens a tab.
    pub fn new(engine: Engine) -> Self {
        let browser = match engine {
            Engine::Chromium => &CHROMIUM,
            Engine::Firefox => &FIREFOX,
            Engine::WebKit => &WEBKIT,
        };
        let session = browser.as_ref().unwrap_or_else(|error| panic!("{error}"));
        let visitor = Self(session.lock().unwrap_or_else(PoisonError::into_inner));
        visitor.open();
        visitor
    }

    pub fn session(&self) -> &Session {
        &self.0
    }

    /// Opens one more tab.
    pub fn open(&self) {
        self.0.open().unwrap();
    }

    pub fn goto(&self, url: &str) {
        self.0.goto(url).unwrap();
    }

    pub fn reload(&self) {
        self.0.reload().unwrap();
    }

    /// The value of an expression in the page.
    pub fn see(&self, expression: &str) -> Value {
        self.0.evaluate(expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until an expression is true in the page.
    pub fn wait(&self, expression: &str) {
        self.0.wait(expression).unwrap();
    }

    /// Compares what this engine does with the table in the guide: `row` is the first cell of the row.
    pub fn shows(&self, row: &str, seen: &str) {
        table::compare(self.0.engine, row, seen);
    }
}

/// The certificate that all browsers accept, and a folder for what is before the app.
pub fn certificate() -> (&'static Certificate, &'static Path) {
    (&CERTIFICATE, &FOLDER)
}
