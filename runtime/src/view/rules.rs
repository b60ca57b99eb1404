//! The rules of a view: the options of `assets!` and of the builder of a `StaticView` that decide about responses.

/// What the user of a view chose. Each field has the name of its option.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The seconds for which a client may keep an asset under the current token.
    pub cache_max_age: u64,
    /// How long a token counts as premature.
    pub rollout_window: RolloutWindow,
    /// The answer to a premature token.
    pub premature: PrematureAnswer,
    /// The answer to a stale token of an asset.
    pub stale: StaleAnswer,
    /// Whether pages of all origins may read every response.
    pub cors: bool,
    /// Which pages may load assets without reading them.
    pub cross_origin_resource_policy: Option<ResourcePolicy>,
    /// Which pages of other origins may see how long assets took, as `Timing-Allow-Origin` spells them (Resource Timing §4.5).
    pub timing_allow_origin: Option<&'static str>,
}

impl Rules {
    /// The rules of a view whose user chose nothing.
    pub const DEFAULT: Self = Self {
        cache_max_age: 365 * 24 * 60 * 60,
        rollout_window: RolloutWindow::DEFAULT,
        premature: PrematureAnswer::Retry,
        stale: StaleAnswer::Redirect,
        cors: false,
        cross_origin_resource_policy: None,
        timing_allow_origin: None,
    };
}

/// How long a rollout lasts at most: the time after which a token that was first seen as premature counts as stale.
///
/// Set by the option `rollout_window` of [`assets!`](crate::assets!), a number of seconds, `None` for [`Off`](Self::Off), or
/// `Endless`; or by the builder of a `StaticView`. Give it the time that a rollout takes, with room to spare. Pages of a
/// release that was rolled back get 503 that long, and redirects afterwards.
///
/// The time counts from the first request that an instance gets with that token. If no request has the token for as long as
/// the window lasts, the next request counts as the first again. So one request for a token that you have not deployed yet
/// does not use up the window of the release that will have it. Two things follow:
///
/// - Somebody who keeps asking for a token that they can guess, more often than once a window, does use it up: that release
///   then starts with its window over, and its pages get redirects from older instances. If that matters to you, let the
///   reverse proxy ask another instance (`Cachebreaker: retry`), or use tokens that cannot be guessed.
/// - A page of a withdrawn release that asks less often than once a window gets 503 each time, until it is loaded again.
///   A window that is shorter than the 3 seconds of `Retry-After` would never end for a client that obeys it.
///
/// At most 64 tokens are remembered: 32 that were asked for once, and 32 that were asked for again. In each half a new one
/// takes the place of the one whose last request is longest ago. So a token is remembered as long as fewer than 32 other
/// tokens are asked for between its first two requests, and later, as long as fewer than 32 others are asked for repeatedly
/// between two of its requests. Somebody who asks for more than that can make a window begin again, as long as they go on.
///
/// Nothing is stored: a process that is started again knows no tokens.
///
/// ```
/// use cachebreaker::RolloutWindow;
/// assert_eq!(RolloutWindow::default(), RolloutWindow::Seconds(15 * 60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RolloutWindow {
    /// That many seconds. The default is 900.
    Seconds(u64),
    /// None at all: a token of a newer deploy counts as stale at once.
    Off,
    /// A token of a newer deploy stays premature as long as the process lives.
    Endless,
}

impl RolloutWindow {
    /// 15 minutes.
    pub const DEFAULT: Self = Self::Seconds(15 * 60);
}

impl Default for RolloutWindow {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a premature token is answered with while the [rollout window](crate::RolloutWindow) is open.
///
/// Set by the option `premature` of [`assets!`](crate::assets!) or by the builder of a `StaticView`, and chosen by what the
/// reverse proxy before the instances does. None of the answers is to be stored.
///
/// ```
/// use cachebreaker::PrematureAnswer;
/// assert_eq!(PrematureAnswer::default(), PrematureAnswer::Retry);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrematureAnswer {
    /// 503 with `Retry-After: 3`, for a reverse proxy that asks another instance.
    #[default]
    Retry,
    /// 404, for a reverse proxy that counts 5xx against an instance, or caches them.
    NotFound,
    /// The current file, not to be stored; 404 where there is none. For a reverse proxy that cannot ask another instance.
    Current,
}

/// What a request for an asset under a stale token gets.
///
/// Set by the option `stale` of [`assets!`](crate::assets!) or by the builder of a `StaticView`. None of the responses is to be
/// stored. An asset that this deploy does not have is a 404 in any case.
///
/// The choice is about modules. The URL of a module is the one after redirects, and what the module imports is looked up from
/// there. A page of release 1 that imports a module after the deploy of release 2 is redirected to release 2's module, which
/// imports release 2's modules: the page then runs a second copy of each module that it already has. The copies do not share
/// their state, and a module that starts the application starts it again. Without a redirect the `import()` fails, and the
/// page can be loaded again, as the script of a [`RetryTag`](crate::RetryTag) does.
///
/// | a stale token of an asset, requested by | [`Redirect`](Self::Redirect) | [`NotFoundForModules`](Self::NotFoundForModules) | [`NotFound`](Self::NotFound) |
/// |---|---|---|---|
/// | `import()`, `import`, `<script type="module">`, `<script crossorigin>` | 301 | 404 | 404 |
/// | stylesheets, images, fonts, other scripts, `fetch`, clients that are no browsers | 301 | 301 | 404 |
///
/// A reverse proxy that asks another instance first (`Cachebreaker: retry`) gets the same 404. It asks another instance after
/// a 404, too, so a module of the older release is found as long as an instance of that release is left.
///
/// ```
/// use cachebreaker::StaleAnswer;
/// assert_eq!(StaleAnswer::default(), StaleAnswer::Redirect);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StaleAnswer {
    /// 301 to the current URL of the same path.
    #[default]
    Redirect,
    /// 404. Open pages of an older release lose everything that they load later, also images and stylesheets.
    NotFound,
    /// 404 to a browser that requests a module, which says so by `Sec-Fetch-Dest: script` and `Sec-Fetch-Mode: cors` (Fetch
    /// Metadata §2.1 and §2.2); 301 to every other request. Browsers send these headers over HTTPS and to `localhost`, since
    /// Chrome 80, Firefox 90 and Safari 16.4. A CDN has to pass them on; where yours does not, take [`NotFound`](Self::NotFound).
    NotFoundForModules,
}

/// Which pages may load an asset without asking by CORS: `Cross-Origin-Resource-Policy` (Fetch §3.8) on every answer.
///
/// Set by the option `cross_origin_resource_policy` of [`assets!`](crate::assets!) or by the builder of a `StaticView`.
/// Unless set, the field is not sent, and all may. A page with `Cross-Origin-Embedder-Policy: require-corp` may not load
/// from another origin what does not say [`CrossOrigin`](Self::CrossOrigin).
///
/// ```
/// use cachebreaker::ResourcePolicy;
/// assert_eq!(ResourcePolicy::CrossOrigin.as_str(), "cross-origin");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResourcePolicy {
    /// `same-origin`: pages of the assets' own origin.
    SameOrigin,
    /// `same-site`: pages of the assets' own site, its subdomains included.
    SameSite,
    /// `cross-origin`: pages of any origin.
    CrossOrigin,
}

impl ResourcePolicy {
    /// The field's value.
    ///
    /// ```
    /// assert_eq!(cachebreaker::ResourcePolicy::SameSite.as_str(), "same-site");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::SameSite => "same-site",
            Self::CrossOrigin => "cross-origin",
        }
    }
}
