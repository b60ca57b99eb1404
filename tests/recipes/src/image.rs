//! Images, built by buildah. Those that the guide begins with are stand-ins: they have this machine's own compiler and libraries,
//! because a test fetches nothing from a registry of images.

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tests::{App, crate_folder, target_folder};

use crate::site::succeed;

/// Where buildah keeps its images, and folders of this machine that steps of a build see.
pub(crate) struct Images {
    folder: TempDir,
    volumes: Vec<String>,
}

impl Images {
    /// Makes the images that the guide begins with.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rust = succeed(Command::new("rustc").args(["--print", "sysroot"]));
        let rust = rust.trim();
        let home = env::var_os("HOME").expect("a home");
        let cargo = env::var_os("CARGO_HOME").map_or_else(|| Path::new(&home).join(".cargo"), PathBuf::from);
        let cargo = cargo.display().to_string();
        let sources = crate_folder("").display().to_string();
        let same = |path: &str, mode: &str| format!("{path}:{path}:{mode}");
        let volumes = vec![
            same("/usr", "ro"),
            // `cc` is a link to there.
            same("/etc/alternatives", "ro"),
            same(rust, "ro"),
            same(&cargo, "rw"),
            same(sources.trim_end_matches('/'), "ro"),
            format!("{}:/app/target:rw", target_folder().join("fixtures").display()),
        ];
        let images = Self { folder, volumes };

        let root = images.folder.path().join("base/root");
        for name in ["tmp", "etc", "usr"] {
            fs::create_dir_all(root.join(name)).expect("a folder");
        }
        for name in ["bin", "lib", "lib64", "sbin"] {
            symlink(Path::new("usr").join(name), root.join(name)).expect("a link");
        }
        let base =
            format!("FROM scratch\nCOPY root/ /\nENV PATH={rust}/bin:/usr/bin:/bin CARGO_HOME={cargo} HOME=/tmp\n");
        fs::write(images.folder.path().join("base/Containerfile"), base).expect("a file");
        let base = images.folder.path().join("base").display().to_string();
        for name in ["docker.io/library/rust:1", "docker.io/library/debian:stable-slim"] {
            images.buildah(&["build", "--isolation", "chroot", "-t", name, &base]);
        }
        // The guide says `docker build`.
        let script = format!(
            "#!/bin/bash\nset -eu\ntest \"$1\" = build\nexec {} build --isolation chroot --pull-never {} \"${{@:2}}\"\n",
            images.command().join(" "),
            images.volumes.iter().map(|volume| format!("--volume {volume}")).collect::<Vec<_>>().join(" "),
        );
        let docker = images.programs().join("docker");
        fs::create_dir(images.programs()).expect("a folder");
        fs::write(&docker, script).expect("a script");
        succeed(Command::new("chmod").arg("+x").arg(docker));
        images
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn command(&self) -> [String; 7] {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        ["buildah", "--storage-driver", "vfs", "--root", &path("images"), "--runroot", &path("run")].map(str::to_owned)
    }

    fn buildah(&self, arguments: &[&str]) -> String {
        let command = self.command();
        succeed(Command::new(&command[0]).args(&command[1..]).args(arguments)).trim().to_owned()
    }

    /// Runs a script of the guide in a checkout.
    pub(crate) fn run(&self, script: &str, app: &App) {
        let path = format!("{}:{}", self.programs().display(), env::var("PATH").unwrap_or_default());
        succeed(app.shell(script).env("PATH", path));
    }

    /// Copies a program out of an image.
    pub(crate) fn take(&self, image: &str, program: &str, to: &Path) {
        let container = self.buildah(&["from", "--pull-never", image]);
        let root = self.buildah(&["mount", &container]);
        fs::copy(Path::new(&root).join(program), to).expect("a program in the image");
        self.buildah(&["rm", &container]);
    }
}
