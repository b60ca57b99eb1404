//! Three servers of the same files: a view, tower-http's `ServeDir`, and nginx, all over sockets.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use tests_http::ask::{Answer, get};
use tests_http::fixture::{FILES, MODIFIED_SECONDS, STYLE};
use tests_http::view::{EMBEDDED, RELEASE};
use tests_http::wire::{Connection, TIMEOUT, serve};
use tower_http::services::ServeDir;

/// A server of the fixture files.
pub(super) struct Server {
    /// What stands before a file's path.
    base: String,
    /// The URL of a file with the bytes of `style.css` that was written at another time.
    pub(super) copy: &'static str,
    at: Address,
}

enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// Method, path and fields.
pub(super) type Request<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

impl Server {
    /// A view, with the year that it gives unless told otherwise.
    pub(super) fn view() -> Self {
        let app = Router::new().merge((EMBEDDED.router)()).merge((RELEASE.router)());
        let base = EMBEDDED.url("").trim_end_matches('/').to_owned();
        Self { base, copy: "/release/v1.10.0/style.css", at: Address::Tcp(serve(app)) }
    }

    /// `ServeDir` with everything on that it has for static files.
    pub(super) fn serve_dir(folder: &Folder) -> Self {
        let service = ServeDir::new(folder.files()).precompressed_br().precompressed_gzip();
        let app = Router::new().fallback_service(service);
        Self { base: String::new(), copy: "/copy/style.css", at: Address::Tcp(serve(app)) }
    }

    /// A `GET` for a file.
    pub(super) fn get(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, fields)
    }

    /// A request for a file.
    pub(super) fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask_url(method, &format!("{}/{path}", self.base), fields)
    }

    /// A request for any URL.
    pub(super) fn ask_url(&self, method: &str, url: &str, fields: &[(&str, &str)]) -> Answer {
        let mut client = self.connect();
        client.send(head(method, url, fields).as_bytes()).expect("the request is taken");
        client.read(method).unwrap_or_else(|error| panic!("no answer to {method} {url} {fields:?}: {error}"))
    }

    /// Sends several requests at once over one connection, and compares each answer with the one that the request gets
    /// alone. Says after which status the connection was not what a client expects it to be.
    pub(super) fn pipeline(&self, requests: &[Request<'_>]) -> Result<(), String> {
        let mut client = self.connect();
        let url = |path: &str| format!("{}/{path}", self.base);
        let all: String = requests.iter().map(|(method, path, fields)| head(method, &url(path), fields)).collect();
        client.send(all.as_bytes()).expect("the requests are taken");
        let mut before = 0;
        for (method, path, fields) in requests {
            let alone = self.ask(method, path, fields);
            match client.read(method) {
                Ok(answer) if answer.head() == alone.head() && answer.body == alone.body => before = answer.status,
                Ok(_) => return Err(format!("out of step after {before}")),
                Err(_) => return Err(format!("closed without notice after {before}")),
            }
        }
        Ok(())
    }

    /// The entity tag of the stylesheet as it is.
    pub(super) fn etag(&self) -> String {
        self.get("style.css", &[]).field("etag").unwrap_or("\"none\"").to_owned()
    }

    fn connect(&self) -> Connection<Box<dyn Stream>> {
        Connection::new(self.stream().expect("the server takes a connection"))
    }

    fn stream(&self) -> std::io::Result<Box<dyn Stream>> {
        match &self.at {
            Address::Tcp(address) => {
                let stream = TcpStream::connect_timeout(address, TIMEOUT)?;
                stream.set_read_timeout(Some(TIMEOUT))?;
                Ok(Box::new(stream))
            }
            Address::Unix(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(TIMEOUT))?;
                Ok(Box::new(stream))
            }
        }
    }
}

fn head(method: &str, url: &str, fields: &[(&str, &str)]) -> String {
    let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{method} {url} HTTP/1.1\r\nhost: site.example\r\n{fields}\r\n")
}

/// A folder with the fixture files as a deploy would copy them to a server of files, and nginx's own files beside them.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        let folder = Self(std::env::temp_dir().join(format!("cachebreaker-conformance-{}", std::process::id())));
        for file in FILES {
            folder.write(file.path, &(file.content)(), MODIFIED_SECONDS);
            for (coding, extension) in [("br", "br"), ("gzip", "gz")].iter().filter(|_| file.encoded) {
                let encoded = get(&EMBEDDED, file.spelt, &[("accept-encoding", coding)]).body;
                folder.write(&format!("{}.{extension}", file.path), &encoded, MODIFIED_SECONDS);
            }
        }
        folder.write("copy/style.css", &(STYLE.content)(), MODIFIED_SECONDS + 60);
        folder
    }

    fn files(&self) -> PathBuf {
        self.0.join("files")
    }

    fn write(&self, path: &str, content: &[u8], modified: u64) {
        let path = self.files().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder can be made");
        fs::write(&path, content).expect("the file can be written");
        let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(modified);
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(modified))
            .expect("the time can be set");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// nginx as it comes, told to serve what is compressed already; also in the document.
pub(super) const NGINX: &str = "location / {
    root          files;
    gzip_static   on;
    gzip_vary     on;
    add_header    Cache-Control \"public, max-age=31536000, immutable\";
}";

/// A running nginx.
pub(super) struct Nginx {
    process: Child,
    pub(super) server: Server,
    /// `nginx/1.22.1`
    pub(super) version: String,
}

impl Nginx {
    /// Starts it, where it is installed.
    pub(super) fn start(folder: &Folder) -> Option<Self> {
        let program = ["nginx", "/usr/sbin/nginx"].into_iter().find(|program| {
            Command::new(program).arg("-v").stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        })?;
        let version = Command::new(program).arg("-v").output().ok()?.stderr;
        let version = String::from_utf8_lossy(&version).trim().rsplit(' ').next().unwrap_or_default().to_owned();
        let prefix = &folder.0;
        let socket = prefix.join("socket");
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path temporary;\n"))
            .concat();
        let configuration = format!(
            "daemon off;\nmaster_process off;\nworker_processes 1;\npid pid;\nerror_log error.log;\nevents {{}}\n\
             http {{\ninclude {types};\naccess_log off;\n{temporary}server {{\nlisten unix:{socket};\n{NGINX}\n}}\n}}\n",
            types = if Path::new("/etc/nginx/mime.types").exists() { "/etc/nginx/mime.types" } else { "mime.types" },
            socket = socket.display(),
        );
        fs::write(prefix.join("nginx.conf"), configuration).expect("the configuration can be written");
        let process = Command::new(program)
            .args(["-e", "error.log", "-c", "nginx.conf", "-p"])
            .arg(prefix)
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let server = Server { base: String::new(), copy: "/copy/style.css", at: Address::Unix(socket) };
        let nginx = Self { process, server, version };
        let began = Instant::now();
        while nginx.server.stream().is_err() {
            let log = || fs::read_to_string(prefix.join("error.log")).unwrap_or_default();
            assert!(began.elapsed() < TIMEOUT, "nginx takes no connection: {}", log());
            thread::sleep(Duration::from_millis(5));
        }
        Some(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
