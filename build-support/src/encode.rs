//! From the contents of files to their encodings and digests.

pub(crate) mod compress;
pub(crate) mod compressible;
pub(crate) mod compressor;
pub(crate) mod encoder;
mod incompressible;
pub(crate) mod sha384;
