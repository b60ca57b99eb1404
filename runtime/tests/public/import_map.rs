//! Import maps, and the modules of a page.

use std::collections::BTreeMap;

use cachebreaker::{Asset, importmap};
use doc_assets::assets::{self, APP_JS, LIB_JS};

#[test]
fn the_pairs_come_in_every_form_that_code_and_templates_have_them_in() {
    let pairs = [("lib", LIB_JS)];
    let by_reference: &[(&str, Asset); 1] = &pairs;
    let list: Vec<(&str, Asset)> = pairs.to_vec();
    let expected = importmap([("lib", LIB_JS)]).to_string();
    for map in [
        importmap(pairs),
        importmap(by_reference),
        importmap(&pairs[..]),
        importmap(list.clone()),
        importmap(&list),
        importmap(list.iter().filter(|(name, _)| !name.is_empty())),
        importmap(["lib"].map(|name| (name, LIB_JS))),
        importmap(Some(("lib", LIB_JS))),
        importmap(BTreeMap::from(pairs)),
    ] {
        assert_eq!(map.to_string(), expected);
    }
    assert!(importmap([] as [(&str, Asset); 0]).to_string().contains("{}"));
}

#[test]
fn a_nonce_need_not_live_as_long_as_the_names() {
    const NAMES: [(&str, Asset); 1] = [("lib", LIB_JS)];
    let nonce = String::from("r4nd0m");
    let names: Vec<(&'static str, Asset)> = NAMES.to_vec();
    assert!(importmap(&names).nonce(&nonce).to_string().contains("r4nd0m"));
    assert!(importmap(names).nonce(&nonce).to_string().contains("r4nd0m"));
}

#[test]
fn modules_come_in_every_form_that_code_and_templates_have_them_in() {
    let pair = [APP_JS, LIB_JS];
    let by_reference: &[Asset; 2] = &pair;
    let list = pair.to_vec();
    let nonce = String::from("r4nd0m");
    let expected = assets::modules([APP_JS, LIB_JS]).nonce("r4nd0m").to_string();
    assert_eq!(expected.matches(r#"<script type="module" "#).count(), 2);
    for modules in [
        assets::modules(pair),
        assets::modules(by_reference),
        assets::modules(&pair[..]),
        assets::modules(list.clone()),
        assets::modules(&list),
        assets::modules(assets::iter().filter(|asset| asset.path().ends_with(".js"))),
    ] {
        assert_eq!(modules.nonce(&nonce).to_string(), expected);
    }
    assert_eq!(assets::modules([] as [Asset; 0]).to_string(), "");
    let (app, lib) = (&APP_JS, &LIB_JS);
    assert_eq!(
        assets::modules([app]).import("lib", lib).to_string(),
        assets::modules([APP_JS]).import("lib", LIB_JS).to_string(),
    );
}
