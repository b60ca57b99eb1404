//! Each server's example over a socket: every row of the table, as any other server of the view answers it.

mod running;

use running::{Running, urls};
use tests_http::ask::Answer;

/// A row: what is asked, and what tells the answer.
struct Row {
    method: &'static str,
    target: String,
    fields: Vec<(&'static str, String)>,
    status: u16,
    /// Fields of the answer.
    says: Vec<(&'static str, String)>,
    /// Its content.
    content: Option<String>,
}

fn row(method: &'static str, target: &str, status: u16) -> Row {
    Row { method, target: target.to_owned(), fields: vec![], status, says: vec![], content: None }
}

impl Row {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }

    fn says(mut self, name: &'static str, value: &str) -> Self {
        self.says.push((name, value.to_owned()));
        self
    }

    fn content(mut self, content: &str) -> Self {
        self.content = Some(content.to_owned());
        self
    }
}

fn answers_every_row(title: &str, program: &str) {
    let example = Running::start(program);
    let page = example.get("/");
    assert!(page.status == 200 && page.text().contains(&format!("<h1>{title}</h1>")), "{page:?}");
    let url = urls(page.text())[0];
    let token = url.strip_prefix("/static/").and_then(|rest| rest.strip_suffix("/css/style.css")).expect(url);
    let newer = format!("/static/{token}0/css/style.css");
    let style = include_str!("../static/css/style.css");
    let length = style.len().to_string();
    let etag = example.get(url).expect("etag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");

    // An example is a debug build: its contents come from disk, so browsers ask each time.
    let rows = [
        row("GET", url, 200)
            .says("content-type", "text/css; charset=utf-8")
            .says("cache-control", "no-cache")
            .says("content-length", &length)
            .content(style),
        row("HEAD", url, 200).says("content-length", &length).says("etag", &etag).content(""),
        row("GET", url, 304).with("if-none-match", &etag).says("etag", &etag).content(""),
        row("GET", url, 206)
            .with("range", "bytes=0-3")
            .says("content-range", &format!("bytes 0-3/{length}"))
            .says("content-length", "4")
            .content("body"),
        row("GET", url, 412).with("if-match", "\"other\""),
        row("GET", url, 416).with("range", "bytes=9999-").says("content-range", &format!("bytes */{length}")),
        row("GET", "/static/1/css/style.css?q=%20", 301)
            .says("location", &format!("{url}?q=%20"))
            .says("cache-control", "no-store"),
        row("HEAD", "/static/1/css/style.css", 301).says("location", url).content(""),
        row("GET", &newer, 503).says("retry-after", "3").says("cache-control", "no-store"),
        row("GET", &format!("/static/{token}/css/none.css"), 404).says("cache-control", "no-store"),
        row("GET", "/static/1/css/none.css", 404).says("cache-control", "no-store"),
        row("GET", "/static/a%20b/css/style.css", 404).says("cache-control", "no-store"),
        row("GET", "/static/", 404).says("cache-control", "no-store"),
        row("POST", url, 405).says("allow", "GET, HEAD").says("cache-control", "no-store"),
        row("OPTIONS", url, 204).says("allow", "GET, HEAD").content(""),
    ];
    for Row { method, target, fields, status, says, content } in rows {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer: Answer = example.ask(method, &target, &fields);
        let asked = format!("{title}: {method} {target} {fields:?}\n{answer:?}");
        assert_eq!(answer.status, status, "{asked}");
        for (name, value) in says {
            assert_eq!(answer.field(name), Some(value.as_str()), "{name} of {asked}");
        }
        if let Some(content) = content {
            assert_eq!(answer.text(), content, "{asked}");
        }
    }
}

#[test]
fn hyper_answers_every_row() {
    answers_every_row("hyper", env!("CARGO_BIN_EXE_hyper"));
}

#[test]
fn warp_answers_every_row() {
    answers_every_row("warp", env!("CARGO_BIN_EXE_warp"));
}

#[test]
fn actix_web_answers_every_row() {
    answers_every_row("actix-web", env!("CARGO_BIN_EXE_actix-web"));
}
