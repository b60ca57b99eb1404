//! Which of an asset's representations is sent, and how much of it: negotiation, preconditions, ranges.

use http::Method;

use super::answer::{Answer, AssetAnswer, Caching, Content, Development, Form, Notice, Sent};
use super::negotiate;
use super::preconditions::{self, Precondition};
use super::range::{self, Wanted};
use super::world::World;
use crate::request::{Accepted, Request};
use crate::view::Contents;
use crate::view::asset::Asset;
use crate::view::disk::Opened;

/// 200, or what the request's headers make of it. `modified` is the time that dates in the request are compared with; without
/// it there is no `Last-Modified`.
#[inline]
pub(super) fn represent<'r>(
    asset: Asset,
    modified: Option<u64>,
    caching: Caching,
    request: &Request<'r>,
    world: &impl World,
) -> Answer<'r> {
    let headers = request.headers();
    let representation = match asset.view().contents {
        Contents::Embedded(_) => embedded(asset, headers.accepted()),
        Contents::Disk(roots) => on_disk(asset, roots, world),
    };
    let Some((form, content)) = representation else { return unreadable(asset, world) };
    let sent = match preconditions::evaluate(&headers, content.etag(), modified) {
        Precondition::NotModified => Sent::NotModified,
        Precondition::Failed => return refused(Notice::Precondition, form, None),
        // `Range` is for GET only (RFC 9110 §14.2).
        Precondition::Holds => match headers.range().filter(|_| *request.method == Method::GET) {
            Some(range) if preconditions::allows_range(&headers, content.etag(), modified) => {
                match range::read(range, content.len()) {
                    Wanted::Whole => Sent::Whole,
                    Wanted::Part(part) => Sent::Part(part),
                    Wanted::Unsatisfiable => return refused(Notice::Range, form, Some(content.len())),
                }
            }
            _ => Sent::Whole,
        },
    };
    let content_type = asset.view().record(asset.index()).content_type();
    let is_dated = modified.is_some();
    Answer::Asset(AssetAnswer { sent, content_type, form, content, is_dated, caching, worker_mount: None })
}

#[inline]
fn embedded(asset: Asset, accepted: &Accepted) -> Option<(Form, Content)> {
    let record = asset.view().record(asset.index());
    let (form, stored) = if record.has_encodings() {
        match negotiate::choose(accepted, record.len(), |encoding| record.encoded_len(encoding)) {
            Some(encoding) => (Form::Encoded(encoding), record.encoded(encoding)?),
            None => (Form::Identity, record.identity()),
        }
    } else {
        (Form::Only, record.identity())
    };
    let bytes = asset.view().embedded(stored.place())?;
    Some((form, Content::Embedded { bytes, length: stored.length(), etag: stored.etag() }))
}

#[cold]
fn on_disk(asset: Asset, roots: &[&str], world: &impl World) -> Option<(Form, Content)> {
    let content = match world.open(roots, asset.path()).ok()? {
        Opened::Small(bytes, etag) => Content::Read { bytes, etag },
        Opened::Large(file, len, etag) => Content::File { file, len, etag },
    };
    Some((Form::Only, content))
}

fn refused(notice: Notice, form: Form, of_len: Option<u64>) -> Answer<'static> {
    Answer::Refused { notice, varies: form.varies(), of_len }
}

/// 404 for an asset whose file cannot be read.
#[cold]
fn unreadable(asset: Asset, world: &impl World) -> Answer<'static> {
    match asset.view().contents {
        // The last is the user's own folder; what lies over it may be in `OUT_DIR`.
        Contents::Disk([.., root]) if world.is_gone(root) => Answer::Development(Development::FolderGone(root)),
        _ => Answer::Development(Development::Unreadable(asset.path())),
    }
}
