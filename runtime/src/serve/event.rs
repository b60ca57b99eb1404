//! What an operator sees with the feature `tracing`: an event for each request with a stale or premature token, or for a file of a
//! kept release.

use crate::decide::answer::Event;
use crate::view::View;

/// Records an event.
pub(super) fn record(view: &View, event: Event<'_>) {
    #[cfg(feature = "tracing")]
    {
        use crate::decide::answer::{EventKind, Subject};

        let (token, age_seconds) = (event.token, event.age.map(|age| age.as_secs()));
        let path = match event.subject {
            Subject::Asset(asset) => asset.path(),
            Subject::Path(path) => path,
        };
        match event.kind {
            EventKind::Kept(release) => {
                let (release, _) = view.kept.releases[release as usize];
                tracing::info!(name: "kept", token, path, release, "asked for an asset of a kept release");
            }
            EventKind::Stale => {
                tracing::info!(name: "stale", token, path, age_seconds, "asked for an asset of an older deploy");
            }
            EventKind::Premature => {
                tracing::info!(name: "premature", token, path, age_seconds, "asked for an asset of a newer deploy");
            }
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (view, event);
}
