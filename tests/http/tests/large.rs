//! Large files from disk: read piece by piece, and only the part that is sent.

use std::fs::{self, File, FileTimes};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use cachebreaker::Body;
use http_body::Body as _;
use tests_http::ask::{Answer, answer, ask, request};
use tests_http::view::LARGE;
use tower_service::Service as _;

const MIB: u64 = 1 << 20;

/// The file, for one test at a time.
struct Large(#[expect(dead_code, reason = "held, not read")] MutexGuard<'static, ()>);

impl Large {
    fn take() -> Self {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        Self(ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn path() -> PathBuf {
        PathBuf::from(concat!(env!("OUT_DIR"), "/large/style.css"))
    }

    /// Makes the file anew, with so many bytes: zeros that take no room on disk, but for the last three.
    fn of(&self, len: u64) -> File {
        let _ = fs::remove_file(Self::path());
        let mut file = File::create(Self::path()).expect("it can be made");
        file.seek(SeekFrom::Start(len - 3)).expect("a file can be longer");
        file.write_all(b"end").expect("it can be written");
        file
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        let _ = fs::remove_file(Self::path());
    }
}

fn get(fields: &[(&str, &str)]) -> Answer {
    tests_http::ask::get(&LARGE, "style.css", fields)
}

/// The head of an answer to `GET`, as its length, and its body, of which nothing has been read.
fn unread() -> (u64, Body) {
    let Ok(answer) = (LARGE.service)().call(request("GET", &LARGE.url("style.css"), &[])).into_inner();
    let length = answer.headers()["content-length"].to_str().expect("a number").parse().expect("a number");
    (length, answer.into_body())
}

fn next(body: &mut Body) -> Option<io::Result<Bytes>> {
    match Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(frame) => frame.map(|frame| frame.map(|frame| frame.into_data().expect("no trailers"))),
        Poll::Pending => panic!("a body never waits"),
    }
}

/// The most memory that this process has had, in bytes.
#[cfg(target_os = "linux")]
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux counts it");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

#[test]
#[cfg(target_os = "linux")]
fn neither_a_head_nor_a_range_nor_unread_answers_take_memory_as_the_file_is_long() {
    let large = Large::take();
    let len = 3 << 30;
    large.of(len);
    let before = most_memory();
    let head = ask(&LARGE, "HEAD", &LARGE.url("style.css"), &[]);
    assert_eq!((head.status, head.expect("content-length")), (200, &*len.to_string()));
    for (range, part) in [("bytes=0-2", "0-2"), ("bytes=-3", "3221225469-3221225471")] {
        let answer = get(&[("range", range)]);
        assert_eq!((answer.status, answer.expect("content-range")), (206, &*format!("bytes {part}/{len}")));
        assert_eq!(answer.body, if range == "bytes=-3" { b"end" } else { b"\0\0\0" });
    }
    assert_eq!(get(&[("range", "bytes=3221225472-")]).expect("content-range"), format!("bytes */{len}"));
    // Clients that have read a little and then no more.
    let mut bodies: Vec<_> = (0..20).map(|_| unread().1).collect();
    for body in &mut bodies {
        let read: usize = (0..3).map(|_| next(body).expect("there is more").expect("it can be read").len()).sum();
        assert!(read < 1 << 20, "{read} bytes at a time");
        assert_eq!(body.size_hint().exact(), Some(len - read as u64));
    }
    // Other tests run beside this one, none of which takes as much.
    let more = most_memory() - before;
    assert!(more < 200 * MIB, "{more} bytes");
}

#[test]
fn a_large_file_is_sent_whole() {
    let large = Large::take();
    let len = 2 * MIB + 12_345;
    large.of(len);
    let answer = get(&[]);
    assert_eq!((answer.status, answer.expect("content-length")), (200, &*len.to_string()));
    assert!(answer.body.len() as u64 == len && answer.body.ends_with(b"\0end"));
    assert_eq!((answer.expect("accept-ranges"), answer.expect("cache-control")), ("bytes", "no-cache"));
}

#[test]
fn a_file_that_becomes_shorter_while_it_is_sent_ends_in_an_error() {
    let large = Large::take();
    let file = large.of(4 * MIB);
    let (_, mut body) = unread();
    assert!(next(&mut body).expect("there is more").is_ok());
    file.set_len(MIB).expect("a file can be shorter");
    let error = loop {
        match next(&mut body).expect("the body does not just end") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.to_string(), "the file became shorter while it was sent");
    assert!(next(&mut body).is_none());
}

#[test]
fn a_file_that_is_replaced_while_it_is_sent_is_sent_as_it_was() {
    let large = Large::take();
    large.of(2 * MIB);
    let (len, mut body) = unread();
    let new = Large::path().with_extension("new");
    fs::write(&new, "short").and_then(|()| fs::rename(&new, Large::path())).expect("it can be replaced");
    let mut read = Vec::new();
    while let Some(piece) = next(&mut body) {
        read.extend(piece.expect("it can be read"));
    }
    assert!(read.len() as u64 == len && read.ends_with(b"\0end"));
    assert_eq!(get(&[]).body, b"short");
}

#[test]
fn a_large_file_has_a_weak_tag_when_it_has_not_just_changed() {
    let large = Large::take();
    let file = large.of(2 * MIB);
    for (name, value, status) in
        [("if-none-match", "\"\"", 200), ("if-none-match", "*", 304), ("if-match", "*", 200), ("if-match", "\"\"", 412)]
    {
        let answer = get(&[(name, value)]);
        assert_eq!((answer.status, answer.field("etag")), (status, None), "{name}: {value}: {answer:?}");
    }
    assert_eq!(get(&[("range", "bytes=0-1")]).status, 206);
    assert_eq!(get(&[("range", "bytes=0-1"), ("if-range", "\"\"")]).status, 200);

    // However old its bytes are said to be, something about it has just changed.
    let old = SystemTime::now() - Duration::from_secs(1_000_000);
    file.set_times(FileTimes::new().set_modified(old)).expect("a time can be set");
    #[cfg(unix)]
    assert_eq!(get(&[]).field("etag"), None);

    thread::sleep(Duration::from_millis(2_100));
    let tag = get(&[]).expect("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
    assert_eq!(get(&[]).expect("etag"), tag);
    let opaque = tag.strip_prefix("W/").expect("it is weak");
    for (fields, status) in [
        (&[("if-none-match", &*tag)][..], 304),
        (&[("if-none-match", opaque)], 304),
        (&[("if-none-match", "\"x\", W/\"y\"")], 200),
        (&[("if-none-match", &tag), ("range", "bytes=0-1")], 304),
        // RFC 9110 §13.1.1 and §13.1.5: by strong comparison a weak tag is equal to nothing.
        (&[("if-match", &tag)], 412),
        (&[("if-match", opaque)], 412),
        (&[("range", "bytes=0-1"), ("if-range", &tag)], 200),
        (&[("range", "bytes=0-1"), ("if-range", opaque)], 200),
        (&[("range", "bytes=0-1")], 206),
        (&[("range", "bytes=9999999-")], 416),
        (&[("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT")], 200),
    ] {
        let get = get(fields);
        assert_eq!(get.status, status, "{fields:?}: {get:?}");
        if [200, 206, 304].contains(&status) {
            assert_eq!(get.expect("etag"), tag);
        }
        if !fields.iter().any(|(name, _)| *name == "range") {
            assert_eq!(ask(&LARGE, "HEAD", &LARGE.url("style.css"), fields).head(), get.head(), "{fields:?}");
        }
    }
    file.set_len(2 * MIB + 1).expect("a file can be longer");
    assert_eq!(get(&[("if-none-match", &tag)]).status, 200);
}

#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_a_file_is_not_waited_for() {
    let _large = Large::take();
    let _ = fs::remove_file(Large::path());
    let made = std::process::Command::new("mkfifo").arg(Large::path()).status().expect("there is mkfifo");
    assert!(made.success());
    // `answer` fails where it would have to wait, and a thread that waits fails the test by never ending.
    for method in ["GET", "HEAD"] {
        let answer = answer((LARGE.service)(), request(method, &LARGE.url("style.css"), &[]));
        assert_eq!(answer.status, 404);
    }
    assert!(get(&[]).text().contains("cannot be read now"));
    // Nor is one that the table has not.
    fs::rename(Large::path(), Large::path().with_file_name("added.css")).expect("it can be renamed");
    let added = tests_http::ask::get(&LARGE, "added.css", &[]);
    assert!(added.text().ends_with("has no such asset\n"), "{added:?}");
    fs::remove_file(Large::path().with_file_name("added.css")).expect("it can be removed");
}
