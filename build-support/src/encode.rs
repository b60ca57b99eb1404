//! From the contents of files to their encodings and digests.

pub(crate) mod compress;
pub(crate) mod compressible;
pub(crate) mod encoder;
pub(crate) mod sha384;
