//! The table of answers, as a pure function from a view and a request's path to an outcome.
//!
//! | request's token | path is an asset of this deploy | outcome | answer |
//! |---|---|---|---|
//! | current | yes | [`Found`](Outcome::Found) | 200, 206, 304, 412, 416 |
//! | current | no | [`Missing`](Outcome::Missing) | 404 |
//! | of a kept release | was one of that release | [`Kept`](Outcome::Kept) | that release's own: 200, 206, 304, 412, 416 |
//! | of a kept release, with other options | was one of that release | [`Kept`](Outcome::Kept) | the same, not to be stored; 503 to a reverse proxy that retries, with the `Location` of the file under this view's options |
//! | of a kept release, without options, and this view has some | was one of that release | [`Kept`](Outcome::Kept) | the same, not to be stored |
//! | current, of another file | yes | [`AtOtherUrl`](Outcome::AtOtherUrl) | 301 to the asset's own URL |
//! | stale | yes | [`Moved`](Outcome::Moved) | 301 to the asset's own URL |
//! | stale | no | [`Missing`](Outcome::Missing) | 404 |
//! | premature | either | [`Premature`](Outcome::Premature) | 503 |
//! | tied: other contents of the same time | either | [`Tied`](Outcome::Tied) | 503, without a rollout window |
//! | the same contents with other options | either | [`SameContents`](Outcome::SameContents) | 200 or 404 not to be stored; 503 to a reverse proxy that retries, with the `Location` of the asset's own URL |
//! | outside the token grammar | either | [`BadToken`](Outcome::BadToken) | 404 |
//! | none: the path has not the form of the view's name | | [`NoToken`](Outcome::NoToken) | 404 |
//!
//! Where assets have URL tokens beside the deploy's, a token is current for those that it is
//! [valid for](cachebreaker_manifest::url_tokens::UrlTokens::is_valid). Stale and premature are judged by the deploy's token: its
//! time is that of the last change to any asset, so a token of a later time is of a release that this one does not know, and
//! one of an earlier time is of a release before it. A token of a release in the history is stale, whatever its kind.

use cachebreaker_manifest::token::{Relation, Token, TokenKind, relation};
use cachebreaker_manifest::url_tokens::Which;

use crate::view::View;
use crate::view::asset::Asset;
use crate::view::kept::KeptFile;

/// What a request's path asks of a deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome<'r> {
    /// An asset of this deploy.
    Found(Asset),
    /// A file of a release before this one, under a token of that release.
    Kept { file: KeptFile, token: &'r str, path: &'r str },
    /// An asset of this deploy, asked for under the token of an older one.
    Moved { asset: Asset, token: &'r str },
    /// An asset of this deploy, asked for under a token of this deploy that is not valid for it: no reference that the build knows
    /// leads there.
    AtOtherUrl { asset: Asset, token: &'r str },
    /// No asset of this deploy, under the current token or a stale one.
    Missing { path: &'r str, stale: Option<&'r str> },
    /// Something of a deploy that comes after this one.
    Premature { token: &'r str, path: &'r str },
    /// Something of a deploy of which nobody knows whether it came before or after.
    Tied { token: &'r str, path: &'r str },
    /// Something of a deploy with the same contents and other options.
    SameContents { token: &'r str, path: &'r str },
    /// A token outside the grammar.
    BadToken,
    /// A path that has not the form of the view's name.
    NoToken,
}

/// Looks a path up, as it is spelt in a request.
#[inline]
pub(super) fn resolve<'r>(view: &'static View, path: &'r str) -> Outcome<'r> {
    // By far the most requests: one comparison, and no token to take apart.
    if let Some(asset) = by_own_url(view, path) {
        return Outcome::Found(asset);
    }
    if let Some(path) = path.strip_prefix(view.prefix) {
        return view.find_spelt(path).map_or(Outcome::Missing { path, stale: None }, Outcome::Found);
    }
    let (typed, path) = match split(view, path) {
        Ok(split) => split,
        Err(outcome) => return outcome,
    };
    let token = typed.as_str();
    let has_history = !view.kept.table.is_empty();
    if (has_history || !view.url_tokens.is_empty())
        && let Some(outcome) = by_other_token(view, &typed, path)
    {
        return outcome;
    }
    let plain = comparable(view, &typed);
    match relation(&view.token, &view.supersedes, plain.as_ref().unwrap_or(&typed)) {
        // The other options are of another build of this release.
        Relation::Current if plain.is_some() => Outcome::SameContents { token, path },
        Relation::Current => view.find_spelt(path).map_or(Outcome::Missing { path, stale: None }, Outcome::Found),
        Relation::Stale => stale(view, token, path),
        _ if has_history && view.kept.table.is_stale(&typed) => stale(view, token, path),
        Relation::Premature => Outcome::Premature { token, path },
        Relation::Tied => Outcome::Tied { token, path },
        Relation::SameContents => Outcome::SameContents { token, path },
    }
}

/// The token and the asset's path. Most tokens have the length of the deploy's, and no token has a slash in it.
#[inline]
fn split<'r>(view: &View, path: &'r str) -> Result<(Token<'r>, &'r str), Outcome<'r>> {
    if let Some((token, path)) = view.name.split_at(path, view.token.as_str().len())
        && let Ok(token) = Token::parse(token)
    {
        return Ok((token, path));
    }
    let (token, path) = view.name.split(path).ok_or(Outcome::NoToken)?;
    Ok((Token::parse(token).map_err(|_| Outcome::BadToken)?, path))
}

/// What a token other than the deploy's leads to, if it is in the URL of an asset of this release or of a kept one.
#[inline(never)]
fn by_other_token<'r>(view: &'static View, token: &Token<'r>, path: &'r str) -> Option<Outcome<'r>> {
    let url_token = view.url_tokens.find(token);
    // Valid for this asset.
    if let Some(Which::Same(number)) = url_token
        && let Some(asset) = view.find_spelt(path).filter(|asset| view.url_tokens.is_valid(number, asset.index()))
    {
        return Some(Outcome::Found(asset));
    }
    if let Some(file) = view.kept_file(token, path) {
        return Some(Outcome::Kept { file, token: token.as_str(), path });
    }
    url_token.and_then(|which| by_url_token(view, which, token.as_str(), path))
}

/// A request's token without the options that another deploy has added to it, for a deploy without such options.
#[inline]
fn comparable<'t>(view: &View, token: &Token<'t>) -> Option<Token<'t>> {
    if token.kind() != TokenKind::Label || view.token.without_options().is_some() {
        return None;
    }
    token.without_options()
}

/// The asset with this URL, where its token is not the deploy's. Most such tokens have the length of the deploy's, so that the
/// path is where it is in URLs with that one. The bound `url-tokens` in `bench/driver/src/bounds.rs` is for this.
#[inline]
fn by_own_url(view: &'static View, url: &str) -> Option<Asset> {
    if view.url_tokens.is_empty() {
        return None;
    }
    let asset = view.get(url.get(view.prefix.len()..)?)?;
    (asset.url_here() == url).then_some(asset)
}

/// What a token leads to that is in the URL of an asset of this release, but is not valid for the asset that was asked for.
fn by_url_token<'r>(view: &'static View, which: Which, token: &'r str, path: &'r str) -> Option<Outcome<'r>> {
    match (which, view.find_spelt(path)) {
        (Which::Same(_), Some(asset)) => Some(Outcome::AtOtherUrl { asset, token }),
        (Which::Same(_), None) => Some(Outcome::Missing { path, stale: None }),
        (Which::SameContents(number), Some(asset)) if view.url_tokens.is_valid(number, asset.index()) => {
            Some(Outcome::SameContents { token, path })
        }
        (Which::SameContents(_), _) => None,
    }
}

/// What is behind a stale token, or behind a premature one when the rollout is over.
pub(super) fn stale<'r>(view: &'static View, token: &'r str, path: &'r str) -> Outcome<'r> {
    match view.find_spelt(path) {
        Some(asset) => Outcome::Moved { asset, token },
        None => Outcome::Missing { path, stale: Some(token) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{STYLE_CSS, VIEW, WITH_URL_TOKENS};

    const CURRENT: &str = "1718539201234";
    const OLDER: &str = "1718539201233";
    const NEWER: &str = "1718539201235";

    #[test]
    fn each_row_of_the_table_has_its_outcome() {
        let path = "style.css";
        let none = "none.css";
        for (token, name, expected) in [
            (CURRENT, path, Outcome::Found(*STYLE_CSS)),
            (CURRENT, none, Outcome::Missing { path: none, stale: None }),
            (OLDER, path, Outcome::Moved { asset: *STYLE_CSS, token: OLDER }),
            (OLDER, none, Outcome::Missing { path: none, stale: Some(OLDER) }),
            (NEWER, path, Outcome::Premature { token: NEWER, path }),
            (NEWER, none, Outcome::Premature { token: NEWER, path: none }),
            ("v1.0.0", path, Outcome::Moved { asset: *STYLE_CSS, token: "v1.0.0" }),
            ("a%20b", path, Outcome::BadToken),
            ("", path, Outcome::BadToken),
            ("..", path, Outcome::BadToken),
        ] {
            assert_eq!(resolve(&VIEW, &format!("/static/{token}/{name}")), expected, "{token}/{name}");
        }
        // As long as a token, but for the slash in it.
        let path = "17185392012/style.css";
        let expected = Outcome::Missing { path, stale: Some("a") };
        assert_eq!(resolve(&VIEW, &format!("/static/a/{path}")), expected);
        for path in ["/static", "/static/", "/static/1718539201234", "/", "", "//static/1718539201234/style.css"] {
            assert_eq!(resolve(&VIEW, path), Outcome::NoToken, "{path}");
        }
    }

    #[test]
    fn an_asset_is_found_under_every_correct_spelling_and_no_other() {
        for path in ["style.css", "%73tyle.css", "style%2Ecss", "style%2ecss", "%73%74%79%6C%65.css"] {
            assert_eq!(resolve(&VIEW, &format!("/static/{CURRENT}/{path}")), Outcome::Found(*STYLE_CSS), "{path}");
        }
        for path in [
            "",
            "/style.css",
            "style.css/",
            "./style.css",
            "x/../style.css",
            "%2e/style.css",
            "%2Fstyle.css",
            "style.css%00",
            "style%",
            "style%2",
            "%C1%B3tyle.css",
            "style%252Ecss",
            "STYLE.CSS",
            "style.css\\",
            "style.css%5C",
        ] {
            assert_eq!(
                resolve(&VIEW, &format!("/static/{CURRENT}/{path}")),
                Outcome::Missing { path, stale: None },
                "{path}"
            );
        }
    }

    /// The token in the URL of an asset.
    fn token_of(path: &str) -> String {
        WITH_URL_TOKENS.get(path).unwrap().url().split('/').nth(2).unwrap().to_owned()
    }

    #[test]
    fn a_token_is_current_for_the_assets_that_it_is_valid_for() {
        let deploy = WITH_URL_TOKENS.token.as_str();
        let [page, style] = ["page.html", "style.css"].map(token_of);
        let later = style.replace("1718539201000", "1718539202000");
        let earlier_digits = style.replace("1718539201000", "001718539201000");
        for (token, path) in [
            (deploy, "app.js"),
            (deploy, "page.html"),
            (deploy, "style.css"),
            (&page, "page.html"),
            (&page, "style.css"),
            (&style, "style.css"),
            (&style, "%73tyle.css"),
            (&later, "style.css"),
            (&earlier_digits, "style.css"),
        ] {
            let asset = WITH_URL_TOKENS.get(&path.replace("%73", "s")).unwrap();
            assert_eq!(
                resolve(&WITH_URL_TOKENS, &format!("/static/{token}/{path}")),
                Outcome::Found(asset),
                "{token} {path}"
            );
        }
    }

    #[test]
    fn a_token_of_this_release_leads_to_the_own_url_of_any_other_asset() {
        let [page, style] = ["page.html", "style.css"].map(token_of);
        for (token, path) in [(&page, "app.js"), (&style, "app.js"), (&style, "page.html")] {
            let asset = WITH_URL_TOKENS.get(path).unwrap();
            let url = format!("/static/{token}/{path}");
            assert_eq!(resolve(&WITH_URL_TOKENS, &url), Outcome::AtOtherUrl { asset, token }, "{url}");
            assert_ne!(asset.url(), url);
        }
        let path = "none.css";
        let url = format!("/static/{style}/{path}");
        assert_eq!(resolve(&WITH_URL_TOKENS, &url), Outcome::Missing { path, stale: None });
    }

    #[test]
    fn the_deploys_token_says_what_is_stale_and_what_is_premature() {
        let (path, asset) = ("style.css", WITH_URL_TOKENS.get("style.css").unwrap());
        for (token, expected) in [
            // Later than the token of the asset, and earlier than the deploy: of a release before this one.
            ("1718539205000-00000000000c000000", None),
            ("1718539200000-00000000000c000000", None),
            ("1718539200000", None),
            ("1718539210000-00000000000c000000", Some(false)),
            ("1718539209000-00000000000c000000", Some(true)),
        ] {
            let expected = match expected {
                None => Outcome::Moved { asset, token },
                Some(false) => Outcome::Premature { token, path },
                Some(true) => Outcome::Tied { token, path },
            };
            assert_eq!(resolve(&WITH_URL_TOKENS, &format!("/static/{token}/{path}")), expected);
        }
        // The same contents with other options: nothing says which came first.
        let style = token_of(path);
        let token = &*format!("{}000000", &style[..26]);
        let expected = Outcome::SameContents { token, path };
        assert_eq!(resolve(&WITH_URL_TOKENS, &format!("/static/{token}/{path}")), expected);
    }
}
