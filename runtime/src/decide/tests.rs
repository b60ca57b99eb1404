//! The decisions as tables: a request and a world in, an answer out. No response is made here.

use std::cell::RefCell;
use std::io;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachebreaker_manifest::fixed_url::FixedUrl;
use cachebreaker_manifest::layout::{Options, layout};
use cachebreaker_manifest::manifest::{Kept, KeptAsset, KeptRelease, Lead, Manifest, PastToken};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::token::TokenKind;
use cachebreaker_manifest::version;
use http::Request as HttpRequest;

use super::answer::{Answer, Caching, Content, Count, Dated, Decision, EventKind, Remark, Sent, Subject};
use super::{World, decide, decide_fixed};
use crate::fixture::{STYLE_CSS, VIEW, WITH_HISTORY, WITH_URL_TOKENS};
use crate::request::Request;
use crate::view::disk::Opened;
use crate::view::pages::Page;
use crate::view::rules::{PrematureAnswer, RolloutWindow, Rules, StaleAnswer};
use crate::view::{Contents, View};

const CURRENT: &str = "/static/1718539201234/style.css";
const STALE: &str = "/static/1718539201233/style.css";
const PREMATURE: &str = "/static/1718539201235/style.css";
const RULES: Rules = Rules::DEFAULT;

/// A world in which a test sets everything.
#[derive(Default)]
struct TestWorld {
    /// Seconds since the epoch.
    now: u64,
    /// How long ago every token was first seen as premature.
    age: Duration,
    /// The only file on disk; none, and its folder is gone.
    file: Option<&'static str>,
    /// When it changed, in seconds since the epoch.
    changed: u64,
    /// The tokens whose age was asked for.
    asked: RefCell<Vec<String>>,
}

impl World for TestWorld {
    fn has_come(&self, seconds: u64) -> bool {
        seconds <= self.now
    }

    fn age(&self, token: &str) -> Duration {
        self.asked.borrow_mut().push(token.to_owned());
        self.age
    }

    fn open(&self, _: &[&str], path: &str) -> io::Result<Opened> {
        if self.file == Some(path) {
            Ok(Opened::Small(b"on disk".to_vec(), "\"disk\"".to_owned()))
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn page(&self, _: &[&str], view: &'static View, page: Page, _: &str) -> io::Result<(Vec<u8>, String)> {
        let Opened::Small(bytes, etag) = self.open(&[], view.asset(page.file).path())? else { unreachable!() };
        Ok((bytes, etag))
    }

    fn was_added(&self, _: &str, path: &str) -> Option<SystemTime> {
        (self.file == Some(path)).then(|| UNIX_EPOCH + Duration::from_secs(self.changed))
    }

    fn is_gone(&self, _: &str) -> bool {
        self.file.is_none()
    }
}

/// Long after the build of the fixture.
fn world() -> TestWorld {
    TestWorld { now: 2_000_000_000, ..TestWorld::default() }
}

/// `GET path`, with headers.
fn get(path: &str, headers: &[(&str, &str)]) -> HttpRequest<()> {
    asked("GET", path, headers)
}

fn asked(method: &str, path: &str, headers: &[(&str, &str)]) -> HttpRequest<()> {
    let request = HttpRequest::builder().method(method).uri(path);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).body(()).unwrap()
}

/// What a decision comes to, in a word or two.
fn summary(decision: &Decision<'_>) -> String {
    let sends = if decision.sends_body { "" } else { " without its body" };
    let answer = match &decision.answer {
        Answer::Asset(asset) | Answer::AssetFor(asset, _) => {
            let sent = match &asset.sent {
                Sent::Whole => "200".to_owned(),
                Sent::Part(part) => format!("206 {part:?}"),
                Sent::NotModified => "304".to_owned(),
            };
            let dated = if asset.dated == Dated::No { "undated" } else { "dated" };
            format!("{sent} {:?} {dated}", asset.caching)
        }
        Answer::Notice(notice) => format!("{notice:?}"),
        Answer::Moved { notice, location } => format!("{notice:?} to {location}"),
        Answer::Refused { notice, varies, of_len } => format!("{notice:?} of {of_len:?}, varies: {varies:?}"),
        Answer::Development(development) => format!("{development:?}"),
        Answer::Options { is_preflight } => format!("Options, preflight: {is_preflight}"),
    };
    format!("{answer}{sends}; {:?}", decision.count)
}

#[track_caller]
fn check(request: &HttpRequest<()>, rules: &Rules, world: &TestWorld, expected: &str) {
    assert_eq!(summary(&decide(&VIEW, rules, &Request::of(request), world)), expected, "{request:?}");
}

#[test]
fn each_row_of_the_table_has_its_answer() {
    for (path, expected) in [
        (CURRENT, "200 OfView dated; Found"),
        ("/static/1718539201234/none.css", "NoSuchAsset; Missing"),
        (STALE, "Moved to /static/1718539201234/style.css; Stale"),
        ("/static/1718539201233/style.css?v=1&w", "Moved to /static/1718539201234/style.css?v=1&w; Stale"),
        ("/static/1718539201233/none.css", "StaleAndNoSuchAsset; Missing"),
        (PREMATURE, "Premature; Premature"),
        ("/static/1718539201235/none.css", "Premature; Premature"),
        ("/static/v1.0.0/style.css", "Moved to /static/1718539201234/style.css; Stale"),
        ("/static/v1.0.0/none.css", "StrangeTokenAndNoSuchAsset; Missing"),
        ("/static/a%20b/style.css", "BadToken; Missing"),
        ("/static/1718539201234", "NoToken; Missing"),
        ("/", "NoToken; Missing"),
    ] {
        check(&get(path, &[]), &RULES, &world(), expected);
    }
}

#[test]
fn a_method_other_than_get_and_head_is_decided_before_the_path() {
    for path in [CURRENT, STALE, PREMATURE, "/static/1718539201234/none.css"] {
        check(&asked("POST", path, &[]), &RULES, &world(), "Method; OtherMethod");
        check(&asked("OPTIONS", path, &[]), &RULES, &world(), "Options, preflight: false; OtherMethod");
        let preflight = asked("OPTIONS", path, &[("access-control-request-method", "GET")]);
        let shared = Rules { cors: true, ..RULES };
        check(&preflight, &shared, &world(), "Options, preflight: true; OtherMethod");
        check(&preflight, &RULES, &world(), "Options, preflight: false; OtherMethod");
    }
    check(&asked("HEAD", CURRENT, &[]), &RULES, &world(), "200 OfView dated without its body; Found");
    check(&asked("HEAD", PREMATURE, &[]), &RULES, &world(), "Premature without its body; Premature");
}

#[test]
fn a_proxy_that_retries_gets_503_or_404_for_a_stale_token_with_the_location_of_the_301() {
    // A view that is set to send the current file is behind a proxy that cannot ask another instance.
    for (premature, notice) in [
        (PrematureAnswer::Retry, "MovedUnlessElsewhere"),
        (PrematureAnswer::NotFound, "MovedUnlessElsewhereNotFound"),
        (PrematureAnswer::Current, "Moved"),
    ] {
        let rules = Rules { premature, ..RULES };
        let moved = |notice| format!("{notice} to /static/1718539201234/style.css?q; Stale");
        let path = format!("{STALE}?q");
        check(&get(&path, &[("cachebreaker", "retry")]), &rules, &world(), &moved(notice));
        for other in ["other", "Retry", ""] {
            check(&get(&path, &[("cachebreaker", other)]), &rules, &world(), &moved("Moved"));
        }
    }
    for (path, expected) in [
        (CURRENT, "200 OfView dated; Found"),
        ("/static/1718539201234/none.css", "NoSuchAsset; Missing"),
        ("/static/1718539201233/none.css", "StaleAndNoSuchAsset; Missing"),
        (PREMATURE, "Premature; Premature"),
    ] {
        check(&get(path, &[("cachebreaker", "retry")]), &RULES, &world(), expected);
    }
}

/// What browsers send with the request for a module.
const FOR_MODULE: [(&str, &str); 2] = [("sec-fetch-dest", "script"), ("sec-fetch-mode", "cors")];

#[test]
fn a_view_that_redirects_no_modules_answers_404_to_a_browser_that_imports_one_and_to_no_other_request() {
    let [dest, mode] = FOR_MODULE;
    for (headers, is_for_module) in [
        (&[dest, mode][..], true),
        (&[mode, ("accept", "*/*"), dest], true),
        (&[], false),
        (&[dest], false),
        (&[mode], false),
        (&[dest, ("sec-fetch-mode", "no-cors")], false),
        (&[dest, ("sec-fetch-mode", "CORS")], false),
        (&[("sec-fetch-dest", "Script"), mode], false),
        (&[("sec-fetch-dest", "scripts"), mode], false),
        (&[("sec-fetch-dest", "style"), mode], false),
        (&[("sec-fetch-dest", "empty"), mode], false),
    ] {
        let moved = "Moved to /static/1718539201234/style.css; Stale";
        for (stale, is_refused) in [
            (StaleAnswer::Redirect, false),
            (StaleAnswer::NotFoundForModules, is_for_module),
            (StaleAnswer::NotFound, true),
        ] {
            let rules = Rules { stale, ..RULES };
            check(&get(STALE, headers), &rules, &world(), if is_refused { "StaleNotFound; Stale" } else { moved });
            // Nothing else changes.
            for (path, expected) in [
                (CURRENT, "200 OfView dated; Found"),
                ("/static/1718539201234/none.css", "NoSuchAsset; Missing"),
                ("/static/1718539201233/none.css", "StaleAndNoSuchAsset; Missing"),
                (PREMATURE, "Premature; Premature"),
            ] {
                check(&get(path, headers), &rules, &world(), expected);
            }
        }
    }
}

#[test]
fn a_proxy_that_retries_gets_404_without_a_location_where_no_redirect_would_follow() {
    let retry = ("cachebreaker", "retry");
    let [dest, mode] = FOR_MODULE;
    for premature in [PrematureAnswer::Retry, PrematureAnswer::NotFound, PrematureAnswer::Current] {
        let not_found = Rules { premature, stale: StaleAnswer::NotFound, ..RULES };
        check(&get(STALE, &[retry]), &not_found, &world(), "StaleNotFound; Stale");
        let for_modules = Rules { stale: StaleAnswer::NotFoundForModules, ..not_found };
        check(&get(STALE, &[retry, dest, mode]), &for_modules, &world(), "StaleNotFound; Stale");
    }
    let for_modules = Rules { stale: StaleAnswer::NotFoundForModules, ..RULES };
    let elsewhere = "MovedUnlessElsewhere to /static/1718539201234/style.css; Stale";
    check(&get(STALE, &[retry]), &for_modules, &world(), elsewhere);
}

#[test]
fn a_kept_release_answers_with_its_own_files_whatever_the_rules_say_about_stale_tokens() {
    let own = b"body { margin: 1 }";
    let etag = WITH_HISTORY.kept.table.record(0).identity().etag();
    let retry = [("cachebreaker", "retry")];
    for stale in [StaleAnswer::Redirect, StaleAnswer::NotFound, StaleAnswer::NotFoundForModules] {
        let rules = Rules { stale, ..RULES };
        for (path, headers, expected, is_own) in [
            ("v1.9.0/app.js", &[][..], "200 OfView dated; Kept(0)", true),
            ("v1.9.0/app.js", &retry, "200 OfView dated; Kept(0)", true),
            ("v1.9.0/%61pp.js", &FOR_MODULE, "200 OfView dated; Kept(0)", true),
            ("v1.9.0/app.js", &[("range", "bytes=0-1")], "206 0..2 OfView dated; Kept(0)", true),
            ("v1.9.0/app.js", &[("if-none-match", etag)], "304 OfView dated; Kept(0)", true),
            (
                "v1.9.0/app.js",
                &[("if-modified-since", "Sun, 16 Jun 2024 11:58:21 GMT")],
                "304 OfView dated; Kept(0)",
                true,
            ),
            (
                "v1.9.0/app.js",
                &[("if-modified-since", "Sun, 16 Jun 2024 11:58:20 GMT")],
                "200 OfView dated; Kept(0)",
                true,
            ),
            ("v1.9.0/gone.js", &[], "200 OfView dated; Kept(0)", true),
            ("v1.8.0/gone.js", &[], "200 OfView dated; Kept(0)", true),
            // The same content as this release's.
            ("v1.9.0/style.css", &[], "200 OfView dated; Kept(0)", false),
            ("v2.0.0/app.js", &[], "200 OfView dated; Found", false),
            ("v2.0.0/gone.js", &[], "NoSuchAsset; Missing", false),
        ] {
            let request = get(&format!("/static/{path}"), headers);
            let decision = decide(&WITH_HISTORY, &rules, &Request::of(&request), &world());
            assert_eq!(summary(&decision), expected, "{path} {headers:?}");
            if let Answer::Asset(asset) = &decision.answer {
                let Content::Embedded { bytes, .. } = asset.content else { panic!("{path}") };
                assert_eq!(bytes == own, is_own, "{path}");
            }
        }
    }
}

#[test]
fn what_a_history_has_and_does_not_keep_is_stale_whatever_its_token() {
    for (path, expected) in [
        ("v1.9.0/new.js", "Moved to /static/v2.0.0/new.js; Stale"),
        ("v1.9.0/none.js", "StaleAndNoSuchAsset; Missing"),
        ("v1.8.0/app.js", "Moved to /static/v2.0.0/app.js; Stale"),
        ("build-7/app.js", "Moved to /static/v2.0.0/app.js; Stale"),
        // Built before this one, and of a later version.
        ("v3.0.0/app.js", "Moved to /static/v2.0.0/app.js; Stale"),
        ("v3.0.1/app.js", "Premature; Premature"),
        // The same releases with other options of the macro.
        ("v3.0.0~5f6e3b/app.js", "Moved to /static/v2.0.0/app.js; Stale"),
        ("v1.9.0~5f6e3b/app.js", "200 NoStore dated; Kept(0)"),
    ] {
        let request = get(&format!("/static/{path}"), &[]);
        let decision = decide(&WITH_HISTORY, &RULES, &Request::of(&request), &world());
        assert_eq!(summary(&decision), expected, "{path}");
    }
}

#[test]
fn a_kept_release_has_its_own_date_and_none_before_that() {
    let built = WITH_HISTORY.kept.releases[0].1;
    for (now, expected) in [(built - 1, "undated"), (built, "dated")] {
        let request = get("/static/v1.9.0/app.js", &[]);
        let world = TestWorld { now, ..TestWorld::default() };
        let decision = decide(&WITH_HISTORY, &RULES, &Request::of(&request), &world);
        assert_eq!(summary(&decision), format!("200 OfView {expected}; Kept(0)"));
    }
}

/// Options of the macro that are not the default.
const CORS: Options<'static> = Options { all: &["cors"], differ: true };

/// `app.js` and `gone.js` of three kept releases: `v1.8.0` and `v1.9.0`, whose URL token `v1.7.0` leads to the `app.js` of the later and
/// the `gone.js` of the earlier, and one with a token of its contents.
static WITH_OPTIONS: LazyLock<&'static View> = LazyLock::new(|| {
    let past = |text: &str| PastToken { text: text.to_owned(), ..PastToken::default() };
    let kept = |path: &str, leads: &[(u32, u32)]| KeptAsset {
        path: path.to_owned(),
        content_type: "text/plain; charset=utf-8".to_owned(),
        identity: Stored { digest: "G1YwM5d_pGBNkQQG".to_owned(), place: Place { chunk: 0, offset: 0, len: 18 } },
        leads: leads.iter().map(|&(token, release)| Lead { token, release }).collect(),
        ..KeptAsset::default()
    };
    let of_contents = PastToken { is_of_contents: true, ..past("1718539001000-9f86d081884c") };
    let manifest = Manifest {
        token: "v2.0.0".to_owned(),
        kind: TokenKind::Release,
        kept: Kept {
            releases: [past("v1.8.0"), past("v1.9.0"), of_contents]
                .map(|token| KeptRelease { token, modified: 1_718_539_001 })
                .to_vec(),
            url_tokens: vec![past("v1.7.0")],
            assets: vec![
                kept("app.js", &[(0, 0), (1, 1), (2, 2), (3, 1)]),
                kept("gone.js", &[(0, 0), (1, 1), (2, 2), (3, 0)]),
            ],
            stale: Vec::new(),
        },
        ..Manifest::default()
    };
    let layout = layout(&manifest, Name::from_parts("static/", ""), "", CORS).unwrap();
    View::leak(layout, Vec::new(), vec![b"body { margin: 0 }"])
});

#[test]
fn a_kept_file_under_other_options_is_not_stored_and_a_proxy_that_retries_asks_elsewhere() {
    let suffix = version::with_options("", Some(CORS.all));
    let of_contents = WITH_OPTIONS.kept.releases[2].0;
    let with_digits = version::token_of_view(of_contents, &["static/{breaker}", "", "cors"]);
    let at_another_time = with_digits.replace("1718539001000", "1718539000999");
    for (token, release, has_own_options, is_asked_elsewhere) in [
        // A deploy's own token is in its URLs as it is, whatever the options.
        ("v1.9.0", 1, false, false),
        (&*format!("v1.9.0{suffix}"), 1, true, false),
        ("v1.9.0~000000", 1, false, true),
        ("v1.7.0", 1, false, false),
        (&format!("v1.7.0{suffix}"), 1, true, false),
        ("v1.7.0~000000", 1, false, true),
        (&with_digits, 2, true, false),
        (&at_another_time, 2, true, false),
        (of_contents, 2, false, true),
        (&format!("{of_contents}000000"), 2, false, true),
    ] {
        let own = if release == 2 { with_digits.clone() } else { format!("{}{suffix}", &token[..6]) };
        let caching = if has_own_options { "OfView" } else { "NoStore" };
        let kept = format!("200 {caching} dated; Kept({release})");
        let decided = |headers: &[(&str, &str)], premature| {
            let (request, rules) = (get(&format!("/static/{token}/app.js"), headers), Rules { premature, ..RULES });
            summary(&decide(&WITH_OPTIONS, &rules, &Request::of(&request), &world()))
        };
        for (premature, elsewhere) in [
            (PrematureAnswer::Retry, &*format!("MovedUnlessElsewhere to /static/{own}/app.js; Stale")),
            (PrematureAnswer::NotFound, &format!("MovedUnlessElsewhereNotFound to /static/{own}/app.js; Stale")),
            // Set behind a reverse proxy that cannot ask another instance.
            (PrematureAnswer::Current, &*kept),
        ] {
            assert_eq!(decided(&[], premature), kept, "{token}");
            assert_eq!(decided(&[("cachebreaker", "other")], premature), kept, "{token}");
            let expected = if is_asked_elsewhere { elsewhere } else { &*kept };
            assert_eq!(decided(&[("cachebreaker", "retry")], premature), expected, "{token}");
        }
        let part = format!("206 0..2 {caching} dated; Kept({release})");
        assert_eq!(decided(&[("range", "bytes=0-1")], PrematureAnswer::Retry), part, "{token}");
    }
    // What the release did not have is stale, whatever the options.
    for token in ["v1.9.0", "v1.9.0~000000"] {
        let request = get(&format!("/static/{token}/none.js"), &[("cachebreaker", "retry")]);
        let decision = decide(&WITH_OPTIONS, &RULES, &Request::of(&request), &world());
        assert_eq!(decision.count, Count::Missing, "{token}");
    }
}

#[test]
fn a_request_counts_for_the_last_kept_release_that_has_the_file_under_the_token() {
    for (path, release) in [
        ("v1.8.0/app.js", 0),
        ("v1.9.0/gone.js", 1),
        ("v1.7.0/app.js", 1),
        ("v1.7.0/gone.js", 0),
        ("v1.7.0~000000/gone.js", 0),
    ] {
        let request = get(&format!("/static/{path}"), &[]);
        let decision = decide(&WITH_OPTIONS, &RULES, &Request::of(&request), &world());
        assert_eq!(decision.count, Count::Kept(release), "{path}");
        assert_eq!(decision.event.unwrap().kind, EventKind::Kept(release), "{path}");
        let Answer::Asset(asset) = decision.answer else { panic!("{path}") };
        assert_eq!(asset.dated, Dated::OfRelease(release), "{path}");
    }
}

#[test]
fn an_event_names_the_kept_release() {
    let request = get("/static/v1.8.0/gone.js", &[]);
    let event = decide(&WITH_HISTORY, &RULES, &Request::of(&request), &world()).event.unwrap();
    assert_eq!((event.kind, event.token), (EventKind::Kept(0), "v1.8.0"));
    assert_eq!(event.subject, Subject::Path("gone.js"));
}

#[test]
fn a_premature_token_whose_rollout_is_over_is_answered_as_a_stale_one_is() {
    let world = TestWorld { age: Duration::from_secs(900), ..world() };
    let rules = Rules { stale: StaleAnswer::NotFound, ..RULES };
    check(&get(PREMATURE, &[]), &rules, &world, "StaleNotFound; Stale");
    let request = get(PREMATURE, &[]);
    let event = decide(&VIEW, &rules, &Request::of(&request), &world).event.unwrap();
    assert_eq!((event.kind, event.age), (EventKind::Stale, Some(Duration::from_secs(900))));
}

#[test]
fn a_premature_token_is_stale_once_its_rollout_is_over() {
    let seconds = |age| TestWorld { age: Duration::from_secs(age), ..world() };
    for (window, premature, age, expected) in [
        (RolloutWindow::DEFAULT, PrematureAnswer::Retry, 899, "Premature; Premature"),
        (RolloutWindow::DEFAULT, PrematureAnswer::NotFound, 899, "PrematureNotFound; Premature"),
        (RolloutWindow::DEFAULT, PrematureAnswer::Current, 899, "200 NoStore dated; Premature"),
        (RolloutWindow::DEFAULT, PrematureAnswer::Retry, 900, "Moved to /static/1718539201234/style.css; Stale"),
        (RolloutWindow::DEFAULT, PrematureAnswer::Current, 900, "Moved to /static/1718539201234/style.css; Stale"),
        (RolloutWindow::Off, PrematureAnswer::Retry, 0, "Moved to /static/1718539201234/style.css; Stale"),
        (RolloutWindow::Endless, PrematureAnswer::Retry, 1 << 40, "Premature; Premature"),
    ] {
        let rules = Rules { rollout_window: window, premature, ..RULES };
        check(&get(PREMATURE, &[]), &rules, &seconds(age), expected);
    }
    let none = "/static/1718539201235/none.css";
    check(&get(none, &[]), &RULES, &seconds(900), "StaleAndNoSuchAsset; Missing");
    let rules = Rules { premature: PrematureAnswer::Current, ..RULES };
    check(&get(none, &[]), &rules, &seconds(0), "PrematureNotFound; Premature");
}

#[test]
fn only_a_premature_token_is_remembered() {
    for (path, asked) in [(CURRENT, &[][..]), (STALE, &[]), ("/static/v1/x", &[]), (PREMATURE, &["1718539201235"])] {
        let world = world();
        decide(&VIEW, &RULES, &Request::of(&get(path, &[])), &world);
        assert_eq!(*world.asked.borrow(), asked, "{path}");
    }
}

#[test]
fn conditions_and_ranges_choose_what_is_sent_of_an_asset() {
    let etag = STYLE_CSS.etag();
    let (same, before) = ("Sun, 16 Jun 2024 12:00:01 GMT", "Sun, 16 Jun 2024 12:00:00 GMT");
    for (headers, expected) in [
        (&[("if-none-match", etag)][..], "304 OfView dated; NotModified"),
        (&[("if-none-match", "\"other\"")], "200 OfView dated; Found"),
        (&[("if-modified-since", same)], "304 OfView dated; NotModified"),
        (&[("if-match", "\"other\"")], "Precondition of None, varies: No; Found"),
        (&[("if-unmodified-since", before)], "Precondition of None, varies: No; Found"),
        (&[("range", "bytes=1-3")], "206 1..4 OfView dated; Found"),
        (&[("range", "bytes=18-")], "Range of Some(18), varies: No; Found"),
        (&[("range", "bytes=0-1,3-4")], "200 OfView dated; Found"),
        (&[("range", "bytes=1-3"), ("if-range", etag)], "206 1..4 OfView dated; Found"),
        (&[("range", "bytes=1-3"), ("if-range", "\"other\"")], "200 OfView dated; Found"),
        (&[("range", "bytes=18-"), ("if-none-match", etag)], "304 OfView dated; NotModified"),
    ] {
        check(&get(CURRENT, headers), &RULES, &world(), expected);
    }
    let head = asked("HEAD", CURRENT, &[("range", "bytes=1-3")]);
    check(&head, &RULES, &world(), "200 OfView dated without its body; Found");
}

#[test]
fn a_build_of_the_future_has_no_date_until_then() {
    let built = VIEW.modified;
    let date = "Sun, 16 Jun 2024 12:00:01 GMT";
    for (headers, before, after) in [
        (&[][..], "200 OfView undated; Found", "200 OfView dated; Found"),
        (&[("if-modified-since", date)], "200 OfView undated; Found", "304 OfView dated; NotModified"),
        (&[("range", "bytes=0-1"), ("if-range", date)], "200 OfView undated; Found", "206 0..2 OfView dated; Found"),
        (&[("range", "bytes=0-1")], "206 0..2 OfView undated; Found", "206 0..2 OfView dated; Found"),
        (&[("if-none-match", STYLE_CSS.etag())], "304 OfView undated; NotModified", "304 OfView dated; NotModified"),
    ] {
        check(&get(CURRENT, headers), &RULES, &TestWorld { now: built - 1, ..TestWorld::default() }, before);
        check(&get(CURRENT, headers), &RULES, &TestWorld { now: built, ..TestWorld::default() }, after);
    }
}

#[test]
fn an_event_names_the_token_and_what_was_asked_for() {
    let event = |path| {
        decide(&VIEW, &RULES, &Request::of(&get(path, &[])), &world()).event.map(|event| {
            let subject = match event.subject {
                Subject::Asset(asset) => asset.path(),
                Subject::Path(path) => path,
            };
            (event.kind, event.token.to_owned(), subject.to_owned(), event.age)
        })
    };
    let of = |kind, token: &str, path: &str, age| Some((kind, token.to_owned(), path.to_owned(), age));
    assert_eq!(event(CURRENT), None);
    assert_eq!(event("/static/1718539201234/none.css"), None);
    assert_eq!(event(STALE), of(EventKind::Stale, "1718539201233", "style.css", None));
    assert_eq!(event("/static/1718539201233/none.css"), of(EventKind::Stale, "1718539201233", "none.css", None));
    assert_eq!(event(PREMATURE), of(EventKind::Premature, "1718539201235", "style.css", Some(Duration::ZERO)));
}

/// The fixture as it is in development.
static ON_DISK: LazyLock<&'static View> =
    LazyLock::new(|| leak(View { contents: Contents::Disk(&["/folder"]), ..View::clone(&VIEW) }));

/// The fixture with its asset at a fixed URL, as a service worker could be.
static WORKER: LazyLock<&'static View> =
    LazyLock::new(|| leak(View { fixed: &[(0, FixedUrl::Worker)], ..View::clone(&VIEW) }));

fn leak(view: View) -> &'static View {
    Box::leak(Box::new(view))
}

#[test]
fn in_development_the_file_decides() {
    let on_disk = |path: &'static str, file| {
        let world = TestWorld { file, ..world() };
        let request = get(path, &[]);
        let decision = decide(&ON_DISK, &RULES, &Request::of(&request), &world);
        (summary(&decision), decision.remark.map(|remark| format!("{remark:?}")))
    };
    assert_eq!(on_disk(CURRENT, Some("style.css")), ("200 OfView undated; Found".to_owned(), None));
    assert_eq!(
        on_disk("/static/1718539201234/new.css", Some("new.css")),
        ("Added(\"new.css\"); Missing".to_owned(), None)
    );
    assert_eq!(on_disk(CURRENT, Some("new.css")), ("Unreadable(\"style.css\"); Found".to_owned(), None));
    let added = |path: &'static str, file, changed| {
        let (request, world) = (get(path, &[]), TestWorld { file: Some(file), changed, ..world() });
        summary(&decide(&ON_DISK, &RULES, &Request::of(&request), &world))
    };
    let (new, built) = ("/static/1718539201234/new.CSS", VIEW.modified);
    assert_eq!(added(new, "new.CSS", built), "200 OfView undated; Found");
    assert_eq!(added(new, "new.CSS", built - 1), "Added(\"new.CSS\"); Missing");
    assert_eq!(added("/static/1/new.css", "new.css", built), "Added(\"new.css\"); Missing");
    assert_eq!(added("/static/1718539201234/new.png", "new.png", built), "Added(\"new.png\"); Missing");
    let gone = Remark::FolderGone("/folder");
    assert_eq!(on_disk(CURRENT, None), ("FolderGone(\"/folder\"); Found".to_owned(), Some(format!("{gone:?}"))));
}

#[cfg(feature = "axum")]
#[test]
fn behind_a_nest_the_path_that_the_client_asked_for_counts() {
    use super::answer::{Development, Notice};

    let nested = |original: &str, path: &str| {
        let mut request = get(path, &[]);
        let original = axum::extract::OriginalUri(original.parse().unwrap());
        request.extensions_mut().insert(original);
        request
    };
    for (original, path, expected) in [
        ("/app/static/1718539201234/style.css", CURRENT, "200 OfView dated; Found"),
        ("/app/static/1/style.css", "/static/1/style.css", "Moved to /app/static/1718539201234/style.css; Stale"),
        // The service itself, nested at the beginning of its own view.
        (CURRENT, "/1718539201234/style.css", "200 OfView dated; Found"),
        ("/app/static/1/style.css", "/1/style.css", "Moved to /app/static/1718539201234/style.css; Stale"),
        // No redirect may lead to another site.
        ("//evil/static/1/style.css", "/static/1/style.css", "StaleAndNoSuchAsset; Missing"),
    ] {
        check(&nested(original, path), &RULES, &world(), expected);
    }
    let world = TestWorld { file: Some("style.css"), ..world() };
    // The service at the beginning of its own view is where its URLs lead.
    for (method, path) in [("GET", "/1718539201234/style.css"), ("OPTIONS", "/1718539201234/style.css")] {
        let mut request = asked(method, path, &[]);
        request.extensions_mut().insert(axum::extract::OriginalUri(CURRENT.parse().unwrap()));
        assert_eq!(decide(&ON_DISK, &RULES, &Request::of(&request), &world).remark, None, "{method}");
    }
    let request = nested("/app/static/1718539201234/style.css", CURRENT);
    let decision = decide(&ON_DISK, &RULES, &Request::of(&request), &world);
    assert_eq!(decision.remark, Some(Remark::Nested("/app")));
    let request = nested("/app/static/1718539201234/none.css", "/static/1718539201234/none.css");
    let decision = decide(&ON_DISK, &RULES, &Request::of(&request), &world);
    let expected = Development::Nested { notice: Notice::NoSuchAsset, mount: "/app" };
    assert!(matches!(&decision.answer, Answer::Development(development) if *development == expected), "{decision:?}");
}

#[test]
fn at_a_fixed_url_a_file_has_no_date_and_is_asked_for_again() {
    let decided = |view, path, headers: &[(&str, &str)]| {
        summary(&decide_fixed(view, &RULES, &Request::of(&get(path, headers)), &world()))
    };
    assert_eq!(decided(&WORKER, "/style.css", &[]), "200 NoCache undated; Found");
    let etag = [("if-none-match", STYLE_CSS.etag())];
    assert_eq!(decided(&WORKER, "/style.css", &etag), "304 NoCache undated; NotModified");
    let date = [("if-modified-since", "Sun, 16 Jun 2124 12:00:01 GMT")];
    assert_eq!(decided(&WORKER, "/style.css", &date), "200 NoCache undated; Found");
    assert_eq!(decided(&WORKER, "/none.css", &[]), "NoSuchAsset; Missing");
    assert_eq!(decided(&VIEW, "/style.css", &[]), "NoSuchAsset; Missing");
}

#[test]
fn what_is_embedded_is_sent_with_its_own_tag_and_length() {
    let request = get(CURRENT, &[]);
    let Answer::Asset(asset) = decide(&VIEW, &RULES, &Request::of(&request), &world()).answer else { panic!() };
    assert_eq!(
        (asset.content.len(), asset.content.etag(), asset.caching),
        (18, Some(STYLE_CSS.etag()), Caching::OfView)
    );
    assert!(matches!(asset.content, Content::Embedded { bytes: b"body { margin: 0 }", length: "18", .. }));
    assert_eq!(decide(&VIEW, &RULES, &Request::of(&request), &world()).count, Count::Found);
}

#[test]
fn a_file_of_this_release_under_another_files_token_is_redirected_whatever_the_rules_say_about_stale_tokens() {
    let token = WITH_URL_TOKENS.get("page.html").unwrap().url().split('/').nth(2).unwrap();
    let path = format!("/static/{token}/app.js?q");
    let expected = format!("Moved to {}?q; Stale", WITH_URL_TOKENS.get("app.js").unwrap().url());
    let request = get(&path, &[("cachebreaker", "retry"), ("sec-fetch-dest", "script"), ("sec-fetch-mode", "cors")]);
    for stale in [StaleAnswer::Redirect, StaleAnswer::NotFound, StaleAnswer::NotFoundForModules] {
        let rules = Rules { stale, ..RULES };
        assert_eq!(summary(&decide(&WITH_URL_TOKENS, &rules, &Request::of(&request), &world())), expected);
    }
}
