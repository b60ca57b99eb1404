//! An example that runs, and what it answers.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tests_http::ask::Answer;
use tests_http::wire::connect;

/// A running example. It ends with the test.
pub struct Running {
    process: Child,
    address: String,
}

impl Running {
    /// Starts a program on any free port. Its first line is `listening on http://127.0.0.1:PORT`.
    pub fn start(program: &str) -> Self {
        let mut command = Command::new(program);
        let mut process = command.arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().expect("the example starts");
        let mut first = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        let address = first.trim_end().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{first:?}"));
        Self { address: address.to_owned(), process }
    }

    /// Asks over a connection of its own.
    pub fn ask(&self, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
        let mut connection = connect(self.address.parse().unwrap()).unwrap();
        let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{method} {target} HTTP/1.1\r\nhost: {}\r\n{fields}\r\n", self.address);
        connection.send(head.as_bytes()).unwrap();
        connection.read(method).unwrap_or_else(|error| panic!("{method} {target}: {error}"))
    }

    /// Asks with `GET`.
    pub fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[])
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The URLs of a page's assets, in order.
pub fn urls(page: &str) -> Vec<&str> {
    // The element with the retry script names what all of them begin with.
    page.split('"').filter(|text| text.starts_with("/static/") && *text != "/static/").collect()
}
