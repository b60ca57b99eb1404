//! The CDN: nginx or Varnish, with the configurations of `docs/deploy`.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tests_browser::{Process, until};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Varnish,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Nginx, Self::Varnish];
}

/// A running CDN.
pub(crate) struct Front {
    pub(crate) port: u16,
    _process: Process,
}

impl Front {
    /// Starts one before the app on a port; `folder` is for what it writes.
    pub(crate) fn start(kind: Kind, app: u16, folder: &Path) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("{kind:?}: {error}");
        fs::create_dir_all(folder).map_err(told)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr()).map_err(told)?.port();
        let log = File::create(folder.join("log")).map_err(told)?;
        let process = match kind {
            Kind::Nginx => {
                let file = configure("cdn-nginx.conf", folder, |fill| {
                    fill("127.0.0.1:8082", &format!("127.0.0.1:{port}"))?;
                    fill("127.0.0.1:3001", &format!("127.0.0.1:{app}"))?;
                    fill("/var/cache/nginx/cdn", &folder.join("stored").to_string_lossy())
                })?;
                let main = folder.join("main.conf");
                fs::write(&main, around(folder, &file)).map_err(told)?;
                Process::start("nginx", |command| {
                    command.args(["-e", "stderr", "-c"]).arg(&main).stdout(Stdio::null()).stderr(log)
                })?
            }
            Kind::Varnish => {
                let file = configure("cdn.vcl", folder, |fill| fill("\"3001\"", &format!("\"{app}\"")))?;
                let work = folder.join("work");
                Process::start("varnishd", |command| {
                    command.args(["-F", "-j", "none", "-s", "default,16m", "-a", &format!("127.0.0.1:{port}"), "-f"]);
                    command.arg(file).arg("-n").arg(work).stdout(Stdio::null()).stderr(log)
                })?
            }
        };
        let mut front = Self { port, _process: process };
        let mut ended = Ok(());
        until(|| {
            ended = front._process.check();
            ended.is_err() || front.get("/static/").is_ok_and(|answer| answer.status == 404)
        })
        .and(ended)
        .map_err(|error| format!("{error}: {}", fs::read_to_string(folder.join("log")).unwrap_or_default()))?;
        Ok(front)
    }

    /// Asks for a path as a page of another origin does.
    pub(crate) fn get(&self, path: &str) -> Result<Answer, String> {
        let ask = || {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            let fields = "Host: cdn\r\nOrigin: https://a.example\r\nConnection: close";
            write!(stream, "GET {path} HTTP/1.1\r\n{fields}\r\n\r\n")?;
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        let text = ask().map_err(|error: std::io::Error| format!("{path}: {error}"))?;
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok(Answer { status: status.ok_or_else(|| format!("{path}: no answer"))?, text })
    }
}

/// An answer of the CDN.
pub(crate) struct Answer {
    pub(crate) status: u16,
    text: String,
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.text.lines().take_while(|line| !line.is_empty());
        let mut fields = lines.filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

type Fill<'a> = &'a mut dyn FnMut(&str, &str) -> Result<(), String>;

/// Copies a configuration into a folder, with other values for what it names.
fn configure(
    name: &str,
    folder: &Path,
    values: impl FnOnce(Fill<'_>) -> Result<(), String>,
) -> Result<std::path::PathBuf, String> {
    let mut text = fs::read_to_string(tests::crate_folder("docs/deploy").join(name)).map_err(|it| it.to_string())?;
    values(&mut |what, value| {
        if !text.contains(what) {
            return Err(format!("{name} does not name {what}"));
        }
        text = text.replace(what, value);
        Ok(())
    })?;
    let file = folder.join(name);
    fs::write(&file, text).map_err(|error| error.to_string())?;
    Ok(file)
}

/// What stands around a file of nginx's http block: that it writes below a folder, and in the foreground.
fn around(folder: &Path, file: &Path) -> String {
    let (shown, file) = (folder.display(), file.display());
    // Workers of root are nobody, who may not write here.
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let user = if is_root { "user root;\n" } else { "" };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {shown}/{name};\n"))
        .concat();
    format!(
        "{user}daemon off;\nworker_processes 1;\npid {shown}/pid;\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}    \
         include {file};\n}}\n"
    )
}
