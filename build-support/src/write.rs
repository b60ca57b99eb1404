//! From files and encodings to what the macro reads.

pub(crate) mod contents;
pub(crate) mod retry_script;
