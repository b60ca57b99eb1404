//! A bucket, on a server that speaks S3: moto.

use std::env;
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::site::succeed;

pub(crate) struct Bucket {
    server: Child,
    port: u16,
    /// Its log.
    _folder: TempDir,
}

impl Bucket {
    /// Starts the server, and makes the bucket of the guide in it.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let log = File::create(folder.path().join("log")).expect("a log");
        let mut command = Command::new(programs().join("moto_server"));
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        let both = (log.try_clone().expect("a log"), log);
        let server = command.stdout(both.0).stderr(both.1).spawn().expect("a server");
        let bucket = Self { server, port, _folder: folder };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(60), "the server does not answer");
            sleep(Duration::from_millis(100));
        }
        bucket.aws(&["s3", "mb", "s3://example-history"]);
        bucket
    }

    /// Has a command use this server.
    pub(crate) fn tell<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let path = format!("{}:{}", programs().display(), env::var("PATH").unwrap_or_default());
        command
            .env("PATH", path)
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_ACCESS_KEY_ID", "key")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_DEFAULT_REGION", "us-east-1")
    }

    pub(crate) fn aws(&self, arguments: &[&str]) -> String {
        succeed(self.tell(&mut Command::new(programs().join("aws"))).args(arguments))
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Where `tests/recipes/run` has installed them.
fn programs() -> PathBuf {
    let folder = env::var_os("RECIPES_PYTHON").expect("tests/recipes/run sets it");
    PathBuf::from(folder).join("bin")
}
