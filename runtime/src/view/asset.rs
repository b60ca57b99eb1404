//! The typed value that stands for one file.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use cachebreaker_manifest::base;

use crate::view::disk;
use crate::view::integrity::Integrity;
use crate::view::{Contents, View};

/// One static file of this deploy: its URL, and what is known about its content.
///
/// [`assets!`](crate::assets!) makes a constant of this type for each file, and `assets::get` finds one by its path.
/// It is `Copy`, two words in size; [`Display`](fmt::Display) writes the URL, so you can write it into a template as it is.
///
/// Two assets are equal when they are the same file of the same view.
///
/// ```
/// # use doc_assets::assets;
/// use cachebreaker::Asset;
///
/// const STYLE: Asset = assets::STYLE_CSS;
/// let link = format!(r#"<link rel="stylesheet" href="{STYLE}">"#);
/// assert_eq!(link, r#"<link rel="stylesheet" href="/static/1718539201234/style.css">"#);
/// ```
#[derive(Clone, Copy)]
pub struct Asset {
    pub(crate) view: &'static View,
    pub(crate) index: u32,
}

impl Asset {
    /// The URL of the file: a slash, the view's name with this deploy's token, and the file's path, percent-encoded. Where
    /// the view has a base, it begins with that. Nothing in it needs escaping in HTML, CSS or JavaScript.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::STYLE_CSS.url(), "/static/1718539201234/style.css");
    /// assert_eq!(assets::STYLE_CSS.to_string(), "/static/1718539201234/style.css");
    /// ```
    #[must_use]
    pub const fn url(&self) -> &'static str {
        self.view.url(self.index)
    }

    /// The URL of the file elsewhere: on a base that is known only when the program runs, as from a setting. The view's own
    /// base does not count then. Slashes at the base's end have no meaning.
    ///
    /// The base is taken as it is: what needs escaping in it must be escaped in HTML.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let url = assets::STYLE_CSS.url_on("https://cdn.example.com/site/");
    /// assert_eq!(url, "https://cdn.example.com/site/static/1718539201234/style.css");
    /// ```
    #[must_use]
    pub fn url_on(&self, base: &str) -> String {
        base::join(base, self.url_here())
    }

    /// The path of the URL, as it is asked for here.
    pub(crate) const fn url_here(&self) -> &'static str {
        self.view.url_here(self.index)
    }

    /// The file's path in its folder, with slashes, as its author wrote it.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::STYLE_CSS.path(), "style.css");
    /// ```
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.view.record(self.index).path()
    }

    /// The value of its `Content-Type` header, with `charset=utf-8` for text.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::STYLE_CSS.content_type(), "text/css; charset=utf-8");
    /// ```
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.view.content_types[self.view.record(self.index).content_type()]
    }

    /// The strong entity tag of its own bytes, with quotes (RFC 9110 §8.8.3). Each encoding has another. It is that of
    /// the last build, also in development.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::STYLE_CSS.etag(), "\"G1YwM5d_pGBNkQQG\"");
    /// ```
    #[must_use]
    pub const fn etag(&self) -> &'static str {
        self.view.record(self.index).identity().etag()
    }

    /// Its length in bytes, not encoded. It is that of the last build, also in development.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(assets::STYLE_CSS.len(), 18);
    /// ```
    #[must_use]
    pub const fn len(&self) -> usize {
        self.view.record(self.index).len() as usize
    }

    /// Whether the file is empty.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(!assets::STYLE_CSS.is_empty());
    /// ```
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The SHA-384 of its content, for an `integrity` attribute. Nothing in development, where contents come from disk, and
    /// in builds that are no releases.
    ///
    /// A browser that has a digest refuses every other content, also that of a newer release to which a stale URL is
    /// redirected: `docs/integrity.md` in the repository says when you want that.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let style = assets::STYLE_CSS;
    /// assert_eq!(
    ///     format!(r#"<link rel="stylesheet" href="{style}" integrity="{}">"#, style.integrity()),
    ///     r#"<link rel="stylesheet" href="/static/1718539201234/style.css" integrity="sha384-LqROt08EVeMth/KLSsFLNEYyDxdxkMNHUVSlR1OFXlOstklYqxMOwTAUvGyhIq1U">"#,
    /// );
    /// ```
    #[must_use]
    pub const fn integrity(&self) -> Integrity {
        match self.view.contents {
            Contents::Embedded(_) => Integrity::of(self.view.digests.get(self.index as usize)),
            Contents::Disk(_) => Integrity::of(None),
        }
    }

    /// Its contents, not encoded: borrowed from the binary, or in development read from disk.
    ///
    /// # Panics
    ///
    /// In development, when the file cannot be read. Never where contents are embedded.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert_eq!(&*assets::STYLE_CSS.bytes(), b"body { margin: 0 }");
    /// ```
    #[must_use]
    pub fn bytes(&self) -> Cow<'static, [u8]> {
        match self.view.contents {
            Contents::Embedded(_) => {
                Cow::Borrowed(self.view.embedded(self.view.record(self.index).identity().place()).unwrap_or_default())
            }
            Contents::Disk(roots) => match disk::read(roots, self.path()) {
                Ok(bytes) => Cow::Owned(bytes),
                Err(error) => panic!("cannot read the asset `{}`: {error}", self.path()),
            },
        }
    }

    pub(crate) const fn view(&self) -> &'static View {
        self.view
    }

    pub(crate) const fn index(&self) -> u32 {
        self.index
    }
}

impl PartialEq for Asset {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && std::ptr::eq(self.view, other.view)
    }
}

impl Eq for Asset {}

impl Hash for Asset {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (std::ptr::from_ref(self.view), self.index).hash(state);
    }
}

impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Asset").field(&self.url()).finish()
    }
}

/// Writes the [URL](Asset::url).
impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.url())
    }
}

/// Borrows the [URL](Asset::url).
impl AsRef<str> for Asset {
    fn as_ref(&self) -> &str {
        self.url()
    }
}
