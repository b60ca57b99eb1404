//! Where a stale URL leads: path and query of the asset's current URL, as the client of this request sees it.
//!
//! It stays on the host that the client knows, also where assets have a base: behind a CDN that is the CDN, and who asked
//! here directly may not be allowed to ask there.

use std::borrow::Cow;

use cachebreaker_manifest::base;
use cachebreaker_manifest::token::Token;

use crate::request::Request;
use crate::view::View;
use crate::view::asset::Asset;
use crate::view::kept::KeptFile;

/// The location; `None` where a client could take it for another site's.
#[inline]
pub(crate) fn location(asset: Asset, request: &Request<'_>) -> Option<Cow<'static, str>> {
    place(asset.view(), asset.url_here().into(), asset.path(), request)
}

/// That of a kept file under the options of this view, if the token of the request has others.
pub(crate) fn of_kept(view: &View, file: &KeptFile, token: &str, request: &Request<'_>) -> Option<Cow<'static, str>> {
    let token = file.found.with_own_options(&Token::parse(token).ok()?)?;
    let path = file.record.path();
    place(view, view.name.join(&token, path).into(), path, request)
}

#[inline]
fn place(view: &View, url: Cow<'static, str>, path: &str, request: &Request<'_>) -> Option<Cow<'static, str>> {
    if !view.base.is_empty() && base::has_path(view.base) {
        return Some(relative(view, &url, path, request.query()).into());
    }
    match (request.mount(), request.query()) {
        ("", None) => Some(url),
        (mount, query) => {
            let location = [&*spell(mount), &*url, &spell_query(query)].concat();
            // `//host` and, to browsers, `/\host` are references to another site (RFC 3986 §4.2, WHATWG URL).
            let is_local = matches!(location.as_bytes(), [b'/', second, ..] if !b"/\\".contains(second));
            is_local.then_some(location.into())
        }
    }
}

/// A reference that is relative to the URL of the request (RFC 3986 §4.2). Where the base has a path, a CDN may have removed
/// it from what came in here, or not: then only the client knows what is before the view.
fn relative(view: &View, url: &str, path: &str, query: Option<&str>) -> String {
    let name = view.name;
    let slashes = |text: &str| text.bytes().filter(|b| *b == b'/').count();
    // Up to the folder that the token's segment is in.
    let up = "../".repeat(slashes(name.suffix()) + 1 + slashes(path));
    let before_segment = 1 + name.prefix().rfind('/').map_or(0, |slash| slash + 1);
    [&*up, &url[before_segment..], &spell_query(query)].concat()
}

/// The URL of a page, relative to that of the request (RFC 3986 §4.2): only the client knows what is before it, if a reverse proxy has
/// removed that or a router has nested the view. `last` is the last segment of the prefix, if the request is for `/ui` and not for `/ui/`.
pub(super) fn of_page(url: &str, last: Option<&str>, request: &Request<'_>) -> String {
    let depth = request.path.bytes().filter(|b| *b == b'/').count().saturating_sub(1);
    let to_root = match (last, depth) {
        (Some(last), _) => format!("./{last}/"),
        (None, 0) => "./".to_owned(),
        (None, depth) => "../".repeat(depth),
    };
    [&*to_root, url.trim_start_matches('/'), &spell_query(request.query())].concat()
}

fn spell_query(query: Option<&str>) -> Cow<'_, str> {
    query.map_or(Cow::Borrowed(""), |query| format!("?{}", spell(query)).into())
}

/// What a request holds may be outside of ASCII, which a URL is not (RFC 3986 §2).
fn spell(text: &str) -> Cow<'_, str> {
    percent_encoding::utf8_percent_encode(text, percent_encoding::CONTROLS).into()
}
