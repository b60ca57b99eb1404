//! What a response without an asset says: its status and a line of plain text. The text depends on nothing in a request but
//! the rule that applies, so nothing of a request is ever echoed; in development it may name what was asked for.

use http::StatusCode;

use crate::decide::answer::{Development, Notice};
use crate::view::View;

impl Notice {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::NoSuchAsset
            | Self::StaleAndNoSuchAsset
            | Self::StrangeTokenAndNoSuchAsset
            | Self::PathWithoutToken
            | Self::BadToken
            | Self::NoToken
            | Self::MovedUnlessElsewhereNotFound
            | Self::PrematureNotFound => StatusCode::NOT_FOUND,
            Self::Moved => StatusCode::MOVED_PERMANENTLY,
            Self::MovedUnlessElsewhere | Self::Premature => StatusCode::SERVICE_UNAVAILABLE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Precondition => StatusCode::PRECONDITION_FAILED,
            Self::Range => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }

    pub(super) fn text(self, view: &View) -> String {
        let (current, name, prefix) = (view.token.as_str(), view.name.prefix(), view.prefix);
        let status = self.status().as_u16();
        match self {
            Self::NoSuchAsset => format!("{status}: this deploy, {current}, has no such asset\n"),
            Self::StaleAndNoSuchAsset => {
                format!(
                    "{status}: the token in this URL is stale, and the current deploy, {current}, has no such asset\n"
                )
            }
            Self::StrangeTokenAndNoSuchAsset => format!(
                "{status}: this deploy, {current}, has no such asset; what comes after `/{name}` in a URL is read as the \
                 token\n"
            ),
            Self::PathWithoutToken => {
                format!("{status}: this URL has no token; it would lead to an asset if it began with `{prefix}`\n")
            }
            Self::BadToken => format!(
                "{status}: the token in this URL is outside of A-Z a-z 0-9 . _ ~ - or longer than 128; the current one is \
                 {current}\n"
            ),
            Self::NoToken => {
                format!("{status}: no asset has this URL; the URLs of this deploy's assets begin with `{prefix}`\n")
            }
            Self::Moved | Self::MovedUnlessElsewhere | Self::MovedUnlessElsewhereNotFound => {
                format!("{status}: the token in this URL is stale; the current one is {current}\n")
            }
            Self::Premature => format!(
                "{status}: the token in this URL is of another deploy than this instance's, {current}, and not of an older \
                 one; ask again in 3 seconds\n"
            ),
            Self::PrematureNotFound => {
                format!(
                    "{status}: the token in this URL is of another deploy than this instance's, {current}, and not of an older one\n"
                )
            }
            Self::Method => format!("{status}: static files answer GET and HEAD\n"),
            Self::Precondition => {
                format!("{status}: the asset is not the one that If-Match or If-Unmodified-Since names\n")
            }
            Self::Range => format!("{status}: the asset ends before the range begins\n"),
        }
    }
}

impl Development<'_> {
    /// The line of a 404 in development.
    pub(super) fn text(&self, view: &View) -> String {
        match self {
            Self::Added(path) => format!(
                "404: the file {} is in the folder, but was added after the last build or is left out of it; build again\n",
                path.escape_debug()
            ),
            Self::Unreadable(path) => format!(
                "404: the file {} was there at the last build and cannot be read now; build again\n",
                path.escape_debug()
            ),
            // The folder's path is for stderr alone: it tells too much about the machine of the build.
            Self::FolderGone(_) => {
                "404: this program reads its assets from disk, and their folder does not exist: build it \
                                    with `--release`, or give `embed = true` to `assets!`\n"
                    .to_owned()
            }
            Self::Nested { notice, mount } => {
                let (text, mount) = (notice.text(view), mount.escape_debug().to_string());
                format!(
                    "{}; the view is nested below `{mount}`, but its URLs begin with `/{}`: give it `name = \"{}/{}\"` and \
                     merge its router outside of the nest\n",
                    text.trim_end(),
                    view.name.prefix(),
                    mount.trim_start_matches('/'),
                    view.name,
                )
            }
        }
    }
}
