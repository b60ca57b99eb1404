//! What a decision is: a complete answer, and what is to be noted about it.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::time::Duration;

use cachebreaker_manifest::encoding::Encoding;

use crate::view::asset::Asset;

/// The answer to a request, and what the server notes about it.
#[derive(Debug)]
pub(crate) struct Decision<'r> {
    pub(crate) answer: Answer<'r>,
    /// Whether the body is sent; not to `HEAD`.
    pub(crate) sends_body: bool,
    pub(crate) count: Count,
    pub(crate) event: Option<Event<'r>>,
    pub(crate) remark: Option<Remark<'r>>,
}

/// Everything about a response.
#[derive(Debug)]
pub(crate) enum Answer<'r> {
    /// 200, 206 or 304.
    Asset(AssetAnswer),
    /// The same, which matters for other URLs too. Few assets do, so the others do not pay for it (`bench/smoke`, all requests).
    AssetFor(AssetAnswer, Extent<'r>),
    /// A status with a line of text.
    Notice(Notice),
    /// 301, or what a reverse proxy that retries gets in its place.
    Moved { notice: Notice, location: Cow<'static, str> },
    /// 412, or 416 with the length of what there is.
    Refused { notice: Notice, varies: Varies, of_len: Option<u64> },
    /// 404 in development, where the text says what is wrong on this machine.
    Development(Development<'r>),
    /// 204 to `OPTIONS`.
    Options { is_preflight: bool },
}

/// An asset that is sent, or that the client has.
#[derive(Debug)]
pub(crate) struct AssetAnswer {
    pub(crate) sent: Sent,
    /// The index of its content type among the view's.
    pub(crate) content_type: usize,
    pub(crate) form: Form,
    pub(crate) content: Content,
    pub(crate) dated: Dated,
    pub(crate) caching: Caching,
}

/// For which other URLs an asset matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Extent<'r> {
    /// For those below the path that its view is nested at: a service worker that may control more than its own folder (Service Workers
    /// §6.3.2).
    Worker(&'r str),
    /// For those that the asset has in other releases: clients may keep it as a dictionary for them (RFC 9842 §2.1), and this is the value of
    /// `Use-As-Dictionary`. A response to another request may be a delta.
    Dictionary(Cow<'static, str>),
}

/// Which `Last-Modified` is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dated {
    /// That of the view.
    OfView,
    /// That of a kept release, by its place.
    OfRelease(u32),
    /// None.
    No,
}

/// How much of a representation is sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// 200.
    Whole,
    /// 206.
    Part(Range<u64>),
    /// 304.
    NotModified,
}

/// The bytes of a representation, and its entity tag.
#[derive(Debug)]
pub(crate) enum Content {
    /// In the binary, with their length in decimal digits.
    Embedded { bytes: &'static [u8], length: &'static str, etag: &'static str },
    /// Read from disk.
    Read { bytes: Vec<u8>, etag: String },
    /// So many, of a file that is read while they are sent. It has no tag if it has just changed.
    File { file: File, len: u64, etag: Option<String> },
}

impl Content {
    pub(crate) const fn len(&self) -> u64 {
        match self {
            Self::Embedded { bytes, .. } => bytes.len() as u64,
            Self::Read { bytes, .. } => bytes.len() as u64,
            Self::File { len, .. } => *len,
        }
    }

    pub(crate) fn etag(&self) -> Option<&str> {
        match self {
            Self::Embedded { etag, .. } => Some(etag),
            Self::Read { etag, .. } => Some(etag),
            Self::File { etag, .. } => etag.as_deref(),
        }
    }
}

/// Which of an asset's representations is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The asset's own bytes: it has no encodings.
    Only,
    /// The asset's own bytes, although it has encodings.
    Identity,
    Encoded(Encoding),
    /// Brotli with a dictionary that the client has: `dcb` (RFC 9842 §4).
    Delta,
}

/// Which headers of a request another representation may be sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Varies {
    No,
    /// `Accept-Encoding`.
    OnEncoding,
    /// That and `Available-Dictionary`.
    OnDictionary,
}

impl Form {
    /// Each, by its number.
    pub(crate) const ALL: [Self; 3 + Encoding::ALL.len()] =
        [Self::Only, Self::Identity, Self::Encoded(Encoding::Brotli), Self::Encoded(Encoding::Gzip), Self::Delta];

    /// A number for each, from 0.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Only => 0,
            Self::Identity => 1,
            Self::Encoded(encoding) => 2 + encoding as usize,
            Self::Delta => 2 + Encoding::ALL.len(),
        }
    }

    /// What could get another representation.
    pub(crate) const fn varies(self) -> Varies {
        match self {
            Self::Only => Varies::No,
            Self::Identity | Self::Encoded(_) => Varies::OnEncoding,
            Self::Delta => Varies::OnDictionary,
        }
    }
}

/// `Cache-Control` of an asset or a page, and what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caching {
    /// As the view is set: for a year, under the current token.
    OfView,
    /// Kept, but not used again before the server is asked: at a fixed URL, which stays the same when the file changes.
    NoCache,
    /// The same for a page that is sent for navigations only, so that `Vary` names what tells them.
    NoCacheOfNavigation,
    /// Not stored: the next response under this URL may be another one.
    NoStore,
    /// The same for a page that is sent with 404. It has no validators.
    NotFound,
}

/// A response without an asset. Its text says which rule applies and which token is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The token is current and there is no such asset.
    NoSuchAsset,
    /// The token is stale and there is no such asset.
    StaleAndNoSuchAsset,
    /// There is no such asset, and the token is of another kind than the current one: it may not be a token at all.
    StrangeTokenAndNoSuchAsset,
    /// The URL has an asset's path where the token should be.
    PathWithoutToken,
    /// The token is outside the grammar.
    BadToken,
    /// The path does not have the form of the view's name.
    NoToken,
    /// The token is stale.
    Moved,
    /// The token is stale, and the reverse proxy asks other instances.
    MovedUnlessElsewhere,
    /// The same, and the view is set to answer 404 where another instance may be asked.
    MovedUnlessElsewhereNotFound,
    /// The token is stale, and the view is set to answer 404.
    StaleNotFound,
    /// The token is premature.
    Premature,
    /// The token is premature, and the view is set to answer 404.
    PrematureNotFound,
    /// There is a page, at another URL.
    PageMoved,
    /// There is no page.
    NoSuchPage,
    /// Static files do not answer this method.
    Method,
    /// A precondition failed.
    Precondition,
    /// No range can be satisfied.
    Range,
}

impl Notice {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::Range as usize + 1;
}

/// What is wrong in development, where contents come from disk. These texts may name what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Development<'r> {
    /// The file was added after the last build, or the build leaves it out.
    Added(Cow<'r, str>),
    /// The file was there at the last build and cannot be read now.
    Unreadable(&'static str),
    /// The folder of the assets does not exist on this machine.
    FolderGone(&'static str),
    /// The view had no files at the last build.
    NoFiles,
    /// This file would be the page at the URL, had it been there at the last build.
    NewPage(String),
    /// The asset at that path has no fixed URL.
    NotFixed(&'static str),
    /// There is no such asset, and the view is nested below `mount`, which its URLs do not begin with.
    Nested { notice: Notice, mount: &'r str },
}

/// Which of the [statistics](crate::Stats) an answer counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Found,
    NotModified,
    Stale,
    Premature,
    Missing,
    OtherMethod,
    /// For a kept release, the last that has the file under the token: by its place.
    Kept(u32),
}

impl Count {
    /// Its place among the counters.
    pub(crate) const fn place(self) -> usize {
        match self {
            Self::Found => 0,
            Self::NotModified => 1,
            Self::Stale => 2,
            Self::Premature => 3,
            Self::Missing => 4,
            Self::OtherMethod => 5,
            Self::Kept(_) => 6,
        }
    }
}

/// What an operator may want to know: a token of another deploy was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event<'r> {
    pub(crate) kind: EventKind,
    pub(crate) token: &'r str,
    pub(crate) subject: Subject<'r>,
    /// How long ago the token was first seen as premature, where it was.
    pub(crate) age: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A file of a kept release was found: the last that has it under the token, by its place.
    Kept(u32),
    Stale,
    Premature,
}

/// What was asked for under the token. The path of an asset is looked up only where the event is recorded (`bench/smoke`,
/// `301`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject<'r> {
    Asset(Asset),
    Path(&'r str),
}

/// What the developer is warned of, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remark<'r> {
    /// The view is nested below this path, which its URLs do not begin with.
    Nested(&'r str),
    /// The folder of the assets does not exist on this machine.
    FolderGone(&'static str),
}
