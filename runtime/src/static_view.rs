//! Views made at run time, over a directory that `include_dir!` has embedded.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachebreaker_manifest::base::{self, Base, BaseError};
use cachebreaker_manifest::content_type;
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::encoding::Encoding;
use cachebreaker_manifest::imports::Imports;
use cachebreaker_manifest::integrity::{self, Digests};
use cachebreaker_manifest::name::{Name, NameError};
use cachebreaker_manifest::parallel;
use cachebreaker_manifest::table::{Place, Row, Stored, Table, pack};
use cachebreaker_manifest::token::{GRAMMAR, Supersedes, Token, TokenError};
use cachebreaker_manifest::version;
use include_dir::Dir;

use crate::asset::Asset;
use crate::decide::rollout::RolloutWindow;
use crate::serve::deploy::{Deploy, PrematureAnswer, Rules};
use crate::serve::service::AssetService;
use crate::serve::stats::Stats;
use crate::sharing::{ResourcePolicy, Sharing};
use crate::unknown::UnknownAsset;
use crate::view::{Contents, View};

/// A view made at run time, over a directory that [`include_dir!`](include_dir::include_dir) has embedded.
///
/// It has the URLs, the rules and the answers of a view made by [`assets!`](crate::assets!), by the same code. What it has
/// not: constants that the compiler checks, encodings made at build time, contents from disk in development; and it reads
/// all contents once, when it is built, to make their entity tags.
///
/// It is `Copy`. What it stands on lives as long as the process: build a view once, when the process starts.
///
/// ```
/// use cachebreaker::StaticView;
/// use include_dir::{Dir, include_dir};
///
/// static DIR: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src");
///
/// # fn main() -> Result<(), cachebreaker::ViewError> {
/// let view = StaticView::builder("static/{breaker}", &DIR).token("v1.2.3").build()?;
/// assert_eq!(view.url("lib.rs").as_deref(), Some("/static/v1.2.3/lib.rs"));
/// assert_eq!(view.url("none.rs"), None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StaticView {
    deploy: &'static Deploy,
    version: &'static str,
}

impl StaticView {
    /// Begins a view with that name, which contains `{breaker}` where the token stands.
    pub fn builder(name: impl Into<String>, dir: &'static Dir<'static>) -> StaticViewBuilder {
        StaticViewBuilder {
            name: name.into(),
            dir,
            token: None,
            supersedes: None,
            rollout_window: RolloutWindow::DEFAULT,
            premature: PrematureAnswer::Retry,
            cache_max_age: 31_536_000,
            hidden: false,
            precompressed: false,
            integrity: false,
            base: None,
            sharing: Sharing::NONE,
            timing_allow_origin: None,
        }
    }

    /// The URL of the file with that path in the directory; `None` where there is none.
    #[must_use]
    pub fn url(&self, path: &str) -> Option<Cow<'static, str>> {
        self.get(path).map(|asset| Cow::Borrowed(asset.url()))
    }

    /// The asset with that path in the directory.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Asset> {
        self.deploy.view.get(path)
    }

    /// The asset with that path in the directory, or an error that names the nearest one.
    ///
    /// # Errors
    ///
    /// [`UnknownAsset`] where there is none.
    pub fn find(&self, path: &str) -> Result<Asset, UnknownAsset> {
        self.deploy.view.find(path)
    }

    /// All assets, sorted by path.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Asset> + DoubleEndedIterator + Clone + use<> {
        self.deploy.view.iter()
    }

    /// The view's token.
    #[must_use]
    pub fn token(&self) -> &'static str {
        self.deploy.view.token.as_str()
    }

    /// Changes whenever a page would that names these assets: a digest over the paths, types and contents of all of them,
    /// the token, and the view's name and base. 32 hex digits, for the `ETag` of such pages.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        self.version
    }

    /// How often each answer has been given since the view was built.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.deploy.stats()
    }

    /// The service that answers every request for the view, over the types of the `http` crate.
    #[must_use]
    pub const fn service(&self) -> AssetService {
        AssetService::new(self.deploy)
    }

    /// An axum router that answers every request for the view, and for anything else below its prefix. It goes into an
    /// application with any state.
    #[cfg(feature = "axum")]
    pub fn router<State>(&self) -> axum::Router<State>
    where
        State: Clone + Send + Sync + 'static,
    {
        crate::serve::overlap::prefix(self.deploy.view.name.prefix(), "StaticView");
        crate::serve::router::over(&self.deploy.view.name, self.service())
    }

    /// One axum router for several views.
    ///
    /// # Errors
    ///
    /// When two of them could both be meant by one URL, because what stands before the token in one name is the start of
    /// the other name.
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
            let name = view.deploy.view.name;
            if let Some(other) = names.iter().find(|other| other.overlaps(&name)) {
                return Err(ViewError(Problem::Overlap(other.to_string(), name.to_string())));
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
    rollout_window: RolloutWindow,
    premature: PrematureAnswer,
    cache_max_age: u64,
    hidden: bool,
    precompressed: bool,
    integrity: bool,
    base: Option<String>,
    sharing: Sharing,
    timing_allow_origin: Option<String>,
}

impl StaticViewBuilder {
    /// The token, from a setting for example. Unless set, the time of [`build`](Self::build) in milliseconds since the
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

    /// How long a token counts as premature. Unless set, 15 minutes.
    pub fn rollout_window(mut self, window: RolloutWindow) -> Self {
        self.rollout_window = window;
        self
    }

    /// What is answered to a premature token. Unless set, 503.
    pub fn premature(mut self, answer: PrematureAnswer) -> Self {
        self.premature = answer;
        self
    }

    /// How many seconds a client may keep a file. Unless set, a year.
    pub fn cache_max_age(mut self, seconds: u64) -> Self {
        self.cache_max_age = seconds;
        self
    }

    /// Whether files and folders whose names begin with a dot are served. They are not unless asked for.
    pub fn hidden(mut self, served: bool) -> Self {
        self.hidden = served;
        self
    }

    /// Whether `style.css.br` and `style.css.gz` are encodings of the `style.css` beside them, and no assets then. Unless
    /// set, each file is an asset.
    pub fn precompressed(mut self, taken: bool) -> Self {
        self.precompressed = taken;
        self
    }

    /// Whether [`Asset::integrity`] has a digest. Unless set it is empty: SHA-384 of all contents would add to the time that
    /// [`build`](Self::build) takes, and few pages ask for it.
    pub fn integrity(mut self, made: bool) -> Self {
        self.integrity = made;
        self
    }

    /// Where the assets stand, if not on the page's own site: `https://cdn.example.com`. Unless set, URLs begin with a
    /// slash.
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// Whether pages of all origins may read what is answered: `Access-Control-Allow-Origin: *`, on redirects and errors
    /// too. Unless set, only pages of the own origin may.
    pub fn cors(mut self, allowed: bool) -> Self {
        self.sharing.cors = allowed;
        self
    }

    /// Which pages may load assets without CORS. Unless set, the field is not sent, and all may.
    pub fn cross_origin_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.sharing.resource_policy = Some(policy);
        self
    }

    /// Which pages of other origins may see how long assets took: `*`, or origins with commas between them. Unless set,
    /// none.
    pub fn timing_allow_origin(mut self, origins: impl Into<String>) -> Self {
        self.timing_allow_origin = Some(origins.into());
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
        let name: &'static str = self.name.leak();
        let name = Name::parse(name).map_err(|error| ViewError(Problem::Name(error)))?;
        let token: &'static str = self.token.unwrap_or_else(|| format!("{:012}", now.as_millis())).leak();
        let token = Token::parse(token).map_err(|cause| ViewError(Problem::Token(token.to_owned(), cause)))?;
        let (token, supersedes) = match self.supersedes {
            None => (token, Supersedes::UNKNOWN),
            Some(commits) => {
                let packed = Supersedes::pack(commits.iter().map(String::as_str), token.as_str().len());
                let (packed, digits) = packed.map_err(|text| ViewError(Problem::Superseded(text.to_owned())))?;
                (token.known_with_commits(), Supersedes::from_packed(packed.leak(), digits))
            }
        };

        let base: &'static str = self.base.unwrap_or_default().leak();
        let base = match base {
            "" => "",
            base => Base::parse(base).map_err(|error| ViewError(Problem::Base(error)))?.as_str(),
        };
        let timing_allow_origin = self.timing_allow_origin.map(|origins| &*origins.leak());
        if let Some(Err(other)) = timing_allow_origin.map(base::check_origins) {
            return Err(ViewError(Problem::Origin(other.to_owned())));
        }

        let files = collect(self.dir, self.hidden)?;
        let assets = group(&files, self.precompressed);
        if assets.is_empty() {
            return Err(ViewError(Problem::Empty));
        }
        let contents: Vec<&'static [u8]> = assets.iter().flat_map(Group::contents).collect();
        let digests = parallel::map(&contents, |bytes| Digest::of(bytes));
        let mut stored = store(&contents, &digests)?.into_iter().zip(digests);
        let mut next = || stored.next().unwrap_or_else(|| unreachable!("each content was stored"));
        let stored: Vec<_> = assets
            .iter()
            .map(|asset| (next(), asset.encoded.iter().map(|(encoding, _)| (*encoding, next().0)).collect::<Vec<_>>()))
            .collect();

        let types: BTreeSet<_> = assets.iter().map(|asset| content_type::of(asset.path)).collect();
        let content_types: Vec<&'static str> = types.into_iter().map(|name| &*name.leak()).collect();
        let index_of = |path| content_types.partition_point(|known| *known < content_type::of(path).as_str());
        let type_of = |path| content_types[index_of(path)];
        let rows: Vec<_> = assets
            .iter()
            .zip(&stored)
            .map(|(asset, ((identity, _), encodings))| {
                // There are fewer types than assets.
                let content_type =
                    u16::try_from(index_of(asset.path)).map_err(|_| ViewError(Problem::TooMany(assets.len())))?;
                let url = base::join(base, &name.join(token.as_str(), asset.path));
                Ok(Row { path: asset.path, url, content_type, identity, encodings })
            })
            .collect::<Result<_, _>>()?;
        let packed = pack(&rows).map_err(|path| ViewError(Problem::TooLong(path.to_owned())))?;

        let contents_version = version::of_contents(
            assets.iter().zip(&stored).map(|(asset, ((_, digest), _))| (asset.path, type_of(asset.path), *digest)),
        );
        let version = version::of_view(&contents_version, token.as_str(), &name.to_string(), base).leak();
        let identities: Vec<_> = assets.iter().filter(|_| self.integrity).map(|asset| asset.identity).collect();
        let sha_384 = parallel::map(&identities, |bytes| Some(integrity::digest(bytes)));

        let view = View {
            base: name.join(token.as_str(), "").leak(),
            elsewhere: base,
            elsewhere_on_disk: false,
            name,
            token,
            supersedes,
            modified: now.as_secs(),
            last_modified: httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now.as_secs())).leak(),
            content_types: content_types.leak(),
            headers: &[],
            fixed: &[],
            table: Table::new(packed.text.leak(), packed.records.leak(), packed.slots.leak()),
            digests: Digests::new(integrity::pack(sha_384).leak()),
            imports: Imports::NONE,
            contents: Contents::Embedded(contents.leak()),
        };
        let rules = Rules {
            cache_control: format!("public, max-age={}, immutable", self.cache_max_age).leak(),
            rollout_window: self.rollout_window,
            premature: self.premature,
            sharing: Sharing { timing_allow_origin, ..self.sharing },
        };
        Ok(StaticView { version, deploy: Box::leak(Box::new(Deploy::new(Box::leak(Box::new(view)), rules))) })
    }
}

type Files = BTreeMap<String, &'static [u8]>;

/// The files of a directory and below it, by their paths with slashes.
fn collect(dir: &'static Dir<'static>, hidden: bool) -> Result<Files, ViewError> {
    let mut files = Files::new();
    let mut dirs = vec![dir];
    while let Some(dir) = dirs.pop() {
        dirs.extend(dir.dirs());
        for file in dir.files() {
            let parts: Option<Vec<_>> = file.path().iter().map(|part| part.to_str()).collect();
            let Some(parts) = parts.filter(|parts| parts.iter().all(|part| !part.contains('\\'))) else {
                return Err(ViewError(Problem::FileName(file.path().to_string_lossy().escape_debug().to_string())));
            };
            if hidden || !parts.iter().any(|part| part.starts_with('.')) {
                files.insert(parts.join("/"), file.contents());
            }
        }
    }
    Ok(files)
}

/// An asset, and the files that are encodings of it.
struct Group<'a> {
    path: &'a str,
    identity: &'static [u8],
    encoded: Vec<(Encoding, &'static [u8])>,
}

impl Group<'_> {
    fn contents(&self) -> impl Iterator<Item = &'static [u8]> {
        std::iter::once(self.identity).chain(self.encoded.iter().map(|(_, bytes)| *bytes))
    }
}

const SIBLINGS: [(Encoding, &str); 2] = [(Encoding::Brotli, ".br"), (Encoding::Gzip, ".gz")];

fn group(files: &Files, precompressed: bool) -> Vec<Group<'_>> {
    let siblings = if precompressed { &SIBLINGS[..] } else { &[] };
    let is_sibling = |path: &str| {
        siblings.iter().any(|(_, end)| path.strip_suffix(end).is_some_and(|path| files.contains_key(path)))
    };
    files
        .iter()
        .filter(|(path, _)| !is_sibling(path))
        .map(|(path, identity)| {
            let encoded =
                siblings.iter().filter_map(|(encoding, end)| Some((*encoding, *files.get(&format!("{path}{end}"))?)));
            Group { path, identity, encoded: encoded.collect() }
        })
        .collect()
}

/// Each content is a chunk of its own, where it stands in the binary; nothing is copied.
fn store(contents: &[&'static [u8]], digests: &[Digest]) -> Result<Vec<Stored>, ViewError> {
    if contents.len() > usize::from(u16::MAX) + 1 {
        return Err(ViewError(Problem::TooMany(contents.len())));
    }
    (0..=u16::MAX)
        .zip(contents.iter().zip(digests))
        .map(|(chunk, (bytes, digest))| {
            let len = u32::try_from(bytes.len()).map_err(|_| ViewError(Problem::TooLarge(bytes.len())))?;
            Ok(Stored { digest: digest.to_string(), place: Place { chunk, offset: 0, len } })
        })
        .collect()
}

/// Why a [`StaticView`] cannot be built. The message is one line: what is wrong, then what to do. It is the one that the
/// macro or `build.rs` gives for the same mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewError(Problem);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Name(NameError),
    Base(BaseError),
    Origin(String),
    Token(String, TokenError),
    Superseded(String),
    Empty,
    FileName(String),
    TooLong(String),
    TooLarge(usize),
    TooMany(usize),
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "only routers can overlap"))]
    Overlap(String, String),
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::Name(error) => error.fmt(f),
            Problem::Base(error) => error.fmt(f),
            Problem::Origin(text) => write!(
                f,
                "`{}` is no origin: give `*` or origins with commas between them, as in `https://example.com`",
                text.escape_debug()
            ),
            Problem::Token(_, TokenError::Empty) => {
                write!(f, "the token is empty: give it a text, or leave it unset; {GRAMMAR}")
            }
            Problem::Token(text, cause) => write!(f, "`{}` is no token: {cause}", text.escape_debug()),
            Problem::Superseded(text) => write!(
                f,
                "`{}` is no commit as long as the token: give hashes with at least as many hex digits",
                text.escape_debug()
            ),
            Problem::Empty => f.write_str("the directory has no files: put at least one asset into it"),
            Problem::FileName(path) => {
                write!(f, "the name of `{path}` is not UTF-8 or contains a backslash, so it has no URL: rename it")
            }
            Problem::TooLong(path) => write!(f, "the URL of `{path}` is longer than 65,535 bytes: shorten its name"),
            Problem::TooLarge(len) => {
                write!(f, "a file has {len} bytes: an asset has less than 4 GiB; serve it from disk instead")
            }
            Problem::TooMany(files) => {
                write!(f, "the directory has {files} files: a view at run time has at most 65,536; use `assets!`")
            }
            Problem::Overlap(one, other) => {
                write!(f, "views `{one}` and `{other}` overlap: give them names that begin differently")
            }
        }
    }
}

impl std::error::Error for ViewError {}
