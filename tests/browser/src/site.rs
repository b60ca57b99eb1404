//! Sites: what browsers visit. Each keeps a log of what it was asked for.

pub mod deploys;
pub mod program;
pub mod rollout;

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;

/// Serves an app on this machine until the test ends: its address.
///
/// # Panics
///
/// When there is no free port.
#[must_use]
pub fn serve(app: Router) -> SocketAddr {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || runtime.block_on(async { axum::serve(listener, app).await }));
    address
}
