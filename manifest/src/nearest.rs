//! The name that was probably meant: for messages about a path that does not exist.

use strsim::osa_distance;

/// A folder that is another one counts as much as this many letters; so a file that was moved is found wherever it went.
const MOVED: usize = 3;
/// An extension that is another one counts as much as this many letters.
const RETYPED: usize = 2;
/// What may be wrong beside the name, however short the path is: a move, or another extension and one letter.
const ALWAYS: usize = 3;

/// The name among those that is nearest to the one that was wanted, where one is near enough to have been meant.
///
/// A path is compared part by part: the folder, the file's name to its first dot, and what is behind it. The name must be
/// nearly the same, and counts letter by letter (one too many, missing, changed, or two swapped); a folder or an
/// extension counts the same however much of it is wrong. Upper case is lower case, and a backslash a slash. Among equals
/// the one nearest letter by letter wins, then the first.
///
/// ```
/// use cachebreaker_manifest::nearest::nearest;
///
/// let paths = ["css/style.css", "img/logo.svg", "img/photo.jpg"];
/// assert_eq!(nearest("css/stlye.css", paths), Some("css/style.css"));
/// assert_eq!(nearest("img/logo.png", paths), Some("img/logo.svg"));
/// assert_eq!(nearest("photo.jpg", paths), Some("img/photo.jpg"));
/// assert_eq!(nearest("app.js", paths), None);
/// ```
#[must_use]
pub fn nearest<'a>(wanted: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(wanted);
    let parts = Parts::of(&wanted);
    let letters = |name: &str| osa_distance(&wanted, &fold(name));
    let near = among.into_iter().filter_map(|name| Some((parts.cost(&Parts::of(&fold(name)))?, name)));
    let nearest = near.min_by(|(a, one), (b, other)| a.cmp(b).then_with(|| letters(one).cmp(&letters(other))));
    nearest.map(|(_, name)| name)
}

fn fold(name: &str) -> String {
    name.to_lowercase().replace('\\', "/")
}

/// A path, taken apart: `img`, `logo` and `min.svg`.
struct Parts<'a> {
    folder: &'a str,
    name: &'a str,
    extension: &'a str,
    letters: Letters,
    /// The length of the whole.
    len: usize,
}

impl<'a> Parts<'a> {
    fn of(path: &'a str) -> Self {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        // A dot in front is part of the name.
        let dot = file.char_indices().skip(1).find(|(_, c)| *c == '.').map_or(file.len(), |(at, _)| at);
        let (name, extension) = file.split_at(dot);
        Self { folder, name, extension, letters: Letters::of(name), len: path.len() }
    }

    /// How far the other path is from this one, in letters; `None` where it is too far.
    fn cost(&self, other: &Self) -> Option<usize> {
        let most = match self.letters.count {
            0 | 1 => 0,
            count => (count / 3).max(1),
        };
        if self.letters.at_least(&other.letters) > most {
            return None;
        }
        let name = distance(self.name, other.name);
        let cost = name
            + distance(self.folder, other.folder).min(MOVED)
            + distance(self.extension, other.extension).min(RETYPED);
        let near = name == 0 || name <= most && cost <= ALWAYS.max(self.len / 3);
        near.then_some(cost)
    }
}

fn distance(one: &str, other: &str) -> usize {
    if one == other { 0 } else { osa_distance(one, other) }
}

/// How many letters a name has, and which: enough to tell most names apart without comparing them, of which there may be
/// ten thousand.
struct Letters {
    count: usize,
    set: u64,
}

impl Letters {
    fn of(name: &str) -> Self {
        let set = name.chars().fold(0, |set, c| set | 1 << (u32::from(c) % 64));
        Self { count: name.chars().count(), set }
    }

    /// A bound below the distance: one change takes at most one letter away and brings at most one in.
    fn at_least(&self, other: &Self) -> usize {
        let sets = (self.set ^ other.set).count_ones().div_ceil(2) as usize;
        self.count.abs_diff(other.count).max(sets)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATHS: [&str; 14] = [
        "404.html",
        "a.css",
        "app.js",
        "b.css",
        "css/print.css",
        "css/style.css",
        "css/vendor/normalize.css",
        "fonts/inter-bold.woff2",
        "fonts/inter-italic.woff2",
        "img/Größe.png",
        "img/icons/arrow-left.svg",
        "img/icons/arrow-right.svg",
        "img/logo.svg",
        "vendor/jquery-3.7.1.min.js",
    ];

    #[test]
    fn the_name_that_was_meant_is_found() {
        for (wanted, expected) in [
            // a letter changed, missing, too many, and two swapped
            ("css/stile.css", "css/style.css"),
            ("css/styl.css", "css/style.css"),
            ("css/styles.css", "css/style.css"),
            ("css/stlye.css", "css/style.css"),
            ("img/icons/arrow-lefft.svg", "img/icons/arrow-left.svg"),
            ("fonts/inter-blod.woff2", "fonts/inter-bold.woff2"),
            // another folder, none, one too many, the view's own
            ("styles/style.css", "css/style.css"),
            ("style.css", "css/style.css"),
            ("img/logos/logo.svg", "img/logo.svg"),
            ("static/img/logo.svg", "img/logo.svg"),
            ("/app.js", "app.js"),
            ("js/app.js", "app.js"),
            ("css/a.css", "a.css"),
            ("imgs/logo.svg", "img/logo.svg"),
            // another extension
            ("img/logo.png", "img/logo.svg"),
            ("img/logo", "img/logo.svg"),
            ("app.min.js", "app.js"),
            ("app.mjs", "app.js"),
            ("404.htm", "404.html"),
            ("vendor/jquery-3.7.1.js", "vendor/jquery-3.7.1.min.js"),
            ("vendor/jquery-3.6.0.min.js", "vendor/jquery-3.7.1.min.js"),
            // two of these
            ("logo.png", "img/logo.svg"),
            ("image/logos.png", "img/logo.svg"),
            // another spelling
            ("CSS/Style.CSS", "css/style.css"),
            ("css\\style.css", "css/style.css"),
            ("img/größe.png", "img/Größe.png"),
        ] {
            assert_eq!(nearest(wanted, PATHS), Some(expected), "{wanted}");
        }
    }

    #[test]
    fn nothing_is_found_for_what_nobody_meant() {
        for wanted in ["", "/", "c.css", "c.js", "readme.md", "index.html", "css", "img/", "main.js", "img/photo.svg"] {
            assert_eq!(nearest(wanted, PATHS), None, "{wanted}");
        }
        assert_eq!(nearest("style.css", []), None);
    }

    #[test]
    fn among_equals_the_nearest_folder_wins_and_then_the_first() {
        let paths = ["one/style.css", "theme/dark/style.css", "theme/light/style.css", "two/style.css"];
        assert_eq!(nearest("theme/darker/style.css", paths), Some("theme/dark/style.css"));
        assert_eq!(nearest("theme/drak/style.css", paths), Some("theme/dark/style.css"));
        assert_eq!(nearest("owt/style.css", paths), Some("one/style.css"));
        assert_eq!(nearest("STYLE.css", ["Style.css", "style.css"]), Some("Style.css"));
    }

    #[test]
    fn one_among_ten_thousand_is_found() {
        let paths: Vec<_> = (0..10_000).map(|n| format!("folder{:03}/component-{n:05}.css", n / 10)).collect();
        let paths = || paths.iter().map(String::as_str);
        assert_eq!(nearest("folder123/component-01234.scss", paths()), Some("folder123/component-01234.css"));
        assert_eq!(nearest("component-07777.css", paths()), Some("folder777/component-07777.css"));
        assert_eq!(nearest("something-else.css", paths()), None);
    }

    proptest! {
        #[test]
        fn what_is_there_is_nearest_to_itself(names in prop::collection::vec("[a-c/.A]{1,8}", 1..6), other in ".{0,9}") {
            for name in &names {
                let found = nearest(name, names.iter().map(String::as_str)).unwrap();
                prop_assert_eq!(found.to_lowercase(), name.to_lowercase());
            }
            let _ = nearest(&other, names.iter().map(String::as_str));
        }

        #[test]
        fn letters_never_tell_names_apart_that_are_nearer(one in "[a-e_é]{0,8}", other in "[a-e_é]{0,8}") {
            let distance = osa_distance(&one, &other);
            prop_assert!(Letters::of(&one).at_least(&Letters::of(&other)) <= distance);
        }
    }
}
