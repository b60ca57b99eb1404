//! The CDN: nginx or Varnish, with the configurations of `docs/deploy`.

use std::path::Path;

use tests_browser::http::{Answer, get_with};
use tests_browser::{Process, front};

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
        let port = front::free_port().map_err(|error| error.to_string())?;
        let guide = tests::crate_folder("docs/deploy");
        let (file, mut process) = match kind {
            Kind::Nginx => {
                let [at, app] = [port, app].map(|port| format!("127.0.0.1:{port}"));
                let stored = folder.join("stored");
                let stored = ("/var/cache/nginx/cdn", &*stored.to_string_lossy());
                let values = [("127.0.0.1:8082", &*at), ("127.0.0.1:3001", &app), stored];
                let file = front::configure(&guide.join("cdn-nginx.conf"), folder, &values)?;
                let process = front::nginx(&file)?;
                (file, process)
            }
            Kind::Varnish => {
                let app = format!("\"{app}\"");
                let file = front::configure(&guide.join("cdn.vcl"), folder, &[("\"3001\"", &app)])?;
                let process = front::start("varnishd", &file, |command| {
                    command.args(["-F", "-j", "none", "-s", "default,16m", "-a", &format!("127.0.0.1:{port}"), "-f"]);
                    command.arg(&file).arg("-n").arg(folder.join("work"))
                })?;
                (file, process)
            }
        };
        front::wait(&mut process, &file, || get_with(port, "/static/", ORIGIN).is_ok_and(|it| it.status == 404))?;
        Ok(Self { port, _process: process })
    }

    /// Asks for a path as a page of another origin does.
    pub(crate) fn get(&self, path: &str) -> Result<Answer, String> {
        get_with(self.port, path, ORIGIN).map_err(|error| format!("{path}: {error}"))
    }
}

const ORIGIN: &str = "Origin: https://a.example\r\n";
