//! Raw bytes over a socket: that a connection stays in step after every answer, and what stands on the wire.

use tests_http::ask::{Case, Way, one_of_each};
use tests_http::fixture::{FILES, STYLE};
use tests_http::view::{EMBEDDED, EVERY_MODE, View};
use tests_http::wire::{Connection, connect, serve};

type Client = Connection<std::net::TcpStream>;

fn head(case: &Case, method: &str, mount: &str) -> String {
    let fields: String = case.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{method} {mount}{} HTTP/1.1\r\nhost: site.example\r\n{fields}\r\n", case.target)
}

/// Asks for the stylesheet and closes: if a byte too many or too few came before, this fails.
fn is_in_step(client: &mut Client, view: &View, mount: &str) {
    let last = format!("GET {mount}{} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", view.url("style.css"));
    client.send(last.as_bytes()).unwrap();
    let answer = client.read("GET").unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.body == (STYLE.content)());
    assert_eq!(client.rest().unwrap(), b"", "bytes after the last answer");
}

#[test]
fn a_connection_stays_in_step_after_every_answer() {
    for view in EVERY_MODE {
        for way in [Way::Merge, Way::Nest, Way::NestService, Way::Fallback] {
            let address = serve(way.app(&view));
            let mut client = connect(address).unwrap();
            for case in one_of_each(&view) {
                let methods = if case.method == "GET" { &["GET", "HEAD"][..] } else { &[case.method] };
                for method in methods {
                    client.send(head(&case, method, way.mount()).as_bytes()).unwrap();
                    let answer = client.read(method).unwrap();
                    if *method == case.method {
                        assert_eq!(answer.status, case.status, "{way:?} {case:?}: {answer:?}");
                    }
                    assert!(answer.fields.contains_key("date"));
                    assert_eq!(answer.field("transfer-encoding"), None, "{way:?} {method} {case:?}: {answer:?}");
                    let has_length = ![204, 304].contains(&answer.status);
                    assert_eq!(
                        answer.fields.contains_key("content-length"),
                        has_length,
                        "{method} {case:?}: {answer:?}"
                    );
                }
            }
            is_in_step(&mut client, &view, way.mount());
        }
    }
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    for view in EVERY_MODE {
        let cases = one_of_each(&view);
        let mut client = connect(serve(Way::Merge.app(&view))).unwrap();
        let all: String = cases.iter().map(|case| head(case, "HEAD", "") + &head(case, case.method, "")).collect();
        client.send(all.as_bytes()).unwrap();
        for case in &cases {
            let alone = client.read("HEAD").unwrap();
            assert!(alone.body.is_empty());
            assert_eq!(client.read(case.method).unwrap().status, case.status, "{case:?}");
        }
        is_in_step(&mut client, &view, "");
    }
}

#[test]
fn head_has_the_lines_of_get() {
    for view in EVERY_MODE {
        let mut client = connect(serve(Way::Merge.app(&view))).unwrap();
        for case in one_of_each(&view).iter().filter(|case| case.method == "GET" && ![206, 416].contains(&case.status))
        {
            let mut of = |method| {
                client.send(head(case, method, "").as_bytes()).unwrap();
                client.read(method).unwrap()
            };
            assert_eq!(of("HEAD").head(), of("GET").head(), "{case:?}");
        }
    }
}

#[test]
fn every_file_comes_over_the_wire_as_it_is() {
    for view in EVERY_MODE {
        let mut client = connect(serve(Way::Merge.app(&view))).unwrap();
        for file in FILES {
            client.send(format!("GET {} HTTP/1.1\r\nhost: a\r\n\r\n", view.url(file.spelt)).as_bytes()).unwrap();
            let answer = client.read("GET").unwrap();
            assert!(answer.status == 200 && answer.body == (file.content)(), "{}: {}", file.path, answer.head());
        }
        is_in_step(&mut client, &view, "");
    }
}

#[test]
fn the_body_of_a_refused_request_is_not_taken_for_the_next_one() {
    let mut client = connect(serve(Way::Merge.app(&EMBEDDED))).unwrap();
    let body = format!("GET {} HTTP/1.1\r\nhost: a\r\n\r\n", EMBEDDED.url("none.css"));
    let length = body.len();
    let target = EMBEDDED.url("style.css");
    client
        .send(format!("POST {target} HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes())
        .unwrap();
    assert_eq!(client.read("POST").unwrap().status, 405);
    is_in_step(&mut client, &EMBEDDED, "");
}

#[test]
fn a_client_of_http_1_0_gets_the_whole_and_the_end_of_the_connection() {
    for method in ["GET", "HEAD"] {
        let mut client = connect(serve(Way::Merge.app(&EMBEDDED))).unwrap();
        client.send(format!("{method} {} HTTP/1.0\r\n\r\n", EMBEDDED.url("style.css")).as_bytes()).unwrap();
        let raw = client.rest().unwrap();
        let text = String::from_utf8(raw).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 200") || head.starts_with("HTTP/1.1 200"), "{head}");
        let length = (STYLE.content)().len();
        assert!(head.to_ascii_lowercase().contains(&format!("\r\ncontent-length: {length}\r\n")), "{head}");
        assert_eq!(body.len(), if method == "GET" { length } else { 0 });
    }
}

#[test]
fn raw_bytes_that_no_url_holds_do_no_harm() {
    let address = serve(Way::Merge.app(&EMBEDDED));
    for target in [
        &b"/static/1718539201234/\xff\xfe.css"[..],
        b"/static/1718539201234/%ff\xc0\xaf",
        b"/static/1718539201234/style.css?\xc3\xa9",
        b"/static/1718539201233/style.css?\xff\xfe",
        b"/static/1718539201234/a b",
        b"/static/1718539201234/\x00",
        b"/static/1718539201234/\x7f",
        b"static/1718539201234/style.css",
        b"//evil.example/static/1718539201233/style.css",
    ] {
        let mut client = connect(address).unwrap();
        let request = [b"GET ", target, b" HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"].concat();
        client.send(&request).unwrap();
        let answer = client.read("GET").unwrap();
        println!("{}: {answer:?}", target.escape_ascii());
        assert!([200, 301, 400, 404].contains(&answer.status), "{}: {answer:?}", target.escape_ascii());
        if let Some(location) = answer.fields.get("location") {
            assert!(location.as_bytes().starts_with(b"/static/1718539201234/style.css?"), "{answer:?}");
        }
    }
    is_in_step(&mut connect(address).unwrap(), &EMBEDDED, "");
}
