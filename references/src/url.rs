//! What a URL alone says about where it leads.

/// Whether a URL is absolute: it has a scheme, as `https://…`, `data:…` and `node:fs` have.
///
/// ```
/// use cachebreaker_references::has_scheme;
///
/// assert!(has_scheme("data:,x"));
/// assert!(!has_scheme("img/a:b.png"));
/// ```
#[must_use]
pub fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

/// Whether a URL surely leads nowhere on the site: it is empty, a query, a fragment, of another site, or a template that is
/// filled in before it is a URL.
pub(crate) fn is_elsewhere(url: &str) -> bool {
    let url = url.trim_start();
    url.is_empty() || url.starts_with(['#', '?']) || url.starts_with("//") || has_scheme(url) || is_template(url)
}

/// Whether a URL has a placeholder in it that a template engine fills in.
pub(crate) fn is_template(url: &str) -> bool {
    ["{{", "{%", "<%", "${"].iter().any(|placeholder| url.contains(placeholder))
}
