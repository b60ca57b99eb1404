//! From folders to the files that will be assets.

pub(crate) mod glob;
pub(crate) mod layers;
pub(crate) mod selection;
pub(crate) mod walk;
pub(crate) mod watch;
