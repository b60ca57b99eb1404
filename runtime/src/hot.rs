//! The pure functions that requests go through, each by itself, for the project's own benchmarks. Not for use by hand.

use http::{HeaderMap, HeaderValue};

use crate::asset::Asset;
use crate::precondition::{Asked, Precondition};
use crate::resolve::{self, Outcome};

/// Whether a path is that of an asset of the view that `asset` is of.
#[must_use]
pub fn resolve(asset: Asset, path: &str) -> bool {
    matches!(resolve::resolve(asset.view(), path), Outcome::Found(_))
}

/// The name of the encoding that a request gets of an asset with so many bytes, and so many in each encoding.
#[must_use]
pub fn negotiate(fields: &HeaderMap, identity: u32, encoded: u32) -> Option<&'static str> {
    let asked = Asked::read(fields);
    asked.accepted().choose(identity, |_| Some(encoded)).map(|encoding| encoding.name())
}

/// Whether the preconditions of a request hold for a representation.
#[must_use]
pub fn evaluate(fields: &HeaderMap, etag: &HeaderValue, modified: u64) -> bool {
    Asked::read(fields).evaluate(fields, Some(etag), Some(modified)) == Precondition::Holds
}
