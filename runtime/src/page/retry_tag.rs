//! The element with the retry script: what it needs to know of a view, and the script itself.

use std::fmt;

use cachebreaker_manifest::base;

use super::escape::InAttribute;
use super::retry_script::RETRY_SCRIPT;
use crate::view::View;

/// The element `<script>` with [`RETRY_SCRIPT`], by which a page gets over assets that failed to load. `assets::retry_tag()` and
/// [`StaticView::retry_tag`](crate::StaticView::retry_tag) begin it; [`Display`](fmt::Display) writes it.
///
/// Put it into the page before every other script and stylesheet. It covers all URLs of the view, whatever token they have. Every
/// value in it is escaped, so a template takes it as it is: `{{ tag|safe }}`, `(PreEscaped(tag.to_string()))`.
///
/// ```
/// # use doc_assets::assets;
/// use cachebreaker::RETRY_SCRIPT;
///
/// assert_eq!(
///     assets::retry_tag().nonce("r4nd0m").to_string(),
///     format!(r#"<script nonce="r4nd0m" data-token="1718539201234" data-urls="/static/">{RETRY_SCRIPT}</script>"#),
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "a tag does nothing until it is written into a page"]
pub struct RetryTag<'a> {
    view: &'static View,
    nonce: Option<&'a str>,
    base: Option<&'a str>,
}

impl<'a> RetryTag<'a> {
    /// The nonce of the page's Content Security Policy.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// assert!(assets::retry_tag().nonce("r4nd0m").to_string().starts_with(r#"<script nonce="r4nd0m" "#));
    /// ```
    pub const fn nonce(mut self, nonce: &'a str) -> Self {
        self.nonce = Some(nonce);
        self
    }

    /// On a base that is known only when the program runs: see [`Asset::url_on`](crate::Asset::url_on). Give it the base on which
    /// the page has its assets.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let tag = assets::retry_tag().on("https://cdn.example.com").to_string();
    /// assert!(tag.contains(r#" data-urls="https://cdn.example.com/static/">"#));
    /// ```
    pub const fn on(mut self, base: &'a str) -> Self {
        self.base = Some(base);
        self
    }
}

/// Writes the element.
impl fmt::Display for RetryTag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<script")?;
        if let Some(nonce) = self.nonce {
            write!(f, " nonce=\"{}\"", InAttribute(nonce))?;
        }
        let base = self.base.unwrap_or(self.view.base_in_pages());
        let urls = base::join(base, &["/", self.view.name.prefix()].concat());
        let token = self.view.token.as_str();
        write!(f, " data-token=\"{token}\" data-urls=\"{}\">{RETRY_SCRIPT}</script>", InAttribute(&urls))
    }
}

impl View {
    /// The element with the retry script for this view.
    pub const fn retry_tag(&'static self) -> RetryTag<'static> {
        RetryTag { view: self, nonce: None, base: None }
    }
}
