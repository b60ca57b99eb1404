//! What nginx has stored: a file an answer, with a line `KEY: …` before the answer as it came.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use tests_browser::http::Answer;

/// An answer that was stored.
pub(crate) struct Stored {
    /// The URL's path.
    pub(crate) path: String,
    pub(crate) status: u16,
    /// Not encoded.
    pub(crate) body: Vec<u8>,
}

/// Forgets everything that nginx has stored, as a cache may at any time.
pub(crate) fn forget(folder: &Path) -> Result<(), String> {
    let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    files.flatten().try_for_each(|file| fs::remove_dir_all(file.path())).map_err(|error| error.to_string())
}

/// Everything stored below a folder.
pub(crate) fn stored(folder: &Path) -> Result<Vec<Stored>, String> {
    let mut all = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            all.extend(stored(&path)?);
        } else {
            let bytes = fs::read(&path).map_err(|error| error.to_string())?;
            all.push(parse(&bytes).ok_or_else(|| format!("{} is no stored answer", path.display()))?);
        }
    }
    Ok(all)
}

fn parse(bytes: &[u8]) -> Option<Stored> {
    let key = bytes.windows(6).position(|six| six == b"\nKEY: ")? + 6;
    let end = key + bytes[key..].iter().position(|byte| *byte == b'\n')?;
    let key = std::str::from_utf8(&bytes[key..end]).ok()?;
    let answer = Answer::parse(&bytes[end + 1..])?;
    let mut body = Vec::new();
    match answer.field("content-encoding") {
        "br" => brotli::Decompressor::new(&answer.body[..], 4096).read_to_end(&mut body).ok()?,
        "gzip" => flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut body).ok()?,
        _ => answer.body.as_slice().read_to_end(&mut body).ok()?,
    };
    Some(Stored { path: key[key.find("/static/")?..].to_owned(), status: answer.status, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_answer_is_read_with_its_url() {
        let file =
            b"\x05\0\0\nsome fields\n\nKEY: http://assets/static/v1/a.js\nHTTP/1.1 200 OK\r\nETag: \"x\"\r\n\r\nbody\n";
        let stored = parse(file).unwrap();
        assert_eq!((stored.path.as_str(), stored.status, &stored.body[..]), ("/static/v1/a.js", 200, &b"body\n"[..]));
    }
}
