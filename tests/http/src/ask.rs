//! A request, and its answer through the bare service or an axum router.

use std::fmt::{self, Write as _};

use axum::Router;
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::BodyExt as _;
use tower_service::Service;

use crate::view::View;

/// An answer, with its whole body.
#[derive(Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The fields.
    pub fields: HeaderMap,
    /// The content.
    pub body: Vec<u8>,
}

impl Answer {
    /// A field's value.
    ///
    /// # Panics
    ///
    /// When it stands there twice or is not visible ASCII.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut lines = self.fields.get_all(name).iter();
        let line = lines.next();
        assert!(lines.next().is_none(), "`{name}` stands there twice: {self:?}");
        line.map(|line| line.to_str().unwrap_or_else(|_| panic!("`{name}` is not visible ASCII: {self:?}")))
    }

    /// A field's value, which must be there.
    ///
    /// # Panics
    ///
    /// When it is not.
    #[must_use]
    pub fn expect(&self, name: &str) -> &str {
        self.field(name).unwrap_or_else(|| panic!("no `{name}`: {self:?}"))
    }

    /// The content as text.
    ///
    /// # Panics
    ///
    /// When it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// Status and fields, without what a request for the same thing may change, to be compared.
    #[must_use]
    pub fn head(&self) -> String {
        let mut lines: Vec<_> = self
            .fields
            .iter()
            .filter(|(name, _)| *name != http::header::DATE)
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        lines.sort();
        let mut head = self.status.to_string();
        lines.iter().for_each(|line| write!(head, "\n{line}").expect("a string can be written to"));
        head
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.body[..self.body.len().min(200)];
        write!(f, "{}\n\n{} ({} bytes)", self.head(), shown.escape_ascii(), self.body.len())
    }
}

/// A request with no content. Fields are pairs of name and value.
///
/// # Panics
///
/// When the target or a field is none that `http` can hold.
#[must_use]
pub fn request(method: &str, target: &str, fields: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(method.as_bytes()).expect("a method");
    *request.uri_mut() = target.parse().unwrap_or_else(|error| panic!("`{target}` is no target: {error}"));
    for (name, value) in fields {
        let name: HeaderName = name.parse().expect("a field's name");
        request.headers_mut().append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a field's value"));
    }
    request
}

/// The ways in which an application serves a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `assets::service()` by itself.
    Service,
    /// `.merge(assets::router())`
    Merge,
    /// `.nest("/app", assets::router())`
    Nest,
    /// `.nest_service("/app", assets::service())`
    NestService,
    /// `.nest_service("/static", assets::service())`, where the prefix is the view's own.
    NestServiceAtPrefix,
    /// `.fallback_service(assets::service())`
    Fallback,
    /// `.nest("/app", …)` of a router with `.nest_service("/inner", assets::service())`
    NestTwice,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 7] = [
        Self::Service,
        Self::Merge,
        Self::Nest,
        Self::NestService,
        Self::NestServiceAtPrefix,
        Self::Fallback,
        Self::NestTwice,
    ];

    /// What stands before the view's own URLs, as a client sees them.
    #[must_use]
    pub const fn mount(self) -> &'static str {
        match self {
            Self::Service | Self::Merge | Self::Fallback | Self::NestServiceAtPrefix => "",
            Self::Nest | Self::NestService => "/app",
            Self::NestTwice => "/app/inner",
        }
    }

    /// The application.
    pub fn app(self, view: &View) -> Router {
        let app = Router::new().route("/", axum::routing::get(|| async { "the user's own page" }));
        match self {
            Self::Service | Self::Fallback => app.fallback_service((view.service)()),
            Self::Merge => app.merge((view.router)()),
            Self::Nest => app.nest("/app", (view.router)()),
            Self::NestService => app.nest_service("/app", (view.service)()),
            Self::NestServiceAtPrefix => {
                let (segment, _) = view.before.trim_start_matches('/').split_once('/').expect("a prefix with a slash");
                app.nest_service(&format!("/{segment}"), (view.service)())
            }
            Self::NestTwice => app.nest("/app", Router::new().nest_service("/inner", (view.service)())),
        }
    }

    /// Asks. The request's target is one of the view's own URLs.
    pub fn ask(self, view: &View, mut request: Request<()>) -> Answer {
        if self == Self::Service {
            return answer((view.service)(), request);
        }
        if !self.mount().is_empty() {
            let target = format!("{}{}", self.mount(), request.uri());
            *request.uri_mut() = target.parse().expect("a path before a path is a path");
        }
        answer(self.app(view), request.map(|()| axum::body::Body::empty()))
    }
}

/// Asks the bare service.
pub fn ask(view: &View, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
    answer((view.service)(), request(method, target, fields))
}

/// Asks the bare service for a path under the current token with `GET`.
pub fn get(view: &View, path: &str, fields: &[(&str, &str)]) -> Answer {
    ask(view, "GET", &view.url(path), fields)
}

/// A service's answer. It must be there at once: nothing in a view waits.
///
/// # Panics
///
/// When the service fails or waits.
pub fn answer<S, B, R>(mut service: S, request: Request<B>) -> Answer
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: std::fmt::Debug,
    R: http_body::Body,
    R::Error: std::fmt::Debug,
{
    let response = service.call(request).now_or_never().expect("an answer never waits").expect("an answer never fails");
    let (head, body) = response.into_parts();
    let body = body.collect().now_or_never().expect("a body never waits").expect("a body never fails");
    assert!(body.trailers().is_none());
    Answer { status: head.status.as_u16(), fields: head.headers, body: body.to_bytes().to_vec() }
}

/// A request by its method, the path under some token, and its fields; and the status that answers it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The status that the answer should have.
    pub status: u16,
    /// The method.
    pub method: &'static str,
    /// One of the view's own URLs.
    pub target: String,
    /// Name and value of each field.
    pub fields: Vec<(&'static str, String)>,
}

impl Case {
    /// The request.
    #[must_use]
    pub fn request(&self) -> Request<()> {
        self.request_with(self.method)
    }

    /// The request, with another method.
    #[must_use]
    pub fn request_with(&self, method: &str) -> Request<()> {
        let fields: Vec<_> = self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        request(method, &self.target, &fields)
    }
}

/// A request for each way to come to each status, of a view on the folder `static`.
#[must_use]
pub fn one_of_each(view: &View) -> Vec<Case> {
    let etag = get(view, "style.css", &[]).expect("etag").to_owned();
    let case = |status, method, target: String, fields: &[(&'static str, &str)]| Case {
        status,
        method,
        target,
        fields: fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
    };
    let style = || view.url("style.css");
    vec![
        case(200, "GET", style(), &[]),
        case(200, "GET", style(), &[("accept-encoding", "br")]),
        case(200, "GET", style(), &[("accept-encoding", "gzip")]),
        case(200, "GET", view.url("empty.txt"), &[]),
        case(206, "GET", style(), &[("range", "bytes=10-19")]),
        case(304, "GET", style(), &[("if-none-match", &etag)]),
        case(304, "GET", view.url("empty.txt"), &[("if-none-match", "*")]),
        case(412, "GET", style(), &[("if-match", "\"x\"")]),
        case(416, "GET", style(), &[("range", "bytes=999999-")]),
        case(404, "GET", view.url("none.css"), &[]),
        case(404, "GET", view.url_under("a%20b", "style.css"), &[]),
        case(404, "GET", view.before.to_owned(), &[]),
        case(301, "GET", view.url_under("1718539201233", "style.css?q=1"), &[]),
        case(503, "GET", view.url_under("1718539201235", "style.css"), &[]),
        case(405, "POST", style(), &[]),
        case(204, "OPTIONS", style(), &[]),
    ]
}
