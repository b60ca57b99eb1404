//! What an answer without an asset says: its status and a line of plain text.

use http::StatusCode;

/// Where a view's assets are: what the texts say about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    /// The current token.
    pub(crate) token: &'static str,
    /// What stands before a token, without the slash at its beginning: `static/`.
    pub(crate) prefix: &'static str,
    /// What the URL of each asset begins with here: `/static/v1.2.3/`.
    pub(crate) base: &'static str,
}

/// An answer without an asset. Its text says which rule applies and which token is current; it depends on nothing else in
/// a request, so nothing of a request is ever echoed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The token is current and there is no such asset.
    NoSuchAsset,
    /// The token is stale and there is no such asset.
    StaleAndNoSuchAsset,
    /// There is no such asset, and the token is of another kind than the current one: it may be no token at all.
    StrangeTokenAndNoSuchAsset,
    /// The URL has an asset's path where the token should be.
    PathWithoutToken,
    /// The token is outside the grammar.
    BadToken,
    /// The path has not the form of the view's name.
    NoToken,
    /// The token is stale.
    Moved,
    /// The token is stale, and the front asks other instances.
    MovedUnlessElsewhere,
    /// The same, and the view is set to answer 404 where another instance may be asked.
    MovedUnlessElsewhereNotFound,
    /// The token is premature.
    Premature,
    /// The token is premature, and the view is set to answer 404.
    PrematureNotFound,
    /// The method is none that static files answer.
    Method,
    /// A precondition failed.
    Precondition,
    /// No range can be satisfied.
    Range,
}

impl Notice {
    pub(crate) const ALL: [Self; 14] = [
        Self::NoSuchAsset,
        Self::StaleAndNoSuchAsset,
        Self::StrangeTokenAndNoSuchAsset,
        Self::PathWithoutToken,
        Self::BadToken,
        Self::NoToken,
        Self::Moved,
        Self::MovedUnlessElsewhere,
        Self::MovedUnlessElsewhereNotFound,
        Self::Premature,
        Self::PrematureNotFound,
        Self::Method,
        Self::Precondition,
        Self::Range,
    ];

    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::NoSuchAsset
            | Self::StaleAndNoSuchAsset
            | Self::StrangeTokenAndNoSuchAsset
            | Self::PathWithoutToken
            | Self::BadToken
            | Self::NoToken
            | Self::MovedUnlessElsewhereNotFound
            | Self::PrematureNotFound => StatusCode::NOT_FOUND,
            Self::Moved => StatusCode::MOVED_PERMANENTLY,
            Self::MovedUnlessElsewhere | Self::Premature => StatusCode::SERVICE_UNAVAILABLE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Precondition => StatusCode::PRECONDITION_FAILED,
            Self::Range => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }

    pub(crate) fn text(self, Places { token: current, prefix, base }: Places) -> String {
        let status = self.status().as_u16();
        match self {
            Self::NoSuchAsset => format!("{status}: this deploy, {current}, has no such asset\n"),
            Self::StaleAndNoSuchAsset => {
                format!(
                    "{status}: the token in this URL is stale, and the current deploy, {current}, has no such asset\n"
                )
            }
            Self::StrangeTokenAndNoSuchAsset => format!(
                "{status}: this deploy, {current}, has no such asset; what comes after `/{prefix}` in a URL is read as the \
                 token\n"
            ),
            Self::PathWithoutToken => {
                format!("{status}: this URL has no token; it would lead to an asset if it began with `{base}`\n")
            }
            Self::BadToken => format!(
                "{status}: the token in this URL is outside of A-Z a-z 0-9 . _ ~ - or longer than 128; the current one is \
                 {current}\n"
            ),
            Self::NoToken => {
                format!("{status}: no asset has this URL; the URLs of this deploy's assets begin with `{base}`\n")
            }
            Self::Moved | Self::MovedUnlessElsewhere | Self::MovedUnlessElsewhereNotFound => {
                format!("{status}: the token in this URL is stale; the current one is {current}\n")
            }
            Self::Premature => format!(
                "{status}: the token in this URL is of another deploy than this instance's, {current}, and not of an older \
                 one; ask again in 3 seconds\n"
            ),
            Self::PrematureNotFound => {
                format!(
                    "{status}: the token in this URL is of another deploy than this instance's, {current}, and not of an older one\n"
                )
            }
            Self::Method => format!("{status}: static files answer GET and HEAD\n"),
            Self::Precondition => {
                format!("{status}: the asset is not the one that If-Match or If-Unmodified-Since names\n")
            }
            Self::Range => format!("{status}: the asset ends before the range begins\n"),
        }
    }
}
