//! The fronts: nginx, HAProxy, and nginx as a cache, with the configurations of `docs/deploy`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::http;
use tests_browser::{Process, until};

/// A front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Haproxy,
    Cache,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Nginx, Self::Haproxy, Self::Cache];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "HAProxy",
            Self::Cache => "nginx cache",
        }
    }

    fn configuration(self) -> &'static str {
        match self {
            Self::Nginx => "nginx.conf",
            Self::Haproxy => "haproxy.cfg",
            Self::Cache => "nginx-cache.conf",
        }
    }
}

/// A running front.
pub(crate) struct Front {
    pub(crate) kind: Kind,
    pub(crate) port: u16,
    pub(crate) process: Process,
    /// Where the cache keeps what it stores.
    pub(crate) stored: PathBuf,
}

impl Front {
    /// Starts a front before the instances on two ports; `folder` is for what it writes.
    pub(crate) fn start(kind: Kind, instances: [u16; 2], folder: &Path) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("{}: {error}", kind.name());
        let folder = folder.join(kind.configuration());
        let stored = folder.join("stored");
        fs::create_dir_all(&folder).map_err(told)?;
        let port = http::free_port().map_err(told)?;

        let source = tests::crate_folder("docs/deploy").join(kind.configuration());
        let mut text = fs::read_to_string(source).map_err(told)?;
        let mut fill = |what: &str, value: &str| {
            if !text.contains(what) {
                return Err(format!("{} does not name {what}", kind.configuration()));
            }
            text = text.replace(what, value);
            Ok(())
        };
        let listen = if kind == Kind::Cache { "127.0.0.1:8081" } else { "127.0.0.1:8080" };
        fill(listen, &format!("127.0.0.1:{port}"))?;
        fill("127.0.0.1:3001", &format!("127.0.0.1:{}", instances[0]))?;
        fill("127.0.0.1:3002", &format!("127.0.0.1:{}", instances[1]))?;
        if kind == Kind::Cache {
            fill("/var/cache/nginx/assets", &stored.to_string_lossy())?;
        }
        let file = folder.join(kind.configuration());
        fs::write(&file, text).map_err(told)?;

        let log = fs::File::create(folder.join("log")).map_err(told)?;
        let process = match kind {
            Kind::Haproxy => Process::start("haproxy", |command| {
                command.arg("-db").arg("-f").arg(&file).stdout(Stdio::null()).stderr(log)
            })?,
            Kind::Nginx | Kind::Cache => {
                let main = folder.join("main.conf");
                fs::write(&main, around(&folder, &file)).map_err(told)?;
                Process::start("nginx", |command| {
                    command.arg("-e").arg("stderr").arg("-c").arg(&main).stdout(Stdio::null()).stderr(log)
                })?
            }
        };
        let mut front = Self { kind, port, process, stored };
        let mut ended = Ok(());
        until(|| {
            ended = front.process.check();
            ended.is_err() || http::get(port, "/").is_ok_and(|answer| answer.status == 200)
        })
        .and(ended)
        .map_err(|error| format!("{error}: {}", fs::read_to_string(folder.join("log")).unwrap_or_default()))?;
        Ok(front)
    }
}

/// What stands around a file of nginx's http block: that it writes below a folder, and in the foreground.
fn around(folder: &Path, file: &Path) -> String {
    let shown = folder.display();
    // Workers of root are nobody, who may not write here.
    let user = if is_root() { "user root;\n" } else { "" };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path {shown}/{name};\n"))
        .concat();
    format!(
        "{user}daemon off;\nworker_processes 2;\npid {shown}/pid;\nevents {{}}\nhttp {{\n    access_log off;\n{temporary}    \
         include {};\n}}\n",
        file.display()
    )
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
