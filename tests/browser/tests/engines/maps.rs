//! Import maps, with digests, and preloads of modules.

use crate::raw::{Raw, page, script};
use crate::table::answer;
use crate::visitor::Visitor;

/// A digest of nothing that is served here.
const OTHER: &str = "sha384-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub fn a_module_that_its_import_map_has_another_digest_of_is_refused(visitor: &mut Visitor) {
    let head = format!(
        "<script type=importmap>{{\"integrity\":{{\"/b.js\":\"{OTHER}\"}}}}</script>\
         <script>self.load = url => import(url).then(() => 'loaded', () => 'refused')</script>"
    );
    let site = Raw::start(move |path| match path {
        "/" => page(&head),
        "/a.js" => script("import './b.js'"),
        _ => script(""),
    });
    visitor.goto(&site.origin);
    assert_eq!(visitor.see("load('/c.js')"), "loaded");
    let refused = [visitor.see("load('/a.js')"), visitor.see("load('/b.js')")];
    visitor.shows("an `integrity` digest in an import map is checked", answer(refused == ["refused"; 2]));
}

pub fn a_modulepreload_before_the_import_map_takes_effect_or_spoils_it(visitor: &mut Visitor) {
    let map = "<script type=importmap>{\"imports\":{\"/b.js\":\"/mapped.js\",\"name\":\"/named.js\"}}</script>";
    let end = "<script type=module src=/a.js></script><script>self.load = name => import(name).then(() => 'yes', () => 'no')</script>";
    for (row, before) in [
        ("an import map works after a `modulepreload`", "<link rel=modulepreload href=/a.js>"),
        ("an import map works after a `preload`", "<link rel=preload as=script crossorigin href=/a.js>"),
    ] {
        let head = format!("{before}{map}{end}");
        // The preload is there before the map is read.
        let (start, rest) = head.split_at(before.len());
        let head = format!("{start}<script src=/slow.js></script>{rest}");
        let site = Raw::start(move |path| match path {
            "/" => page(&head),
            "/a.js" => script("import './b.js'"),
            _ => script(&format!("self.runs = (self.runs ?? '') + ' {path}'")),
        });
        visitor.goto(&site.origin);
        visitor.wait("self.runs?.includes('b.js') || self.runs?.includes('mapped.js')");
        let mapped = visitor.see("self.runs.includes('mapped.js')") == true;
        let named = visitor.see("load('name')");
        let seen = match (mapped, named == "yes") {
            (true, true) => "yes",
            (false, true) => "loses entries",
            (_, false) => "is refused",
        };
        visitor.shows(row, seen);
    }
}

pub fn there_can_be_two_import_maps(visitor: &mut Visitor) {
    let site = Raw::start(move |path| match path {
        "/" => page(
            "<script type=importmap>{\"imports\":{\"one\":\"/one.js\"}}</script>\
             <script type=importmap>{\"imports\":{\"two\":\"/two.js\"}}</script>\
             <script>self.load = name => import(name).then(() => true, () => false)</script>",
        ),
        _ => script(""),
    });
    visitor.goto(&site.origin);
    assert_eq!(visitor.see("load('one')"), true);
    let second = visitor.see("load('two')") == true;
    visitor.shows("a page can have two import maps", answer(second));
}

pub fn a_preload_is_used_by_what_it_is_for(visitor: &mut Visitor) {
    for (row, preload) in [
        (
            "a module that was preloaded with `modulepreload` is not requested again",
            "<link rel=modulepreload href=/a.js>",
        ),
        (
            "a module that was preloaded as a script, with `preload`, is not requested again",
            "<link rel=preload as=script crossorigin href=/a.js>",
        ),
    ] {
        let add = "onload = () => document.head.append(Object.assign(document.createElement('script'), { type: 'module', src: '/a.js' }))";
        let head = format!("{preload}<script>{add}</script>");
        let site = Raw::start(move |path| match path {
            "/" => page(&head),
            // It is not kept, so what does not use the preload asks again.
            _ => (
                200,
                vec![("content-type", "text/javascript"), ("cache-control", "no-store")],
                "self.ran = true".to_owned(),
            ),
        });
        visitor.goto(&site.origin);
        visitor.wait("self.ran");
        let mut asked = site.asked();
        asked.retain(|url| url == "/a.js");
        visitor.shows(row, answer(asked.len() == 1));
    }
}
