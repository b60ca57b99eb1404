//! Digests of contents: BLAKE3, for its speed in a build script that is not optimised.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The digest of some bytes; shown as 43 characters of base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; Digest::LEN]);

impl Digest {
    /// How many bytes it has.
    pub const LEN: usize = blake3::OUT_LEN;

    /// The digest of those bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).into())
    }

    /// A digest that was made before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The digest that [`to_hex`](Self::to_hex) spelled; `None` if that is not one.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        // One spelling of each: a file has its name from it.
        let is_lower = hex.bytes().all(|b| !b.is_ascii_uppercase());
        is_lower.then(|| blake3::Hash::from_hex(hex).ok()).flatten().map(|hash| Self(hash.into()))
    }

    /// Its bytes in lower-case hex: 64 digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}
