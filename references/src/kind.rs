//! What a reference is for.

/// What a reference is for, and so what it may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReferenceKind {
    /// Something that the browser loads.
    Resource,
    /// A page that a visitor may go to. It may be a route of the application.
    Page,
    /// `<base href="…">`, which the other references of the page are relative to.
    Base,
    /// What a module imports before it runs. A bare name, as in `import "three"`, is not a URL.
    Import,
    /// What a script imports while it runs: `import("…")` or `import.meta.resolve("…")`. A bare name is not a URL.
    DynamicImport,
    /// The first argument of `new URL("…", import.meta.url)`. It may be a folder, to which the script adds a name.
    NewUrl,
    /// A script that `importScripts("…")`, `new Worker("…")` or `new SharedWorker("…")` loads. Only the running code knows what it
    /// is relative to: the URL of the worker, or of the page.
    WorkerScript,
    /// An address in an import map. It may be a folder. A bare name is not a URL.
    ImportMap,
    /// A source map, which only developer tools load.
    SourceMap,
}

impl ReferenceKind {
    const ALL: [Self; 9] = [
        Self::Resource,
        Self::Page,
        Self::Base,
        Self::Import,
        Self::DynamicImport,
        Self::NewUrl,
        Self::WorkerScript,
        Self::ImportMap,
        Self::SourceMap,
    ];

    /// Whether the browser may load it for the file that it is in. It does not load pages, bases and source maps.
    ///
    /// ```
    /// use cachebreaker_references::ReferenceKind;
    ///
    /// assert!(ReferenceKind::Import.is_loaded());
    /// assert!(!ReferenceKind::Page.is_loaded());
    /// ```
    #[must_use]
    pub const fn is_loaded(self) -> bool {
        !matches!(self, Self::Page | Self::Base | Self::SourceMap)
    }

    /// Whether it is a module specifier: without `/`, `./` or `../` in front it is a bare name.
    ///
    /// ```
    /// use cachebreaker_references::ReferenceKind;
    ///
    /// assert!(ReferenceKind::Import.is_specifier());
    /// assert!(!ReferenceKind::NewUrl.is_specifier());
    /// ```
    #[must_use]
    pub const fn is_specifier(self) -> bool {
        matches!(self, Self::Import | Self::DynamicImport | Self::ImportMap)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Page => "page",
            Self::Base => "base",
            Self::Import => "import",
            Self::DynamicImport => "dynamic-import",
            Self::NewUrl => "new-url",
            Self::WorkerScript => "worker-script",
            Self::ImportMap => "import-map",
            Self::SourceMap => "source-map",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
