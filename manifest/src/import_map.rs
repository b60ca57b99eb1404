//! The entries of an import map: which URLs modules ask for where they import others.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::percent::encode_path;

/// What the URL parser of a browser encodes in a path (URL §1.3), and what would not be part of the path as it is. It
/// leaves more than [`encode_path`] does, `@` before all.
const BY_BROWSERS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'#')
    .add(b'?')
    .add(b'%')
    .add(b'\\');

/// The URLs that a module asks for where it imports another one by a relative reference, if they are not `own`, the URL of the imported one.
/// A module is given by its URL and its path.
///
/// ```
/// use cachebreaker_manifest::import_map::asked_for;
///
/// let asked = |own| asked_for(("/static/2/js/app.js", "js/app.js"), ("lib.js", own)).collect::<Vec<_>>();
/// assert_eq!(asked("/static/1/lib.js"), ["/static/2/lib.js"]);
/// assert!(asked("/static/2/lib.js").is_empty());
/// ```
pub fn asked_for<'a>(
    (importer, importer_path): (&'a str, &str),
    (imported, own): (&'a str, &'a str),
) -> impl Iterator<Item = String> + use<'a> {
    let start = importer.strip_suffix(&*encode_path(importer_path)).unwrap_or(importer);
    // A browser does not encode all that our URLs encode, and takes two spellings for two URLs. In all else it
    // spells the keys of the map as it spells what a module imports.
    let ours = encode_path(imported);
    let browsers = Some(Cow::from(utf8_percent_encode(imported, BY_BROWSERS))).filter(|it| *it != ours);
    let urls = std::iter::once(ours).chain(browsers).map(move |path| [start, &path].concat());
    urls.filter(move |url| *url != own)
}
