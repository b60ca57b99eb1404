//! What the guide "Moving here" promises: URLs without tokens, from before a site moved here, stay alive.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use http_body_util::BodyExt as _;
use tests_http::ask::{Answer, answer, request};
use tests_http::fixture::{MOVED_FILES, UNMOVED_FILES};
use tests_http::view::{
    MOVED, MOVED_DISK, UNMOVED, UNMOVED_BELOW, UNMOVED_THERE, View, moved, moved_disk, unmoved, unmoved_below,
    unmoved_there,
};
use tower_http::services::{ServeDir, ServeFile};
use tower_service::Service as _;

/// What a browser sends when a visitor follows a link.
const NAVIGATION: [(&str, &str); 1] = [("accept", "text/html,*/*;q=0.8")];

const SITES: [(View, fn() -> Router); 2] = [(MOVED, moved::site), (MOVED_DISK, moved_disk::site)];

fn ask(app: Router, target: &str, fields: &[(&str, &str)]) -> Answer {
    answer(app, request("GET", target, fields).map(|()| Body::empty()))
}

/// The same, after redirects on the site.
fn follow(app: &Router, target: &str) -> Answer {
    let mut url = url::Url::parse("https://site.example").and_then(|site| site.join(target)).expect("a path");
    loop {
        let answer = ask(app.clone(), url.path(), &NAVIGATION);
        match answer.field("location") {
            Some(location) => url = url.join(location).expect("a location"),
            None => return answer,
        }
    }
}

/// The site as it was before, by `ServeDir`.
fn before(target: &str) -> (u16, Vec<u8>) {
    let folder = concat!(env!("OUT_DIR"), "/moved");
    let mut site = ServeDir::new(folder)
        .html_as_default_extension(true)
        .fallback(ServeFile::new(concat!(env!("OUT_DIR"), "/moved/index.html")));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let request = request("GET", target, &NAVIGATION).map(|()| Body::empty());
        let response = site.call(request).await.expect("it never fails");
        let status = response.status().as_u16();
        (status, response.into_body().collect().await.expect("the file can be read").to_bytes().to_vec())
    })
}

#[test]
fn every_url_of_a_site_without_tokens_stays_alive() {
    for (view, site) in SITES {
        for target in ["/assets/site.css", "/assets/app.js", "/assets/logo.svg", "/assets/terms.txt"] {
            let answer = ask(site(), target, &[]);
            assert_eq!((answer.status, answer.expect("cache-control")), (200, "no-cache"), "{answer:?}");
            assert_eq!(before(target), (200, answer.body), "{target}");
        }
        let page = |target| {
            let answer = follow(&site(), target);
            assert_eq!((answer.status, answer.expect("content-type")), (200, "text/html; charset=utf-8"));
            answer.text().replace(&view.url(""), "/")
        };
        for target in ["/about", "/docs/", "/about.html", "/docs/index.html"] {
            assert_eq!(before(target), (200, page(target).into_bytes()), "{target}");
        }
        let index = String::from_utf8((MOVED_FILES[0].content)()).expect("it is UTF-8").replace("./assets", "/assets");
        for target in ["/", "/index.html", "/users/7"] {
            assert_eq!((before(target).0, page(target)), (200, index.clone()), "{target}");
        }
        assert_eq!(before("/docs").0, 307);
        assert_eq!(page("/docs"), page("/docs/"));
    }
}

#[test]
fn references_of_a_page_get_the_token_and_links_for_visitors_keep_the_old_url() {
    for (view, site) in SITES {
        let page = ask(site(), "/", &[]);
        for expected in [
            format!("<link rel=stylesheet href={}>", view.url("assets/site.css")),
            format!("<script type=module src={}>", view.url("assets/app.js")),
            "<a href=/assets/terms.txt>".to_owned(),
        ] {
            assert!(page.text().contains(&expected), "{expected}: {page:?}");
        }
    }
}

#[test]
fn a_script_that_is_gone_gets_404_where_the_old_fallback_sent_a_page() {
    assert_eq!(before("/assets/gone-3f9a1c2b.js").0, 200);
    for (_, site) in SITES {
        let script = ask(site(), "/assets/gone-3f9a1c2b.js", &[("accept", "*/*"), ("sec-fetch-mode", "cors")]);
        assert_eq!((script.status, script.expect("cache-control")), (404, "no-store"), "{script:?}");
    }
}

/// Each view's routes, and its fixed URLs below the prefix that all files had before.
#[test]
fn fixed_urls_may_be_nested_below_the_prefix_that_the_files_had() {
    let views: [(View, Router, Router); 3] = [
        (UNMOVED, unmoved::router(), unmoved::fixed_router()),
        // The routes of files win over the view, which has everything else below the same prefix.
        (UNMOVED_THERE, unmoved_there::router(), unmoved_there::fixed_router()),
        (UNMOVED_BELOW, unmoved_below::router(), unmoved_below::fixed_router()),
    ];
    for (view, router, fixed) in views {
        let app = Router::new().nest("/static", fixed).merge(router);
        for file in &UNMOVED_FILES {
            for (url, cache_control) in
                [(format!("/static/{}", file.spelt), "no-cache"), (view.url(file.spelt), view.cache_control)]
            {
                let answer = ask(app.clone(), &url, &[]);
                assert_eq!((answer.status, answer.expect("cache-control")), (200, cache_control), "{url}");
                assert_eq!(answer.expect("content-type"), file.content_type);
                assert_eq!(answer.body, (file.content)());
            }
        }
        assert_eq!(ask(app.clone(), "/static/img/gone.svg", &[]).status, 404);
        let stale = ask(app, &view.url_under("1718539201233", "css/site.css"), &[]);
        assert_eq!((stale.status, stale.expect("location")), (301, &*view.url("css/site.css")));
    }
}

#[test]
fn fixed_urls_may_be_nested_beside_the_whole_site() {
    for (site, fixed) in
        [(moved::site as fn() -> Router, moved::fixed_router()), (moved_disk::site, moved_disk::fixed_router())]
    {
        let app = Router::new().nest("/old", fixed).merge(site());
        for (url, cache_control) in
            [("/old/assets/app.js", "no-cache"), ("/assets/app.js", "no-cache"), ("/about", "no-cache")]
        {
            let answer = ask(app.clone(), url, &[]);
            assert_eq!((answer.status, answer.expect("cache-control")), (200, cache_control), "{url}");
        }
        assert_eq!(ask(app, "/old/assets/gone.js", &[]).status, 404);
    }
}

#[test]
fn a_fixed_url_may_begin_as_the_view_does() {
    let app = Router::new().merge(unmoved_below::router()).merge(unmoved_below::fixed_router());
    for (url, cache_control) in
        [("/img/logo.svg", "no-cache"), (&*UNMOVED_BELOW.url("img/logo.svg"), UNMOVED_BELOW.cache_control)]
    {
        let answer = ask(app.clone(), url, &[]);
        assert_eq!((answer.status, answer.expect("cache-control")), (200, cache_control), "{url}");
        assert_eq!(answer.body, (UNMOVED_FILES[1].content)());
    }
    assert_eq!(ask(app, "/img/gone.svg", &[]).status, 404);
}

/// The file whose name had a hash of so many characters before its ending: `style-r3rltVhW.css`, `style.ec4edeea111c8549.css`.
fn without_hash(path: &str, length: usize) -> Option<String> {
    let (stem, ending) = path.rsplit_once('.')?;
    let name = stem.get(..stem.len().checked_sub(length + 1)?)?;
    Some(format!("{name}.{ending}"))
}

async fn old_url(Path(path): Path<String>) -> Result<Redirect, StatusCode> {
    let asset = unmoved::get(&path);
    let asset = asset.or_else(|| unmoved::get(&without_hash(&path, 8)?));
    let asset = asset.or_else(|| unmoved::get(&without_hash(&path, 16)?));
    asset.map(|asset| Redirect::temporary(asset.url())).ok_or(StatusCode::NOT_FOUND)
}

#[test]
fn a_route_of_the_application_may_redirect_old_urls_with_and_without_hashes_in_their_names() {
    let app: Router = Router::new().route("/static/{*path}", get(old_url)).merge(unmoved::router());
    for (old, file) in [
        ("css/site.css", "css/site.css"),
        ("css/site-r3rltVhW.css", "css/site.css"),
        ("css/site-a-_b-cdE.css", "css/site.css"),
        ("img/logo.ec4edeea111c8549.svg", "img/logo.svg"),
        ("img/a%20b.txt", "img/a%20b.txt"),
    ] {
        let answer = ask(app.clone(), &format!("/static/{old}"), &[]);
        assert_eq!((answer.status, answer.expect("location")), (307, &*UNMOVED.url(file)), "{old}");
        assert_eq!(ask(app.clone(), answer.expect("location"), &[]).status, 200, "{old}");
    }
    for gone in ["gone.css", "site.css", "css/site-r3.css", "css/é.css", "a"] {
        assert_eq!(ask(app.clone(), &format!("/static/{}", gone.replace('é', "%C3%A9")), &[]).status, 404, "{gone}");
    }
}

#[test]
fn axum_refuses_such_a_route_below_the_prefix_of_the_view() {
    let merge = || Router::<()>::new().route("/static/{*path}", get(old_url)).merge(unmoved_there::router());
    assert!(std::panic::catch_unwind(merge).is_err(), "both have every path below `/static/`");
}

#[test]
fn a_view_has_what_a_table_of_embedded_files_has() {
    let paths: Vec<_> = moved::iter().map(|asset| asset.path()).collect();
    for file in &MOVED_FILES {
        assert!(paths.contains(&file.path));
        let asset = moved::get(file.path).expect("it is an asset");
        assert_eq!(asset.bytes(), (file.content)());
        assert_eq!((asset.content_type(), asset.url()), (file.content_type, &*MOVED.url(file.spelt)));
        assert_eq!(moved_disk::get(file.path).expect("it is an asset").bytes(), (file.content)());
    }
    assert_eq!(moved::get("none"), None);
}
