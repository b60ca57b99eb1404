//! The body of an answer.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The body of an answer.
///
/// Embedded bytes are borrowed from the binary, not copied; they come all at once, and cannot fail.
///
/// From disk, in development, a file of more than 1 MiB is read piece by piece, 64 KiB at a time, on the thread that polls the
/// body. If it cannot be read any further, or has become shorter than the answer says, the body ends with an error, so that
/// the client learns that something is missing. A file that is replaced meanwhile is sent to its end as it was.
///
/// ```
/// # use doc_assets::assets;
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
    /// So many bytes of a file, from where it stands.
    File(File, u64),
}

/// How many bytes of a file are in memory at a time.
const PIECE: u64 = 1 << 16;

impl Body {
    pub(crate) const NONE: Self = Self(State::None);

    /// Part of a file.
    pub(crate) fn of_file(mut file: File, part: Range<u64>) -> io::Result<Self> {
        file.seek(SeekFrom::Start(part.start))?;
        Ok(Self(State::File(file, part.end - part.start)))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(State::Bytes(bytes))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut self.0 {
            // What is left then are no bytes.
            State::Bytes(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            State::File(file, left) if *left > 0 => {
                let piece = next_piece(file, *left);
                // After an error there is nothing more.
                *left = piece.as_ref().map_or(0, |piece| *left - piece.len() as u64);
                Poll::Ready(Some(piece.map(Frame::data)))
            }
            State::None | State::Bytes(_) | State::File(..) => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            State::Bytes(bytes) => bytes.is_empty(),
            State::File(_, left) => *left == 0,
            State::None => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            State::None => SizeHint::default(),
            State::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            State::File(_, left) => SizeHint::with_exact(*left),
        }
    }
}

/// The next bytes of a file of which `left` are still to be sent.
fn next_piece(file: &mut File, left: u64) -> io::Result<Bytes> {
    let len = PIECE.min(left);
    let mut piece = Vec::with_capacity(usize::try_from(len).unwrap_or_default());
    file.take(len).read_to_end(&mut piece)?;
    if (piece.len() as u64) < len {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was sent"));
    }
    Ok(piece.into())
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;

    use super::*;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/body.rs");

    fn poll(body: &mut Body) -> Option<io::Result<Bytes>> {
        match Pin::new(body).poll_frame(&mut Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(frame) => frame.map(|frame| frame.map(|frame| frame.into_data().unwrap())),
            Poll::Pending => panic!("a body never waits"),
        }
    }

    #[test]
    fn part_of_a_file_is_that_part() {
        let mut body = Body::of_file(File::open(PATH).unwrap(), 3..10).unwrap();
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(7), false));
        assert_eq!(poll(&mut body).unwrap().unwrap(), &include_bytes!("body.rs")[3..10]);
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(0), true));
        assert!(poll(&mut body).is_none());
    }

    #[test]
    fn a_file_that_is_shorter_than_it_was_ends_in_an_error() {
        let len = include_bytes!("body.rs").len() as u64;
        let mut body = Body::of_file(File::open(PATH).unwrap(), 0..len + 1).unwrap();
        assert_eq!(poll(&mut body).unwrap().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(poll(&mut body).is_none());
    }
}
