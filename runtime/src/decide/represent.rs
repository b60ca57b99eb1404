//! Which of an asset's representations is sent, and how much of it: negotiation, preconditions, ranges.

use cachebreaker_manifest::table::Record;
use http::Method;

use super::answer::{Answer, AssetAnswer, Caching, Content, Dated, Development, Form, Notice, Sent};
use super::dictionary::{as_dictionary, delta};
use super::negotiate;
use super::preconditions::{self, Precondition};
use super::range::{self, Wanted};
use super::world::World;
use crate::request::{Accepted, Request, RequestHeaders};
use crate::view::asset::Asset;
use crate::view::disk::Opened;
use crate::view::kept::KeptFile;
use crate::view::prefix::{PageAt, Prefix};
use crate::view::{Contents, View};

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
    let record = asset.view().record(asset.index());
    // At a fixed URL, no client would use it as a dictionary: the pattern has the token in it.
    if record.is_dictionary() && caching != Caching::NoCache {
        let answer = represent_dictionary(asset, modified, caching, request, &headers);
        return answer.unwrap_or_else(|| unreadable(asset, world));
    }
    let representation = match asset.view().contents {
        Contents::Embedded(_) => embedded(asset.view(), &record, headers.accepted()),
        Contents::Disk(roots) => on_disk(asset.path(), roots, world),
    };
    let Some(representation) = representation else { return unreadable(asset, world) };
    let dated = if modified.is_some() { Dated::OfView } else { Dated::No };
    answer(representation, (modified, dated), record.content_type(), caching, (request, &headers))
}

/// The same for an asset that clients may keep as a dictionary, which is embedded.
#[cold]
fn represent_dictionary<'r>(
    asset: Asset,
    modified: Option<u64>,
    caching: Caching,
    request: &Request<'r>,
    headers: &RequestHeaders<'r>,
) -> Option<Answer<'r>> {
    let (view, number) = (asset.view(), asset.index());
    let record = view.record(number);
    let representation =
        delta(view, number, request, headers).or_else(|| embedded(view, &record, headers.accepted()))?;
    let dated = if modified.is_some() { Dated::OfView } else { Dated::No };
    let answer = answer(representation, (modified, dated), record.content_type(), caching, (request, headers));
    Some(as_dictionary(answer, view, number, request))
}

/// The same for a file of a kept release, which is embedded.
#[cold]
pub(super) fn represent_kept<'r>(
    view: &'static View,
    file: KeptFile,
    request: &Request<'r>,
    world: &impl World,
) -> Option<Answer<'r>> {
    let KeptFile { number, record, release, found } = file;
    // Instances with other options send other headers under this URL, so no cache may store ours.
    let caching = if found.has_own_options { Caching::OfView } else { Caching::NoStore };
    let (_, modified) = view.kept.releases[release as usize];
    let modified = Some(modified).filter(|modified| world.has_come(*modified));
    let dated = if modified.is_some() { Dated::OfRelease(release) } else { Dated::No };
    let headers = request.headers();
    let representation = embedded(view, &record, headers.accepted())?;
    // A page of that release is left for one of this release at last.
    let answer = answer(representation, (modified, dated), record.content_type(), caching, (request, &headers));
    Some(if record.is_dictionary() { as_dictionary(answer, view, number, request) } else { answer })
}

/// The same for a file on disk that the table does not have; its type is that of an asset.
#[cold]
pub(super) fn represent_added<'r>(
    like: Asset,
    path: &str,
    request: &Request<'r>,
    world: &impl World,
) -> Option<Answer<'r>> {
    let (headers, record) = (request.headers(), like.view().record(like.index()));
    let Contents::Disk(roots) = like.view().contents else { return None };
    let (form, content) = on_disk(path, roots, world)?;
    Some(answer((form, content), (None, Dated::No), record.content_type(), Caching::OfView, (request, &headers)))
}

/// The same for a page. One that is sent with 404 is not what the client asked for, so it is sent whole, whatever the conditions and the range
/// of the request are (RFC 9110 §13.2.1).
#[cold]
pub(super) fn represent_page<'r>(
    view: &'static View,
    (number, at): (usize, Option<&'static Prefix>),
    caching: Caching,
    request: &Request<'r>,
    world: &impl World,
) -> Answer<'r> {
    let headers = request.headers();
    let content_type = view.pages.table.record(number).content_type();
    let Some((form, content)) = page(view, (number, at), headers.accepted(), world) else {
        return unreadable(view.asset(view.pages.pages[number].file), world);
    };
    let dated = Dated::No;
    if caching == Caching::NotFound {
        let sent = Sent::Whole;
        return Answer::Asset(AssetAnswer { sent, content_type, form, content, dated, caching });
    }
    answer((form, content), (None, dated), content_type, caching, (request, &headers))
}

#[cold]
fn page(
    view: &'static View,
    (number, at): (usize, Option<&'static Prefix>),
    accepted: &Accepted,
    world: &impl World,
) -> Option<(Form, Content)> {
    let page = view.pages.pages[number];
    match (view.contents, at.filter(|at| !at.text.is_empty())) {
        (Contents::Embedded(_), None) => embedded(view, &view.pages.table.record(number), accepted),
        (Contents::Embedded(_), Some(at)) => {
            let PageAt { bytes, length, etag } = at.page(view, number)?;
            Some((Form::Only, Content::Embedded { bytes, length, etag }))
        }
        (Contents::Disk(roots), at) => {
            let (bytes, etag) = world.page(roots, view, page, at.map_or("", |at| &at.text)).ok()?;
            Some((Form::Only, Content::Read { bytes, etag }))
        }
    }
}

#[inline]
fn answer<'r>(
    (form, content): (Form, Content),
    (modified, dated): (Option<u64>, Dated),
    content_type: usize,
    caching: Caching,
    (request, headers): (&Request<'r>, &RequestHeaders<'r>),
) -> Answer<'r> {
    let sent = match preconditions::evaluate(headers, content.etag(), modified) {
        Precondition::NotModified => Sent::NotModified,
        Precondition::Failed => return refused(Notice::Precondition, form, None),
        // `Range` is for GET only (RFC 9110 §14.2).
        Precondition::Holds => match headers.range().filter(|_| *request.method == Method::GET) {
            Some(range) if preconditions::allows_range(headers, content.etag(), modified) => {
                match range::read(range, content.len()) {
                    Wanted::Whole => Sent::Whole,
                    Wanted::Part(part) => Sent::Part(part),
                    Wanted::Unsatisfiable => return refused(Notice::Range, form, Some(content.len())),
                }
            }
            _ => Sent::Whole,
        },
    };
    Answer::Asset(AssetAnswer { sent, content_type, form, content, dated, caching })
}

#[inline]
fn embedded(view: &View, record: &Record<'static>, accepted: &Accepted) -> Option<(Form, Content)> {
    let (form, stored) = if record.has_encodings() {
        match negotiate::choose(accepted, record.len(), |encoding| record.encoded_len(encoding)) {
            Some(encoding) => (Form::Encoded(encoding), record.encoded(encoding)?),
            None => (Form::Identity, record.identity()),
        }
    } else {
        (Form::Only, record.identity())
    };
    let bytes = view.embedded(stored.place())?;
    Some((form, Content::Embedded { bytes, length: stored.length(), etag: stored.etag() }))
}

#[cold]
fn on_disk(path: &str, roots: &[&str], world: &impl World) -> Option<(Form, Content)> {
    let content = match world.open(roots, path).ok()? {
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
