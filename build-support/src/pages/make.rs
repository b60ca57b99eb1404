//! Makes pages: leads their references to assets.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::path::Path;

use cachebreaker_manifest::base::{Base, has_host, join};
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::layout::{self, layout};
use cachebreaker_manifest::manifest::{Entry, InCode, Manifest};
use cachebreaker_manifest::name::{Name, default_name};
use cachebreaker_manifest::options::of_responses;
use cachebreaker_manifest::page::{Insert, Link, PageUse, context, lead, place, target};
use cachebreaker_manifest::parallel;
use cachebreaker_manifest::percent::encode_path;
use cachebreaker_manifest::table::{Stored, Table};
use cachebreaker_references::{
    Found, Language, Load, LoadKind, Reference, ReferenceKind, import_map_names, import_map_urls, loads, markup,
};

use super::choose::choose;
use super::import_map::insertion;
use super::integrity::insertions;
use super::{MadePage, Pages};
use crate::encode::sha384::Sha384;
use crate::error::{Error, one_line, shown};
use crate::options::Options;
use crate::read::File;
use crate::refer::lines::Lines;
use crate::refer::resolve::{FaultKind, Folder, Target, is_bare_name};
use crate::refer::{References, language, runs_in_page};
use crate::report::Report;

/// Makes the pages. The manifest has everything but the assets and pages; `named` is the folder as the macro knows it.
pub(crate) fn make(
    options: &Options,
    named: &str,
    files: &[File],
    references: &References,
    digests: &Sha384,
    manifest: &Manifest,
) -> (Pages, Report) {
    let mut report = Report::default();
    // There are no files only where that is allowed.
    if options.pages.is_empty() || files.is_empty() {
        return (Pages::default(), report);
    }
    let default = default_name(named);
    let name = match options.view_option("name") {
        Some(name) => Name::parse(name).map_err(Error::BadViewName),
        None => Name::parse(&default).map_err(|_| Error::NoViewName(named.to_owned())),
    };
    let name = report.ok(name);
    let chosen = report.add(choose(options, files, Path::new(named), name.as_ref()));
    let base = report.ok(options
        .view_option("base")
        .map_or(Ok(""), |text| Base::parse(text).map(|base| base.as_str()))
        .map_err(Error::BadViewBase));
    let (Some(name), Some(base), true) = (name, base, report.errors.is_empty()) else {
        return (Pages::default(), report);
    };

    let (all, differ) = of_responses(|name| options.view_option(name));
    let manifest = Manifest { assets: files.iter().map(unplaced).collect(), ..manifest.clone() };
    let laid_out = layout(&manifest, name, base, layout::Options { all: &all, differ }).map_err(Error::Layout);
    let Some(laid_out) = report.ok(laid_out) else { return (Pages::default(), report) };
    if options.pages.integrity && has_host(laid_out.base) && options.view_option("cors") != Some("true") {
        report.errors.push(Error::IntegrityWithoutCors(laid_out.base.to_owned()));
        return (Pages::default(), report);
    }
    let table = Table::new(&laid_out.table.text, &laid_out.table.records, &laid_out.table.slots);
    let digests = Some(digests).filter(|digests| options.pages.integrity && !digests.is_empty());
    let pages = chosen.keys().map(|file| &*files[*file].found.path);
    let pages = pages.flat_map(|path| [path, place(path)]).collect();
    let folder = join(laid_out.base, &laid_out.prefix);
    // What a bundler writes that knows the prefix.
    let prefix = laid_out.base.strip_prefix('/').map(|base| format!("{base}/"));
    let has_map = options.import_map;
    let view = View { files, table, folder: &folder, prefix: prefix.as_deref(), pages, digests, has_map, references };
    let chosen: Vec<_> = chosen.into_iter().collect();
    let made = parallel::map(&chosen, |(file, is_for)| view.page(*file, *is_for, options.references.is_none()));
    let made = made.into_iter().map(|page| report.add(page)).collect();
    if options.references.is_none() {
        report.warn(view.not_below());
    }
    (Pages { made, version: laid_out.version }, report)
}

/// What a manifest has of a file before its contents have places.
fn unplaced(file: &File) -> Entry {
    Entry {
        path: file.found.path.clone(),
        content_type: file.content_type.clone(),
        identity: Stored { digest: file.digest.to_string(), ..Stored::default() },
        url_tokens: file.url_tokens.clone(),
        ..Entry::default()
    }
}

/// The view that the references of pages lead into.
struct View<'a> {
    files: &'a [File],
    table: Table<'a>,
    /// What the deploy's own URLs begin with.
    folder: &'a str,
    /// What paths on the site begin with, if the base of the view is a path.
    prefix: Option<&'a str>,
    /// The paths of the files of all pages, and their places.
    pages: BTreeSet<&'a str>,
    /// The digests that pages check.
    digests: Option<&'a Sha384>,
    /// Whether pages have import maps.
    has_map: bool,
    /// What the files refer to.
    references: &'a References,
}

impl<'a> View<'a> {
    /// Whether the assets have another origin than the pages.
    fn is_elsewhere(&self) -> bool {
        has_host(self.folder)
    }

    /// The number of the asset at that path on the site.
    fn find(&self, path: &str) -> Option<usize> {
        let below_prefix = || self.table.find(path.strip_prefix(self.prefix?)?);
        self.table.find(path).or_else(below_prefix)
    }

    /// The URL that takes the place of a reference to that path on the site. A visitor goes from page to page, and to a file with a fixed
    /// URL, by the URL that the author wrote.
    fn url_of(&self, path: &str, is_navigation: bool) -> Option<Cow<'a, str>> {
        if self.pages.contains(path) {
            return None;
        }
        let Some(number) = self.find(path) else {
            // A module below a folder of an import map. The deploy's token is valid for all files.
            let is_folder = path.ends_with('/') && !is_navigation;
            let has_files = is_folder && self.files.iter().any(|file| file.found.path.starts_with(path));
            return has_files.then(|| [self.folder, &encode_path(path)].concat().into());
        };
        if is_navigation && self.files[number].fixed.is_some() {
            return None;
        }
        Some(self.table.record(number).url().into())
    }

    /// The number of the asset that takes the place of a reference in the page at `place`.
    fn asset(&self, place: &str, base: Option<&str>, link: &Reference) -> Option<usize> {
        let (path, _) = target(place, base, link.url())?;
        self.url_of(&path, false).and_then(|_| self.find(&path))
    }

    /// Whether an address in the import map of the page at `place` is a folder of the view.
    fn is_folder(&self, place: &str, base: Option<&str>, link: &Reference) -> bool {
        let path = || target(place, base, link.url()).map(|(path, _)| path);
        link.kind() == ReferenceKind::ImportMap
            && path().is_some_and(|path| self.url_of(&path, false).is_some() && self.find(&path).is_none())
    }

    /// Makes a page. Its text is UTF-8.
    fn page(&self, number: usize, is_for: PageUse, is_unchecked: bool) -> (MadePage, Report) {
        let (file, mut report) = (&self.files[number], Report::default());
        let (text, found) = (str::from_utf8(&file.bytes).unwrap_or_default(), self.references.of(file));
        let (place, base) = (place(&file.found.path), found.and_then(Found::base));
        let links: Vec<_> = found.map(Found::references).unwrap_or_default().iter().filter(|it| is_url(it)).collect();
        let url_of = |path: &str, is_navigation| self.url_of(path, is_navigation);
        let mut led = lead(text, place, base, links.iter().map(|it| link(it)), url_of);
        let mut lines = Lines::new(&file.bytes);
        // Several references may have one place.
        led.left.dedup();
        for range in led.left.iter().cloned() {
            let at = range.start;
            let written = one_line(&text[range].chars().take(80).collect::<String>());
            let problem = format!(
                "`{written}` cannot be replaced by the URL of its asset: write the reference without character references"
            );
            report.errors.push(lines.error(file, at, problem));
        }
        if let Some(unread) = found.and_then(Found::unread).filter(|_| is_unchecked) {
            report.warn([format!(
                "the page `{}` may have references that lead to no asset, for {unread}: change the file",
                shown(&file.found.shown)
            )]);
        }
        if base == Some("unknown:") {
            report.warn([format!(
                "the relative references of the page `{}` are left as they are, for its `<base>` is filled in by a template, or \
                 too long: write another `<base>`, or none",
                shown(&file.found.shown)
            )]);
        }
        let loads = loads(text);
        report.warn(self.misread(file, (text, &loads), (place, base), found));
        // In development, attributes are read again at each request, and code is not.
        let in_markup = markup(text);
        let in_markup: HashSet<_> = in_markup.references().iter().map(Reference::range).collect();
        let leads_here = |it: &&&Reference| {
            let target = target(place, base, it.url());
            target.is_some_and(|(path, _)| self.url_of(&path, link(it).is_navigation).is_some())
        };
        let in_code = links.iter().filter(|it| !in_markup.contains(&it.range())).filter(leads_here);
        let code = in_code.map(|it| InCode {
            at: u32::try_from(it.range().start).unwrap_or(u32::MAX),
            before: context(&text[..it.range().start]),
            written: text[it.range()].to_owned(),
            url: it.url().to_owned(),
        });
        let code = code.collect();
        let mut inserted = Vec::new();
        if self.has_map {
            for link in links.iter().filter(|link| self.is_folder(place, base, link)) {
                let problem = format!(
                    "`{}` is a folder, and with `.import_map(true)` each module has a URL of its own: name the modules one by one",
                    one_line(link.url())
                );
                report.errors.push(lines.error(file, link.range().start, problem));
            }
            let modules = links.iter().filter(|link| runs_in_page(link.kind()));
            let modules = modules.filter_map(|link| Some((link.range().start, self.asset(place, base, link)?)));
            let modules: Vec<_> = modules.collect();
            let (map, problem) =
                insertion((text, &loads), self.files, &modules, |number| self.table.record(number).url());
            report.warn(problem.map(|(at, problem)| lines.error(file, at, problem).to_string()));
            inserted.extend(map);
        }
        if let Some(digests) = self.digests {
            inserted.extend(self.insertions((text, &loads), (place, base), found, &links, digests));
        }
        // At one place, the map stays before the modules that are preloaded.
        inserted.sort_by_key(|insert| insert.at);
        let (text, urls) = led.with(&inserted);
        let bytes = text.into_bytes();
        let page = MadePage { file: number, is_for, digest: Digest::of(&bytes), bytes, urls, code };
        (page, report)
    }
}

impl View<'_> {
    /// Warns of absolute references in stylesheets and scripts that are the paths of assets, as bundlers write them. They are not replaced.
    fn not_below(&self) -> Vec<String> {
        let folder = Folder::new(self.files.iter().map(|file| &*file.found.path), None);
        let mut warnings = Vec::new();
        for file in self.files.iter().filter(|file| !self.pages.contains(&*file.found.path)) {
            let (found, mut lines) = (self.references.of(file), Lines::new(&file.bytes));
            for reference in found.map(Found::references).unwrap_or_default() {
                let target = folder.resolve(&file.found.path, found.and_then(Found::base), reference, false);
                let Target::Broken(FaultKind::NotBelow { path, meant, .. }) = target else { continue };
                if self.table.find(&path).is_some_and(|number| self.files[number].fixed.is_some()) {
                    continue;
                }
                let written = one_line(lines.text(reference.range()));
                let problem = format!(
                    "`{written}` leads to no asset, for references are replaced only in pages: write `{meant}`; bundlers do so with \
                     the base `./`"
                );
                warnings.push(lines.error(file, reference.range().start, problem).to_string());
            }
        }
        warnings
    }

    /// Warns of references that browsers do not load as their author meant.
    fn misread(
        &self,
        file: &File,
        (text, loads): (&str, &[Load]),
        (place, base): (&str, Option<&str>),
        found: Option<&Found>,
    ) -> Vec<String> {
        let references = found.map(Found::references).unwrap_or_default();
        let asset = |base, url| target(place, base, url).and_then(|(path, _)| self.find(&path));
        let (mut problems, mut first_moved) = (Vec::new(), None);
        let origin = self.is_elsewhere().then(|| self.folder.split('/').take(3).collect::<Vec<_>>().join("/"));
        for reference in references {
            let (range, url) = (reference.range(), reference.url());
            if reference.kind() == ReferenceKind::Base
                && let Some(moved) = first_moved.take()
            {
                let problem = format!(
                    "`<base>` is behind `{}`, which browsers may load relative to the page: move `<base>` to the start of `<head>`",
                    one_line(moved)
                );
                problems.push((range.start, problem));
            } else if reference.kind().is_loaded() && asset(base, url) != asset(None, url) {
                first_moved = first_moved.or(Some(url));
            }
            if let Some(origin) = &origin
                && let Some(number) = asset(base, url)
                && let Some(of_one_origin) = OfOneOrigin::of(&text[..range.start])
            {
                let (what, todo) = of_one_origin.refused(&self.files[number].found.path);
                let url = one_line(&text[range.clone()]);
                problems.push((
                    range.start,
                    format!("browsers refuse {what} `{url}` of the other origin `{origin}`: {todo}"),
                ));
            }
        }
        for map in loads.iter().filter(|load| load.kind() == LoadKind::ImportMap) {
            let is_of_view = |key: &String| {
                let path = target(place, base, key).map(|(path, _)| path);
                path.is_some_and(|path| !path.is_empty() && self.url_of(&path, false).is_some())
            };
            let keys = import_map_urls(&text[map.contents()]);
            problems.extend(keys.iter().find(|key| is_of_view(key)).map(|key| {
                let problem = format!(
                    "the key `{}` of this import map stays as it is, and the asset has another URL: use a bare name, or \
                     `.page_integrity(true)` in place of `integrity`",
                    one_line(key)
                );
                (map.start(), problem)
            }));
        }
        let mut lines = Lines::new(&file.bytes);
        problems.into_iter().map(|(at, problem)| lines.error(file, at, problem).to_string()).collect()
    }

    /// The attributes and elements that a page needs to check what it loads.
    fn insertions(
        &self,
        (text, loads): (&str, &[Load]),
        (place, base): (&str, Option<&str>),
        found: Option<&Found>,
        links: &[&Reference],
        digests: &Sha384,
    ) -> Vec<Insert> {
        let asset = |link: &Reference| self.asset(place, base, link);
        let asset_at = |range: Range<usize>| {
            let at = links.binary_search_by_key(&range.start, |link| link.range().start).ok()?;
            asset(links[at]).filter(|_| links[at].range() == range)
        };
        let maps = loads.iter().filter(|load| load.kind() == LoadKind::ImportMap).map(Load::contents);
        let names = maps.flat_map(|map| {
            let at = map.start;
            let moved = move |(name, address): (String, Range<usize>)| (name, at + address.start..at + address.end);
            import_map_names(&text[map]).into_iter().map(moved)
        });
        let names: Vec<_> = names.collect();
        let named = |name: &str| {
            let is_of = |key: &str| key == name || key.ends_with('/') && name.starts_with(key);
            let (key, range) = names.iter().rev().filter(|(key, _)| is_of(key)).max_by_key(|(key, _)| key.len())?;
            let link = links.iter().find(|link| link.range() == *range)?;
            let (path, _) = target(place, base, link.url())?;
            self.find(&[&*path, &name[key.len()..]].concat())
        };
        let is_module = |number: &usize| language(&self.files[*number]) == Some(Language::JavaScript);
        let by_name = |found: Option<&Found>| {
            let all = found.map(Found::references).unwrap_or_default().iter();
            let names = all.filter(|it| it.kind() == ReferenceKind::Import && !is_url(it));
            names.filter_map(|it| named(it.url())).filter(is_module).collect::<Vec<_>>()
        };
        let by_url = links.iter().filter(|link| link.kind() == ReferenceKind::Import).filter_map(|link| asset(link));
        let imported = by_url.filter(is_module).chain(by_name(found));
        let imports = |module: usize| {
            let file = &self.files[module];
            let own = file.imports.iter().filter_map(|path| self.find(path));
            own.chain(by_name(self.references.of(file))).collect()
        };
        let url = |number| self.table.record(number).url().to_owned();
        insertions(loads, (self.files, digests, self.is_elsewhere()), asset_at, (imported, imports), url)
    }
}

/// Whether it is a URL that may lead to an asset. A base is there for the others.
fn is_url(reference: &Reference) -> bool {
    reference.kind() != ReferenceKind::Base && !is_bare_name(reference.kind(), reference.url())
}

/// What a page can load from its own origin alone.
enum OfOneOrigin {
    Worker,
    Use,
}

impl OfOneOrigin {
    /// Which of them it is that is loaded, if it is one, by the text of the page before its URL.
    fn of(before: &str) -> Option<Self> {
        let before = before.trim_end_matches(['"', '\'', '`']);
        let call = before.trim_end().strip_suffix('(').unwrap_or_default().trim_end();
        let outer = call.strip_suffix("new URL").and_then(|outer| outer.trim_end().strip_suffix('('));
        let called = outer.unwrap_or(call).trim_end();
        let is_part = |c: char| c.is_alphanumeric() || "._$".contains(c);
        let (before_name, name) = called.split_at(called.trim_end_matches(is_part).len());
        let is_worker = ["Worker", "SharedWorker"].contains(&name.rsplit('.').next().unwrap_or(name));
        if is_worker && before_name.trim_end().ends_with("new") {
            return Some(Self::Worker);
        }
        let tag = before.rsplit('<').next()?.as_bytes();
        let is_use = tag.len() > 3 && tag[..3].eq_ignore_ascii_case(b"use") && tag[3].is_ascii_whitespace();
        is_use.then_some(Self::Use)
    }

    /// What a browser refuses to load, and what to do about the asset at that path.
    fn refused(self, path: &str) -> (&'static str, String) {
        match self {
            Self::Worker => (
                "the worker",
                format!(
                    "write `.fixed_url({path:?})` in `build.rs`, and `new Worker(url)` with `/{}` in `url`",
                    one_line(path)
                ),
            ),
            Self::Use => ("`<use>` of", "put the `<symbol>` into the page".to_owned()),
        }
    }
}

fn link(reference: &Reference) -> Link<'_> {
    Link {
        range: reference.range(),
        is_alone: reference.is_alone(),
        url: reference.url(),
        is_navigation: reference.kind() == ReferenceKind::Page,
    }
}

#[cfg(test)]
mod tests;
