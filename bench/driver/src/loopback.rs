//! Requests a second over the loopback, asked by `wrk`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use crate::program::{bench, build, run};
use crate::table::{Table, median, ratio};

const ROUNDS: usize = 5;
const SECONDS: &str = "3";
const BROWSER: &str = "Accept-Encoding: gzip, deflate, br, zstd";

/// A server that runs until it is dropped.
struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // By a signal that nginx passes on to its workers.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Server {
    /// One of our programs, which prints where the asset is.
    fn start(program: &Path, contender: &str) -> Self {
        let mut command = Command::new(program);
        command.args([contender, "browser", "serve"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|cause| panic!("{command:?}: {cause}"));
        let mut url = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut url).expect("the URL of the asset");
        Self { child, url: url.trim().to_owned() }
    }

    fn nginx() -> Self {
        let folder = env::temp_dir().join(format!("cachebreaker-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for nginx");
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
        let configuration = fs::read_to_string(bench().join("nginx.conf")).expect("nginx.conf");
        let root = bench().join("peers/trees/1000");
        let configuration = configuration
            .replace("{port}", &port.to_string())
            .replace("{root}", &root.to_string_lossy())
            .replace("{folder}", &folder.to_string_lossy());
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration).expect("nginx.conf");
        let child = Command::new("nginx")
            .arg("-c")
            .arg(&file)
            .arg("-p")
            .arg(&folder)
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx runs");
        Self { child, url: format!("http://127.0.0.1:{port}/static/css/site.css") }
    }

    fn wait(&self) {
        let address = self.url.split('/').nth(2).expect("an address");
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "nothing listens at {address}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Requests a second.
    fn ask(&self) -> f64 {
        let text = run(Command::new("wrk").args(["-t1", "-c64", "-d", SECONDS, "-H", BROWSER, &self.url]));
        assert!(!text.contains("Non-2xx"), "{}:\n{text}", self.url);
        let (_, rest) = text.split_once("Requests/sec:").expect("wrk says how many requests");
        rest.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
    }
}

/// The section of the report.
pub(crate) fn report() -> String {
    build("bench-ours");
    let programs = build("bench-peers");
    let servers = [
        ("bare axum route, fixed answer", Server::start(&programs.join("ours"), "axum")),
        ("**cachebreaker**, `assets::router()`", Server::start(&programs.join("ours"), "router")),
        ("nginx, `brotli_static`, `gzip_static`, `open_file_cache`", Server::nginx()),
        ("tower-http `ServeDir`", Server::start(&programs.join("peers"), "serve-dir")),
    ];
    servers.iter().for_each(|(_, server)| server.wait());
    let mut rates = servers.each_ref().map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for ((_, server), rates) in servers.iter().zip(&mut rates) {
            rates.push(server.ask());
        }
    }
    let base = median(rates[0].clone());
    let mut table = Table::new(&["", "requests a second", "beside bare axum", "each round beside bare axum"]);
    for ((title, _), own) in servers.iter().zip(&rates) {
        let rounds: Vec<_> = own.iter().zip(&rates[0]).map(|(own, base)| ratio(*own, *base)).collect();
        let median = median(own.clone());
        table.row(vec![(*title).to_owned(), format!("{median:.0}"), ratio(median, base), rounds.join(", ")]);
    }
    format!(
        "## Serving, over the loopback\n\n`wrk -t1 -c64`, a browser's `Accept-Encoding`, {ROUNDS} rounds of {SECONDS} s in turn; \
         the median. `wrk` runs on the same cores. All Rust servers set `TCP_NODELAY`.\n\n{}\n",
        table.markdown()
    )
}
