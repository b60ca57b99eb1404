//! The table of answers, as a pure function from a view and a request's path to an outcome.
//!
//! | request's token | path is an asset of this deploy | outcome | answer |
//! |---|---|---|---|
//! | current | yes | [`Found`](Outcome::Found) | 200, 206, 304, 412, 416 |
//! | current | no | [`Missing`](Outcome::Missing) | 404 |
//! | stale | yes | [`Moved`](Outcome::Moved) | 301 to the same path under the current token |
//! | stale | no | [`Missing`](Outcome::Missing) | 404 |
//! | premature | either | [`Premature`](Outcome::Premature) | 503 |
//! | tied: other contents of the same time | either | [`Tied`](Outcome::Tied) | 503, without a rollout window |
//! | the same contents with other options | either | [`SameContents`](Outcome::SameContents) | 200 or 404 not to be stored; 503 to a reverse proxy that retries |
//! | outside the token grammar | either | [`BadToken`](Outcome::BadToken) | 404 |
//! | none: the path has not the form of the view's name | | [`NoToken`](Outcome::NoToken) | 404 |

use cachebreaker_manifest::token::{Relation, Token, relation};

use crate::view::View;
use crate::view::asset::Asset;

/// What a request's path asks of a deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome<'r> {
    /// An asset of this deploy.
    Found(Asset),
    /// An asset of this deploy, asked for under the token of an older one.
    Moved { asset: Asset, token: &'r str },
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
    if let Some(path) = path.strip_prefix(view.prefix) {
        return view.find_spelt(path).map_or(Outcome::Missing { path, stale: None }, Outcome::Found);
    }
    let Some((token, path)) = view.name.split(path) else { return Outcome::NoToken };
    let Ok(typed) = Token::parse(token) else { return Outcome::BadToken };
    match relation(&view.token, &view.supersedes, &typed) {
        Relation::Current => view.find_spelt(path).map_or(Outcome::Missing { path, stale: None }, Outcome::Found),
        Relation::Stale => stale(view, token, path),
        Relation::Premature => Outcome::Premature { token, path },
        Relation::Tied => Outcome::Tied { token, path },
        Relation::SameContents => Outcome::SameContents { token, path },
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
    use crate::fixture::{STYLE_CSS, VIEW};

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
}
