//! cachebreaker's build and macros from outside: apps that are made in a temporary folder as a user would write them,
//! built with cargo, and run.
//!
//! ```no_run
//! let app = tests::App::new("hello");
//! app.write("static/style.css", "body {}");
//! let run = app.run(app.cargo(["run", "--release"]).env("CACHEBREAKER", "v1"));
//! assert_eq!(run.stdout(), "token v1\n/static/v1/style.css text/css; charset=utf-8 \"body {}\"\n");
//! ```

mod app;
mod release;
mod repository;
mod run;

pub use app::{App, command, crate_folder, target_folder};
pub use release::{Answer, FOREVER, Release, Response, ok};
pub use repository::Repository;
pub use run::Run;
