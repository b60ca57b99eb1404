//! Chromium without a window, for tests that need a real browser, and the servers that such tests start.

mod browser;
pub mod front;
pub mod http;
mod process;

pub use browser::{Browser, Tab};
pub use process::{PATIENCE, Process, until};
