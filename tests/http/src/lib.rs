//! cachebreaker's answers from outside: every row of the table, every rule of HTTP.
//!
//! | file | what |
//! |---|---|
//! | [`fixture`] | the files, known without asking the code under test; `build.rs` writes and prepares them |
//! | [`view`] | the views on them: embedded, in development, with each rule |
//! | [`url_tokens`] | those whose assets have URL tokens |
//! | [`ask`] | a request, and its answer through the bare service or an axum router |
//! | [`laws`] | what is true of every answer, for the property tests and the fuzz targets |
//! | [`wire`] | raw bytes over a socket, for what the types of `http` cannot show |
//!
//! The tests are in `tests/`, a file a topic. `tests/http/run` installs nginx and runs them.

pub mod ask;
pub mod fixture;
pub mod laws;
pub mod url_tokens;
pub mod view;
pub mod wire;
