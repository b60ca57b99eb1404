//! From what `build.rs` and the environment say to everything that a preparation needs, checked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cachebreaker_manifest::manifest::{OUT_FOLDER, directory_name};

use crate::encode::compressor::{self, Levels};
use crate::environment::Environment;
use crate::error::Error;
use crate::find::Layer;
use crate::find::glob::Glob;
use crate::find::retry_script::retry_script;
use crate::find::walk::FoundFile;
use crate::find::watch::{watch, watch_assets};
use crate::options::Options;
#[cfg(feature = "references")]
use crate::refer::edges::globs;
use crate::report::Report;

/// What a preparation needs.
pub(crate) struct Plan {
    pub(crate) environment: Environment,
    /// The folder as the macro knows it.
    pub(crate) name: String,
    /// Where the result goes.
    pub(crate) output: PathBuf,
    /// The folders, the one that wins last; there is at least one.
    pub(crate) layers: Vec<Layer>,
    /// The retry script, where the view has it.
    pub(crate) script: Option<FoundFile>,
    /// The absolute paths of the folders, the one that wins first.
    pub(crate) roots: Vec<String>,
    /// The level of each encoding that is made.
    pub(crate) levels: Levels,
    /// The time that the build is given, in milliseconds.
    pub(crate) source_date: Option<i64>,
    /// The base of all URLs, where the environment says one.
    pub(crate) base: Option<String>,
    /// The history of this view, where a release has one.
    pub(crate) history: Option<PathBuf>,
}

impl Plan {
    /// The time of the build, in milliseconds.
    pub(crate) fn time(&self) -> i64 {
        self.source_date.unwrap_or(self.environment.began)
    }
}

/// Makes the plan; `None` where the folder has no name, or one that another has.
pub(crate) fn plan(options: &Options, out_dir: &Path) -> (Option<Plan>, Report) {
    let mut report = Report::default();
    let place = name(options, out_dir).and_then(|name| register(name, &mut report));
    let plan = report.ok(place).map(|name| {
        let output = out_dir.join(OUT_FOLDER).join(directory_name(&name));
        let environment = Environment::read(options.token.env.as_deref());
        report.variables.extend(environment.names().map(str::to_owned));
        let layers = layers(options, &environment.package);
        // What this build script writes itself would have cargo run it again each time.
        let outside = layers.iter().filter(|layer| !layer.folder.starts_with(out_dir));
        outside.for_each(|layer| report.extend(watch_assets(&layer.folder, &layer.named)));
        report.extend(watch(&options.watched));

        let script = options.retry_script.as_deref().map(|path| retry_script(&output, path)).transpose();
        let (script_folder, script) = report.ok(script).flatten().unzip();
        let folders = script_folder.iter().chain(layers.iter().rev().map(|layer| &layer.folder));
        let roots = folders.filter_map(|folder| report.ok(utf8(folder))).collect();
        report.errors.extend(options.selection.errors());
        report.errors.extend(options.headers.errors());
        let contradictions = options.contradictions.iter().cloned();
        report.errors.extend(contradictions.map(|(one, other)| Error::Contradiction(one, other)));
        #[cfg(feature = "references")]
        report.errors.extend(globs(&options.refers).filter_map(Glob::error));
        report.errors.extend(options.history.deltas.iter().filter_map(Glob::error));
        #[cfg(feature = "references")]
        if options.pages.integrity && options.pages.is_empty() {
            report.errors.push(Error::IntegrityWithoutPages);
        }
        report.errors.extend(compressor::errors(&options.levels));
        let levels = if environment.is_release { options.levels.clone() } else { Levels::new() };
        let source_date = report.ok(environment.source_date()).flatten();
        let base = report.ok(environment.base()).flatten();
        report.errors.extend(options.history.without_history().map(Error::NoHistory));
        let is_release = environment.is_release;
        let history = options.history.folder.as_ref().filter(|_| is_release).map(|folder| {
            let all = environment.package.join(folder);
            let history = all.join(directory_name(&name));
            // Cargo would run the build script each time for a folder that does not exist.
            report.watched.extend([&history, &all].into_iter().find(|folder| folder.is_dir()).cloned());
            history
        });
        Plan { environment, name, output, layers, script, roots, levels, source_date, base, history }
    });
    (plan, report)
}

/// The folder as the macro knows it.
fn name(options: &Options, out_dir: &Path) -> Result<String, Error> {
    match &options.name {
        Some(name) => Ok(name.clone()),
        None if options.folder.starts_with(out_dir) => Err(Error::Unnamed(options.folder.clone())),
        None => utf8(&options.folder),
    }
}

/// Notes that this build script prepares a folder of that name, which it may do once.
fn register(name: String, report: &mut Report) -> Result<String, Error> {
    static PREPARED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut prepared = PREPARED.lock().unwrap_or_else(PoisonError::into_inner);
    if !prepared.insert(directory_name(&name)) {
        return Err(Error::PreparedTwice(name.into()));
    }
    report.prepared = prepared.iter().cloned().collect();
    Ok(name)
}

fn layers(options: &Options, package: &Path) -> Vec<Layer> {
    let base = (&options.folder, false);
    let overlays = options.overlays.iter().map(|(folder, wins)| (folder, *wins));
    let layer = |(named, wins): (&PathBuf, bool)| Layer { named: named.clone(), folder: package.join(named), wins };
    [base].into_iter().chain(overlays).map(layer).collect()
}

fn utf8(folder: &Path) -> Result<String, Error> {
    folder.to_str().map(str::to_owned).ok_or_else(|| Error::NotUtf8(folder.to_owned()))
}
