//! Which views of this process have been given routers, to say which two of them one application cannot have. axum panics
//! when it merges their routers, with a message that names a path and neither view.

use std::sync::{Mutex, PoisonError};

/// A path that a view's router takes, and the module of the view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) module: &'static str,
}

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What the URLs of a view begin with.
    View,
    /// A fixed URL.
    Fixed,
    /// Everything that no route answers, for a view with pages.
    Pages,
}

static CLAIMS: Mutex<Vec<Claim>> = Mutex::new(Vec::new());

/// Notes that a router was made that takes this path. Says so on stderr if a router of another view takes it too.
pub(crate) fn tell(new: Claim) {
    let message = note(&mut CLAIMS.lock().unwrap_or_else(PoisonError::into_inner), new);
    message.inspect(|message| eprintln!("cachebreaker: {message}"));
}

/// A view may have many routers, and two views with one path are told once: a program may well keep them apart, as tests do.
fn note(claims: &mut Vec<Claim>, new: Claim) -> Option<String> {
    let mut same = claims.iter().filter(|old| old.path == new.path && old.kind == new.kind);
    let first = same.next().copied();
    if first.is_some_and(|first| first.module == new.module) || same.any(|old| old.module == new.module) {
        return None;
    }
    claims.push(new);
    let (first, Claim { path, kind, module }) = (first?.module, new);
    let (what, cure) = match kind {
        Kind::View => (format!("have URLs that begin with `/{path}`"), "give one of them another `name`"),
        Kind::Fixed => (format!("have `{path}` at the fixed URL `/{path}`"), "take it from one of them in `build.rs`"),
        Kind::Pages => ("have pages".to_owned(), "take `router()` of one of them in place of `site()`"),
    };
    Some(format!("the views `{first}` and `{module}` both {what}, and axum panics if one router has both: {cure}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_views_with_one_path_are_told_once_with_what_to_do() {
        let mut claims = Vec::new();
        let mut note = |path, kind, module| note(&mut claims, Claim { path, kind, module });
        assert_eq!(note("static/", Kind::View, "site::assets"), None);
        assert_eq!(note("static/", Kind::View, "site::assets"), None);
        assert_eq!(note("theme/", Kind::View, "site::theme"), None);
        assert_eq!(note("static/", Kind::Fixed, "site::theme"), None);
        assert_eq!(
            note("static/", Kind::View, "site::other").as_deref(),
            Some(
                "the views `site::assets` and `site::other` both have URLs that begin with `/static/`, and axum panics if one \
                 router has both: give one of them another `name`"
            )
        );
        assert_eq!(note("static/", Kind::View, "site::other"), None);
        assert_eq!(note("favicon.ico", Kind::Fixed, "site::assets"), None);
        assert_eq!(
            note("favicon.ico", Kind::Fixed, "site::theme").as_deref(),
            Some(
                "the views `site::assets` and `site::theme` both have `favicon.ico` at the fixed URL `/favicon.ico`, and \
                 axum panics if one router has both: take it from one of them in `build.rs`"
            )
        );
        assert_eq!(note("", Kind::Pages, "site::assets"), None);
        assert_eq!(
            note("", Kind::Pages, "site::theme").as_deref(),
            Some(
                "the views `site::assets` and `site::theme` both have pages, and axum panics if one router has both: take \
                 `router()` of one of them in place of `site()`"
            )
        );
    }
}
