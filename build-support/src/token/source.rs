//! What `build.rs` says about the token.

/// A token for [`Assets::token`](crate::Assets::token): a text, or where to get one.
///
/// ```
/// use cachebreaker_build::{Assets, Token};
/// Assets::new("static").token("v1.2.3");
/// Assets::new("static").token(Token::content());
/// Assets::new("static").token(Token::git());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(pub(super) Source);

/// Where a token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Text(String),
    Content,
    Git,
}

impl Token {
    /// A token made from what is served: `<time>-<digest>`, as in `1718539201000-9f86d081884c3a7f21`.
    ///
    /// The digest is over all assets and the options in `build.rs` (12 digits), and over those options of `assets!` that
    /// responses depend on (6 digits). The time, in milliseconds, is that of the last commit on the first-parent line that changed any of the folders, what
    /// is [watched](crate::Assets::watch), or `build.rs`. Where git does not track an asset, as with the output of a bundler
    /// that is in `.gitignore`, any commit to the package counts. Without git it is `SOURCE_DATE_EPOCH`, else now.
    ///
    /// With the feature `references`, each asset of a release has a token of this form in its URL that is made of itself and of what it
    /// refers to, so that it keeps its URL over a deploy that changes neither. `docs/tokens.md` in the repository says what
    /// that needs. Changes that are not committed give the files, and the deploy, the time of the build then.
    ///
    /// So two builders of one commit make one token, and a deploy that changes no asset keeps it: no browser fetches
    /// anything again. Tokens with an equal digest are current whatever their time. Two tokens with equal times and
    /// different digests have no order, and neither is redirected to the other. If the contents differ (one commit, built with
    /// two results), the other one gets 503. If only options of `assets!` do, it gets the file, not to be stored.
    #[must_use]
    pub fn content() -> Self {
        Self(Source::Content)
    }

    /// The commit that is checked out: the first 12 digits of its hash. Changes to the folder that are not committed add a
    /// digest of the assets, `33b84ed1739e-dirty-9f86d081`, so that two dirty trees have two tokens.
    ///
    /// The commits that it supersedes are recorded, so that older and newer deploys can be distinguished; see
    /// [`Assets::supersedes`](crate::Assets::supersedes) for builds without git.
    ///
    /// Files that git ignores can change without a commit, and then the token stays. A release build warns when it knows: it
    /// compares with its own last output. For output of a bundler take [`Token::content`].
    #[must_use]
    pub fn git() -> Self {
        Self(Source::Git)
    }
}

impl<T: Into<String>> From<T> for Token {
    fn from(text: T) -> Self {
        Self(Source::Text(text.into()))
    }
}

/// What `build.rs` says about the token.
#[derive(Clone, Debug, Default)]
pub(crate) struct TokenOptions {
    pub(crate) token: Option<Token>,
    pub(crate) env: Option<String>,
    pub(crate) supersedes: Option<Vec<String>>,
}

#[cfg(feature = "references")]
impl TokenOptions {
    /// Whether the token may be made of the contents; a variable of the environment may win over it.
    pub(crate) fn may_be_of_contents(&self) -> bool {
        self.token.as_ref().is_some_and(|token| token.0 == Source::Content)
    }
}
