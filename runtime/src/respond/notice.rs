//! What a response without an asset says: its status and a line of plain text. The text depends on nothing in a request but
//! the rule that applies, so nothing of a request is ever echoed; in development it may name what was asked for.

use http::StatusCode;

use crate::decide::answer::{Development, Notice};
use crate::view::View;

/// Each notice by its number, with its status and its line.
pub(super) fn notices(view: &View) -> [(Notice, StatusCode, String); Notice::COUNT] {
    let (current, name, prefix) = (view.token.as_str(), view.name.prefix(), view.prefix);
    let stale = format!("the token in this URL is stale; the current one is {current}");
    let premature =
        format!("the token in this URL is of another deploy than this instance's, {current}, and not of an older one");
    [
        (Notice::NoSuchAsset, StatusCode::NOT_FOUND, format!("this deploy, {current}, has no such asset")),
        (
            Notice::StaleAndNoSuchAsset,
            StatusCode::NOT_FOUND,
            format!("the token in this URL is stale, and the current deploy, {current}, has no such asset"),
        ),
        (
            Notice::StrangeTokenAndNoSuchAsset,
            StatusCode::NOT_FOUND,
            format!(
                "this deploy, {current}, has no such asset; what comes after `/{name}` in a URL is read as the token"
            ),
        ),
        (
            Notice::PathWithoutToken,
            StatusCode::NOT_FOUND,
            format!("this URL has no token; it would lead to an asset if it began with `{prefix}`"),
        ),
        (
            Notice::BadToken,
            StatusCode::NOT_FOUND,
            format!(
                "the token in this URL is outside of A-Z a-z 0-9 . _ ~ - or longer than 128; the current one is {current}"
            ),
        ),
        (
            Notice::NoToken,
            StatusCode::NOT_FOUND,
            format!("no asset has this URL; the URLs of this deploy's assets begin with `{prefix}`"),
        ),
        (Notice::Moved, StatusCode::MOVED_PERMANENTLY, stale.clone()),
        (Notice::MovedUnlessElsewhere, StatusCode::SERVICE_UNAVAILABLE, stale.clone()),
        (Notice::MovedUnlessElsewhereNotFound, StatusCode::NOT_FOUND, stale.clone()),
        (
            Notice::StaleNotFound,
            StatusCode::NOT_FOUND,
            format!("{stale}, and this view is set to answer 404 instead of a redirect"),
        ),
        (Notice::Premature, StatusCode::SERVICE_UNAVAILABLE, format!("{premature}; ask again in 3 seconds")),
        (Notice::PrematureNotFound, StatusCode::NOT_FOUND, premature),
        (Notice::PageMoved, StatusCode::MOVED_PERMANENTLY, "this page has another URL".to_owned()),
        (Notice::NoSuchPage, StatusCode::NOT_FOUND, "there is nothing at this URL".to_owned()),
        (Notice::Method, StatusCode::METHOD_NOT_ALLOWED, "static files answer GET and HEAD".to_owned()),
        (
            Notice::Precondition,
            StatusCode::PRECONDITION_FAILED,
            "the asset is not the one that If-Match or If-Unmodified-Since names".to_owned(),
        ),
        (
            Notice::Range,
            StatusCode::RANGE_NOT_SATISFIABLE,
            "the asset ends before the range begins".to_owned(),
        ),
    ]
    .map(|(notice, status, text)| (notice, status, format!("{}: {text}\n", status.as_str())))
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
                "404: the file {} was there at the last build and cannot be read now; reload if a bundler is writing it, or build again\n",
                path.escape_debug()
            ),
            // The folder's path is for stderr alone: it tells too much about the machine of the build.
            Self::FolderGone(_) => {
                "404: this program reads its assets from disk, and their folder does not exist; reload if a bundler is \
                 writing it; for another machine, build with `--release`, or give `embed = true` to `assets!`\n"
                    .to_owned()
            }
            Self::NoFiles => {
                "404: there were no files at the last build: run the program that makes them, and build again\n"
                    .to_owned()
            }
            Self::NewPage(file) => format!(
                "404: the file {} is in the folder, but was added after the last build or is left out of it; build again to make it a page\n",
                file.escape_debug()
            ),
            Self::NotFixed(path) => {
                let path = path.escape_debug();
                format!(
                    "404: the asset {path} has no fixed URL; to serve it here, add `.fixed_url(\"{path}\")` in `build.rs`\n"
                )
            }
            Self::Nested { notice, mount } => {
                let (_, _, text) = &notices(view)[*notice as usize];
                let mount = mount.escape_debug().to_string();
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
