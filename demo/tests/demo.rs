//! The demo as its first reader meets it: the program, its page, and what the page shows.

mod server;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::{Command, Output};

use server::{Server, between};

fn demo(port: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.env("PORT", port);
    command
}

/// The URLs in a page, without those of the table, which shows URLs of other deploys and of no file.
fn urls(page: &str) -> BTreeSet<&str> {
    let (start, end) = (page.find("<tbody>").unwrap(), page.find("</tbody>").unwrap());
    [&page[..start], &page[end..]]
        .into_iter()
        .flat_map(|part| [between(part, "href=\"", "\""), between(part, "src=\"", "\"")].concat())
        .collect()
}

/// A relative reference in the file of that URL, resolved as browsers do.
fn resolve(url: &str, reference: &str) -> String {
    let mut segments: Vec<_> = url.split('/').collect();
    segments.pop();
    for segment in reference.split('/') {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name),
        }
    }
    segments.join("/")
}

#[test]
fn every_url_in_the_page_is_a_file() {
    let demo = Server::start(&mut demo("0"));
    let page = demo.get("/");
    assert_eq!(page.status, 200);
    assert_eq!(page.field("content-type"), Some("text/html; charset=utf-8"));
    let token = between(&page.body, "<code id=\"token\">", "<")[0];
    let urls = urls(&page.body);
    for file in ["css/style.css", "js/app.js", "js/answers.js", "img/logo.svg", "img/waves.svg"] {
        assert!(urls.contains(format!("/static/{token}/{file}").as_str()), "{file} in {urls:?}");
    }
    for url in urls {
        let answer = demo.get(url);
        assert_eq!((answer.status, answer.body.is_empty()), (200, false), "{url}");
    }
}

#[test]
fn relative_references_in_stylesheets_and_modules_lead_to_files() {
    let demo = Server::start(&mut demo("0"));
    let page = demo.get("/");
    let mut resolved = BTreeSet::new();
    for url in urls(&page.body) {
        let text = demo.get(url).body;
        let references = match url.rsplit_once('.').unwrap().1 {
            "css" => between(&text, "url(\"", "\")"),
            "js" => between(&text, "} from \"", "\""),
            _ => continue,
        };
        for reference in references {
            let found = resolve(url, reference);
            assert_eq!(demo.get(&found).status, 200, "`{reference}` in {url}");
            resolved.insert(found.rsplit('/').next().unwrap().to_owned());
        }
    }
    assert!(["waves.svg", "shore.svg", "answers.js"].iter().all(|name| resolved.contains(*name)), "{resolved:?}");
}

#[test]
fn the_table_shows_what_its_links_answer() {
    let demo = Server::start(&mut demo("0"));
    let page = demo.get("/").body;
    let token = between(&page, "<code id=\"token\">", "<")[0];
    let mut statuses = Vec::new();
    for row in between(&page, "<tr data-status=\"", "</tr>") {
        let (status, url) = (&row[..3], between(row, "href=\"", "\"")[0]);
        let answer = demo.get(url);
        assert_eq!(answer.status.to_string(), status, "{url}");
        match answer.status {
            200 => assert_eq!(url, format!("/static/{token}/css/style.css")),
            301 => {
                assert_eq!(answer.field("location"), Some(format!("/static/{token}/css/style.css").as_str()));
            }
            503 => assert_eq!(answer.field("retry-after"), Some("3")),
            _ => assert_eq!(answer.field("cache-control"), Some("no-store")),
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [200, 404, 301, 404, 503]);
}

#[test]
fn the_page_can_ask_what_a_path_is_answered_with() {
    let demo = Server::start(&mut demo("0"));
    let answer = demo.get("/ask/static/1/img/logo.svg?x=1");
    assert_eq!(answer.status, 200);
    let token = between(&demo.get("/").body, "<code id=\"token\">", "<")[0].to_owned();
    let mut lines = answer.body.lines();
    assert_eq!(lines.next(), Some("301 Moved Permanently"));
    let location = format!("location: /static/{token}/img/logo.svg?x=1");
    assert!(lines.any(|line| line == location), "{}", answer.body);
}

fn refusal(output: Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

#[test]
fn a_bad_port_is_refused_in_one_line() {
    for port in ["", "http", "-1", "65536", "3000 "] {
        let message = refusal(demo(port).output().unwrap());
        assert_eq!(message, format!("demo: PORT is `{port}`: it must be a number from 0 to 65535\n"));
    }
}

#[test]
fn an_occupied_port_is_told_in_one_line() {
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = occupied.local_addr().unwrap().port().to_string();
    let message = refusal(demo(&port).output().unwrap());
    assert!(message.starts_with(&format!("demo: cannot listen on 127.0.0.1:{port}: ")), "{message}");
    assert!(message.ends_with("; set PORT to another port\n"), "{message}");
}
