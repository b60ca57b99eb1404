//! Views made at run time, over a directory that `include_dir!` has embedded.

mod error;
mod files;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachebreaker_manifest::base::{Base, check_origins};
use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::Manifest;
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::token::{BadCommit, BadToken, Supersedes, Token};
use cachebreaker_manifest::{parallel, sha384};
use include_dir::Dir;

use crate::serve::served_view::ServedView;
use crate::view::View;
use crate::view::rules::{PrematureAnswer, ResourcePolicy, RolloutWindow, Rules, StaleAnswer};

pub use error::ViewError;

/// A view made at run time, over a directory that [`include_dir!`](include_dir::include_dir) has embedded.
///
/// It has the URLs, the rules and the responses of a view made by [`assets!`](crate::assets!), by the same code. It does not
/// have constants that the compiler checks, encodings made at build time, or contents from disk in development. It reads all
/// contents once, when it is built, to make their entity tags.
///
/// It is `Copy`. What it refers to lives as long as the process: build a view once, when the process starts.
///
/// ```
/// use cachebreaker::StaticView;
/// use include_dir::{Dir, include_dir};
///
/// static DIR: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src");
///
/// # fn main() -> Result<(), cachebreaker::ViewError> {
/// let view = StaticView::builder("static/{breaker}", &DIR).token("v1.2.3").build()?;
/// assert_eq!(view.url("lib.rs"), Some("/static/v1.2.3/lib.rs"));
/// assert_eq!(view.url("none.rs"), None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StaticView {
    served: &'static ServedView,
}

impl StaticView {
    /// Begins a view with that name, which contains `{breaker}` in place of the token.
    pub fn builder(name: impl Into<String>, dir: &'static Dir<'static>) -> StaticViewBuilder {
        StaticViewBuilder {
            name: name.into(),
            dir,
            token: None,
            supersedes: None,
            base: None,
            rules: Rules::DEFAULT,
            hidden: false,
            precompressed: false,
            integrity: false,
        }
    }

    crate::__view_api! { [&self,] self.served.view, self.served }

    crate::__view_routers! {
        [&self] {
            use crate::serve::overlap::{Claim, Kind, tell};
            let name = &self.served.view.name;
            tell(Claim { path: name.prefix(), kind: Kind::View, module: "StaticView" });
            crate::serve::router::over(name, self.service())
        }
    }

    /// Changes whenever a page would that names these assets, as the constant `VERSION` of a module that
    /// [`assets!`](crate::assets!) makes: 32 hex digits, for the `ETag` of such pages.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.served.view.version
    }

    /// One axum router for several views.
    ///
    /// # Errors
    ///
    /// If one URL could be meant for two of them, because the part of one name before the token is the start of the other
    /// name.
    ///
    /// ```
    /// use cachebreaker::StaticView;
    /// use include_dir::{Dir, include_dir};
    ///
    /// static DIR: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src");
    ///
    /// # fn main() -> Result<(), cachebreaker::ViewError> {
    /// let files = StaticView::builder("static/{breaker}", &DIR).build()?;
    /// let theme = StaticView::builder("static/theme-{breaker}", &DIR).build()?;
    /// let error = StaticView::routers::<()>([files, theme]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "views `static/{breaker}` and `static/theme-{breaker}` overlap: give them names that begin differently",
    /// );
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "axum")]
    pub fn routers<State>(views: impl IntoIterator<Item = Self>) -> Result<axum::Router<State>, ViewError>
    where
        State: Clone + Send + Sync + 'static,
    {
        let mut names: Vec<Name<'static>> = Vec::new();
        let mut router = axum::Router::new();
        for view in views {
            let name = view.served.view.name;
            if let Some(other) = names.iter().find(|other| other.overlaps(&name)) {
                return Err(ViewError::of(format_args!(
                    "views `{other}` and `{name}` overlap: give them names that begin differently"
                )));
            }
            names.push(name);
            router = router.merge(view.router());
        }
        Ok(router)
    }
}

/// What a [`StaticView`] is made of. Begun by [`StaticView::builder`].
#[derive(Clone, Debug)]
#[must_use = "there is no view until `.build()` is called"]
pub struct StaticViewBuilder {
    name: String,
    dir: &'static Dir<'static>,
    token: Option<String>,
    supersedes: Option<Vec<String>>,
    base: Option<String>,
    rules: Rules,
    hidden: bool,
    precompressed: bool,
    integrity: bool,
}

impl StaticViewBuilder {
    /// The token, from a setting for example. The default is the time of [`build`](Self::build) in milliseconds since the
    /// epoch, zero-padded to 12 digits; then each instance of a fleet has another.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The commits that the token, a commit, comes after: hashes with at least as many hex digits as the token.
    pub fn supersedes<C: Into<String>>(mut self, commits: impl IntoIterator<Item = C>) -> Self {
        self.supersedes = Some(commits.into_iter().map(Into::into).collect());
        self
    }

    /// Where the assets are, if not on the page's own site: `https://cdn.example.com`. By default URLs begin with a slash.
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// How long a token counts as premature. The default is 15 minutes.
    pub fn rollout_window(mut self, window: RolloutWindow) -> Self {
        self.rules.rollout_window = window;
        self
    }

    /// The answer to a premature token. The default is 503.
    pub fn premature(mut self, answer: PrematureAnswer) -> Self {
        self.rules.premature = answer;
        self
    }

    /// The answer to a stale token of an asset. The default is a redirect to the current URL.
    pub fn stale(mut self, answer: StaleAnswer) -> Self {
        self.rules.stale = answer;
        self
    }

    /// How many seconds a client may keep a file. The default is a year.
    pub fn cache_max_age(mut self, seconds: u64) -> Self {
        self.rules.cache_max_age = seconds;
        self
    }

    /// Whether pages of all origins may read every response, redirects and errors too:
    /// `Access-Control-Allow-Origin: *`. By default only pages of the own origin may.
    pub fn cors(mut self, allowed: bool) -> Self {
        self.rules.cors = allowed;
        self
    }

    /// Which pages may load assets without CORS. By default the header is not sent, and all may.
    pub fn cross_origin_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.rules.cross_origin_resource_policy = Some(policy);
        self
    }

    /// Which pages of other origins may see how long assets took: `*`, or origins with commas between them. The default is
    /// none.
    pub fn timing_allow_origin(mut self, origins: impl Into<String>) -> Self {
        // Like everything that a view is made of, it lives as long as the process.
        self.rules.timing_allow_origin = Some(origins.into().leak());
        self
    }

    /// Whether to serve files and folders whose names begin with a dot. The default is not to.
    pub fn hidden(mut self, served: bool) -> Self {
        self.hidden = served;
        self
    }

    /// Whether `style.css.br` and `style.css.gz` are encodings of the `style.css` beside them, and not assets. By default
    /// each file is an asset.
    pub fn precompressed(mut self, included: bool) -> Self {
        self.precompressed = included;
        self
    }

    /// Whether [`Asset::integrity`](crate::Asset::integrity) has a digest. By default it is empty: SHA-384 of all contents
    /// would add to the time that [`build`](Self::build) takes, and few pages use it.
    pub fn integrity(mut self, made: bool) -> Self {
        self.integrity = made;
        self
    }

    /// Builds the view: reads all contents, on all cores, to make their entity tags.
    ///
    /// # Errors
    ///
    /// [`ViewError`] says what is wrong with the name, the token, the superseded commits, the base, the origins or the
    /// directory.
    pub fn build(self) -> Result<StaticView, ViewError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let name = Name::parse(&self.name).map_err(ViewError::of)?;
        let token = self.token.unwrap_or_else(|| format!("{:012}", now.as_millis()));
        let bad_token = |cause| ViewError::of(BadToken { text: token.clone(), source: String::new(), cause });
        let mut kind = Token::parse(&token).map_err(bad_token)?.kind();
        let mut supersedes = None;
        if let Some(commits) = &self.supersedes {
            let packed = Supersedes::pack(commits.iter().map(String::as_str), token.len());
            let bad_commit = |text: &str| ViewError::of(BadCommit { text: text.to_owned(), source: String::new() });
            supersedes = Some(packed.map_err(bad_commit)?);
            kind = Token::from_parts(&token, kind).known_with_commits().kind();
        }
        let base = self.base.as_deref().filter(|base| !base.is_empty()).map(Base::parse).transpose();
        let base = base.map_err(ViewError::of)?.map_or("", |base| base.as_str());
        self.rules.timing_allow_origin.map_or(Ok(()), check_origins).map_err(ViewError::of)?;

        let found = files::find(self.dir, self.hidden, self.precompressed)?;
        let identities: Vec<_> = found.iter().filter(|_| self.integrity).map(|file| file.identity).collect();
        let digests = sha384::pack(parallel::map(&identities, |bytes| Some(sha384::digest(bytes))));
        let (stored, contents) = files::store(&found)?;
        let manifest = Manifest { token, kind, supersedes, modified: now.as_secs(), ..stored };
        let layout = layout(&manifest, name, base, Options::default()).map_err(ViewError::of)?;
        let served = ServedView::new(View::leak(layout, digests, contents), self.rules);
        Ok(StaticView { served: Box::leak(Box::new(served)) })
    }
}
