//! What a manifest takes over from the last one, and what it must not share with it.

use std::collections::BTreeMap;

use cachebreaker_manifest::manifest::{Entry, Manifest};

use crate::error::one_line;

/// Gives a manifest that differs from the last one only in the time of the build the time of that one: the user's crate is
/// not compiled again for it.
pub(super) fn keep_time(manifest: &mut Manifest, last: &Manifest) {
    let modified = std::mem::replace(&mut manifest.modified, last.modified);
    if manifest != last {
        manifest.modified = modified;
    }
}

/// Warns where a release has the token of the last one and serves something else under it.
pub(super) fn token_used_twice(manifest: &Manifest, last: &Manifest) -> Option<String> {
    if manifest.token != last.token || !manifest.digests || !last.digests {
        return None;
    }
    let difference = difference(&manifest.assets, &last.assets)?;
    Some(format!(
        "the last release build had the token `{}` too, but {difference}: browsers that have cached its files for a year do not see \
         a change; give this release another token",
        manifest.token,
    ))
}

/// What is served otherwise than in the last release: a file that was different, else one that was there or not.
fn difference<'a>(now: &'a [Entry], last: &'a [Entry]) -> Option<String> {
    let served = |entry: &'a Entry| (&entry.content_type, &entry.headers, &entry.identity.digest);
    let by_path = |entries: &'a [Entry]| -> BTreeMap<_, _> {
        entries.iter().map(|entry| (entry.path.as_str(), served(entry))).collect()
    };
    let (now, last) = (by_path(now), by_path(last));
    let changed = now.iter().find(|(path, served)| last.get(*path).is_some_and(|last| last != *served));
    let changed = changed.map(|(path, _)| format!("`{}` was different", one_line(path)));
    let added =
        || now.keys().find(|path| !last.contains_key(*path)).map(|path| format!("it had no `{}`", one_line(path)));
    let removed =
        || last.keys().find(|path| !now.contains_key(*path)).map(|path| format!("it had `{}`", one_line(path)));
    changed.or_else(added).or_else(removed)
}
