//! Views on the fixture folders: each mode, each rule.

use std::sync::LazyLock;

use cachebreaker::{Asset, AssetService, StaleAnswer, StaticView, Stats};
use include_dir::{Dir, include_dir};

use crate::fixture::{FILES, File, Past, TOKEN};
use crate::laws::file;
use crate::url_tokens::WITH_URL_TOKENS;

/// A view, as the functions that `assets!` makes.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// What a test that fails says.
    pub title: &'static str,
    /// The deploy's token.
    pub token: &'static str,
    /// What stands before the token in a URL.
    pub before: &'static str,
    /// What stands between the token and the file's path.
    pub after: &'static str,
    /// `Cache-Control` of an asset under the current token.
    pub cache_control: &'static str,
    /// Where contents come from.
    pub mode: Mode,
    /// What a stale token of an asset gets.
    pub stale: StaleAnswer,
    /// `assets::service`
    pub service: fn() -> AssetService,
    /// `assets::router`
    pub router: fn() -> axum::Router,
    /// `assets::get`
    pub get: fn(&str) -> Option<Asset>,
    /// `assets::stats`
    pub stats: fn() -> Stats,
    /// The URL tokens under which a file is current, beside the deploy's: first the one in its own URL.
    pub url_tokens: fn(&File) -> &'static [&'static str],
    /// The releases that are kept, the earliest first.
    pub past: &'static [Past],
    /// What the options of the macro add to a token of a release before this one.
    pub suffix: fn() -> &'static str,
}

/// Where contents come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The binary, as in a release.
    Embedded,
    /// Disk, as in development.
    Disk,
    /// A directory embedded by `include_dir!`, without encodings.
    Runtime,
}

impl View {
    /// The URL's path of a file under its own token: its URL token, or the deploy's where it has none.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let file = file(&FILES, path.split('?').next().unwrap_or_default());
        let own = file.and_then(|file| (self.url_tokens)(&file).first().copied());
        self.url_under(own.unwrap_or(self.token), path)
    }

    /// The URL's path of a file under some token.
    #[must_use]
    pub fn url_under(&self, token: &str, path: &str) -> String {
        format!("{}{token}{}{path}", self.before, self.after)
    }

    /// Whether answers for the file depend on `Accept-Encoding`.
    #[must_use]
    pub fn varies(&self, file: &File) -> bool {
        self.mode == Mode::Embedded && file.encoded
    }
}

/// `Cache-Control` of an asset for a year.
pub const YEAR: &str = "public, max-age=31536000, immutable";

/// Makes the modules, and a constant of type [`View`] for each.
macro_rules! views {
    ($($(#[$doc:meta])* $constant:ident = $module:ident($($input:tt)*) { $($field:ident: $value:expr),* };)*) => {
        $(
            cachebreaker::assets!(pub mod $module = $($input)*);
            $(#[$doc])*
            pub const $constant: View = View {
                title: stringify!($module),
                service: $module::service,
                router: $module::router,
                get: $module::get,
                stats: $module::stats,
                $($field: $value,)*
                ..DEFAULT
            };
        )*
    };
}

views! {
    /// Every file, embedded.
    EMBEDDED = embedded("static", embed = true) {};
    /// Every file, from disk.
    DISK = disk("static", embed = false) { mode: Mode::Disk, cache_control: "no-cache" };
    /// One file from a folder that tests may change.
    EDITED = edited("edited", embed = false) {
        mode: Mode::Disk, cache_control: "no-cache", before: "/edited/"
    };
    /// One file, from disk, that one test makes large.
    LARGE = large("large", embed = false) { mode: Mode::Disk, cache_control: "no-cache", before: "/large/" };
    /// From disk, in a folder that is not there.
    GONE = gone("gone", embed = false) { mode: Mode::Disk, cache_control: "no-cache", before: "/gone/" };
    /// With fixed URLs.
    FIXED = fixed("fixed", embed = true) { before: "/fixed/" };
    /// With fixed URLs, from disk.
    FIXED_DISK = fixed_disk("fixed", embed = false) { mode: Mode::Disk, cache_control: "no-cache", before: "/fixed/" };
    /// With pages, and one for navigations that match nothing.
    SITE = site("site", embed = true) {};
    /// The same, from disk.
    SITE_DISK = site_disk("site", embed = false) { mode: Mode::Disk, cache_control: "no-cache" };
    /// With a page, and with a path for its base.
    UNDER_UI = under_ui("under-ui", embed = true) {};
    /// The same, from disk.
    UNDER_UI_DISK = under_ui_disk("under-ui-on-disk", embed = false) { mode: Mode::Disk, cache_control: "no-cache" };
    /// With a page that is sent with 404.
    BOOK = book("book", embed = true) {};
    /// The same, from disk.
    BOOK_DISK = book_disk("book", embed = false) { mode: Mode::Disk, cache_control: "no-cache" };
    /// With pages, and with fixed URLs where its files were before they had tokens.
    MOVED = moved("moved", embed = true) {};
    /// The same, from disk.
    MOVED_DISK = moved_disk("moved", embed = false) { mode: Mode::Disk, cache_control: "no-cache" };
    /// Every file with a fixed URL.
    UNMOVED = unmoved("unmoved", name = "assets/{breaker}", embed = true) { before: "/assets/" };
    /// The same, with the prefix that its files had before they had tokens.
    UNMOVED_THERE = unmoved_there("unmoved", name = "static/{breaker}", embed = true) {};
    /// The same, with the prefix that some of its fixed URLs have.
    UNMOVED_BELOW = unmoved_below("unmoved", name = "img/{breaker}", embed = true) { before: "/img/" };
    /// With fields of its own.
    OWN = own("own", embed = true) { before: "/own/" };
    /// With fields of its own, from disk.
    OWN_DISK = own_disk("own", embed = false) { mode: Mode::Disk, cache_control: "no-cache", before: "/own/" };
    /// At the root of the site.
    AT_ROOT = at_root("small", name = "{breaker}", embed = true) { before: "/" };
    /// With the token inside a segment, and folders after it.
    AFFIXED = affixed("small", name = "a/v-{breaker}.d/files", embed = true) { before: "/a/v-", after: ".d/files/" };
    /// Cached for an hour.
    FOR_AN_HOUR = for_an_hour("small", cache_max_age = 3600, embed = true) {
        before: "/small/", cache_control: "public, max-age=3600, immutable"
    };
    /// Premature tokens get 404.
    PREMATURE_NOT_FOUND = premature_not_found("small", premature = NotFound, embed = true) { before: "/small/" };
    /// Premature tokens get the current file.
    PREMATURE_CURRENT = premature_current("small", premature = Current, embed = true) { before: "/small/" };
    /// Premature tokens get the current file, from disk.
    PREMATURE_CURRENT_DISK = premature_current_disk("small", premature = Current, embed = false) {
        before: "/small/", mode: Mode::Disk, cache_control: "no-cache"
    };
    /// Every file; stale tokens get 404.
    STALE_NOT_FOUND = stale_not_found("static", stale = NotFound, embed = true) { stale: StaleAnswer::NotFound };
    /// Every file, from disk; stale tokens get 404 where a module is imported.
    STALE_NOT_FOUND_FOR_MODULES = stale_not_found_for_modules("static", stale = NotFoundForModules, embed = false) {
        stale: StaleAnswer::NotFoundForModules, mode: Mode::Disk, cache_control: "no-cache"
    };
    /// No token is ever premature.
    WITHOUT_WINDOW = without_window("small", rollout_window = None, embed = true) { before: "/small/" };
    /// Premature tokens become stale after a second.
    ONE_SECOND = one_second("small", rollout_window = 1, embed = true) { before: "/small/" };
    /// Premature tokens stay so.
    ENDLESS = endless("small", rollout_window = Endless, embed = true) { before: "/small/" };
    /// Asked by one test only, which counts.
    COUNTED = counted("small", embed = true) { before: "/small/" };
    /// With a release as its token.
    RELEASE = release("release", embed = true) { before: "/release/", token: "v1.10.0" };
    /// With a label as its token.
    LABEL = label("label", embed = true) { before: "/label/", token: "build-99" };
    /// With a digest in its token.
    CONTENT = content("content", embed = true) { before: "/content/", token: "1718539201234-9f86d081884c" };
    /// With a commit as its token, that knows one before it.
    COMMIT = commit("commit", embed = true) { before: "/commit/", token: "9fceb02d0ae598e95dc970b74767f19372d61af8" };
}

pub(crate) const DEFAULT: View = View {
    title: "",
    token: TOKEN,
    before: "/static/",
    after: "/",
    cache_control: YEAR,
    mode: Mode::Embedded,
    stale: StaleAnswer::Redirect,
    service: embedded::service,
    router: embedded::router,
    get: embedded::get,
    stats: embedded::stats,
    url_tokens: |_| &[],
    past: &[],
    suffix: || "",
};

/// Every file, in a view made at run time.
pub const RUNTIME: View = View {
    title: "runtime",
    mode: Mode::Runtime,
    service: || RUNTIME_VIEW.service(),
    router: || RUNTIME_VIEW.router(),
    get: |path| RUNTIME_VIEW.get(path),
    stats: || RUNTIME_VIEW.stats(),
    ..DEFAULT
};

static RUNTIME_VIEW: LazyLock<StaticView> = LazyLock::new(|| {
    static DIR: Dir<'static> = include_dir!("$OUT_DIR/static");
    StaticView::builder("static/{breaker}", &DIR).token(TOKEN).build().expect("the fixtures have URLs")
});

/// The views of the folder `static`: one a mode, and one with URL tokens.
pub const EVERY_MODE: [View; 4] = [EMBEDDED, DISK, RUNTIME, WITH_URL_TOKENS];
