//! Chooses the files that are pages.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::page::{PageUse, place};

use super::options::PageOptions;
use crate::error::Error;
use crate::find::glob::{Glob, unmatched};
use crate::options::Options;
use crate::read::File;
use crate::report::Report;

/// Which files are pages, and for what.
pub(super) fn choose(
    options: &Options,
    files: &[File],
    named: &Path,
    name: Option<&Name<'_>>,
) -> (BTreeMap<usize, PageUse>, Report) {
    let mut report = Report::default();
    let PageOptions { fallback, not_found, .. } = &options.pages;
    report.errors.extend(options.pages.all().filter_map(Glob::error));
    if let (Some(fallback), Some(not_found)) = (fallback, not_found) {
        report
            .errors
            .push(Error::FallbackAndNotFound { fallback: fallback.text.clone(), not_found: not_found.text.clone() });
    }
    let paths: Vec<_> = files.iter().map(|file| &*file.found.path).collect();
    let unmatched = unmatched(options.pages.all(), &paths);
    report.errors.extend(unmatched.iter().map(|glob| glob.unmatched_error(named, &paths)));
    for glob in fallback.iter().chain(not_found) {
        let mut matched = paths.iter().filter(|path| glob.matches(path));
        if let (Some(one), Some(other)) = (matched.next(), matched.next()) {
            let (one, other) = ((*one).to_owned(), (*other).to_owned());
            report.errors.push(Error::ManyPages { call: glob.call(), glob: glob.text.clone(), one, other });
        }
    }
    let fixed: HashSet<_> = files.iter().filter(|file| file.fixed.is_some()).map(|file| &*file.found.path).collect();
    let (mut chosen, mut places) = (BTreeMap::new(), BTreeMap::new());
    for (number, file) in files.iter().enumerate() {
        let path = &*file.found.path;
        let Some(is_for) = options.pages.of(path) else { continue };
        let shown = file.found.shown.clone();
        let place = place(path);
        if fixed.contains(path) || fixed.contains(place) {
            report.errors.push(Error::PageIsFixed { file: shown, place: place.to_owned() });
        } else if !file.content_type.starts_with("text/html") {
            report.errors.push(Error::PageIsNotHtml { file: shown, content_type: file.content_type.clone() });
        } else if str::from_utf8(&file.bytes).is_err() {
            report.errors.push(Error::PageIsNotUtf8(shown));
        } else if let Some(name) = name.filter(|name| place.starts_with(name.prefix())) {
            report.errors.push(Error::PageBelowView { file: shown, place: place.to_owned(), name: name.to_string() });
        } else if let Some(other) = places.insert(place, shown.clone()) {
            report.errors.push(Error::PagesAtOnePlace { one: other, other: shown, place: place.to_owned() });
        } else {
            chosen.insert(number, is_for);
        }
    }
    (chosen, report)
}
