//! The steps of a build: walk, hash, compress, decide the token, write.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cachebreaker_manifest::base::Base;
use cachebreaker_manifest::digest::Digest;
use cachebreaker_manifest::fixed::Fixed;
use cachebreaker_manifest::manifest::{DIGESTS_NAME, Entry, FILE_NAME, Manifest, OUT_FOLDER, directory_name};
use cachebreaker_manifest::parallel;
use cachebreaker_manifest::version;

use crate::assets::Assets;
use crate::atomic::write_if_changed;
use crate::cache::Cache;
use crate::cargo::{self, Profile};
use crate::encode::compress::{self, Input, Levels};
use crate::encode::compressible::compresses;
use crate::encode::sha384;
use crate::error::{Error, one_line};
use crate::find::layers::{Layer, walk_all};
use crate::find::selection::Filter;
use crate::find::walk::{Found, Walk};
use crate::find::watch;
use crate::headers::{Field, Fields};
use crate::read;
#[cfg(feature = "references")]
use crate::references::{Places, Source};
use crate::token::{self, Basis, Decided};
use crate::work::Work;
use crate::write::contents::Contents;
use crate::write::retry_script;

impl Assets {
    /// The folder as the user wrote it.
    pub(crate) fn folder(&self) -> &Path {
        &self.layers[0].named
    }

    /// Walks, reads, compresses and writes what the macro reads. All that is wrong is returned, in the order of files.
    pub(crate) fn prepare_in(&self, out_dir: &Path) -> Result<(), Vec<Error>> {
        let name = match &self.name {
            Some(name) => name,
            None if self.folder().starts_with(out_dir) => return Err(vec![Error::Unnamed(self.folder().to_owned())]),
            None => self.folder().to_str().ok_or_else(|| vec![Error::NotUtf8(self.folder().to_owned())])?,
        };
        let directory = directory_name(name);
        if !cargo::prepares(&directory) {
            return Err(vec![Error::PreparedTwice(name.into())]);
        }
        let mut work = Work::begin();
        let output = out_dir.join(OUT_FOLDER).join(directory);
        let cache = Cache::of(&output);
        let mut layers = self.layers.clone();
        if let Some(path) = &self.retry_script {
            let folder = output.join("retry").join(directory_name(path));
            retry_script::write(&folder, path).map_err(|error| vec![error])?;
            layers.push(Layer::made(folder));
        }
        let crate_folder = env::current_dir().unwrap_or_default();
        let folders: Vec<_> = layers.iter().map(|layer| crate_folder.join(&layer.named)).collect();
        // What this build script writes itself would have cargo run it again each time.
        let outside = folders.iter().zip(&layers).filter(|(folder, _)| !folder.starts_with(out_dir));
        let mut written: Vec<_> =
            outside.filter_map(|(folder, layer)| watch::watch_assets(folder, &layer.named)).collect();
        written.extend(watch::watch(&self.watched));

        let mut errors = Vec::new();
        let filter = self.taken.filter(&mut errors);
        let filters = errors.is_empty();
        let fields = self.taken.fields.check(&mut errors);
        errors.extend(self.levels.check().err());
        // Which files count cannot be told where a glob is wrong.
        let walk = if filters { walk_all(&layers, &folders, &filter) } else { Walk::default() };
        cargo::warnings(&walk.warnings, self.folder());
        #[cfg_attr(not(feature = "references"), expect(unused_mut))]
        let (mut files, mut faults) = self.read(&walk.found, &filter, &fields);
        work.did("reading and hashing");
        faults.extend(walk.errors);
        faults.sort_by(|a, b| a.path().cmp(&b.path()));
        errors.extend(faults);
        let shown = self.folder().to_string_lossy();
        if !walk.found.is_empty() {
            errors.extend(filter.errors(&shown, &walk.found));
        }
        if !errors.is_empty() {
            // What else is wrong need not wait for the next build.
            errors.extend(self.decide(&folders, &[], "").err().filter(|_| folders[0].is_dir()));
            return Err(errors);
        }
        cargo::warnings(&written, self.folder());
        cargo::warnings(&filter.warnings(&shown).chain(fields.warnings(&shown)).collect::<Vec<_>>(), self.folder());
        #[cfg(feature = "references")]
        if let Err(mut errors) = self.check(Path::new(name), &folders[0], &walk.found, &mut files, &cache) {
            errors.extend(self.decide(&folders, &[], "").err());
            return Err(errors);
        }
        work.did("checking references");
        self.write(&folders, &walk.found, &files, &output, &cache, &mut work).map_err(|error| vec![error])?;
        work.did("writing");
        let file = |index: usize| (&*walk.found[index].shown, files[index].bytes.len());
        if let Some(told) = work.told(self.folder(), cargo::profile(), env!("CACHEBREAKER_OPT_LEVEL"), file) {
            cargo::warning(&told);
        }
        Ok(())
    }

    /// Decides the token. Only the user's own folders have a history; behind them are those that this build makes.
    fn decide(&self, folders: &[PathBuf], found: &[Found], digest: &str) -> Result<Decided, Error> {
        let has_made_files = folders.len() > self.layers.len();
        let (folders, watched) = (&folders[..self.layers.len()], &self.watched[..]);
        token::decide(&self.choice, &Basis { folders, watched, found, has_made_files, digest })
    }

    /// Reads the files; those that cannot be read, or not be served, are errors.
    fn read(&self, found: &[Found], filter: &Filter, fields: &Fields) -> (Vec<File>, Vec<Error>) {
        let read = |found: &Found| {
            let start = Instant::now();
            let bytes = read::read(&found.file, &found.shown, self.taken.size_limit)?;
            Ok((Digest::of(&bytes), bytes, start.elapsed()))
        };
        let (mut files, mut errors) = (Vec::with_capacity(found.len()), Vec::new());
        for (found, read) in found.iter().zip(parallel::map(found, read)) {
            // Each glob hears of every file, so that one which matches none is known.
            let (content_type, headers) = (fields.content_type(&found.path), fields.headers(&found.path));
            let fixed = filter.fixed(&found.path);
            match read {
                Ok((digest, bytes, time)) => {
                    files.push(File { bytes, digest, time, content_type, headers, fixed, imports: Vec::new() })
                }
                Err(error) => errors.push(error),
            }
        }
        (files, errors)
    }

    /// Checks the references of all files, and notes what modules import.
    #[cfg(feature = "references")]
    fn check(
        &self,
        named: &Path,
        folder: &Path,
        found: &[Found],
        files: &mut [File],
        cache: &Cache,
    ) -> Result<(), Vec<Error>> {
        let Some(references) = &self.references else { return Ok(()) };
        let sources: Vec<_> = found
            .iter()
            .zip(files.iter())
            .map(|(found, file)| Source {
                path: &found.path,
                shown: &found.shown,
                content_type: &file.content_type,
                bytes: &file.bytes,
                digest: file.digest,
                is_fixed: file.fixed.is_some(),
            })
            .collect();
        let places = Places { named, folder, cache };
        let checked = references.check(&sources, &places)?;
        cargo::warnings(&checked.warnings, self.folder());
        if !checked.errors.is_empty() {
            return Err(checked.errors);
        }
        for (file, imports) in files.iter_mut().zip(checked.imports) {
            file.imports = imports;
        }
        Ok(())
    }

    fn write(
        &self,
        folders: &[PathBuf],
        found: &[Found],
        files: &[File],
        output: &Path,
        cache: &Cache,
        work: &mut Work,
    ) -> Result<(), Error> {
        let is_release = cargo::profile() == Profile::Release;
        let levels = if is_release { self.levels } else { Levels::NONE };
        let version = version::of_contents(
            found.iter().zip(files).map(|(found, it)| (&*found.path, &*it.content_type, it.digest)),
        );
        let token = self.decide(folders, found, &self.digest(&version, levels, files))?;
        files.iter().enumerate().for_each(|(index, file)| work.add(index, file.time));
        work.did("deciding the token");

        let compressible: Vec<_> = (0..files.len()).filter(|index| compresses(&files[*index].content_type)).collect();
        let inputs: Vec<_> = compressible.iter().map(|index| files[*index].input()).collect();
        let compressed = compress::all(&inputs, levels, &folders[0], cache);
        compressible.iter().zip(&compressed).for_each(|(index, it)| work.add(*index, it.spent));
        let mut compressed = compressible.iter().zip(compressed).peekable();
        work.did("compressing");
        let inputs: Vec<_> = files.iter().map(File::input).collect();
        let digests = if is_release { sha384::all(&inputs, &folders[0], cache) } else { Vec::new() };
        digests.iter().enumerate().for_each(|(index, (_, time))| work.add(index, *time));
        let digests: Vec<_> = digests.into_iter().map(|(digest, _)| digest).collect();
        work.did("hashing for `integrity`");
        if is_release {
            cache.prune();
        }

        fs::create_dir_all(output).map_err(|cause| Error::write(output, cause))?;
        let mut contents = Contents::new(output);
        let mut assets = Vec::with_capacity(files.len());
        for (index, (found, file)) in found.iter().zip(files).enumerate() {
            let identity = contents.add(&file.bytes, file.digest)?;
            let encodings = compressed.next_if(|(of, _)| **of == index).map(|(_, it)| it.encodings);
            let encodings = encodings
                .iter()
                .flat_map(|shared| shared.iter())
                .map(|it| Ok((it.encoding, contents.add(&it.bytes, it.digest)?)))
                .collect::<Result<_, Error>>()?;
            assets.push(Entry {
                path: found.path.clone(),
                content_type: file.content_type.clone(),
                identity,
                encodings,
                imports: file.imports.clone(),
                headers: file.headers.clone(),
                fixed: file.fixed,
            });
        }
        if is_release {
            write_if_changed(&output.join(DIGESTS_NAME), digests.as_flattened())?;
        }
        let root = |folder: &PathBuf| Ok(folder.to_str().ok_or_else(|| Error::NotUtf8(folder.clone()))?.to_owned());
        let roots = folders.iter().rev().map(root).collect::<Result<_, _>>()?;
        let mut manifest = Manifest {
            roots,
            token: token.text,
            kind: token.kind,
            is_of_contents: token.is_of_contents,
            supersedes: token.supersedes,
            modified: u64::try_from(token::now()? / 1000).unwrap_or_default(),
            chunks: contents.finish()?,
            digests: is_release,
            version,
            base: base()?,
            assets,
        };
        let file = output.join(FILE_NAME);
        let last = fs::read_to_string(&file).ok().and_then(|text| Manifest::parse(&text).ok());
        if let Some(last) = last {
            if let Some(warning) = token_used_twice(&manifest, &last) {
                cargo::warning(&warning);
            }
            if token::given_time()?.is_none() {
                keep_time(&mut manifest, &last);
            }
        }
        // Last, when all that it names is there.
        write_if_changed(&file, manifest.to_string().as_bytes())
    }

    /// The digest of everything that is served, and of the options that decide how, in hex.
    fn digest(&self, version: &str, levels: Levels, files: &[File]) -> String {
        let headers: Vec<_> = files.iter().map(|file| &file.headers).collect();
        blake3::hash(format!("{levels:?} {version} {headers:?}").as_bytes()).to_hex().to_string()
    }
}

/// A file's contents.
struct File {
    bytes: Vec<u8>,
    digest: Digest,
    /// How long it took to read.
    time: Duration,
    content_type: String,
    headers: Vec<Field>,
    fixed: Option<Fixed>,
    /// For a module, the assets that it imports, where references are checked.
    imports: Vec<String>,
}

impl File {
    fn input(&self) -> Input<'_> {
        Input { bytes: &self.bytes, digest: self.digest }
    }
}

/// The environment variable that says where assets stand, if not on the page's own site.
const BASE_ENV: &str = "CACHEBREAKER_BASE_URL";

/// The base that the environment names; empty for none, whatever the macro says.
fn base() -> Result<Option<String>, Error> {
    let Some(text) = cargo::env(BASE_ENV)? else { return Ok(None) };
    if text.is_empty() {
        return Ok(Some(text));
    }
    let base = Base::parse(&text).map_err(|cause| Error::BadBase { variable: BASE_ENV, cause })?;
    Ok(Some(base.as_str().to_owned()))
}

/// Gives a manifest that differs from the last one only in the time of the build the time of that one: the user's crate is
/// not compiled again for it.
fn keep_time(manifest: &mut Manifest, last: &Manifest) {
    let modified = std::mem::replace(&mut manifest.modified, last.modified);
    if manifest != last {
        manifest.modified = modified;
    }
}

/// Warns where a release has the token of the last one and serves something else under it.
fn token_used_twice(manifest: &Manifest, last: &Manifest) -> Option<String> {
    if manifest.token != last.token || !manifest.digests || !last.digests {
        return None;
    }
    let difference = difference(&manifest.assets, &last.assets)?;
    Some(format!(
        "the last release build had the token `{}` too, but {difference}: browsers that have cached its files for a year do not see \
         a change; give this release another token",
        manifest.token,
    ))
}

/// What is served otherwise than in the last release: a file that was different, else one that was there or not.
fn difference(now: &[Entry], last: &[Entry]) -> Option<String> {
    /// Content type, headers and digest.
    type Served<'a> = (&'a str, &'a [(String, String)], &'a str);
    fn by_path(entries: &[Entry]) -> BTreeMap<&str, Served<'_>> {
        entries
            .iter()
            .map(|entry| {
                let served = (entry.content_type.as_str(), &entry.headers[..], entry.identity.digest.as_str());
                (entry.path.as_str(), served)
            })
            .collect()
    }
    let (now, last) = (by_path(now), by_path(last));
    let changed = now.iter().find(|(path, served)| last.get(*path).is_some_and(|last| last != *served));
    let changed = changed.map(|(path, _)| format!("`{}` was different", one_line(path)));
    let added =
        || now.keys().find(|path| !last.contains_key(*path)).map(|path| format!("it had no `{}`", one_line(path)));
    let removed =
        || last.keys().find(|path| !now.contains_key(*path)).map(|path| format!("it had `{}`", one_line(path)));
    changed.or_else(added).or_else(removed)
}
