//! The contents that an encoder makes too little smaller. All of a folder are in one file of the cache, for there may be a
//! hundred thousand.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use cachebreaker_manifest::digest::Digest;

use super::encoder::Encoder;
use crate::cache::Cache;

/// Contents of one folder that need not be tried again with one encoder.
pub(crate) struct Incompressible {
    name: String,
    digests: HashSet<Digest>,
}

impl Incompressible {
    /// So many of earlier builds are kept beside those of this one: another build may take other files of the same folder.
    pub(crate) const OTHERS: usize = 10_000;

    /// Those that earlier builds have kept.
    pub(crate) fn recall(folder: &Path, encoder: &Encoder, cache: &Cache) -> Self {
        let folder = Digest::of(folder.as_os_str().as_encoded_bytes());
        let name = format!("{folder}-{}-incompressible", encoder.name);
        Self { digests: read(&name, cache), name }
    }

    pub(crate) fn contains(&self, digest: &Digest) -> bool {
        self.digests.contains(digest)
    }

    /// Keeps the list with new ones, if there are any, and with those that another build has kept meanwhile. What two builds
    /// keep at the very same time costs one of them time, and nothing else.
    pub(crate) fn keep(mut self, new: &[Digest], current: &HashMap<Digest, &[u8]>, cache: &Cache) {
        if new.is_empty() {
            return;
        }
        self.digests.extend(new);
        let others = read(&self.name, cache);
        let (mut kept, others): (Vec<_>, Vec<_>) =
            self.digests.union(&others).copied().partition(|digest| current.contains_key(digest));
        kept.extend(others.into_iter().take(Self::OTHERS));
        kept.sort_unstable_by_key(|digest| *digest.as_bytes());
        cache.keep(&self.name, &kept.iter().flat_map(|digest| *digest.as_bytes()).collect::<Vec<_>>());
    }
}

fn read(name: &str, cache: &Cache) -> HashSet<Digest> {
    let bytes = cache.recall(name).map(|(bytes, _)| bytes).unwrap_or_default();
    bytes.as_chunks().0.iter().map(|digest| Digest::from_bytes(*digest)).collect()
}
