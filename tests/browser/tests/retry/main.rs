//! `RETRY_SCRIPT` in Chromium, in the midst of a rollout: an instance of the older release answers assets of the newer one
//! with 503, and no front asks another instance.

mod visit;

use cachebreaker::RETRY_SCRIPT;
use tests_browser::site::rollout::{FILES, NEW, NONCE, Page, Site, kept_url, url};
use visit::Visit;

/// Every policy under which the script stands inline: none, a nonce, and a nonce with what its scripts insert.
const POLICIES: [&str; 3] = [
    "",
    "script-src 'nonce-bm9uY2U'; style-src 'nonce-bm9uY2U'",
    "script-src 'nonce-bm9uY2U' 'strict-dynamic'; style-src 'nonce-bm9uY2U'",
];

const STYLE_IS_LOADED: &str =
    "getComputedStyle(document.documentElement).getPropertyValue('--style').trim() == 'loaded'";

fn stylesheet() -> String {
    format!(r#"<link rel="stylesheet" href="{}" nonce="{NONCE}">"#, url("style.css"))
}

fn script(path: &str, attributes: &str) -> String {
    format!(r#"<script src="{}" nonce="{NONCE}" {attributes}></script>"#, url(path))
}

/// A script in the page.
fn inline(code: &str) -> String {
    format!(r#"<script nonce="{NONCE}">{code}</script>"#)
}

fn import_lazy(with: &str) -> String {
    inline(&format!("self.result = {with}('{}').then(module => module.name)", url("lazy.js")))
}

#[test]
fn what_fails_twice_is_loaded_in_the_end_under_every_policy() {
    for policy in POLICIES {
        let elements = [
            stylesheet(),
            script("classic.js", r#"data-say="hello" id="classic""#),
            script("app.js", r#"type="module""#),
            import_lazy("retryImport"),
        ];
        let twice = [("style.css", 2), ("classic.js", 2), ("app.js", 2), ("lazy.js", 2)];
        let site = Site::start(Page::new(policy, &elements.join("\n")), &twice);
        let mut visit = Visit::new(&site);
        visit.wait(STYLE_IS_LOADED);
        // With all its attributes.
        visit.wait("document.documentElement.dataset.classic == 'hello'");
        visit.wait("document.getElementById('classic').dataset.say == 'hello'");
        visit.wait("document.documentElement.dataset.app == 'ran'");
        assert_eq!(visit.evaluate("result").unwrap(), "lazy", "{policy}");
        assert_eq!(visit.evaluate("document.scripts.length").unwrap(), 4, "{policy}");
        assert_eq!(site.loads(), 1, "{policy}");
        // A module has another URL each time, for the browser remembers that it has failed.
        assert_eq!(site.queries("lazy.js"), ["", "?retry=1", "?retry=2"], "{policy}");
        assert!(site.queries("app.js")[2].starts_with("?retry="), "{policy}");
        assert_eq!([site.queries("style.css"), site.queries("classic.js")].concat(), [""; 6], "{policy}");
    }
}

#[test]
fn as_an_asset_it_works_where_a_policy_allows_no_inline_script() {
    let file = FILES.get_file("retry.js").unwrap();
    assert_eq!(
        file.contents_utf8(),
        Some(RETRY_SCRIPT),
        "copy `manifest/src/retry.js` to `tests/browser/tests/assets`"
    );
    let retry = format!(r#"<script src="{}" data-token="{NEW}" data-urls="/static/"></script>"#, url("retry.js"));
    let app = format!(r#"<script type="module" src="{}"></script>"#, url("app.js"));
    let html = format!("{retry}\n{}\n{app}", stylesheet());
    let site = Site::start(Page { policy: "default-src 'self'".to_owned(), html }, &[("style.css", 1), ("app.js", 1)]);
    let mut visit = Visit::new(&site);
    visit.wait(STYLE_IS_LOADED);
    visit.wait("document.documentElement.dataset.app == 'ran'");
    assert_eq!(site.loads(), 1);
}

#[test]
fn after_three_retries_with_growing_waits_the_page_is_reloaded_once() {
    for (asset, element) in [
        ("style.css", stylesheet()),
        ("classic.js", script("classic.js", "")),
        ("app.js", script("app.js", r#"type="module""#)),
        // Its bytes are others than the page was written for, as after a redirect to a newer release.
        ("lib.js", script("lib.js", &format!(r#"integrity="sha384-{}""#, "A".repeat(64)))),
        ("lazy.js", import_lazy("retryImport")),
    ] {
        let site = Site::start(Page::new(POLICIES[1], &element), &[(asset, usize::MAX)]);
        let mut visit = Visit::new(&site);
        visit.wait_for_loads(2);
        visit.wait("waits.length == 3");
        if asset == "lazy.js" {
            let error = visit.evaluate("result").unwrap_err();
            assert!(error.contains("Failed to fetch dynamically imported module"), "{error}");
        } else {
            visit.wait("failures == 4");
        }
        let waits = visit.evaluate("waits").unwrap();
        for (wait, range) in waits.as_array().unwrap().iter().zip([500.0..1000.0, 1000.0..2000.0, 2000.0..4000.0]) {
            assert!(range.contains(&wait.as_f64().unwrap()), "{asset}: {waits}");
        }
        // Whatever it would do now it has begun, and the server would see it before this.
        visit.evaluate("fetch('/last', { mode: 'no-cors' }).then(() => true)").unwrap();
        assert_eq!(site.loads(), 2, "{asset}");
        assert_eq!(visit.evaluate("waits.length").unwrap(), 3, "{asset}");
    }
}

#[test]
fn the_reload_loads_what_the_retries_could_not() {
    let site = Site::start(Page::new("", &import_lazy("retryImport")), &[("lazy.js", 4)]);
    let mut visit = Visit::new(&site);
    visit.wait_for_loads(2);
    assert_eq!(visit.evaluate("result").unwrap(), "lazy");
    assert_eq!(site.queries("lazy.js"), ["", "?retry=1", "?retry=2", "?retry=3", ""]);
}

#[test]
fn what_a_module_imports_is_loaded_in_the_end() {
    // By a retry of the module or, where a browser remembers that what it imports has failed, by the reload.
    let site = Site::start(Page::new("", &script("app.js", r#"type="module""#)), &[("lib.js", 1)]);
    let mut visit = Visit::new(&site);
    visit.wait("document.documentElement.dataset.app == 'ran' && document.documentElement.dataset.lib == 'ran'");
    assert!(site.loads() <= 2, "{}", site.loads());
}

#[test]
fn an_import_that_nothing_catches_reloads_the_page_and_one_that_is_caught_does_not() {
    let site = Site::start(Page::new(POLICIES[1], &import_lazy("(url => import(url))")), &[("lazy.js", 1)]);
    let mut visit = Visit::new(&site);
    visit.wait_for_loads(2);
    assert_eq!(visit.evaluate("result").unwrap(), "lazy");

    let caught = inline(&format!("self.result = import('{}').catch(() => 'caught')", url("lazy.js")));
    let site = Site::start(Page::new(POLICIES[1], &caught), &[("lazy.js", 1)]);
    let mut visit = Visit::new(&site);
    visit.wait("self.result instanceof Promise");
    assert_eq!(visit.evaluate("result").unwrap(), "caught");
    assert_eq!(site.loads(), 1);
}

#[test]
fn what_a_module_throws_is_thrown_and_nothing_is_retried() {
    let throws = inline(&format!("self.result = retryImport('{}').catch(String)", url("throws.js")));
    let site = Site::start(Page::new("", &throws), &[]);
    let mut visit = Visit::new(&site);
    visit.wait("self.result instanceof Promise");
    assert_eq!(visit.evaluate("result").unwrap(), "TypeError: of its own");
    assert_eq!(visit.evaluate("[runs, waits.length]").unwrap(), serde_json::json!([1, 0]));
    assert_eq!((site.asked(&url("throws.js")), site.loads()), (1, 1));
}

#[test]
fn what_is_not_of_the_release_is_left_alone_where_the_script_knows_only_the_token() {
    let elements = r#"<link rel="stylesheet" href="/other/style.css"><script src="/static/v1.9.0/none.js"></script>
        <link rel="preload" as="script" href="/static/v1.10.0/none.js"><img src="/static/v1.10.0/none.png">"#;
    let rejected = inline("Promise.reject(new Error('of the application')); import('/other/lazy.js')");
    let script = format!("<script data-token=\"{NEW}\">{RETRY_SCRIPT}</script>");
    let html = format!("{script}{elements}{rejected}{}", inline("none()"));
    let site = Site::start(Page { html, ..Page::default() }, &[]);
    let mut visit = Visit::new(&site);
    visit.wait("failures == 4 && document.readyState == 'complete'");
    visit.evaluate("fetch('/last').then(() => true)").unwrap();
    assert_eq!(visit.evaluate("waits.length").unwrap(), 0);
    assert_eq!(site.loads(), 1);
}

#[test]
fn what_is_not_of_the_view_is_left_alone() {
    let elements = r#"<link rel="stylesheet" href="/other/style.css?/static/v1.10.0/"><script src="/statics/v1.10.0/none.js"></script>
        <link rel="preload" as="script" href="/static/v1.10.0/none.js"><img src="/static/v1.10.0/none.png">"#;
    let rejected = inline(
        "Promise.reject(new Error('of the application')); import('/other/lazy.js');
        Promise.reject(new Error(`Failed to fetch ${location.origin}/static/v1.10.0/lazy.js`)); Promise.reject()",
    );
    let site = Site::start(Page::new("", &format!("{elements}{rejected}{}", inline("none()"))), &[]);
    let mut visit = Visit::new(&site);
    visit.wait("failures == 4 && document.readyState == 'complete'");
    visit.evaluate("fetch('/last').then(() => true)").unwrap();
    assert_eq!(visit.evaluate("waits.length").unwrap(), 0);
    assert_eq!((site.loads(), site.heads()), (1, 0));
}

#[test]
fn with_the_token_alone_what_has_it_is_retried() {
    let script = format!("<script data-token=\"{NEW}\">{RETRY_SCRIPT}</script>");
    let html = format!("{script}{}{}", stylesheet(), import_lazy("retryImport"));
    let site = Site::start(Page { html, ..Page::default() }, &[("style.css", 1), ("lazy.js", 1)]);
    let mut visit = Visit::new(&site);
    visit.wait(STYLE_IS_LOADED);
    assert_eq!(visit.evaluate("result").unwrap(), "lazy");
    assert_eq!(site.loads(), 1);
}

#[test]
fn what_fails_under_another_token_of_the_view_is_retried_and_reloads_the_page_too() {
    let [style, classic, app, lazy] = ["style.css", "classic.js", "app.js", "lazy.js"].map(kept_url);
    let elements = [
        format!(r#"<link rel="stylesheet" href="{style}" nonce="{NONCE}">"#),
        format!(r#"<script src="{classic}" nonce="{NONCE}" data-say="hello"></script>"#),
        format!(r#"<script src="{app}" nonce="{NONCE}" type="module"></script>"#),
        inline(&format!("self.result = retryImport('{lazy}').then(module => module.name)")),
    ];
    // Twice, for a browser that has preloaded an element asks again without an event where that has failed.
    let wrong = [(&*style, 2), (&*classic, 2), (&*app, 2), (&*lazy, 2)];
    let site = Site::start(Page::new(POLICIES[1], &elements.concat()), &wrong);
    let mut visit = Visit::new(&site);
    visit.wait(STYLE_IS_LOADED);
    visit.wait("document.documentElement.dataset.classic == 'hello'");
    visit.wait("document.documentElement.dataset.app == 'ran'");
    assert_eq!(visit.evaluate("result").unwrap(), "lazy");
    assert_eq!(site.queries(&lazy), ["", "?retry=1", "?retry=2"]);
    assert_eq!(site.loads(), 1);
    // It asks once whether there is any hope, and not before each retry.
    assert_eq!(site.heads(), 4);

    let uncaught = inline(&format!("self.result = import('{lazy}').then(module => module.name)"));
    let site = Site::start(Page::new(POLICIES[1], &uncaught), &[(&lazy, 1)]);
    let mut visit = Visit::new(&site);
    visit.wait_for_loads(2);
    assert_eq!(visit.evaluate("result").unwrap(), "lazy");
}

#[test]
fn what_is_gone_for_good_reloads_the_page_at_once_and_once() {
    let gone = url("gone.js");
    for element in [
        inline(&format!("self.result = retryImport('{gone}')")),
        inline(&format!("self.result = retryImport(new URL('{gone}', location))")),
        format!(r#"<script src="{gone}" nonce="{NONCE}"></script>"#),
        format!(r#"<link rel="stylesheet" href="{}" nonce="{NONCE}">"#, url("gone.css")),
    ] {
        let site = Site::start(Page::new(POLICIES[1], &element), &[]);
        let mut visit = Visit::new(&site);
        visit.wait_for_loads(2);
        if element.contains("retryImport") {
            let error = visit.evaluate("result").unwrap_err();
            assert!(error.contains("Failed to fetch dynamically imported module"), "{error}");
        } else {
            visit.wait("failures == 1");
        }
        visit.evaluate("fetch('/last').then(() => true)").unwrap();
        assert_eq!(visit.evaluate("waits.length").unwrap(), 0, "{element}");
        assert_eq!((site.loads(), site.heads()), (2, 2), "{element}");
    }
}

#[test]
fn an_application_can_keep_the_page_where_a_module_is_gone() {
    let keep =
        inline("self.told = 0; addEventListener('cachebreaker:reload', event => { told++; event.preventDefault() })");
    let import = inline(&format!("self.result = retryImport('{}').catch(() => 'failed')", url("gone.js")));
    let site = Site::start(Page::new("", &format!("{keep}{import}")), &[]);
    let mut visit = Visit::new(&site);
    visit.wait("told == 1");
    assert_eq!(visit.evaluate("result").unwrap(), "failed");
    assert_eq!((site.loads(), visit.evaluate("waits.length").unwrap()), (1, 0.into()));
}

#[test]
fn where_it_cannot_ask_it_retries() {
    // The policy allows no `fetch`.
    let policy = format!("connect-src 'none'; {}", POLICIES[1]);
    let site = Site::start(Page::new(&policy, &import_lazy("retryImport")), &[("lazy.js", 2)]);
    let mut visit = Visit::new(&site);
    visit.wait("self.result instanceof Promise");
    assert_eq!(visit.evaluate("result").unwrap(), "lazy");
    assert_eq!((site.loads(), site.heads()), (1, 0));
    assert_eq!(site.queries("lazy.js"), ["", "?retry=1", "?retry=2"]);
}

#[test]
fn what_does_not_fail_is_not_asked_for_again() {
    let elements = [
        stylesheet(),
        script("app.js", r#"type="module""#),
        import_lazy("retryImport"),
        import_lazy("(url => import(url))"),
    ];
    let kept = inline(&format!("self.kept = retryImport('{}').then(module => module.name)", kept_url("lazy.js")));
    let site = Site::start(Page::new(POLICIES[1], &(elements.concat() + &kept)), &[]);
    let mut visit = Visit::new(&site);
    visit.wait(STYLE_IS_LOADED);
    visit.wait("document.documentElement.dataset.app == 'ran'");
    assert_eq!(visit.evaluate("kept").unwrap(), "lazy");
    assert_eq!(visit.evaluate("[failures, waits.length]").unwrap(), serde_json::json!([0, 0]));
    assert_eq!((site.loads(), site.heads()), (1, 0));
    assert_eq!(site.queries(&kept_url("lazy.js")), [""]);
}

#[test]
fn an_application_can_keep_the_page_and_is_told_again() {
    let keep =
        inline("self.told = 0; addEventListener('cachebreaker:reload', event => { told++; event.preventDefault() })");
    let site =
        Site::start(Page::new("", &format!("{keep}{}", stylesheet())), &[("style.css", usize::MAX), ("lazy.js", 1)]);
    let mut visit = Visit::new(&site);
    visit.wait("told == 1");
    visit.evaluate(&format!("void import('{}')", url("lazy.js"))).unwrap();
    visit.wait("told == 2");
    visit.evaluate("fetch('/last').then(() => true)").unwrap();
    assert_eq!(site.loads(), 1);
}

#[test]
fn a_browser_that_is_offline_keeps_its_page() {
    let site = Site::start(Page::new("", ""), &[]);
    let mut visit = Visit::new(&site);
    visit.wait("document.readyState == 'complete'");
    visit.go_offline(true);
    let error = visit.evaluate(&format!("retryImport('{}')", url("lazy.js"))).unwrap_err();
    assert!(error.contains("Failed to fetch"), "{error}");
    assert_eq!(visit.evaluate("waits.length").unwrap(), 3);
    visit.go_offline(false);
    visit.evaluate("fetch('/last').then(() => true)").unwrap();
    assert_eq!(site.loads(), 1);
}

#[test]
fn a_page_that_cannot_remember_a_reload_is_never_reloaded() {
    let site = Site::start(Page::new("sandbox allow-scripts", &stylesheet()), &[("style.css", usize::MAX)]);
    let mut visit = Visit::new(&site);
    visit.wait("failures == 4");
    visit.evaluate("fetch('/last', { mode: 'no-cors' }).then(() => true)").unwrap();
    assert_eq!(site.loads(), 1);
}

#[test]
fn under_trusted_types_stylesheets_and_imports_are_retried_and_scripts_are_not() {
    let note = inline("addEventListener('unhandledrejection', event => self.refused = String(event.reason))");
    let elements = [note, script("classic.js", ""), stylesheet(), import_lazy("retryImport")].concat();
    let wrong = [("classic.js", usize::MAX), ("style.css", 1), ("lazy.js", 1)];
    let site = Site::start(Page::new("require-trusted-types-for 'script'", &elements), &wrong);
    let mut visit = Visit::new(&site);
    visit.wait(STYLE_IS_LOADED);
    assert_eq!(visit.evaluate("result").unwrap(), "lazy");
    visit.wait("self.refused?.includes('TrustedScriptURL')");
    assert_eq!(site.loads(), 1);
}

#[test]
fn without_a_token_it_says_so() {
    let html = format!("<script>onerror = message => self.message = message</script><script>{RETRY_SCRIPT}</script>");
    let site = Site::start(Page { html, ..Page::default() }, &[]);
    let mut visit = Visit::new(&site);
    visit.wait("self.message == 'Uncaught data-token?'");
}
