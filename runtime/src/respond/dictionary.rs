//! The headers of an asset that clients may keep as a dictionary (RFC 9842). Both are written here and nowhere else: a response that is a
//! dictionary, without the longer `Vary`, would let a cache give deltas to clients that cannot decode them.

use http::header::VARY;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::headers::ON_DICTIONARY;

/// For which URLs a client may use the response as a dictionary (RFC 9842 §2.1).
const USE_AS_DICTIONARY: HeaderName = HeaderName::from_static("use-as-dictionary");

/// Writes them; `matches` is the value of `Use-As-Dictionary`.
pub(super) fn write(matches: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(USE_AS_DICTIONARY, matches);
    headers.insert(VARY, ON_DICTIONARY);
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
