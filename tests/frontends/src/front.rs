//! A site: the program of an app, behind a server that passes everything on and keeps a log. So requests are seen that a browser does not
//! tell of, such as those of workers.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tempfile::TempDir;
use tests_browser::{Process, front, until};

/// A site at one address, whatever program is behind it.
pub(crate) struct Site {
    port: u16,
    behind: Arc<AtomicU16>,
    asked: Arc<Mutex<Vec<String>>>,
    _process: Process,
}

impl Site {
    /// Starts a program, in the folder of its app.
    pub(crate) fn start(program: &Path, folder: &Path) -> Self {
        Self::start_with(program, folder, &[])
    }

    /// The same with variables in its environment.
    pub(crate) fn start_with(program: &Path, folder: &Path, variables: &[(&str, &str)]) -> Self {
        let (process, behind) = serve(program, folder, variables);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let (behind, asked) = (Arc::new(AtomicU16::new(behind)), Arc::new(Mutex::new(Vec::new())));
        let site = Self { port, behind: Arc::clone(&behind), asked: Arc::clone(&asked), _process: process };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (behind, asked) = (behind.load(Ordering::Relaxed), Arc::clone(&asked));
                // A browser may go away whenever it likes.
                thread::spawn(move || drop(pass(&stream, behind, &asked)));
            }
        });
        site
    }

    /// Replaces the program by another.
    pub(crate) fn deploy(&mut self, program: &Path, folder: &Path) {
        let (process, behind) = serve(program, folder, &[]);
        self.behind.store(behind, Ordering::Relaxed);
        self._process = process;
    }

    /// A URL of the site.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The requests since the last call, each with its status, in alphabetical order. Icons that were found are left out: a browser asks
    /// for them when it likes.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner));
        asked.retain(|request| !request.contains("/favicon.") || request.starts_with('4'));
        asked.sort();
        asked
    }
}

/// nginx before a site, which is below `/ui` and does not see that in the path.
pub(crate) struct BelowUi {
    port: u16,
    _process: Process,
    _folder: TempDir,
}

impl BelowUi {
    /// Starts it with the configuration of the guide.
    pub(crate) fn start(site: &Site) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = front::free_port().expect("a free port");
        let [at, app] = [port, site.port].map(|port| format!("127.0.0.1:{port}"));
        let guide = tests::crate_folder("docs/deploy/prefix-nginx.conf");
        let values = [("127.0.0.1:8083", &*at), ("127.0.0.1:3001", &app)];
        let file = front::configure(&guide, folder.path(), &values).expect("a configuration");
        let mut process = front::nginx(&file).expect("nginx");
        let answers = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        front::wait(&mut process, &file, answers).expect("an answer");
        Self { port, _process: process, _folder: folder }
    }

    /// A URL, as a browser knows it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

fn serve(program: &Path, folder: &Path, variables: &[(&str, &str)]) -> (Process, u16) {
    let port = front::free_port().expect("a free port");
    let address = format!("127.0.0.1:{port}");
    let mut process = Process::start(&program.display().to_string(), |command| {
        command.arg(address).current_dir(folder).envs(variables.iter().copied()).stdout(Stdio::null())
    })
    .expect("a program");
    until(|| process.check().is_err() || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()).expect("an answer");
    process.check().expect("a program that runs");
    (process, port)
}

/// Passes one request on, and its answer back. Requests have no body here.
fn pass(mut client: &TcpStream, behind: u16, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let (mut reader, mut head, mut target) = (BufReader::new(client), Vec::new(), String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if target.is_empty() {
            target = line.split(' ').nth(1).ok_or(io::ErrorKind::UnexpectedEof)?.to_owned();
        }
        if line.trim().is_empty() {
            break;
        }
        if !line.to_ascii_lowercase().starts_with("connection:") {
            head.extend_from_slice(line.as_bytes());
        }
    }
    head.extend_from_slice(b"Connection: close\r\n\r\n");
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, behind))?;
    server.write_all(&head)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    let status = String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).into_owned();
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{status} {target}"));
    client.write_all(&answer)
}
