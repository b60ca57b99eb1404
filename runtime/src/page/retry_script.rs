//! The script with which a page heals itself.

/// A script of less than 1,000 bytes, without dependencies, with which a page gets over assets that failed to load. It is
/// for the time of a rollout: an instance of the older release answers a page of the newer one with 503, and no reverse
/// proxy asks another instance.
///
/// [`RetryTag`](crate::RetryTag), which `assets::retry_tag()` begins, writes the whole element. Put it into the page before every
/// other script and stylesheet:
///
/// ```
/// # use doc_assets::assets;
/// let nonce = "2726c7f26c"; // of the response's Content-Security-Policy, if it has one
/// let tag = assets::retry_tag().nonce(nonce).to_string();
/// assert!(tag.starts_with(r#"<script nonce="2726c7f26c" data-token="1718539201234" data-urls="/static/">"#));
/// assert!(tag.len() < 1_100);
/// ```
///
/// By hand, it is an element with two attributes. `data-token` is the deploy's token; without it the script throws. `data-urls` is
/// what all URLs of the view begin with. Without it the script handles the URLs that contain the token, and no asset whose URL has
/// another one.
///
/// ```
/// # use doc_assets::assets;
/// use cachebreaker::RETRY_SCRIPT;
///
/// let token = assets::token();
/// let head = format!(r#"<script data-token="{token}" data-urls="/static/">{RETRY_SCRIPT}</script>"#);
/// assert_eq!(head, assets::retry_tag().to_string());
/// ```
///
/// Nothing in it needs escaping in a `<script>`; in a template engine that escapes, mark it as safe. Where a policy allows
/// no inline script, `Assets::retry_script("retry.js")` of `cachebreaker_build` puts it among the assets:
///
/// ```
/// # mod assets { pub use doc_assets::assets::*; pub const RETRY_JS: &str = "/static/1718539201234/retry.js"; }
/// let (url, token) = (assets::RETRY_JS, assets::token());
/// let head = format!(r#"<script src="{url}" data-token="{token}" data-urls="/static/"></script>"#);
/// assert_eq!(
///     head,
///     r#"<script src="/static/1718539201234/retry.js" data-token="1718539201234" data-urls="/static/"></script>"#,
/// );
/// ```
///
/// Neither `async` nor `defer` nor `type="module"`: it must run before another file can fail. Inline is better where it is
/// possible: a script that is fetched can fail as well, and nothing retries it.
///
/// # What it does
///
/// It retries what has a URL of the view, whatever its token, and nothing else.
///
/// - **A stylesheet or a script that fails** is requested three times more, after 0.5 to 1, 1 to 2, and 2 to 4 seconds. A
///   new element takes the place of the old one, with all its attributes, its nonce too. It is neither inserted by the
///   parser nor of less trust than the script itself, so `'strict-dynamic'` allows it.
/// - **`await retryImport(new URL("./lazy.js", import.meta.url))`** is `import("./lazy.js")` with the same three retries.
///   What the module itself throws is thrown, and not retried. A text instead of a URL is relative to the page.
/// - **Before the first retry** it asks for the file by `fetch`, with `HEAD`. If the response is a 404 or was redirected, no retry can
///   help: it reloads the page at once. If the request fails, because of a policy or for want of CORS, that means nothing. In
///   Safari, whose errors do not name the module, it asks for what `retryImport` was called with; call it with a URL, not with a bare
///   name of an import map.
/// - **When a third retry has failed**, or an `import()` without `retryImport` has and nothing has caught it, the page is
///   reloaded: at most once per deploy's token and tab, as `sessionStorage` remembers. Never while the browser is offline, and never
///   where a page has no `sessionStorage`.
/// - **Before it reloads** it dispatches the event `cachebreaker:reload` on `window`. `event.preventDefault()` keeps the page
///   as it is; the event comes again with the next failure.
///
/// Some browsers remember in a page that a module has failed, and do not fetch it again under the same URL: Firefox still does, and all
/// browsers did before the middle of 2026 ([what has changed](https://github.com/whatwg/html/pull/10327)). So modules are retried with
/// `?retry=1`, `?retry=2` and
/// `?retry=3` behind their URL. To a browser that is another module than the one without: where two modules import it by
/// different URLs, it runs twice, and the `integrity` of an import map does not cover it. In these browsers, what a module
/// imports by itself is healed by the reload only.
///
/// A script that is retried runs later than its place in the page says: after those that follow it, perhaps after
/// `DOMContentLoaded`. Under `require-trusted-types-for 'script'` stylesheets and imports are retried, scripts are not. Images,
/// fonts and what scripts fetch are not retried.
pub const RETRY_SCRIPT: &str = cachebreaker_manifest::RETRY_SCRIPT;

const _: () = assert!(RETRY_SCRIPT.len() < 1_000);
