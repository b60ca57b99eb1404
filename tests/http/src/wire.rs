//! Raw bytes over a connection: HTTP/1.1 read as RFC 9112 has a strict client read it.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::ask::Answer;

/// No answer takes so long.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// Serves an application on a loopback socket, for as long as the process lives.
///
/// # Panics
///
/// When there is no port.
#[must_use]
pub fn serve(app: Router) -> SocketAddr {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .expect("loopback has a port to spare");
    let address = listener.local_addr().expect("a listener has an address");
    std::thread::spawn(move || runtime.block_on(async { axum::serve(listener, app).await }));
    address
}

/// A connection over TCP.
///
/// # Errors
///
/// When nobody answers.
pub fn connect(address: SocketAddr) -> io::Result<Connection<TcpStream>> {
    let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    Ok(Connection::new(stream))
}

/// A client's end of a connection.
pub struct Connection<S: Read + Write> {
    stream: BufReader<S>,
}

impl<S: Read + Write> Connection<S> {
    /// A client on a stream.
    pub fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    ///
    /// When the other end does not take them.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Reads the answer to a request with that method, to its last byte and no further (RFC 9112 §6.3).
    ///
    /// # Errors
    ///
    /// When what comes is no answer.
    pub fn read(&mut self, method: &str) -> io::Result<Answer> {
        let status_line = self.line()?;
        let status = status_line
            .strip_prefix(b"HTTP/1.1 ")
            .and_then(|rest| std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok())
            .ok_or_else(|| wrong(&status_line))?;
        let mut fields = HeaderMap::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let colon = line.iter().position(|b| *b == b':').ok_or_else(|| wrong(&line))?;
            let name = HeaderName::from_bytes(&line[..colon]).map_err(|_| wrong(&line))?;
            let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).map_err(|_| wrong(&line))?;
            fields.append(name, value);
        }
        let length = fields.get("content-length").map(|value| value.to_str().ok().and_then(|text| text.parse().ok()));
        let body = if method == "HEAD" || status < 200 || [204, 304].contains(&status) {
            Vec::new()
        } else if fields.get("transfer-encoding").is_some_and(|value| value == "chunked") {
            self.chunks()?
        } else {
            match length {
                Some(Some(length)) => self.exactly(length)?,
                Some(None) => return Err(wrong(b"content-length")),
                None => self.rest()?,
            }
        };
        Ok(Answer { status, fields, body })
    }

    /// Whatever comes before the other end closes.
    ///
    /// # Errors
    ///
    /// When it does not close in time.
    pub fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest)?;
        Ok(rest)
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line)?;
        match line.strip_suffix(b"\r\n") {
            Some(line) => Ok(line.to_vec()),
            None => Err(wrong(&line)),
        }
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = std::str::from_utf8(&line).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
            let chunk = self.exactly(size.ok_or_else(|| wrong(&line))?)?;
            if !self.line()?.is_empty() {
                return Err(wrong(b"chunk"));
            }
            if chunk.is_empty() {
                return Ok(body);
            }
            body.extend(chunk);
        }
    }

    fn exactly(&mut self, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; len];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

fn wrong(line: &[u8]) -> io::Error {
    io::Error::other(format!("no HTTP: `{}`", line.escape_ascii()))
}
