use proptest::prelude::*;

use super::*;

fn token(text: &str) -> Token<'_> {
    Token::parse(text).unwrap()
}

fn of(current: &str, request: &str) -> Relation {
    relation(&token(current), &Supersedes::UNKNOWN, &token(request))
}

#[test]
fn the_kind_is_told_by_the_look() {
    for (text, kind) in [
        ("1718539201234", TokenKind::Timestamp),
        ("001718539201234", TokenKind::Timestamp),
        ("7", TokenKind::Timestamp),
        ("1718539201234-9f86d081884c", TokenKind::Content),
        ("171853920123-9f86d081884c", TokenKind::Content),
        ("17185392012-9f86d081884c", TokenKind::Label),
        ("1718539201234-9f86d08", TokenKind::Label),
        ("1718539201234-9F86D081884C", TokenKind::Label),
        ("v1.10.0", TokenKind::Release),
        ("1.10.0", TokenKind::Release),
        ("v1.9", TokenKind::Release),
        ("2026.11.2", TokenKind::Release),
        ("2026.01.02", TokenKind::Release),
        ("1.0.0-rc.1", TokenKind::Release),
        ("1.0.0-rc-1.x", TokenKind::Release),
        ("v1", TokenKind::Label),
        ("1.0.0-", TokenKind::Label),
        ("1..0", TokenKind::Label),
        ("1.0.0-rc..1", TokenKind::Label),
        ("V1.0.0", TokenKind::Label),
        ("1.0.x", TokenKind::Label),
        ("9fceb02", TokenKind::Commit),
        ("9fceb02d0ae598e95dc970b74767f19372d61af8", TokenKind::Commit),
        ("9fceb0", TokenKind::Label),
        ("9FCEB02", TokenKind::Label),
        ("9fceb02-dirty", TokenKind::Commit),
        ("33b84ed1739e-dirty-9f86d081", TokenKind::Commit),
        ("123456789012-dirty-9f86d081", TokenKind::Commit),
        ("9fceb02-dirty-x", TokenKind::Label),
        ("9fceb02-dirtyx", TokenKind::Label),
        ("main-dirty", TokenKind::Label),
        ("build-99", TokenKind::Label),
        ("~", TokenKind::Label),
    ] {
        assert_eq!(token(text).kind(), kind, "{text}");
        assert_eq!(TokenKind::from_name(kind.name()), Some(kind));
    }
    let too_long_for_a_hash = "a".repeat(65);
    assert_eq!(token(&too_long_for_a_hash).kind(), TokenKind::Label);
}

#[test]
fn a_text_outside_the_grammar_is_refused_with_the_reason() {
    let message = |text: &str| Token::parse(text).unwrap_err().to_string();
    assert_eq!(message(""), "it is empty; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`");
    assert_eq!(message(".."), "`.` and `..` mean folders in a URL; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`");
    assert_eq!(message("a/b"), "it contains `/`; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`");
    assert_eq!(message("a\n"), "it contains `\\n`; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`");
    assert_eq!(message(&"7".repeat(129)), "it has 129 bytes; a token is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`");
    assert!(Token::parse(&"7".repeat(128)).is_ok());
    assert!(Token::parse("...").is_ok());
}

/// The table of the module's documentation, row by row: (older, newer).
const ORDERED: &[(&str, &str)] = &[
    // timestamp
    ("1718539201234", "1718539201235"),
    ("999999999999", "1000000000000"),
    ("000000000009", "10"),
    ("99999999999999999999999999999999", "100000000000000000000000000000000"),
    // content
    ("1718539201234-9f86d081884c", "1718539201235-000000000000"),
    ("999999999999-ffffffffffff", "1000000000000-000000000000"),
    // release
    ("v1.9.0", "v1.10.0"),
    ("1.9.0", "v1.10.0"),
    ("v1.9", "v1.10"),
    ("v1.9", "v1.9.1"),
    ("2026.9.30", "2026.11.2"),
    ("2026.09.1", "2026.10.1"),
    ("1.0.0-alpha", "1.0.0-alpha.1"),
    ("1.0.0-alpha.1", "1.0.0-alpha.beta"),
    ("1.0.0-alpha.beta", "1.0.0-beta"),
    ("1.0.0-beta", "1.0.0-beta.2"),
    ("1.0.0-beta.2", "1.0.0-beta.11"),
    ("1.0.0-beta.11", "1.0.0-rc.1"),
    ("1.0.0-rc.1", "1.0.0"),
    // release, as `git describe` names it
    ("v1.2.3", "v1.2.3-9-gabcdef0"),
    ("v1.2.3-9-gabcdef0", "v1.2.3-14-g2414721"),
    ("v1.2.3-14-g2414721", "v1.2.4-rc.1"),
    ("v1.2.3-14-g2414721", "v1.2.4"),
    ("v1.2.3-rc.1", "v1.2.3-rc.1-2-gabcdef0"),
    ("v1.2.3-rc.1-2-gabcdef0", "v1.2.3-rc.2"),
    ("v1.2.3-rc.1-2-gabcdef0", "v1.2.3"),
    ("v1.2.3", "v1.2.3-dirty"),
    ("v1.2.3-dirty", "v1.2.3-1-gabcdef0"),
    ("v1.2.3-14-g2414721", "v1.2.3-14-g2414721-dirty"),
    ("v1.2.3-14-g2414721-dirty", "v1.2.3-15-gabcdef0"),
    ("v1.2.3-14-g2414721", "v1.2.3-14-g2414721-broken"),
    // label
    ("build-99", "build-100"),
    ("build-99", "build-99a"),
    ("a", "b"),
    ("r9_x", "r10_x"),
];

#[test]
fn the_older_token_is_stale_and_the_newer_premature() {
    for (older, newer) in ORDERED {
        assert_eq!(of(newer, older), Relation::Stale, "{older} for {newer}");
        assert_eq!(of(older, newer), Relation::Premature, "{newer} for {older}");
    }
}

#[test]
fn tokens_without_an_order_are_stale_both_ways() {
    for (a, b) in [
        ("1718539201234", "v1.0.0"),
        ("9fceb02", "1718539201234"),
        ("9fceb02", "1fceb02"),
        ("build-1", "v2.0.0"),
        // One place in the order, two spellings.
        ("0017", "17"),
        ("v1.0.0", "1.0.0"),
        ("v1.0", "v1.0.0"),
        ("build-01", "build-1"),
    ] {
        assert_eq!(of(a, b), Relation::Stale, "{b} for {a}");
        assert_eq!(of(b, a), Relation::Stale, "{a} for {b}");
    }
}

#[test]
fn two_contents_of_one_time_are_tied_both_ways() {
    for other in ["1718539201234-000000000000", "01718539201234-000000000000"] {
        assert_eq!(of("1718539201234-9f86d081884c", other), Relation::Tied, "{other}");
        assert_eq!(of(other, "1718539201234-9f86d081884c"), Relation::Tied, "{other}");
    }
}

#[test]
fn contents_with_other_options_are_told_from_other_contents() {
    for (a, b, expected) in [
        ("1718539201234-9f86d081884c000000", "1718539201234-9f86d081884c000001", Relation::SameContents),
        ("1718539201234-9f86d081884c000000", "1718539201234-9f86d081884d000000", Relation::Tied),
        ("1718539201234-9f86d081884c000000", "1718539201234-9f86d081884c000000", Relation::Current),
    ] {
        assert_eq!([of(a, b), of(b, a)], [expected; 2], "{a} {b}");
    }
    assert_eq!(of("1718539201234-9f86d081884c000000", "1718539201235-9f86d081884c000001"), Relation::Premature);
    assert_eq!(of("1718539201235-9f86d081884c000000", "1718539201234-9f86d081884c000001"), Relation::Stale);
}

#[test]
fn two_commits_of_which_neither_came_first_are_not_redirected_to_one_another_during_a_rollout() {
    for (a, b) in [
        // Amended or rebased, at one distance from the tag.
        ("v1.2.3-14-gabcdef0", "v1.2.3-14-g2414721"),
        ("1.2.3-14-gabcdef0", "v1.2.3-14-g2414721"),
        // One commit, as two builders abbreviate it.
        ("v1.2.3-14-g2414721", "v1.2.3-14-g24147215"),
        ("v1.2.3-0-g2414721", "v1.2.3"),
        // Checkouts of one commit, with other changes or none.
        ("33b84ed1739e-dirty-9f86d081", "33b84ed1739e-dirty-00000000"),
        ("33b84ed1739e-dirty-9f86d081", "33b84ed1739e"),
        ("9fceb02-dirty", "9fceb02"),
    ] {
        assert_eq!([of(a, b), of(b, a)], [Relation::Premature; 2], "{a} {b}");
    }
}

#[test]
fn a_commit_with_changes_comes_where_its_commit_does() {
    let (packed, digits) = Supersedes::pack(["9fceb02d0ae5", "000000000000"], 12).unwrap();
    let list = Supersedes::from_packed(&packed, digits);
    let current = token("abcdef012345-dirty-11111111");
    for (request, expected) in [
        ("9fceb02d0ae5", Relation::Stale),
        ("9fceb02d0ae5-dirty-9f86d081", Relation::Stale),
        ("222222222222", Relation::Premature),
        ("222222222222-dirty-9f86d081", Relation::Premature),
        ("abcdef012345-dirty-11111111", Relation::Current),
    ] {
        assert_eq!(relation(&current, &list, &token(request)), expected, "{request}");
    }
}

#[test]
fn a_suffix_that_semver_takes_for_a_pre_release_is_told_from_what_git_describe_adds() {
    for (text, expected) in [
        ("2026.11.2-1", Some("1")),
        ("1.4.0-hotfix1", Some("hotfix1")),
        ("v1.0.0-rc.1", Some("rc.1")),
        ("v1.2.3-rc.1-14-g2414721", Some("rc.1")),
        ("v1.2.3-14-g2414721-x", Some("14-g2414721-x")),
        ("v1.2.3-14-g241", Some("14-g241")),
        ("v1.2.3-g2414721", Some("g2414721")),
        ("v1.2.3-14-g2414721", None),
        ("v1.2.3-14-g2414721-dirty", None),
        ("v1.2.3", None),
        ("1718539201234-9f86d081884c", None),
        ("build-99", None),
    ] {
        assert_eq!(token(text).pre_release(), expected, "{text}");
    }
}

#[test]
fn a_content_token_with_the_same_digest_is_current_whatever_its_time() {
    assert_eq!(of("1718539201234-9f86d081884c", "1800000000000-9f86d081884c"), Relation::Current);
    assert_eq!(of("1718539201234-9f86d081884c", "100000000000-9f86d081884c"), Relation::Current);
}

#[test]
fn commits_are_told_apart_by_the_list_of_those_superseded() {
    let commits = ["9fceb02d0ae598e9", "0000000aaaaaaaaa", "fffffffbbbbbbbbb", "1234567000000000"];
    let current = token("abcdef0");
    let (packed, digits) = Supersedes::pack(commits, current.as_str().len()).unwrap();
    let list = Supersedes::from_packed(&packed, digits);
    for (request, expected) in [
        ("abcdef0", Relation::Current),
        ("9fceb02", Relation::Stale),
        ("0000000", Relation::Stale),
        ("fffffff", Relation::Stale),
        ("1234567", Relation::Stale),                                  // all decimal
        ("9fceb02d0ae598e95dc970b74767f19372d61af8", Relation::Stale), // of another length
        ("abcdef0123456789", Relation::Stale),                         // this very commit, spelt out
        ("7654321", Relation::Premature),                              // all decimal, told by its length
        ("2222222", Relation::Premature),
        ("dddddddddd", Relation::Premature),
        ("v1.0.0", Relation::Stale),
        ("1718539201234", Relation::Stale),
        ("build-9", Relation::Stale),
    ] {
        assert_eq!(relation(&current, &list, &token(request)), expected, "{request}");
    }
    assert_eq!(relation(&current, &Supersedes::UNKNOWN, &token("2222222")), Relation::Stale);
}

#[test]
fn a_commit_that_supersedes_none_finds_every_other_premature() {
    let (packed, digits) = Supersedes::pack([], 7).unwrap();
    assert!(packed.is_empty());
    let list = Supersedes::from_packed(&packed, digits);
    assert_eq!(relation(&token("abcdef0"), &list, &token("2222222")), Relation::Premature);
}

#[test]
fn a_commit_that_is_no_hex_or_too_short_cannot_be_packed() {
    assert_eq!(Supersedes::pack(["9fceb02d", "v1"], 8), Err("v1"));
    assert_eq!(Supersedes::pack(["9fceb02"], 8), Err("9fceb02"));
}

#[test]
fn an_all_decimal_head_is_known_as_a_commit() {
    assert_eq!(token("1234567").kind(), TokenKind::Timestamp);
    assert_eq!(token("1234567").known_as_commit().kind(), TokenKind::Commit);
    assert_eq!(token("v1.0.0").known_as_commit().kind(), TokenKind::Release);
    for (text, kind) in [
        ("1234567", TokenKind::Commit),
        ("123456", TokenKind::Timestamp),
        ("171853920123", TokenKind::Timestamp),
        ("v7", TokenKind::Label),
    ] {
        assert_eq!(token(text).known_with_commits().kind(), kind, "{text}");
    }
}

fn any_token() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,20}",
        "[0-9]{12,14}-[0-2]{12}([01]{2})?",
        "v?[0-3]{1,2}(\\.[0-3]{1,2}){1,3}(-[a-c0-2]{1,2}(\\.[a-c0-2-]{1,2}){0,2})?(-[0-2]{1,2}-g[ab]{4})?(-dirty)?",
        "[0-9a-f]{7,40}",
        "[0-2]{7}(-dirty(-[01]{2})?)?",
        "[a-c0-2._~-]{1,8}",
    ]
    .prop_filter("within the grammar", |text| Token::parse(text).is_ok())
}

/// Tokens of one kind, close enough to one another to be equal now and then.
fn three_of_a_kind() -> impl Strategy<Value = [String; 3]> {
    prop_oneof![
        prop::array::uniform3("[0-2]{1,3}"),
        prop::array::uniform3("[0-1]{12}-[0-1]{12}"),
        prop::array::uniform3("v?[0-2]{1,2}\\.[0-2]{1,2}(-[ab01]{1,2}(\\.[ab01]{1,2}){0,2})?"),
        prop::array::uniform3("v?[01]\\.[01](-a)?(-[0-2]{1,2}-g[ab]{4})?(-dirty)?"),
        prop::array::uniform3("x[ab01.-]{0,4}"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn order_is_antisymmetric(a in any_token(), b in any_token()) {
        let (a, b) = (token(&a), token(&b));
        prop_assert_eq!(a.order(&b), b.order(&a).map(Ordering::reverse));
        let both = (relation(&a, &Supersedes::UNKNOWN, &b), relation(&b, &Supersedes::UNKNOWN, &a));
        // Neither may be redirected while the other may be new, unless one of them surely came first.
        if both == (Relation::Premature, Relation::Premature) {
            prop_assert!(a.order(&b).is_none_or(Ordering::is_eq), "{a} {b}");
        }
        for unordered in [Relation::Tied, Relation::SameContents] {
            prop_assert_eq!(both.0 == unordered, both.1 == unordered);
        }
        // Two contents are never redirected to one another.
        if a.kind() == TokenKind::Content && b.kind() == TokenKind::Content {
            prop_assert_ne!(both, (Relation::Stale, Relation::Stale));
        }
    }

    #[test]
    fn order_is_transitive_within_a_kind([a, b, c] in three_of_a_kind()) {
        let (a, b, c) = (token(&a), token(&b), token(&c));
        let less = |x: &Token<'_>, y: &Token<'_>| x.order(y) == Some(Ordering::Less);
        // Content tokens of one digest are one place in the order with several times, so only distinct digests count.
        let digests = |x: &Token<'_>| x.as_str().split_once('-').map(|(_, digest)| digest.to_owned());
        let distinct = a.kind() != TokenKind::Content || (digests(&a) != digests(&c));
        if less(&a, &b) && less(&b, &c) && distinct {
            prop_assert!(less(&a, &c));
        }
    }

    #[test]
    fn timestamps_agree_with_numbers(a in any::<u128>(), b in any::<u128>(), zeros in 0_usize..5) {
        let (x, y) = (format!("{}{a}", "0".repeat(zeros)), b.to_string());
        prop_assert_eq!(token(&x).order(&token(&y)), Some(a.cmp(&b)));
    }

    #[test]
    fn releases_agree_with_the_semver_crate(
        a in "(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9])(-[a-c0-2-]{1,3}(\\.[a-c0-2-]{1,3}){0,2})?",
        b in "(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9])(-[a-c0-2-]{1,3}(\\.[a-c0-2-]{1,3}){0,2})?",
    ) {
        if let (Ok(x), Ok(y)) = (semver::Version::parse(&a), semver::Version::parse(&b)) {
            prop_assert_eq!(token(&a).order(&token(&b)), Some(x.cmp_precedence(&y)));
        }
    }

    #[test]
    fn every_recorded_commit_is_found_and_no_other(commits in prop::collection::btree_set("[0-3a]{4}", 0..50), other in "[0-3a]{4}", digits in 3_usize..=4) {
        let (packed, digits) = Supersedes::pack(commits.iter().map(String::as_str), digits).unwrap();
        let list = Supersedes::from_packed(&packed, digits);
        for commit in &commits {
            prop_assert!(list.contains(commit));
        }
        prop_assert_eq!(list.contains(&other), commits.iter().any(|commit| commit[..digits] == other[..digits]));
    }

    #[test]
    fn no_input_panics(a in ".{0,140}", b in any_token()) {
        if let Ok(a) = Token::parse(&a) {
            let _ = relation(&a, &Supersedes::UNKNOWN, &token(&b));
            let _ = Supersedes::pack([a.as_str()], 7);
            let _ = Supersedes::from_packed(&[1, 2, 3, 4], 2).contains(a.as_str());
        }
    }
}
