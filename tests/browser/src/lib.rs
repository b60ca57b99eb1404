//! Chromium without a window, for tests that need a real browser, and the programs that such tests start.

mod browser;
mod process;

pub use browser::{Browser, Tab};
pub use process::{PATIENCE, Process, until};
