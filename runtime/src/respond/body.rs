//! The body of a response.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The body of a response.
///
/// Embedded bytes are borrowed from the binary, not copied; they come all at once, and cannot fail.
///
/// From disk, in development, a file of more than 1 MiB is read piece by piece, 64 KiB at a time, on the thread that polls the
/// body. If it cannot be read any further, or has become shorter than the response says, the body ends with an error, so that
/// the client learns that something is missing. A file that is replaced meanwhile is sent to its end as it was.
///
/// ```
/// # use doc_assets::assets;
/// use http_body::Body as _;
///
/// let request = http::Request::get(assets::STYLE_CSS.url()).body(()).unwrap();
/// let response = assets::service().answer(&request);
/// assert_eq!(response.body().size_hint().exact(), Some(18));
/// ```
#[derive(Debug, Default)]
pub struct Body(State);

#[derive(Debug, Default)]
enum State {
    /// The status or the request's method allows no body, so this says nothing about a length: a framework
    /// must not derive a `Content-Length: 0` from it (RFC 9110 §8.6).
    #[default]
    None,
    Bytes(Bytes),
    /// So many bytes of a file, beginning there if none has been sent.
    File {
        file: File,
        from: Option<u64>,
        left: u64,
    },
}

/// How many bytes of a file are in memory at a time.
const PIECE: u64 = 1 << 16;

impl Body {
    pub(crate) const NONE: Self = Self(State::None);

    /// All bytes of the body, for a server that takes nothing else. Embedded bytes are not copied.
    ///
    /// # Errors
    ///
    /// In development, when the file cannot be read, or has become shorter than the response says.
    ///
    /// ```
    /// # use doc_assets::assets;
    /// let request = http::Request::get(assets::STYLE_CSS.url()).body(()).unwrap();
    /// let body = assets::service().answer(&request).into_body();
    /// assert_eq!(body.into_bytes().unwrap(), "body { margin: 0 }");
    /// ```
    pub fn into_bytes(self) -> io::Result<Bytes> {
        match self.0 {
            State::None => Ok(Bytes::new()),
            State::Bytes(bytes) => Ok(bytes),
            State::File { mut file, from, left } => read(&mut file, from, left),
        }
    }

    /// The first bytes of a file, of which `len` are sent.
    pub(super) const fn of_file(file: File, len: u64) -> Self {
        Self(State::File { file, from: None, left: len })
    }

    /// Part of a body that has not been polled.
    pub(super) fn part(self, part: Range<u64>) -> Self {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        Self(match self.0 {
            State::None => State::None,
            State::Bytes(bytes) => State::Bytes(bytes.slice(place(part.start)..place(part.end))),
            State::File { file, .. } => State::File { file, from: Some(part.start), left: part.end - part.start },
        })
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
            State::File { file, from, left } if *left > 0 => {
                let piece = read(file, from.take(), PIECE.min(*left));
                // After an error there is nothing more.
                *left = piece.as_ref().map_or(0, |piece| *left - piece.len() as u64);
                Poll::Ready(Some(piece.map(Frame::data)))
            }
            State::None | State::Bytes(_) | State::File { .. } => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            State::Bytes(bytes) => bytes.is_empty(),
            State::File { left, .. } => *left == 0,
            State::None => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            State::None => SizeHint::default(),
            State::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            State::File { left, .. } => SizeHint::with_exact(*left),
        }
    }
}

/// The next `len` bytes of a file, or those from a place on.
fn read(file: &mut File, from: Option<u64>, len: u64) -> io::Result<Bytes> {
    if let Some(from) = from {
        file.seek(SeekFrom::Start(from))?;
    }
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

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/respond/body.rs");

    fn poll(body: &mut Body) -> Option<io::Result<Bytes>> {
        match Pin::new(body).poll_frame(&mut Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(frame) => frame.map(|frame| frame.map(|frame| frame.into_data().unwrap())),
            Poll::Pending => panic!("a body never waits"),
        }
    }

    #[test]
    fn part_of_a_file_is_that_part() {
        let mut body = Body::of_file(File::open(PATH).unwrap(), 100).part(3..10);
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(7), false));
        assert_eq!(poll(&mut body).unwrap().unwrap(), &include_bytes!("body.rs")[3..10]);
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(0), true));
        assert!(poll(&mut body).is_none());
    }

    #[test]
    fn all_bytes_of_a_body_are_those_that_it_would_send() {
        let whole = include_bytes!("body.rs");
        let file = || File::open(PATH).unwrap();
        assert_eq!(Body::of_file(file(), whole.len() as u64).into_bytes().unwrap(), &whole[..]);
        assert_eq!(Body::of_file(file(), 100).part(3..10).into_bytes().unwrap(), &whole[3..10]);
        assert_eq!(Body::from(Bytes::from_static(b"body")).into_bytes().unwrap(), "body");
        assert_eq!(Body::NONE.into_bytes().unwrap(), "");
    }

    #[test]
    fn a_file_that_is_shorter_than_it_was_ends_in_an_error() {
        let len = include_bytes!("body.rs").len() as u64;
        let mut body = Body::of_file(File::open(PATH).unwrap(), len + 1);
        assert_eq!(poll(&mut body).unwrap().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(poll(&mut body).is_none());
        let body = Body::of_file(File::open(PATH).unwrap(), len + 1);
        assert_eq!(body.into_bytes().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
