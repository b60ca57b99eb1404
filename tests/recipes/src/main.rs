//! The recipes of `docs/history.md`, run as they are written there: their files are taken from the guide, and build real releases.
//!
//! `tests/recipes/run` installs what is missing, and runs all of them or those that are named.

mod bucket;
mod guide;
mod image;
mod site;
mod workflow;

use std::cell::RefCell;
use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use tests::{App, Release};

use crate::bucket::Bucket;
use crate::image::Images;
use crate::site::{Site, checkout, content, succeed};
use crate::workflow::GitHub;

const RECIPES: [(&str, fn()); 7] = [
    ("by hand", by_hand),
    ("withdrawing", withdrawing),
    ("withdrawing in a workflow", withdrawing_in_a_workflow),
    ("CI cache", ci_cache),
    ("artifact", artifact),
    ("container", container),
    ("bucket", bucket),
];

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let mut run = 0;
    for (name, recipe) in RECIPES {
        if names.is_empty() || names.iter().any(|it| it == name) {
            let start = Instant::now();
            // One that fails panics.
            recipe();
            println!("{name}: ok, {} s", start.elapsed().as_secs());
            run += 1;
        }
    }
    if run == 0 {
        eprintln!("there is no such recipe; there are: {}", RECIPES.map(|(name, _)| name).join(", "));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// One machine that builds every release.
struct Machine {
    site: Site,
    app: App,
}

impl Machine {
    fn new() -> Self {
        Self { site: Site::new(), app: checkout(1) }
    }

    fn shell(&self, script: &str) -> String {
        succeed(&mut self.app.shell(script))
    }

    /// Writes the files of a version.
    fn write(&self, version: u32) {
        for path in site::PATHS {
            match content(version, path) {
                Some(text) => drop(self.app.write(format!("static/{path}"), text)),
                None => drop(fs::remove_file(self.app.path("static").join(path))),
            }
        }
    }

    /// Builds what is there with this token, records it, and deploys it under a name.
    fn deploy(&self, token: &str, name: &str) -> Release {
        succeed(self.app.shell("cargo build --release").env("CACHEBREAKER", token));
        self.shell(&guide::file("record.sh"));
        succeed(self.app.shell("./deploy target/release/hello").env("DEPLOYED", self.site.place(name)));
        self.site.release(name)
    }

    /// Writes, builds, records and deploys a version.
    fn release(&self, version: u32, token: &str, name: &str) -> Release {
        self.write(version);
        self.deploy(token, name)
    }

    /// How many releases and contents the history has.
    fn history(&self) -> (usize, usize) {
        let count = |path: &str| self.shell(&format!("find history/static/{path} -type f | wc -l")).trim().parse();
        (count("releases").expect("a number"), count("contents").expect("a number"))
    }
}

fn by_hand() {
    let machine = Machine::new();
    let site = &machine.site;
    let first = machine.release(1, "v1.0.0", "first");
    let second = machine.release(2, "v1.1.0", "second");
    site.assert_keeps(&second, (1, &first));
    assert_eq!(machine.history().0, 2);

    // A rollback: the sources of the first release, with the same token, and with the history.
    let back = machine.release(1, "v1.0.0", "back");
    assert_eq!(back.urls, first.urls);
    site.assert_keeps(&back, (1, &first));
    site.assert_keeps(&back, (2, &second));
    // It comes after the second now.
    assert_eq!(machine.history().0, 3);
    // And its old binary.
    assert_eq!(site.status(&first, second.url("style.css")), 503);
    // And forward again.
    let third = machine.release(3, "v1.2.0", "third");
    for page in [(1, &first), (2, &second), (1, &back), (3, &third)] {
        site.assert_keeps(&third, page);
    }

    // Pruning keeps what the last twenty have.
    let before = machine.history();
    machine.shell(&guide::file("prune.sh"));
    assert_eq!(machine.history(), before);
    let prune = guide::file("prune.sh");
    assert!(prune.contains(" -n -20 "));
    machine.shell(&prune.replace(" -n -20 ", " -n -1 "));
    assert_eq!(
        machine.history(),
        (1, machine.shell("find target/cachebreaker/releases/hello/static/contents -type f").lines().count())
    );
    let fourth = machine.release(4, "v1.3.0", "fourth");
    assert_eq!(site.kept(&fourth), ["v1.2.0"]);
    site.assert_keeps(&fourth, (3, &third));
    site.assert_redirects(&fourth, &second, "style.css");
    assert_eq!(fourth.url("logo.png"), first.url("logo.png"));
}

fn withdrawing() {
    let machine = Machine::new();
    let site = &machine.site;
    let release = |version: u32, script: &str, token: &str| {
        machine.write(version);
        machine.app.write("static/js/app.js", script);
        machine.deploy(token, token)
    };
    let first = release(1, "good", "v1.0.0");
    // Two releases have the bad script, under one URL.
    let bad = release(2, "bad", "v1.1.0");
    let worse = release(3, "bad", "v1.1.1");
    assert_eq!(bad.url("js/app.js"), worse.url("js/app.js"));
    assert_eq!(site.kept(&worse), ["v1.0.0", "v1.1.0"]);

    // A mistake in the path or in the version removes nothing.
    let before = machine.history();
    for (what, wrong) in [("js/app.js", "js/api.js"), ("v1.1.0", "v1.1.5")] {
        let mistaken = guide::file("withdraw.sh").replace(what, wrong);
        let output = machine.app.shell(&mistaken).output().expect("a shell");
        assert!(!output.status.success() && machine.history() == before, "{output:?}");
    }
    machine.shell(&guide::file("withdraw.sh"));
    let fixed = release(4, "good again", "v1.2.0");
    assert_eq!(site.kept(&fixed), ["v1.0.0"]);
    assert_eq!(site.body(&fixed, first.url("js/app.js")), "good");
    for release in [&bad, &worse] {
        site.assert_redirects(&fixed, release, "js/app.js");
        site.assert_redirects(&fixed, release, "style.css");
    }
    assert_eq!(fixed.url("logo.png"), first.url("logo.png"));
}

fn ci_cache() {
    by_workflow(&guide::file(".github/workflows/deploy.yml"));
}

fn artifact() {
    by_workflow(&guide::file(".github/workflows/deploy-with-artifact.yml"));
}

fn by_workflow(workflow: &str) {
    let (site, github) = (Site::new(), RefCell::new(GitHub::new()));
    let deploy = |version: u32| {
        let name = version.to_string();
        github.borrow_mut().push(workflow, &checkout(version), &site.place(&name));
        site.release(&name)
    };
    site.assert_history(deploy, || github.borrow_mut().lose());
}

fn withdrawing_in_a_workflow() {
    for file in [".github/workflows/deploy.yml", ".github/workflows/deploy-with-artifact.yml"] {
        let (site, mut github, workflow) = (Site::new(), GitHub::new(), guide::file(file));
        let mut deploy = |version: u32, workflow: &str| {
            let name = version.to_string();
            github.push(workflow, &checkout(version), &site.place(&name));
            site.release(&name)
        };
        let first = deploy(1, &workflow);
        let second = deploy(2, &workflow);
        let script = guide::file("withdraw.sh").replace("v1.1.0", &second.token).replace("js/app.js", "style.css");
        let build = "      - run: cargo build";
        let step = format!("      - run: |\n          {}\n{build}", script.trim_end().replace('\n', "\n          "));
        let third = deploy(3, &workflow.replace(build, &step));
        assert_eq!(site.kept(&third), [&*first.token]);
        site.assert_redirects(&third, &second, "style.css");
        let fourth = deploy(4, &workflow);
        assert_eq!(site.kept(&fourth), [&*first.token, &third.token]);
    }
}

fn container() {
    let (site, images) = (Site::new(), Images::new());
    let (first, next) = (guide::file("first-image.sh"), guide::file("next-image.sh"));
    let is_lost = RefCell::new(false);
    let deploy = |version: u32| {
        let app = checkout(version);
        for name in ["Containerfile", ".dockerignore"] {
            app.write(name, guide::file(name));
        }
        let image = format!("hello:v{version}");
        if version == 1 || *is_lost.borrow() {
            images.run(&first.replace("hello:v1", &image), &app);
        } else {
            images.run(&next.replace("hello:v2", &image).replace("hello:v1", &format!("hello:v{}", version - 1)), &app);
        }
        let name = version.to_string();
        images.take(&format!("registry.example.com/{image}"), "usr/local/bin/hello", &site.place(&name));
        site.release(&name)
    };
    site.assert_history(deploy, || *is_lost.borrow_mut() = true);
}

fn bucket() {
    let (site, bucket) = (Site::new(), Bucket::start());
    let script = guide::file("release.sh");
    let deploy = |version: u32| {
        let name = version.to_string();
        succeed(bucket.tell(&mut checkout(version).shell(&script)).env("DEPLOYED", site.place(&name)));
        site.release(&name)
    };
    site.assert_history(deploy, || drop(bucket.aws(&["s3", "rm", "--recursive", "s3://example-history/hello"])));
}
