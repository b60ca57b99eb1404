//! What a build says of its own token in a real folder that other builds have recorded.

use super::super::keep::tests::Recorded;

const USED: &str = ": browsers that have cached its files for a year would not see the change; give this release another token, or remove \
                    that file if its release was never deployed";

#[test]
fn a_token_that_another_release_has_in_its_urls_is_not_used_for_other_files() {
    let history = Recorded::new();
    // v1 itself is not in the history any more; v2 and v3 took two URLs over from it.
    let (css, png) = (("a.css", "1", &["v1"][..]), ("b.png", "1", &["v1"][..]));
    history.add(2, "v2", &[css, png, ("c.txt", "2", &[])]);
    history.add(3, "v3", &[css, ("b.png", "3", &[]), ("c.txt", "3", &[])]);
    let build = |assets| history.build("v1", assets).map(|_| ());

    // The same under these URLs, whatever it has under others: nothing that a browser has cached is wrong.
    assert_eq!(build(&[("a.css", "1", &[]), ("b.png", "1", &[]), ("c.txt", "1", &[])]), Ok(()));
    assert_eq!(build(&[("a.css", "1", &[]), ("d.txt", "1", &[])]), Ok(()));
    assert_eq!(build(&[("c.txt", "2", &[])]), Ok(()));
    for (assets, file, difference) in [
        (&[("a.css", "other", &[][..]), ("b.png", "1", &[])], "2~v2", "a.css"),
        (&[("a.css", "1", &[]), ("b.png", "3", &[])], "2~v2", "b.png"),
    ] {
        let expected = format!(
            "this release's token was already used by `releases/00000{file}`, built on 1970-01-01, in which `{difference}` was \
             different{USED}"
        );
        assert_eq!(build(assets), Err(expected));
    }
    // Another token is free.
    assert_eq!(history.build("v0", &[("a.css", "other", &[])]).map(|_| ()), Ok(()));
}

#[test]
fn a_token_that_only_old_releases_have_in_their_urls_is_not_used_for_other_files() {
    let history = Recorded::new();
    history.add(2, "v2", &[("a.css", "1", &["v1"])]);
    // By default the last 5 are kept, and so read.
    (3..9).for_each(|number| history.add(number, &format!("v{number}"), &[("a.css", "3", &[])]));
    assert!(history.build("v1", &[("a.css", "1", &[])]).is_ok());
    let error = history.build("v1", &[("a.css", "2", &[])]).unwrap_err();
    assert!(error.starts_with("this release's token was already used by `releases/000002~v2`, "), "{error}");
    // Nobody knows what a damaged one had.
    let file = history.folder().join("releases/000002~v2");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("asset a.css", "asset b.css")).unwrap();
    let error = history.build("v1", &[("a.css", "1", &[])]).unwrap_err();
    assert_eq!(
        error,
        "`releases/000002~v2` has been changed; restore it from another copy of the history, or remove the release"
    );
}

#[test]
fn the_time_of_a_build_stays_until_files_change_or_another_release_comes() {
    let (history, output) = (Recorded::new(), Recorded::new());
    let (same, other) = ([("a.css", "1", &[][..])], [("a.css", "2", &[][..])]);
    let (first, now) = ("1718539201000", "1718539202000");
    output.add(2, first, &same);
    history.add(1, "1718539200000", &other);
    assert_eq!(history.token_of_build(now, &output, &same), first, "with other features or another target");
    assert_eq!(history.token_of_build(now, &output, &other), now);
    // Another machine has built a release since, and pages of it are open. What comes now is newer.
    history.add(2, "1718539201500", &other);
    assert_eq!(history.token_of_build(now, &output, &same), now);
}

#[test]
fn after_the_last_number_no_release_is_built() {
    let history = Recorded::new();
    history.add(u32::MAX, "v1", &[("a.css", "1", &[])]);
    assert_eq!(
        history.build("v2", &[("a.css", "1", &[])]).unwrap_err(),
        "`releases/4294967295~v1` has the last number that there is; rename it, so that the next release can come after it"
    );
    assert!(history.build("v1", &[("a.css", "1", &[])]).is_ok(), "it is this release");
}
