//! What an operator is told with the feature `tracing`: an event for each stale and each premature answer.

use std::time::Duration;

/// A stale token was sent to the current one, or has no asset here: 301 or 404. The path is looked up only where someone may
/// listen. The age is how long ago the token was first seen as premature, where it was.
pub(crate) fn stale<'p>(token: &str, path: impl FnOnce() -> &'p str, age: Option<Duration>) {
    #[cfg(feature = "tracing")]
    tracing::info!(
        name: "stale",
        token,
        path = path(),
        age_seconds = age.map(|age| age.as_secs()),
        "asked for an asset of an older deploy"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (token, path, age);
}

/// A premature token was answered. The age is how long ago it was first seen.
pub(crate) fn premature(token: &str, path: &str, age: Duration) {
    #[cfg(feature = "tracing")]
    tracing::info!(name: "premature", token, path, age_seconds = age.as_secs(), "asked for an asset of a newer deploy");
    #[cfg(not(feature = "tracing"))]
    let _ = (token, path, age);
}
