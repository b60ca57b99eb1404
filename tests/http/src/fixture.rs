//! The fixture folders: what `build.rs` prepares, and what tests compare answers with.

/// When the fixtures were "built": `Sun, 16 Jun 2024 12:00:01 GMT`.
pub const MODIFIED_SECONDS: u64 = 1_718_539_201;

/// The token of most folders.
pub const TOKEN: &str = "1718539201234";

/// The folder whose token is a commit.
pub const COMMIT_FOLDER: &str = "commit";

/// The commit that the one of [`COMMIT_FOLDER`] supersedes.
pub const SUPERSEDED: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

/// The folder that is not there any more when tests run.
pub const GONE_FOLDER: &str = "gone";

/// The folder whose files have fields of their own.
pub const OWN_FOLDER: &str = "own";

/// Those fields.
pub const OWN_FIELDS: [(&str, &str); 2] =
    [("cross-origin-embedder-policy", "require-corp"), ("link", "<a>; rel=\"preload\", <b>")];

/// Their content type.
pub const OWN_TYPE: &str = "text/x-own; charset=utf-8";

/// The folder some of whose files have fixed URLs.
pub const FIXED_FOLDER: &str = "fixed";

/// Those files, beside `style.css`, which has none.
pub const FIXED_FILES: [File; 5] = [
    file("robots.txt", "robots.txt", TEXT, || b"User-agent: *\n".to_vec()),
    file(".well-known/a b.txt", ".well-known/a%20b.txt", TEXT, || b"a b\n".to_vec()),
    encoded("sw.js", "text/javascript; charset=utf-8", || lines("self.addEventListener('fetch', () => {})", 30)),
    encoded("js/sw.js", "text/javascript; charset=utf-8", || lines("self.addEventListener('push', () => {})", 30)),
    encoded("site.webmanifest", "application/manifest+json", || lines("\"name\": \"site\"", 30)),
];

/// The folder with pages. Navigations that match nothing get [`PAGES`]`[0]`.
pub const SITE_FOLDER: &str = "site";

/// The folder with a page that checks digests, whose view has a path for its base.
pub const UI_FOLDER: &str = "under-ui";

/// The same without digests, which pages have only in the binary.
pub const UI_DISK_FOLDER: &str = "under-ui-on-disk";

/// The folder of a site that was served without tokens, with pages and [`MOVED_FILES`].
pub const MOVED_FOLDER: &str = "moved";

/// The folder that was served at a prefix, without tokens: [`UNMOVED_FILES`].
pub const UNMOVED_FOLDER: &str = "unmoved";

/// Another, with [`NOT_FOUND_PAGE`].
pub const BOOK_FOLDER: &str = "book";

const HTML: &str = "text/html; charset=utf-8";

/// A page: its file, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its file.
    pub file: File,
    /// Its URL.
    pub url: &'static str,
    /// Other URLs, which are redirected there.
    pub others: &'static [&'static str],
    /// What is sent: the file, with [`TOKEN`] in URLs.
    pub sent: fn() -> Vec<u8>,
}

/// The pages, beside `style.css` and `img/a b.svg`. The reference to each is written in another way.
pub const PAGES: [Page; 5] = [
    Page {
        file: encoded("index.html", HTML, || page("<link rel=stylesheet href=./style.css>")),
        url: "/",
        others: &["/index.html", "/index"],
        sent: || page("<link rel=stylesheet href=/static/1718539201234/style.css>"),
    },
    Page {
        file: encoded("about.html", HTML, || page("<a href=docs/><style>@import '/style.css?a'</style></a>")),
        url: "/about",
        others: &["/about/", "/about.html", "/about/index.html", "/about/index"],
        sent: || page("<a href=docs/><style>@import '/static/1718539201234/style.css?a'</style></a>"),
    },
    Page {
        file: encoded("docs/index.html", HTML, || page("<img srcset='../img/a%20b.svg 1x, ../style.css 2x'>")),
        url: "/docs/",
        others: &["/docs", "/docs/index.html", "/docs/index", "/docs.html", "/%64ocs"],
        sent: || page("<img srcset='/static/1718539201234/img/a%20b.svg 1x, /static/1718539201234/style.css 2x'>"),
    },
    Page {
        file: encoded("docs/é +.html", HTML, || page("<p style='a: url(../img/a%20b.svg#c)'><a href=index.html></a>")),
        url: "/docs/%C3%A9%20%2B",
        others: &["/docs/%C3%A9%20%2B/", "/docs/%C3%A9%20+.html", "/docs/%c3%a9%20+/index.html"],
        sent: || page("<p style='a: url(/static/1718539201234/img/a%20b.svg#c)'><a href=index.html></a>"),
    },
    Page {
        file: file("short.html", "short.html", HTML, || b"<script type=module src=none.js></script>".to_vec()),
        url: "/short",
        others: &["/short/", "/short.html"],
        sent: || b"<script type=module src=none.js></script>".to_vec(),
    },
];

/// The page that is sent with 404.
pub const NOT_FOUND_PAGE: Page = Page {
    file: encoded("404.html", HTML, || page("<link rel=icon href='img/a b.svg'>")),
    url: "/404",
    others: &["/404/", "/404.html"],
    sent: || page("<link rel=icon href='/static/1718539201234/img/a%20b.svg'>"),
};

/// Files of a site whose old URLs are their paths.
pub const MOVED_FILES: [File; 7] = [
    encoded("index.html", HTML, || {
        page(
            "<link rel=stylesheet href=/assets/site.css><script type=module src=./assets/app.js></script><a href=/assets/terms.txt>",
        )
    }),
    encoded("about.html", HTML, || page("About")),
    encoded("docs/index.html", HTML, || page("Docs")),
    encoded("assets/site.css", "text/css; charset=utf-8", || lines("body { background: url(logo.svg) }", 30)),
    encoded("assets/app.js", SCRIPT, || lines("export const app", 30)),
    encoded("assets/logo.svg", "image/svg+xml", || lines("<path d=\"M0 0h1v1z\"/>", 30)),
    file("assets/terms.txt", "assets/terms.txt", TEXT, || b"Terms\n".to_vec()),
];

/// Files whose old URLs are their paths after `/static/`.
pub const UNMOVED_FILES: [File; 3] = [
    encoded("css/site.css", "text/css; charset=utf-8", || lines("body { background: url(../img/logo.svg) }", 30)),
    encoded("img/logo.svg", "image/svg+xml", || lines("<path d=\"M0 0h2v2z\"/>", 30)),
    file("img/a b.txt", "img/a%20b.txt", TEXT, || b"a b\n".to_vec()),
];

/// The page that tests may edit, in the folder `edited`.
pub const EDITED_PAGE: File = file("page.html", "page.html", HTML, || {
    b"<link rel=stylesheet href=style.css><script type=module>import './style.css?js'; go('./style.css?js x')</script>"
        .to_vec()
});

/// A page with this in it, long enough to be compressed.
fn page(inside: &str) -> Vec<u8> {
    [&b"<!doctype html>\r\n<title>A page</title>"[..], inside.as_bytes(), &lines("<p>Text é", 30)].concat()
}

/// Each folder and its token.
pub const FOLDERS: [(&str, &str); 17] = [
    ("static", TOKEN),
    ("small", TOKEN),
    ("edited", TOKEN),
    ("large", TOKEN),
    (GONE_FOLDER, TOKEN),
    (OWN_FOLDER, TOKEN),
    (FIXED_FOLDER, TOKEN),
    ("release", "v1.10.0"),
    ("label", "build-99"),
    ("content", "1718539201234-9f86d081884c"),
    (SITE_FOLDER, TOKEN),
    (UI_FOLDER, TOKEN),
    (UI_DISK_FOLDER, TOKEN),
    (BOOK_FOLDER, TOKEN),
    (MOVED_FOLDER, TOKEN),
    (UNMOVED_FOLDER, TOKEN),
    (COMMIT_FOLDER, "9fceb02d0ae598e95dc970b74767f19372d61af8"),
];

/// A file of a fixture folder.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Its path in the folder.
    pub path: &'static str,
    /// Its URL's path below the token, as RFC 3986 spells it.
    pub spelt: &'static str,
    /// What `Content-Type` should say.
    pub content_type: &'static str,
    /// Its bytes.
    pub content: fn() -> Vec<u8>,
    /// Whether it has encodings beside its own bytes: it is long enough, and of a type that compresses.
    pub encoded: bool,
}

const TEXT: &str = "text/plain; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const fn file(path: &'static str, spelt: &'static str, content_type: &'static str, content: fn() -> Vec<u8>) -> File {
    File { path, spelt, content_type, content, encoded: false }
}

const fn encoded(path: &'static str, content_type: &'static str, content: fn() -> Vec<u8>) -> File {
    File { path, spelt: path, content_type, content, encoded: true }
}

/// The files of the folder `static`.
pub const FILES: [File; 17] = [
    encoded("style.css", "text/css; charset=utf-8", style),
    encoded("app.js", "text/javascript; charset=utf-8", || lines("export const number", 40)),
    encoded("img/logo.svg", "image/svg+xml", || lines("<path d=\"M0 0h9v9z\"/>", 30)),
    encoded("a/b.c/d/data.json", "application/json", || lines("[1, 2, 3]", 50)),
    file("img/photo.png", "img/photo.png", "image/png", || noise(10_007)),
    file("clip.mp4", "clip.mp4", "video/mp4", || noise(1 << 20)),
    file("empty.txt", "empty.txt", TEXT, Vec::new),
    file("one.txt", "one.txt", TEXT, || b"1".to_vec()),
    file("README", "README", "application/octet-stream", || b"none\n".to_vec()),
    file("a b+c.txt", "a%20b%2Bc.txt", TEXT, || b"a b+c\n".to_vec()),
    file("50%.txt", "50%25.txt", TEXT, || b"50%\n".to_vec()),
    file("a%20b.txt", "a%2520b.txt", TEXT, || b"a%20b\n".to_vec()),
    file("c#d?e.txt", "c%23d%3Fe.txt", TEXT, || b"c#d?e\n".to_vec()),
    file("é.txt", "%C3%A9.txt", TEXT, || b"e'\n".to_vec()),
    file("名前/文.txt", "%E5%90%8D%E5%89%8D/%E6%96%87.txt", TEXT, || b"n/t\n".to_vec()),
    file("<b>\"'&.txt", "%3Cb%3E%22%27%26.txt", TEXT, || b"<b>\n".to_vec()),
    file("semi;colon,comma=@:!$(*).txt", "semi%3Bcolon%2Ccomma%3D%40%3A%21%24%28%2A%29.txt", TEXT, || {
        b";,=@\n".to_vec()
    }),
];

/// A release before the one with [`FILES`].
#[derive(Debug)]
pub struct Past {
    /// The deploy's token.
    pub token: &'static str,
    /// When it was built.
    pub modified: u64,
    /// The same as `Last-Modified` has it.
    pub last_modified: &'static str,
    /// Its files.
    pub files: &'static [File],
    /// Those that have [`SHARED`] in their URLs.
    pub shared: &'static [File],
}

impl Past {
    /// Its files under a token.
    #[must_use]
    pub fn files_under(&self, token: &str) -> &'static [File] {
        match token {
            SHARED => self.shared,
            _ if token == self.token => self.files,
            _ => &[],
        }
    }
}

/// The deploy's token of the last release before the one with [`FILES`].
pub const KEPT: &str = "1718539200000";

/// A token in URLs of both releases before the one with [`FILES`].
pub const SHARED: &str = "1718539100000";

/// Two releases, the earlier one first. The later one has half of [`FILES`] as they are, and others for the rest. It has `gone.js` too,
/// and not yet `one.txt`. The earlier one has `older.js` too, which the later one does not have.
pub const PAST: [Past; 2] = [
    Past {
        token: "1718539110000",
        modified: MODIFIED_SECONDS - 200,
        last_modified: "Sun, 16 Jun 2024 11:56:41 GMT",
        files: &[KEPT_FILES[0], encoded("app.js", SCRIPT, || lines("export const older", 20)), OLDER],
        shared: &[KEPT_FILES[0], OLDER],
    },
    Past {
        token: KEPT,
        modified: MODIFIED_SECONDS - 100,
        last_modified: "Sun, 16 Jun 2024 11:58:21 GMT",
        files: &KEPT_FILES,
        shared: &[KEPT_FILES[0], KEPT_FILES[3]],
    },
];

const OLDER: File = encoded("older.js", SCRIPT, || lines("export const gone", 25));

/// The files of the later release in [`PAST`].
pub const KEPT_FILES: [File; 17] = [
    encoded("style.css", "text/css; charset=utf-8", || {
        lines("body { margin: 9px; background: url(img/logo.svg) }", 80)
    }),
    FILES[1],
    encoded("img/logo.svg", "image/svg+xml", || lines("<path d=\"M9 9h1v1z\"/>", 40)),
    FILES[3],
    file("img/photo.png", "img/photo.png", "image/png", || noise(9_001)),
    FILES[5],
    encoded("empty.txt", TEXT, || lines("not yet", 50)),
    FILES[9],
    // The same bytes with another type.
    file("README", "README", TEXT, || b"none\n".to_vec()),
    FILES[10],
    file("a%20b.txt", "a%2520b.txt", TEXT, || b"A%20B\n".to_vec()),
    FILES[12],
    file("é.txt", "%C3%A9.txt", TEXT, || b"E'\n".to_vec()),
    FILES[14],
    file("<b>\"'&.txt", "%3Cb%3E%22%27%26.txt", TEXT, || b"<B>\n".to_vec()),
    FILES[16],
    encoded("gone.js", SCRIPT, || lines("export const gone", 30)),
];

/// The only file of the other folders.
pub const STYLE: File = FILES[0];

/// Every folder with each of its files.
pub fn every_file() -> impl Iterator<Item = (&'static str, File)> {
    let others = FOLDERS.into_iter().map(|(folder, _)| (folder, STYLE)).filter(|(folder, _)| *folder != "static");
    let fixed = FIXED_FILES.into_iter().map(|file| (FIXED_FOLDER, file));
    let image = file("img/a b.svg", "img/a%20b.svg", "image/svg+xml", || b"<svg/>".to_vec());
    let pages = PAGES.into_iter().map(|page| (SITE_FOLDER, page.file));
    let pages = pages.chain([(SITE_FOLDER, image), (BOOK_FOLDER, image), (BOOK_FOLDER, NOT_FOUND_PAGE.file)]);
    let pages = pages.chain([("edited", EDITED_PAGE), (UI_FOLDER, PAGES[0].file), (UI_DISK_FOLDER, PAGES[0].file)]);
    let moved = MOVED_FILES.into_iter().map(|file| (MOVED_FOLDER, file));
    let moved = moved.chain(UNMOVED_FILES.into_iter().map(|file| (UNMOVED_FOLDER, file)));
    FILES.into_iter().map(|file| ("static", file)).chain(others).chain(fixed).chain(pages).chain(moved)
}

fn style() -> Vec<u8> {
    lines("body { margin: 0; color: #333; background: url(img/logo.svg) }", 100)
}

/// Text that compresses, but not to nothing: each line ends in a number.
fn lines(text: &str, count: u32) -> Vec<u8> {
    (0..count).flat_map(|n| format!("{text} /* {} */\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
}

/// Bytes that no two places have alike.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..len).map(|_| next()).collect()
}
