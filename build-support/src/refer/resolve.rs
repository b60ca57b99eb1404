//! Where a reference leads, as a browser resolves it against the URL of the file that it is in.

use std::collections::BTreeSet;

use cachebreaker_manifest::content_type;
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::nearest::nearest;
use cachebreaker_manifest::page::clean;
use cachebreaker_manifest::percent::{decode_path, encode_path};
use cachebreaker_references::{Reference, ReferenceKind, has_scheme};

/// A path that is longer was not mistyped.
const LONGEST_MEANT: usize = 4096;

/// The folder that references lead into.
pub(crate) struct Folder<'a> {
    /// The paths of all assets.
    paths: BTreeSet<&'a str>,
    /// The view's name, where it is known.
    name: Option<Name<'a>>,
}

/// Where a reference leads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// To this asset; with a query, the URL is another one than the asset's own.
    Asset { path: &'a str, has_query: bool },
    /// To another site, to a route of the application, or to something that is no URL: nothing to check.
    Elsewhere,
    /// To nothing.
    Broken(FaultKind),
}

/// What is wrong with a reference. `meant` is the reference to write instead, and `nearest` the one to the nearest name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// There is no such asset.
    Missing { path: String, nearest: Option<String> },
    /// There is such a file, which is no asset.
    NotIncluded { path: String },
    /// It leads to a folder with assets.
    IsFolder,
    /// It leads out of the folder.
    Outside,
    /// It leads to an asset under the token, and to nothing from the fixed URL of the file that it is in.
    NotFixed { from: String, path: String },
    /// It leads to no view, but to the path of this asset at the root of the site, as bundlers write it: to the asset, if that
    /// had a fixed URL. `meant` is without the base, if the file has one that leads there.
    NotBelow { path: String, meant: String, has_base: bool },
    /// It is absolute and leads to an asset of the view, without a token.
    NoToken { meant: String },
    /// It is absolute and leads into the view, without a token, and to no asset.
    NoTokenNoAsset { nearest: Option<String> },
    /// It is absolute and leads to an asset of the view, with the token of one deploy.
    OneToken { meant: String },
}

/// Where a URL leads on the site.
enum Location {
    /// Below the view's folder: parts of a path, percent-decoded. The last one is empty where a folder is meant.
    Inside(Vec<String>),
    /// An absolute path.
    Absolute(String),
    Outside,
    Elsewhere,
}

impl<'a> Folder<'a> {
    pub(crate) fn new(paths: impl IntoIterator<Item = &'a str>, name: Option<Name<'a>>) -> Self {
        Self { paths: paths.into_iter().collect(), name }
    }

    /// Resolves a reference in the file at `path`, which may have a base. Only a fault that is `reported` has the nearest name,
    /// for among thousands it takes a while to find.
    pub(crate) fn resolve(&self, path: &str, base: Option<&str>, reference: &Reference, reported: bool) -> Target<'a> {
        let url = clean(reference.url());
        if is_bare_name(reference.kind(), &url) {
            return Target::Elsewhere;
        }
        let mut folder: Vec<_> = path.split('/').map(str::to_owned).collect();
        folder.pop();
        let mut start = Location::Inside(folder.clone());
        if let Some(base) = base.filter(|_| reference.kind() != ReferenceKind::Base) {
            start = join(start, &clean(base));
            if let Location::Inside(parts) = &mut start {
                parts.pop();
            }
        }
        let has_base = !matches!(start, Location::Inside(_));
        // Suggestions are relative to where the reference is resolved from.
        let from = if let Location::Inside(parts) = &start { parts.clone() } else { folder };
        let write = |to: &str| relative(&from, to, reference.kind());
        let nearest = |to: &str| reported.then(|| self.nearest(to, path, reference.kind())).flatten().map(write);
        match join(start, &url) {
            Location::Elsewhere => Target::Elsewhere,
            Location::Outside if has_base || matches!(reference.kind(), ReferenceKind::Page | ReferenceKind::Base) => {
                Target::Elsewhere
            }
            Location::Outside => Target::Broken(FaultKind::Outside),
            Location::Absolute(to) => {
                // A base into the view is itself a fault.
                let is_reported = has_base && !url.starts_with('/');
                let target = if is_reported { Target::Elsewhere } else { self.absolute(&to, write, nearest) };
                let is_loaded = reference.kind().is_loaded() && target == Target::Elsewhere;
                if is_loaded { self.above(&to, has_base, write) } else { target }
            }
            Location::Inside(_) if reference.kind() == ReferenceKind::Base => Target::Elsewhere,
            Location::Inside(parts) => {
                let path = parts.join("/");
                if let Some(path) = self.paths.get(path.as_str()) {
                    return Target::Asset { path, has_query: url.contains('?') };
                }
                let last = parts.last().map_or("", String::as_str);
                if reference.kind() == ReferenceKind::Page && !is_file_name(last) {
                    return Target::Elsewhere;
                }
                if self.is_folder(&path) {
                    let may_be_folder =
                        matches!(reference.kind(), ReferenceKind::NewUrl | ReferenceKind::ImportMap) && last.is_empty();
                    return if may_be_folder { Target::Elsewhere } else { Target::Broken(FaultKind::IsFolder) };
                }
                let nearest = nearest(&path);
                Target::Broken(FaultKind::Missing { path, nearest })
            }
        }
    }

    fn absolute(
        &self,
        url: &str,
        write: impl Fn(&str) -> String,
        nearest: impl Fn(&str) -> Option<String>,
    ) -> Target<'a> {
        let Some(name) = &self.name else { return Target::Elsewhere };
        let decoded = decode_path(url).unwrap_or_default();
        // What is before the token, in whole parts: `static/`, or nothing.
        let folder = name.prefix().rfind('/').map_or("", |slash| &name.prefix()[..=slash]);
        let Some(path) = decoded.strip_prefix('/').and_then(|path| path.strip_prefix(folder)) else {
            return Target::Elsewhere;
        };
        if self.paths.contains(path) {
            return Target::Broken(FaultKind::NoToken { meant: write(path) });
        }
        let with_token = name.split(url).and_then(|(_, path)| decode_path(path));
        if let Some(path) = with_token.filter(|path| self.paths.contains(&**path)) {
            return Target::Broken(FaultKind::OneToken { meant: write(&path) });
        }
        // What else begins as the view does is answered by the view; what only shares a folder with it is not.
        if name.prefix().is_empty() || !url[1..].starts_with(name.prefix()) {
            return Target::Elsewhere;
        }
        Target::Broken(FaultKind::NoTokenNoAsset { nearest: nearest(path) })
    }

    /// Whether an absolute path that leads to no view is the path of an asset.
    fn above(&self, url: &str, has_base: bool, write: impl Fn(&str) -> String) -> Target<'a> {
        let decoded = decode_path(url).unwrap_or_default();
        match decoded.strip_prefix('/').filter(|path| self.paths.contains(path)) {
            Some(path) => Target::Broken(FaultKind::NotBelow { path: path.to_owned(), meant: write(path), has_base }),
            None => Target::Elsewhere,
        }
    }

    fn is_folder(&self, path: &str) -> bool {
        let folder = path.trim_end_matches('/');
        let start = format!("{folder}/");
        folder.is_empty() || self.paths.range(start.as_str()..).next().is_some_and(|path| path.starts_with(&start))
    }

    fn nearest(&self, path: &str, itself: &str, kind: ReferenceKind) -> Option<&'a str> {
        // Nothing was meant by it, and it would be compared with every asset.
        if path.len() > LONGEST_MEANT {
            return None;
        }
        // A source map is often the nearest to its script, and never meant in its place; no file loads itself.
        let is_meant = |asset: &&str| *asset != itself && asset.ends_with(".map") == (kind == ReferenceKind::SourceMap);
        nearest(path, self.paths.iter().copied().filter(is_meant))
    }
}

/// Whether a part of a path names a file and no route of the application: by an extension that has a content type.
fn is_file_name(part: &str) -> bool {
    part.contains('.') && content_type::of(part) != "application/octet-stream"
}

/// Whether it is the bare name of a module, which is not a URL.
pub(crate) fn is_bare_name(kind: ReferenceKind, url: &str) -> bool {
    kind.is_specifier() && !["/", "./", "../"].iter().any(|start| url.starts_with(start))
}

/// Resolves a URL against a folder (URL Standard, section 4.4).
fn join(base: Location, url: &str) -> Location {
    if url.starts_with("//") || has_scheme(url) {
        return Location::Elsewhere;
    }
    let path = &url[..url.find(['?', '#']).unwrap_or(url.len())];
    if path.is_empty() {
        // The file itself, with another query or fragment.
        return Location::Elsewhere;
    }
    let (mut parts, is_absolute) = match base {
        _ if path.starts_with('/') => (Vec::new(), true),
        Location::Inside(parts) => (parts, false),
        Location::Absolute(folder) => {
            let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
            (folder.split('/').skip(1).map(str::to_owned).collect(), true)
        }
        Location::Outside | Location::Elsewhere => return base,
    };
    let mut names_folder = false;
    for part in path.strip_prefix('/').unwrap_or(path).split('/') {
        let dots = part.replace("%2e", ".").replace("%2E", ".");
        names_folder = matches!(&*dots, "" | "." | "..");
        match &*dots {
            "." => {}
            // Above its root a site has nothing; above the view's folder it has.
            ".." if parts.pop().is_none() && !is_absolute => return Location::Outside,
            ".." => {}
            _ if is_absolute => parts.push(part.to_owned()),
            _ => parts.push(decode_path(part).map_or_else(|| part.to_owned(), std::borrow::Cow::into_owned)),
        }
    }
    if names_folder && parts.last().is_none_or(|last| !last.is_empty()) {
        parts.push(String::new());
    }
    if is_absolute { Location::Absolute(format!("/{}", parts.join("/"))) } else { Location::Inside(parts) }
}

/// The reference that leads from a folder to an asset.
fn relative(from: &[String], to: &str, kind: ReferenceKind) -> String {
    let to: Vec<_> = to.split('/').collect();
    let shared = from.iter().zip(&to[..to.len() - 1]).take_while(|(from, to)| from == *to).count();
    let mut reference = "../".repeat(from.len() - shared);
    if reference.is_empty() && (kind.is_specifier() || to[shared].contains(':')) {
        reference.push_str("./");
    }
    reference + &encode_path(&to[shared..].join("/"))
}
