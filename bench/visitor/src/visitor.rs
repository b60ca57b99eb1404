//! A visitor who has all of the release before, and downloads each URL that is new.

use std::collections::BTreeSet;

use crate::build::Release;

/// What one row of a table counts.
#[derive(Debug, Default)]
pub(crate) struct Visitor {
    deploys: u64,
    bytes: u64,
    requests: u64,
}

impl Visitor {
    /// Visits after a deploy. `url` says which URL the asset with a path has in a release.
    fn visit(&mut self, before: &Release, after: &Release, url: impl Fn(&Release, &str) -> String) {
        let known: BTreeSet<_> = before.keys().map(|path| url(before, path)).collect();
        self.deploys += 1;
        for (path, asset) in after {
            if !known.contains(&url(after, path)) {
                self.bytes += asset.len;
                self.requests += 1;
            }
        }
    }

    /// Visits after each deploy.
    pub(crate) fn of(releases: &[Release], url: impl Fn(&Release, &str) -> String) -> Self {
        let mut visitor = Self::default();
        for pair in releases.windows(2) {
            visitor.visit(&pair[0], &pair[1], &url);
        }
        visitor
    }

    /// Visits where all URLs have one token, which changes when any of the contents does.
    pub(crate) fn of_one_token(releases: &[Release]) -> Self {
        Self::of(releases, |release, path| {
            let contents = release.iter().map(|(path, asset)| format!("{path} {}\n", asset.digest));
            format!("{}/{path}", contents.collect::<String>())
        })
    }

    /// Visits where each deploy has another token.
    pub(crate) fn of_everything(releases: &[Release]) -> Self {
        let mut visitor = Self::default();
        for release in &releases[1..] {
            visitor.visit(&Release::new(), release, own_url);
        }
        visitor
    }

    /// Bytes for each deploy.
    pub(crate) fn bytes(&self) -> f64 {
        self.bytes as f64 / self.deploys as f64
    }

    /// Requests for each deploy.
    pub(crate) fn requests(&self) -> f64 {
        self.requests as f64 / self.deploys as f64
    }
}

/// What the URL of an asset is in the release.
pub(crate) fn own_url(release: &Release, path: &str) -> String {
    release[path].url.clone()
}
