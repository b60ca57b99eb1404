//! The body of an answer.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The body of an answer: all its bytes at once, or none. It cannot fail and never waits.
///
/// Embedded bytes are borrowed from the binary, not copied.
///
/// ```
/// # use cachebreaker::doc_example as assets;
/// use http::Request;
/// use http_body::Body as _;
/// use tower_service::Service as _;
///
/// let request = Request::get(assets::STYLE_CSS.url()).body(()).unwrap();
/// let Ok(response) = assets::service().call(request).into_inner();
/// assert_eq!(response.body().size_hint().exact(), Some(18));
/// ```
#[derive(Debug, Default)]
pub struct Body(State);

#[derive(Debug, Default)]
enum State {
    /// The answer's status or the request's method allows no body, so this says nothing about a length: a framework
    /// must not derive a `Content-Length: 0` from it (RFC 9110 §8.6).
    #[default]
    None,
    Bytes(Bytes),
    Sent,
}

impl Body {
    pub(crate) const NONE: Self = Self(State::None);
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(State::Bytes(bytes))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match std::mem::replace(&mut self.0, State::Sent) {
            State::Bytes(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            _ => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !matches!(&self.0, State::Bytes(bytes) if !bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            State::None => SizeHint::default(),
            State::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            State::Sent => SizeHint::with_exact(0),
        }
    }
}
