//! Builds the app's releases, really with cargo, for each kind of token; with a history, each is recorded as the guide says.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::{App, Repository};

use crate::check::check;
use crate::releases::{Build, Files, STEPS, Source, files, read};
use crate::setup::Setup;

const NAME: &str = "drill-app";

/// Builds every release for every setup: the builds of a setup, in the order of `setups`.
pub(crate) fn build_all(setups: &[Setup], binaries: &Path) -> Result<Vec<Vec<Build>>, String> {
    let source = tests::crate_folder("tests/drill/app");
    let app = app(&source)?;
    let repository = Repository::new(&app.path(""));
    let mut builds: Vec<Vec<Build>> = setups.iter().map(|_| Vec::new()).collect();
    let (mut commits, mut before) = (Vec::<String>::new(), Vec::<Files>::new());
    for (number, step) in STEPS.iter().enumerate() {
        let (commit, files) = match step.source {
            Source::Commit(seconds, folder) => {
                let files = files(&source, folder)?;
                put(&app, &files, before.last());
                app.write("CHANGES", step.release);
                (repository.commit(seconds), files)
            }
            Source::Checkout(number) => {
                repository.git(&["checkout", "--quiet", &commits[number]]);
                (commits[number].clone(), before[number].clone())
            }
        };
        for (setup, builds) in setups.iter().zip(&mut builds).filter(|(setup, _)| setup.builds(number)) {
            println!("building {} for {}", step.release, setup.name());
            let build = build(&app, *setup, number, files.clone(), binaries)?;
            check(*setup, number, &build, &commit, builds)?;
            builds.push(build);
        }
        commits.push(commit);
        before.push(files);
    }
    Ok(builds)
}

fn app(source: &Path) -> Result<App, String> {
    let app = App::new(NAME);
    let dependencies = format!(
        "{}\n[dependencies.axum]\nversion = \"0.8\"\n\n[dependencies.tokio]\nversion = \"1\"\nfeatures = [\"macros\", \"net\", \
         \"rt-multi-thread\"]\n\n[features]\nhistory = [\"cachebreaker-build/references\"]\n\n\
         [profile.release.package.{NAME}]\nopt-level = 0\n",
        App::dependencies()
    );
    // There is little to parse, to compress and to answer, and much to compile: a build takes 1 s, and 8 s with the defaults.
    let manifest = app.manifest("2024", &dependencies).replace("opt-level = 3", "opt-level = 0");
    app.write("Cargo.toml", manifest).write(".gitignore", "history\n");
    for path in ["build.rs", "src/main.rs"] {
        app.write(path, read(&source.join(path))?);
    }
    Ok(app)
}

/// Makes the folder of assets have these files, where it has those of the release before.
fn put(app: &App, files: &Files, before: Option<&Files>) {
    let gone = before.into_iter().flatten().filter(|(path, _)| !files.contains_key(*path));
    gone.for_each(|(path, _)| _ = app.remove(Path::new("static").join(path)));
    for (path, bytes) in files.iter().filter(|(path, bytes)| before.and_then(|before| before.get(*path)) != Some(bytes))
    {
        app.write(Path::new("static").join(path), bytes);
    }
}

fn build(app: &App, setup: Setup, number: usize, files: Files, binaries: &Path) -> Result<Build, String> {
    let release = STEPS[number].release;
    let features: &[&str] = if setup.has_history { &["--features", "history"] } else { &[] };
    let mut cargo = app.cargo(["build", "--release"].iter().chain(features));
    let run = app.run(cargo.envs(setup.variables(number)));
    // What kept releases cost is said.
    let told: Vec<_> = run.told().into_iter().filter(|line| !line.ends_with(" to the binary")).collect();
    if !run.succeeded() || !told.is_empty() {
        return Err(format!("the build of {release} for {} said:\n{}", setup.name(), run.stderr()));
    }
    if setup.has_history {
        app.record(&setup.history());
    }
    let built = tests::target_folder().join("fixtures/release").join(NAME);
    let binary = binaries.join(format!("{}-{number}", setup.name()));
    fs::copy(&built, &binary).map_err(|error| format!("{}: {error}", built.display()))?;
    // It prints what it serves and ends, for there is no such address to listen on.
    let output = Command::new(&binary).arg("none").output().map_err(|error| error.to_string())?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let lines = |name: &'static str| stdout.lines().filter_map(move |line| line.strip_prefix(name)?.strip_prefix(' '));
    let token = lines("token").next().ok_or(format!("{release} prints no token but {stdout:?}"))?.to_owned();
    let urls = lines("url").filter_map(|line| line.split_once(' '));
    let urls = urls.map(|(path, url)| (path.to_owned(), url.to_owned())).collect();
    Ok(Build { release, token, binary, files, urls, kept: lines("kept").map(str::to_owned).collect() })
}
