//! Decides everything about a response: from a view, its rules, a request and the [`World`] to a complete [`Answer`]. The
//! table of responses is in [`resolve`]; what follows from a row is here.
//!
//! Nothing is written here, and nothing is decided elsewhere: a [`Notice`] has one status, one text and one set of headers.

pub(crate) mod answer;
mod dictionary;
mod location;
mod negotiate;
mod page;
mod preconditions;
mod range;
mod represent;
mod resolve;
pub(crate) mod rollout;
#[cfg(test)]
mod tests;
mod world;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use cachebreaker_manifest::fixed_url::FixedUrl;
use cachebreaker_manifest::token::{Token, TokenKind};
use http::Method;

use self::answer::{
    Answer, AssetAnswer, Caching, Count, Decision, Development, Event, EventKind, Extent, Notice, Remark, Sent, Subject,
};
use self::represent::{represent, represent_added, represent_kept};
use self::resolve::{Outcome, resolve, stale};
pub(crate) use self::world::World;
use crate::request::Request;
use crate::view::asset::Asset;
use crate::view::kept::KeptFile;
use crate::view::prefix::Prefix;
use crate::view::rules::{PrematureAnswer, Rules, StaleAnswer};
use crate::view::{Contents, View};

/// Decides about a request for one of the view's URLs.
#[inline]
pub(crate) fn decide<'r>(
    view: &'static View,
    rules: &Rules,
    request: &Request<'r>,
    world: &impl World,
) -> Decision<'r> {
    Decider { view, rules, request, world }.decide()
}

/// Decides about a request for a fixed URL, which stays the same when the file changes: a client may keep the file, and asks each
/// time whether it is still the right one. A date would be wrong after a rollback, when the older file is the right one.
pub(crate) fn decide_fixed<'r>(
    view: &'static View,
    rules: &Rules,
    request: &Request<'r>,
    world: &impl World,
) -> Decision<'r> {
    Decider { view, rules, request, world }.decide_fixed()
}

/// Decides about a request that nothing else answers, with the pages of the view, which may be at a prefix.
pub(crate) fn decide_page<'r>(
    view: &'static View,
    rules: &Rules,
    request: &Request<'r>,
    at: Option<&'static Prefix>,
    world: &impl World,
) -> Decision<'r> {
    Decider { view, rules, request, world }.decide_page(at)
}

/// What a decision is made from.
struct Decider<'d, 'r, W> {
    view: &'static View,
    rules: &'d Rules,
    request: &'d Request<'r>,
    world: &'d W,
}

impl<'r, W: World> Decider<'_, 'r, W> {
    #[inline]
    fn decide(&self) -> Decision<'r> {
        if !self.is_read() {
            return self.other_method();
        }
        let outcome = resolve(self.view, self.request.path);
        if matches!(outcome, Outcome::NoToken)
            && let Some(request) = self.request.unstripped(self.view.name.prefix())
        {
            return Decider { request: &request, ..*self }.follow_and_remark(resolve(self.view, request.path));
        }
        match self.view.contents {
            Contents::Embedded(_) => self.follow(outcome),
            Contents::Disk(_) => self.follow_and_remark(outcome),
        }
    }

    /// What follows from an outcome, with the remark that the view is nested, where it is.
    #[cold]
    fn follow_and_remark(&self, outcome: Outcome<'r>) -> Decision<'r> {
        self.with_nest(self.follow(outcome))
    }

    /// With the remark that the view is nested, where it is: neither its URLs nor its pages know of that.
    #[cold]
    fn with_nest(&self, decision: Decision<'r>) -> Decision<'r> {
        let nested = Some(self.nest()).filter(|mount| !mount.is_empty()).map(Remark::Nested);
        Decision { remark: decision.remark.or(nested), ..decision }
    }

    /// In development, the path that the view is nested below, which its URLs do not begin with, unless the application says so.
    #[inline]
    fn nest(&self) -> &'r str {
        match self.view.contents {
            Contents::Embedded(_) => "",
            Contents::Disk(_) if self.prefix(self.view.base_in_pages()).is_empty() => self.request.stripped_at_root(),
            Contents::Disk(_) => "",
        }
    }

    /// What is before the paths of the view's URLs on the page's own site, if the application says so: when it runs, or by a base.
    fn prefix(&self, base: &'static str) -> &'r str {
        let base = Some(base).filter(|base| base.starts_with('/'));
        self.request.prefix.filter(|prefix| !prefix.is_empty()).or(base).unwrap_or_default()
    }

    fn decide_fixed(&self) -> Decision<'r> {
        if !self.is_read() {
            return self.other_method();
        }
        let asset = self.request.path.strip_prefix('/').and_then(|path| self.view.find_spelt(path));
        let Some((asset, fixed)) = asset.and_then(|asset| Some((asset, self.view.fixed_at(asset)?))) else {
            return self.decision(Answer::Notice(Notice::NoSuchAsset), Count::Missing);
        };
        let answer = represent(asset, None, Caching::NoCache, self.request, self.world);
        // A script may control the pages in its own folder and below, unless its response allows more.
        self.sent(match answer {
            Answer::Asset(answer) if fixed == FixedUrl::Worker && asset.path().contains('/') => {
                Answer::AssetFor(answer, Extent::Worker(self.request.mount()))
            }
            answer => answer,
        })
    }

    #[inline]
    fn follow(&self, outcome: Outcome<'r>) -> Decision<'r> {
        match outcome {
            Outcome::Found(asset) => self.sent(self.current(asset, Caching::OfView)),
            Outcome::Kept { file, token, path } => self.kept(file, token, path),
            Outcome::Moved { asset, token } => self.moved(asset, token, None),
            // It is a file of this very release, so there is nothing that another instance could have, and nothing to refuse.
            Outcome::AtOtherUrl { asset, token } => self.redirected(Notice::Moved, asset, token),
            Outcome::Missing { path, stale } => {
                let event =
                    stale.map(|token| Event { kind: EventKind::Stale, token, subject: Subject::Path(path), age: None });
                Decision { event, ..self.missing(path, stale) }
            }
            Outcome::Premature { token, path } => self.premature(token, path),
            // No window ends what is not a rollout: see `Relation::Tied`.
            Outcome::Tied { token, path } => self.elsewhere(token, path, Duration::ZERO),
            Outcome::SameContents { token, path } => match (self.view.find_spelt(path), self.unless_elsewhere()) {
                (Some(asset), Some(notice)) => self.with_other_options(notice, asset, token, path),
                (None, Some(_)) => self.elsewhere(token, path, Duration::ZERO),
                (Some(asset), None) => self.sent(self.current(asset, Caching::NoStore)),
                (None, None) => self.missing(path, Some(token)),
            },
            Outcome::BadToken => self.not_found(Notice::BadToken),
            Outcome::NoToken => self.not_found(Notice::NoToken),
        }
    }

    /// The current file. `Last-Modified` must not be later than `Date` (RFC 9110 §8.8.2.1): a builder's clock may be ahead, or
    /// `SOURCE_DATE_EPOCH` anything.
    #[inline]
    fn current(&self, asset: Asset, caching: Caching) -> Answer<'r> {
        let modified = self.view.modified().filter(|modified| self.world.has_come(*modified));
        represent(asset, modified, caching, self.request, self.world)
    }

    /// A file of a kept release, which pages of that release are written for.
    #[cold]
    fn kept(&self, file: KeptFile, token: &'r str, path: &'r str) -> Decision<'r> {
        // An instance of a release with these other options has the right response.
        if let Some(notice) = self.unless_elsewhere()
            && let Some(location) = location::of_kept(self.view, &file, token, self.request)
        {
            let event = Some(Event { kind: EventKind::Stale, token, subject: Subject::Path(path), age: None });
            return Decision { event, ..self.decision(Answer::Moved { notice, location }, Count::Stale) };
        }
        let subject = Subject::Path(file.record.path());
        let event = Some(Event { kind: EventKind::Kept(file.release), token, subject, age: None });
        match represent_kept(self.view, file, self.request, self.world) {
            Some(answer) => Decision { event, ..self.decision(answer, Count::Kept(file.release)) },
            None => self.missing("", Some(token)),
        }
    }

    /// An answer with an asset.
    #[inline]
    fn sent(&self, answer: Answer<'r>) -> Decision<'r> {
        let is_304 = matches!(
            answer,
            Answer::Asset(AssetAnswer { sent: Sent::NotModified, .. })
                | Answer::AssetFor(AssetAnswer { sent: Sent::NotModified, .. }, _)
        );
        self.decision(answer, if is_304 { Count::NotModified } else { Count::Found })
    }

    /// 301 to the asset's own URL, the query kept. Not to be stored, or browsers would follow it after a
    /// rollback without asking.
    ///
    /// While a rollout is under way another instance may still be of the token's own deploy, and a page wants the files that
    /// it was written for. No reverse proxy asks another instance because of a 301, so one that can ask gets in its place what
    /// it gets for a premature token, 503 or 404, with the `Location` that the 301 would have.
    #[inline]
    fn moved(&self, asset: Asset, token: &'r str, age: Option<Duration>) -> Decision<'r> {
        let event = Some(Event { kind: EventKind::Stale, token, subject: Subject::Asset(asset), age });
        if self.rules.stale != StaleAnswer::Redirect && self.refuses_stale() {
            return Decision { event, count: Count::Stale, ..self.not_found(Notice::StaleNotFound) };
        }
        Decision { event, ..self.redirected(self.unless_elsewhere().unwrap_or(Notice::Moved), asset, token) }
    }

    /// In place of a redirect, for a reverse proxy that asks other instances first. With [`PrematureAnswer::Current`], it cannot ask any.
    #[inline]
    fn unless_elsewhere(&self) -> Option<Notice> {
        let notice = match self.rules.premature {
            PrematureAnswer::Retry => Notice::MovedUnlessElsewhere,
            PrematureAnswer::NotFound => Notice::MovedUnlessElsewhereNotFound,
            PrematureAnswer::Current => return None,
        };
        self.request.proxy_retries().then_some(notice)
    }

    /// What an instance with other options has. If no instance has it, the reverse proxy follows the location.
    #[cold]
    fn with_other_options(&self, notice: Notice, asset: Asset, token: &'r str, path: &'r str) -> Decision<'r> {
        let elsewhere = self.elsewhere(token, path, Duration::ZERO);
        match location::location(asset, self.request) {
            Some(location) => Decision { answer: Answer::Moved { notice, location }, ..elsewhere },
            None => elsewhere,
        }
    }

    #[inline]
    fn redirected(&self, notice: Notice, asset: Asset, token: &'r str) -> Decision<'r> {
        match location::location(asset, self.request) {
            Some(location) => self.decision(Answer::Moved { notice, location }, Count::Stale),
            None => self.missing("", Some(token)),
        }
    }

    /// Whether a request for an asset under a stale token gets 404, where the view is set to that. A reverse proxy that asks other
    /// instances does so after a 404, too. Its last step is to follow a `Location`, so this response has none: the client gets
    /// the 404.
    #[cold]
    fn refuses_stale(&self) -> bool {
        match self.rules.stale {
            StaleAnswer::Redirect => false,
            StaleAnswer::NotFound => true,
            StaleAnswer::NotFoundForModules => self.request.is_for_module(),
        }
    }

    /// A premature token is stale once its rollout is over: then it belongs to a deploy that was rolled back.
    fn premature(&self, token: &'r str, path: &'r str) -> Decision<'r> {
        let age = self.world.age(rollout_of(self.view, token));
        if self.rules.rollout_window.is_open(age) {
            return self.elsewhere(token, path, age);
        }
        match stale(self.view, token, path) {
            Outcome::Moved { asset, token } => self.moved(asset, token, Some(age)),
            _ => {
                let event = Some(Event { kind: EventKind::Stale, token, subject: Subject::Path(path), age: Some(age) });
                Decision { event, ..self.missing(path, Some(token)) }
            }
        }
    }

    /// What another instance has, or will have.
    fn elsewhere(&self, token: &'r str, path: &'r str, age: Duration) -> Decision<'r> {
        let answer = match self.rules.premature {
            PrematureAnswer::Retry => Answer::Notice(Notice::Premature),
            PrematureAnswer::NotFound => Answer::Notice(Notice::PrematureNotFound),
            PrematureAnswer::Current => match self.view.find_spelt(path) {
                None => Answer::Notice(Notice::PrematureNotFound),
                Some(asset) => self.current(asset, Caching::NoStore),
            },
        };
        let event = Some(Event { kind: EventKind::Premature, token, subject: Subject::Path(path), age: Some(age) });
        Decision { event, ..self.decision(answer, Count::Premature) }
    }

    fn missing(&self, path: &'r str, stale: Option<&'r str>) -> Decision<'r> {
        if let Contents::Disk(roots) = self.view.contents
            && let Ok(path) = percent_encoding::percent_decode_str(path).decode_utf8()
            // One that the table has was only spelt wrongly.
            && self.view.get(&path).is_none()
            && let Some(added) = roots.iter().find_map(|root| self.world.was_added(root, &path))
        {
            return self.added(path, added, stale.is_none());
        }
        self.not_found(match stale {
            None => Notice::NoSuchAsset,
            Some(token) if is_path_without_token(self.view, token, path) => Notice::PathWithoutToken,
            Some(token) if self.view.is_of_another_kind(token) => Notice::StrangeTokenAndNoSuchAsset,
            Some(_) => Notice::StaleAndNoSuchAsset,
        })
    }

    /// A file on disk that the table does not have. If it has come or changed since the build, as what a bundler writes while the program
    /// runs, it is sent; if not, the build has left it out. Its type is that of the files whose names end as its own does.
    #[cold]
    fn added(&self, path: Cow<'r, str>, at: SystemTime, is_current: bool) -> Decision<'r> {
        if is_current
            && let Some(like) = self.view.like(&path, at)
            && let Some(answer) = represent_added(like, &path, self.request, self.world)
        {
            return self.sent(answer);
        }
        self.decision(Answer::Development(Development::Added(path)), Count::Missing)
    }

    /// 404. In development it also says what is wrong with a view that is nested.
    fn not_found(&self, notice: Notice) -> Decision<'r> {
        let answer = match self.nest() {
            "" => Answer::Notice(notice),
            mount => Answer::Development(Development::Nested { notice, mount }),
        };
        self.decision(answer, Count::Missing)
    }

    fn is_read(&self) -> bool {
        matches!(*self.request.method, Method::GET | Method::HEAD)
    }

    /// RFC 9110 §9.3.7 and §15.5.6.
    fn other_method(&self) -> Decision<'r> {
        let answer = if *self.request.method == Method::OPTIONS {
            Answer::Options { is_preflight: self.rules.cors && self.request.is_preflight() }
        } else {
            Answer::Notice(Notice::Method)
        };
        self.decision(answer, Count::OtherMethod)
    }

    #[inline]
    fn decision(&self, answer: Answer<'r>, count: Count) -> Decision<'r> {
        let remark = match &answer {
            Answer::Development(Development::FolderGone(root)) => Some(Remark::FolderGone(root)),
            _ => None,
        };
        Decision { answer, sends_body: !matches!(*self.request.method, Method::HEAD), count, event: None, remark }
    }
}

/// What a token is remembered by during its rollout. A release may have many URL tokens, and we remember only a few dozen; but those of
/// one commit have the same time, and those of other kinds differ only in their options.
fn rollout_of<'t>(view: &View, token: &'t str) -> &'t str {
    if view.url_tokens.is_empty() && !token.contains('~') {
        return token;
    }
    let Ok(typed) = Token::parse(token) else { return token };
    match typed.kind() {
        TokenKind::Content if !view.url_tokens.is_empty() => token.split_once('-').map_or(token, |(time, _)| time),
        _ => typed.without_options().map_or(token, |typed| typed.as_str()),
    }
}

/// Whether what was read as the token is the first folder of an asset's path, as in `/static/img/logo.svg`.
fn is_path_without_token(view: &'static View, token: &str, path: &str) -> bool {
    let is_segment = view.name.suffix().is_empty() && !view.name.prefix().ends_with(|c| c != '/');
    is_segment && view.find_spelt(&[token, "/", path].concat()).is_some()
}
