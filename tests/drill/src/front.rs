//! The fronts: nginx, HAProxy, and nginx as a cache, with the configurations of `docs/deploy`.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use tests_browser::{Process, front, http};

use crate::visitor::Page;

/// A front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Haproxy,
    Cache,
}

impl Kind {
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
    _process: Process,
    /// Where the cache keeps what it stores.
    pub(crate) stored: PathBuf,
}

impl Front {
    /// Starts a front before the instances on two ports; `folder` is for what it writes.
    pub(crate) fn start(kind: Kind, instances: [u16; 2], folder: &Path) -> Result<Self, String> {
        let folder = folder.join(kind.configuration());
        let stored = folder.join("stored");
        let port = front::free_port().map_err(|error| error.to_string())?;
        let [first, second] = instances.map(|port| format!("127.0.0.1:{port}"));
        // Every name of this machine.
        let at = format!("*:{port}");
        let shown = stored.to_string_lossy();
        let mut values = vec![("127.0.0.1:3001", &*first), ("127.0.0.1:3002", &second)];
        match kind {
            Kind::Nginx | Kind::Haproxy => values.push(("127.0.0.1:8080", &at)),
            Kind::Cache => values.extend([("127.0.0.1:8081", &*at), ("/var/cache/nginx/assets", &shown)]),
        }
        let source = tests::crate_folder("docs/deploy").join(kind.configuration());
        let file = front::configure(&source, &folder, &values)?;
        let mut process = match kind {
            Kind::Haproxy => front::start("haproxy", &file, |command| command.args(["-db", "-f"]).arg(&file))?,
            Kind::Nginx | Kind::Cache => front::nginx(&file)?,
        };
        front::wait(&mut process, &file, || http::get(port, "/").is_ok_and(|answer| answer.status == 200))?;
        Ok(Self { kind, port, _process: process, stored })
    }

    /// A page through this front.
    pub(crate) fn page(&self, host: Ipv4Addr, path: &'static str) -> Page {
        Page { host, port: self.port, path }
    }
}
