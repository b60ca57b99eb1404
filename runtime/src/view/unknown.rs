//! The error about a path that no asset has.

use std::fmt;

use cachebreaker_manifest::nearest::nearest;

use crate::view::View;
use crate::view::asset::Asset;

/// There is no asset with that path. `assets::find` returns it.
///
/// The message names the path, and the asset that was probably meant. That one is looked for when it is asked for, so a
/// path that comes from outside costs no more than a look-up.
///
/// ```
/// # use doc_assets::assets;
/// let error = assets::find("css/style.css").unwrap_err();
/// assert_eq!(error.path(), "css/style.css");
/// assert_eq!(error.nearest(), Some(assets::STYLE_CSS));
/// assert_eq!(error.to_string(), "there is no asset `css/style.css`: did you mean `style.css`?");
/// ```
#[derive(Clone)]
pub struct UnknownAsset {
    path: String,
    view: &'static View,
}

impl UnknownAsset {
    /// For the code that `assets!` makes.
    pub(crate) fn new(view: &'static View, path: &str) -> Self {
        Self { path: path.to_owned(), view }
    }

    /// The path that was asked for.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The asset whose path is nearest to it; `None` where none is near.
    #[must_use]
    pub fn nearest(&self) -> Option<Asset> {
        nearest(&self.path, self.view.iter().map(|asset| asset.path())).and_then(|path| self.view.get(path))
    }
}

impl fmt::Display for UnknownAsset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no asset `{}`", self.path.escape_debug())?;
        match self.nearest() {
            Some(asset) => write!(f, ": did you mean `{}`?", asset.path().escape_debug()),
            None => write!(f, " in the view `{}`", self.view.name),
        }
    }
}

impl fmt::Debug for UnknownAsset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnknownAsset").field(&self.path).finish()
    }
}

impl PartialEq for UnknownAsset {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && std::ptr::eq(self.view, other.view)
    }
}

impl Eq for UnknownAsset {}

impl std::error::Error for UnknownAsset {}
