//! Browsers without a window, for tests that need real ones, and the servers that such tests start: Chromium over its own protocol
//! ([`Browser`]), and any engine over WebDriver ([`Session`]).

mod browser;
mod engine;
pub mod front;
pub mod http;
mod process;
mod session;
pub mod site;

pub use browser::{Browser, Tab};
pub use engine::Engine;
pub use process::{PATIENCE, Process, until};
pub use session::{Session, Window};
