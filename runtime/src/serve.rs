//! From a request to a response: [`request`](crate::request) reads, [`decide`](crate::decide) decides,
//! [`respond`](crate::respond) writes, and what is to be counted, recorded or remarked is done here.

mod api;
pub(crate) mod at;
mod event;
pub(crate) mod fixed;
#[cfg(feature = "axum")]
pub(crate) mod overlap;
pub(crate) mod page;
#[cfg(feature = "axum")]
pub(crate) mod router;
pub(crate) mod served_view;
pub(crate) mod service;
#[cfg(feature = "include_dir")]
pub(crate) mod static_view;
pub(crate) mod stats;
mod tower;
