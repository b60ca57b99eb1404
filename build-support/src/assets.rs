//! The builder: what `build.rs` can say about a folder. Setters keep it; `prepare` does the work.

use std::env;
use std::path::{Path, PathBuf};

use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::fixed_url::FixedUrl;

use crate::cargo;
#[cfg(feature = "references")]
use crate::check::References;
use crate::encode::compressor::best_levels;
use crate::error::Error;
use crate::find::glob::Glob;
use crate::options::Options;
use crate::prepare::prepare;
use crate::token::source::Token;

/// A folder of assets, to be prepared for `cachebreaker::assets!` by [`prepare`](Assets::prepare).
///
/// ```no_run
/// // build.rs, in its `main`
/// use cachebreaker_build::{Assets, Token};
///
/// Assets::new("static").token(Token::content()).prepare();
/// Assets::new("theme").token(Token::content()).gzip(None).prepare();
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is prepared until `.prepare()` is called"]
pub struct Assets {
    options: Options,
}

impl Assets {
    /// A folder, relative to the crate's `Cargo.toml`, or absolute. The macro is given the same text, or the
    /// [name](Assets::named).
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { options: Options { folder: folder.into(), levels: best_levels(), ..Options::default() } }
    }

    /// The deploy's token: a text such as `"v1.2.3"`, [`Token::content()`] or [`Token::git()`]. The default is the time in
    /// milliseconds since the epoch, zero-padded to 12 digits: `SOURCE_DATE_EPOCH`, else the time of the build.
    ///
    /// The environment variable `CACHEBREAKER` wins over it, and so does [`token_env`](Assets::token_env).
    pub fn token(mut self, token: impl Into<Token>) -> Self {
        self.options.token.token = Some(token.into());
        self
    }

    /// An environment variable that holds the token, where it is set at build time. `CACHEBREAKER` wins over it.
    pub fn token_env(mut self, name: impl Into<String>) -> Self {
        self.options.token.env = Some(name.into());
        self
    }

    /// The commits that the token, a commit, comes after, where the build cannot ask git: hashes with at least as many
    /// hex digits as the token. The environment variable `CACHEBREAKER_SUPERSEDES` wins over it.
    pub fn supersedes<C: Into<String>>(mut self, commits: impl IntoIterator<Item = C>) -> Self {
        self.options.token.supersedes = Some(commits.into_iter().map(Into::into).collect());
        self
    }

    /// Puts `cachebreaker::RETRY_SCRIPT` among the assets, under that path: `"retry.js"`. The folder itself does not change; if
    /// it has a file of that path, that is an error. So is a path that does not end with `.js`, or leads out of the folder.
    /// No glob leaves the script out.
    pub fn retry_script(mut self, path: impl Into<String>) -> Self {
        self.options.retry_script = Some(path.into());
        self
    }

    /// The quality of brotli, 0 to 11, or `None` for no brotli. The default is 11, which gives the smallest output.
    pub fn brotli(self, quality: impl Into<Option<u32>>) -> Self {
        self.level(Encoding::Brotli, quality.into())
    }

    /// The level of gzip, 0 to 9, or `None` for no gzip. The default is 9, which gives the smallest output.
    pub fn gzip(self, level: impl Into<Option<u32>>) -> Self {
        self.level(Encoding::Gzip, level.into())
    }

    fn level(mut self, encoding: Encoding, level: Option<u32>) -> Self {
        self.options.levels.remove(&encoding);
        self.options.levels.extend(level.map(|level| (encoding, level)));
        self
    }

    /// Checks the references inside of the assets: every relative one leads to an asset of the folder, or fails the build.
    ///
    /// ```no_run
    /// // build.rs, in its `main`
    /// use cachebreaker_build::{Assets, References};
    ///
    /// Assets::new("static").check_references(References::new().warn("vendor/**")).prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn check_references(mut self, references: References) -> Self {
        self.options.references = Some(references);
        self
    }

    /// Says what the files that match a glob refer to, where their text does not say it: with [`Token::content()`] such a file
    /// would have another URL with every change of any asset. The globs in the list match the files that it refers to by relative
    /// URLs which it puts together while it runs; an empty list says that there are none. What the text says counts as
    /// well.
    ///
    /// ```no_run
    /// # use cachebreaker_build::{Assets, Token};
    /// Assets::new("static")
    ///     .token(Token::content())
    ///     .refers("js/app.js", ["js/chunks/**"]) // import(`./chunks/${name}.js`)
    ///     .refers("search.json", [""; 0])
    ///     .prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn refers<G: Into<String>>(mut self, from: impl Into<String>, to: impl IntoIterator<Item = G>) -> Self {
        let glob = |text| Glob::new(text, ".refers");
        self.options.refers.push((glob(from.into()), to.into_iter().map(|to| glob(to.into())).collect()));
        self
    }

    /// Whether pages load modules with an import map. [Pages](Self::page) of the folder get it from the build, and pages that your program
    /// writes by `assets::modules`. Then, with [`Token::content()`], each module has a URL
    /// that lasts until the module itself changes; by default modules that import one another have one token, and a change of one
    /// gives all of them new URLs.
    ///
    /// A page that loads a module without the map gets a redirect for each import, and may run a module twice.
    ///
    /// ```no_run
    /// # use cachebreaker_build::{Assets, Token};
    /// Assets::new("static").token(Token::content()).import_map(true).prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn import_map(mut self, has_map: bool) -> Self {
        self.options.import_map = has_map;
        self
    }

    /// Prepares the folder for the macro. What is wrong is reported to cargo, a line for each fault, and fails the build.
    pub fn prepare(self) {
        match env::var_os("OUT_DIR") {
            None => cargo::error(&Error::NoOutDir),
            Some(out_dir) => cargo::print(&prepare(&self.options, Path::new(&out_dir)), &self.options.folder),
        }
    }
}

/// # History
///
/// What earlier releases served, in a folder that you keep between builds. Open pages keep the files of their own release, and with the
/// feature `references` unchanged files keep their URLs across deploys, whatever kind of token you use. The guide has
/// [recipes](https://github.com/cachebreaker/cachebreaker/blob/main/docs/history.md) for CI caches, artifacts, containers and buckets.
///
/// Only release builds read it. In development nothing is kept.
impl Assets {
    /// The folder with the earlier releases of all views, relative to the folder of the crate's `Cargo.toml`. If it is missing or empty,
    /// this is the first release. By default there is no history.
    ///
    /// A release build reads it, and writes its own release to `target/cachebreaker/releases/<package>/<view>/`. To record the release,
    /// copy that into the history: `cp -r target/cachebreaker/releases/<package>/. history/`. A build never writes to the history.
    ///
    /// By default, the last 5 releases are kept, and all of the last 14 days. [`keep`](Assets::keep) or [`keep_days`](Assets::keep_days)
    /// replaces this default. A warning of the build says how many bytes kept releases add to the binary.
    ///
    /// If the history has this release's token with other files, the build fails. A release that is damaged is not kept, and a warning
    /// names the file.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").history("history").prepare();
    /// ```
    pub fn history(mut self, folder: impl Into<PathBuf>) -> Self {
        self.options.history.folder = Some(folder.into());
        self
    }

    /// How many of the last releases are kept, not counting this one. If you also set [`keep_days`](Assets::keep_days), a release is kept
    /// if either of them covers it; if not, only these are kept. `0` alone keeps none: the history then only makes URLs last and tells the
    /// order of tokens. Without a [history](Assets::history), the build fails.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").history("history").keep(10).keep_days(30).prepare();
    /// ```
    pub fn keep(mut self, releases: usize) -> Self {
        self.options.history.releases = Some(releases);
        self
    }

    /// How many days a release is kept, from its build to this one, or to `SOURCE_DATE_EPOCH` if that is set. If you also set
    /// [`keep`](Assets::keep), a release is kept if either of them covers it; if not, only these are kept. Without a
    /// [history](Assets::history), the build fails.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").history("history").keep_days(7).prepare(); // none, if the last release is older
    /// ```
    pub fn keep_days(mut self, days: u32) -> Self {
        self.options.history.days = Some(days);
        self
    }

    /// The most bytes that kept releases may add to the binary. If they would add more, the oldest are not kept, and a warning names them.
    /// There is no limit by default. Without a [history](Assets::history), the build fails.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").history("history").keep_size(20 << 20).prepare(); // 20 MiB
    /// ```
    pub fn keep_size(mut self, bytes: u64) -> Self {
        self.options.history.size = Some(bytes);
        self
    }

    /// Makes deltas of files that match this glob: each compressed with what kept releases have at the same path as the dictionary
    /// (RFC 9842). A browser that has a file of a kept release then downloads the difference, often less than a hundred bytes; all others
    /// get brotli or gzip as before. The [guide](https://github.com/cachebreaker/cachebreaker/blob/main/docs/deltas.md) says when it helps
    /// and what it costs.
    ///
    /// A delta is kept if it has less than 80 % of the bytes that brotli has. Files with more than 16 MiB, counted with their earlier
    /// content, have none. A warning of the build says how many bytes deltas add to the binary. Without a [history](Assets::history), the
    /// build fails.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").history("history").deltas("**/*.{css,js,wasm}").prepare();
    /// ```
    pub fn deltas(mut self, glob: impl Into<String>) -> Self {
        self.options.history.deltas.push(Glob::new(glob.into(), ".deltas"));
        self
    }
}

/// # Where files come from
impl Assets {
    /// Lays another folder over the ones before it: its files are of the same view. Two files at one path are an error.
    ///
    /// All options are for the files of all folders: a glob is for the path in whichever folder it is.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").overlay("../shared/icons").prepare();
    /// ```
    pub fn overlay(mut self, folder: impl Into<PathBuf>) -> Self {
        self.options.overlays.push((folder.into(), false));
        self
    }

    /// The same, but where a folder before it has a file at the same path, the file of this folder wins.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").overlay_winning("brands/acme").prepare();
    /// ```
    pub fn overlay_winning(mut self, folder: impl Into<PathBuf>) -> Self {
        self.options.overlays.push((folder.into(), true));
        self
    }

    /// Lets builds for development go on without the folder: as long as it is missing or empty, the view is empty, and a warning says so.
    /// So a fresh clone compiles before the bundler has run. A release build still fails.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("web/dist").optional().fixed_url("robots.txt").prepare();
    /// ```
    pub fn optional(mut self) -> Self {
        self.options.is_optional = true;
        self
    }

    /// The name by which the macro knows the folder, where it is not the path: for one in `OUT_DIR`, whose path is not known
    /// in advance.
    ///
    /// ```no_run
    /// // build.rs, in its `main`
    /// # use cachebreaker_build::Assets;
    /// # fn bundle(_from: &str, _to: &std::path::Path) {}
    /// let dist = std::path::Path::new(&std::env::var_os("OUT_DIR").unwrap()).join("dist");
    /// bundle("web", &dist);
    /// Assets::new(dist).named("dist").watch("web").prepare(); // src/main.rs: assets!("dist")
    /// ```
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.options.name = Some(name.into());
        self
    }

    /// Runs the build script again when this file, or anything in this folder, is added, changed or removed: the sources of
    /// a bundler, whose output is prepared. The folders themselves are always watched, unless they are in `OUT_DIR`, where only
    /// the build script itself changes anything.
    ///
    /// `node_modules`, `dist`, and folders whose names begin with a dot, are left out: package managers and bundlers write there in
    /// every build. Where a folder has one of them in it, a file or folder that is added right beside it is noticed only
    /// with the next other change, because cargo can watch a folder only as a whole: watch one level deeper.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// # let dist = "dist";
    /// Assets::new(dist).named("dist").watch("web/src").prepare();
    /// ```
    pub fn watch(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.watched.push(path.into());
        self
    }
}

/// # Pages
///
/// An HTML file can be a page: it is sent at a URL of its own, without a token, and its references lead to the assets. The macro's
/// `assets::site()` answers for the whole view then: assets, files with fixed URLs, and pages. The
/// [guide](https://github.com/cachebreaker/cachebreaker/blob/main/docs/pages.md) has the rules.
impl Assets {
    /// Makes the files that match this glob pages: `index.html` is at `/`, `docs/index.html` at `/docs/`, and `about.html` at `/about`.
    /// Other spellings, such as `/about.html` and `/docs`, are redirected there. A glob that matches no file fails the build.
    ///
    /// References in attributes, styles, scripts and import maps that lead to an asset get the URL of the asset, also absolute ones
    /// such as `/assets/app.js`. All else in the page stays as you wrote it. So do links to other pages. The file has its URL
    /// under the token too, and is not changed there.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("book").pages("**/*.html").not_found("404.html").prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn pages(mut self, glob: impl Into<String>) -> Self {
        self.options.pages.globs.push(Glob::new(glob.into(), ".pages"));
        self
    }

    /// Makes one file a [page](Assets::pages).
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").page("index.html").page("about.html").prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn page(mut self, file: impl Into<String>) -> Self {
        self.options.pages.globs.push(Glob::new(file.into(), ".page"));
        self
    }

    /// Makes one file a [page](Assets::pages) that is also sent for every navigation that matches nothing else, as the routes of a
    /// single-page application do. A navigation is a `GET` or `HEAD` that accepts `text/html`; where the browser sends
    /// `Sec-Fetch-Mode`, it must be `navigate`. Scripts, images, `fetch` and the like get 404.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("web/dist").view_option("name", "static/{breaker}").fallback("index.html").prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn fallback(mut self, file: impl Into<String>) -> Self {
        let page = Glob::new(file.into(), ".fallback");
        let first = self.options.pages.fallback.get_or_insert_with(|| page.clone()).to_string();
        self.options.note_contradiction(first, page.to_string());
        self
    }

    /// Makes one file the page that is sent with 404 for navigations that match nothing. Everything else that matches nothing gets a 404
    /// with a line of text.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("book").pages("**/*.html").not_found("404.html").prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn not_found(mut self, file: impl Into<String>) -> Self {
        let page = Glob::new(file.into(), ".not_found");
        let first = self.options.pages.not_found.get_or_insert_with(|| page.clone()).to_string();
        self.options.note_contradiction(first, page.to_string());
        self
    }

    /// Whether pages check what they load: in a release, scripts and stylesheets get `integrity` with their SHA-384, and the modules that
    /// these import get `<link rel="modulepreload">` with theirs, before the first module of the page. By default they do not.
    ///
    /// A browser refuses a file that was changed on its way, as by a CDN; and also the file of another release, to which a stale URL is
    /// redirected. With a [history](Assets::history) an open page gets its own files, so this is safe there. Without one, an open page of an
    /// older release loses what it loads later.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("web/dist").fallback("index.html").page_integrity(true).history("history").prepare();
    /// ```
    #[cfg(feature = "references")]
    pub fn page_integrity(mut self, is_checked: bool) -> Self {
        self.options.pages.integrity = is_checked;
        self
    }

    /// Sets an option of `cachebreaker::assets!` here instead of there. A view with [pages](Assets::pages) needs all its options that
    /// are part of URLs here, because the pages have these URLs in them: `name`, `base`, and with [`Token::content()`] or a
    /// [history](Assets::history) also `cache_max_age`, `cors`, `cross_origin_resource_policy` and `timing_allow_origin`.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("web/dist").view_option("name", "static/{breaker}").view_option("cache_max_age", "86400").prepare();
    /// ```
    pub fn view_option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        let call = |value: &str| format!(".view_option({name:?}, {value:?})");
        match self.options.view.iter().find(|(given, _)| *given == name) {
            Some((_, first)) => self.options.note_contradiction(call(first), call(&value)),
            None => self.options.view.push((name, value)),
        }
        self
    }
}

/// # What is included
///
/// A glob is for the whole path in the folder: `*` and `?` match anything but a slash, `**` any number of folders, `[ab]` and
/// `{a,b}` one of several; a backslash makes the next character mean itself. `img/` is `img/**`. An invalid glob fails the
/// build, and one that matches no file gives a warning.
impl Assets {
    /// Includes only files that match this glob, or another that is included. By default all files are included that are not
    /// [excluded](Assets::exclude).
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("web").include("dist/**").include("img/**").exclude("**/*.map").prepare();
    /// ```
    pub fn include(mut self, glob: impl Into<String>) -> Self {
        self.options.selection.include.push(Glob::new(glob.into(), ".include"));
        self
    }

    /// Leaves out the files that match this glob, whatever [includes](Assets::include) them. They are not looked at, so nothing
    /// that is wrong with them is reported.
    pub fn exclude(mut self, glob: impl Into<String>) -> Self {
        self.options.selection.exclude.push(Glob::new(glob.into(), ".exclude"));
        self
    }

    /// Whether files and folders whose names begin with a dot are included. By default they are not, and a glob alone does not
    /// include them.
    pub fn hidden(mut self, included: bool) -> Self {
        self.options.selection.hidden = included;
        self
    }

    /// Gives the files that match this glob fixed URLs: `favicon.ico` is served at `/favicon.ico`, by
    /// `assets::fixed_router()`, beside its place under the token. At its fixed URL a client may keep a file, but asks each
    /// time whether it has changed.
    ///
    /// A relative reference in a file leads from the place where the file was asked for. Under the token it leads to another
    /// asset, at a fixed URL to another fixed URL: so link a web manifest by its constant.
    ///
    /// They are included even if they are hidden, or if no glob includes them; what is excluded is not. A glob that matches no
    /// file fails the build.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").fixed_url("favicon.ico").fixed_url("robots.txt").fixed_url(".well-known/**").prepare();
    /// ```
    pub fn fixed_url(mut self, glob: impl Into<String>) -> Self {
        self.options.selection.fixed.push((Glob::new(glob.into(), ".fixed_url"), FixedUrl::File));
        self
    }

    /// The same for the script of a service worker. Where it is in a folder, its response allows it the scope of the whole
    /// site, by the header `Service-Worker-Allowed`; in the top folder it has that scope already.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// // navigator.serviceWorker.register("/js/sw.js", { scope: "/" })
    /// Assets::new("static").service_worker("js/sw.js").prepare();
    /// ```
    pub fn service_worker(mut self, path: impl Into<String>) -> Self {
        self.options.selection.fixed.push((Glob::new(path.into(), ".service_worker"), FixedUrl::Worker));
        self
    }

    /// The greatest length of a file in bytes: a longer one fails the build. The default is 4 GiB.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").size_limit(2 << 20).prepare(); // 2 MiB
    /// ```
    pub fn size_limit(mut self, bytes: u64) -> Self {
        self.options.size_limit = Some(bytes);
        self
    }

    /// The content type of the files that match this glob, as the header has it: for text, with its charset. The default
    /// depends on the end of the name. Where several calls match a file, the last one wins.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").content_type("**/LICENSE", "text/plain; charset=utf-8").prepare();
    /// ```
    pub fn content_type(mut self, glob: impl Into<String>, content_type: impl Into<String>) -> Self {
        self.options.headers.content_types.push((Glob::new(glob.into(), ".content_type"), content_type.into()));
        self
    }

    /// Headers of responses with the files that match this glob. Where several calls name one header for a file, the last one
    /// wins.
    ///
    /// They are in every response that has the file or vouches for it: 200, 206 and 304, so that a client that has kept
    /// the file learns of a change (RFC 9111 §3.2). They are not in redirects and errors.
    ///
    /// They win over what the options of `assets!` say for all files, such as `cors`. A header that HTTP or the rules own, such
    /// as `etag` or `cache-control`, is refused.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static")
    ///     .headers("**/*.wasm", [("cross-origin-embedder-policy", "require-corp")])
    ///     .headers("fonts/**", [("timing-allow-origin", "*"), ("cross-origin-resource-policy", "cross-origin")])
    ///     .prepare();
    /// ```
    pub fn headers<N: Into<String>, V: Into<String>>(
        mut self,
        glob: impl Into<String>,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let headers = headers.into_iter().map(|(name, value)| (name.into().to_ascii_lowercase(), value.into()));
        self.options.headers.headers.push((Glob::new(glob.into(), ".headers"), headers.collect()));
        self
    }
}
