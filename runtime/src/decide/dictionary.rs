//! Assets that clients may keep as dictionaries, and deltas for clients that have one (RFC 9842).

use std::borrow::Cow;

use cachebreaker_manifest::base;
use cachebreaker_manifest::dictionary::{escape, value};
use http::Method;

use super::answer::{Answer, Content, Extent, Form, Varies};
use crate::request::{Request, RequestHeaders};
use crate::view::View;

/// The delta for the dictionary that the client has, if there is one. Parts are never of a delta.
pub(super) fn delta(
    view: &View,
    number: u32,
    request: &Request<'_>,
    headers: &RequestHeaders<'_>,
) -> Option<(Form, Content)> {
    let is_part = headers.has_range() && *request.method == Method::GET;
    let hash = headers.dictionary().filter(|_| !is_part)?;
    let delta = view.dictionaries.delta(number, &hash)?;
    let bytes = view.embedded(delta.place())?;
    Some((Form::Delta, Content::Embedded { bytes, length: delta.length(), etag: delta.etag() }))
}

/// Makes an answer with an asset that of a dictionary.
pub(super) fn as_dictionary<'r>(mut answer: Answer<'r>, view: &View, number: u32, request: &Request<'_>) -> Answer<'r> {
    let Some(matches) = matches(view, number, request) else { return answer };
    match &mut answer {
        Answer::Asset(answer) => answer.extent = Extent::Dictionary(matches),
        Answer::Refused { varies, .. } => *varies = Varies::OnDictionary,
        _ => {}
    }
    answer
}

/// The URLs of all releases: the path that the client has asked for, with `*` in place of the token.
fn matches(view: &View, number: u32, request: &Request<'_>) -> Option<Cow<'static, str>> {
    let as_printed = view.dictionaries.value(number)?;
    let (token, asset) = view.name.split(request.path)?;
    let url = as_printed.strip_suffix('"').and_then(|url| url.strip_suffix(asset));
    if request.mount().is_empty() && url.is_some_and(|folder| folder.ends_with('/')) {
        return Some(as_printed.into());
    }
    let mount = if view.base.is_empty() { request.mount() } else { base::path(view.base) };
    let token_at = token.as_ptr() as usize - request.path.as_ptr() as usize;
    let (before, behind) = (&request.path[..token_at], &request.path[token_at + token.len()..]);
    Some(value(&[&escape(mount), &escape(before), "*", &escape(behind)].concat()).into())
}
