//! The site that is deployed by a recipe: its sources, its releases, and what visitors get.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;
use tests::{App, Release, ok};

use crate::guide;

/// The name of the package in the guide.
const PACKAGE: &str = "hello";

/// The files of all versions.
pub(crate) const PATHS: [&str; 5] = ["style.css", "js/app.js", "js/lazy.js", "logo.png", "old.txt"];

/// A fresh checkout of a version of the site, as on a machine that has nothing but compiled dependencies.
pub(crate) fn checkout(version: u32) -> App {
    let app = App::that_answers(PACKAGE, "");
    app.write("build.rs", guide::file("build.rs"));
    // Yours is better. The guide leaves it to you.
    app.write("deploy", "#!/bin/sh\nexec cp \"$1\" \"$DEPLOYED\"\n");
    succeed(Command::new("chmod").arg("+x").arg(app.path("deploy")));
    for path in PATHS {
        if let Some(text) = content(version, path) {
            app.write(format!("static/{path}"), text);
        }
    }
    // A checkout has a lock file of its own.
    succeed(&mut app.cargo(["update", "--workspace", "--offline"]));
    app
}

/// What a version of the site has at a path.
pub(crate) fn content(version: u32, path: &str) -> Option<String> {
    Some(match path {
        "style.css" => format!("/* version {version} */ {}", "a { color: red; } ".repeat(40)),
        "js/app.js" => "document.onclick = () => import('./lazy.js');".to_owned(),
        "js/lazy.js" => format!("export const version = {version};"),
        "logo.png" => "the same in all versions".to_owned(),
        "old.txt" if version == 1 => "gone in the next version".to_owned(),
        _ => return None,
    })
}

/// Runs a command. Panics when it fails.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{stdout}\n{stderr}");
    stdout + &stderr
}

/// The releases that are deployed.
pub(crate) struct Site {
    folder: TempDir,
    visitor: App,
}

impl Site {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, visitor: App::new("visitor") }
    }

    /// Where the script `./deploy` puts the binary, by the variable `DEPLOYED`.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The release that was put there.
    pub(crate) fn release(&self, name: &str) -> Release {
        Release::of(&self.visitor, self.place(name))
    }

    /// Fails if the release does not have all files of a page of that version. Both were built by this recipe.
    pub(crate) fn assert_keeps(&self, release: &Release, (version, page): (u32, &Release)) {
        for (path, url) in &page.urls {
            let expected = content(version, path).expect("a file of the version");
            assert_eq!(release.ask(&self.visitor, url), ok(&expected), "version {version}: {url}");
        }
    }

    /// Fails if the release redirects a page of another to anything but its own files.
    pub(crate) fn assert_redirects(&self, release: &Release, page: &Release, path: &str) {
        let (status, location, caching, _) = release.ask(&self.visitor, page.url(path));
        assert_eq!((status, &*location, &*caching), (301, release.url(path), "no-store"));
    }

    /// The tokens of the releases that it keeps.
    pub(crate) fn kept(&self, release: &Release) -> Vec<String> {
        release.kept(&self.visitor, &[]).1.into_iter().map(|(token, _)| token).collect()
    }

    /// The status of what is answered.
    pub(crate) fn status(&self, release: &Release, url: &str) -> u16 {
        release.ask(&self.visitor, url).0
    }

    /// The body of what is answered.
    pub(crate) fn body(&self, release: &Release, url: &str) -> String {
        release.ask(&self.visitor, url).3
    }

    /// What every recipe is for. `deploy` builds and deploys the site of a version, and `lose` loses the history.
    pub(crate) fn assert_history(&self, mut deploy: impl FnMut(u32) -> Release, lose: impl FnOnce()) {
        let releases = [deploy(1), deploy(2), deploy(3)];
        let [first, second, third] = &releases;
        for page in (1..).zip(&releases) {
            self.assert_keeps(third, page);
        }
        assert_eq!(self.kept(first), [""; 0]);
        assert_eq!(self.kept(third), [&*first.token, &second.token]);
        assert_eq!(third.url("logo.png"), first.url("logo.png"));
        assert_ne!(third.url("style.css"), first.url("style.css"));

        lose();
        let fourth = deploy(4);
        self.assert_keeps(&fourth, (4, &fourth));
        assert_eq!(self.kept(&fourth), [""; 0]);
        self.assert_redirects(&fourth, third, "style.css");
    }
}
