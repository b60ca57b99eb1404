//! The crates that are built: one for each way to embed a folder, written anew, each with a folder of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bench_tree::Tree;

use crate::program::{bench, target};

/// A way to embed a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing is embedded. What would do it is among its dependencies, as another part of a server may be.
    Nothing,
    /// One `include_bytes!` of one file, in which somebody has packed all.
    Packed,
    /// One `include_bytes!` a file.
    Each,
    /// As many bytes as [`Way::Ours`] embeds, which is built before it: one packed file of files and encodings.
    PackedEncodings,
    /// As many again: one `include_bytes!` a file, and one for all encodings.
    EachEncodings,
    Ours,
    /// The same bytes as the others embed, and no more.
    Plain,
    RustEmbed,
    IncludeDir,
    MemoryServe,
    StaticServe,
}

impl Way {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Packed => "packed",
            Self::Each => "each",
            Self::PackedEncodings => "packed-encodings",
            Self::EachEncodings => "each-encodings",
            Self::Ours => "ours",
            Self::Plain => "plain",
            Self::RustEmbed => "rust-embed",
            Self::IncludeDir => "include-dir",
            Self::MemoryServe => "memory-serve",
            Self::StaticServe => "static-serve",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Nothing => "no assets",
            Self::Packed => "one `include_bytes!` of one packed file",
            Self::Each => "one `include_bytes!` a file",
            Self::PackedEncodings => "the packed file with encodings in it",
            Self::EachEncodings => "one `include_bytes!` a file, and one of all encodings",
            Self::Ours => "**cachebreaker**",
            Self::Plain => "**cachebreaker** without encodings",
            Self::RustEmbed => "rust-embed 8",
            Self::IncludeDir => "include_dir 0.7",
            Self::MemoryServe => "memory-serve 2",
            Self::StaticServe => "static-serve 0.6",
        }
    }

    /// Whether its user has to do something after a change in the folder.
    pub(crate) const fn needs_following(self) -> bool {
        matches!(self, Self::Packed | Self::Each | Self::PackedEncodings | Self::EachEncodings)
    }

    /// Whether a build of this is held to that one: it embeds as many bytes, as simply as can be.
    pub(crate) fn is_held_to(self, simple: Self) -> bool {
        let has_encodings = matches!(self, Self::Ours | Self::PackedEncodings | Self::EachEncodings);
        match simple {
            Self::Packed | Self::Each => !has_encodings,
            Self::PackedEncodings | Self::EachEncodings => has_encodings,
            _ => false,
        }
    }

    fn dependencies(self) -> String {
        let project = bench().parent().expect("the project").display();
        match self {
            Self::Nothing => format!("cachebreaker = {{ path = \"{project}/runtime\" }}\n"),
            Self::Ours | Self::Plain => format!(
                "cachebreaker = {{ path = \"{project}/runtime\" }}\n[build-dependencies]\n\
                 cachebreaker-build = {{ path = \"{project}/build-support\" }}\n"
            ),
            Self::RustEmbed => "rust-embed = \"8.13.0\"\n".to_owned(),
            Self::IncludeDir => "include_dir = \"0.7.4\"\n".to_owned(),
            Self::MemoryServe => {
                "memory-serve = \"2.4.0\"\n[build-dependencies]\nmemory-serve = \"2.4.0\"\n".to_owned()
            }
            Self::StaticServe => "static-serve = \"0.6.4\"\naxum = \"0.8.9\"\n".to_owned(),
            Self::Packed | Self::Each | Self::PackedEncodings | Self::EachEncodings => String::new(),
        }
    }

    const fn build_script(self) -> Option<&'static str> {
        match self {
            Self::Ours => Some("fn main() { cachebreaker_build::assets(\"static\"); }\n"),
            Self::Plain => {
                Some("fn main() { cachebreaker_build::Assets::new(\"static\").brotli(None).gzip(None).prepare(); }\n")
            }
            Self::MemoryServe => Some("fn main() { memory_serve::load_directory(\"static\"); }\n"),
            _ => None,
        }
    }

    /// A program that could use any of its assets.
    fn source(self, crate_folder: &Path) -> String {
        match self {
            Self::Nothing => "fn main() { std::hint::black_box(None::<cachebreaker::Asset>); }\n".to_owned(),
            Self::Packed | Self::PackedEncodings => "static PACKED: &[u8] = include_bytes!(\"../packed\");\n\
                             fn main() { std::hint::black_box(PACKED); }\n"
                .to_owned(),
            Self::Each | Self::EachEncodings => {
                let mut source = String::from("static FILES: &[(&str, &[u8])] = &[\n");
                for path in files(&crate_folder.join("static")) {
                    let _ = writeln!(source, "({path:?}, include_bytes!(\"../static/{path}\")),");
                }
                if self == Self::EachEncodings {
                    source.push_str("(\"\", include_bytes!(\"../encodings\")),\n");
                }
                source + "];\nfn main() { std::hint::black_box(FILES); }\n"
            }
            Self::Ours | Self::Plain => "cachebreaker::assets!(\"static\");\n\
                           fn main() { std::hint::black_box(assets::get(\"css/site.css\")); }\n"
                .to_owned(),
            Self::RustEmbed => "#[derive(rust_embed::RustEmbed)]\n#[folder = \"static/\"]\nstruct Assets;\n\
                                fn main() { std::hint::black_box(Assets::get(\"css/site.css\")); }\n"
                .to_owned(),
            Self::IncludeDir => {
                "static ASSETS: include_dir::Dir<'_> = include_dir::include_dir!(\"$CARGO_MANIFEST_DIR/static\");\n\
                                 fn main() { std::hint::black_box(ASSETS.get_file(\"css/site.css\")); }\n"
                    .to_owned()
            }
            Self::MemoryServe => {
                "fn main() { std::hint::black_box(memory_serve::load!().into_router::<()>()); }\n".to_owned()
            }
            // A relative path would be one from the workspace's folder.
            Self::StaticServe => format!(
                "static_serve::embed_assets!({:?}, compress = true);\n\
                 fn main() {{ std::hint::black_box(static_router::<()>()); }}\n",
                crate_folder.join("static")
            ),
        }
    }
}

/// A crate on disk.
pub(crate) struct Crate {
    pub(crate) way: Way,
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

impl Crate {
    pub(crate) fn write(way: Way, tree: Tree, workspace: &Path) -> Self {
        let name = format!("{}-{}", way.name(), tree.files);
        let folder = workspace.join(&name);
        let this = Self { way, name, folder };
        fs::create_dir_all(this.folder.join("src")).expect("a folder for a crate");
        fs::write(
            this.folder.join("Cargo.toml"),
            format!("[package]\nname = \"{}\"\nedition = \"2024\"\n[dependencies]\n{}", this.name, way.dependencies()),
        )
        .expect("Cargo.toml");
        if let Some(script) = way.build_script() {
            fs::write(this.folder.join("build.rs"), script).expect("build.rs");
        }
        let assets = this.folder.join("static");
        let _ = fs::remove_dir_all(&assets);
        if way != Way::Nothing {
            tree.write(&assets).expect("a folder to build with");
        }
        this.follow();
        this
    }

    /// What a user would have to do by hand after a change in the folder.
    pub(crate) fn follow(&self) {
        fs::write(self.folder.join("src/main.rs"), self.way.source(&self.folder)).expect("main.rs");
        let assets = self.folder.join("static");
        let write = |name, bytes| fs::write(self.folder.join(name), bytes).expect("a packed file");
        match self.way {
            Way::Packed => write("packed", concatenated(&assets, "")),
            Way::PackedEncodings => write("packed", self.as_ours()),
            Way::EachEncodings => {
                let mut encodings = self.as_ours();
                encodings.truncate(encodings.len().saturating_sub(concatenated(&assets, "").len()));
                write("encodings", encodings);
            }
            _ => {}
        }
    }

    /// What ours has embedded on the same folder; nothing before it was built.
    fn as_ours(&self) -> Vec<u8> {
        embedded(&self.name.replace(self.way.name(), Way::Ours.name())).unwrap_or_default()
    }
}

/// What the last build of one of our crates has embedded; `None` before the first.
fn embedded(name: &str) -> Option<Vec<u8>> {
    let builds = fs::read_dir(target().join("release/build")).ok()?;
    let mut of_it = builds.filter_map(|entry| {
        let entry = entry.ok()?;
        let folder = entry.path().join("out/cachebreaker/static");
        (entry.file_name().to_str()?.rsplit_once('-')?.0 == name && folder.exists()).then_some(folder)
    });
    Some(concatenated(&of_it.next()?, "chunk-"))
}

/// The contents of the files in a folder whose paths begin so, one behind the other.
fn concatenated(folder: &Path, prefix: &str) -> Vec<u8> {
    let files = files(folder).into_iter().filter(|path| path.starts_with(prefix));
    files.flat_map(|path| fs::read(folder.join(path)).expect("a file")).collect()
}

/// The paths of all files in a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("it is in it").to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// Writes a workspace of crates, and returns them. All of them are built into one target folder.
pub(crate) fn workspace(wanted: &[(Way, Tree)]) -> Vec<Crate> {
    let workspace = target().join("bench-building");
    fs::create_dir_all(&workspace).expect("a folder for a workspace");
    let crates: Vec<_> = wanted.iter().map(|(way, tree)| Crate::write(*way, *tree, &workspace)).collect();
    let members: Vec<_> = crates.iter().map(|it| &it.name).collect();
    fs::write(workspace.join("Cargo.toml"), format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"))
        .expect("Cargo.toml");
    fs::copy(bench().join("Cargo.lock"), workspace.join("Cargo.lock")).expect("the bench has a lock file");
    crates
}
