//! Which files are taken, and what `build.rs` says about them.

use cachebreaker_manifest::fixed::Fixed;

use crate::Assets;
use crate::error::Error;
use crate::find::glob::Glob;
use crate::find::walk::Found;
use crate::headers::Choices;

/// What `build.rs` says about the files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    hidden: bool,
    include: Vec<String>,
    exclude: Vec<String>,
    fixed: Vec<(String, Fixed)>,
    pub(crate) size_limit: Option<u64>,
    pub(crate) fields: Choices,
}

/// # What is taken
///
/// A glob is for the whole path in the folder: `*` and `?` stand for anything but a slash, `**` for any number of folders,
/// `[ab]` and `{a,b}` for one of several; a backslash makes the next character mean itself. `img/` is `img/**`. One that is
/// wrong fails the build, and one that matches no file gives a warning.
impl Assets {
    /// Takes only files that match this glob, or another that is included. Unless called, all are taken that are not
    /// [excluded](Assets::exclude).
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("web").include("dist/**").include("img/**").exclude("**/*.map").prepare();
    /// ```
    pub fn include(mut self, glob: impl Into<String>) -> Self {
        self.taken.include.push(glob.into());
        self
    }

    /// Leaves out the files that match this glob, whatever [includes](Assets::include) them. What is wrong with them is
    /// nobody's concern.
    pub fn exclude(mut self, glob: impl Into<String>) -> Self {
        self.taken.exclude.push(glob.into());
        self
    }

    /// Whether files and folders whose names begin with a dot are taken. They are not unless asked for, and a glob alone
    /// does not ask.
    pub fn hidden(mut self, taken: bool) -> Self {
        self.taken.hidden = taken;
        self
    }

    /// Gives the files that match this glob fixed places: `favicon.ico` is served at `/favicon.ico`, by
    /// `assets::root_router()`, beside its place under the token. At its fixed place a client may keep a file, but asks each
    /// time whether it has changed.
    ///
    /// A relative reference in a file leads from the place where the file was asked for. Under the token it leads to another
    /// asset, at a fixed place to another fixed place: so link a web manifest by its constant.
    ///
    /// They are taken even if they are hidden or not included; what is excluded is not. One that matches no file fails the
    /// build.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").root("favicon.ico").root("robots.txt").root(".well-known/**").prepare();
    /// ```
    pub fn root(mut self, glob: impl Into<String>) -> Self {
        self.taken.fixed.push((glob.into(), Fixed::File));
        self
    }

    /// The same for the script of a service worker. Where it is in a folder, its answer allows it the scope of the whole
    /// site, by the field `Service-Worker-Allowed`; in the top folder it has that scope already.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// // navigator.serviceWorker.register("/js/sw.js", { scope: "/" })
    /// Assets::new("static").service_worker("js/sw.js").prepare();
    /// ```
    pub fn service_worker(mut self, path: impl Into<String>) -> Self {
        self.taken.fixed.push((path.into(), Fixed::Worker));
        self
    }

    /// The greatest length of a file in bytes: a longer one fails the build. Unless set, 4 GiB.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").size_limit(2 << 20).prepare(); // 2 MiB
    /// ```
    pub fn size_limit(mut self, bytes: u64) -> Self {
        self.taken.size_limit = Some(bytes);
        self
    }

    /// The content type of the files that match this glob, as it stands in the field: where it is text, with its charset.
    /// Unless set, that of the name's end. Where several match a file, the last call wins.
    ///
    /// ```no_run
    /// # use cachebreaker_build::Assets;
    /// Assets::new("static").content_type("**/LICENSE", "text/plain; charset=utf-8").prepare();
    /// ```
    pub fn content_type(mut self, glob: impl Into<String>, content_type: impl Into<String>) -> Self {
        self.taken.fields.content_types.push((glob.into(), content_type.into()));
        self
    }

    /// Fields that answers have with the files that match this glob. Where several calls name one field for a file, the last
    /// wins.
    ///
    /// They stand on every answer that has the file or vouches for it: 200, 206 and 304, so that a client that has kept
    /// the file learns of a change (RFC 9111 §3.2). They do not stand on redirects and errors.
    ///
    /// They win over what the options of `assets!` say for all files, such as `cors`. A field that HTTP or the rules own, such
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
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self.taken.fields.headers.push((glob.into(), fields));
        self
    }
}

/// Which files are taken, checked.
pub(crate) struct Filter {
    hidden: bool,
    include: Vec<Glob>,
    exclude: Vec<Glob>,
    fixed: Vec<(Glob, Fixed)>,
}

impl Taken {
    /// Checks the globs.
    pub(crate) fn filter(&self, errors: &mut Vec<Error>) -> Filter {
        let mut fixed = Vec::new();
        for (glob, kind) in &self.fixed {
            let call = if *kind == Fixed::Worker { ".service_worker" } else { ".root" };
            match Glob::new(glob, call) {
                Ok(glob) => fixed.push((glob, *kind)),
                Err(error) => errors.push(error),
            }
        }
        Filter {
            fixed,
            hidden: self.hidden,
            include: Glob::all(&self.include, ".include", errors),
            exclude: Glob::all(&self.exclude, ".exclude", errors),
        }
    }
}

/// Whether a file or a folder is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Taken,
    Hidden,
    Excluded,
}

impl Filter {
    /// Leaves nothing out.
    pub(crate) fn everything() -> Self {
        Self { hidden: true, include: Vec::new(), exclude: Vec::new(), fixed: Vec::new() }
    }

    /// Of a file, or of anything that is no folder, by its path with slashes.
    pub(crate) fn file(&self, path: &str) -> Verdict {
        // Every glob is asked, so that one which matches nothing is known.
        let excluded = self.exclude.iter().filter(|glob| glob.matches(path)).count() > 0;
        let fixed = !excluded && self.fixed(path).is_some();
        let hidden = !fixed && self.is_hidden(path);
        let included = fixed
            || hidden
            || self.include.is_empty()
            || self.include.iter().filter(|glob| glob.matches(path)).count() > 0;
        match (excluded || !included, hidden) {
            (true, _) => Verdict::Excluded,
            (false, true) => Verdict::Hidden,
            (false, false) => Verdict::Taken,
        }
    }

    /// Of a folder: whether anything in it may be taken.
    pub(crate) fn folder(&self, path: &str) -> Verdict {
        let excluded = self.exclude.iter().any(|glob| glob.matches_all_in(path));
        let has_fixed = self.fixed.iter().any(|(glob, _)| glob.is_below(path));
        match (excluded, !has_fixed && self.is_hidden(path)) {
            (true, _) => Verdict::Excluded,
            (false, true) => Verdict::Hidden,
            (false, false) => Verdict::Taken,
        }
    }

    /// What the file is at a fixed place, where it has one.
    pub(crate) fn fixed(&self, path: &str) -> Option<Fixed> {
        self.fixed.iter().filter(|(glob, _)| glob.matches(path)).map(|(_, fixed)| *fixed).last()
    }

    /// Fixed places that no file stands at, of those that were found.
    pub(crate) fn errors<'a>(&'a self, folder: &'a str, found: &'a [Found]) -> impl Iterator<Item = Error> + 'a {
        self.fixed.iter().filter_map(move |(glob, _)| glob.error(folder, found.iter().map(|found| found.path.as_str())))
    }

    fn is_hidden(&self, path: &str) -> bool {
        !self.hidden && path.split('/').any(|part| part.starts_with('.'))
    }

    /// Globs that no file has matched.
    pub(crate) fn warnings<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = String> + 'a {
        self.include.iter().chain(&self.exclude).filter_map(move |glob| glob.warning(folder))
    }
}
