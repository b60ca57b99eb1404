//! What three engines do, each with the same pages: Chromium, Firefox and WebKit. Where they differ, `docs/browsers.md` says so, and
//! its table is compared with what is seen here.

mod elsewhere;
mod kept;
mod lasting;
mod maps;
mod raw;
mod redirected;
mod releases;
mod retry;
mod table;
mod visitor;

/// The tests, in each engine.
macro_rules! in_each_engine {
    ($($module:ident::$test:ident)*) => { in_each_engine! { tests { $($module::$test)* } } };
    (tests $tests:tt) => {
        mod chromium { in_each_engine! { Chromium $tests } }
        mod firefox { in_each_engine! { Firefox $tests } }
        mod webkit { in_each_engine! { WebKit $tests } }

        /// The names of all tests.
        const TESTS: &[&str] = &in_each_engine! { names $tests };
    };
    (names { $($module:ident::$test:ident)* }) => { [$(stringify!($test)),*] };
    ($engine:ident { $($module:ident::$test:ident)* }) => {
        $(
            #[test]
            fn $test() {
                crate::$module::$test(&mut crate::visitor::Visitor::new(tests_browser::Engine::$engine));
            }
        )*
    };
}

in_each_engine! {
    lasting::a_returning_visitor_asks_for_what_a_deploy_has_changed_and_for_nothing_else
    lasting::a_reload_asks_for_files_that_are_immutable_or_not
    lasting::a_redirect_that_says_nothing_of_its_age_is_kept
    retry::what_fails_twice_is_loaded_in_the_end
    retry::a_failed_import_is_asked_for_again_or_not
    retry::a_503_is_final_whatever_its_retry_after_says
    retry::what_is_gone_for_good_reloads_the_page_once
    redirected::a_module_that_is_redirected_brings_a_second_copy_of_what_it_imports
    redirected::where_modules_are_not_redirected_the_page_is_the_next_release_at_once
    elsewhere::assets_on_another_origin_are_loaded_once_with_integrity
    kept::a_page_of_two_releases_ago_gets_its_own_modules_and_one_instance_of_each
    maps::a_module_that_its_import_map_has_another_digest_of_is_refused
    maps::a_modulepreload_before_the_import_map_takes_effect_or_spoils_it
    maps::there_can_be_two_import_maps
    maps::a_preload_is_used_by_what_it_is_for
}

/// What looks at browsers.
const SOURCES: [&str; 5] = [
    include_str!("lasting.rs"),
    include_str!("retry.rs"),
    include_str!("redirected.rs"),
    include_str!("maps.rs"),
    include_str!("kept.rs"),
];

#[test]
fn every_row_of_the_tables_names_a_test_and_is_compared() {
    let (rows, common): (Vec<_>, Vec<_>) = (table::rows().collect(), table::common().collect());
    assert!(!rows.is_empty() && !common.is_empty());
    for test in rows.iter().map(|row| row.test).chain(common) {
        assert!(TESTS.contains(&test), "docs/browsers.md names `{test}`, which is no test");
    }
    for row in rows {
        let question = format!("\"{}\"", row.question);
        assert!(SOURCES.iter().any(|source| source.contains(&question)), "no test compares: {question}");
    }
}
