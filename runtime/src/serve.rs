//! From a request to a response: [`request`](crate::request) reads, [`decide`](crate::decide) decides,
//! [`respond`](crate::respond) writes, and what is to be counted, recorded or remarked is done here.

pub(crate) mod deploy;
mod event;
#[cfg(feature = "axum")]
pub(crate) mod overlap;
pub(crate) mod root;
#[cfg(feature = "axum")]
pub(crate) mod router;
pub(crate) mod service;
pub(crate) mod stats;
