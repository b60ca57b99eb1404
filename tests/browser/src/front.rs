//! Servers of other people before the app, with the configurations that the guide recommends.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::{Process, until};

/// A port that nobody listens on, and another one each time. Below those that the kernel gives to connections that go out,
/// so that it is still free when a server is started on it again.
pub fn free_port() -> io::Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Two processes do not begin with the same one.
    let first = 20_000 + (std::process::id() % 500) as u16 * 16;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < 30_000 => {}
            bound => return bound.map(|_| port),
        }
    }
}

/// A certificate for this machine that vouches for itself.
pub struct Certificate {
    file: PathBuf,
    key: PathBuf,
    /// The SHA-256 digest of its public key, in Base64.
    pub digest_of_key: String,
}

impl Certificate {
    /// Makes one in a folder.
    ///
    /// # Errors
    ///
    /// When `openssl` fails.
    pub fn make(folder: &Path) -> Result<Self, String> {
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let script = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out certificate.pem \
             -days 30 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 &&
             openssl x509 -in certificate.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | \
             openssl base64";
        let output = Command::new("sh").args(["-c", script]).current_dir(folder).output();
        let output = output.map_err(|error| error.to_string())?;
        let digest_of_key = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if digest_of_key.is_empty() {
            return Err(format!("openssl: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Self { file: folder.join("certificate.pem"), key: folder.join("key.pem"), digest_of_key })
    }
}

/// Starts nginx as a server that speaks TLS with a certificate, and asks an app. It, and its port.
///
/// # Errors
///
/// When it cannot be started.
pub fn tls(folder: &Path, certificate: &Certificate, app: u16) -> Result<(Process, u16), String> {
    let port = free_port().map_err(|error| error.to_string())?;
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let file = folder.join("tls.conf");
    let (certificate, key) = (certificate.file.display(), certificate.key.display());
    let server = format!(
        "server {{\n    listen 127.0.0.1:{port} ssl http2;\n    ssl_certificate {certificate};\n    ssl_certificate_key {key};\n    \
         location / {{\n        proxy_pass http://127.0.0.1:{app};\n        proxy_http_version 1.1;\n        \
         proxy_set_header Host $http_host;\n    }}\n}}\n"
    );
    fs::write(&file, server).map_err(|error| error.to_string())?;
    let mut process = nginx(&file)?;
    wait(&mut process, &file, || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())?;
    Ok((process, port))
}

/// Copies a configuration into a folder, with other values for what it must name.
pub fn configure(source: &Path, folder: &Path, values: &[(&str, &str)]) -> Result<PathBuf, String> {
    let name = source.file_name().unwrap_or_default();
    let told = |error| format!("{}: {error}", source.display());
    let mut text = fs::read_to_string(source).map_err(told)?;
    for (what, value) in values {
        if !text.contains(what) {
            return Err(format!("{} does not name {what}", name.display()));
        }
        text = text.replace(what, value);
    }
    fs::create_dir_all(folder).map_err(told)?;
    let file = folder.join(name);
    fs::write(&file, text).map_err(told)?;
    Ok(file)
}

/// Starts nginx with a file of its http block, beside which it writes. What it says is in `log` there.
pub fn nginx(file: &Path) -> Result<Process, String> {
    let main = file.with_file_name("main.conf");
    fs::write(&main, around(file)).map_err(|error| error.to_string())?;
    start("nginx", file, |command| command.args(["-e", "stderr", "-c"]).arg(&main))
}

/// Starts a server with a configuration. What it says is in `log` beside that.
pub fn start(
    program: &str,
    file: &Path,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Process, String> {
    let log = File::create(file.with_file_name("log")).map_err(|error| error.to_string())?;
    Process::start(program, |command| arguments(command).stdout(Stdio::null()).stderr(log))
}

/// Waits until a server answers; when it does not, says what it has said.
pub fn wait(process: &mut Process, file: &Path, mut answers: impl FnMut() -> bool) -> Result<(), String> {
    let mut ended = Ok(());
    until(|| {
        ended = process.check();
        ended.is_err() || answers()
    })
    .and(ended)
    .map_err(|error| format!("{error}: {}", fs::read_to_string(file.with_file_name("log")).unwrap_or_default()))
}

/// What stands around a file of nginx's http block: that it writes beside it, and in the foreground.
fn around(file: &Path) -> String {
    let folder = file.parent().unwrap_or(Path::new("")).display();
    // Workers of root are nobody, who may not write here.
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let user = if is_root { "user root;\n" } else { "" };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {folder}/{name};\n"))
        .concat();
    format!(
        "{user}daemon off;\nworker_processes 2;\npid {folder}/pid;\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}    \
         include {};\n}}\n",
        file.display()
    )
}
