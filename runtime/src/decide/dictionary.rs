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
pub(super) fn as_dictionary<'r>(answer: Answer<'r>, view: &View, number: u32, request: &Request<'_>) -> Answer<'r> {
    match (answer, matches(view, number, request)) {
        (Answer::Asset(answer), Some(matches)) => Answer::AssetFor(answer, Extent::Dictionary(matches)),
        (Answer::Refused { notice, of_len, .. }, _) => Answer::Refused { notice, varies: Varies::OnDictionary, of_len },
        (answer, _) => answer,
    }
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

#[cfg(test)]
mod tests {
    use axum::extract::OriginalUri;
    use cachebreaker_manifest::layout::{Options, layout};
    use cachebreaker_manifest::manifest::{Entry, Manifest};
    use cachebreaker_manifest::name::Name;
    use cachebreaker_manifest::percent::encode_path;
    use cachebreaker_manifest::table::{Place, Stored};
    use cachebreaker_manifest::token::TokenKind;
    use http::Request;
    use proptest::prelude::*;
    use url::Url;
    use urlpattern::{UrlPattern, UrlPatternInit, UrlPatternMatchInput};

    use crate::AssetService;
    use crate::private::{Rules, ServedView, View};

    fn service(name: &str, base: &str, path: &str) -> AssetService {
        let place = Place { chunk: 0, offset: 0, len: 1 };
        let asset = Entry {
            path: path.to_owned(),
            content_type: "text/css".to_owned(),
            identity: Stored { digest: "0".repeat(43), place },
            is_dictionary: true,
            ..Entry::default()
        };
        let manifest =
            Manifest { token: "17".to_owned(), kind: TokenKind::Timestamp, assets: vec![asset], ..Manifest::default() };
        let layout = layout(&manifest, Name::parse(name).unwrap(), base, Options::default()).unwrap();
        AssetService::new(Box::leak(Box::new(ServedView::new(
            View::leak(layout, Vec::new(), vec![b"x"]),
            Rules::DEFAULT,
        ))))
    }

    /// What the browser makes of the header.
    fn pattern(value: &str, url: &Url) -> UrlPattern {
        let quoted = value.strip_prefix("match=\"").and_then(|it| it.strip_suffix('"')).unwrap();
        let text = quoted.replace("\\\"", "\"").replace("\\\\", "\\");
        let init = UrlPatternInit::parse_constructor_string::<regex::Regex>(&text, Some(url.clone())).unwrap();
        <UrlPattern>::parse(init, Default::default()).unwrap()
    }

    fn matches(pattern: &UrlPattern, url: &Url) -> bool {
        pattern.test(UrlPatternMatchInput::Url(url.clone())).unwrap()
    }

    proptest! {
        #[test]
        fn an_asset_is_a_dictionary_for_its_own_urls_in_other_releases_and_not_for_those_of_others(
            name in prop::sample::select(&["static/{breaker}", "static/v-{breaker}", "a.b/{breaker}/c", "{breaker}"][..]),
            base in prop::sample::select(&["", "/ui", "https://cdn.example/site", "https://cdn.example"][..]),
            path in "[a-cé ][a-c+*?:(){}@!$&'=~;, é]{0,6}[.]css",
            is_encoded in any::<bool>(), mount in prop::sample::select(&["", "/app", "/a+(b):c"][..]),
            other in "[a-c+*:(){}]{1,4}", query in prop::sample::select(&["", "?a=b"][..]), head in any::<bool>(),
        ) {
            let service = service(name, base, &path);
            // As the browser asks for it: by the URL that the page has, or as a file refers to it.
            let as_written = path.replace('%', "%25").replace('?', "%3F");
            let spell = |path: &str| if is_encoded { encode_path(path).into_owned() } else { path.replace('%', "%25").replace('?', "%3F") };
            let url = |token: &str, path: &str| {
                let before = if base.is_empty() { mount } else { cachebreaker_manifest::base::path(base) };
                let path = name.replace("{breaker}", token) + "/" + path;
                Url::parse("https://site.example").unwrap().join(&format!("{before}/{path}{query}")).unwrap()
            };
            let asked = url("17", &spell(&path));
            let in_view = asked.path().strip_prefix(if base.is_empty() { mount } else { cachebreaker_manifest::base::path(base) }).unwrap_or(asked.path());
            let mut request = Request::builder().method(if head { "HEAD" } else { "GET" }).uri(in_view).body(()).unwrap();
            if !mount.is_empty() {
                request.extensions_mut().insert(OriginalUri(format!("{mount}{in_view}").parse().unwrap()));
            }
            let response = service.answer(&request);
            prop_assert_eq!(response.status(), 200, "{}", in_view);
            prop_assert_eq!(&response.headers()["vary"], "accept-encoding, available-dictionary");
            let pattern = pattern(response.headers()["use-as-dictionary"].to_str().unwrap(), &asked);
            for token in ["17", "1718539201234-9f86d081884c", "v1.2.3~ab"] {
                prop_assert!(matches(&pattern, &url(token, &spell(&path))), "{:?}", response.headers()["use-as-dictionary"]);
            }
            let others = [format!("{as_written}x"), format!("x{as_written}"), as_written.replacen('a', &other, 1), as_written.replace([':', '(', '+', '*', '{'], "a")];
            for other in others.iter().filter(|other| url("9", other).path() != url("9", &spell(&path)).path()) {
                prop_assert!(!matches(&pattern, &url("9", other)), "{} {:?}", other, response.headers()["use-as-dictionary"]);
            }
        }
    }
}
