//! Contents from disk: an edit shows at the next request.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tests_http::ask::{answer, ask, get, request};
use tests_http::fixture::{EDITED_PAGE, STYLE};
use tests_http::view::{EDITED, GONE, edited};

/// The folder, for one test at a time. Afterwards it is as it was.
struct Folder(#[expect(dead_code, reason = "held, not read")] MutexGuard<'static, ()>);

impl Folder {
    fn take() -> Self {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let folder = Self(ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner));
        folder.restore();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(concat!(env!("OUT_DIR"), "/edited")).join(name)
    }

    /// Writes a file as if it had been there long before the build.
    fn write_old(&self, name: &str) {
        let file = fs::File::create(self.path(name)).expect("it can be written");
        file.set_modified(SystemTime::UNIX_EPOCH).expect("it has a time");
    }

    fn restore(&self) {
        for entry in fs::read_dir(self.path("")).expect("the fixture is there").flatten() {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("it can be removed");
        }
        for file in [STYLE, EDITED_PAGE] {
            fs::write(self.path(file.path), (file.content)()).expect("it can be written");
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.restore();
    }
}

#[test]
fn an_edit_shows_at_the_next_request_and_has_another_tag() {
    let folder = Folder::take();
    let before = get(&EDITED, "style.css", &[]);
    let etag = before.expect("etag");
    assert_eq!(get(&EDITED, "style.css", &[("if-none-match", etag)]).status, 304);
    // In the same second, and with the same length.
    let mut edited = (STYLE.content)();
    edited[0] = b'B';
    fs::write(folder.path("style.css"), &edited).expect("it can be written");
    for fields in [
        &[][..],
        &[("if-none-match", etag)],
        &[("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT")],
        &[("range", "bytes=0-9"), ("if-range", etag)],
        &[("range", "bytes=0-9"), ("if-range", "Sun, 16 Jun 2024 12:00:01 GMT")],
    ] {
        let after = get(&EDITED, "style.css", fields);
        assert_eq!(after.status, 200, "{fields:?}: {after:?}");
        assert!(after.body == edited);
        assert_ne!(after.expect("etag"), etag);
        assert_eq!(after.expect("content-length"), edited.len().to_string());
    }
    assert_eq!(get(&EDITED, "style.css", &[("if-match", etag)]).status, 412);
}

#[test]
fn an_edit_of_a_page_shows_at_the_next_request_with_its_references_right() {
    let folder = Folder::take();
    let page = || answer(edited::fallback(), request("GET", "/page", &[]));
    let (before, style) = (page(), EDITED.url("style.css"));
    let script = format!("<script type=module>import '{style}?js'; go('./style.css?js x')</script>");
    assert_eq!(before.text(), format!("<link rel=stylesheet href={style}>{script}"));
    let edit = |text: &str| {
        fs::write(folder.path("page.html"), text).expect("it can be written");
        let after = page();
        assert_ne!(after.expect("etag"), before.expect("etag"));
        after.text().to_owned()
    };
    // In code, what was a reference is one, in other quotes too. What only looks like it is not.
    let moved = "<!--é-->\n<img srcset='/style.css 2x, a.css'><a href='page.html'></a><script type=module>go('./style.css?js'); import \
                 \"./style.css?js\"; let a = {b: './style.css?js'}; import './style.css?jsx'</script>./style.css?js";
    let expected =
        moved.replace("/style.css 2x", &format!("{style} 2x")).replace("\"./style.css", &format!("\"{style}"));
    assert_eq!(edit(moved), expected);
    fs::write(folder.path("new.css"), "").expect("it can be written");
    assert_eq!(
        edit("<link rel=stylesheet href=new.css>"),
        format!("<link rel=stylesheet href={}>", EDITED.url("new.css"))
    );
    // One that is not UTF-8 is sent as it is.
    fs::write(folder.path("page.html"), b"\xFF<img src=style.css>").expect("it can be written");
    assert_eq!(page().body, b"\xFF<img src=style.css>");
    fs::remove_file(folder.path("page.html")).expect("it can be removed");
    let removed = page();
    assert_eq!((removed.status, removed.expect("cache-control")), (404, "no-store"));
    assert!(removed.text().contains("the file page.html was there at the last build"), "{removed:?}");
}

#[test]
fn a_request_that_leads_to_no_page_is_told_what_it_may_have_meant() {
    let folder = Folder::take();
    fs::create_dir(folder.path("new")).expect("it can be made");
    fs::write(folder.path("new/index.html"), "").expect("it can be written");
    fs::write(folder.path("other.html"), "").expect("it can be written");
    let text = |path: &str| {
        let answer = answer(edited::fallback(), request("GET", path, &[]));
        assert_eq!((answer.status, answer.expect("cache-control")), (404, "no-store"), "{path}");
        answer.text().to_owned()
    };
    for (path, file) in [
        ("/new", "new/index.html"),
        ("/new/", "new/index.html"),
        ("/new/index.html", "new/index.html"),
        ("/new/index", "new/index.html"),
        ("/other", "other.html"),
        ("/other.html", "other.html"),
    ] {
        let end = "is in the folder, but was added after the last build or is left out of it; build again to make it a page\n";
        assert_eq!(text(path), format!("404: the file {file} {end}"), "{path}");
    }
    let fixed =
        "404: the asset style.css has no fixed URL; to serve it here, add `.fixed_url(\"style.css\")` in `build.rs`\n";
    assert_eq!(text("/style.css"), fixed);
    for path in ["/", "//", "/none", "/none/", "/other/", "/../other", "/%FF"] {
        assert_eq!(text(path), "404: there is nothing at this URL\n", "{path}");
    }
}

#[test]
fn a_file_that_was_removed_after_the_build_gets_404_that_says_so() {
    let folder = Folder::take();
    fs::remove_file(folder.path("style.css")).expect("it can be removed");
    for method in ["GET", "HEAD"] {
        let answer = ask(&EDITED, method, &EDITED.url("style.css"), &[("if-none-match", "*")]);
        assert_eq!((answer.status, answer.expect("cache-control")), (404, "no-store"));
        let text = "404: the file style.css was there at the last build and cannot be read now; reload if a bundler is writing it, or build again\n";
        assert_eq!(answer.text(), if method == "GET" { text } else { "" });
        assert_eq!(answer.expect("content-length"), text.len().to_string());
    }
}

#[test]
fn a_file_that_was_added_after_the_build_is_sent_under_the_current_token_with_the_type_of_others_like_it() {
    let folder = Folder::take();
    fs::create_dir(folder.path("new folder")).expect("it can be made");
    fs::write(folder.path("new folder/é.CSS"), "a { b: c }").expect("it can be written");
    let added = get(&EDITED, "new%20folder/%C3%A9.CSS", &[]);
    assert_eq!((added.status, added.text()), (200, "a { b: c }"), "{added:?}");
    assert_eq!((added.expect("content-type"), added.expect("cache-control")), ("text/css; charset=utf-8", "no-cache"));
    let tag = ("if-none-match", added.expect("etag"));
    assert_eq!(get(&EDITED, "new%20folder/%C3%A9.CSS", &[tag]).status, 304);
    for path in ["new%20folder", "new%20folder/", "new%20folder/../style.css", "none.css"] {
        assert!(get(&EDITED, path, &[]).text().ends_with("has no such asset\n"), "{path}");
    }
}

#[test]
fn a_file_that_the_build_did_not_take_gets_404_that_says_so() {
    let folder = Folder::take();
    fs::create_dir(folder.path("new folder")).expect("it can be made");
    let told = |token: &str, path: &str| {
        let answer = ask(&EDITED, "GET", &EDITED.url_under(token, path), &[]);
        assert_eq!((answer.status, answer.expect("cache-control")), (404, "no-store"), "{answer:?}");
        answer.text().to_owned()
    };
    let message = |path: &str| {
        format!(
            "404: the file {path} is in the folder, but was added after the last build or is left out of it; build again\n"
        )
    };
    // It is older than the build, so the build has left it out.
    folder.write_old("new folder/é.css");
    assert_eq!(told(EDITED.token, "new%20folder/%C3%A9.css"), message("new folder/é.css"));
    // No other asset tells its type.
    fs::write(folder.path("new.woff2"), "").expect("it can be written");
    assert_eq!(told(EDITED.token, "new.woff2"), message("new.woff2"));
    // A page of an older build has another token.
    fs::write(folder.path("new.css"), "").expect("it can be written");
    assert_eq!(told("1718539201233", "new.css"), message("new.css"));
}

#[test]
fn a_file_that_is_spelt_wrongly_was_not_added() {
    let folder = Folder::take();
    fs::create_dir(folder.path("new")).expect("it can be made");
    for path in ["%2Fstyle.css", "./style.css", "new/..%2Fstyle.css"] {
        assert!(get(&EDITED, path, &[]).text().ends_with("has no such asset\n"), "{path}");
    }
}

#[test]
fn a_name_is_repeated_without_its_control_characters() {
    let folder = Folder::take();
    folder.write_old("a\nX-Injected: y\u{1b}.css");
    let answer = get(&EDITED, "a%0AX-Injected:%20y%1B.css", &[]);
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains(r"the file a\nX-Injected: y\u{1b}.css is in the folder"), "{answer:?}");
    assert_eq!(answer.field("x-injected"), None);
}

const GONE_TEXT: &str = "404: this program reads its assets from disk, and their folder does not exist; reload if a bundler is \
                         writing it; for another machine, build with `--release`, or give `embed = true` to `assets!`\n";

#[test]
fn a_program_whose_folder_is_gone_says_so_and_how_to_embed() {
    for method in ["GET", "HEAD"] {
        let answer = ask(&GONE, method, &GONE.url("style.css"), &[]);
        assert_eq!((answer.status, answer.expect("cache-control")), (404, "no-store"));
        assert_eq!(answer.text(), if method == "GET" { GONE_TEXT } else { "" });
    }
    assert!(get(&GONE, "none.css", &[]).text().ends_with("has no such asset\n"));
}

#[test]
fn it_says_so_once_on_stderr_with_the_folder() {
    // In a process of its own, of which all of stderr is known.
    let itself = std::env::current_exe().expect("a test has a path");
    let test = "development::a_program_whose_folder_is_gone_says_so_and_how_to_embed";
    let output = Command::new(itself).args(["--exact", test, "--nocapture"]).output().expect("it can be run");
    assert!(output.status.success(), "{output:?}");
    let line = format!(
        "cachebreaker: this program reads its assets from disk at `{}`, which does not exist: wait if a bundler is writing it; for \
         another machine, build with `--release`, or give `embed = true` to `assets!`",
        concat!(env!("OUT_DIR"), "/gone"),
    );
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr.matches(&line).count(), 1, "{stderr}");
    assert_eq!(stderr.matches("which does not exist").count(), 1, "{stderr}");
}
