//! Which views of this process have been given routers, to say which two of them one application cannot have. axum panics
//! when it merges their routers, with a message that names a path and neither view.

use std::sync::{Mutex, PoisonError};

/// A path that a view's router takes, a fixed URL or the prefix of others, and the module of the view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) path: &'static str,
    pub(crate) is_fixed: bool,
    pub(crate) module: &'static str,
}

static CLAIMS: Mutex<Vec<Claim>> = Mutex::new(Vec::new());

/// Notes that a router was made that takes this path. Says so on stderr if a router of another view takes it too.
pub(crate) fn tell(new: Claim) {
    let message = note(&mut CLAIMS.lock().unwrap_or_else(PoisonError::into_inner), new);
    message.inspect(|message| eprintln!("cachebreaker: {message}"));
}

/// A view may have many routers, and two views with one path are told once: a program may well keep them apart, as tests do.
fn note(claims: &mut Vec<Claim>, new: Claim) -> Option<String> {
    let mut same = claims.iter().filter(|old| old.path == new.path && old.is_fixed == new.is_fixed);
    let first = same.next().copied();
    if first.is_some_and(|first| first.module == new.module) || same.any(|old| old.module == new.module) {
        return None;
    }
    claims.push(new);
    let (first, Claim { path, is_fixed, module }) = (first?.module, new);
    let (what, cure) = if is_fixed {
        (format!("have `{path}` at the fixed URL `/{path}`"), "take it from one of them in `build.rs`")
    } else {
        (format!("have URLs that begin with `/{path}`"), "give one of them another `name`")
    };
    Some(format!("the views `{first}` and `{module}` both {what}, and axum panics if one router has both: {cure}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_views_with_one_path_are_told_once_with_what_to_do() {
        let mut claims = Vec::new();
        let mut note = |path, is_fixed, module| note(&mut claims, Claim { path, is_fixed, module });
        assert_eq!(note("static/", false, "site::assets"), None);
        assert_eq!(note("static/", false, "site::assets"), None);
        assert_eq!(note("theme/", false, "site::theme"), None);
        assert_eq!(note("static/", true, "site::theme"), None);
        assert_eq!(
            note("static/", false, "site::other").as_deref(),
            Some(
                "the views `site::assets` and `site::other` both have URLs that begin with `/static/`, and axum panics if one \
                 router has both: give one of them another `name`"
            )
        );
        assert_eq!(note("static/", false, "site::other"), None);
        assert_eq!(note("favicon.ico", true, "site::assets"), None);
        assert_eq!(
            note("favicon.ico", true, "site::theme").as_deref(),
            Some(
                "the views `site::assets` and `site::theme` both have `favicon.ico` at the fixed URL `/favicon.ico`, and \
                 axum panics if one router has both: take it from one of them in `build.rs`"
            )
        );
    }
}
