//! A page of one release that imports a module after the deploy of the next.

use cachebreaker::StaleAnswer;
use serde_json::json;
use tests_browser::front;
use tests_browser::site::deploys::Site;

use crate::table::answer;
use crate::visitor::{Visitor, certificate};

const CHECKOUT: &str = "/static/v1.0.0/checkout.js";

pub fn a_module_that_is_redirected_brings_a_second_copy_of_what_it_imports(visitor: &mut Visitor) {
    let site = Site::start(StaleAnswer::Redirect);
    visitor.goto(&format!("http://{}/", site.address));
    visitor.wait("self.state?.cart.length == 1");
    site.deploy("v2.0.0");
    let books = visitor.see(&format!("retryImport('{CHECKOUT}').then(module => module.cart.length)"));
    let has_second = books == 0;
    assert_eq!(visitor.see("[document.title, evaluations]"), json!(["v1.0.0", if has_second { 2 } else { 1 }]));
    visitor
        .shows("a redirected module resolves its imports from the URL that it was redirected to", answer(has_second));
    assert_eq!(site.loads_and_heads(), (1, 0));
}

pub fn where_modules_are_not_redirected_the_page_is_the_next_release_at_once(visitor: &mut Visitor) {
    let (certificate, folder) = certificate();
    for (row, is_secure) in [
        ("an `import()` sends `Sec-Fetch-Dest: script`, over TLS", true),
        ("an `import()` sends `Sec-Fetch-Dest: script`, at `http://127.0.0.1`", false),
    ] {
        let site = Site::start(StaleAnswer::NotFoundForModules);
        let folder = folder.join(format!("tls-modules-{:?}", visitor.session().engine));
        let (_tls, port) = front::tls(&folder, certificate, site.address.port()).unwrap();
        let origin = if is_secure { format!("https://127.0.0.1:{port}") } else { format!("http://{}", site.address) };
        visitor.goto(&format!("{origin}/"));
        visitor.wait("self.state?.cart.length == 1");
        site.deploy("v2.0.0");
        visitor.see(&format!("void retryImport('{CHECKOUT}').then(() => self.redirected = true)"));
        visitor.wait("self.redirected || document.title == 'v2.0.0' && self.state?.cart.length == 1");
        let is_redirected = visitor.see("!!self.redirected") == true;
        visitor.shows(row, answer(!(is_redirected)));
        if !is_redirected {
            assert_eq!(site.loads_and_heads(), (2, 2));
            let books = "retryImport('/static/v2.0.0/checkout.js').then(module => [module.cart.length, evaluations])";
            assert_eq!(visitor.see(books), json!([1, 1]));
        }
    }
}
