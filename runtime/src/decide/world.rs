//! What an answer depends on beside the view, its rules and the request.

use std::io;
use std::time::{Duration, SystemTime};

use crate::view::View;
use crate::view::disk::Opened;
use crate::view::pages::Page;

/// The time, the rollout so far, and the files on disk. Decisions see nothing else of what can change.
pub(crate) trait World {
    /// Whether that many seconds have gone by since the epoch.
    fn has_come(&self, seconds: u64) -> bool;

    /// How long ago the token was first seen as premature; zero for the first time, which this is then.
    fn age(&self, token: &str) -> Duration;

    /// Opens the file of an asset: the first that one of several folders has.
    fn open(&self, roots: &[&str], path: &str) -> io::Result<Opened>;

    /// A page from disk, with the URLs of assets at that prefix in it, and its strong entity tag.
    fn page(&self, roots: &[&str], view: &'static View, page: Page, at: &str) -> io::Result<(Vec<u8>, String)>;

    /// When the file of that path changed, if the folder has one. Asked for those that the table does not have.
    fn was_added(&self, root: &str, path: &str) -> Option<SystemTime>;

    /// Whether the folder does not exist.
    fn is_gone(&self, root: &str) -> bool;
}
