//! The phases of a preparation: `plan -> find -> read -> find references, check -> choose tokens -> encode -> keep, record -> make pages ->
//! write`.
//!
//! Each takes values, and returns its own value and a report of what there is to say. All that is wrong is in the reports, up to
//! the phase that cannot do without what is wrong.

#[cfg(feature = "references")]
mod references;
#[cfg(not(feature = "references"))]
#[path = "prepare/no_references.rs"]
mod references;

use std::path::Path;

use cachebreaker_manifest::manifest::{self, Manifest, directory_name};
use cachebreaker_manifest::version;

use crate::cache::Cache;
use crate::encode::compress::compress;
use crate::encode::compressible::compresses;
use crate::encode::sha384::{Sha384, sha384};
use crate::find::find;
use crate::find::glob::unmatched;
use crate::history::delta::{Deltas, deltas as make_deltas};
use crate::history::keep::keep;
use crate::history::recall::{Before, recall};
use crate::history::record::record;
use crate::options::Options;
use crate::plan::{Plan, plan};
use crate::read::{File, read};
use crate::report::Report;
use crate::token::{Basis, DeployToken, choose};
use crate::work::Work;
use crate::write::{Served, explain, last, write};
use references::References;

/// Prepares a folder: from what `build.rs` says to the files in `OUT_DIR`.
pub(crate) fn prepare(options: &Options, out_dir: &Path) -> Report {
    let (work, mut report) = (Work::begin(), Report::default());
    if let Some(plan) = report.add(plan(options, out_dir)) {
        let cache = Cache::of(&plan.output);
        phases(&plan, options, &cache, work, &mut report);
        report.warn(cache.warning());
    }
    report
}

/// The phases after the plan; `None` where one of them fails.
fn phases(plan: &Plan, options: &Options, cache: &Cache, mut work: Work, report: &mut Report) -> Option<()> {
    let mut files = report.add(find_and_read(plan, options));
    work.did("reading and hashing", files.iter().map(|file| (file.digest, file.time)));
    let mut references = References::default();
    if report.errors.is_empty() {
        references = report.add(References::find(plan, options, &files, cache));
        work.did("finding references", []);
    }
    let version = version::of_contents(files.iter().map(|file| (&*file.found.path, &*file.content_type, file.digest)));
    let digest = digest(plan, &version, &files);
    // What else is wrong need not wait for the next build.
    let basis = Basis { plan, options, files: &files, digest: &digest };
    let token = report.add(choose(&basis));
    let mut token = token.filter(|_| report.errors.is_empty())?;
    let last = last(&plan.output);
    let place = (plan.history.as_deref(), plan.time());
    let (scratch, release) = cache.releases(&plan.environment.package_name, &directory_name(&plan.name));
    let before = Before { manifest: last.as_ref(), output: &release };
    let mut past = report.add(recall(place, &options.history, &files, &mut token, before));
    if !report.errors.is_empty() {
        return None;
    }
    work.did("reading the history", []);
    let mut chosen = references.url_tokens(&basis, &mut token, last.as_ref(), past.as_ref());
    if past.as_ref().is_some_and(|past| past.has_other(&token.text)) {
        let (again, faults) = recall(place, &options.history, &files, &mut token, before);
        // Its warnings are known.
        report.errors.extend(faults.errors);
        past = again;
        chosen = references.url_tokens(&basis, &mut token, last.as_ref(), past.as_ref());
    }
    let url_tokens = report.add(chosen);
    if !report.errors.is_empty() {
        return None;
    }
    references.note(&mut files, &url_tokens);
    work.did("deciding the token", []);

    let folder = &*plan.layers[0].folder;
    let contents = files.iter().filter(|file| compresses(&file.content_type)).map(File::content);
    let encodings = compress(&contents.collect(), &plan.levels, folder, cache);
    work.did("compressing", encodings.times());
    let mut digests = Sha384::default();
    if plan.environment.is_release {
        digests = sha384(&files.iter().map(File::content).collect(), folder, cache);
        work.did("hashing for `integrity`", digests.iter().map(|(digest, (_, time))| (*digest, *time)));
        cache.prune();
    }
    let (mut kept, mut deltas) = (None, Deltas::default());
    if let Some(past) = &past {
        let keeps = report.add(keep(past, &token, &files, &encodings, options.history.size));
        if !options.history.deltas.is_empty() {
            let paths: Vec<_> = files.iter().map(|file| &*file.found.path).collect();
            let unmatched = unmatched(&options.history.deltas, &paths);
            report.warn(unmatched.iter().map(|glob| glob.unmatched_warning(Path::new(&plan.name))));
            deltas = report.add(make_deltas(&options.history.deltas, &files, &encodings, &keeps, cache));
            work.did("making deltas", deltas.times());
        }
        kept = Some(keeps);
        let tokens = (&token, &*url_tokens.tokens);
        report.ok(record((&scratch, &release), plan.time(), past, tokens, &files, &encodings))?;
        work.did("recording the release", []);
    }
    let mut manifest = head_of_manifest(plan, options, token, version);
    manifest.url_tokens = url_tokens.tokens;
    let pages = report.add(references.pages(plan, options, (&files, &digests), &manifest));
    if !report.errors.is_empty() {
        return None;
    }
    let contents = pages.made.iter().map(|page| (page.digest, &*page.bytes)).collect();
    let page_encodings = compress(&contents, &plan.levels, &plan.output, cache);
    work.did("making pages", []);
    let kept = kept.as_ref();
    let served = Served {
        files: &files,
        encodings: &encodings,
        sha384: &digests,
        kept,
        deltas: &deltas,
        pages: &pages,
        page_encodings: &page_encodings,
    };
    let written = write(&plan.output, served, manifest, last.as_ref(), plan.source_date.is_none());
    let warning = report.ok(written)?;
    report.ok(explain(&plan.output, url_tokens.explanation.as_deref()))?;
    report.warn(warning);
    work.did("writing", []);
    let files = files.iter().map(|file| (&*file.found.shown, file.bytes.len(), file.digest));
    report.warn(work.told(&options.folder, plan.environment.is_release, env!("CACHEBREAKER_OPT_LEVEL"), files));
    Some(())
}

/// Finds the files and reads them. What is wrong with them is in their order, whichever phase has noticed it.
fn find_and_read(plan: &Plan, options: &Options) -> (Vec<File>, Report) {
    let Options { selection, headers, size_limit, .. } = options;
    if selection.errors().next().is_some() {
        // Which files are assets is unknown where a glob is invalid.
        return Default::default();
    }
    let may_be_nothing = options.is_optional && !plan.environment.is_release;
    let (found, mut report) = find(&plan.layers, plan.script.as_ref(), selection, may_be_nothing, headers.globs());
    let files = report.add(read(found, selection, headers, *size_limit));
    report.errors.sort_by(|a, b| a.path().cmp(&b.path()));
    (files, report)
}

/// The digest of everything that is served, and of the options that decide how, in hex.
fn digest(plan: &Plan, version: &str, files: &[File]) -> String {
    let mut text = version.to_owned();
    plan.levels.iter().for_each(|(encoding, level)| text += &format!(" {}={level}", encoding.name()));
    for file in files {
        // A header has no line break in it.
        file.headers.iter().for_each(|(name, value)| text += &format!("\n{name}: {value}"));
        text.push('\n');
    }
    blake3::hash(text.as_bytes()).to_string()
}

/// The manifest, but for the assets.
fn head_of_manifest(plan: &Plan, options: &Options, token: DeployToken, version: String) -> Manifest {
    Manifest {
        roots: plan.roots.clone(),
        token: token.text,
        kind: token.kind,
        is_of_contents: token.is_of_contents,
        supersedes: token.supersedes,
        modified: u64::try_from(plan.time() / 1000).unwrap_or_default(),
        chunks: 0,
        digests: plan.environment.is_release,
        version,
        url_tokens: Vec::new(),
        import_map: options.import_map,
        #[cfg(feature = "references")]
        page_integrity: options.pages.integrity && plan.environment.is_release,
        #[cfg(not(feature = "references"))]
        page_integrity: false,
        kept: manifest::Kept::default(),
        base: plan.base.clone(),
        options: options.view.clone(),
        assets: Vec::new(),
        pages: Vec::new(),
        pages_version: String::new(),
    }
}
