//! Paths that are none of a view's.

use doc_assets::assets::{STYLE_CSS, find, url};

#[test]
fn a_path_that_is_none_is_told_with_the_nearest() {
    assert_eq!((url("style.css"), find("style.css")), (Some(STYLE_CSS.url()), Ok(STYLE_CSS)));
    for (path, message) in [
        ("stile.css", "there is no asset `stile.css`: did you mean `style.css`?"),
        ("photo.avif", "there is no asset `photo.avif` in the view `static/{breaker}`"),
        ("", "there is no asset `` in the view `static/{breaker}`"),
        ("a\n`b`", "there is no asset `a\\n`b`` in the view `static/{breaker}`"),
    ] {
        assert_eq!(url(path), None);
        assert_eq!(find(path).unwrap_err().to_string(), message);
    }
}
