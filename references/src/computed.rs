//! Where only the running code knows what is referred to.

use std::fmt;
use std::ops::Range;

/// A place where a text refers to something that only the running code knows: a name that it puts together, or its own URL.
/// Such a text may refer to anything.
///
/// ```
/// use cachebreaker_references::{ComputedKind, Language, find};
///
/// let text = "const page = await import(`./pages/${name}.js`)";
/// let found = find(text, Language::JavaScript);
/// let computed = &found.computed()[0];
/// assert_eq!(computed.kind(), ComputedKind::Import);
/// assert_eq!(computed.kind().to_string(), "`import(…)` has a computed name");
/// assert_eq!(&text[computed.range()], "import(`./pages/${name}.js`)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    pub(crate) kind: ComputedKind,
    pub(crate) range: Range<usize>,
}

impl Computed {
    /// What the code does there.
    #[must_use]
    pub fn kind(&self) -> ComputedKind {
        self.kind
    }

    /// The bytes of the text where it does so.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

/// What code does whose references only the running code knows. Its `Display` is the end of a sentence, as in "depends on
/// every file, for `import(…)` has a computed name".
///
/// ```
/// use cachebreaker_references::{ComputedKind, Language, find};
///
/// let found = find("let own = document.currentScript.src", Language::JavaScript);
/// assert_eq!(found.computed()[0].kind(), ComputedKind::CurrentScript);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ComputedKind {
    /// `import(…)` of anything but a literal.
    Import,
    /// `new URL(…, import.meta.url)` of anything but a literal.
    NewUrl,
    /// `new URL("./img/", import.meta.url)`: the literal names a folder, or nothing, and the code adds a name to it. The literal
    /// is a reference too.
    NewUrlFolder,
    /// `import.meta` in any other way: the code knows its own URL.
    ImportMeta,
    /// `document.currentScript`: the code knows its own URL.
    CurrentScript,
    /// The code looks up script elements and reads a `src`: it may be its own URL.
    ScriptSrc,
    /// `importScripts(…)` of anything but literals, or `importScripts` as a value.
    ImportScripts,
    /// `new Worker(…)` or `new SharedWorker(…)` of anything but a literal or a `new URL(…, import.meta.url)`; or either as a
    /// value.
    Worker,
}

impl ComputedKind {
    const ALL: [Self; 8] = [
        Self::Import,
        Self::NewUrl,
        Self::NewUrlFolder,
        Self::ImportMeta,
        Self::CurrentScript,
        Self::ScriptSrc,
        Self::ImportScripts,
        Self::Worker,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::NewUrl => "new-url",
            Self::NewUrlFolder => "new-url-folder",
            Self::ImportMeta => "import-meta",
            Self::CurrentScript => "current-script",
            Self::ScriptSrc => "script-src",
            Self::ImportScripts => "import-scripts",
            Self::Worker => "worker",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for ComputedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Import => "`import(…)` has a computed name",
            Self::NewUrl => "`new URL(…, import.meta.url)` has a computed name",
            Self::NewUrlFolder => "`new URL(…, import.meta.url)` names a folder, to which the code adds a name",
            Self::ImportMeta => "`import.meta` tells the code its own URL",
            Self::CurrentScript => "`document.currentScript` tells the code its own URL",
            Self::ScriptSrc => "the `src` of script elements may tell the code its own URL",
            Self::ImportScripts => "`importScripts` has a computed name",
            Self::Worker => "`Worker` or `SharedWorker` has a computed name",
        })
    }
}
