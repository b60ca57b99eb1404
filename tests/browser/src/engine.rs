//! Which browsers there are, the driver of each, and how both are started: without a window, with nothing but this machine, and so
//! that they end with the test.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::front::{Certificate, free_port};
use crate::{PATIENCE, Process, until};

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, by WebKitWebDriver. It has no mode without a window, so it has a display in memory.
    WebKit,
}

/// A driver that runs, and starts its browser when a session begins.
pub(crate) struct Driver {
    pub(crate) port: u16,
    /// What a session asks for.
    pub(crate) capabilities: Value,
    _processes: Vec<Process>,
}

/// What the driver starts as its browser. A driver that is ended leaves its browser behind.
const ENDS_WITH_ITS_PARENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ends-with-its-parent");

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }

    /// Starts the driver. The browser keeps its profile in that folder, and accepts the certificate.
    pub(crate) fn drive(self, folder: &Path, certificate: &Certificate) -> Result<Driver, String> {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let mut processes = Vec::new();
        let port = free_port().map_err(|error| error.to_string())?;
        let program = match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKit => "WebKitWebDriver",
        };
        let mut display = None;
        if self == Self::WebKit {
            let (process, number) = start_display()?;
            processes.push(process);
            display = Some(number);
        }
        let log = File::create(folder.join("log")).map_err(|error| error.to_string())?;
        let both = log.try_clone().map_err(|error| error.to_string())?;
        let mut driver = Process::start(program, |command| {
            command
                .arg(format!("--port={port}"))
                .env("BROWSER", self.program())
                .env("HOME", folder)
                .envs(display.map(|display| ("DISPLAY", display)))
                .stdout(log)
                .stderr(both)
        })?;
        until(|| driver.check().is_err() || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())?;
        driver
            .check()
            .map_err(|error| format!("{error}: {}", fs::read_to_string(folder.join("log")).unwrap_or_default()))?;
        // The display is ended after what needs it.
        processes.insert(0, driver);
        let patience = PATIENCE.as_millis();
        let mut capabilities =
            json!({ "acceptInsecureCerts": true, "timeouts": { "script": patience, "pageLoad": patience } });
        let (name, options) = self.options(folder, certificate);
        capabilities[name] = options;
        Ok(Driver { port, capabilities, _processes: processes })
    }

    /// The browser, as a pattern of the shell.
    const fn program(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox-esr",
            Self::WebKit => "/usr/lib/*/webkit2gtk-4.1/MiniBrowser",
        }
    }

    fn options(self, folder: &Path, certificate: &Certificate) -> (&'static str, Value) {
        let profile = folder.join("profile");
        match self {
            Self::Chromium => {
                let profile = format!("--user-data-dir={}", profile.display());
                // What has a certificate that it only tolerates it does not keep.
                let trusted = format!("--ignore-certificate-errors-spki-list={}", certificate.digest_of_key);
                let arguments: Vec<_> = crate::browser::ARGUMENTS.into_iter().chain([&*profile, &trusted]).collect();
                ("goog:chromeOptions", json!({ "binary": ENDS_WITH_ITS_PARENT, "args": arguments }))
            }
            Self::Firefox => {
                let _ = fs::create_dir_all(&profile);
                let arguments = json!(["-headless", "-profile", profile]);
                ("moz:firefoxOptions", json!({ "binary": ENDS_WITH_ITS_PARENT, "args": arguments }))
            }
            Self::WebKit => {
                ("webkitgtk:browserOptions", json!({ "binary": ENDS_WITH_ITS_PARENT, "args": ["--automation"] }))
            }
        }
    }
}

/// Starts a display in memory: it, and its name.
fn start_display() -> Result<(Process, String), String> {
    let arguments = ["-displayfd", "1", "-screen", "0", "1024x768x24", "-nolisten", "tcp"];
    let mut process = Process::start("Xvfb", |command| {
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null())
    })?;
    let mut number = String::new();
    let output = process.child.stdout.take().ok_or("no standard output")?;
    BufReader::new(output).read_line(&mut number).map_err(|error| error.to_string())?;
    if number.is_empty() {
        return Err("Xvfb names no display".to_owned());
    }
    Ok((process, format!(":{}", number.trim())))
}
