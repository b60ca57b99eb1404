//! The public API over the view of the documentation, `doc-assets`. `tests/http` has the rules of HTTP.

#[cfg(feature = "tracing")]
mod event;
mod import_map;
#[cfg(feature = "axum")]
mod router;
mod types;
mod unknown;
