//! Fixed URLs: files that a client looks for without a token, as `/favicon.ico`.

/// What an asset is at its fixed URL. It has its URL under the token too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedUrl {
    /// A file.
    File,
    /// The script of a service worker, which may control every page, not only those in its own folder.
    Worker,
}

impl FixedUrl {
    /// Its name in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Worker => "worker",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::File, Self::Worker].into_iter().find(|fixed| fixed.name() == name)
    }
}
