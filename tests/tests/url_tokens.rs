//! URLs that last: what keeps its URL over a deploy, what gets another, and what each URL of earlier releases is answered with.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use tests::{App, FOREVER, Release, Repository, Run, ok};

#[test]
fn an_unchanged_file_keeps_its_url_and_every_url_of_a_page_is_answered_with_its_own_bytes() {
    let app = App::that_answers("lasting", ".token(Token::content()).retry_script(\"retry.js\")");
    let repository = Repository::new(&app.path(""));
    app.write("static/site.css", "a { background: url(img/bg.png) }");
    app.write("static/img/bg.png", "bg").write("static/img/logo.png", "logo");
    app.write("static/about.html", "<link rel=stylesheet href=site.css><img src=img/logo.png>");
    app.write("static/app.js", "import './lib.js'").write("static/lib.js", "1");
    repository.commit(1_700_000_000);
    let first = Release::build(&app, "1");
    assert_eq!(first.warnings, [""; 0]);
    assert_eq!(first.token_of("site.css"), first.token_of("img/bg.png"), "a stylesheet and its images are one unit");
    assert_eq!(first.token_of("app.js"), first.token_of("lib.js"));
    assert!(first.token_of("img/logo.png").starts_with("1700000000000-"));

    app.write("static/lib.js", "2");
    repository.commit(1_700_000_100);
    let second = Release::build(&app, "2");
    for path in ["site.css", "img/bg.png", "img/logo.png", "about.html"] {
        assert_eq!(second.url(path), first.url(path), "{path}");
    }
    for path in ["app.js", "lib.js"] {
        assert_ne!(second.url(path), first.url(path), "{path}");
        assert!(second.token_of(path).starts_with("1700000100000-"), "{path}");
    }
    // What each release answers to the other's pages.
    assert_eq!(second.ask(&app, first.url("img/logo.png")), ok("logo"));
    let (status, location, caching, _) = second.ask(&app, first.url("lib.js"));
    assert_eq!((status, &*location, &*caching), (301, second.url("lib.js"), "no-store"));
    assert_eq!(first.ask(&app, second.url("lib.js")).0, 503);
    assert_eq!(first.ask(&app, second.url("site.css")), ok("a { background: url(img/bg.png) }"));
    // A page's own references, under the page's token.
    for (path, body) in
        [("site.css", "a { background: url(img/bg.png) }"), ("img/bg.png", "bg"), ("img/logo.png", "logo")]
    {
        assert_eq!(second.under(&app, second.token_of("about.html"), path), ok(body));
        assert_eq!(second.under(&app, &second.token, path), ok(body), "the deploy's token is valid for all");
    }
    // A token of this very release that is not valid for a file.
    let (status, location, ..) = second.under(&app, second.token_of("lib.js"), "site.css");
    assert_eq!((status, &*location), (301, second.url("site.css")));
    // An image of the stylesheet takes the stylesheet along, and the page with it.
    app.write("static/img/bg.png", "another");
    repository.commit(1_700_000_200);
    let third = Release::build(&app, "3");
    for path in ["site.css", "img/bg.png", "about.html"] {
        assert_ne!(third.url(path), second.url(path), "{path}");
        assert_eq!(second.ask(&app, third.url(path)).0, 503, "{path}");
        assert_eq!(third.ask(&app, second.url(path)).1, third.url(path), "{path}");
    }
    // The lock file, which cargo wrote in the first build, says which retry script it is.
    for path in ["app.js", "lib.js", "img/logo.png", "retry.js"] {
        assert_eq!(third.url(path), second.url(path), "{path}");
    }
    // Back to what was: the contents have their digest again, and the first release's URLs are answered with their own bytes.
    app.write("static/img/bg.png", "bg");
    repository.commit(1_700_000_300);
    let fourth = Release::build(&app, "4");
    assert_eq!(fourth.ask(&app, first.url("img/bg.png")), ok("bg"));
    assert_eq!(fourth.ask(&app, third.url("img/bg.png")).1, fourth.url("img/bg.png"));
}

#[test]
fn what_may_refer_to_anything_changes_with_everything_unless_build_rs_says_better() {
    let options = ".token(Token::content())";
    let app = App::that_answers("unknown-references", options);
    let repository = Repository::new(&app.path(""));
    app.write("static/search.json", "{}").write("static/chunks/a.js", "1").write("static/logo.png", "logo");
    repository.commit(1_700_000_000);
    let first = Release::build(&app, "1");
    assert_eq!(first.token_of("search.json"), first.token);
    assert_ne!(first.token_of("logo.png"), first.token);
    let explanation = fs::read_to_string(app.output("release", "static").join("url-tokens.txt")).unwrap();
    let reason = "changes with  everything: what `search.json` refers to is not known, for files of the type \
                  `application/json` are not read for references";
    assert!(explanation.contains(reason), "{explanation}");

    app.set_options(&format!("{options}.refers(\"*.json\", [\"chunks/**\"]).refers(\"*.nothing\", [\"\"; 0])"));
    repository.commit(1_700_000_100);
    let second = Release::build(&app, "2");
    let warning = "warning: `.refers(\"*.nothing\")` matches no file in `static`: ";
    assert!(second.warnings.iter().all(|it| it.starts_with(warning)) && second.warnings.len() == 1);
    app.write("static/logo.png", "another");
    repository.commit(1_700_000_200);
    let third = Release::build(&app, "3");
    assert_eq!(third.url("search.json"), second.url("search.json"));
    assert_eq!(third.under(&app, third.token_of("search.json"), "chunks/a.js"), ok("1"));
    app.write("static/chunks/a.js", "2");
    repository.commit(1_700_000_300);
    assert_ne!(Release::build(&app, "4").url("search.json"), third.url("search.json"));
}

#[test]
fn the_time_is_that_of_the_last_change_that_git_knows_and_a_warning_says_where_it_knows_none() {
    let app = App::that_answers("lasting-times", ".token(Token::content())");
    app.write("static/a.txt", "1").write("static/b.txt", "1").write("static/gone.png", "1").write("shared.txt", "1");
    app.write("static/a.css", "a { b: url(gone.png) }");
    let time = |release: &Release, path| release.token_of(path).split_once('-').unwrap().0.to_owned();

    let without_git = Release::build(&app, "0");
    let warning = "warning: `Token::content()` has the time of this build, because there is no git repository with a commit that has `";
    assert!(without_git.warnings[0].starts_with(warning), "{:?}", without_git.warnings);
    app.write("static/b.txt", "2");
    let again = Release::build(&app, "0");
    assert_eq!(again.url("a.txt"), without_git.url("a.txt"), "in one place a build keeps what it knows");
    assert_ne!(again.url("b.txt"), without_git.url("b.txt"));

    let repository = Repository::new(&app.path(""));
    repository.commit(1_700_000_000);
    // A file that is removed has changed what refers to it.
    app.remove("static/gone.png");
    repository.commit(1_700_000_100);
    let committed = Release::build(&app, "1");
    assert_eq!(committed.warnings, [""; 0]);
    assert_eq!(time(&committed, "a.txt"), "1700000000000");
    assert_eq!(time(&committed, "a.css"), "1700000100000");

    app.write("static/a.txt", "2");
    let dirty = Release::build(&app, "2");
    assert_eq!(
        dirty.warnings,
        [
            "warning: 1 of 3 assets (`static/a.txt` is the first) have changes that are not committed: their URLs have the time of \
             this build, and another build has others; commit them"
        ]
    );
    assert!(*time(&dirty, "a.txt") > *"1790000000000");
    assert_eq!(dirty.url("b.txt"), committed.url("b.txt"));
    assert_eq!(dirty.ask(&app, committed.url("a.txt")).1, dirty.url("a.txt"));
    assert_eq!(committed.ask(&app, dirty.url("a.txt")).0, 503);

    repository.commit(1_700_000_200);
    symlink("../shared.txt", app.path("static/link.txt")).unwrap();
    app.write("static/made.txt", "1").write(".gitignore", "release-*\nstatic/made.txt\n");
    repository.commit(1_700_000_300);
    let untracked = Release::build(&app, "3");
    assert_eq!(
        untracked.warnings,
        [
            "warning: git does not have 2 of 5 assets (`static/link.txt` is the first) as files of the folder: they have new URLs \
             after each change to the package, and browsers fetch them again; commit them"
        ]
    );
    assert_eq!(time(&untracked, "made.txt"), "1700000300000");
    app.write("src/other.rs", "");
    repository.commit(1_700_000_400);
    let later = Release::build(&app, "4");
    assert_eq!(time(&later, "made.txt"), "1700000400000");
    assert_eq!(later.url("b.txt"), committed.url("b.txt"));
    assert_eq!(later.ask(&app, untracked.url("made.txt")), ok("1"), "the digest is the same");
}

#[test]
fn a_shallow_clone_does_not_know_the_last_change_of_each_file() {
    let origin = App::that_answers("lasting-origin", ".token(Token::content())");
    let repository = Repository::new(&origin.path(""));
    origin.write("static/a.txt", "1").write("static/b.txt", "1");
    repository.commit(1_700_000_000);
    origin.write("static/b.txt", "2");
    repository.commit(1_700_000_100);
    origin.write("static/b.txt", "3");
    repository.commit(1_700_000_200);

    let clone = App::that_answers("lasting-clone", ".token(Token::content())");
    let folder = clone.path("checkout");
    let url = format!("file://{}", origin.path("").display());
    let status = Command::new("git").args(["clone", "--quiet", "--depth=2", &url]).arg(&folder).status().unwrap();
    assert!(status.success());
    fs::copy(clone.path("Cargo.toml"), folder.join("Cargo.toml")).unwrap();
    let build = || clone.run(&mut clone.cargo(["run", "--release", "--manifest-path=checkout/Cargo.toml"]));
    let run = build();
    let url = |path: &str| run.stdout().lines().find_map(|line| line.strip_prefix(&format!("url {path} "))).unwrap();
    assert!(url("a.txt").starts_with("/static/1700000100000-"), "the oldest commit that is there");
    assert!(url("b.txt").starts_with("/static/1700000200000-"));
    assert_eq!(
        run.told(),
        [
            "warning: this clone is shallow, and git does not know when 1 of 2 assets (`static/a.txt` is the first) last changed: \
             they have new URLs in each deploy, and browsers fetch them again; fetch the whole history"
        ]
    );

    // With the whole history, another machine makes the same URLs, whatever the times of its files.
    let status = Command::new("git").args(["fetch", "--quiet", "--unshallow"]).current_dir(&folder).status().unwrap();
    assert!(status.success());
    let urls = |run: &Run| run.stdout().lines().map(str::to_owned).collect::<Vec<_>>();
    let there = build();
    assert_eq!(there.told(), [""; 0]);
    assert_eq!(urls(&there), urls(&origin.run(&mut origin.cargo(["run", "--release"]))));
}

/// A number below `below`, the same in every run.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % below
}

/// The files of the random releases. Each names some of those after it.
const RANDOM: [&str; 6] = ["page.html", "app.js", "lib.js", "site.css", "img/bg.png", "img/logo.png"];

/// What is in a file that names others, and what it names.
fn random_text(state: &mut u64, file: usize) -> (String, Vec<usize>) {
    let may_name = |to: &usize| match RANDOM[file] {
        "app.js" | "lib.js" => RANDOM[*to].ends_with(".js"),
        "site.css" => RANDOM[*to].ends_with(".png"),
        path => path.ends_with(".html"),
    };
    let named: Vec<_> = (file + 1..RANDOM.len()).filter(may_name).filter(|_| random(state, 2) == 0).collect();
    let write = |to: &usize| match RANDOM[file].rsplit_once('.').unwrap().1 {
        "js" => format!("import './{}';", RANDOM[*to]),
        "css" => format!("a {{ b: url({}) }}", RANDOM[*to]),
        _ => format!("<a href={}>", RANDOM[*to]),
    };
    (format!("{}/* {} */", named.iter().map(write).collect::<String>(), random(state, 1000)), named)
}

#[test]
fn over_random_releases_that_are_really_built_one_url_never_has_two_contents() {
    let app = App::that_answers("lasting-random", ".token(Token::content())");
    let repository = Repository::new(&app.path(""));
    let mut bodies: BTreeMap<String, String> = BTreeMap::new();
    let mut urls: Vec<String> = Vec::new();
    let mut state = 13;
    let mut files: BTreeMap<usize, (String, Vec<usize>)> = BTreeMap::new();
    for release in 0..6 {
        // The first release writes all files; each later one writes one or two of them, or takes one away.
        let changed: Vec<_> =
            if release == 0 { (0..6).collect() } else { (0..2).map(|_| random(&mut state, 6)).collect() };
        for file in changed {
            if release > 0 && random(&mut state, 6) == 0 && files.len() > 2 && files.remove(&file).is_some() {
                app.remove(format!("static/{}", RANDOM[file]));
            } else {
                files.insert(file, random_text(&mut state, file));
                app.write(format!("static/{}", RANDOM[file]), &files[&file].0);
            }
        }
        repository.commit(1_700_000_000 + release * 100);
        let built = Release::build(&app, &release.to_string());
        urls.extend(built.urls.values().cloned());
        // Every reference under the URL that its file has.
        for (file, (_, named)) in &files {
            let prefix = built.url(RANDOM[*file]).strip_suffix(RANDOM[*file]).unwrap();
            let targets = named.iter().filter(|to| files.contains_key(to));
            for to in targets {
                let (url, text) = (format!("{prefix}{}", RANDOM[*to]), &files[to].0);
                assert_eq!(built.ask(&app, &url), ok(text), "{url} in release {release}");
                if !RANDOM[*file].ends_with(".html") {
                    assert_eq!(url, built.url(RANDOM[*to]));
                }
                urls.push(url);
            }
        }
        urls.sort_unstable();
        urls.dedup();
        for url in &urls {
            let (status, location, caching, body) = built.ask(&app, url);
            let path = url.splitn(4, '/').nth(3).unwrap();
            match status {
                200 => {
                    assert_eq!(caching, FOREVER);
                    assert_eq!(bodies.entry(url.clone()).or_insert_with(|| body.clone()), &body, "{url}");
                }
                301 => assert_eq!(location, built.url(path)),
                404 => assert!(!built.urls.contains_key(path), "{url}"),
                other => panic!("{other} for {url} in release {release}"),
            }
        }
    }
    assert!(bodies.len() > 10, "{bodies:?}");
}
