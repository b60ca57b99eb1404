//! What an operator sees with the feature `tracing`: an event for each stale and each premature token.

use crate::decide::answer::Event;

/// Records an event.
pub(super) fn record(event: Event<'_>) {
    #[cfg(feature = "tracing")]
    {
        use crate::decide::answer::{EventKind, Subject};

        let (token, age_seconds) = (event.token, event.age.map(|age| age.as_secs()));
        let path = match event.subject {
            Subject::Asset(asset) => asset.path(),
            Subject::Path(path) => path,
        };
        match event.kind {
            EventKind::Stale => {
                tracing::info!(name: "stale", token, path, age_seconds, "asked for an asset of an older deploy");
            }
            EventKind::Premature => {
                tracing::info!(name: "premature", token, path, age_seconds, "asked for an asset of a newer deploy");
            }
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = event;
}
